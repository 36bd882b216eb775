// SPDX-License-Identifier: GPL-2.0-only
/*
 * The controller: the generic netlink family that tells about families.
 *
 * It has a fixed number, so a client can ask it for the numbers of the others.
 * Each namespace's netlink end is opened here too, as a per-namespace subsystem.
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include "genetlink.h"
#include "net.h"

static struct genl_family genl_ctrl;

/* --- Messages ------------------------------------------------------------ */

/* What a client may do with @cmd, do and dump taken together; 0 for an unused number. */
static u32 ctrl_op_flags(const struct genl_family *family, u8 cmd)
{
	u32 flags = 0;
	int i;

	for (i = 0; i < family->n_split_ops; i++) {
		const struct genl_split_ops *op = &family->split_ops[i];

		if (op->cmd != cmd)
			continue;
		flags |= op->flags & (GENL_ADMIN_PERM | GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO |
				      GENL_CMD_CAP_DUMP);
		if (op->policy)
			flags |= GENL_CMD_CAP_HASPOL;
	}
	return flags;
}

static int ctrl_put_op(struct sk_buff *skb, int index, u32 cmd, u32 flags)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, index);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, CTRL_ATTR_OP_ID, cmd) || nla_put_u32(skb, CTRL_ATTR_OP_FLAGS, flags))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int ctrl_put_ops(struct sk_buff *skb, const struct genl_family *family)
{
	int i, index = 1, last = -1;
	struct nlattr *nest;

	if (!family->n_split_ops)
		return 0;
	nest = nla_nest_start_noflag(skb, CTRL_ATTR_OPS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < family->n_split_ops; i++) {
		u8 cmd = family->split_ops[i].cmd;

		if (cmd == last)
			continue;
		last = cmd;
		if (ctrl_put_op(skb, index++, cmd, ctrl_op_flags(family, cmd)))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int ctrl_put_groups(struct sk_buff *skb, const struct genl_family *family)
{
	struct nlattr *all, *one;
	int i;

	if (!family->n_mcgrps)
		return 0;
	all = nla_nest_start_noflag(skb, CTRL_ATTR_MCAST_GROUPS);
	if (!all)
		return -EMSGSIZE;
	for (i = 0; i < family->n_mcgrps; i++) {
		one = nla_nest_start_noflag(skb, i + 1);
		if (!one ||
		    nla_put_u32(skb, CTRL_ATTR_MCAST_GRP_ID, family->mcgrp_offset + i + 1) ||
		    nla_put_string(skb, CTRL_ATTR_MCAST_GRP_NAME, family->mcgrps[i].name))
			return -EMSGSIZE;
		nla_nest_end(skb, one);
	}
	nla_nest_end(skb, all);
	return 0;
}

static int ctrl_fill(struct sk_buff *skb, const struct genl_family *family, u32 portid, u32 seq,
		     int flags, u8 cmd)
{
	void *hdr = genlmsg_put(skb, portid, seq, &genl_ctrl, flags, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, CTRL_ATTR_FAMILY_NAME, family->name) ||
	    nla_put_u16(skb, CTRL_ATTR_FAMILY_ID, family->id) ||
	    nla_put_u32(skb, CTRL_ATTR_VERSION, family->version) ||
	    nla_put_u32(skb, CTRL_ATTR_HDRSIZE, family->hdrsize) ||
	    nla_put_u32(skb, CTRL_ATTR_MAXATTR, family->maxattr) ||
	    ctrl_put_ops(skb, family) || ctrl_put_groups(skb, family)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static struct sk_buff *ctrl_message(const struct genl_family *family, u32 portid, u32 seq, u8 cmd)
{
	struct sk_buff *skb = nlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	int err;

	if (!skb)
		return ERR_PTR(-ENOBUFS);
	err = ctrl_fill(skb, family, portid, seq, 0, cmd);
	if (!err)
		return skb;
	nlmsg_free(skb);
	return ERR_PTR(err);
}

void genl_ctrl_event(int event, const struct genl_family *family)
{
	struct sk_buff *skb;
	struct net *net;

	if (family == &genl_ctrl)
		return;
	rtnl_lock();
	for_each_net(net) {
		if (!net->genl_sock || (!family->netnsok && !net_eq(net, &init_net)))
			continue;
		skb = ctrl_message(family, 0, 0, event);
		if (!IS_ERR(skb))
			genlmsg_multicast_netns(&genl_ctrl, net, skb, 0, 0, GFP_KERNEL);
	}
	rtnl_unlock();
}

/* --- Requests ------------------------------------------------------------ */

static const struct nla_policy ctrl_policy[] = {
	[CTRL_ATTR_FAMILY_ID] = { .type = NLA_U16 },
	[CTRL_ATTR_FAMILY_NAME] = { .type = NLA_NUL_STRING, .len = GENL_NAMSIZ - 1 },
};

struct genl_family *ctrl_wanted(const struct genl_info *info)
{
	struct genl_family *family;
	struct nlattr *id = info->attrs[CTRL_ATTR_FAMILY_ID];
	struct nlattr *name = info->attrs[CTRL_ATTR_FAMILY_NAME];

	if (!id && !name)
		return ERR_PTR(-EINVAL);
	family = id ? genl_family_by_id(nla_get_u16(id)) : genl_family_by_name(nla_data(name));
	if (!family || (!family->netnsok && !net_eq(genl_info_net(info), &init_net)))
		return ERR_PTR(-ENOENT);
	return family;
}

static int ctrl_getfamily(struct sk_buff *skb, struct genl_info *info)
{
	struct genl_family *family = ctrl_wanted(info);
	struct sk_buff *msg;

	if (IS_ERR(family))
		return PTR_ERR(family);
	msg = ctrl_message(family, info->snd_portid, info->snd_seq, CTRL_CMD_NEWFAMILY);
	return IS_ERR(msg) ? PTR_ERR(msg) : genlmsg_reply(msg, info);
}

struct ctrl_dump_ctx {
	int last_id;
};

static int ctrl_dumpfamily(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ctrl_dump_ctx *ctx = (void *)cb->ctx;
	const struct genl_info *info = genl_info_dump(cb);
	struct genl_family *family;
	int err;

	NL_ASSERT_CTX_FITS(struct ctrl_dump_ctx);
	list_for_each_entry(family, &genl_families, family_list) {
		if (family->id <= ctx->last_id)
			continue;
		if (!family->netnsok && !net_eq(genl_info_net(info), &init_net))
			continue;
		err = ctrl_fill(skb, family, info->snd_portid, info->snd_seq, NLM_F_MULTI,
				CTRL_CMD_NEWFAMILY);
		if (err)
			return err;
		ctx->last_id = family->id;
	}
	return 0;
}

static const struct nla_policy ctrl_getpolicy_policy[] = {
	[CTRL_ATTR_FAMILY_ID] = { .type = NLA_U16 },
	[CTRL_ATTR_FAMILY_NAME] = { .type = NLA_NUL_STRING, .len = GENL_NAMSIZ - 1 },
	[CTRL_ATTR_OP] = { .type = NLA_U32 },
};

static const struct genl_split_ops ctrl_ops[] = {
	{
		.cmd = CTRL_CMD_GETFAMILY,
		.doit = ctrl_getfamily,
		.policy = ctrl_policy,
		.maxattr = ARRAY_SIZE(ctrl_policy) - 1,
		.flags = GENL_CMD_CAP_DO,
		.validate = GENL_DONT_VALIDATE_STRICT,
	},
	{
		.cmd = CTRL_CMD_GETFAMILY,
		.dumpit = ctrl_dumpfamily,
		.flags = GENL_CMD_CAP_DUMP,
		.validate = GENL_DONT_VALIDATE_DUMP,
	},
	{
		.cmd = CTRL_CMD_GETPOLICY,
		.start = ctrl_dumppolicy_start,
		.dumpit = ctrl_dumppolicy,
		.done = ctrl_dumppolicy_done,
		.policy = ctrl_getpolicy_policy,
		.maxattr = ARRAY_SIZE(ctrl_getpolicy_policy) - 1,
		.flags = GENL_CMD_CAP_DUMP,
	},
};

static const struct genl_multicast_group ctrl_groups[] = {
	{ .name = "notify" },
};

static struct genl_family genl_ctrl = {
	.name = "nlctrl",
	.version = 2,
	.maxattr = CTRL_ATTR_MAX,
	.netnsok = true,
	.resv_start_op = CTRL_CMD_GETPOLICY + 1,
	.split_ops = ctrl_ops,
	.n_split_ops = ARRAY_SIZE(ctrl_ops),
	.mcgrps = ctrl_groups,
	.n_mcgrps = ARRAY_SIZE(ctrl_groups),
};

/* --- Boot ---------------------------------------------------------------- */

static int genl_net_init(struct net *net)
{
	struct netlink_kernel_cfg cfg = { .input = genl_rcv };

	net->genl_sock = netlink_kernel_create(net, NETLINK_GENERIC, &cfg);
	return net->genl_sock ? 0 : -ENOMEM;
}

static void genl_net_exit(struct net *net)
{
	netlink_kernel_release(net->genl_sock);
	net->genl_sock = NULL;
}

static struct pernet_operations genl_pernet_ops = {
	.init = genl_net_init,
	.exit = genl_net_exit,
};

int genl_ctrl_init(void)
{
	int err = register_pernet_subsys(&genl_pernet_ops);

	if (err)
		return err;
	err = genl_register_family(&genl_ctrl);
	if (err)
		unregister_pernet_subsys(&genl_pernet_ops);
	return err;
}

void genl_ctrl_exit(void)
{
	genl_unregister_family(&genl_ctrl);
	unregister_pernet_subsys(&genl_pernet_ops);
}
