// SPDX-License-Identifier: GPL-2.0-only
/*
 * Family "ethtool", row by row: features and the names of things, and the sets of bits they
 * are sent as. What comes of wanting a feature is in tests/mnl/features.c.
 */
#include "fixture.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>
#include <udevmem/file.h>

#include "ethtool_rows.h"

#define GET	ETHTOOL, ETHTOOL_MSG_FEATURES_GET, 0
#define SET	ETHTOOL, ETHTOOL_MSG_FEATURES_SET, 0
#define SETS	.reply = ETHTOOL_MSG_FEATURES_SET_REPLY,				\
		.has = { ETHTOOL_A_FEATURES_HEADER, ETHTOOL_A_FEATURES_WANTED,	\
			 ETHTOOL_A_FEATURES_ACTIVE }
#define COMPACT_NIC								\
	NEST(1), U32(ETHTOOL_A_HEADER_DEV_INDEX, THE_NIC),			\
	U32(ETHTOOL_A_HEADER_FLAGS, ETHTOOL_FLAG_COMPACT_BITSETS), CLOSE
/* The set is at 32, what is in it from 36 on. */
#define WANTED(parts...)	{ NIC, NEST(ETHTOOL_A_FEATURES_WANTED), parts, CLOSE }
/* A list of one bit, which is at 40, and its parts from 44 on. */
#define LIST(parts...)	WANTED(NEST(ETHTOOL_A_BITSET_BITS), NEST(ETHTOOL_A_BITSET_BITS_BIT),	\
			       parts, CLOSE, CLOSE)
#define SIZE(n)		U32(ETHTOOL_A_BITSET_SIZE, n)
#define VALUE(v)	U64(ETHTOOL_A_BITSET_VALUE, v)
#define MASK(v)		U64(ETHTOOL_A_BITSET_MASK, v)
#define NOMASK		LONG(ETHTOOL_A_BITSET_NOMASK, 0)
#define INDEX(n)	U32(ETHTOOL_A_BITSET_BIT_INDEX, n)
#define NAME(s)		TEXT(ETHTOOL_A_BITSET_BIT_NAME, s)
#define ON		LONG(ETHTOOL_A_BITSET_BIT_VALUE, 0)

static void rxcsum_is_off(void)
{
	ck_assert(!(row_dev->features & NETIF_F_RXCSUM));
}

static void rxcsum_off(void)
{
	rtnl_lock();
	netdev_lock_ops(row_dev);
	row_dev->wanted_features &= ~NETIF_F_RXCSUM;
	netdev_update_features(row_dev);
	netdev_unlock_ops(row_dev);
	rtnl_unlock();
	rxcsum_is_off();
}

static void rxcsum_is_on(void)
{
	ck_assert(row_dev->features & NETIF_F_RXCSUM);
}

