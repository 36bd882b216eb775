/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/if_link.h. */
#ifndef _UDM_UAPI_LINUX_IF_LINK_H
#define _UDM_UAPI_LINUX_IF_LINK_H

#include <linux/if_link.h>

#endif
