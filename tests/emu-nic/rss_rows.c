// SPDX-License-Identifier: GPL-2.0-only
/*
 * Family "ethtool", row by row: receive-side scaling, its contexts, and flow rules into
 * them. What depends on how things went before is in ethtool_nl.c and nic_contexts.c.
 */
#include "fixture.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/netlink.h>

#include "ethtool_rows.h"

/* --- Scaling ------------------------------------------------------------- */

static const struct nl_row scaling[] = {
	{ "get", ETHTOOL, ETHTOOL_MSG_RSS_GET, 0, { NIC }, .reply = ETHTOOL_MSG_RSS_GET_REPLY,
	  .has = { ETHTOOL_A_RSS_HEADER, ETHTOOL_A_RSS_HFUNC, ETHTOOL_A_RSS_INDIR,
		   ETHTOOL_A_RSS_HKEY } },
	{ "dump", ETHTOOL, ETHTOOL_MSG_RSS_GET, DUMP, {}, .reply = ETHTOOL_MSG_RSS_GET_REPLY },
	{ "dump of one", ETHTOOL, ETHTOOL_MSG_RSS_GET, DUMP, { NIC },
	  .reply = ETHTOOL_MSG_RSS_GET_REPLY },
	{ "dump of one without", ETHTOOL, ETHTOOL_MSG_RSS_GET, DUMP, { LOOPBACK } },
	{ "fields too", ETHTOOL, ETHTOOL_MSG_RSS_GET, 0, { NIC },
	  .reply = ETHTOOL_MSG_RSS_GET_REPLY, .has = { ETHTOOL_A_RSS_FLOW_HASH } },
	{ "get where a dump begins", ETHTOOL, ETHTOOL_MSG_RSS_GET, 0,
	  { NIC, U32(ETHTOOL_A_RSS_START_CONTEXT, 0) }, ERR(EINVAL, .offs = 32) },
	{ "dump of one context", ETHTOOL, ETHTOOL_MSG_RSS_GET, DUMP,
	  { NIC, U32(ETHTOOL_A_RSS_CONTEXT, 0) }, ERR(EINVAL, .offs = 32) },
	{ "dump from", ETHTOOL, ETHTOOL_MSG_RSS_GET, DUMP,
	  { NIC, U32(ETHTOOL_A_RSS_START_CONTEXT, 1) } },
	{ "set nothing", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, { NIC } },
	{ "set a table", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, { NIC, LONG(ETHTOOL_A_RSS_INDIR, 8) } },
	{ "set a key", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, { NIC, LONG(ETHTOOL_A_RSS_HKEY, 40) } },
	{ "set the function", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RSS_HFUNC, ETH_RSS_HASH_TOP) } },
	{ "set by anybody", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, { NIC }, ERR(EPERM),
	  .before = no_admin, .after = admin },
	{ "no operation to set", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, { NIC }, ERR(EOPNOTSUPP),
	  .before = without_set_ops, .after = restore_ops },
	{ "reset", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, { NIC, LONG(ETHTOOL_A_RSS_INDIR, 0) } },
	{ "queue out of range", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0,
	  { NIC, U64(ETHTOOL_A_RSS_INDIR, 9ull << 32) },
	  ERR(EINVAL, .text = "entry 1: queue out of range (9)", .offs = 32) },
	{ "a table of three", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, { NIC, LONG(ETHTOOL_A_RSS_INDIR,
	  12) },
	  ERR(EINVAL, .text = "size (3) mismatch with device indir table (128)", .offs = 32) },
	{ "a key too short", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, { NIC, LONG(ETHTOOL_A_RSS_HKEY, 39) },
	  ERR(EINVAL, .offs = 32) },
	{ "no key", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, { NIC, LONG(ETHTOOL_A_RSS_HKEY, 0) },
	  ERR(ERANGE, .text = "binary attribute size out of range", .offs = 32) },
	{ "function 0", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, { NIC, U32(ETHTOOL_A_RSS_HFUNC, 0) },
	  ERR(ERANGE, RANGE, .offs = 32) },
};

/* --- Fields and transform ------------------------------------------------- */

#define FLOWS(parts...)	{ NIC, NEST(ETHTOOL_A_RSS_FLOW_HASH), parts, CLOSE }
#define ADDRESSES	(RXH_IP_SRC | RXH_IP_DST)

static void without_fields(void)
{
	change_ops();
	other_ops.set_rxfh_fields = NULL;
}

