// SPDX-License-Identifier: GPL-2.0-only
/*
 * Family "ethtool", row by row: each command, each attribute it takes, and each
 * errno and text it is refused with. What depends on how things went before is in
 * ethtool_nl.c.
 */
#include "fixture.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>
#include <net/netlink.h>

#include "ethtool_rows.h"

/* --- What is done to the NIC --------------------------------------------- */

const struct ethtool_ops *real_ops;
struct ethtool_ops other_ops;

void change_ops(void)
{
	real_ops = row_dev->ethtool_ops;
	other_ops = *real_ops;
	row_dev->ethtool_ops = &other_ops;
}

void restore_ops(void)
{
	row_dev->ethtool_ops = real_ops;
}

static void cannot_split(void)
{
	change_ops();
	other_ops.supported_ring_params = 0;
}

static void no_push_buffer(struct net_device *dev, struct ethtool_ringparam *ring,
			   struct kernel_ethtool_ringparam *kernel, struct netlink_ext_ack *extack)
{
	real_ops->get_ringparam(dev, ring, kernel, extack);
	kernel->tx_push_buf_max_len = 96;
}

static void can_all(void)
{
	change_ops();
	other_ops.supported_ring_params = ~0u;
	other_ops.get_ringparam = no_push_buffer;
}

void without_set_ops(void)
{
	change_ops();
	other_ops.set_ringparam = NULL;
	other_ops.set_channels = NULL;
	other_ops.set_rxfh = NULL;
}

static int no_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	return -EIO;
}

static void failing_channels(void)
{
	change_ops();
	other_ops.set_channels = no_channels;
}

void no_admin(void)
{
	udm_task_drop_cap(CAP_NET_ADMIN);
}

void admin(void)
{
	udm_task_raise_cap(CAP_NET_ADMIN);
}

void detach(void)
{
	netif_device_detach(row_dev);
}

void attach(void)
{
	netif_device_attach(row_dev);
}

static void xsk_on(void)
{
	row_dev->_rx[3].pool = (void *)row_dev;
}

static void xsk_off(void)
{
	row_dev->_rx[3].pool = NULL;
}

static void provider_on(void)
{
	row_dev->_rx[1].mp_params.mp_priv = row_dev;
}

static void provider_off(void)
{
	row_dev->_rx[1].mp_params.mp_priv = NULL;
}

/* --- The header ---------------------------------------------------------- */

