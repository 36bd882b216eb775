/* SPDX-License-Identifier: GPL-2.0-only */
/* What net.core sets per network namespace. Kernel path: net/netns/core.h. */
#ifndef __NETNS_CORE_H__
#define __NETNS_CORE_H__

struct netns_core {
	int sysctl_optmem_max;	/* bytes of option and control memory per socket */
};

#endif
