/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Access to user memory. Kernel path: linux/uaccess.h, lib/usercopy.c.
 *
 * User and kernel share one address space, so a user pointer is an ordinary
 * one. An access "faults" where the range leaves the user address space, starts
 * in the first 64 KiB, or touches a range that a test declared bad with
 * udm_user_fault() (udevmem/fault.h); fail_usercopy makes whole copies fail.
 * May sleep unless page faults are disabled.
 */
#ifndef _UDM_LINUX_UACCESS_H
#define _UDM_LINUX_UACCESS_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/types.h>

#define TASK_SIZE_MAX ((1UL << 47) - 4096)
#define TASK_SIZE TASK_SIZE_MAX

/* Could [addr, addr + size) be user memory? Says nothing about what is mapped. */
static inline bool __access_ok(const void __user *addr, unsigned long size)
{
	unsigned long start = (unsigned long)addr;

	return size <= TASK_SIZE_MAX && start <= TASK_SIZE_MAX - size;
}

#define access_ok(addr, size) likely(__access_ok((addr), (size)))

static inline void pagefault_disable(void)
{
	current->pagefault_disabled++;
	barrier();
}

static inline void pagefault_enable(void)
{
	barrier();
	current->pagefault_disabled--;
}

static inline bool pagefault_disabled(void)
{
	return current->pagefault_disabled != 0;
}

#define faulthandler_disabled() (pagefault_disabled() || in_atomic())

/*
 * Return the number of bytes that were not copied, 0 for success.
 * copy_from_user() fills those bytes of @to with zeroes.
 */
unsigned long __must_check copy_from_user(void *to, const void __user *from, unsigned long n);
unsigned long __must_check copy_to_user(void __user *to, const void *from, unsigned long n);
/* Without fault injection, access_ok() and the zero-filled tail. */
unsigned long __must_check __copy_from_user_inatomic(void *to, const void __user *from,
						     unsigned long n);
unsigned long __must_check __copy_to_user_inatomic(void __user *to, const void *from,
						   unsigned long n);
#define __copy_from_user(to, from, n) __copy_from_user_inatomic(to, from, n)
#define __copy_to_user(to, from, n) __copy_to_user_inatomic(to, from, n)
#define raw_copy_from_user(to, from, n) __copy_from_user_inatomic(to, from, n)
#define raw_copy_to_user(to, from, n) __copy_to_user_inatomic(to, from, n)

/* Number of bytes that could not be cleared. */
unsigned long __must_check clear_user(void __user *to, unsigned long n);

/* Length with the NUL; above @n if there is none in @n bytes; 0 on fault or n <= 0. */
long strnlen_user(const char __user *str, long n);
/* Length without the NUL, or @count if there is none, or -EFAULT. */
long strncpy_from_user(char *dst, const char __user *src, long count);

/*
 * Copies a structure whose user size @usize may differ from @ksize: the rest of
 * @dst is zeroed, extra user bytes must be zero. 0, -E2BIG, -EFAULT.
 */
int copy_struct_from_user(void *dst, size_t ksize, const void __user *src, size_t usize);
/* 1 if all bytes are 0, 0 if not, -EFAULT. */
int check_zeroed_user(const void __user *from, size_t size);

#define __udm_get_user(x, ptr)								\
({											\
	__unqual_scalar_typeof(*(ptr)) __udm_val;					\
	unsigned long __udm_left = copy_from_user(&__udm_val, (ptr), sizeof(__udm_val));\
	(x) = __udm_left ? 0 : __udm_val;						\
	__udm_left ? -EFAULT : 0;							\
})

#define __udm_put_user(x, ptr)								\
({											\
	typeof(*(ptr)) __udm_val = (x);							\
	copy_to_user((ptr), &__udm_val, sizeof(__udm_val)) ? -EFAULT : 0;		\
})

/* 0 or -EFAULT; on a fault get_user() stores 0. */
#define get_user(x, ptr) __udm_get_user(x, ptr)
#define put_user(x, ptr) __udm_put_user(x, ptr)
#define __get_user(x, ptr) __udm_get_user(x, ptr)
#define __put_user(x, ptr) __udm_put_user(x, ptr)

#endif
