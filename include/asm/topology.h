/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: asm/topology.h. */
#ifndef _UDM_ASM_TOPOLOGY_H
#define _UDM_ASM_TOPOLOGY_H

#include <linux/topology.h>

#endif
