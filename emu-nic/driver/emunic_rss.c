// SPDX-License-Identifier: GPL-2.0-only
/*
 * emunic: RSS. The default context's configuration is here, that of the others with the
 * core, but for what they hash. The device is told at once (of the default's tables while the
 * interface is up only) and again whenever the interface comes up; a context it does not take
 * back then is lost, with its rules.
 * RTNL and instance lock.
 */
#include "emunic.h"

#include <linux/string.h>

void emunic_spread_rss(struct emunic_priv *priv, unsigned int n)
{
	for (unsigned int i = 0; i < EMUNIC_RSS_TABLE_SIZE; i++)
		priv->rss_table[i] = ethtool_rxfh_indir_default(i, n);
}

static const struct rss_kind {
	u32 flow_type;
	bool ports;
} rss_kinds[EMUNIC_RSS_KINDS] = {
	[EMUNIC_RSS_TCP4] = { TCP_V4_FLOW, true },
	[EMUNIC_RSS_UDP4] = { UDP_V4_FLOW, true },
	[EMUNIC_RSS_IP4] = { IPV4_FLOW, false },
	[EMUNIC_RSS_TCP6] = { TCP_V6_FLOW, true },
	[EMUNIC_RSS_UDP6] = { UDP_V6_FLOW, true },
	[EMUNIC_RSS_IP6] = { IPV6_FLOW, false },
};

static const struct rss_field {
	u32 ethtool, device;
	bool port;
} rss_fields[] = {
	{ RXH_IP_SRC, EMUNIC_RSS_SRC, false },
	{ RXH_IP_DST, EMUNIC_RSS_DST, false },
	{ RXH_L4_B_0_1, EMUNIC_RSS_SPORT, true },
	{ RXH_L4_B_2_3, EMUNIC_RSS_DPORT, true },
};

void emunic_default_rss_fields(struct emunic_rss_fields *fields)
{
	for (unsigned int k = 0; k < EMUNIC_RSS_KINDS; k++)
		for (unsigned int i = 0; i < ARRAY_SIZE(rss_fields); i++)
			if (!rss_fields[i].port || rss_kinds[k].ports)
				fields->rxh[k] |= rss_fields[i].ethtool;
}

/* --- Telling the device -------------------------------------------------- */

static void program_fields(struct emunic_priv *priv, u32 base,
			   const struct emunic_rss_fields *fields)
{
	for (unsigned int k = 0; k < EMUNIC_RSS_KINDS; k++) {
		u32 val = 0;

		for (unsigned int i = 0; i < ARRAY_SIZE(rss_fields); i++)
			if (fields->rxh[k] & rss_fields[i].ethtool)
				val |= rss_fields[i].device;
		emunic_write(priv, base + EMUNIC_RSS_FIELDS(k), val);
	}
}

static void program_tables(struct emunic_priv *priv, u32 base, const u8 *key, const u32 *table)
{
	u32 word;

	for (unsigned int i = 0; i < EMUNIC_RSS_KEY_BYTES / 4; i++) {
		memcpy(&word, key + 4 * i, 4);
		emunic_write(priv, base + EMUNIC_RSS_KEY(i), word);
	}
	for (unsigned int i = 0; i < EMUNIC_RSS_TABLE_SIZE; i++)
		emunic_write(priv, base + EMUNIC_RSS_TABLE(i), table[i]);
}

/* All of a context but the default one; -EIO if the device does not take it. */
static int program_context(struct emunic_priv *priv, u32 context,
			   struct ethtool_rxfh_context *ctx)
{
	const u32 base = EMUNIC_RSS_CONTEXT(context);

	program_tables(priv, base, ethtool_rxfh_context_key(ctx), ethtool_rxfh_context_indir(ctx));
	program_fields(priv, base, ethtool_rxfh_context_priv(ctx));
	emunic_write(priv, base + EMUNIC_RSS_CTRL, EMUNIC_RSS_ENABLE);
	return readl(priv->bar + base + EMUNIC_RSS_CTRL) == EMUNIC_RSS_ENABLE ? 0 : -EIO;
}

