// SPDX-License-Identifier: GPL-2.0-only
/*
 * The controller's CTRL_CMD_GETPOLICY: what the commands of a family take.
 *
 * A dump only. First comes, per command, which policies its do and its dump
 * have, by number; then the policies, attribute by attribute. The family may go
 * while the client reads, so each step looks it up anew; genl_lock() is held.
 */
#include <linux/err.h>
#include <net/genetlink.h>
#include "genetlink.h"
#include "netlink_policy.h"

struct ctrl_dump_policy_ctx {
	struct netlink_policy_dump_state *state;
	unsigned int family_id;
	int op;			/* the next of the family's entries to tell about */
	u32 wanted;		/* command, if @single */
	bool single;
};

static struct ctrl_dump_policy_ctx *policy_ctx(struct netlink_callback *cb)
{
	NL_ASSERT_CTX_FITS(struct ctrl_dump_policy_ctx);
	return (struct ctrl_dump_policy_ctx *)cb->ctx;
}

static bool op_wanted(const struct ctrl_dump_policy_ctx *ctx, const struct genl_split_ops *op)
{
	return !ctx->single || op->cmd == ctx->wanted;
}

static int add_policies(struct ctrl_dump_policy_ctx *ctx, const struct genl_family *family)
{
	int i, err = 0;

	for (i = 0; !err && i < family->n_split_ops; i++) {
		const struct genl_split_ops *op = &family->split_ops[i];

		if (op_wanted(ctx, op) && op->policy)
			err = netlink_policy_dump_add_policy(&ctx->state, op->policy, op->maxattr);
	}
	if (err) {
		netlink_policy_dump_free(ctx->state);
		ctx->state = NULL;
	}
	return err ?: ctx->state ? 0 : -ENODATA;
}

int ctrl_dumppolicy_start(struct netlink_callback *cb)
{
	struct genl_info *info = (struct genl_info *)genl_info_dump(cb);
	struct ctrl_dump_policy_ctx *ctx = policy_ctx(cb);
	struct nlattr *op = info->attrs[CTRL_ATTR_OP];
	struct genl_family *family = ctrl_wanted(info);

	if (IS_ERR(family))
		return PTR_ERR(family);
	ctx->family_id = family->id;
	ctx->single = op;
	ctx->wanted = nla_get_u32_default(op, 0);
	if (op && (ctx->wanted > U8_MAX ||
		   (!genl_find_op(family, ctx->wanted, GENL_CMD_CAP_DO | GENL_CMD_CAP_DUMP)))) {
		NL_SET_BAD_ATTR(cb->extack, op);
		return -ENOENT;
	}
	return add_policies(ctx, family);
}

static void *policy_message(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genl_info *info = genl_info_dump(cb);
	void *hdr = genlmsg_put(skb, info->snd_portid, info->snd_seq, info->family, NLM_F_MULTI,
				CTRL_CMD_GETPOLICY);

	if (hdr && !nla_put_u16(skb, CTRL_ATTR_FAMILY_ID, policy_ctx(cb)->family_id))
		return hdr;
	genlmsg_cancel(skb, hdr);
	return NULL;
}

static int put_op_policy(struct sk_buff *skb, struct ctrl_dump_policy_ctx *ctx,
			 const struct genl_split_ops *op)
{
	int attr = op->flags & GENL_CMD_CAP_DO ? CTRL_ATTR_POLICY_DO : CTRL_ATTR_POLICY_DUMP;

	if (!op->policy)
		return 0;
	return nla_put_u32(skb, attr, netlink_policy_dump_get_policy_idx(ctx->state, op->policy,
									 op->maxattr));
}

/* The command of entries @first to before @end: its number and those of its policies. */
static int put_command(struct sk_buff *skb, struct ctrl_dump_policy_ctx *ctx,
		       const struct genl_split_ops *first, const struct genl_split_ops *end)
{
	struct nlattr *all = nla_nest_start(skb, CTRL_ATTR_OP_POLICY);
	struct nlattr *one = all ? nla_nest_start(skb, first->cmd) : NULL;

	if (!one)
		return -EMSGSIZE;
	for (; first < end; first++)
		if (put_op_policy(skb, ctx, first))
			return -EMSGSIZE;
	nla_nest_end(skb, one);
	nla_nest_end(skb, all);
	return 0;
}

static int tell_commands(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct genl_family *family)
{
	const struct genl_split_ops *ops = family->split_ops;
	struct ctrl_dump_policy_ctx *ctx = policy_ctx(cb);
	bool any;
	void *hdr;
	int end;

	for (; ctx->op < family->n_split_ops; ctx->op = end) {
		any = false;
		for (end = ctx->op; end < family->n_split_ops; end++) {
			if (ops[end].cmd != ops[ctx->op].cmd)
				break;
			any |= !!ops[end].policy;
		}
		if (!any || !op_wanted(ctx, &ops[ctx->op]))
			continue;
		hdr = policy_message(skb, cb);
		if (!hdr)
			return -EMSGSIZE;
		if (put_command(skb, ctx, ops + ctx->op, ops + end)) {
			genlmsg_cancel(skb, hdr);
			return -EMSGSIZE;
		}
		genlmsg_end(skb, hdr);
	}
	return 0;
}

static int tell_policies(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ctrl_dump_policy_ctx *ctx = policy_ctx(cb);
	struct nlattr *nest;
	void *hdr;
	int err;

	while (netlink_policy_dump_loop(ctx->state)) {
		hdr = policy_message(skb, cb);
		nest = hdr ? nla_nest_start(skb, CTRL_ATTR_POLICY) : NULL;
		err = nest ? netlink_policy_dump_write(skb, ctx->state) : -EMSGSIZE;
		if (err) {
			genlmsg_cancel(skb, hdr);
			if (err == -EMSGSIZE)
				return err;
			continue;
		}
		nla_nest_end(skb, nest);
		genlmsg_end(skb, hdr);
	}
	return 0;
}

int ctrl_dumppolicy(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genl_family *family = genl_family_by_id(policy_ctx(cb)->family_id);

	if (!family)
		return -ENOENT;
	return tell_commands(skb, cb, family) ?: tell_policies(skb, cb);
}

int ctrl_dumppolicy_done(struct netlink_callback *cb)
{
	netlink_policy_dump_free(policy_ctx(cb)->state);
	return 0;
}
