// SPDX-License-Identifier: GPL-2.0-only
/*
 * What flow rules hold on to: channels, and contexts of receive-side scaling.
 *
 * The driver has the rules; they are read one by one. A rule into a context sends to the
 * queues of the context's table, its own ring added. Contract: net/ethtool/common.c.
 */
#include <linux/slab.h>
#include "ethtool.h"

struct rules_walk {
	int highest;		/* channel, */
	u32 context;		/* or is this one used? */
	bool used;
};

static bool rule_has_ring(const struct ethtool_rxnfc *rule)
{
	return rule->fs.ring_cookie != RX_CLS_FLOW_DISC &&
	       rule->fs.ring_cookie != RX_CLS_FLOW_WAKE &&
	       !ethtool_get_flow_spec_ring_vf(rule->fs.ring_cookie);
}

static void rule_channel(struct net_device *dev, const struct ethtool_rxnfc *rule,
			 struct rules_walk *walk)
{
	int ring = rule->fs.ring_cookie;

	if (!rule_has_ring(rule))
		return;
	if (rule->fs.flow_type & FLOW_RSS)
		ring += max(ethtool_rss_max_channel(dev, rule->rss_context), 0);
	walk->highest = max(walk->highest, ring);
}

static void rule_context(struct net_device *dev, const struct ethtool_rxnfc *rule,
			 struct rules_walk *walk)
{
	walk->used |= rule->fs.flow_type & FLOW_RSS && rule->rss_context == walk->context;
}

static void rules_visit(struct net_device *dev, const struct ethtool_rxnfc *all, const u32 *locs,
			void (*fn)(struct net_device *dev, const struct ethtool_rxnfc *rule,
				   struct rules_walk *walk), struct rules_walk *walk)
{
	u32 i;

	for (i = 0; i < all->rule_cnt; i++) {
		struct ethtool_rxnfc rule = { .cmd = ETHTOOL_GRXCLSRULE,
					      .fs.location = locs[i] };

		if (!dev->ethtool_ops->get_rxnfc(dev, &rule, NULL))
			fn(dev, &rule, walk);
	}
}

static int rules_walk(struct net_device *dev,
		      void (*fn)(struct net_device *dev, const struct ethtool_rxnfc *rule,
				 struct rules_walk *walk), struct rules_walk *walk)
{
	struct ethtool_rxnfc all = { .cmd = ETHTOOL_GRXCLSRLCNT };
	u32 *locs;

	if (!dev->ethtool_ops->get_rxnfc || dev->ethtool_ops->get_rxnfc(dev, &all, NULL) ||
	    !all.rule_cnt)
		return 0;
	locs = kcalloc(all.rule_cnt, sizeof(*locs), GFP_KERNEL);
	if (!locs)
		return -ENOMEM;
	all.cmd = ETHTOOL_GRXCLSRLALL;
	if (!dev->ethtool_ops->get_rxnfc(dev, &all, locs))
		rules_visit(dev, &all, locs, fn, walk);
	kfree(locs);
	return 0;
}

int ethtool_rules_max_channel(struct net_device *dev)
{
	struct rules_walk walk = { .highest = -1 };

	return rules_walk(dev, rule_channel, &walk) ?: walk.highest;
}

int ethtool_rules_use_context(struct net_device *dev, u32 context)
{
	struct rules_walk walk = { .context = context };

	return rules_walk(dev, rule_context, &walk) ?: (walk.used ? -EBUSY : 0);
}
