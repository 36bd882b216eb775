/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/utsname.h. */
#ifndef _UDM_UAPI_LINUX_UTSNAME_H
#define _UDM_UAPI_LINUX_UTSNAME_H

#include <linux/utsname.h>

#endif
