// SPDX-License-Identifier: GPL-2.0-only
/*
 * Family "netdev" and the controller, row by row: each command, each attribute it
 * takes, and each errno and text it is refused with. What depends on how things
 * went before is in netdev_genl.c and bind_tx.c.
 */
#include "fixture.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include <net/netdev_rx_queue.h>
#include <net/netlink.h>
#include <uapi/linux/netdev.h>

#include "nl_rig.h"
#include "nl_rows.h"

#define ERR(e, rest...)	.err = -(e), ##rest
#define DUMP		.flags = NLM_F_DUMP
#define RANGE		.text = "integer out of range"
#define UNKNOWN		.text = "Unknown attribute type"
#define UNSUPPORTED	.text = "Unsupported attribute"
#define LENGTH		.text = "invalid attribute length"
#define RX_QUEUE(id)	NEST(NETDEV_A_DMABUF_QUEUES), U32(NETDEV_A_QUEUE_ID, id), \
			U32(NETDEV_A_QUEUE_TYPE, 0), CLOSE

/* --- What is done to the NIC --------------------------------------------- */

static void down(void)
{
	rtnl_lock();
	dev_close(row_dev);
	rtnl_unlock();
}

static void up(void)
{
	rtnl_lock();
	ck_assert_int_eq(dev_open(row_dev, NULL), 0);
	rtnl_unlock();
}

static void no_admin(void)
{
	udm_task_drop_cap(CAP_NET_ADMIN);
}

static void admin(void)
{
	udm_task_raise_cap(CAP_NET_ADMIN);
}

static void detach(void)
{
	netif_device_detach(row_dev);
}

static void attach(void)
{
	netif_device_attach(row_dev);
}

static struct device *parent;

static void no_dma(void)
{
	parent = row_dev->dev.parent;
	row_dev->dev.parent = NULL;
}

static void dma(void)
{
	row_dev->dev.parent = parent;
}

static void no_netmem_tx(void)
{
	row_dev->netmem_tx = NETMEM_TX_NONE;
}

static void no_dma_netmem_tx(void)
{
	row_dev->netmem_tx = NETMEM_TX_NO_DMA;
}

static void netmem_tx(void)
{
	row_dev->netmem_tx = NETMEM_TX_DMA;
}

static void xdp_on(void)
{
	row_dev->xdp_prog = (void *)row_dev;
}

static void xdp_off(void)
{
	row_dev->xdp_prog = NULL;
}

static void xsk_on(void)
{
	row_dev->_rx[1].pool = (void *)row_dev;
}

static void xsk_off(void)
{
	row_dev->_rx[1].pool = NULL;
}

static void zero_copy(void)
{
	row_dev->xdp_features |= NETDEV_XDP_ACT_XSK_ZEROCOPY;
}

static void no_zero_copy(void)
{
	row_dev->xdp_features &= ~(u64)NETDEV_XDP_ACT_XSK_ZEROCOPY;
}

/* --- Before any command -------------------------------------------------- */

