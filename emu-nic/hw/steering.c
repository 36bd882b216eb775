// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue selection: exact and wildcard flow rules by location, Toeplitz RSS.
 */
#include "steering.h"

#include <string.h>

uint32_t toeplitz(const uint8_t *key, const uint8_t *input, unsigned int len)
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

void steering_reset(struct steering *s)
{
	memset(s, 0, sizeof(*s));
}

uint32_t steering_insert(struct steering *s, uint32_t loc, const struct flow_rule *rule,
			 unsigned int queues)
{
	if (loc >= EMUNIC_MAX_FLOWS || rule->queue >= queues)
		return EMUNIC_FLOW_BAD;
	s->rules[loc] = *rule;
	s->rules[loc].used = true;
	if (loc >= s->rule_limit)
		s->rule_limit = loc + 1;
	return EMUNIC_FLOW_OK;
}

uint32_t steering_delete(struct steering *s, uint32_t loc)
{
	if (loc >= EMUNIC_MAX_FLOWS)
		return EMUNIC_FLOW_BAD;
	s->rules[loc].used = false;
	while (s->rule_limit && !s->rules[s->rule_limit - 1].used)
		s->rule_limit--;
	return EMUNIC_FLOW_OK;
}

static bool rule_matches(const struct flow_rule *r, const struct frame_info *info)
{
	size_t addr_len = info->ipv6 ? 16 : 4;

	if (!r->used || info->ipv6 != !!(r->type & EMUNIC_FLOW_IPV6) ||
	    info->udp != !!(r->type & EMUNIC_FLOW_UDP))
		return false;
	return (r->type & EMUNIC_FLOW_ANY_SRC || !memcmp(r->src, info->src, addr_len)) &&
	       (r->type & EMUNIC_FLOW_ANY_DST || !memcmp(r->dst, info->dst, addr_len)) &&
	       (r->type & EMUNIC_FLOW_ANY_SPORT || r->sport == info->sport) &&
	       (r->type & EMUNIC_FLOW_ANY_DPORT || r->dport == info->dport);
}

static unsigned int hash_input(const struct frame_info *info, uint8_t *in)
{
	unsigned int addr_len = info->ipv6 ? 16 : 4, n = 2 * addr_len;

	memcpy(in, info->src, addr_len);
	memcpy(in + addr_len, info->dst, addr_len);
	if (info->tcp || info->udp) {
		in[n++] = (uint8_t)(info->sport >> 8);
		in[n++] = (uint8_t)info->sport;
		in[n++] = (uint8_t)(info->dport >> 8);
		in[n++] = (uint8_t)info->dport;
	}
	return n;
}

void steering_pick(const struct steering *s, const struct frame_info *info,
		   struct steering_result *r)
{
	bool l4 = info->tcp || info->udp;
	uint8_t in[36];

	memset(r, 0, sizeof(*r));
	if (s->rss_enabled && (info->ipv4 || info->ipv6)) {
		r->hash = toeplitz(s->key, in, hash_input(info, in));
		r->hash_flags = l4 ? EMUNIC_CQE_HASH_L4 : EMUNIC_CQE_HASH_L3;
		r->queue = s->table[r->hash % EMUNIC_RSS_TABLE_SIZE];
	}
	for (unsigned int i = 0; l4 && i < s->rule_limit; i++) {
		if (!rule_matches(&s->rules[i], info))
			continue;
		r->queue = s->rules[i].queue;
		r->by_rule = true;
		return;
	}
}
