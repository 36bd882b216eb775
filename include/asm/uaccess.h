/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: asm/uaccess.h. */
#ifndef _UDM_ASM_UACCESS_H
#define _UDM_ASM_UACCESS_H

#include <linux/uaccess.h>

#endif