static const struct nl_row common[] = {
	{ "unknown command", NETDEV, 99, ERR(EOPNOTSUPP) },
	{ "notification as a command", NETDEV, NETDEV_CMD_DEV_ADD_NTF, ERR(EOPNOTSUPP) },
	{ "dump where there is only a do", NETDEV, NETDEV_CMD_BIND_RX, DUMP, ERR(EOPNOTSUPP) },
	{ "do where there is only a dump", NETDEV, NETDEV_CMD_QSTATS_GET, ERR(EOPNOTSUPP) },
	{ "create flag", NETDEV, NETDEV_CMD_DEV_GET, NLM_F_CREATE,
	  ERR(EINVAL, .text = "ambiguous or reserved bits set in nlmsg_flags") },
	{ "match alone", NETDEV, NETDEV_CMD_DEV_GET, NLM_F_MATCH,
	  ERR(EINVAL, .text = "ambiguous or reserved bits set in nlmsg_flags") },
	{ "root alone, unknown command", NETDEV, 99, NLM_F_ROOT,
	  ERR(EINVAL, .text = "ambiguous or reserved bits set in nlmsg_flags") },
	{ "echo", NETDEV, NETDEV_CMD_DEV_GET, NLM_F_ECHO,
	  { U32(NETDEV_A_DEV_IFINDEX, THE_NIC) }, .reply = NETDEV_CMD_DEV_GET },
	{ "type 0", NETDEV, NETDEV_CMD_DEV_GET, 0, { U32(0, 1) }, ERR(EINVAL, UNKNOWN,
	  .offs = 20) },
	{ "type above all", NETDEV, NETDEV_CMD_DEV_GET, 0, { U32(NETDEV_A_DEV_PAD, 1) },
	  ERR(EINVAL, UNKNOWN, .offs = 20) },
	{ "second is unknown", NETDEV, NETDEV_CMD_DEV_GET, 0,
	  { U32(NETDEV_A_DEV_IFINDEX, THE_NIC), U32(77, 1) }, ERR(EINVAL, UNKNOWN, .offs = 28) },
	{ "type without policy", NETDEV, NETDEV_CMD_QUEUE_GET, DUMP,
	  { U32(NETDEV_A_QUEUE_ID, 1) }, ERR(EINVAL, UNSUPPORTED, .offs = 20) },
	{ "u64 for u32", NETDEV, NETDEV_CMD_DEV_GET, 0, { U64(NETDEV_A_DEV_IFINDEX, THE_NIC) },
	  ERR(EINVAL, LENGTH, .offs = 20) },
	{ "u16 for uint", NETDEV, NETDEV_CMD_PAGE_POOL_GET, 0, { U16(NETDEV_A_PAGE_POOL_ID, 1) },
	  ERR(EINVAL, LENGTH, .offs = 20) },
	{ "nested flag where none belongs", NETDEV, NETDEV_CMD_DEV_GET, 0,
	  { U32(NETDEV_A_DEV_IFINDEX | NLA_F_NESTED, THE_NIC) },
	  ERR(EINVAL, .text = "NLA_F_NESTED not expected", .offs = 20) },
	{ "nest without its flag", NETDEV, NETDEV_CMD_PAGE_POOL_STATS_GET, 0,
	  { LONG(NETDEV_A_PAGE_POOL_STATS_INFO, 8) },
	  ERR(EINVAL, .text = "NLA_F_NESTED is missing", .offs = 20) },
	{ "nest too short for an attribute", NETDEV, NETDEV_CMD_PAGE_POOL_STATS_GET, 0,
	  { LONG(NETDEV_A_PAGE_POOL_STATS_INFO | NLA_F_NESTED, 3) },
	  ERR(ERANGE, .text = "Attribute failed policy validation", .offs = 20) },
	{ "bytes behind the attributes", NETDEV, NETDEV_CMD_DEV_GET, 0,
	  { U32(NETDEV_A_DEV_IFINDEX, THE_NIC), RAW(2) },
	  ERR(EINVAL, .text = "bytes leftover after parsing attributes") },
	{ "permission before attributes", NETDEV, NETDEV_CMD_BIND_RX, 0, { U32(77, 1) },
	  ERR(EPERM), .before = no_admin, .after = admin },
};

/* --- dev, queue ---------------------------------------------------------- */