static const struct nl_row header[] = {
	{ "no header", ETHTOOL, ETHTOOL_MSG_RINGS_GET, ERR(EINVAL, .miss_type = 1) },
	{ "an empty header", ETHTOOL, ETHTOOL_MSG_CHANNELS_GET, 0, { NEST(1), CLOSE },
	  ERR(EINVAL, .text = "neither ifindex nor name specified", .offs = 20) },
	{ "a header with flags only", ETHTOOL, ETHTOOL_MSG_RSS_GET, 0,
	  { NEST(1), U32(ETHTOOL_A_HEADER_FLAGS, 1), CLOSE },
	  ERR(EINVAL, .text = "neither ifindex nor name specified", .offs = 20) },
	{ "no such index", ETHTOOL, ETHTOOL_MSG_RINGS_GET, 0,
	  { NEST(1), U32(ETHTOOL_A_HEADER_DEV_INDEX, 99), CLOSE },
	  ERR(ENODEV, .text = "no device matches ifindex", .offs = 24) },
	{ "no such name", ETHTOOL, ETHTOOL_MSG_RINGS_GET, 0,
	  { NEST(1), TEXT(ETHTOOL_A_HEADER_DEV_NAME, "nono"), CLOSE },
	  ERR(ENODEV, .text = "no device matches name", .offs = 24) },
	{ "another name", ETHTOOL, ETHTOOL_MSG_RINGS_GET, 0,
	  { NEST(1), U32(ETHTOOL_A_HEADER_DEV_INDEX, THE_NIC), TEXT(ETHTOOL_A_HEADER_DEV_NAME,
	    "lo"),
	    CLOSE }, ERR(ENODEV, .text = "ifindex and name do not match", .offs = 32) },
	{ "index and name", ETHTOOL, ETHTOOL_MSG_RINGS_GET, 0,
	  { NEST(1), U32(ETHTOOL_A_HEADER_DEV_INDEX, THE_NIC),
	    TEXT(ETHTOOL_A_HEADER_DEV_NAME, "eth0"), CLOSE },
	    .reply = ETHTOOL_MSG_RINGS_GET_REPLY },
	{ "a reserved flag", ETHTOOL, ETHTOOL_MSG_RINGS_GET, 0,
	  { NEST(1), U32(ETHTOOL_A_HEADER_FLAGS, 1 << 20), CLOSE },
	  ERR(EINVAL, .text = "reserved bit set", .offs = 24) },
	{ "too long a name", ETHTOOL, ETHTOOL_MSG_RINGS_GET, 0,
	  { NEST(1), TEXT(ETHTOOL_A_HEADER_DEV_NAME, "0123456789abcdef"), CLOSE },
	  ERR(EINVAL, .text = "Attribute failed policy validation", .offs = 24) },
	{ "a header that is no nest", ETHTOOL, ETHTOOL_MSG_RINGS_GET, 0, { LONG(1, 8) },
	  ERR(EINVAL, .text = "NLA_F_NESTED is missing", .offs = 20) },
	{ "no ethtool", ETHTOOL, ETHTOOL_MSG_RINGS_GET, 0, { LOOPBACK }, ERR(EOPNOTSUPP) },
	{ "no ethtool to set", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0, { LOOPBACK }, ERR(EOPNOTSUPP) },
	{ "a device that is not there", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_RX, 64) }, ERR(ENODEV), .before = detach, .after = attach },
	{ "a dump without a header", ETHTOOL, ETHTOOL_MSG_RINGS_GET, DUMP, {},
	  .reply = ETHTOOL_MSG_RINGS_GET_REPLY, .has = { ETHTOOL_A_RINGS_HEADER } },
	{ "a dump of who is not there", ETHTOOL, ETHTOOL_MSG_CHANNELS_GET, DUMP,
	  { NEST(1), U32(ETHTOOL_A_HEADER_DEV_INDEX, 99), CLOSE },
	  ERR(ENODEV, .text = "no device matches ifindex", .offs = 24) },
	{ "a set is not dumped", ETHTOOL, ETHTOOL_MSG_RINGS_SET, DUMP, { NIC }, ERR(EOPNOTSUPP) },
};

/* --- Rings --------------------------------------------------------------- */