static const struct nl_row features[] = {
	{ "get", GET, { NIC }, .reply = ETHTOOL_MSG_FEATURES_GET_REPLY,
	  .has = { ETHTOOL_A_FEATURES_HEADER, ETHTOOL_A_FEATURES_HW, ETHTOOL_A_FEATURES_WANTED,
		   ETHTOOL_A_FEATURES_ACTIVE, ETHTOOL_A_FEATURES_NOCHANGE } },
	{ "get compact", GET, { COMPACT_NIC }, .reply = ETHTOOL_MSG_FEATURES_GET_REPLY,
	  .has = { ETHTOOL_A_FEATURES_HW } },
	{ "dump", ETHTOOL, ETHTOOL_MSG_FEATURES_GET, DUMP, {},
	  .reply = ETHTOOL_MSG_FEATURES_GET_REPLY, .has = { ETHTOOL_A_FEATURES_ACTIVE } },
	{ "get takes a header only", GET, WANTED(NOMASK), ERR(EINVAL, UNKNOWN, .offs = 32) },
	{ "get of who has none", GET, { LOOPBACK }, ERR(EOPNOTSUPP) },
	{ "set what", SET, { NIC }, ERR(EINVAL) },
	{ "set by anybody", SET, WANTED(NOMASK), ERR(EPERM), .before = no_admin,
	  .after = admin },
	{ "set on what is not there", SET, LIST(NAME("tx-tcp-segmentation")), ERR(ENODEV),
	  .before = detach, .after = attach },
	{ "set what is reported only", SET, { NIC, NEST(ETHTOOL_A_FEATURES_HW), CLOSE },
	  ERR(EINVAL, UNSUPPORTED, .offs = 32) },
	{ "set what changed only", SET, { NIC, NEST(ETHTOOL_A_FEATURES_ACTIVE), CLOSE },
	  ERR(EINVAL, UNKNOWN, .offs = 32) },
	{ "set a number", SET, { NIC, U32(ETHTOOL_A_FEATURES_WANTED, 1) },
	  ERR(EINVAL, .text = "NLA_F_NESTED is missing", .offs = 32) },
	{ "set by name", SET, LIST(NAME("tx-tcp-segmentation")), SETS },
	{ "set by number", SET, LIST(INDEX(NETIF_F_TSO_BIT), ON), SETS },
	{ "set by both", SET, LIST(INDEX(NETIF_F_TSO_BIT), NAME("tx-tcp-segmentation")), SETS },
	/* What is left out is to be off, and that goes for what nobody can change. */
	{ "set the whole", SET, WANTED(NOMASK, NEST(ETHTOOL_A_BITSET_BITS), CLOSE),
	  ERR(EINVAL, .text = "attempt to change non-ethtool features") },
	{ "set nothing", SET, WANTED(NEST(ETHTOOL_A_BITSET_BITS), CLOSE), SETS },
	{ "set without an answer", SET, { NEST(1), U32(ETHTOOL_A_HEADER_DEV_INDEX, THE_NIC),
	  U32(ETHTOOL_A_HEADER_FLAGS, ETHTOOL_FLAG_OMIT_REPLY), CLOSE,
	  NEST(ETHTOOL_A_FEATURES_WANTED), NEST(ETHTOOL_A_BITSET_BITS), CLOSE, CLOSE } },
	{ "set what nobody can", SET, LIST(NAME("vlan-challenged")),
	  ERR(EINVAL, .text = "attempt to change non-ethtool features") },
	{ "set off", SET, LIST(NAME("rx-checksum")), SETS, .after = rxcsum_is_off },
	{ "set on", SET, LIST(NAME("rx-checksum"), ON), SETS, .before = rxcsum_off,
	  .after = rxcsum_is_on },
	{ "set what it has not", SET, LIST(NAME("loopback"), ON), SETS },
};

static const struct nl_row lists[] = {
	{ "no such name", SET, LIST(NAME("tx-nothing")),
	  ERR(EINVAL, .text = "bit name not found", .offs = 44) },
	{ "an empty name", SET, LIST(NAME("")),
	  ERR(EINVAL, .text = "bit name not found", .offs = 44) },
	{ "too high a number", SET, LIST(INDEX(NETDEV_FEATURE_COUNT)),
	  ERR(EINVAL, .text = "bit index too high", .offs = 44) },
	{ "another name", SET, LIST(INDEX(NETIF_F_TSO_BIT), NAME("rx-gro")),
	  ERR(EINVAL, .text = "bit index and name mismatch", .offs = 40) },
	{ "neither", SET, LIST(ON),
	  ERR(EINVAL, .text = "neither bit index nor name specified", .offs = 40) },
	{ "no bit", SET, WANTED(NEST(ETHTOOL_A_BITSET_BITS), NEST(2), CLOSE, CLOSE),
	  ERR(EINVAL, .text = "only ETHTOOL_A_BITSET_BITS_BIT allowed in ETHTOOL_A_BITSET_BITS",
	      .offs = 40) },
	{ "a bit that is no nest", SET,
	  WANTED(NEST(ETHTOOL_A_BITSET_BITS), U32(ETHTOOL_A_BITSET_BITS_BIT, 1), CLOSE),
	  ERR(EINVAL, .text = "NLA_F_NESTED is missing", .offs = 40) },
	{ "values beside", SET, WANTED(NEST(ETHTOOL_A_BITSET_BITS), CLOSE, VALUE(1)),
	  ERR(EINVAL, .text = "value only allowed in compact bitset", .offs = 40) },
	{ "a mask beside", SET, WANTED(NEST(ETHTOOL_A_BITSET_BITS), CLOSE, MASK(1)),
	  ERR(EINVAL, .text = "mask only allowed in compact bitset", .offs = 40) },
	{ "an attribute too many", SET, LIST(U32(4, 0)), ERR(EINVAL, UNKNOWN, .offs = 44) },
};

