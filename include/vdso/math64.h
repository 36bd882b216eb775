/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/math64.h. */
#ifndef _UDM_VDSO_MATH64_H
#define _UDM_VDSO_MATH64_H

#include <linux/math64.h>

#endif
