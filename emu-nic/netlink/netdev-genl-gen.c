// SPDX-License-Identifier: GPL-2.0-only
/*
 * Family "netdev": the family object without its commands, and the policies of
 * nested attributes that handlers parse themselves.
 */
#include <linux/array_size.h>
#include <linux/export.h>
#include <linux/limits.h>
#include "netdev-genl-gen.h"

static const struct netlink_range_validation page_pool_id_range = {
	.min = 1,
	.max = 4294967295ULL,
};

static const struct netlink_range_validation page_pool_ifindex_range = {
	.min = 1,
	.max = 2147483647ULL,
};

const struct nla_policy netdev_page_pool_info_nl_policy[NETDEV_A_PAGE_POOL_IFINDEX + 1] = {
	[NETDEV_A_PAGE_POOL_ID] = NLA_POLICY_FULL_RANGE(NLA_UINT, &page_pool_id_range),
	[NETDEV_A_PAGE_POOL_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &page_pool_ifindex_range),
};

const struct nla_policy netdev_queue_id_nl_policy[NETDEV_A_QUEUE_TYPE + 1] = {
	[NETDEV_A_QUEUE_ID] = { .type = NLA_U32 },
	[NETDEV_A_QUEUE_TYPE] = NLA_POLICY_MAX(NLA_U32, 1),
};

static const struct genl_multicast_group netdev_nl_mcgrps[] = {
	[NETDEV_NLGRP_MGMT] = { NETDEV_MCGRP_MGMT },
	[NETDEV_NLGRP_PAGE_POOL] = { NETDEV_MCGRP_PAGE_POOL },
};

struct genl_family netdev_nl_family = {
	.name = NETDEV_FAMILY_NAME,
	.version = NETDEV_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.mcgrps = netdev_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(netdev_nl_mcgrps),
};
EXPORT_SYMBOL(netdev_nl_family);
