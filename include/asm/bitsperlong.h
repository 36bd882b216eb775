/* SPDX-License-Identifier: GPL-2.0-only */
/* BITS_PER_LONG. Kernel path: asm/bitsperlong.h; adds to the UAPI header. */
#ifndef _UDM_ASM_BITSPERLONG_H
#define _UDM_ASM_BITSPERLONG_H

#include_next <asm/bitsperlong.h>

#define BITS_PER_LONG 64
#define BITS_PER_LONG_LONG 64
#define small_const_nbits(n) (__builtin_constant_p(n) && (n) <= BITS_PER_LONG && (n) > 0)

#endif
