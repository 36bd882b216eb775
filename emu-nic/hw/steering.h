/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which queue a frame goes to: flow rules first, then Toeplitz RSS.
 *
 * The tables are written by register accesses and read by every frame; one lock,
 * held by the caller, covers both.
 */
#ifndef EMUNIC_STEERING_H
#define EMUNIC_STEERING_H

#include <stdbool.h>
#include <stdint.h>

#include "../emunic_regs.h"
#include "parser.h"

struct flow_rule {
	bool used;
	uint32_t type;		/* EMUNIC_FLOW_* type and wildcard bits */
	uint8_t src[16], dst[16];
	uint16_t sport, dport;
	uint32_t queue;
};

struct steering {
	bool rss_enabled;
	uint8_t key[EMUNIC_RSS_KEY_BYTES];
	uint32_t table[EMUNIC_RSS_TABLE_SIZE];
	struct flow_rule rules[EMUNIC_MAX_FLOWS];
	unsigned int rule_limit;	/* no rule at or above this location */
};

struct steering_result {
	uint32_t queue;
	uint32_t hash;
	uint32_t hash_flags;	/* EMUNIC_CQE_HASH_* */
	bool by_rule;
};

/* Toeplitz over len input bytes; key has len + 4 bytes at least. */
uint32_t toeplitz(const uint8_t *key, const uint8_t *input, unsigned int len);

void steering_reset(struct steering *s);
/* Replace the rule at a location. Returns EMUNIC_FLOW_OK or EMUNIC_FLOW_BAD. */
uint32_t steering_insert(struct steering *s, uint32_t loc, const struct flow_rule *rule,
			 unsigned int queues);
uint32_t steering_delete(struct steering *s, uint32_t loc);
void steering_pick(const struct steering *s, const struct frame_info *info,
		   struct steering_result *r);

#endif
