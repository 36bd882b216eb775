/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which queue a frame goes to: flow rules first, then Toeplitz RSS. A rule can leave the
 * choice to a context, which is RSS with a key, a table and fields of its own; context 0
 * is for the frames no rule is for.
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
	uint32_t type;		/* EMUNIC_FLOW_* type bits */
	union flow_fields value, mask;
	uint32_t action, queue, context;
};

/* Bytes that can be hashed: as many as the key has windows for. */
#define STEERING_INPUT	(EMUNIC_RSS_KEY_BYTES - 4)

struct rss_context {
	bool enabled;
	uint8_t key[EMUNIC_RSS_KEY_BYTES];	/* steering_set_key() */
	uint32_t nibbles[2 * STEERING_INPUT][16];	/* what each half byte of input adds */
	uint32_t table[EMUNIC_RSS_TABLE_SIZE];
	uint32_t fields[EMUNIC_RSS_KINDS];
};

struct steering {
	struct rss_context contexts[EMUNIC_RSS_CONTEXTS];
	struct flow_rule rules[EMUNIC_MAX_FLOWS];	/* by location */
	uint16_t used[EMUNIC_MAX_FLOWS];	/* locations in use, ascending */
	unsigned int num_used;
};

struct steering_result {
	uint32_t queue;
	uint32_t hash;
	uint32_t hash_flags;	/* EMUNIC_CQE_HASH_* */
	bool by_rule;
	bool drop;		/* so the rule says */
};

/* Flows that are remembered at a time, each in a cache line. */
#define STEERING_MEMO	16u
#define STEERING_LINE	64

/*
 * What was chosen for some flows lately, each flow having its place, in a cache line of its own:
 * what one thread writes for its flow is not what others read for theirs.
 */
struct steering_memo {
	struct steering_choice {
		_Alignas(STEERING_LINE) union flow_fields fields;
		uint32_t kind;	/* 0: nothing was chosen here */
		struct steering_result result;
	} choices[STEERING_MEMO];
};

void steering_reset(struct steering *s);
/* Replace n bytes of the key, from byte at on. */
void steering_set_key(struct rss_context *ctx, unsigned int at, const uint8_t *bytes,
		      unsigned int n);
/* Replace the rule at a location. Returns EMUNIC_FLOW_OK or EMUNIC_FLOW_BAD. */
uint32_t steering_insert(struct steering *s, uint32_t loc, const struct flow_rule *rule,
			 unsigned int queues);
uint32_t steering_delete(struct steering *s, uint32_t loc);
void steering_pick(const struct steering *s, const struct frame_info *info,
		   struct steering_result *r);
/* The same with a look at what was chosen lately: frames of a flow come one after the other. */
void steering_pick_again(const struct steering *s, const struct frame_info *info,
			 struct steering_memo *memo, struct steering_result *r);
/* The tables have changed. */
void steering_forget(struct steering_memo *memo);

#endif