static const struct nl_row fields[] = {
	{ "set", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, FLOWS(U32(ETHTOOL_A_FLOW_UDP4, ADDRESSES)) },
	{ "set long", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, FLOWS(U64(ETHTOOL_A_FLOW_TCP6, ADDRESSES)) },
	{ "set what is", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0,
	  FLOWS(U32(ETHTOOL_A_FLOW_IP4, ADDRESSES)) },
	{ "a field that is none", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0,
	  FLOWS(U32(ETHTOOL_A_FLOW_UDP4, 1 << 20)),
	  ERR(EINVAL, .text = "reserved bit set", .offs = 36) },
	{ "a field the kind has not", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0,
	  FLOWS(U32(ETHTOOL_A_FLOW_IP6, RXH_L4_B_0_1)),
	  ERR(EINVAL, .text = "field not hashed for this flow type", .offs = 36) },
	{ "a kind the device has not", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0,
	  FLOWS(U32(ETHTOOL_A_FLOW_ESP4, ADDRESSES)), ERR(EINVAL, .offs = 36) },
	{ "a kind that is none", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0, FLOWS(U32(200, 1)),
	  ERR(EINVAL, UNKNOWN, .offs = 36) },
	{ "a number for a nest", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RSS_FLOW_HASH, 1) },
	  ERR(EINVAL, .text = "NLA_F_NESTED is missing", .offs = 32) },
	{ "no operation for it", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0,
	  FLOWS(U32(ETHTOOL_A_FLOW_UDP4, ADDRESSES)), ERR(EOPNOTSUPP, .offs = 32),
	  .before = without_fields, .after = restore_ops },
	{ "a transform the device has not", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RSS_INPUT_XFRM, RXH_XFRM_SYM_XOR) }, ERR(EOPNOTSUPP, .offs = 32) },
	{ "no transform", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RSS_INPUT_XFRM, 0) } },
	{ "a transform that is none", ETHTOOL, ETHTOOL_MSG_RSS_SET, 0,
	  { NIC, U32(ETHTOOL_A_RSS_INPUT_XFRM, 3) }, ERR(ERANGE, RANGE, .offs = 32) },
};

/* --- Contexts ------------------------------------------------------------ */

/* Number 1, over queues 2 and 3. */
static void context_on(void)
{
	static const unsigned int queues[] = { 2, 3 };
	uint32_t context;
	int nl = udm_netlink_open();

	ck_assert_int_eq(udm_ethtool_rss_create(nl, row_dev->ifindex, queues, 2, &context, NULL,
						0), 0);
	ck_assert_uint_eq(context, 1);
	udm_close(nl);
}

static void flow_insert(u64 ring, int err)
{
	struct ethtool_rxnfc rule = { .cmd = ETHTOOL_SRXCLSRLINS, .rss_context = 1,
				      .fs.flow_type = TCP_V4_FLOW | FLOW_RSS,
				      .fs.ring_cookie = ring };

	rtnl_lock();
	netdev_lock_ops(row_dev);
	ck_assert_int_eq(row_dev->ethtool_ops->set_rxnfc(row_dev, &rule), err);
	netdev_unlock_ops(row_dev);
	rtnl_unlock();
}

static void context_in_use(void)
{
	context_on();
	flow_insert(1, -EINVAL);
	flow_insert(0, 0);
}

static void low_context_in_use(void)
{
	static const unsigned int queue = 0;
	uint32_t context;
	int nl = udm_netlink_open();

	ck_assert_int_eq(udm_ethtool_rss_create(nl, row_dev->ifindex, &queue, 1, &context, NULL,
						0), 0);
	udm_close(nl);
	flow_insert(3, 0);
}

static void all_contexts(void)
{
	unsigned int i;

	for (i = 1; i < row_dev->ethtool_ops->rxfh_max_num_contexts; i++) {
		static const unsigned int queue = 1;
		uint32_t context;
		int nl = udm_netlink_open();

		ck_assert_int_eq(udm_ethtool_rss_create(nl, row_dev->ifindex, &queue, 1, &context,
							NULL, 0), 0);
		ck_assert_uint_eq(context, i);
		udm_close(nl);
	}
}

static void without_contexts(void)
{
	change_ops();
	other_ops.create_rxfh_context = NULL;
}

static void common_key(void)
{
	context_on();
	change_ops();
	other_ops.rxfh_per_ctx_key = 0;
	other_ops.rxfh_per_ctx_fields = 0;
}

static void device_refuses(void)
{
	ck_assert_int_eq(udm_netdev_fault(row_nic, 0, UDM_NIC_CONTEXT, 1), 0);
}

#define CREATE	ETHTOOL, ETHTOOL_MSG_RSS_CREATE_ACT, 0
#define DELETE	ETHTOOL, ETHTOOL_MSG_RSS_DELETE_ACT, 0
#define RSS_SET	ETHTOOL, ETHTOOL_MSG_RSS_SET, 0
#define CONTEXT(n)	U32(ETHTOOL_A_RSS_CONTEXT, n)
#define CREATED	.reply = ETHTOOL_MSG_RSS_CREATE_ACT_REPLY
#define WITH_CONTEXT	.before = context_on

