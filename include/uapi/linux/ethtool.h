/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/ethtool.h. */
#ifndef _UDM_UAPI_LINUX_ETHTOOL_H
#define _UDM_UAPI_LINUX_ETHTOOL_H

#include <linux/ethtool.h>

#endif
