// SPDX-License-Identifier: GPL-2.0-only
/*
 * emunic: flow rules. A table by location, of which the device has a copy; the
 * lowest location that matches wins. A rule into a context adds its ring to what the
 * context's table says, and the sum is a queue there is. RTNL and instance lock.
 */
#include "emunic.h"

#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/string.h>

/* What the device can compare, of any kind of rule; once the values, once their masks. */
struct flow_fields {
	const __be32 *src, *dst;
	unsigned int words;		/* of an address */
	u16 sport, dport, vlan;
	u8 proto, tos;
};

static u32 flow_kind(const struct ethtool_rx_flow_spec *fs)
{
	return fs->flow_type & ~(FLOW_EXT | FLOW_MAC_EXT | FLOW_RSS);
}

static bool is_v6(const struct ethtool_rx_flow_spec *fs)
{
	return flow_kind(fs) == TCP_V6_FLOW || flow_kind(fs) == UDP_V6_FLOW ||
	       flow_kind(fs) == IPV6_USER_FLOW;
}

static bool has_ports(const struct ethtool_rx_flow_spec *fs)
{
	return flow_kind(fs) != IPV4_USER_FLOW && flow_kind(fs) != IPV6_USER_FLOW;
}

static u8 implied_proto(const struct ethtool_rx_flow_spec *fs)
{
	bool udp = flow_kind(fs) == UDP_V4_FLOW || flow_kind(fs) == UDP_V6_FLOW;

	return udp ? IPPROTO_UDP : IPPROTO_TCP;
}

static void read_fields(const struct ethtool_rx_flow_spec *fs, bool mask, struct flow_fields *f)
{
	const union ethtool_flow_union *u = mask ? &fs->m_u : &fs->h_u;
	const struct ethtool_flow_ext *ext = mask ? &fs->m_ext : &fs->h_ext;

	memset(f, 0, sizeof(*f));
	if (is_v6(fs)) {
		/* Both kinds begin alike. */
		f->src = u->tcp_ip6_spec.ip6src;
		f->dst = u->tcp_ip6_spec.ip6dst;
		f->words = 4;
		f->tos = has_ports(fs) ? u->tcp_ip6_spec.tclass : u->usr_ip6_spec.tclass;
		f->proto = u->usr_ip6_spec.l4_proto;
		f->sport = ntohs(u->tcp_ip6_spec.psrc);
		f->dport = ntohs(u->tcp_ip6_spec.pdst);
	} else {
		f->src = &u->tcp_ip4_spec.ip4src;
		f->dst = &u->tcp_ip4_spec.ip4dst;
		f->words = 1;
		f->tos = has_ports(fs) ? u->tcp_ip4_spec.tos : u->usr_ip4_spec.tos;
		f->proto = u->usr_ip4_spec.proto;
		f->sport = ntohs(u->tcp_ip4_spec.psrc);
		f->dport = ntohs(u->tcp_ip4_spec.pdst);
	}
	if (has_ports(fs))
		f->proto = mask ? 0xff : implied_proto(fs);
	else
		f->sport = f->dport = 0;
	if (fs->flow_type & FLOW_EXT)
		f->vlan = ntohs(ext->vlan_tci);
}

static void write_words(struct emunic_priv *priv, u32 reg, const __be32 *words, unsigned int n)
{
	for (unsigned int i = 0; i < 4; i++)
		emunic_write(priv, reg + 4 * i, i < n ? (__force u32)words[i] : 0);
}