static const struct nl_row contexts[] = {
	{ "create", CREATE, { NIC }, CREATED,
	  .has = { ETHTOOL_A_RSS_HEADER, ETHTOOL_A_RSS_CONTEXT, ETHTOOL_A_RSS_HFUNC,
		   ETHTOOL_A_RSS_INDIR, ETHTOOL_A_RSS_HKEY } },
	{ "create all of it", CREATE,
	  { NIC, CONTEXT(7), U32(ETHTOOL_A_RSS_HFUNC, ETH_RSS_HASH_TOP),
	    LONG(ETHTOOL_A_RSS_INDIR, 8), LONG(ETHTOOL_A_RSS_HKEY, 40),
	    U32(ETHTOOL_A_RSS_INPUT_XFRM, 0) }, CREATED },
	{ "create the last", CREATE, { NIC, CONTEXT(31) }, CREATED },
	{ "create one too many", CREATE, { NIC, CONTEXT(32) }, ERR(ERANGE, .offs = 32) },
	{ "create 0", CREATE, { NIC, CONTEXT(0) }, ERR(ERANGE, RANGE, .offs = 32) },
	{ "create again", CREATE, { NIC, CONTEXT(1) }, ERR(EBUSY), WITH_CONTEXT },
	{ "create when there are all", CREATE, { NIC }, ERR(EBUSY), .before = all_contexts },
	{ "create without a header", CREATE, { CONTEXT(1) }, ERR(EINVAL, .miss_type = 1) },
	{ "create by anybody", CREATE, { NIC }, ERR(EPERM), .before = no_admin, .after = admin },
	{ "create where there is nothing", CREATE, { LOOPBACK }, ERR(EOPNOTSUPP) },
	{ "create what it cannot", CREATE, { NIC }, ERR(EOPNOTSUPP), .before = without_contexts,
	  .after = restore_ops },
	{ "create on what is not there", CREATE, { NIC }, ERR(ENODEV), .before = detach,
	  .after = attach },
	{ "create, not taken", CREATE, { NIC },
	  ERR(EIO, .text = "the device did not enable the context"), .before = device_refuses },
	{ "create with a far queue", CREATE, { NIC, U64(ETHTOOL_A_RSS_INDIR, 4ull << 32) },
	  ERR(EINVAL, .text = "entry 1: queue out of range (4)", .offs = 32) },
	{ "create with a table of three", CREATE, { NIC, LONG(ETHTOOL_A_RSS_INDIR, 12) },
	  ERR(EINVAL, .text = "size (3) mismatch with device indir table (128)", .offs = 32) },
	{ "create with no table", CREATE, { NIC, LONG(ETHTOOL_A_RSS_INDIR, 0) },
	  ERR(ERANGE, .text = "binary attribute size out of range", .offs = 32) },
	{ "create with a short key", CREATE, { NIC, LONG(ETHTOOL_A_RSS_HKEY, 8) },
	  ERR(EINVAL, .offs = 32) },
	{ "create with another function", CREATE,
	  { NIC, U32(ETHTOOL_A_RSS_HFUNC, ETH_RSS_HASH_XOR) },
	  ERR(EOPNOTSUPP, .text = "only the Toeplitz hash is supported") },
	{ "create with a transform", CREATE, { NIC, U32(ETHTOOL_A_RSS_INPUT_XFRM, 1) },
	  ERR(EOPNOTSUPP, .offs = 32) },
	{ "create takes no fields", CREATE, FLOWS(U32(ETHTOOL_A_FLOW_IP4, 0)),
	  ERR(EINVAL, UNKNOWN, .offs = 32) },
	{ "create is not dumped", ETHTOOL, ETHTOOL_MSG_RSS_CREATE_ACT, DUMP, { NIC },
	  ERR(EOPNOTSUPP) },
	{ "get", ETHTOOL, ETHTOOL_MSG_RSS_GET, 0, { NIC, CONTEXT(1) },
	  .reply = ETHTOOL_MSG_RSS_GET_REPLY,
	  .has = { ETHTOOL_A_RSS_CONTEXT, ETHTOOL_A_RSS_HFUNC, ETHTOOL_A_RSS_INDIR,
		   ETHTOOL_A_RSS_HKEY, ETHTOOL_A_RSS_FLOW_HASH }, WITH_CONTEXT },
	{ "get of none", ETHTOOL, ETHTOOL_MSG_RSS_GET, 0, { NIC, CONTEXT(2) }, ERR(ENOENT),
	  WITH_CONTEXT },
	{ "get from what has none", ETHTOOL, ETHTOOL_MSG_RSS_GET, 0, { NIC, CONTEXT(1) },
	  ERR(EOPNOTSUPP), .before = without_contexts, .after = restore_ops },
	{ "dump", ETHTOOL, ETHTOOL_MSG_RSS_GET, DUMP, { NIC },
	  .reply = ETHTOOL_MSG_RSS_GET_REPLY, .has = { ETHTOOL_A_RSS_CONTEXT }, WITH_CONTEXT },
	{ "set", RSS_SET, { NIC, CONTEXT(1), LONG(ETHTOOL_A_RSS_INDIR, 4),
	  LONG(ETHTOOL_A_RSS_HKEY, 40) }, WITH_CONTEXT },
	{ "set fields", RSS_SET, { NIC, CONTEXT(1), NEST(ETHTOOL_A_RSS_FLOW_HASH),
	  U32(ETHTOOL_A_FLOW_TCP4, ADDRESSES), CLOSE }, WITH_CONTEXT },
	{ "set of none", RSS_SET, { NIC, CONTEXT(9) }, ERR(ENOENT), WITH_CONTEXT },
	{ "set a table of what has none", RSS_SET, { NIC, CONTEXT(1) },
	  ERR(EOPNOTSUPP, .offs = 32), .before = without_contexts, .after = restore_ops },
	{ "reset", RSS_SET, { NIC, CONTEXT(1), LONG(ETHTOOL_A_RSS_INDIR, 0) },
	  ERR(EINVAL, .text = "can't reset table for a context", .offs = 40), WITH_CONTEXT },
	{ "a far queue", RSS_SET, { NIC, CONTEXT(1), U64(ETHTOOL_A_RSS_INDIR, 4) },
	  ERR(EINVAL, .text = "entry 0: queue out of range (4)", .offs = 40), WITH_CONTEXT },
	{ "a key that is not its own", RSS_SET, { NIC, CONTEXT(1), LONG(ETHTOOL_A_RSS_HKEY, 40) },
	  ERR(EOPNOTSUPP, .offs = 40), .before = common_key, .after = restore_ops },
	{ "fields that are not its own", RSS_SET, { NIC, CONTEXT(1),
	  NEST(ETHTOOL_A_RSS_FLOW_HASH), U32(ETHTOOL_A_FLOW_IP4, 0), CLOSE },
	  ERR(EOPNOTSUPP, .offs = 40), .before = common_key, .after = restore_ops },
	{ "rules add to it", RSS_SET, { NIC, CONTEXT(1), U32(ETHTOOL_A_RSS_INDIR, 1) },
	  ERR(EINVAL, .text = "flow rules add to the queues of this table"),
	  .before = low_context_in_use },
	{ "delete", DELETE, { NIC, CONTEXT(1) }, WITH_CONTEXT },
	{ "delete none", DELETE, { NIC, CONTEXT(2) }, ERR(ENOENT), WITH_CONTEXT },
	{ "delete 0", DELETE, { NIC, CONTEXT(0) }, ERR(ERANGE, RANGE, .offs = 32) },
	{ "delete what", DELETE, { NIC }, ERR(EINVAL, .miss_type = ETHTOOL_A_RSS_CONTEXT) },
	{ "delete by anybody", DELETE, { NIC, CONTEXT(1) }, ERR(EPERM), .before = no_admin,
	  .after = admin },
	{ "delete what rules use", DELETE, { NIC, CONTEXT(1) }, ERR(EBUSY),
	  .before = context_in_use },
	{ "delete where there are none", DELETE, { NIC, CONTEXT(1) }, ERR(EOPNOTSUPP),
	  .before = without_contexts, .after = restore_ops },
	{ "a context keeps its channels", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0,
	  { NIC, U32(ETHTOOL_A_CHANNELS_COMBINED_COUNT, 3) }, ERR(EINVAL, .text =
		"requested channel counts are too low for existing indirection table (3)"),
	  WITH_CONTEXT },
	{ "a rule into one keeps more", ETHTOOL, ETHTOOL_MSG_CHANNELS_SET, 0,
	  { NIC, U32(ETHTOOL_A_CHANNELS_COMBINED_COUNT, 3) }, ERR(EINVAL, .text =
		"requested channel counts are too low for existing ntuple filter settings"),
	  .before = low_context_in_use },
};

CHECK_ROWS(scaling)
CHECK_ROWS(fields)
CHECK_ROWS(contexts)

Suite *rss_rows_suite(void)
{
	Suite *s = suite_create("rss_rows");
	TCase *tc = tcase_create("rows");

	tcase_add_checked_fixture(tc, rows_open, rows_close);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, scaling_rows, 0, ARRAY_SIZE(scaling));
	tcase_add_loop_test(tc, fields_rows, 0, ARRAY_SIZE(fields));
	tcase_add_loop_test(tc, contexts_rows, 0, ARRAY_SIZE(contexts));
	return s;
}
