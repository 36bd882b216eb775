/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Offsets, member groups and flexible arrays.
 *
 * Kernel path: linux/stddef.h. Adds to the UAPI header, which has the two
 * primitive macros (__struct_group, __DECLARE_FLEX_ARRAY).
 */
#ifndef _UDM_LINUX_STDDEF_H
#define _UDM_LINUX_STDDEF_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/cdefs.h>
#include_next <linux/stddef.h>

#ifndef sizeof_field
#define sizeof_field(TYPE, MEMBER) sizeof((((TYPE *)0)->MEMBER))
#endif
#ifndef offsetofend
#define offsetofend(TYPE, MEMBER) (offsetof(TYPE, MEMBER) + sizeof_field(TYPE, MEMBER))
#endif

#define struct_group(NAME, MEMBERS...) __struct_group(, NAME, , MEMBERS)
#define struct_group_attr(NAME, ATTRS, MEMBERS...) __struct_group(, NAME, ATTRS, MEMBERS)
#define struct_group_tagged(TAG, NAME, MEMBERS...) __struct_group(TAG, NAME, , MEMBERS)
#define DECLARE_FLEX_ARRAY(TYPE, NAME) __DECLARE_FLEX_ARRAY(TYPE, NAME)

/* A structure TYPE that ends in flexible array FAM, followed by MEMBERS over the array. */
#define __TRAILING_OVERLAP(TYPE, NAME, FAM, ATTRS, MEMBERS)                                        \
	union {                                                                                    \
		TYPE NAME;                                                                         \
		struct {                                                                           \
			unsigned char __offset_to_##FAM[offsetof(TYPE, FAM)];                      \
			MEMBERS                                                                    \
		} ATTRS;                                                                           \
	}
#define TRAILING_OVERLAP(TYPE, NAME, FAM, MEMBERS) __TRAILING_OVERLAP(TYPE, NAME, FAM, , MEMBERS)

#endif
