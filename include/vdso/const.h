/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/const.h. */
#ifndef _UDM_VDSO_CONST_H
#define _UDM_VDSO_CONST_H

#include <linux/const.h>

#endif
