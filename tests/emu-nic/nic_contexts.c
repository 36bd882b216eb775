// SPDX-License-Identifier: GPL-2.0-only
/* RSS contexts as ethtool makes them: their tables and keys, and where frames go through rules. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/udevmem.h>

#include "fixture.h"
#include "rx_rig.h"

enum { QUEUES = 4, TABLE = 128, KEY = 40, CONTEXTS = 31 };

static const struct udm_netdev_config config = { .queues = QUEUES, .ring_entries = 32 };

struct config {
	struct ethtool_rxfh head;
	uint32_t table[TABLE];
	uint8_t key[KEY];
};

static struct config config_of(uint32_t context, uint32_t first, uint32_t second, int key)
{
	struct config c = { .head = { .cmd = ETHTOOL_SRSSH, .rss_context = context,
				      .indir_size = TABLE, .key_size = KEY } };

	for (unsigned int i = 0; i < TABLE; i++)
		c.table[i] = i % 2 ? second : first;
	memset(c.key, key, KEY);
	return c;
}

/* The number of a new one over two queues, or a negative errno. */
static int create(uint32_t first, uint32_t second, int key)
{
	struct config c = config_of(ETH_RXFH_CONTEXT_ALLOC, first, second, key);
	int err = rx_ethtool(&c);

	return err ? err : (int)c.head.rss_context;
}

static int delete(uint32_t context)
{
	struct ethtool_rxfh head = { .cmd = ETHTOOL_SRSSH, .rss_context = context };

	return rx_ethtool(&head);
}

static int look(uint32_t context, struct config *c)
{
	*c = (struct config){ .head = { .cmd = ETHTOOL_GRSSH, .rss_context = context,
					.indir_size = TABLE, .key_size = KEY } };
	return rx_ethtool(c);
}

static void expect(uint32_t context, uint32_t first, uint32_t second, int key)
{
	struct config is, should = config_of(context, first, second, key);

	ck_assert_int_eq(look(context, &is), 0);
	ck_assert_uint_eq(is.head.hfunc, ETH_RSS_HASH_TOP);
	ck_assert_mem_eq(is.table, should.table, sizeof(is.table));
	ck_assert_mem_eq(is.key, should.key, KEY);
}

/* Segments to this port of the application go into the context, plus ring. */
static int rule(uint16_t port, uint32_t context, uint64_t ring, uint32_t *loc)
{
	struct ethtool_rxnfc nfc = { .cmd = ETHTOOL_SRXCLSRLINS, .rss_context = context,
				     .fs.flow_type = TCP_V4_FLOW | FLOW_RSS,
				     .fs.ring_cookie = ring, .fs.location = RX_CLS_LOC_ANY };
	int err;

	nfc.fs.h_u.tcp_ip4_spec.pdst = htons(port);
	nfc.fs.m_u.tcp_ip4_spec.pdst = 0xffff;
	err = rx_ethtool(&nfc);
	*loc = nfc.fs.location;
	return err;
}

static int rule_delete(uint32_t loc)
{
	struct ethtool_rxnfc nfc = { .cmd = ETHTOOL_SRXCLSRLDEL, .fs.location = loc };

	return rx_ethtool(&nfc);
}

static unsigned int rules(void)
{
	struct ethtool_rxnfc nfc = { .cmd = ETHTOOL_GRXCLSRLCNT };

	ck_assert_int_eq(rx_ethtool(&nfc), 0);
	return nfc.rule_cnt;
}

