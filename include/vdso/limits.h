/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/limits.h. */
#ifndef _UDM_VDSO_LIMITS_H
#define _UDM_VDSO_LIMITS_H

#include <linux/limits.h>

#endif
