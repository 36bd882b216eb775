// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue selection: masked flow rules by location, Toeplitz RSS.
 */
#include "steering.h"

#include <string.h>

#define FLOW_WORDS (sizeof(union flow_fields) / sizeof(uint64_t))

/* The 32 key bits that start at a bit: what an input bit that is set adds to the hash. */
static uint32_t key_window(const uint8_t *key, unsigned int bit)
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < 5; i++)
		bits = bits << 8 | key[bit / 8 + i];
	return (uint32_t)(bits >> (8 - bit % 8));
}

/* The hash is linear: half bytes add up, and each value of one is looked up. */
static void fill_nibbles(struct rss_context *ctx)
{
	for (unsigned int n = 0; n < 2 * STEERING_INPUT; n++)
		for (unsigned int bit = 0; bit < 4; bit++) {
			const uint32_t window = key_window(ctx->key, 4 * n + bit);
			const unsigned int value = 8 >> bit;

			for (unsigned int i = 0; i < 16; i++)
				ctx->nibbles[n][i] ^= i & value ? window : 0;
		}
}

void steering_set_key(struct rss_context *ctx, unsigned int at, const uint8_t *bytes,
		      unsigned int n)
{
	memcpy(ctx->key + at, bytes, n);
	memset(ctx->nibbles, 0, sizeof(ctx->nibbles));
	fill_nibbles(ctx);
}

static uint32_t hash_bytes(const struct rss_context *ctx, const uint8_t *input, unsigned int len)
{
	uint32_t hash = 0;

	for (unsigned int i = 0; i < len; i++)
		hash ^= ctx->nibbles[2 * i][input[i] >> 4] ^
			ctx->nibbles[2 * i + 1][input[i] & 15];
	return hash;
}

static void hash_all_fields(struct rss_context *ctx)
{
	const uint32_t addresses = EMUNIC_RSS_SRC | EMUNIC_RSS_DST;

	for (unsigned int kind = 0; kind < EMUNIC_RSS_KINDS; kind++)
		ctx->fields[kind] = kind % 3 == EMUNIC_RSS_IP4 ?
			addresses : addresses | EMUNIC_RSS_SPORT | EMUNIC_RSS_DPORT;
}

void steering_reset(struct steering *s)
{
	memset(s, 0, sizeof(*s));
	for (unsigned int i = 0; i < EMUNIC_RSS_CONTEXTS; i++)
		hash_all_fields(&s->contexts[i]);
}