static const struct nl_row dev_and_queue[] = {
	{ "dev-get", NETDEV, NETDEV_CMD_DEV_GET, 0, { U32(NETDEV_A_DEV_IFINDEX, THE_NIC) },
	  .reply = NETDEV_CMD_DEV_GET,
	  .has = { NETDEV_A_DEV_IFINDEX, NETDEV_A_DEV_XDP_FEATURES,
		   NETDEV_A_DEV_XDP_RX_METADATA_FEATURES, NETDEV_A_DEV_XSK_FEATURES } },
	{ "dev-get of zero copy", NETDEV, NETDEV_CMD_DEV_GET, 0,
	  { U32(NETDEV_A_DEV_IFINDEX, THE_NIC) }, .reply = NETDEV_CMD_DEV_GET,
	  .has = { NETDEV_A_DEV_XDP_ZC_MAX_SEGS }, .before = zero_copy, .after = no_zero_copy },
	{ "dev-get without ifindex", NETDEV, NETDEV_CMD_DEV_GET,
	  ERR(EINVAL, .miss_type = NETDEV_A_DEV_IFINDEX) },
	{ "dev-get of 0", NETDEV, NETDEV_CMD_DEV_GET, 0, { U32(NETDEV_A_DEV_IFINDEX, 0) },
	  ERR(ERANGE, RANGE, .offs = 20) },
	{ "dev-get of nobody", NETDEV, NETDEV_CMD_DEV_GET, 0, { U32(NETDEV_A_DEV_IFINDEX, 99) },
	  ERR(ENODEV) },
	{ "dev-get dump, attributes ignored", NETDEV, NETDEV_CMD_DEV_GET, DUMP, { U32(77, 0) },
	  .reply = NETDEV_CMD_DEV_GET, .has = { NETDEV_A_DEV_IFINDEX } },
	{ "queue-get rx", NETDEV, NETDEV_CMD_QUEUE_GET, 0,
	  { U32(NETDEV_A_QUEUE_IFINDEX, THE_NIC), U32(NETDEV_A_QUEUE_ID, 1),
	    U32(NETDEV_A_QUEUE_TYPE, 0) }, .reply = NETDEV_CMD_QUEUE_GET,
	  .has = { NETDEV_A_QUEUE_ID, NETDEV_A_QUEUE_TYPE, NETDEV_A_QUEUE_IFINDEX,
		   NETDEV_A_QUEUE_NAPI_ID } },
	{ "queue-get tx", NETDEV, NETDEV_CMD_QUEUE_GET, 0,
	  { U32(NETDEV_A_QUEUE_IFINDEX, THE_NIC), U32(NETDEV_A_QUEUE_ID, 1),
	    U32(NETDEV_A_QUEUE_TYPE, 1) }, .reply = NETDEV_CMD_QUEUE_GET,
	  .has = { NETDEV_A_QUEUE_ID, NETDEV_A_QUEUE_TYPE, NETDEV_A_QUEUE_IFINDEX } },
	{ "queue-get of AF_XDP", NETDEV, NETDEV_CMD_QUEUE_GET, 0,
	  { U32(NETDEV_A_QUEUE_IFINDEX, THE_NIC), U32(NETDEV_A_QUEUE_ID, 1),
	    U32(NETDEV_A_QUEUE_TYPE, 0) }, .reply = NETDEV_CMD_QUEUE_GET,
	  .has = { NETDEV_A_QUEUE_XSK }, .before = xsk_on, .after = xsk_off },
	{ "queue-get of nothing", NETDEV, NETDEV_CMD_QUEUE_GET,
	  ERR(EINVAL, .miss_type = NETDEV_A_QUEUE_ID) },
	{ "queue-get without type", NETDEV, NETDEV_CMD_QUEUE_GET, 0, { U32(NETDEV_A_QUEUE_ID, 0) },
	  ERR(EINVAL, .miss_type = NETDEV_A_QUEUE_TYPE) },
	{ "queue-get without ifindex", NETDEV, NETDEV_CMD_QUEUE_GET, 0,
	  { U32(NETDEV_A_QUEUE_ID, 0), U32(NETDEV_A_QUEUE_TYPE, 0) },
	  ERR(EINVAL, .miss_type = NETDEV_A_QUEUE_IFINDEX) },
	{ "queue-get of 0", NETDEV, NETDEV_CMD_QUEUE_GET, 0, { U32(NETDEV_A_QUEUE_IFINDEX, 0) },
	  ERR(ERANGE, RANGE, .offs = 20) },
	{ "queue-get of type 2", NETDEV, NETDEV_CMD_QUEUE_GET, 0, { U32(NETDEV_A_QUEUE_TYPE, 2) },
	  ERR(ERANGE, RANGE, .offs = 20) },
	{ "queue-get of nobody", NETDEV, NETDEV_CMD_QUEUE_GET, 0,
	  { U32(NETDEV_A_QUEUE_IFINDEX, 99), U32(NETDEV_A_QUEUE_ID, 1), U32(NETDEV_A_QUEUE_TYPE,
	    0) },
	  ERR(ENODEV) },
	{ "queue-get rx out of range", NETDEV, NETDEV_CMD_QUEUE_GET, 0,
	  { U32(NETDEV_A_QUEUE_IFINDEX, THE_NIC), U32(NETDEV_A_QUEUE_ID, ROW_QUEUES),
	    U32(NETDEV_A_QUEUE_TYPE, 0) }, ERR(EINVAL) },
	{ "queue-get tx out of range", NETDEV, NETDEV_CMD_QUEUE_GET, 0,
	  { U32(NETDEV_A_QUEUE_IFINDEX, THE_NIC), U32(NETDEV_A_QUEUE_ID, ROW_QUEUES),
	    U32(NETDEV_A_QUEUE_TYPE, 1) }, ERR(EINVAL) },
	{ "queue-get while down", NETDEV, NETDEV_CMD_QUEUE_GET, 0,
	  { U32(NETDEV_A_QUEUE_IFINDEX, THE_NIC), U32(NETDEV_A_QUEUE_ID, 99),
	    U32(NETDEV_A_QUEUE_TYPE, 0) }, ERR(ENOENT), .before = down, .after = up },
	{ "queue-get dump of nobody", NETDEV, NETDEV_CMD_QUEUE_GET, DUMP,
	  { U32(NETDEV_A_QUEUE_IFINDEX, 99) }, ERR(ENODEV) },
	{ "queue-get dump of 0", NETDEV, NETDEV_CMD_QUEUE_GET, DUMP,
	  { U32(NETDEV_A_QUEUE_IFINDEX, 0) }, ERR(ERANGE, RANGE, .offs = 20) },
	{ "queue-get dump of one", NETDEV, NETDEV_CMD_QUEUE_GET, DUMP,
	  { U32(NETDEV_A_QUEUE_IFINDEX, THE_NIC) }, .reply = NETDEV_CMD_QUEUE_GET },
};

