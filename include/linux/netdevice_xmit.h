/* SPDX-License-Identifier: GPL-2.0-only */
/* What a vCPU knows of the transmission it is in. */
#ifndef _LINUX_NETDEVICE_XMIT_H
#define _LINUX_NETDEVICE_XMIT_H

#include <linux/types.h>

struct netdev_xmit {
	u16 recursion;
	u8 more;	/* another packet for the same queue follows at once */
};

#endif
