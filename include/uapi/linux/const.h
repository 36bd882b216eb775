/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/const.h. */
#ifndef _UDM_UAPI_LINUX_CONST_H
#define _UDM_UAPI_LINUX_CONST_H

#include <linux/const.h>

#endif