/* --- napi ---------------------------------------------------------------- */

static const struct nl_row napi[] = {
	{ "napi-get", NETDEV, NETDEV_CMD_NAPI_GET, 0, { U32(NETDEV_A_NAPI_ID, THE_NAPI) },
	  .reply = NETDEV_CMD_NAPI_GET,
	  .has = { NETDEV_A_NAPI_ID, NETDEV_A_NAPI_IFINDEX, NETDEV_A_NAPI_IRQ,
		   NETDEV_A_NAPI_THREADED, NETDEV_A_NAPI_DEFER_HARD_IRQS,
		   NETDEV_A_NAPI_IRQ_SUSPEND_TIMEOUT, NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT } },
	{ "napi-get of nothing", NETDEV, NETDEV_CMD_NAPI_GET,
	  ERR(EINVAL, .miss_type = NETDEV_A_NAPI_ID) },
	{ "napi-get of nobody", NETDEV, NETDEV_CMD_NAPI_GET, 0, { U32(NETDEV_A_NAPI_ID, 3) },
	  ERR(ENOENT, .offs = 20) },
	{ "napi-get dump of nobody", NETDEV, NETDEV_CMD_NAPI_GET, DUMP,
	  { U32(NETDEV_A_NAPI_IFINDEX, 99) }, ERR(ENODEV) },
	{ "napi-get dump of 0", NETDEV, NETDEV_CMD_NAPI_GET, DUMP, { U32(NETDEV_A_NAPI_IFINDEX,
	  0) },
	  ERR(ERANGE, RANGE, .offs = 20) },
	{ "napi-get dump by id", NETDEV, NETDEV_CMD_NAPI_GET, DUMP, { U32(NETDEV_A_NAPI_ID, 1) },
	  ERR(EINVAL, UNKNOWN, .offs = 20) },
	{ "napi-get dump of one", NETDEV, NETDEV_CMD_NAPI_GET, DUMP,
	  { U32(NETDEV_A_NAPI_IFINDEX, THE_NIC) }, .reply = NETDEV_CMD_NAPI_GET },
	{ "napi-set, all of it", NETDEV, NETDEV_CMD_NAPI_SET, 0,
	  { U32(NETDEV_A_NAPI_ID, THE_NAPI), U32(NETDEV_A_NAPI_DEFER_HARD_IRQS, 0x7fffffff),
	    U64(NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT, 1ull << 40),
	    U32(NETDEV_A_NAPI_IRQ_SUSPEND_TIMEOUT, 5), U32(NETDEV_A_NAPI_THREADED, 0) } },
	{ "napi-set by nobody in particular", NETDEV, NETDEV_CMD_NAPI_SET, 0,
	  { U32(NETDEV_A_NAPI_ID, THE_NAPI) }, ERR(EPERM), .before = no_admin, .after = admin },
	{ "napi-set of nothing", NETDEV, NETDEV_CMD_NAPI_SET, 0, { U32(NETDEV_A_NAPI_THREADED, 1) },
	  ERR(EINVAL, .miss_type = NETDEV_A_NAPI_ID) },
	{ "napi-set of nobody", NETDEV, NETDEV_CMD_NAPI_SET, 0, { U32(NETDEV_A_NAPI_ID, 3) },
	  ERR(ENOENT, .offs = 20) },
	{ "napi-set: too many deferrals", NETDEV, NETDEV_CMD_NAPI_SET, 0,
	  { U32(NETDEV_A_NAPI_ID, THE_NAPI), U32(NETDEV_A_NAPI_DEFER_HARD_IRQS, 0x80000000) },
	  ERR(ERANGE, RANGE, .offs = 28) },
	{ "napi-set: no such mode", NETDEV, NETDEV_CMD_NAPI_SET, 0,
	  { U32(NETDEV_A_NAPI_THREADED, 3) }, ERR(ERANGE, RANGE, .offs = 20) },
	{ "napi-set: short timeout", NETDEV, NETDEV_CMD_NAPI_SET, 0,
	  { U16(NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT, 3) }, ERR(EINVAL, LENGTH, .offs = 20) },
	{ "napi-set: short suspension", NETDEV, NETDEV_CMD_NAPI_SET, 0,
	  { U8(NETDEV_A_NAPI_IRQ_SUSPEND_TIMEOUT, 3) }, ERR(EINVAL, LENGTH, .offs = 20) },
	{ "napi-set: what can only be read", NETDEV, NETDEV_CMD_NAPI_SET, 0,
	  { U32(NETDEV_A_NAPI_IRQ, 3) }, ERR(EINVAL, UNSUPPORTED, .offs = 20) },
};

