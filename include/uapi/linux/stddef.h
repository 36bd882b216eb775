/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/stddef.h. */
#ifndef _UDM_UAPI_LINUX_STDDEF_H
#define _UDM_UAPI_LINUX_STDDEF_H

#include <linux/stddef.h>

#endif
