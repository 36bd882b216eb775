// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink policies as messages, for clients that ask what a command takes.
 *
 * A dump is a list of policies, numbered in the order they were found: those it
 * was told of, then those nested in them. One call writes one attribute of one
 * policy, so a list of any length fits messages of any size. The list belongs to
 * one dump; no locks.
 */
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include "netlink_policy.h"

struct listed_policy {
	const struct nla_policy *policy;
	unsigned int maxtype;
};

struct netlink_policy_dump_state {
	unsigned int count, room;
	unsigned int policy, attr;	/* what the next call writes */
	struct listed_policy *list;
};

/* --- The list ------------------------------------------------------------ */

static int policy_index(const struct netlink_policy_dump_state *state,
			const struct nla_policy *policy, unsigned int maxtype)
{
	unsigned int i;

	for (i = 0; i < state->count; i++)
		if (state->list[i].policy == policy && state->list[i].maxtype == maxtype)
			return i;
	return -ENOENT;
}

int netlink_policy_dump_get_policy_idx(struct netlink_policy_dump_state *state,
				       const struct nla_policy *policy, unsigned int maxtype)
{
	int index = policy_index(state, policy, maxtype);

	return WARN_ON(index < 0) ? 0 : index;
}

static int policy_append(struct netlink_policy_dump_state *state, const struct nla_policy *policy,
			 unsigned int maxtype)
{
	struct listed_policy *longer;
	unsigned int room;

	if (policy_index(state, policy, maxtype) >= 0)
		return 0;
	if (state->count == state->room) {
		room = state->room + 8;
		longer = krealloc_array(state->list, room, sizeof(*longer), GFP_KERNEL);
		if (!longer)
			return -ENOMEM;
		state->list = longer;
		state->room = room;
	}
	state->list[state->count++] = (struct listed_policy){ policy, maxtype };
	return 0;
}

static bool policy_is_nest(const struct nla_policy *pt)
{
	return (pt->type == NLA_NESTED || pt->type == NLA_NESTED_ARRAY) && pt->nested_policy;
}

/* A policy that nests itself is found to be there already, so this ends. */
static int policy_append_nested(struct netlink_policy_dump_state *state)
{
	unsigned int i, type;
	int err = 0;

	for (i = 0; !err && i < state->count; i++) {
		for (type = 0; !err && type <= state->list[i].maxtype; type++) {
			const struct nla_policy *pt = &state->list[i].policy[type];

			if (policy_is_nest(pt))
				err = policy_append(state, pt->nested_policy, pt->len);
		}
	}
	return err;
}

int netlink_policy_dump_add_policy(struct netlink_policy_dump_state **pstate,
				   const struct nla_policy *policy, unsigned int maxtype)
{
	if (!*pstate)
		*pstate = kzalloc(sizeof(**pstate), GFP_KERNEL);
	if (!*pstate)
		return -ENOMEM;
	return policy_append(*pstate, policy, maxtype) ?: policy_append_nested(*pstate);
}

void netlink_policy_dump_free(struct netlink_policy_dump_state *state)
{
	if (state)
		kfree(state->list);
	kfree(state);
}

bool netlink_policy_dump_loop(struct netlink_policy_dump_state *state)
{
	return state->policy < state->count;
}

/* --- One attribute ------------------------------------------------------- */