/* --- Statistics, page pools ---------------------------------------------- */

static const struct nl_row pools_and_stats[] = {
	{ "qstats-get", NETDEV, NETDEV_CMD_QSTATS_GET, DUMP,
	  { U32(NETDEV_A_QSTATS_IFINDEX, THE_NIC) }, .reply = NETDEV_CMD_QSTATS_GET,
	  .has = { NETDEV_A_QSTATS_IFINDEX, NETDEV_A_QSTATS_RX_PACKETS, NETDEV_A_QSTATS_RX_BYTES,
		   NETDEV_A_QSTATS_TX_PACKETS, NETDEV_A_QSTATS_TX_BYTES } },
	{ "qstats-get by queue", NETDEV, NETDEV_CMD_QSTATS_GET, DUMP,
	  { U64(NETDEV_A_QSTATS_SCOPE, 1) }, .reply = NETDEV_CMD_QSTATS_GET,
	  .has = { NETDEV_A_QSTATS_IFINDEX, NETDEV_A_QSTATS_QUEUE_TYPE,
	  NETDEV_A_QSTATS_QUEUE_ID } },
	{ "qstats-get of nobody", NETDEV, NETDEV_CMD_QSTATS_GET, DUMP,
	  { U32(NETDEV_A_QSTATS_IFINDEX, 99) }, ERR(ENODEV, .offs = 20) },
	{ "qstats-get of one without", NETDEV, NETDEV_CMD_QSTATS_GET, DUMP,
	  { U32(NETDEV_A_QSTATS_IFINDEX, 1) }, ERR(EOPNOTSUPP, .offs = 20) },
	{ "qstats-get of 0", NETDEV, NETDEV_CMD_QSTATS_GET, DUMP, { U32(NETDEV_A_QSTATS_IFINDEX,
	  0) },
	  ERR(ERANGE, RANGE, .offs = 20) },
	{ "qstats-get: reserved scope", NETDEV, NETDEV_CMD_QSTATS_GET, DUMP,
	  { U32(NETDEV_A_QSTATS_SCOPE, 2) }, ERR(EINVAL, .text = "reserved bit set", .offs = 20) },
	{ "qstats-get of a queue", NETDEV, NETDEV_CMD_QSTATS_GET, DUMP,
	  { U32(NETDEV_A_QSTATS_QUEUE_ID, 1) }, ERR(EINVAL, UNSUPPORTED, .offs = 20) },
	{ "page-pool-get", NETDEV, NETDEV_CMD_PAGE_POOL_GET, 0,
	  { U32(NETDEV_A_PAGE_POOL_ID, THE_POOL) }, .reply = NETDEV_CMD_PAGE_POOL_GET,
	  .has = { NETDEV_A_PAGE_POOL_ID, NETDEV_A_PAGE_POOL_IFINDEX,
		   NETDEV_A_PAGE_POOL_INFLIGHT, NETDEV_A_PAGE_POOL_INFLIGHT_MEM } },
	{ "page-pool-get, a wide id", NETDEV, NETDEV_CMD_PAGE_POOL_GET, 0,
	  { U64(NETDEV_A_PAGE_POOL_ID, THE_POOL) }, .reply = NETDEV_CMD_PAGE_POOL_GET },
	{ "page-pool-get of nothing", NETDEV, NETDEV_CMD_PAGE_POOL_GET,
	  ERR(EINVAL, .miss_type = NETDEV_A_PAGE_POOL_ID) },
	{ "page-pool-get of 0", NETDEV, NETDEV_CMD_PAGE_POOL_GET, 0,
	  { U32(NETDEV_A_PAGE_POOL_ID, 0) }, ERR(ERANGE, RANGE, .offs = 20) },
	{ "page-pool-get beyond 32 bits", NETDEV, NETDEV_CMD_PAGE_POOL_GET, 0,
	  { U64(NETDEV_A_PAGE_POOL_ID, 1ull << 32) }, ERR(ERANGE, RANGE, .offs = 20) },
	{ "page-pool-get of nobody", NETDEV, NETDEV_CMD_PAGE_POOL_GET, 0,
	  { U32(NETDEV_A_PAGE_POOL_ID, 9999) }, ERR(ENOENT) },
	{ "page-pool-get dump", NETDEV, NETDEV_CMD_PAGE_POOL_GET, DUMP, {},
	  .reply = NETDEV_CMD_PAGE_POOL_GET },
	{ "page-pool-stats-get", NETDEV, NETDEV_CMD_PAGE_POOL_STATS_GET, 0,
	  { NEST(NETDEV_A_PAGE_POOL_STATS_INFO), U32(NETDEV_A_PAGE_POOL_ID, THE_POOL), CLOSE },
	  .reply = NETDEV_CMD_PAGE_POOL_STATS_GET,
	  .has = { NETDEV_A_PAGE_POOL_STATS_INFO, NETDEV_A_PAGE_POOL_STATS_ALLOC_FAST,
		   NETDEV_A_PAGE_POOL_STATS_ALLOC_SLOW,
		   NETDEV_A_PAGE_POOL_STATS_ALLOC_SLOW_HIGH_ORDER,
		   NETDEV_A_PAGE_POOL_STATS_ALLOC_EMPTY, NETDEV_A_PAGE_POOL_STATS_ALLOC_REFILL,
		   NETDEV_A_PAGE_POOL_STATS_ALLOC_WAIVE, NETDEV_A_PAGE_POOL_STATS_RECYCLE_CACHED,
		   NETDEV_A_PAGE_POOL_STATS_RECYCLE_CACHE_FULL,
		   NETDEV_A_PAGE_POOL_STATS_RECYCLE_RING,
		   NETDEV_A_PAGE_POOL_STATS_RECYCLE_RING_FULL,
		   NETDEV_A_PAGE_POOL_STATS_RECYCLE_RELEASED_REFCNT } },
	{ "page-pool-stats-get of nothing", NETDEV, NETDEV_CMD_PAGE_POOL_STATS_GET,
	  ERR(EINVAL, .miss_type = NETDEV_A_PAGE_POOL_STATS_INFO) },
	{ "page-pool-stats-get of an empty nest", NETDEV, NETDEV_CMD_PAGE_POOL_STATS_GET, 0,
	  { NEST(NETDEV_A_PAGE_POOL_STATS_INFO), CLOSE },
	  ERR(EINVAL, .miss_type = NETDEV_A_PAGE_POOL_ID, .miss_nest = 20) },
	{ "page-pool-stats-get by ifindex", NETDEV, NETDEV_CMD_PAGE_POOL_STATS_GET, 0,
	  { NEST(NETDEV_A_PAGE_POOL_STATS_INFO), U32(NETDEV_A_PAGE_POOL_ID, THE_POOL),
	    U32(NETDEV_A_PAGE_POOL_IFINDEX, THE_NIC), CLOSE },
	  ERR(EINVAL, .text = "selecting by ifindex not supported", .offs = 32) },
	{ "page-pool-stats-get by a wrong ifindex", NETDEV, NETDEV_CMD_PAGE_POOL_STATS_GET, 0,
	  { NEST(NETDEV_A_PAGE_POOL_STATS_INFO), U32(NETDEV_A_PAGE_POOL_IFINDEX, 0x80000000),
	    CLOSE }, ERR(ERANGE, RANGE, .offs = 24) },
	{ "page-pool-stats-get of pool 0", NETDEV, NETDEV_CMD_PAGE_POOL_STATS_GET, 0,
	  { NEST(NETDEV_A_PAGE_POOL_STATS_INFO), U32(NETDEV_A_PAGE_POOL_ID, 0), CLOSE },
	  ERR(ERANGE, RANGE, .offs = 24) },
	{ "page-pool-stats-get of nobody", NETDEV, NETDEV_CMD_PAGE_POOL_STATS_GET, 0,
	  { NEST(NETDEV_A_PAGE_POOL_STATS_INFO), U32(NETDEV_A_PAGE_POOL_ID, 9999), CLOSE },
	  ERR(ENOENT) },
	{ "page-pool-stats-get dump", NETDEV, NETDEV_CMD_PAGE_POOL_STATS_GET, DUMP, {},
	  .reply = NETDEV_CMD_PAGE_POOL_STATS_GET },
};