static void program_flow(struct emunic_priv *priv, u32 loc)
{
	const struct ethtool_rx_flow_spec *fs = &priv->flows[loc].fs;
	struct flow_fields value, mask;

	read_fields(fs, false, &value);
	read_fields(fs, true, &mask);
	emunic_write(priv, EMUNIC_FLOW_LOC, loc);
	emunic_write(priv, EMUNIC_FLOW_TYPE, (is_v6(fs) ? EMUNIC_FLOW_IPV6 : 0) |
		     (has_ports(fs) ? EMUNIC_FLOW_L4 : 0) | (mask.vlan ? EMUNIC_FLOW_TAGGED : 0));
	write_words(priv, EMUNIC_FLOW_SRC(0), value.src, value.words);
	write_words(priv, EMUNIC_FLOW_DST(0), value.dst, value.words);
	write_words(priv, EMUNIC_FLOW_SRC_MASK(0), mask.src, mask.words);
	write_words(priv, EMUNIC_FLOW_DST_MASK(0), mask.dst, mask.words);
	emunic_write(priv, EMUNIC_FLOW_SPORT, value.sport);
	emunic_write(priv, EMUNIC_FLOW_DPORT, value.dport);
	emunic_write(priv, EMUNIC_FLOW_PROTO, value.proto);
	emunic_write(priv, EMUNIC_FLOW_TOS, value.tos);
	emunic_write(priv, EMUNIC_FLOW_VLAN, value.vlan);
	emunic_write(priv, EMUNIC_FLOW_SPORT_MASK, mask.sport);
	emunic_write(priv, EMUNIC_FLOW_DPORT_MASK, mask.dport);
	emunic_write(priv, EMUNIC_FLOW_PROTO_MASK, mask.proto);
	emunic_write(priv, EMUNIC_FLOW_TOS_MASK, mask.tos);
	emunic_write(priv, EMUNIC_FLOW_VLAN_MASK, mask.vlan);
	emunic_write(priv, EMUNIC_FLOW_ACTION, fs->ring_cookie == RX_CLS_FLOW_DISC ?
		     EMUNIC_FLOW_DROP : fs->flow_type & FLOW_RSS ?
		     EMUNIC_FLOW_TO_CONTEXT : EMUNIC_FLOW_TO_QUEUE);
	emunic_write(priv, EMUNIC_FLOW_QUEUE, (u32)fs->ring_cookie);
	emunic_write(priv, EMUNIC_FLOW_CONTEXT, priv->flows[loc].context);
	emunic_write(priv, EMUNIC_FLOW_CMD, EMUNIC_FLOW_INSERT);
}

void emunic_program_flows(struct emunic_priv *priv)
{
	unsigned int loc;

	for_each_set_bit(loc, priv->flow_used, EMUNIC_MAX_FLOWS)
		program_flow(priv, loc);
}

