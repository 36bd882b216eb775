/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DO_ONCE(func, args): the first caller runs func; others may pass while it
 * runs. Kernel path: linux/once.h.
 */
#ifndef _UDM_LINUX_ONCE_H
#define _UDM_LINUX_ONCE_H

#include <linux/once_lite.h>

#define DO_ONCE(func, ...) __DO_ONCE(func, ##__VA_ARGS__)
#define DO_ONCE_SLEEPABLE(func, ...) __DO_ONCE(func, ##__VA_ARGS__)
#define __DO_ONCE(func, ...)                                                                       \
	({                                                                                         \
		bool __once_first = __ONCE_LITE_IF(true);                                          \
		if (__once_first)                                                                  \
			func(__VA_ARGS__);                                                         \
		__once_first;                                                                      \
	})
#define get_random_once(buf, nbytes) DO_ONCE(get_random_bytes, (buf), (nbytes))
#define get_random_sleepable_once(buf, nbytes) get_random_once((buf), (nbytes))

#endif