static const struct nl_row rings[] = {
	{ "get", ETHTOOL, ETHTOOL_MSG_RINGS_GET, 0, { NIC }, .reply = ETHTOOL_MSG_RINGS_GET_REPLY,
	  .has = { ETHTOOL_A_RINGS_HEADER, ETHTOOL_A_RINGS_RX_MAX, ETHTOOL_A_RINGS_TX_MAX,
		   ETHTOOL_A_RINGS_RX, ETHTOOL_A_RINGS_TX, ETHTOOL_A_RINGS_TCP_DATA_SPLIT,
		   ETHTOOL_A_RINGS_TX_PUSH, ETHTOOL_A_RINGS_RX_PUSH, ETHTOOL_A_RINGS_HDS_THRESH,
		   ETHTOOL_A_RINGS_HDS_THRESH_MAX } },
	{ "get of one that can all", ETHTOOL, ETHTOOL_MSG_RINGS_GET, 0, { NIC },
	  .reply = ETHTOOL_MSG_RINGS_GET_REPLY,
	  .has = { ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN, ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN_MAX },
	  .before = can_all, .after = restore_ops },
	{ "get takes a header only", ETHTOOL, ETHTOOL_MSG_RINGS_GET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_RX, 1) }, ERR(EINVAL, UNKNOWN, .offs = 32) },
	{ "set nothing", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0, { NIC } },
	{ "set what is", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_RX, 32), U8(ETHTOOL_A_RINGS_TCP_DATA_SPLIT, 2),
	    U32(ETHTOOL_A_RINGS_HDS_THRESH, 0) } },
	{ "set", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_RX, 64), U32(ETHTOOL_A_RINGS_TX, 64),
	    U8(ETHTOOL_A_RINGS_TCP_DATA_SPLIT, 1) } },
	{ "set by anybody", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0, { NIC }, ERR(EPERM),
	  .before = no_admin, .after = admin },
	{ "set a maximum", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN_MAX, 1) },
	  ERR(EINVAL, UNSUPPORTED, .offs = 32) },
	{ "set the last maximum", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_HDS_THRESH_MAX, 1) }, ERR(EINVAL, UNKNOWN, .offs = 32) },
	{ "split 3", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U8(ETHTOOL_A_RINGS_TCP_DATA_SPLIT, 3) }, ERR(ERANGE, RANGE, .offs = 32) },
	{ "tx push 2", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0, { NIC, U8(ETHTOOL_A_RINGS_TX_PUSH, 2) },
	  ERR(ERANGE, RANGE, .offs = 32) },
	{ "rx push 2", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0, { NIC, U8(ETHTOOL_A_RINGS_RX_PUSH, 2) },
	  ERR(ERANGE, RANGE, .offs = 32) },
	{ "buffers of 0", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_RX_BUF_LEN, 0) }, ERR(ERANGE, RANGE, .offs = 32) },
	{ "completions of 0", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_CQE_SIZE, 0) }, ERR(ERANGE, RANGE, .offs = 32) },
	{ "cannot rx buf len", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_RX_BUF_LEN, 4096) },
	  ERR(EOPNOTSUPP, .text = "setting rx buf len not supported", .offs = 32) },
	{ "cannot split", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U8(ETHTOOL_A_RINGS_TCP_DATA_SPLIT, 2) },
	  ERR(EOPNOTSUPP, .text = "setting TCP data split is not supported", .offs = 32),
	  .before = cannot_split, .after = restore_ops },
	{ "cannot hds-thresh", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_HDS_THRESH, 0) },
	  ERR(EOPNOTSUPP, .text = "setting hds-thresh is not supported", .offs = 32),
	  .before = cannot_split, .after = restore_ops },
	{ "cannot cqe size", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_CQE_SIZE, 64) },
	  ERR(EOPNOTSUPP, .text = "setting cqe size not supported", .offs = 32) },
	{ "cannot tx push", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0, { NIC, U8(ETHTOOL_A_RINGS_TX_PUSH,
	  1) },
	  ERR(EOPNOTSUPP, .text = "setting tx push not supported", .offs = 32) },
	{ "cannot rx push", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0, { NIC, U8(ETHTOOL_A_RINGS_RX_PUSH,
	  1) },
	  ERR(EOPNOTSUPP, .text = "setting rx push not supported", .offs = 32) },
	{ "cannot tx push buffers", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN, 1) },
	  ERR(EOPNOTSUPP, .text = "setting tx push buf len is not supported", .offs = 32) },
	{ "no operation to set", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0, { NIC }, ERR(EOPNOTSUPP),
	  .before = without_set_ops, .after = restore_ops },
	{ "rx too big", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_TX, 1 << 20), U32(ETHTOOL_A_RINGS_RX, 1 << 20) },
	  ERR(EINVAL, .text = "requested ring size exceeds maximum", .offs = 40) },
	{ "tx too big", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0, { NIC, U32(ETHTOOL_A_RINGS_TX,
	  1 << 20) },
	  ERR(EINVAL, .text = "requested ring size exceeds maximum", .offs = 32) },
	{ "rx mini", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0, { NIC, U32(ETHTOOL_A_RINGS_RX_MINI, 1) },
	  ERR(EINVAL, .text = "requested ring size exceeds maximum", .offs = 32) },
	{ "rx jumbo", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0, { NIC, U32(ETHTOOL_A_RINGS_RX_JUMBO, 1) },
	  ERR(EINVAL, .text = "requested ring size exceeds maximum", .offs = 32) },
	{ "hds-thresh too big", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_HDS_THRESH, 1 << 30) },
	  ERR(EINVAL, .text = "requested ring size exceeds maximum", .offs = 32) },
	{ "tx push buffers too big", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN, 97) },
	  ERR(EINVAL, .text = "Requested TX push buffer exceeds the maximum of 96", .offs = 32),
	  .before = can_all, .after = restore_ops },
	{ "a provider keeps the split", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U8(ETHTOOL_A_RINGS_TCP_DATA_SPLIT, 1) }, ERR(EINVAL, .text =
		"can't disable tcp-data-split while device has memory provider enabled",
		.offs = 32), .before = provider_on, .after = provider_off },
	{ "a provider keeps the threshold", ETHTOOL, ETHTOOL_MSG_RINGS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RINGS_HDS_THRESH, 1) }, ERR(EINVAL, .text =
		"can't set non-zero hds_thresh while device is memory provider enabled",
		.offs = 32), .before = provider_on, .after = provider_off },
};

