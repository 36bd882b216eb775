/* SPDX-License-Identifier: GPL-2.0-only */
/* Access annotations. Kernel path: linux/instrumented.h. */
#ifndef _UDM_LINUX_INSTRUMENTED_H
#define _UDM_LINUX_INSTRUMENTED_H

#include <linux/types.h>

#define instrument_read(v, size) ((void)(v))
#define instrument_write(v, size) ((void)(v))
#define instrument_read_write(v, size) ((void)(v))
#define instrument_atomic_read(v, size) ((void)(v))
#define instrument_atomic_write(v, size) ((void)(v))
#define instrument_atomic_read_write(v, size) ((void)(v))
#define instrument_memcpy_before(to, from, n) ((void)(to))
#define instrument_memcpy_after(to, from, n, left) ((void)(to))
#define instrument_get_user(to) ((void)0)
#define instrument_put_user(from, ptr, size) ((void)0)
#define instrument_copy_to_user(to, from, n) ((void)(to))
#define instrument_copy_from_user_before(to, from, n) ((void)(to))
#define instrument_copy_from_user_after(to, from, n, left) ((void)(to))

#endif
