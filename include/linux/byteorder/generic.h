/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of asm/byteorder.h. */
#ifndef _UDM_LINUX_BYTEORDER_GENERIC_H
#define _UDM_LINUX_BYTEORDER_GENERIC_H

#include <asm/byteorder.h>

#endif
