/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/memfd.h. */
#ifndef _UDM_UAPI_LINUX_MEMFD_H
#define _UDM_UAPI_LINUX_MEMFD_H

#include <linux/memfd.h>

#endif
