/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/unaligned.h. */
#ifndef _UDM_VDSO_UNALIGNED_H
#define _UDM_VDSO_UNALIGNED_H

#include <linux/unaligned.h>

#endif
