// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue selection: Toeplitz against the published vectors, rules by location.
 */
#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "emu-nic/hw/steering.h"
#include "fixture.h"
#include "frames.h"
#include "hw_rig.h"

static const uint8_t published_key[EMUNIC_RSS_KEY_BYTES] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

static const struct vector {
	const char *src, *dst;
	uint16_t sport, dport;
	uint32_t l3, l4;
} vectors[] = {
	{ "66.9.149.187", "161.142.100.80", 2794, 1766, 0x323e8fc2, 0x51ccc178 },
	{ "199.92.111.2", "65.69.140.83", 14230, 4739, 0xd718262a, 0xc626b0ea },
	{ "24.19.198.95", "12.22.207.184", 12898, 38024, 0xd2d0a5de, 0x5c2b394a },
	{ "38.27.205.30", "209.142.163.6", 48228, 2217, 0x82989176, 0xafc7327f },
	{ "153.39.163.191", "202.188.127.2", 44251, 1303, 0x5d1809c5, 0x10e828a2 },
	{ "3ffe:2501:200:1fff::7", "3ffe:2501:200:3::1", 2794, 1766, 0x2cc18cd5, 0x40207d3d },
	{ "3ffe:501:8::260:97ff:fe40:efab", "ff02::1", 14230, 4739, 0x0f0c461c, 0xdde51bbf },
	{ "3ffe:1900:4545:3:200:f8ff:fe21:67cf", "fe80::200:f8ff:fe21:67cf", 44251, 38024,
	  0x4b61e985, 0x02d1feef },
};

static struct frame_info flow(const struct vector *v, bool l4)
{
	struct frame_info info = { .sport = v->sport, .dport = v->dport, .tcp = l4, .proto = 6 };
	int family = strchr(v->src, ':') ? AF_INET6 : AF_INET;

	info.ipv6 = family == AF_INET6;
	info.ipv4 = !info.ipv6;
	ck_assert_int_eq(inet_pton(family, v->src, info.src), 1);
	ck_assert_int_eq(inet_pton(family, v->dst, info.dst), 1);
	return info;
}

/* As it is defined, bit by bit. */
static uint32_t toeplitz(const uint8_t *key, const uint8_t *input, unsigned int len)
{
	uint32_t window = (uint32_t)key[0] << 24 | key[1] << 16 | key[2] << 8 | key[3];
	uint32_t hash = 0;

	/* The window is the 32 key bits that start at the current input bit. */
	for (unsigned int i = 0; i < len; i++) {
		for (int bit = 7; bit >= 0; bit--) {
			if (input[i] >> bit & 1)
				hash ^= window;
			window = window << 1 | (key[i + 4] >> bit & 1);
		}
	}
	return hash;
}

static struct steering *rss(void)
{
	static struct steering s;
	struct rss_context *ctx = &s.contexts[0];

	steering_reset(&s);
	steering_set_key(ctx, 0, published_key, sizeof(ctx->key));
	ctx->enabled = true;
	for (unsigned int i = 0; i < EMUNIC_RSS_TABLE_SIZE; i++)
		ctx->table[i] = i % 7;
	return &s;
}

START_TEST(hash_is_the_published_one)
{
	const struct vector *v = &vectors[_i];
	struct steering_result r;
	struct frame_info info = flow(v, true);

	steering_pick(rss(), &info, &r);
	ck_assert_uint_eq(r.hash, v->l4);
	ck_assert_uint_eq(r.hash_flags, EMUNIC_CQE_HASH_L4);
	ck_assert_uint_eq(r.queue, v->l4 % EMUNIC_RSS_TABLE_SIZE % 7);
	info = flow(v, false);
	steering_pick(rss(), &info, &r);
	ck_assert_uint_eq(r.hash, v->l3);
	ck_assert_uint_eq(r.hash_flags, EMUNIC_CQE_HASH_L3);
}
END_TEST

static struct flow_rule exact(const struct vector *v, uint32_t queue)
{
	struct frame_info info = flow(v, true);
	struct flow_rule r = { .queue = queue };