static void program_default(struct emunic_priv *priv)
{
	program_tables(priv, 0, priv->rss_key, priv->rss_table);
	program_fields(priv, 0, &priv->rss_fields);
	emunic_write(priv, EMUNIC_RSS_CTRL, EMUNIC_RSS_ENABLE);
}

void emunic_program_rss(struct emunic_priv *priv)
{
	struct ethtool_rxfh_context *ctx;
	unsigned long context;

	program_default(priv);
	xa_for_each(&priv->netdev->ethtool->rss_ctx, context, ctx) {
		if (!program_context(priv, context, ctx))
			continue;
		emunic_forget_context_flows(priv, context);
		ethtool_rxfh_context_lost(priv->netdev, context);
	}
}

/* --- What is hashed ------------------------------------------------------ */

static int find_rss_kind(u32 flow_type)
{
	for (unsigned int k = 0; k < EMUNIC_RSS_KINDS; k++)
		if (rss_kinds[k].flow_type == flow_type)
			return k;
	return -EINVAL;
}

/* NULL: there is no such context. */
static struct emunic_rss_fields *fields_of_context(struct emunic_priv *priv, u32 context)
{
	struct ethtool_rxfh_context *ctx;

	if (!context)
		return &priv->rss_fields;
	ctx = xa_load(&priv->netdev->ethtool->rss_ctx, context);
	return ctx ? ethtool_rxfh_context_priv(ctx) : NULL;
}

int emunic_get_rxfh_fields(struct net_device *netdev, struct ethtool_rxfh_fields *fields)
{
	const struct emunic_rss_fields *of = fields_of_context(netdev_priv(netdev),
							       fields->rss_context);
	int kind = find_rss_kind(fields->flow_type);

	if (!of)
		return -ENOENT;
	if (kind < 0)
		return kind;
	fields->data = of->rxh[kind];
	return 0;
}

int emunic_set_rxfh_fields(struct net_device *netdev, const struct ethtool_rxfh_fields *fields,
			   struct netlink_ext_ack *extack)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	struct emunic_rss_fields *of = fields_of_context(priv, fields->rss_context);
	int kind = find_rss_kind(fields->flow_type);
	u32 known = 0;

	if (!of)
		return -ENOENT;
	if (kind < 0)
		return kind;
	for (unsigned int i = 0; i < ARRAY_SIZE(rss_fields); i++)
		if (!rss_fields[i].port || rss_kinds[kind].ports)
			known |= rss_fields[i].ethtool;
	if (fields->data & ~known) {
		NL_SET_ERR_MSG(extack, "field not hashed for this flow type");
		return -EINVAL;
	}
	of->rxh[kind] = fields->data;
	program_fields(priv, EMUNIC_RSS_CONTEXT(fields->rss_context), of);
	return 0;
}

/* --- Tables and keys ----------------------------------------------------- */

u32 emunic_get_rxfh_key_size(struct net_device *netdev)
{
	return EMUNIC_RSS_KEY_BYTES;
}

u32 emunic_get_rxfh_indir_size(struct net_device *netdev)
{
	return EMUNIC_RSS_TABLE_SIZE;
}

int emunic_get_rxfh(struct net_device *netdev, struct ethtool_rxfh_param *rxfh)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	rxfh->hfunc = ETH_RSS_HASH_TOP;
	if (rxfh->indir)
		memcpy(rxfh->indir, priv->rss_table, sizeof(priv->rss_table));
	if (rxfh->key)
		memcpy(rxfh->key, priv->rss_key, sizeof(priv->rss_key));
	return 0;
}

const u32 *emunic_rss_table(struct emunic_priv *priv, u32 context)
{
	struct ethtool_rxfh_context *ctx;

	if (!context)
		return priv->rss_table;
	ctx = xa_load(&priv->netdev->ethtool->rss_ctx, context);
	return ctx ? ethtool_rxfh_context_indir(ctx) : NULL;
}

