// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copies between user and kernel memory (lib/usercopy.c, lib/strn*_user.c).
 *
 * Both sides are ordinary memory of the process, so a copy is a memcpy of as
 * much as is accessible: bytes up to the first address that is not user memory or
 * that a test declared bad. Bad ranges are a short table that is only looked
 * at while it has entries.
 */
#include <errno.h>
#include <limits.h>

#include <linux/fault-inject.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <udevmem/fault.h>

#include "../mm/internal.h"

#define BAD_RANGES 64
#define NULL_GUARD 65536

struct bad_range {
	unsigned long start;
	unsigned long end;
};

static struct bad_range bad_ranges[BAD_RANGES];
static unsigned int nr_bad_ranges;
static struct mem_lock bad_lock;

static unsigned long until_bad_range(unsigned long start, unsigned long n)
{
	unsigned int i;

	mem_lock(&bad_lock);
	for (i = 0; i < nr_bad_ranges; i++) {
		const struct bad_range *bad = &bad_ranges[i];

		if (start < bad->end && start + n > bad->start)
			n = bad->start > start ? bad->start - start : 0;
	}
	mem_unlock(&bad_lock);
	return n;
}

/* How many of the @n bytes at @addr can be accessed, counted from the first. */
static unsigned long accessible(const void __user *addr, unsigned long n)
{
	unsigned long start = (unsigned long)addr;

	if (start < NULL_GUARD || !access_ok(addr, n))
		return 0;
	if (unlikely(READ_ONCE(nr_bad_ranges)))
		return until_bad_range(start, n);
	return n;
}

unsigned long __copy_from_user_inatomic(void *to, const void __user *from, unsigned long n)
{
	unsigned long good = accessible(from, n);

	if (good)
		memcpy(to, (const void __force *)from, good);
	return n - good;
}

unsigned long __copy_to_user_inatomic(void __user *to, const void *from, unsigned long n)
{
	unsigned long good = accessible(to, n);

	if (good)
		memcpy((void __force *)to, from, good);
	return n - good;
}

unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	unsigned long left = n;

	might_fault();
	if (!should_fail_usercopy())
		left = __copy_from_user_inatomic(to, from, n);
	if (unlikely(left))
		memset((char *)to + n - left, 0, left);
	return left;
}

unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	might_fault();
	if (should_fail_usercopy())
		return n;
	return __copy_to_user_inatomic(to, from, n);
}

unsigned long clear_user(void __user *to, unsigned long n)
{
	unsigned long good = accessible(to, n);

	might_fault();
	if (good)
		memset((void __force *)to, 0, good);
	return n - good;
}

long strnlen_user(const char __user *str, long n)
{
	unsigned long good, len;

	if (n <= 0)
		return 0;
	good = accessible(str, 1) ? accessible(str, min_t(unsigned long, n, TASK_SIZE_MAX -
							  (unsigned long)str)) : 0;
	len = good ? strnlen((const char __force *)str, good) : 0;
	if (len < good)
		return len + 1;
	return good == (unsigned long)n ? n + 1 : 0;
}

long strncpy_from_user(char *dst, const char __user *src, long count)
{
	unsigned long good, len;

	might_fault();
	if (should_fail_usercopy())
		return -EFAULT;
	if (count <= 0)
		return 0;
	good = accessible(src, 1) ? accessible(src, min_t(unsigned long, count, TASK_SIZE_MAX -
							  (unsigned long)src)) : 0;
	len = strnlen((const char __force *)src, good);
	memcpy(dst, (const char __force *)src, len < good ? len + 1 : len);
	if (len < good || good == (unsigned long)count)
		return len;
	return -EFAULT;
}

int check_zeroed_user(const void __user *from, size_t size)
{
	unsigned long good = accessible(from, size);

	if (good < size)
		return -EFAULT;
	return !memchr_inv((const void __force *)from, 0, size);
}

int copy_struct_from_user(void *dst, size_t ksize, const void __user *src, size_t usize)
{
	size_t both = min(ksize, usize);
	int zeroed;

	if (usize > ksize) {
		zeroed = check_zeroed_user((const char __user *)src + both, usize - both);
		if (zeroed <= 0)
			return zeroed ? zeroed : -E2BIG;
	}
	memset((char *)dst + both, 0, ksize - both);
	return copy_from_user(dst, src, both) ? -EFAULT : 0;
}

int udm_user_fault(const void *start, size_t len)
{
	int err = 0;

	mem_lock(&bad_lock);
	if (nr_bad_ranges < BAD_RANGES) {
		bad_ranges[nr_bad_ranges].start = (unsigned long)start;
		bad_ranges[nr_bad_ranges].end = (unsigned long)start + len;
		WRITE_ONCE(nr_bad_ranges, nr_bad_ranges + 1);
	} else {
		err = ENOSPC;
	}
	mem_unlock(&bad_lock);
	if (!err)
		return 0;
	errno = err;
	return -1;
}

void udm_user_ok(const void *start)
{
	unsigned int i = 0;

	mem_lock(&bad_lock);
	while (i < nr_bad_ranges) {
		if (start && bad_ranges[i].start != (unsigned long)start)
			i++;
		else
			bad_ranges[i] = bad_ranges[--nr_bad_ranges];
	}
	mem_unlock(&bad_lock);
}