	r.type = EMUNIC_FLOW_L4 | (info.ipv6 ? EMUNIC_FLOW_IPV6 : 0);
	r.value.sport = info.sport;
	r.value.dport = info.dport;
	r.value.proto = info.proto;
	memcpy(r.value.src, info.src, 16);
	memcpy(r.value.dst, info.dst, 16);
	memset(&r.mask, 0xff, offsetof(union flow_fields, vlan_tci));
	r.mask.proto = 0xff;
	return r;
}

/* A rule catches its flow and no flow that differs in one field. */
START_TEST(exact_rule_is_exact)
{
	const struct vector *v = &vectors[_i];
	struct steering *s = rss();
	struct flow_rule rule = exact(v, 9);
	struct steering_result r;
	struct frame_info info;

	ck_assert_uint_eq(steering_insert(s, 5, &rule, 16), EMUNIC_FLOW_OK);
	info = flow(v, true);
	steering_pick(s, &info, &r);
	ck_assert(r.by_rule);
	ck_assert_uint_eq(r.queue, 9);
	ck_assert_uint_eq(r.hash, v->l4);
	for (int field = 0; field < 5; field++) {
		info = flow(v, true);
		info.src[info.ipv6 ? 15 : 3] ^= field == 0;
		info.dst[info.ipv6 ? 15 : 3] ^= field == 1;
		info.sport ^= field == 2;
		info.dport ^= field == 3;
		if (field == 4) {
			info.udp = true;
			info.tcp = false;
			info.proto = 17;
		}
		steering_pick(s, &info, &r);
		ck_assert_msg(!r.by_rule, "field %d", field);
	}
	ck_assert_uint_eq(steering_delete(s, 5), EMUNIC_FLOW_OK);
	info = flow(v, true);
	steering_pick(s, &info, &r);
	ck_assert(!r.by_rule);
}
END_TEST

START_TEST(lower_location_wins)
{
	struct steering *s = rss();
	struct flow_rule any = { .queue = 1 };
	struct flow_rule one = exact(&vectors[0], 2);
	struct frame_info info = flow(&vectors[0], true), other = flow(&vectors[1], true);
	struct steering_result r;

	steering_insert(s, 10, &any, 4);
	steering_insert(s, 3, &one, 4);
	steering_pick(s, &info, &r);
	ck_assert_uint_eq(r.queue, 2);
	steering_pick(s, &other, &r);
	ck_assert_uint_eq(r.queue, 1);
	one.queue = 3;
	steering_insert(s, 12, &one, 4);
	steering_delete(s, 3);
	steering_pick(s, &info, &r);
	ck_assert_uint_eq(r.queue, 1);
}
END_TEST

START_TEST(bad_rules_are_refused)
{
	struct steering *s = rss();
	struct flow_rule rule = exact(&vectors[0], 4);

	ck_assert_uint_eq(steering_insert(s, 0, &rule, 4), EMUNIC_FLOW_BAD);
	ck_assert_uint_eq(steering_insert(s, EMUNIC_MAX_FLOWS, &rule, 8), EMUNIC_FLOW_BAD);
	ck_assert_uint_eq(steering_delete(s, EMUNIC_MAX_FLOWS), EMUNIC_FLOW_BAD);
	rule.queue = 0;
	rule.action = EMUNIC_FLOW_TO_CONTEXT + 1;
	ck_assert_uint_eq(steering_insert(s, 0, &rule, 4), EMUNIC_FLOW_BAD);
	ck_assert_uint_eq(s->num_used, 0);
}
END_TEST

/* A bit that is not in the mask makes no difference, any other does. */
START_TEST(masks_choose_the_bits)
{
	const struct vector *v = &vectors[_i];
	struct steering *s = rss();
	struct flow_rule rule = { .queue = 9 };
	struct steering_result r;
	struct frame_info info = flow(v, true);

	rule.type = info.ipv6 ? EMUNIC_FLOW_IPV6 : 0;
	memcpy(rule.value.dst, info.dst, 16);
	memset(rule.mask.dst, 0xff, 3);
	rule.value.dport = info.dport;
	rule.mask.dport = 0xfff0;
	rule.value.tos = 0x20;
	rule.mask.tos = 0xe0;
	steering_insert(s, 1023, &rule, 16);
	info.tos = 0x3f;
	info.dport ^= 0xf;
	info.dst[3] ^= 0xff;
	info.sport ^= 0xffff;
	steering_pick(s, &info, &r);
	ck_assert(r.by_rule && r.queue == 9);
	info.dport ^= 0x10;
	steering_pick(s, &info, &r);
	ck_assert(!r.by_rule);
	info.dport ^= 0x10;
	info.dst[2] ^= 1;
	steering_pick(s, &info, &r);
	ck_assert(!r.by_rule);
	info.dst[2] ^= 1;
	info.tos ^= 0x80;
	steering_pick(s, &info, &r);
	ck_assert(!r.by_rule);
}
END_TEST

