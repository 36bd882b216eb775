/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the attribute macros; they are in linux/compiler_types.h. */
#ifndef _UDM_LINUX_COMPILER_ATTRIBUTES_H
#define _UDM_LINUX_COMPILER_ATTRIBUTES_H

#include <linux/compiler_types.h>

#endif