static const struct nl_row words[] = {
	{ "value and mask", SET, WANTED(SIZE(44), VALUE(1 << 16), MASK(1 << 16)), SETS },
	{ "off", SET, WANTED(SIZE(44), VALUE(0), MASK(NETIF_F_RXCSUM)), SETS,
	  .after = rxcsum_is_off },
	{ "on", SET, WANTED(SIZE(44), VALUE(NETIF_F_RXCSUM), MASK(NETIF_F_RXCSUM)), SETS,
	  .before = rxcsum_off, .after = rxcsum_is_on },
	{ "the whole", SET, WANTED(NOMASK, SIZE(64), VALUE(1 << 16)),
	  ERR(EINVAL, .text = "attempt to change non-ethtool features") },
	{ "a short one", SET, WANTED(SIZE(20), U32(ETHTOOL_A_BITSET_VALUE, 1 << 16),
	  U32(ETHTOOL_A_BITSET_MASK, 1 << 16)), SETS },
	{ "a long one", SET, WANTED(SIZE(128), LONG(ETHTOOL_A_BITSET_VALUE, 16),
	  LONG(ETHTOOL_A_BITSET_MASK, 16)), SETS },
	{ "none", SET, WANTED(SIZE(0), LONG(ETHTOOL_A_BITSET_VALUE, 0),
	  LONG(ETHTOOL_A_BITSET_MASK, 0)), SETS },
	{ "no size", SET, WANTED(VALUE(1), MASK(1)),
	  ERR(EINVAL, .text = "missing size in compact bitset", .offs = 32) },
	{ "no value", SET, WANTED(SIZE(44), MASK(1)),
	  ERR(EINVAL, .text = "missing value in compact bitset", .offs = 32) },
	{ "no mask", SET, WANTED(SIZE(44), VALUE(1)),
	  ERR(EINVAL, .text = "missing mask in compact nonlist bitset", .offs = 32) },
	{ "a mask of the whole", SET, WANTED(NOMASK, SIZE(44), VALUE(1), MASK(1)),
	  ERR(EINVAL, .text = "mask not allowed in list bitset", .offs = 60) },
	{ "short values", SET, WANTED(SIZE(44), U32(ETHTOOL_A_BITSET_VALUE, 1), MASK(1)),
	  ERR(EINVAL, .text = "bitset value length does not match size", .offs = 44) },
	{ "a short mask", SET, WANTED(SIZE(44), VALUE(1), U32(ETHTOOL_A_BITSET_MASK, 1)),
	  ERR(EINVAL, .text = "bitset mask length does not match size", .offs = 56) },
	{ "bits there are not", SET, WANTED(SIZE(64), VALUE(0), MASK(1ull << 44)),
	  ERR(EINVAL, .text = "cannot modify bits past kernel bitset size", .offs = 56) },
	{ "values there are not", SET, WANTED(NOMASK, SIZE(64), VALUE(1ull << 63)),
	  ERR(EINVAL, .text = "cannot modify bits past kernel bitset size", .offs = 48) },
	{ "what nobody can", SET, WANTED(SIZE(44), VALUE(0), MASK(1 << 10)),
	  ERR(EINVAL, .text = "attempt to change non-ethtool features") },
};

/* --- Names --------------------------------------------------------------- */

#define STRSET	ETHTOOL, ETHTOOL_MSG_STRSET_GET, 0
#define ID(n)	NEST(ETHTOOL_A_STRSET_STRINGSETS), NEST(ETHTOOL_A_STRINGSETS_STRINGSET),	\
		U32(ETHTOOL_A_STRINGSET_ID, n), CLOSE, CLOSE
#define STRINGS	.reply = ETHTOOL_MSG_STRSET_GET_REPLY, .has = { ETHTOOL_A_STRSET_STRINGSETS }
#define STRINGS_OF	.reply = ETHTOOL_MSG_STRSET_GET_REPLY,				\
			.has = { ETHTOOL_A_STRSET_HEADER, ETHTOOL_A_STRSET_STRINGSETS }
