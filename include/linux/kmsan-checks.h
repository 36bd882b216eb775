/* SPDX-License-Identifier: GPL-2.0-only */
/* Uninitialised memory checks. Kernel path: linux/kmsan-checks.h. */
#ifndef _UDM_LINUX_KMSAN_CHECKS_H
#define _UDM_LINUX_KMSAN_CHECKS_H

#include <linux/types.h>

#define kmsan_poison_memory(address, size, flags) ((void)(address))
#define kmsan_unpoison_memory(address, size) ((void)(address))
#define kmsan_check_memory(address, size) ((void)(address))
#define kmsan_copy_to_user(to, from, to_copy, left) ((void)(to))

#endif
