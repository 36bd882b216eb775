/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time stamps taken by network hardware: what a driver is asked for. Adds to the UAPI
 * header. Kernel path: linux/net_tstamp.h.
 */
#ifndef _KERN_LINUX_NET_TSTAMP_H
#define _KERN_LINUX_NET_TSTAMP_H

#include_next <linux/net_tstamp.h>

#include <linux/types.h>

struct ifreq;

enum hwtstamp_source {
	HWTSTAMP_SOURCE_UNSPEC,
	HWTSTAMP_SOURCE_NETDEV,
	HWTSTAMP_SOURCE_PHYLIB,
};

/* hwtstamp_config in kernel form: flags, an HWTSTAMP_TX_* and an HWTSTAMP_FILTER_*. */
struct kernel_hwtstamp_config {
	int flags;
	int tx_type;
	int rx_filter;
	struct ifreq *ifr;
	bool copied_to_user;
	enum hwtstamp_source source;
};

static inline void hwtstamp_config_to_kernel(struct kernel_hwtstamp_config *kernel_cfg,
					     const struct hwtstamp_config *cfg)
{
	kernel_cfg->rx_filter = cfg->rx_filter;
	kernel_cfg->tx_type = cfg->tx_type;
	kernel_cfg->flags = cfg->flags;
}

static inline void hwtstamp_config_from_kernel(struct hwtstamp_config *cfg,
					       const struct kernel_hwtstamp_config *kernel_cfg)
{
	cfg->rx_filter = kernel_cfg->rx_filter;
	cfg->tx_type = kernel_cfg->tx_type;
	cfg->flags = kernel_cfg->flags;
}

#endif
