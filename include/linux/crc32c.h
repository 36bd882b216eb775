/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel path of a part of linux/crc32.h.
 */
#ifndef _UDM_LINUX_CRC32C_H
#define _UDM_LINUX_CRC32C_H

#include <linux/crc32.h>

#endif
