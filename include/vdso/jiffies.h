/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/jiffies.h. */
#ifndef _UDM_VDSO_JIFFIES_H
#define _UDM_VDSO_JIFFIES_H

#include <linux/jiffies.h>

#endif