/* --- Channels ------------------------------------------------------------ */

static const struct nl_row channels[] = {
	{ "get", ETHTOOL, ETHTOOL_MSG_CHANNELS_GET, 0, { NIC },
	  .reply = ETHTOOL_MSG_CHANNELS_GET_REPLY,
	  .has = { ETHTOOL_A_CHANNELS_HEADER, ETHTOOL_A_CHANNELS_COMBINED_MAX,
		   ETHTOOL_A_CHANNELS_COMBINED_COUNT } },
	{ "dump", ETHTOOL, ETHTOOL_MSG_CHANNELS_GET, DUMP, {},
	  .reply = ETHTOOL_MSG_CHANNELS_GET_REPLY },
	{ "set", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0,
	  { NIC, U32(ETHTOOL_A_CHANNELS_RX_COUNT, 0), U32(ETHTOOL_A_CHANNELS_TX_COUNT, 0),
	    U32(ETHTOOL_A_CHANNELS_OTHER_COUNT, 0), U32(ETHTOOL_A_CHANNELS_COMBINED_COUNT, 2) } },
	{ "set by anybody", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0, { NIC }, ERR(EPERM),
	  .before = no_admin, .after = admin },
	{ "set a maximum", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0,
	  { NIC, U32(ETHTOOL_A_CHANNELS_COMBINED_MAX, 1) }, ERR(EINVAL, UNSUPPORTED, .offs = 32) },
	{ "no operation to set", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0, { NIC }, ERR(EOPNOTSUPP),
	  .before = without_set_ops, .after = restore_ops },
	{ "too many", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0,
	  { NIC, U32(ETHTOOL_A_CHANNELS_COMBINED_COUNT, ROW_QUEUES + 1) },
	  ERR(EINVAL, .text = "requested channel count exceeds maximum", .offs = 32) },
	{ "too many to receive", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0,
	  { NIC, U32(ETHTOOL_A_CHANNELS_COMBINED_COUNT, 1), U32(ETHTOOL_A_CHANNELS_RX_COUNT, 1) },
	  ERR(EINVAL, .text = "requested channel count exceeds maximum", .offs = 40) },
	{ "too many others", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0,
	  { NIC, U32(ETHTOOL_A_CHANNELS_OTHER_COUNT, 1) },
	  ERR(EINVAL, .text = "requested channel count exceeds maximum", .offs = 32) },
	{ "none", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0,
	  { NIC, U32(ETHTOOL_A_CHANNELS_COMBINED_COUNT, 0) }, ERR(EINVAL, .text =
		"requested channel counts would result in no RX or TX channel being configured",
		.offs = 32) },
	{ "a provider keeps one more", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0,
	  { NIC, U32(ETHTOOL_A_CHANNELS_COMBINED_COUNT, 2) }, ERR(EINVAL, .text =
		"requested channel counts are too low for existing memory provider setting (2)"),
	  .before = provider_on, .after = provider_off },
	{ "AF_XDP keeps its own", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0,
	  { NIC, U32(ETHTOOL_A_CHANNELS_COMBINED_COUNT, 3) }, ERR(EINVAL, .text =
		"requested channel counts are too low for existing zerocopy AF_XDP sockets"),
	  .before = xsk_on, .after = xsk_off },
	{ "the driver cannot", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0,
	  { NIC, U32(ETHTOOL_A_CHANNELS_COMBINED_COUNT, 3) }, ERR(EIO),
	  .before = failing_channels, .after = restore_ops },
};