u32 emunic_rss_max(const u32 *table)
{
	u32 highest = 0;

	for (unsigned int i = 0; i < EMUNIC_RSS_TABLE_SIZE; i++)
		highest = max(highest, table[i]);
	return highest;
}

static int check_rxfh(struct emunic_priv *priv, const struct ethtool_rxfh_param *rxfh,
		      struct netlink_ext_ack *extack)
{
	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE && rxfh->hfunc != ETH_RSS_HASH_TOP) {
		NL_SET_ERR_MSG(extack, "only the Toeplitz hash is supported");
		return -EOPNOTSUPP;
	}
	if (rxfh->indir && emunic_rss_max(rxfh->indir) +
			   emunic_context_flow_ring(priv, rxfh->rss_context) >=
			   priv->netdev->real_num_rx_queues) {
		NL_SET_ERR_MSG(extack, "flow rules add to the queues of this table");
		return -EINVAL;
	}
	return 0;
}

int emunic_set_rxfh(struct net_device *netdev, struct ethtool_rxfh_param *rxfh,
		    struct netlink_ext_ack *extack)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	int err = check_rxfh(priv, rxfh, extack);

	if (err)
		return err;
	if (rxfh->indir)
		memcpy(priv->rss_table, rxfh->indir, sizeof(priv->rss_table));
	if (rxfh->key)
		memcpy(priv->rss_key, rxfh->key, sizeof(priv->rss_key));
	if (netif_running(netdev))
		program_default(priv);
	return 0;
}

/* --- Contexts ------------------------------------------------------------ */

int emunic_create_rxfh_context(struct net_device *netdev, struct ethtool_rxfh_context *ctx,
			       const struct ethtool_rxfh_param *rxfh,
			       struct netlink_ext_ack *extack)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	u32 *table = ethtool_rxfh_context_indir(ctx);
	u8 *key = ethtool_rxfh_context_key(ctx);
	int err;

	/* Its number may be the caller's choice. */
	if (rxfh->rss_context >= EMUNIC_RSS_CONTEXTS)
		return -ERANGE;
	err = check_rxfh(priv, rxfh, extack);
	if (err)
		return err;
	for (unsigned int i = 0; i < EMUNIC_RSS_TABLE_SIZE; i++)
		table[i] = rxfh->indir ? rxfh->indir[i] :
			   ethtool_rxfh_indir_default(i, netdev->real_num_rx_queues);
	if (rxfh->key)
		memcpy(key, rxfh->key, EMUNIC_RSS_KEY_BYTES);
	else
		netdev_rss_key_fill(key, EMUNIC_RSS_KEY_BYTES);
	ctx->hfunc = ETH_RSS_HASH_TOP;
	emunic_default_rss_fields(ethtool_rxfh_context_priv(ctx));
	err = program_context(priv, rxfh->rss_context, ctx);
	if (err)
		NL_SET_ERR_MSG(extack, "the device did not enable the context");
	return err;
}

int emunic_modify_rxfh_context(struct net_device *netdev, struct ethtool_rxfh_context *ctx,
			       const struct ethtool_rxfh_param *rxfh,
			       struct netlink_ext_ack *extack)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	int err = check_rxfh(priv, rxfh, extack);

	if (err)
		return err;
	program_tables(priv, EMUNIC_RSS_CONTEXT(rxfh->rss_context),
		       rxfh->key ?: ethtool_rxfh_context_key(ctx),
		       rxfh->indir ?: ethtool_rxfh_context_indir(ctx));
	return 0;
}

int emunic_remove_rxfh_context(struct net_device *netdev, struct ethtool_rxfh_context *ctx,
			       u32 rss_context, struct netlink_ext_ack *extack)
{
	emunic_write(netdev_priv(netdev), EMUNIC_RSS_CONTEXT(rss_context) + EMUNIC_RSS_CTRL, 0);
	return 0;
}
