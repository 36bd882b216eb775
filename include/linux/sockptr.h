/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pointer to a socket option's value that is either the application's or the
 * kernel's own. Contract: include/linux/sockptr.h.
 */
#ifndef _LINUX_SOCKPTR_H
#define _LINUX_SOCKPTR_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/uaccess.h>

typedef struct {
	union {
		void *kernel;
		void __user *user;
	};
	bool is_kernel : 1;
} sockptr_t;

static inline bool sockptr_is_kernel(sockptr_t ptr)
{
	return ptr.is_kernel;
}

static inline sockptr_t KERNEL_SOCKPTR(void *p)
{
	return (sockptr_t){ .kernel = p, .is_kernel = true };
}

static inline sockptr_t USER_SOCKPTR(void __user *p)
{
	return (sockptr_t){ .user = p };
}

static inline bool sockptr_is_null(sockptr_t ptr)
{
	return !ptr.kernel;
}

/* Copies from @offset bytes into @src; 0 or -EFAULT. */
static inline int copy_from_sockptr_offset(void *dst, sockptr_t src, size_t offset, size_t size)
{
	if (!sockptr_is_kernel(src))
		return copy_from_user(dst, (char __user *)src.user + offset, size) ? -EFAULT : 0;
	memcpy(dst, (char *)src.kernel + offset, size);
	return 0;
}

static inline int copy_from_sockptr(void *dst, sockptr_t src, size_t size)
{
	return copy_from_sockptr_offset(dst, src, 0, size);
}

static inline int copy_to_sockptr(sockptr_t dst, const void *src, size_t size)
{
	if (!sockptr_is_kernel(dst))
		return copy_to_user(dst.user, src, size) ? -EFAULT : 0;
	memcpy(dst.kernel, src, size);
	return 0;
}

#endif