/* What clients call a type, and how many bits its numbers have. */
static const struct {
	u8 type, bits;
	bool is_signed;
} policy_kinds[NLA_TYPE_MAX + 1] = {
	[NLA_U8] = { NL_ATTR_TYPE_U8, 8 },
	[NLA_U16] = { NL_ATTR_TYPE_U16, 16 },
	[NLA_U32] = { NL_ATTR_TYPE_U32, 32 },
	[NLA_U64] = { NL_ATTR_TYPE_U64, 64 },
	[NLA_MSECS] = { NL_ATTR_TYPE_U64, 64 },
	[NLA_BE16] = { NL_ATTR_TYPE_BINARY },
	[NLA_BE32] = { NL_ATTR_TYPE_BINARY },
	[NLA_UINT] = { UDM_NL_ATTR_TYPE_UINT, 64 },
	[NLA_S8] = { NL_ATTR_TYPE_S8, 8, true },
	[NLA_S16] = { NL_ATTR_TYPE_S16, 16, true },
	[NLA_S32] = { NL_ATTR_TYPE_S32, 32, true },
	[NLA_S64] = { NL_ATTR_TYPE_S64, 64, true },
	[NLA_SINT] = { UDM_NL_ATTR_TYPE_SINT, 64, true },
	[NLA_FLAG] = { NL_ATTR_TYPE_FLAG },
	[NLA_BINARY] = { NL_ATTR_TYPE_BINARY },
	[NLA_STRING] = { NL_ATTR_TYPE_STRING },
	[NLA_NUL_STRING] = { NL_ATTR_TYPE_NUL_STRING },
	[NLA_NESTED] = { NL_ATTR_TYPE_NESTED },
	[NLA_NESTED_ARRAY] = { NL_ATTR_TYPE_NESTED_ARRAY },
	[NLA_BITFIELD32] = { NL_ATTR_TYPE_BITFIELD32 },
};

static struct netlink_range_validation range_of(const struct nla_policy *pt, u64 most)
{
	struct netlink_range_validation range = { .max = most };

	switch (pt->validation_type) {
	case NLA_VALIDATE_RANGE_PTR:
		return *pt->range;
	case NLA_VALIDATE_RANGE:
	case NLA_VALIDATE_RANGE_WARN_TOO_LONG:
		range.max = pt->max;
		fallthrough;
	case NLA_VALIDATE_MIN:
		range.min = pt->min;
		break;
	case NLA_VALIDATE_MAX:
		range.max = pt->max;
		break;
	}
	return range;
}

static struct netlink_range_validation_signed signed_range_of(const struct nla_policy *pt,
							      unsigned int bits)
{
	struct netlink_range_validation_signed range = {
		.min = S64_MIN >> (64 - bits), .max = S64_MAX >> (64 - bits),
	};

	switch (pt->validation_type) {
	case NLA_VALIDATE_RANGE_PTR:
		return *pt->range_signed;
	case NLA_VALIDATE_RANGE:
		range.max = pt->max;
		fallthrough;
	case NLA_VALIDATE_MIN:
		range.min = pt->min;
		break;
	case NLA_VALIDATE_MAX:
		range.max = pt->max;
		break;
	}
	return range;
}

static int put_number(struct sk_buff *skb, const struct nla_policy *pt, unsigned int bits)
{
	struct netlink_range_validation range = range_of(pt, U64_MAX >> (64 - bits));

	if (pt->validation_type == NLA_VALIDATE_MASK)
		return nla_put_u64_64bit(skb, NL_POLICY_TYPE_ATTR_MASK, pt->mask,
					 NL_POLICY_TYPE_ATTR_PAD);
	return nla_put_u64_64bit(skb, NL_POLICY_TYPE_ATTR_MIN_VALUE_U, range.min,
				 NL_POLICY_TYPE_ATTR_PAD) ?:
	       nla_put_u64_64bit(skb, NL_POLICY_TYPE_ATTR_MAX_VALUE_U, range.max,
				 NL_POLICY_TYPE_ATTR_PAD);
}

static int put_signed(struct sk_buff *skb, const struct nla_policy *pt, unsigned int bits)
{
	struct netlink_range_validation_signed range = signed_range_of(pt, bits);

	return nla_put_s64(skb, NL_POLICY_TYPE_ATTR_MIN_VALUE_S, range.min,
			   NL_POLICY_TYPE_ATTR_PAD) ?:
	       nla_put_s64(skb, NL_POLICY_TYPE_ATTR_MAX_VALUE_S, range.max,
			   NL_POLICY_TYPE_ATTR_PAD);
}