/* --- Coalescing ---------------------------------------------------------- */

static struct ethtool_coalesce coal;
static struct kernel_ethtool_coalesce kernel_coal;
static unsigned int coalesce_sets;

static int get_coalesce(struct net_device *dev, struct ethtool_coalesce *c,
			struct kernel_ethtool_coalesce *k, struct netlink_ext_ack *extack)
{
	*c = coal;
	*k = kernel_coal;
	return 0;
}

static int set_coalesce(struct net_device *dev, struct ethtool_coalesce *c,
			struct kernel_ethtool_coalesce *k, struct netlink_ext_ack *extack)
{
	if (c->rx_coalesce_usecs > 100) {
		NL_SET_ERR_MSG(extack, "too late");
		return -EINVAL;
	}
	coal = *c;
	kernel_coal = *k;
	coalesce_sets++;
	return 0;
}

static void coalesces(void)
{
	change_ops();
	other_ops.supported_coalesce_params = ETHTOOL_COALESCE_RX_USECS |
		ETHTOOL_COALESCE_RX_MAX_FRAMES | ETHTOOL_COALESCE_USE_ADAPTIVE_RX |
		ETHTOOL_COALESCE_USE_CQE_TX | ETHTOOL_COALESCE_TX_AGGR_TIME_USECS;
	other_ops.get_coalesce = get_coalesce;
	other_ops.set_coalesce = set_coalesce;
	coal = (struct ethtool_coalesce){ .rx_coalesce_usecs = 8, .use_adaptive_rx_coalesce = 3,
					  .rate_sample_interval = 1 };
	kernel_coal = (struct kernel_ethtool_coalesce){};
	coalesce_sets = 0;
}

static void coalesces_all(void)
{
	coalesces();
	other_ops.supported_coalesce_params = ~0u;
}

static void coalesced(void)
{
	restore_ops();
	ck_assert_uint_eq(coalesce_sets, 1);
	ck_assert_uint_eq(coal.rx_coalesce_usecs, 20);
	ck_assert_uint_eq(coal.use_adaptive_rx_coalesce, 0);
	ck_assert_uint_eq(coal.rate_sample_interval, 1);
	ck_assert_uint_eq(kernel_coal.use_cqe_mode_tx, 1);
	ck_assert_uint_eq(kernel_coal.use_cqe_mode_rx, 0);
	ck_assert_uint_eq(kernel_coal.tx_aggr_time_usecs, 5);
}

static void coalesced_nothing(void)
{
	restore_ops();
	ck_assert_uint_eq(coalesce_sets, 0);
}

