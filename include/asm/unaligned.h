/* SPDX-License-Identifier: GPL-2.0-only */
/* Older kernel path of linux/unaligned.h. */
#ifndef _UDM_ASM_UNALIGNED_H
#define _UDM_ASM_UNALIGNED_H

#include <linux/unaligned.h>

#endif