#define ALL_STRSETS	ETHTOOL, ETHTOOL_MSG_STRSET_GET, DUMP

static const struct nl_row names[] = {
	{ "of features", STRSET, { ID(ETH_SS_FEATURES) }, STRINGS },
	{ "of hash functions", STRSET, { ID(ETH_SS_RSS_HASH_FUNCS) }, STRINGS },
	{ "of nothing here", STRSET, { ID(ETH_SS_WOL_MODES) }, STRINGS },
	{ "all that are not of devices", STRSET, {}, STRINGS },
	{ "how many", STRSET, { ID(ETH_SS_FEATURES), LONG(ETHTOOL_A_STRSET_COUNTS_ONLY, 0) },
	  STRINGS },
	{ "of a device", STRSET, { NIC, ID(ETH_SS_FEATURES) }, STRINGS_OF },
	{ "of no device", STRSET, { NEST(1), U32(ETHTOOL_A_HEADER_DEV_INDEX, 99), CLOSE },
	  ERR(ENODEV, .text = "no device matches ifindex", .offs = 24) },
	{ "of a device that has none", STRSET, { LOOPBACK, ID(ETH_SS_STATS) }, STRINGS },
	{ "of statistics", STRSET, { ID(ETH_SS_STATS) },
	  ERR(EINVAL, .text = "requested per device strings without dev") },
	{ "of what is not", STRSET, { ID(ETH_SS_COUNT) }, ERR(EOPNOTSUPP) },
	{ "of which", STRSET, { NEST(ETHTOOL_A_STRSET_STRINGSETS),
	  NEST(ETHTOOL_A_STRINGSETS_STRINGSET), CLOSE, CLOSE }, ERR(EINVAL) },
	{ "a set that is no nest", STRSET,
	  { NEST(ETHTOOL_A_STRSET_STRINGSETS), U32(ETHTOOL_A_STRINGSETS_STRINGSET, 4), CLOSE },
	  ERR(EINVAL, .text = "NLA_F_NESTED is missing", .offs = 24) },
	{ "dump", ALL_STRSETS, {}, STRINGS_OF },
	{ "dump of features", ALL_STRSETS, { ID(ETH_SS_FEATURES) }, STRINGS_OF },
	{ "dump of statistics", ALL_STRSETS, { ID(ETH_SS_STATS) }, STRINGS_OF },
	{ "dump of all, whatever it names", ALL_STRSETS, { LOOPBACK, ID(ETH_SS_FEATURES) },
	  STRINGS_OF },
	{ "dump, how many", ALL_STRSETS,
	  { ID(ETH_SS_STATS), LONG(ETHTOOL_A_STRSET_COUNTS_ONLY, 0) }, STRINGS_OF },
	{ "dump of what is not", ALL_STRSETS, { ID(ETH_SS_COUNT) }, ERR(EOPNOTSUPP) },
	{ "dump of which", ALL_STRSETS, { NEST(ETHTOOL_A_STRSET_STRINGSETS),
	  NEST(ETHTOOL_A_STRINGSETS_STRINGSET), CLOSE, CLOSE }, ERR(EINVAL) },
	{ "dump of no device", ALL_STRSETS,
	  { NEST(1), U32(ETHTOOL_A_HEADER_DEV_INDEX, 99), CLOSE },
	  ERR(ENODEV, .text = "no device matches ifindex", .offs = 24) },
	{ "dump of an attribute too many", ALL_STRSETS, { U32(4, 0) },
	  ERR(EINVAL, UNKNOWN, .offs = 20) },
};

CHECK_ROWS(features)
CHECK_ROWS(lists)
CHECK_ROWS(words)
CHECK_ROWS(names)

Suite *features_rows_suite(void)
{
	Suite *s = suite_create("features_rows");
	TCase *tc = tcase_create("rows");

	tcase_add_checked_fixture(tc, rows_open, rows_close);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, features_rows, 0, ARRAY_SIZE(features));
	tcase_add_loop_test(tc, lists_rows, 0, ARRAY_SIZE(lists));
	tcase_add_loop_test(tc, words_rows, 0, ARRAY_SIZE(words));
	tcase_add_loop_test(tc, names_rows, 0, ARRAY_SIZE(names));
	return s;
}