/* Tags, protocols and fragments; what is dropped. */
START_TEST(rules_by_kind)
{
	struct steering *s = rss();
	struct flow_rule tagged = { .type = EMUNIC_FLOW_TAGGED, .queue = 3 };
	struct flow_rule icmp = { .action = EMUNIC_FLOW_DROP, .queue = 99 };
	struct flow_rule ports = { .type = EMUNIC_FLOW_L4, .queue = 5 };
	struct frame_info info = flow(&vectors[0], true);
	struct steering_result r;

	tagged.value.vlan_tci = 100;
	tagged.mask.vlan_tci = 0xfff;
	icmp.value.proto = 1;
	icmp.mask.proto = 0xff;
	ck_assert_uint_eq(steering_insert(s, 2, &ports, 8), EMUNIC_FLOW_OK);
	ck_assert_uint_eq(steering_insert(s, 1, &icmp, 8), EMUNIC_FLOW_OK);
	ck_assert_uint_eq(steering_insert(s, 0, &tagged, 8), EMUNIC_FLOW_OK);
	steering_pick(s, &info, &r);
	ck_assert(!r.drop && r.queue == 5);
	info.vlan = true;
	info.vlan_tci = 0xe064;
	steering_pick(s, &info, &r);
	ck_assert_uint_eq(r.queue, 3);
	info.vlan = info.tcp = false;
	info.vlan_tci = 0;
	info.fragment = true;
	steering_pick(s, &info, &r);
	ck_assert(!r.by_rule);
	ck_assert_uint_eq(r.hash_flags, EMUNIC_CQE_HASH_L3);
	info.proto = 1;
	steering_pick(s, &info, &r);
	ck_assert(r.by_rule && r.drop);
	info.ipv4 = false;
	steering_pick(s, &info, &r);
	ck_assert(!r.by_rule && !r.hash_flags && !r.queue);
}
END_TEST

/* 1024 rules, inserted in a disorder: the lowest of those that match. */
START_TEST(full_table_is_searched_in_order)
{
	struct steering *s = rss();
	struct frame_info info = flow(&vectors[0], true);
	struct flow_rule rule = { .mask.dport = 0xffff };
	struct steering_result r;

	for (unsigned int i = 0; i < EMUNIC_MAX_FLOWS; i++) {
		unsigned int loc = i * 619 % EMUNIC_MAX_FLOWS;

		rule.value.dport = (uint16_t)(loc % 512);
		rule.queue = loc % 64;
		ck_assert_uint_eq(steering_insert(s, loc, &rule, 64), EMUNIC_FLOW_OK);
	}
	ck_assert_uint_eq(s->num_used, EMUNIC_MAX_FLOWS);
	for (unsigned int port = 0; port < 512; port++) {
		info.dport = (uint16_t)port;
		steering_pick(s, &info, &r);
		ck_assert_uint_eq(r.queue, port % 64);
		rule.value.dport = (uint16_t)port;
		rule.queue = 63 - port % 64;
		steering_insert(s, port + 512, &rule, 64);
		steering_delete(s, port);
		steering_pick(s, &info, &r);
		ck_assert_uint_eq(r.queue, 63 - port % 64);
	}
	ck_assert_uint_eq(s->num_used, EMUNIC_MAX_FLOWS / 2);
}
END_TEST

