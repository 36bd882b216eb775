/* SPDX-License-Identifier: GPL-2.0-only */
/* 64-bit accesses are whole here. Kernel path: linux/io-64-nonatomic-hi-lo.h. */
#ifndef _UDM_LINUX_IO_64_NONATOMIC_HI_LO_H
#define _UDM_LINUX_IO_64_NONATOMIC_HI_LO_H

#include <linux/io.h>

#define hi_lo_readq(addr) readq(addr)
#define hi_lo_writeq(val, addr) writeq(val, addr)

#endif
