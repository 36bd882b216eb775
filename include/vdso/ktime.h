/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/ktime.h. */
#ifndef _UDM_VDSO_KTIME_H
#define _UDM_VDSO_KTIME_H

#include <linux/ktime.h>

#endif