/* Fields that are left out close up: addresses alone give the published hash of addresses. */
START_TEST(hash_fields_are_chosen)
{
	const struct vector *v = &vectors[_i];
	struct frame_info info = flow(v, true);
	struct steering *s = rss();
	uint8_t in[4] = { v->sport >> 8, (uint8_t)v->sport, v->dport >> 8, (uint8_t)v->dport };
	unsigned int kind = info.ipv6 ? EMUNIC_RSS_TCP6 : EMUNIC_RSS_TCP4;
	struct steering_result r;

	s->contexts[0].fields[kind] = EMUNIC_RSS_SRC | EMUNIC_RSS_DST;
	steering_pick(s, &info, &r);
	ck_assert_uint_eq(r.hash, v->l3);
	ck_assert_uint_eq(r.hash_flags, EMUNIC_CQE_HASH_L3);
	s->contexts[0].fields[kind] = EMUNIC_RSS_SPORT | EMUNIC_RSS_DPORT;
	steering_pick(s, &info, &r);
	ck_assert_uint_eq(r.hash, toeplitz(published_key, in, 4));
	ck_assert_uint_eq(r.hash_flags, EMUNIC_CQE_HASH_L4);
	s->contexts[0].fields[kind] = 0;
	s->contexts[0].table[0] = 6;
	steering_pick(s, &info, &r);
	ck_assert(!r.hash && !r.hash_flags && r.queue == 6);
	info.tcp = false;
	info.udp = true;
	steering_pick(s, &info, &r);
	ck_assert_uint_eq(r.hash, v->l4);
}
END_TEST

/* Every context has its own key, fields and table; a rule adds its queue to what they choose. */
START_TEST(rules_leave_it_to_contexts)
{
	const struct vector *v = &vectors[_i];
	struct frame_info info = flow(v, true), other = flow(&vectors[(_i + 1) % 4], true);
	struct steering *s = rss();
	uint8_t in[36], key[EMUNIC_RSS_KEY_BYTES];
	unsigned int len = info.ipv6 ? 16 : 4;
	struct steering_result r;

	memcpy(in, info.src, len);
	memcpy(in + len, info.dst, len);
	for (unsigned int c = 1; c < EMUNIC_RSS_CONTEXTS; c++) {
		struct rss_context *ctx = &s->contexts[c];
		struct flow_rule rule = exact(v, c % 5);

		memset(key, (int)(7 * c + 1), sizeof(key));
		steering_set_key(ctx, 0, key, sizeof(key));
		for (unsigned int i = 0; i < EMUNIC_RSS_TABLE_SIZE; i++)
			ctx->table[i] = (i + c) % 11;
		ctx->fields[info.ipv6 ? EMUNIC_RSS_TCP6 : EMUNIC_RSS_TCP4] =
			EMUNIC_RSS_SRC | EMUNIC_RSS_DST;
		rule.action = EMUNIC_FLOW_TO_CONTEXT;
		rule.context = c;
		ck_assert_uint_eq(steering_insert(s, 9, &rule, 16), EMUNIC_FLOW_BAD);
		ctx->enabled = true;
		ck_assert_uint_eq(steering_insert(s, 9, &rule, 16), EMUNIC_FLOW_OK);
		steering_pick(s, &info, &r);
		ck_assert(r.by_rule && !r.drop);
		ck_assert_uint_eq(r.hash, toeplitz(key, in, 2 * len));
		ck_assert_uint_eq(r.hash_flags, EMUNIC_CQE_HASH_L3);
		ck_assert_uint_eq(r.queue, (r.hash % EMUNIC_RSS_TABLE_SIZE + c) % 11 + c % 5);
		steering_pick(s, &other, &r);
		ck_assert(!r.by_rule && r.hash_flags == EMUNIC_CQE_HASH_L4);
		/* Off: neither hashed nor spread, as the default context is. */
		ctx->enabled = false;
		steering_pick(s, &info, &r);
		ck_assert(r.by_rule && !r.hash && !r.hash_flags && r.queue == c % 5);
	}
}
END_TEST