/* Which queues segments to a port come in by that differ in the source port: a bit for each. */
static unsigned int spread(uint16_t port)
{
	struct udm_queue_stats now;
	uint64_t was[QUEUES];
	unsigned int mask = 0;

	for (unsigned int q = 0; q < QUEUES; q++) {
		udm_netdev_queue_stats(rx.nic, q, &now);
		was[q] = now.frames;
	}
	for (uint16_t i = 0; i < 64; i++) {
		struct frame_spec s = rx_segment(1, 10);

		s.sport = (uint16_t)(1000 + i * 37);
		s.dport = port;
		ck_assert_int_eq(rx_send(&s), 0);
	}
	ck_assert(udm_netdev_quiesce(rx.nic, 5000));
	for (unsigned int q = 0; q < QUEUES; q++) {
		udm_netdev_queue_stats(rx.nic, q, &now);
		mask |= now.frames != was[q] ? 1u << q : 0;
	}
	return mask;
}

/* All that there are, each with its own; they go in a disorder, and their numbers come back. */
START_TEST(contexts_are_apart)
{
	rx_open(_i, &config);
	for (unsigned int i = 1; i <= CONTEXTS; i++)
		ck_assert_int_eq(create(i % QUEUES, i / 4 % QUEUES, (int)i), (int)i);
	ck_assert_int_eq(create(0, 0, 1), -EBUSY);
	for (unsigned int i = 1; i <= CONTEXTS; i++)
		expect(i, i % QUEUES, i / 4 % QUEUES, (int)i);
	for (unsigned int n = 0; n < CONTEXTS; n++) {
		uint32_t i = 1 + n * 12 % CONTEXTS;

		ck_assert_int_eq(delete(i), 0);
		ck_assert_int_eq(delete(i), -ENOENT);
		if (n < 3)
			ck_assert_int_eq(create(3, 0, 99), (int)i);
		if (n < 3)
			expect(i, 3, 0, 99);
		else if (n + 1 < CONTEXTS)
			expect(1 + (n + 1) * 12 % CONTEXTS, (1 + (n + 1) * 12 % CONTEXTS) % QUEUES,
			       (1 + (n + 1) * 12 % CONTEXTS) / 4 % QUEUES,
			       1 + (n + 1) * 12 % CONTEXTS);
	}
	for (unsigned int n = 0; n < 3; n++)
		ck_assert_int_eq(delete(1 + n * 12 % CONTEXTS), 0);
	rx_close();
}
END_TEST

START_TEST(contexts_are_changed)
{
	struct config c;
	int context;

	rx_open(_i, &config);
	context = create(0, 1, 5);
	c = config_of((uint32_t)context, 2, 3, 6);
	c.head.key_size = 0;
	ck_assert_int_eq(rx_ethtool(&c), 0);
	expect((uint32_t)context, 2, 3, 5);
	c = config_of((uint32_t)context, 0, 0, 7);
	c.head.indir_size = ETH_RXFH_INDIR_NO_CHANGE;
	memset(c.table, 7, KEY);
	ck_assert_int_eq(rx_ethtool(&c), 0);
	expect((uint32_t)context, 2, 3, 7);
	/* Left to the driver: spread evenly, with the machine's key, as the default one is. */
	c = config_of(ETH_RXFH_CONTEXT_ALLOC, 0, 0, 0);
	c.head.indir_size = ETH_RXFH_INDIR_NO_CHANGE;
	c.head.key_size = 0;
	c.head.hfunc = ETH_RSS_HASH_TOP;
	ck_assert_int_eq(rx_ethtool(&c), 0);
	ck_assert_int_eq(look(c.head.rss_context, &c), 0);
	for (unsigned int i = 0; i < TABLE; i++)
		ck_assert_uint_eq(c.table[i], i % QUEUES);
	rx_close();
}
END_TEST