/* --- bind-rx, bind-tx ---------------------------------------------------- */

static const struct nl_row binding[] = {
	{ "bind-rx", NETDEV, NETDEV_CMD_BIND_RX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, THE_DMABUF),
	    RX_QUEUE(1), RX_QUEUE(2) },
	  .reply = NETDEV_CMD_BIND_RX, .has = { NETDEV_A_DMABUF_ID } },
	{ "bind-rx: an ifindex in the nest", NETDEV, NETDEV_CMD_BIND_RX, 0,
	  { NEST(NETDEV_A_DMABUF_QUEUES), U32(NETDEV_A_QUEUE_IFINDEX, THE_NIC), CLOSE },
	  ERR(EINVAL, UNSUPPORTED, .offs = 24) },
	{ "bind-rx: a type above all in the nest", NETDEV, NETDEV_CMD_BIND_RX, 0,
	  { NEST(NETDEV_A_DMABUF_QUEUES), U32(NETDEV_A_QUEUE_NAPI_ID, 1), CLOSE },
	  ERR(EINVAL, UNKNOWN, .offs = 24) },
	{ "bind-rx: the id is answered, not asked", NETDEV, NETDEV_CMD_BIND_RX, 0,
	  { U32(NETDEV_A_DMABUF_ID, 1) }, ERR(EINVAL, UNKNOWN, .offs = 20) },
	{ "bind-rx with XDP", NETDEV, NETDEV_CMD_BIND_RX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, THE_DMABUF),
	    RX_QUEUE(1) },
	  ERR(EEXIST, .text =
		"unable to custom memory provider to device with XDP program attached"),
	  .before = xdp_on, .after = xdp_off },
	{ "bind-rx with AF_XDP", NETDEV, NETDEV_CMD_BIND_RX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, THE_DMABUF),
	    RX_QUEUE(1) },
	  ERR(EBUSY, .text = "designated queue already in use by AF_XDP"),
	  .before = xsk_on, .after = xsk_off },
	{ "bind-tx", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, THE_DMABUF) },
	  .reply = NETDEV_CMD_BIND_TX, .has = { NETDEV_A_DMABUF_ID } },
	{ "bind-tx by anybody", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, THE_DMABUF) },
	  .reply = NETDEV_CMD_BIND_TX, .has = { NETDEV_A_DMABUF_ID },
	  .before = no_admin, .after = admin },
	{ "bind-tx while down", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, THE_DMABUF) },
	  .reply = NETDEV_CMD_BIND_TX, .before = down, .after = up },
	{ "bind-tx of nothing", NETDEV, NETDEV_CMD_BIND_TX,
	  ERR(EINVAL, .miss_type = NETDEV_A_DMABUF_IFINDEX) },
	{ "bind-tx without ifindex", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_FD, THE_DMABUF) },
	  ERR(EINVAL, .miss_type = NETDEV_A_DMABUF_IFINDEX) },
	{ "bind-tx without fd", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC) }, ERR(EINVAL, .miss_type = NETDEV_A_DMABUF_FD) },
	{ "bind-tx with queues", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, THE_DMABUF),
	    RX_QUEUE(1) }, ERR(EINVAL, UNSUPPORTED, .offs = 36) },
	{ "bind-tx to 0", NETDEV, NETDEV_CMD_BIND_TX, 0, { U32(NETDEV_A_DMABUF_IFINDEX, 0) },
	  ERR(ERANGE, RANGE, .offs = 20) },
	{ "bind-tx to nobody", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, 99), U32(NETDEV_A_DMABUF_FD, THE_DMABUF) }, ERR(ENODEV) },
	{ "bind-tx to who is not there", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, THE_DMABUF) },
	  ERR(ENODEV), .before = detach, .after = attach },
	{ "bind-tx without a driver for it", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, 9999) },
	  ERR(EOPNOTSUPP, .text = "Driver does not support netmem TX"),
	  .before = no_netmem_tx, .after = netmem_tx },
	{ "bind-tx without a device behind it", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, 9999) },
	  ERR(EOPNOTSUPP, .text = "No DMA-capable device found for netmem TX"),
	  .before = no_dma_netmem_tx, .after = netmem_tx },
	{ "bind-tx without DMA", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, 9999) },
	  ERR(EOPNOTSUPP, .text = "Device doesn't support DMA"), .before = no_dma, .after = dma },
	{ "bind-tx of no descriptor", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, 9999) }, ERR(EBADF) },
	{ "bind-tx of another file", NETDEV, NETDEV_CMD_BIND_TX, 0,
	  { U32(NETDEV_A_DMABUF_IFINDEX, THE_NIC), U32(NETDEV_A_DMABUF_FD, THE_PLAIN_FILE) },
	  ERR(EINVAL) },
};