static const struct nl_row coalescing[] = {
	{ "no operation to get", ETHTOOL, ETHTOOL_MSG_COALESCE_GET, 0, { LOOPBACK },
	  ERR(EOPNOTSUPP) },
	/* A value is shown although it cannot be set. */
	{ "get", ETHTOOL, ETHTOOL_MSG_COALESCE_GET, 0, { NIC },
	  .reply = ETHTOOL_MSG_COALESCE_GET_REPLY,
	  .has = { ETHTOOL_A_COALESCE_HEADER, ETHTOOL_A_COALESCE_RX_USECS,
		   ETHTOOL_A_COALESCE_RX_MAX_FRAMES, ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX,
		   ETHTOOL_A_COALESCE_RATE_SAMPLE_INTERVAL, ETHTOOL_A_COALESCE_USE_CQE_MODE_TX,
		   ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS },
	  .before = coalesces, .after = restore_ops },
	{ "get all, the first", ETHTOOL, ETHTOOL_MSG_COALESCE_GET, 0, { NIC },
	  .reply = ETHTOOL_MSG_COALESCE_GET_REPLY,
	  .has = { 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
	  .before = coalesces_all, .after = restore_ops },
	{ "get all, the last", ETHTOOL, ETHTOOL_MSG_COALESCE_GET, 0, { NIC },
	  .reply = ETHTOOL_MSG_COALESCE_GET_REPLY,
	  .has = { 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28 },
	  .before = coalesces_all, .after = restore_ops },
	{ "dump", ETHTOOL, ETHTOOL_MSG_COALESCE_GET, DUMP, {},
	  .reply = ETHTOOL_MSG_COALESCE_GET_REPLY, .before = coalesces, .after = restore_ops },
	{ "set", ETHTOOL, ETHTOOL_MSG_COALESCE_SET, 0,
	  { NIC, U32(ETHTOOL_A_COALESCE_RX_USECS, 20), U8(ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX, 0),
	    U8(ETHTOOL_A_COALESCE_USE_CQE_MODE_TX, 1),
	    U32(ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS, 5) },
	  .before = coalesces, .after = coalesced },
	{ "set what is", ETHTOOL, ETHTOOL_MSG_COALESCE_SET, 0,
	  { NIC, U32(ETHTOOL_A_COALESCE_RX_USECS, 8), U8(ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX, 1) },
	  .before = coalesces, .after = coalesced_nothing },
	{ "set by anybody", ETHTOOL, ETHTOOL_MSG_COALESCE_SET, 0, { NIC }, ERR(EPERM),
	  .before = no_admin, .after = admin },
	{ "no operation to set", ETHTOOL, ETHTOOL_MSG_COALESCE_SET, 0, { LOOPBACK },
	  ERR(EOPNOTSUPP) },
	{ "set what the device has not", ETHTOOL, ETHTOOL_MSG_COALESCE_SET, 0,
	  { NIC, U32(ETHTOOL_A_COALESCE_RX_USECS, 9), U32(ETHTOOL_A_COALESCE_TX_USECS, 9) },
	  ERR(EINVAL, .text = "cannot modify an unsupported parameter", .offs = 40),
	  .before = coalesces, .after = coalesced_nothing },
	{ "completion mode 2", ETHTOOL, ETHTOOL_MSG_COALESCE_SET, 0,
	  { NIC, U8(ETHTOOL_A_COALESCE_USE_CQE_MODE_RX, 2) }, ERR(ERANGE, RANGE, .offs = 32) },
	{ "a type above all", ETHTOOL, ETHTOOL_MSG_COALESCE_SET, 0, { NIC, U32(29, 2) },
	  ERR(EINVAL, UNKNOWN, .offs = 32) },
	{ "the driver refuses", ETHTOOL, ETHTOOL_MSG_COALESCE_SET, 0,
	  { NIC, U32(ETHTOOL_A_COALESCE_RX_USECS, 101) }, ERR(EINVAL, .text = "too late"),
	  .before = coalesces, .after = coalesced_nothing },
};

CHECK_ROWS(header)
CHECK_ROWS(rings)
CHECK_ROWS(channels)
CHECK_ROWS(coalescing)

Suite *ethtool_rows_suite(void)
{
	Suite *s = suite_create("ethtool_rows");
	TCase *tc = tcase_create("rows");

	tcase_add_checked_fixture(tc, rows_open, rows_close);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, header_rows, 0, ARRAY_SIZE(header));
	tcase_add_loop_test(tc, rings_rows, 0, ARRAY_SIZE(rings));
	tcase_add_loop_test(tc, channels_rows, 0, ARRAY_SIZE(channels));
	tcase_add_loop_test(tc, coalescing_rows, 0, ARRAY_SIZE(coalescing));
	return s;
}
