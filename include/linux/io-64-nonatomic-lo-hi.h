/* SPDX-License-Identifier: GPL-2.0-only */
/* 64-bit accesses are whole here. Kernel path: linux/io-64-nonatomic-lo-hi.h. */
#ifndef _UDM_LINUX_IO_64_NONATOMIC_LO_HI_H
#define _UDM_LINUX_IO_64_NONATOMIC_LO_HI_H

#include <linux/io.h>

#define lo_hi_readq(addr) readq(addr)
#define lo_hi_writeq(val, addr) writeq(val, addr)

#endif
