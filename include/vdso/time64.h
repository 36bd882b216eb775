/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/time64.h. */
#ifndef _UDM_VDSO_TIME64_H
#define _UDM_VDSO_TIME64_H

#include <linux/time64.h>

#endif