/* Lengths; a limit that limits nothing is left out. */
static int put_length(struct sk_buff *skb, const struct nla_policy *pt)
{
	bool checked = pt->validation_type != NLA_VALIDATE_NONE &&
		       pt->validation_type != NLA_VALIDATE_FUNCTION;
	struct netlink_range_validation range = { .max = pt->len ?: U16_MAX };

	if (pt->type == NLA_BE16 || pt->type == NLA_BE32)
		range.min = range.max = pt->type == NLA_BE16 ? sizeof(u16) : sizeof(u32);
	else if (checked)
		range = range_of(pt, U16_MAX);
	if (range.min && nla_put_u32(skb, NL_POLICY_TYPE_ATTR_MIN_LENGTH, range.min))
		return -EMSGSIZE;
	return range.max < U16_MAX ?
	       nla_put_u32(skb, NL_POLICY_TYPE_ATTR_MAX_LENGTH, range.max) : 0;
}

static int put_nested(struct sk_buff *skb, const struct netlink_policy_dump_state *state,
		      const struct nla_policy *pt)
{
	if (!state || !policy_is_nest(pt))
		return 0;
	return nla_put_u32(skb, NL_POLICY_TYPE_ATTR_POLICY_IDX,
			   policy_index(state, pt->nested_policy, pt->len)) ?:
	       nla_put_u32(skb, NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE, pt->len);
}

static int put_limits(struct sk_buff *skb, const struct netlink_policy_dump_state *state,
		      const struct nla_policy *pt)
{
	switch (pt->type) {
	case NLA_FLAG:
		return 0;
	case NLA_NESTED:
	case NLA_NESTED_ARRAY:
		return put_nested(skb, state, pt);
	case NLA_BITFIELD32:
		return nla_put_u32(skb, NL_POLICY_TYPE_ATTR_BITFIELD32_MASK,
				   pt->bitfield32_valid);
	default:
		break;
	}
	if (!policy_kinds[pt->type].bits)
		return put_length(skb, pt);
	return policy_kinds[pt->type].is_signed ?
	       put_signed(skb, pt, policy_kinds[pt->type].bits) :
	       put_number(skb, pt, policy_kinds[pt->type].bits);
}

int netlink_policy_write_attr(struct sk_buff *skb, const struct netlink_policy_dump_state *state,
			      const struct nla_policy *pt, int nestattr)
{
	struct nlattr *nest;

	if (!policy_kinds[pt->type].type)
		return -ENODATA;
	nest = nla_nest_start(skb, nestattr);
	if (!nest)
		return -EMSGSIZE;
	if (put_limits(skb, state, pt) ||
	    nla_put_u32(skb, NL_POLICY_TYPE_ATTR_TYPE, policy_kinds[pt->type].type)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

size_t netlink_policy_attr_size(void)
{
	/* The nest, two 64-bit limits and the type are the most there is. */
	return nla_total_size(0) + 2 * nla_total_size_64bit(sizeof(u64)) +
	       nla_total_size(sizeof(u32));
}

/* --- The walk ------------------------------------------------------------ */

static void policy_step(struct netlink_policy_dump_state *state)
{
	if (++state->attr <= state->list[state->policy].maxtype)
		return;
	state->attr = 0;
	state->policy++;
}

int netlink_policy_dump_write(struct sk_buff *skb, struct netlink_policy_dump_state *state)
{
	struct nlattr *nest = nla_nest_start(skb, state->policy);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = netlink_policy_write_attr(skb, state, &state->list[state->policy].policy[state->attr],
					state->attr);
	if (err)
		nla_nest_cancel(skb, nest);
	else
		nla_nest_end(skb, nest);
	if (err != -EMSGSIZE)
		policy_step(state);
	return err;
}
