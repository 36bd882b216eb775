/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: asm/percpu.h. */
#ifndef _UDM_ASM_PERCPU_H
#define _UDM_ASM_PERCPU_H

#include <linux/percpu-defs.h>

#endif
