/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/mman.h. */
#ifndef _UDM_UAPI_LINUX_MMAN_H
#define _UDM_UAPI_LINUX_MMAN_H

#include <linux/mman.h>

#endif
