/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/if_bonding.h. */
#ifndef _UDM_UAPI_LINUX_IF_BONDING_H
#define _UDM_UAPI_LINUX_IF_BONDING_H

#include <linux/if_bonding.h>

#endif
