/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/bits.h. */
#ifndef _UDM_VDSO_BITS_H
#define _UDM_VDSO_BITS_H

#include <linux/bits.h>

#endif