/* --- The controller ------------------------------------------------------ */

static const struct nl_row controller[] = {
	{ "getfamily by name", CTRL, CTRL_CMD_GETFAMILY, 0, { TEXT(CTRL_ATTR_FAMILY_NAME,
	  "netdev") },
	  .reply = CTRL_CMD_NEWFAMILY,
	  .has = { CTRL_ATTR_FAMILY_NAME, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_VERSION,
		   CTRL_ATTR_HDRSIZE, CTRL_ATTR_MAXATTR, CTRL_ATTR_OPS, CTRL_ATTR_MCAST_GROUPS } },
	{ "getfamily by number", CTRL, CTRL_CMD_GETFAMILY, 0,
	  { U16(CTRL_ATTR_FAMILY_ID, THE_NETDEV_FAMILY) }, .reply = CTRL_CMD_NEWFAMILY },
	{ "getfamily of nothing", CTRL, CTRL_CMD_GETFAMILY, ERR(EINVAL) },
	{ "getfamily of nobody", CTRL, CTRL_CMD_GETFAMILY, 0, { TEXT(CTRL_ATTR_FAMILY_NAME,
	  "nono") },
	  ERR(ENOENT) },
	{ "getfamily dump", CTRL, CTRL_CMD_GETFAMILY, DUMP, {}, .reply = CTRL_CMD_NEWFAMILY },
	{ "getpolicy", CTRL, CTRL_CMD_GETPOLICY, DUMP, { TEXT(CTRL_ATTR_FAMILY_NAME, "netdev") },
	  .reply = CTRL_CMD_GETPOLICY, .has = { CTRL_ATTR_FAMILY_ID, CTRL_ATTR_POLICY } },
	{ "getpolicy of one command", CTRL, CTRL_CMD_GETPOLICY, DUMP,
	  { U16(CTRL_ATTR_FAMILY_ID, THE_NETDEV_FAMILY), U32(CTRL_ATTR_OP, NETDEV_CMD_BIND_TX) },
	  .reply = CTRL_CMD_GETPOLICY },
	{ "getpolicy is a dump", CTRL, CTRL_CMD_GETPOLICY, 0,
	  { TEXT(CTRL_ATTR_FAMILY_NAME, "netdev") }, ERR(EOPNOTSUPP) },
	{ "getpolicy of nothing", CTRL, CTRL_CMD_GETPOLICY, DUMP, {}, ERR(EINVAL) },
	{ "getpolicy of nobody", CTRL, CTRL_CMD_GETPOLICY, DUMP,
	  { TEXT(CTRL_ATTR_FAMILY_NAME, "nono") }, ERR(ENOENT) },
	{ "getpolicy of no command", CTRL, CTRL_CMD_GETPOLICY, DUMP,
	  { U16(CTRL_ATTR_FAMILY_ID, THE_NETDEV_FAMILY), U32(CTRL_ATTR_OP, 99) },
	  ERR(ENOENT, .offs = 28) },
	{ "getpolicy of a command beyond all", CTRL, CTRL_CMD_GETPOLICY, DUMP,
	  { U16(CTRL_ATTR_FAMILY_ID, THE_NETDEV_FAMILY), U32(CTRL_ATTR_OP, 257) },
	  ERR(ENOENT, .offs = 28) },
	{ "getpolicy: a name too long", CTRL, CTRL_CMD_GETPOLICY, DUMP,
	  { TEXT(CTRL_ATTR_FAMILY_NAME, "0123456789abcdef") },
	  ERR(EINVAL, .text = "Attribute failed policy validation", .offs = 20) },
};

CHECK_ROWS(common)
CHECK_ROWS(dev_and_queue)
CHECK_ROWS(napi)
CHECK_ROWS(pools_and_stats)
CHECK_ROWS(binding)
CHECK_ROWS(controller)

Suite *netdev_rows_suite(void)
{
	Suite *s = suite_create("netdev_rows");
	TCase *tc = tcase_create("rows");

	tcase_add_checked_fixture(tc, rows_open, rows_close);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, common_rows, 0, ARRAY_SIZE(common));
	tcase_add_loop_test(tc, dev_and_queue_rows, 0, ARRAY_SIZE(dev_and_queue));
	tcase_add_loop_test(tc, napi_rows, 0, ARRAY_SIZE(napi));
	tcase_add_loop_test(tc, pools_and_stats_rows, 0, ARRAY_SIZE(pools_and_stats));
	tcase_add_loop_test(tc, binding_rows, 0, ARRAY_SIZE(binding));
	tcase_add_loop_test(tc, controller_rows, 0, ARRAY_SIZE(controller));
	return s;
}