/* Where in the list of used locations loc is, or belongs. */
static unsigned int find_used(const struct steering *s, uint32_t loc)
{
	unsigned int low = 0, high = s->num_used;

	while (low < high) {
		unsigned int mid = (low + high) / 2;

		if (s->used[mid] < loc)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool action_is_good(const struct steering *s, const struct flow_rule *rule,
			   unsigned int queues)
{
	switch (rule->action) {
	case EMUNIC_FLOW_DROP:
		return true;
	case EMUNIC_FLOW_TO_QUEUE:
		return rule->queue < queues;
	case EMUNIC_FLOW_TO_CONTEXT:
		return rule->queue < queues && rule->context < EMUNIC_RSS_CONTEXTS &&
		       s->contexts[rule->context].enabled;
	default:
		return false;
	}
}

uint32_t steering_insert(struct steering *s, uint32_t loc, const struct flow_rule *rule,
			 unsigned int queues)
{
	unsigned int at;

	if (loc >= EMUNIC_MAX_FLOWS || !action_is_good(s, rule, queues))
		return EMUNIC_FLOW_BAD;
	at = find_used(s, loc);
	if (at == s->num_used || s->used[at] != loc) {
		memmove(&s->used[at + 1], &s->used[at], (s->num_used - at) * sizeof(s->used[0]));
		s->used[at] = (uint16_t)loc;
		s->num_used++;
	}
	s->rules[loc] = *rule;
	return EMUNIC_FLOW_OK;
}

uint32_t steering_delete(struct steering *s, uint32_t loc)
{
	unsigned int at;

	if (loc >= EMUNIC_MAX_FLOWS)
		return EMUNIC_FLOW_BAD;
	at = find_used(s, loc);
	if (at < s->num_used && s->used[at] == loc) {
		s->num_used--;
		memmove(&s->used[at], &s->used[at + 1], (s->num_used - at) * sizeof(s->used[0]));
	}
	return EMUNIC_FLOW_OK;
}

static bool rule_matches(const struct flow_rule *r, const struct frame_info *info)
{
	uint64_t differs = 0;

	if (!(r->type & EMUNIC_FLOW_IPV6 ? info->ipv6 : info->ipv4) ||
	    (r->type & EMUNIC_FLOW_L4 && !info->tcp && !info->udp) ||
	    (r->type & EMUNIC_FLOW_TAGGED && !info->vlan))
		return false;
	for (unsigned int i = 0; i < FLOW_WORDS; i++)
		differs |= (info->words[i] ^ r->value.words[i]) & r->mask.words[i];
	return !differs;
}

static enum emunic_rss_kind rss_kind(const struct frame_info *info)
{
	enum emunic_rss_kind kind = info->tcp ? EMUNIC_RSS_TCP4 :
				    info->udp ? EMUNIC_RSS_UDP4 : EMUNIC_RSS_IP4;

	return info->ipv6 ? kind + EMUNIC_RSS_TCP6 : kind;
}

static unsigned int put_port(uint8_t *in, uint16_t port)
{
	in[0] = (uint8_t)(port >> 8);
	in[1] = (uint8_t)port;
	return 2;
}

/* In the published order, what is left out closing up. */
static unsigned int hash_input(const struct frame_info *info, uint32_t fields, uint8_t *in)
{
	unsigned int addr_len = info->ipv6 ? 16 : 4, n = 0;

	if (fields & EMUNIC_RSS_SRC) {
		memcpy(in, info->src, addr_len);
		n = addr_len;
	}
	if (fields & EMUNIC_RSS_DST) {
		memcpy(in + n, info->dst, addr_len);
		n += addr_len;
	}
	if (fields & EMUNIC_RSS_SPORT)
		n += put_port(in + n, info->sport);
	if (fields & EMUNIC_RSS_DPORT)
		n += put_port(in + n, info->dport);
	return n;
}

static void pick_by_hash(const struct rss_context *ctx, const struct frame_info *info,
			 struct steering_result *r)
{
	const uint32_t ports = EMUNIC_RSS_SPORT | EMUNIC_RSS_DPORT;
	uint32_t fields = ctx->fields[rss_kind(info)];
	uint8_t in[36];

	if (!info->tcp && !info->udp)
		fields &= ~ports;
	r->hash = hash_bytes(ctx, in, hash_input(info, fields, in));
	if (fields)
		r->hash_flags = fields & ports ? EMUNIC_CQE_HASH_L4 : EMUNIC_CQE_HASH_L3;
	r->queue = ctx->table[r->hash % EMUNIC_RSS_TABLE_SIZE];
}

static const struct flow_rule *find_rule(const struct steering *s, const struct frame_info *info)
{
	for (unsigned int i = 0; i < s->num_used; i++)
		if (rule_matches(&s->rules[s->used[i]], info))
			return &s->rules[s->used[i]];
	return NULL;
}

/* The hash is that of the context that chose, and of the default one if none did. */
void steering_pick(const struct steering *s, const struct frame_info *info,
		   struct steering_result *r)
{
	const struct rss_context *ctx = &s->contexts[0];
	const struct flow_rule *rule;

	memset(r, 0, sizeof(*r));
	if (!info->ipv4 && !info->ipv6)
		return;
	rule = find_rule(s, info);
	if (rule && rule->action == EMUNIC_FLOW_TO_CONTEXT)
		ctx = &s->contexts[rule->context];
	if (ctx->enabled)
		pick_by_hash(ctx, info, r);
	if (!rule)
		return;
	r->by_rule = true;
	r->drop = rule->action == EMUNIC_FLOW_DROP;
	if (rule->action == EMUNIC_FLOW_TO_QUEUE)
		r->queue = rule->queue;
	else if (rule->action == EMUNIC_FLOW_TO_CONTEXT)
		r->queue += rule->queue;
}

/* All that is compared of a frame but its fields; never 0. */
static uint32_t kind_of(const struct frame_info *info)
{
	return 1u | info->ipv4 << 1 | info->ipv6 << 2 | info->tcp << 3 | info->udp << 4 |
	       info->vlan << 5;
}

/* Where a flow is remembered: multiplied, what differs shows in the bits at the top. */
static struct steering_choice *choice_of(struct steering_memo *memo, const struct frame_info *info)
{
	uint64_t mixed = 0;

	for (unsigned int i = 0; i < FLOW_WORDS; i++)
		mixed = (mixed ^ info->words[i]) * 0x9e3779b97f4a7c15u;
	return &memo->choices[mixed >> 32 & (STEERING_MEMO - 1)];
}

void steering_pick_again(const struct steering *s, const struct frame_info *info,
			 struct steering_memo *memo, struct steering_result *r)
{
	struct steering_choice *c = choice_of(memo, info);
	uint64_t differs = c->kind ^ kind_of(info);

	for (unsigned int i = 0; i < FLOW_WORDS; i++)
		differs |= info->words[i] ^ c->fields.words[i];
	if (differs) {
		memcpy(c->fields.words, info->words, sizeof(info->words));
		c->kind = kind_of(info);
		steering_pick(s, info, &c->result);
	}
	*r = c->result;
}

void steering_forget(struct steering_memo *memo)
{
	for (unsigned int i = 0; i < STEERING_MEMO; i++)
		memo->choices[i].kind = 0;
}