START_TEST(bad_contexts_are_refused)
{
	struct steering *s = rss();
	struct flow_rule rule = { .action = EMUNIC_FLOW_TO_CONTEXT, .queue = 3 };

	ck_assert_uint_eq(steering_insert(s, 0, &rule, 4), EMUNIC_FLOW_OK);
	rule.queue = 4;
	ck_assert_uint_eq(steering_insert(s, 1, &rule, 4), EMUNIC_FLOW_BAD);
	rule.queue = 0;
	rule.context = EMUNIC_RSS_CONTEXTS;
	ck_assert_uint_eq(steering_insert(s, 1, &rule, 4), EMUNIC_FLOW_BAD);
	rule.context = UINT32_MAX;
	ck_assert_uint_eq(steering_insert(s, 1, &rule, 4), EMUNIC_FLOW_BAD);
	ck_assert_uint_eq(s->num_used, 1);
	steering_reset(s);
	ck_assert(!s->contexts[0].enabled && !s->num_used);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* --- What was chosen last ------------------------------------------------ */

enum { FRAMES = 4000 };

/* Few values of each field, so that frames often differ in one of them, or in none. */
static struct frame_info any_flow(uint32_t *seed)
{
	struct frame_info info = { 0 };
	uint32_t bits;

	*seed = *seed * 1664525 + 1013904223;
	bits = *seed >> 8;
	info.ipv4 = bits & 1;
	info.ipv6 = !info.ipv4 && bits & 2;
	info.tcp = bits & 4;
	info.udp = !info.tcp && bits & 8;
	info.vlan = (bits & 0x30) == 0x30;
	info.src[bits >> 6 & 15] = bits >> 10 & 1;
	info.dst[3] = bits >> 11 & 1;
	info.sport = bits >> 12 & 1;
	info.dport = bits >> 13 & 1;
	info.vlan_tci = bits >> 14 & 1;
	info.proto = bits >> 15 & 1;
	info.tos = (bits >> 16 & 7) == 7;
	return info;
}

/* With what was chosen last in mind the choice is the same as without, also the second time. */
START_TEST(a_choice_is_kept_for_its_flow_alone)
{
	struct steering *s = rss();
	static struct steering_memo memo;
	struct flow_rule rules[] = {
		{ .type = EMUNIC_FLOW_L4, .value.dport = 1, .mask.dport = 1, .queue = 3 },
		{ .type = EMUNIC_FLOW_IPV6, .value.tos = 1, .mask.tos = 1,
		  .action = EMUNIC_FLOW_DROP },
		{ .type = EMUNIC_FLOW_TAGGED, .value.vlan_tci = 1, .mask.vlan_tci = 1, .queue = 5 },
		{ .value.proto = 1, .mask.proto = 1, .value.src[2] = 1, .mask.src[2] = 1,
		  .queue = 6 },
	};
	uint32_t seed = 1;

	for (unsigned int i = 0; i < COUNT(rules); i++)
		ck_assert_uint_eq(steering_insert(s, i, &rules[i], 8), EMUNIC_FLOW_OK);
	for (unsigned int i = 0; i < FRAMES; i++) {
		struct frame_info info = any_flow(&seed);
		struct steering_result want, got;

		steering_pick(s, &info, &want);
		for (unsigned int again = 0; again < 2; again++) {
			memset(&got, 0xff, sizeof(got));
			steering_pick_again(s, &info, &memo, &got);
			ck_assert_uint_eq(got.queue, want.queue);
			ck_assert_uint_eq(got.hash, want.hash);
			ck_assert_uint_eq(got.hash_flags, want.hash_flags);
			ck_assert_int_eq(got.by_rule, want.by_rule);
			ck_assert_int_eq(got.drop, want.drop);
		}
	}
}
END_TEST

static struct rig rig;

static void device_up(void)
{
	rig_up(&rig, 0, true);
}

static void device_down(void)
{
	rig_down(&rig);
}

/* Where the frame went, and with which hash. */
static struct emunic_rx_cqe send_same(unsigned int queue)
{
	struct frame_spec spec = { .payload = 100, .src = { 10, 0, 0, 1 }, .dst = { 10, 0, 0, 2 },
				   .sport = 80, .dport = 5000 };
	const struct emunic_rx_cqe *c;
	struct emunic_rx_cqe cqe;
	uint8_t frame[256];

	rig_post(&rig, queue, 1, 1);
	ck_assert_int_eq(rig_send(&rig, frame, frame_build(&spec, frame)), 0);
	ck_assert_ptr_null(rig_peek(&rig, !queue));
	c = rig_peek(&rig, queue);
	ck_assert_ptr_nonnull(c);
	cqe = *c;
	rig_consume(&rig, queue, 1);
	return cqe;
}

static void rule_to(u32 queue, u32 cmd)
{
	writel(3, rig.bar + EMUNIC_FLOW_LOC);
	writel(EMUNIC_FLOW_L4, rig.bar + EMUNIC_FLOW_TYPE);
	writel(5000, rig.bar + EMUNIC_FLOW_DPORT);
	writel(0xffff, rig.bar + EMUNIC_FLOW_DPORT_MASK);
	writel(queue, rig.bar + EMUNIC_FLOW_QUEUE);
	writel(cmd, rig.bar + EMUNIC_FLOW_CMD);
}

/* Each register counts for the next frame, also of the flow that came last. */
START_TEST(a_change_is_seen_by_the_next_frame)
{
	struct emunic_rx_cqe was, is;
	unsigned int i;

	ck_assert_uint_eq(send_same(0).flags & EMUNIC_CQE_HASH_L4, 0);
	for (i = 0; i < EMUNIC_RSS_KEY_BYTES / 4; i++)
		writel(0x9e3779b9 * (i + 1), rig.bar + EMUNIC_RSS_KEY(i));
	writel(EMUNIC_RSS_ENABLE, rig.bar + EMUNIC_RSS_CTRL);
	was = send_same(0);
	ck_assert_uint_ne(was.flags & EMUNIC_CQE_HASH_L4, 0);
	for (i = 0; i < EMUNIC_RSS_TABLE_SIZE; i++)
		writel(1, rig.bar + EMUNIC_RSS_TABLE(i));
	is = send_same(1);
	ck_assert_uint_eq(is.rss_hash, was.rss_hash);
	writel(0x01234567, rig.bar + EMUNIC_RSS_KEY(0));
	is = send_same(1);
	ck_assert_uint_ne(is.rss_hash, was.rss_hash);
	writel(EMUNIC_RSS_SRC, rig.bar + EMUNIC_RSS_FIELDS(EMUNIC_RSS_TCP4));
	was = send_same(1);
	ck_assert_uint_ne(is.rss_hash, was.rss_hash);
	ck_assert_uint_ne(was.flags & EMUNIC_CQE_HASH_L3, 0);
	rule_to(0, EMUNIC_FLOW_INSERT);
	send_same(0);
	rule_to(1, EMUNIC_FLOW_INSERT);
	send_same(1);
	rule_to(0, EMUNIC_FLOW_INSERT);
	send_same(0);
	rule_to(0, EMUNIC_FLOW_DELETE);
	send_same(1);
	writel(0, rig.bar + EMUNIC_RSS_CTRL);
	ck_assert_uint_eq(send_same(0).flags & EMUNIC_CQE_HASH_L3, 0);
}
END_TEST

Suite *hw_steering_suite(void)
{
	Suite *s = suite_create("hw_steering");
	TCase *tc = tcase_create("steering");

	tcase_add_loop_test(tc, hash_is_the_published_one, 0, COUNT(vectors));
	tcase_add_loop_test(tc, exact_rule_is_exact, 0, COUNT(vectors));
	tcase_add_test(tc, lower_location_wins);
	tcase_add_test(tc, bad_rules_are_refused);
	tcase_add_loop_test(tc, masks_choose_the_bits, 0, COUNT(vectors));
	tcase_add_test(tc, rules_by_kind);
	tcase_add_test(tc, full_table_is_searched_in_order);
	tcase_add_loop_test(tc, hash_fields_are_chosen, 0, COUNT(vectors));
	tcase_add_loop_test(tc, rules_leave_it_to_contexts, 0, COUNT(vectors));
	tcase_add_test(tc, bad_contexts_are_refused);
	tcase_add_test(tc, a_choice_is_kept_for_its_flow_alone);
	suite_add_tcase(s, tc);
	tc = tcase_create("device");
	tcase_add_checked_fixture(tc, device_up, device_down);
	tcase_add_test(tc, a_change_is_seen_by_the_next_frame);
	suite_add_tcase(s, tc);
	return s;
}
