/* SPDX-License-Identifier: GPL-2.0-only */
/* ARRAY_SIZE(a): element count; a pointer fails the build. Kernel path: linux/array_size.h. */
#ifndef _UDM_LINUX_ARRAY_SIZE_H
#define _UDM_LINUX_ARRAY_SIZE_H

#include <linux/compiler.h>

#undef ARRAY_SIZE
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]) + __must_be_array(a))

#endif
