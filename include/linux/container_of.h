/* SPDX-License-Identifier: GPL-2.0-only */
/* From a member to the structure that holds it. Kernel path: linux/container_of.h. */
#ifndef _UDM_LINUX_CONTAINER_OF_H
#define _UDM_LINUX_CONTAINER_OF_H

#include <linux/build_bug.h>
#include <linux/stddef.h>

#define typeof_member(T, m) typeof(((T *)0)->m)

/* ptr is evaluated once; *ptr must have the member's type, or be void. */
#ifdef container_of
#undef container_of
#endif
#define container_of(ptr, type, member)                                                            \
	({                                                                                         \
		char *__member_at = (char *)(ptr);                                                 \
		_Static_assert(__same_type(*(ptr), ((type *)0)->member) ||                         \
				       __same_type(*(ptr), void),                                  \
			       "container_of: pointer is not to the member");                      \
		(type *)(__member_at - offsetof(type, member));                                    \
	})

#define container_of_const(ptr, type, member)                                                      \
	_Generic(ptr,                                                                              \
		const typeof(*(ptr)) *: (const type *)container_of(ptr, type, member),             \
		default: (type *)container_of(ptr, type, member))

#endif