START_TEST(rules_go_through_contexts)
{
	uint32_t high, low, own, context, shifted;

	rx_open(_i, &config);
	context = (uint32_t)create(2, 3, 0x5a);
	shifted = (uint32_t)create(0, 1, 0xa5);
	ck_assert_int_eq(rule(2000, context, 0, &high), 0);
	ck_assert_int_eq(rule(2001, shifted, 2, &low), 0);
	ck_assert_int_eq(rule(2002, shifted, 1, &own), 0);
	ck_assert_uint_eq(spread(2000), 0xc);
	ck_assert_uint_eq(spread(2001), 0xc);
	ck_assert_uint_eq(spread(2002), 0x6);
	ck_assert_uint_eq(spread(2003), 0xf);
	/* They outlive the interface's going down. */
	udm_netdev_down(rx.nic);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	ck_assert_uint_eq(spread(2000), 0xc);
	ck_assert_int_eq(delete(context), -EBUSY);
	ck_assert_int_eq(rule_delete(high), 0);
	ck_assert_uint_eq(spread(2000), 0xf);
	ck_assert_int_eq(delete(context), 0);
	ck_assert_int_eq(rule(2000, context, 0, &high), -EINVAL);
	ck_assert_int_eq(rule(2000, shifted, 3, &high), -EINVAL);
	ck_assert_int_eq(rule(2000, shifted, 1ull << 32, &high), -EINVAL);
	ck_assert_int_eq(rule(2000, shifted, RX_CLS_FLOW_DISC, &high), -EINVAL);
	/* The default context can be named too. */
	ck_assert_int_eq(rule(2000, 0, 1, &high), -EINVAL);
	ck_assert_int_eq(rule(2000, 0, 0, &high), 0);
	ck_assert_uint_eq(spread(2000), 0xf);
	rx_close();
}
END_TEST

static int fields(uint32_t cmd, uint32_t context, uint64_t *data)
{
	struct ethtool_rxnfc nfc = { .cmd = cmd, .flow_type = TCP_V4_FLOW | FLOW_RSS,
				     .data = *data, .rss_context = context };
	int err = rx_ethtool(&nfc);

	*data = nfc.data;
	return err;
}

static unsigned int bits(unsigned int mask)
{
	return (unsigned int)__builtin_popcount(mask);
}

START_TEST(contexts_hash_their_own_fields)
{
	uint64_t data = 0, all = RXH_IP_SRC | RXH_IP_DST | RXH_L4_B_0_1 | RXH_L4_B_2_3;
	uint32_t loc, context;

	rx_open(_i, &config);
	context = (uint32_t)create(2, 3, 0x6d);
	ck_assert_int_eq(rule(2000, context, 0, &loc), 0);
	ck_assert_int_eq(fields(ETHTOOL_GRXFH, context, &data), 0);
	ck_assert_uint_eq(data, all);
	data = RXH_IP_SRC | RXH_IP_DST;
	ck_assert_int_eq(fields(ETHTOOL_SRXFH, context, &data), 0);
	ck_assert_uint_eq(bits(spread(2000)), 1);
	ck_assert_uint_eq(spread(2001), 0xf);
	udm_netdev_down(rx.nic);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	ck_assert_uint_eq(bits(spread(2000)), 1);
	ck_assert_int_eq(fields(ETHTOOL_GRXFH, 0, &data), 0);
	ck_assert_uint_eq(data, all);
	ck_assert_int_eq(fields(ETHTOOL_GRXFH, 9, &data), -ENOENT);
	ck_assert_int_eq(fields(ETHTOOL_SRXFH, 9, &data), -ENOENT);
	rx_close();
}
END_TEST

/* The device does not take the first one back: it is gone with its rules, the other is not. */
START_TEST(contexts_are_lost)
{
	uint32_t first, second, loc;
	struct config c;

	rx_open(_i, &config);
	first = (uint32_t)create(0, 1, 1);
	second = (uint32_t)create(2, 3, 0x5a);
	ck_assert_int_eq(rule(2000, first, 0, &loc), 0);
	ck_assert_int_eq(rule(2001, second, 0, &loc), 0);
	udm_netdev_down(rx.nic);
	ck_assert_int_eq(udm_netdev_fault(rx.nic, 0, UDM_NIC_CONTEXT, 1), 0);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	ck_assert_int_eq(look(first, &c), -ENOENT);
	ck_assert_int_eq(look(second, &c), 0);
	ck_assert_uint_eq(rules(), 1);
	ck_assert_uint_eq(spread(2001), 0xc);
	ck_assert_int_eq(create(0, 1, 1), (int)first);
	rx_close();
}
END_TEST

