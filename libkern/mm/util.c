// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copies of strings and memory, from kernel and user space.
 *
 * Everything returned is for kfree(), but for what the kv functions return
 * (kvfree()) and kstrdup_const() (kfree_const()).
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/sections.h>

/* len bytes and a NUL. */
static char *dup_terminated(const char *s, size_t len, gfp_t gfp)
{
	char *copy = kmalloc(len + 1, gfp);

	if (copy) {
		memcpy(copy, s, len);
		copy[len] = '\0';
	}
	return copy;
}

char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? dup_terminated(s, strlen(s), gfp) : NULL;
}
EXPORT_SYMBOL(kstrdup);

char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	return s ? dup_terminated(s, strnlen(s, max), gfp) : NULL;
}
EXPORT_SYMBOL(kstrndup);

char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)
{
	return s ? dup_terminated(s, len, gfp) : NULL;
}
EXPORT_SYMBOL(kmemdup_nul);

const char *kstrdup_const(const char *s, gfp_t gfp)
{
	return is_kernel_rodata((unsigned long)s) ? s : kstrdup(s, gfp);
}
EXPORT_SYMBOL(kstrdup_const);

void kfree_const(const void *x)
{
	if (!is_kernel_rodata((unsigned long)x))
		kfree(x);
}
EXPORT_SYMBOL(kfree_const);

void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *copy = kmalloc(len, gfp);

	return copy ? memcpy(copy, src, len) : NULL;
}
EXPORT_SYMBOL(kmemdup);

void *kmemdup_array(const void *src, size_t count, size_t element_size, gfp_t gfp)
{
	return kmemdup(src, size_mul(element_size, count), gfp);
}
EXPORT_SYMBOL(kmemdup_array);

void *kvmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *copy = kvmalloc(len, gfp);

	return copy ? memcpy(copy, src, len) : NULL;
}
EXPORT_SYMBOL(kvmemdup);

/* Fills memory that was just allocated (or not) from user space; frees it if that fails. */
static void *fill_from_user(void *copy, const void __user *src, size_t len)
{
	if (!copy)
		return ERR_PTR(-ENOMEM);
	if (!copy_from_user(copy, src, len))
		return copy;
	kvfree(copy);
	return ERR_PTR(-EFAULT);
}

void *memdup_user(const void __user *src, size_t len)
{
	return fill_from_user(kmalloc(len, GFP_USER | __GFP_NOWARN), src, len);
}
EXPORT_SYMBOL(memdup_user);

void *vmemdup_user(const void __user *src, size_t len)
{
	return fill_from_user(kvmalloc(len, GFP_USER), src, len);
}
EXPORT_SYMBOL(vmemdup_user);

void *memdup_array_user(const void __user *src, size_t n, size_t size)
{
	size_t bytes;

	if (check_mul_overflow(n, size, &bytes))
		return ERR_PTR(-EOVERFLOW);
	return memdup_user(src, bytes);
}
EXPORT_SYMBOL(memdup_array_user);

void *memdup_user_nul(const void __user *src, size_t len)
{
	char *copy = fill_from_user(kmalloc(len + 1, GFP_KERNEL), src, len);

	if (!IS_ERR(copy))
		copy[len] = '\0';
	return copy;
}
EXPORT_SYMBOL(memdup_user_nul);

char *strndup_user(const char __user *s, long n)
{
	long size = strnlen_user(s, n);
	char *copy;

	if (!size)
		return ERR_PTR(-EFAULT);
	if (size > n)
		return ERR_PTR(-EINVAL);
	copy = memdup_user(s, size);
	/* It may have changed since it was measured. */
	if (!IS_ERR(copy))
		copy[size - 1] = '\0';
	return copy;
}
EXPORT_SYMBOL(strndup_user);