static int check_kind(const struct ethtool_rx_flow_spec *fs)
{
	switch (flow_kind(fs)) {
	case TCP_V4_FLOW:
	case UDP_V4_FLOW:
	case TCP_V6_FLOW:
	case UDP_V6_FLOW:
		return 0;
	case IPV4_USER_FLOW:
		if (fs->h_u.usr_ip4_spec.ip_ver != ETH_RX_NFC_IP4)
			return -EINVAL;
		return fs->m_u.usr_ip4_spec.l4_4_bytes || fs->m_u.usr_ip4_spec.ip_ver ?
		       -EOPNOTSUPP : 0;
	case IPV6_USER_FLOW:
		return fs->m_u.usr_ip6_spec.l4_4_bytes ? -EOPNOTSUPP : 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int check_ring(struct emunic_priv *priv, const struct emunic_flow *flow)
{
	const u64 queues = priv->netdev->real_num_rx_queues;
	const u32 *table;

	if (flow->fs.ring_cookie >= queues)
		return -EINVAL;
	if (!(flow->fs.flow_type & FLOW_RSS))
		return 0;
	table = emunic_rss_table(priv, flow->context);
	return table && flow->fs.ring_cookie + emunic_rss_max(table) < queues ? 0 : -EINVAL;
}

static int flow_check(struct emunic_priv *priv, const struct emunic_flow *flow)
{
	const struct ethtool_rx_flow_spec *fs = &flow->fs;
	int err = check_kind(fs);

	if (err)
		return err;
	if (fs->flow_type & FLOW_MAC_EXT || !(priv->netdev->features & NETIF_F_NTUPLE))
		return -EOPNOTSUPP;
	if (fs->flow_type & FLOW_EXT &&
	    (fs->m_ext.vlan_etype || fs->m_ext.data[0] || fs->m_ext.data[1]))
		return -EOPNOTSUPP;
	if (fs->ring_cookie == RX_CLS_FLOW_DISC)
		return fs->flow_type & FLOW_RSS ? -EINVAL : 0;
	if (fs->ring_cookie == RX_CLS_FLOW_WAKE)
		return -EOPNOTSUPP;
	return check_ring(priv, flow);
}

static int flow_location(struct emunic_priv *priv, u32 *loc)
{
	if (!(*loc & RX_CLS_LOC_SPECIAL))
		return *loc < EMUNIC_MAX_FLOWS ? 0 : -EINVAL;
	switch (*loc) {
	case RX_CLS_LOC_LAST:
		for (unsigned int i = EMUNIC_MAX_FLOWS; i--;)
			if (!test_bit(i, priv->flow_used)) {
				*loc = i;
				return 0;
			}
		return -ENOSPC;
	case RX_CLS_LOC_ANY:
	case RX_CLS_LOC_FIRST:
		*loc = find_first_zero_bit(priv->flow_used, EMUNIC_MAX_FLOWS);
		return *loc < EMUNIC_MAX_FLOWS ? 0 : -ENOSPC;
	default:
		return -EINVAL;
	}
}

static int flow_insert(struct emunic_priv *priv, struct ethtool_rxnfc *info)
{
	struct emunic_flow flow = { .fs = info->fs };
	int err;

	if (info->fs.flow_type & FLOW_RSS)
		flow.context = info->rss_context;
	err = flow_check(priv, &flow) ?: flow_location(priv, &flow.fs.location);
	if (err)
		return err;
	info->fs.location = flow.fs.location;
	priv->flows[flow.fs.location] = flow;
	set_bit(flow.fs.location, priv->flow_used);
	program_flow(priv, flow.fs.location);
	return 0;
}

static int flow_delete(struct emunic_priv *priv, u32 loc)
{
	if (loc >= EMUNIC_MAX_FLOWS || !test_and_clear_bit(loc, priv->flow_used))
		return -ENOENT;
	emunic_write(priv, EMUNIC_FLOW_LOC, loc);
	emunic_write(priv, EMUNIC_FLOW_CMD, EMUNIC_FLOW_DELETE);
	return 0;
}

/* --- Rules into contexts ------------------------------------------------- */

static bool uses_context(const struct emunic_flow *flow, u32 context)
{
	return flow->fs.flow_type & FLOW_RSS && flow->context == context;
}

u32 emunic_context_flow_ring(struct emunic_priv *priv, u32 context)
{
	unsigned int loc;
	u32 most = 0;

	for_each_set_bit(loc, priv->flow_used, EMUNIC_MAX_FLOWS)
		if (uses_context(&priv->flows[loc], context))
			most = max(most, (u32)priv->flows[loc].fs.ring_cookie);
	return most;
}

void emunic_forget_context_flows(struct emunic_priv *priv, u32 context)
{
	unsigned int loc;

	for_each_set_bit(loc, priv->flow_used, EMUNIC_MAX_FLOWS)
		if (uses_context(&priv->flows[loc], context))
			flow_delete(priv, loc);
}

void emunic_forget_flows(struct emunic_priv *priv)
{
	unsigned int loc;

	for_each_set_bit(loc, priv->flow_used, EMUNIC_MAX_FLOWS)
		flow_delete(priv, loc);
}

/* --- ethtool ------------------------------------------------------------- */

int emunic_set_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *info)
{
	struct emunic_priv *priv = netdev_priv(netdev);

	switch (info->cmd) {
	case ETHTOOL_SRXCLSRLINS:
		return flow_insert(priv, info);
	case ETHTOOL_SRXCLSRLDEL:
		return flow_delete(priv, info->fs.location);
	default:
		return -EOPNOTSUPP;
	}
}

static int flow_list(struct emunic_priv *priv, struct ethtool_rxnfc *info, u32 *rule_locs)
{
	unsigned int loc, n = 0;

	for_each_set_bit(loc, priv->flow_used, EMUNIC_MAX_FLOWS) {
		if (n == info->rule_cnt)
			return -EMSGSIZE;
		rule_locs[n++] = loc;
	}
	info->rule_cnt = n;
	info->data = EMUNIC_MAX_FLOWS;
	return 0;
}

int emunic_get_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *info, u32 *rule_locs)
{
	struct emunic_priv *priv = netdev_priv(netdev);
	u32 loc = info->fs.location;

	switch (info->cmd) {
	case ETHTOOL_GRXRINGS:
		info->data = netdev->real_num_rx_queues;
		return 0;
	case ETHTOOL_GRXCLSRLCNT:
		info->rule_cnt = bitmap_weight(priv->flow_used, EMUNIC_MAX_FLOWS);
		info->data = EMUNIC_MAX_FLOWS | RX_CLS_LOC_SPECIAL;
		return 0;
	case ETHTOOL_GRXCLSRULE:
		if (loc >= EMUNIC_MAX_FLOWS || !test_bit(loc, priv->flow_used))
			return -ENOENT;
		info->fs = priv->flows[loc].fs;
		info->data = EMUNIC_MAX_FLOWS;
		if (info->fs.flow_type & FLOW_RSS)
			info->rss_context = priv->flows[loc].context;
		return 0;
	case ETHTOOL_GRXCLSRLALL:
		return flow_list(priv, info, rule_locs);
	default:
		return -EOPNOTSUPP;
	}
}
