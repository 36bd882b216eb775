/* SPDX-License-Identifier: GPL-2.0-only */
/* Halves of words. Kernel path: linux/wordpart.h. */
#ifndef _UDM_LINUX_WORDPART_H
#define _UDM_LINUX_WORDPART_H

#include <linux/types.h>

#define upper_32_bits(n) ((u32)(((n) >> 16) >> 16))
#define lower_32_bits(n) ((u32)((n) & 0xffffffff))
#define make_u64(hi, lo) ((u64)(u32)(hi) << 32 | (u32)(lo))
#define upper_16_bits(n) ((u16)((n) >> 16))
#define lower_16_bits(n) ((u16)((n) & 0xffff))
#define REPEAT_BYTE(x) ((~0ul / 0xff) * (x))
#define REPEAT_BYTE_U32(x) ((u32)REPEAT_BYTE(x))

#endif