/* An answer that is lost on its way says nothing about what was done. */
static int take_away(int (*delete_one)(uint32_t what), uint32_t what)
{
	int err, worst = 0;

	while ((err = delete_one(what)) != -ENOENT)
		worst = err ? err : worst;
	return worst;
}

static int create_and_delete(void *ctx)
{
	int err = create(1, 2, 3);
	struct config c = config_of(1, 0, 3, 4);
	uint32_t loc;

	err = err < 0 ? err : rx_ethtool(&c);
	err = err ? err : rule(2000, 1, 0, &loc);
	err = err ? err : look(1, &c);
	err = take_away(rule_delete, 0) ?: err;
	return take_away(delete, 1) ?: err;
}

START_TEST(allocations_fail)
{
	rx_open(0, &config);
	ck_assert_msg(udm_fault_sweep(create_and_delete, NULL) > 4, "%s",
		      udm_fault_sweep_message());
	ck_assert_int_eq(create(0, 1, 2), 1);
	rx_close();
}
END_TEST

static const struct refusal {
	uint32_t context, table, key;
	uint8_t hfunc, xfrm, reserved;
	int err;
} refusals[] = {
	{ .context = 3, .table = TABLE, .err = -ENOENT },
	{ .context = 3, .err = -ENOENT },
	{ .context = ETH_RXFH_CONTEXT_ALLOC, .err = -EINVAL },
	{ .context = ETH_RXFH_CONTEXT_ALLOC, .table = TABLE / 2, .err = -EINVAL },
	{ .context = ETH_RXFH_CONTEXT_ALLOC, .table = TABLE, .key = KEY - 1, .err = -EINVAL },
	{ .context = ETH_RXFH_CONTEXT_ALLOC, .table = TABLE, .hfunc = ETH_RSS_HASH_XOR,
	  .err = -EOPNOTSUPP },
	{ .context = ETH_RXFH_CONTEXT_ALLOC, .table = TABLE, .xfrm = 1, .err = -EOPNOTSUPP },
	{ .context = ETH_RXFH_CONTEXT_ALLOC, .table = TABLE, .reserved = 1, .err = -EINVAL },
	{ .table = ETH_RXFH_INDIR_NO_CHANGE, .xfrm = 0xff, .err = -EINVAL },
	{ .table = TABLE + 1, .err = -EINVAL },
};

START_TEST(unusable_requests_are_refused)
{
	const struct refusal *r = &refusals[_i];
	struct config c = config_of(r->context, 0, 1, 2);

	rx_open(0, &config);
	c.head.indir_size = r->table;
	c.head.key_size = r->key;
	c.head.hfunc = r->hfunc;
	(&c.head.hfunc)[1] = r->xfrm;
	(&c.head.hfunc)[2] = r->reserved;
	ck_assert_int_eq(rx_ethtool(&c), r->err);
	ck_assert_int_eq(look(1, &c), -ENOENT);
	rx_close();
}
END_TEST

Suite *nic_contexts_suite(void)
{
	Suite *s = suite_create("nic_contexts");
	TCase *tc = tcase_create("contexts");

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, contexts_are_apart, 0, 2);
	tcase_add_loop_test(tc, contexts_are_changed, 0, 2);
	tcase_add_loop_test(tc, rules_go_through_contexts, 0, 2);
	tcase_add_loop_test(tc, contexts_hash_their_own_fields, 0, 2);
	tcase_add_loop_test(tc, contexts_are_lost, 0, 2);
	tcase_add_test(tc, allocations_fail);
	tcase_add_loop_test(tc, unusable_requests_are_refused, 0,
			    sizeof(refusals) / sizeof(refusals[0]));
	suite_add_tcase(s, tc);
	return s;
}
