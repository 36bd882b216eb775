// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink: from a request to the family's handler.
 *
 * The checks run in one fixed order, so that of two things wrong with a request
 * always the same one is reported: family, namespace, length, reserved bits,
 * command, permission, attributes. Handlers of families without parallel_ops
 * run under genl_lock(); all run in the sender's context.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include "af_netlink.h"
#include "genetlink.h"
#include "net.h"

static void genl_op_lock(const struct genl_family *family)
{
	if (!family->parallel_ops)
		genl_lock();
}

static void genl_op_unlock(const struct genl_family *family)
{
	if (!family->parallel_ops)
		genl_unlock();
}

static bool genl_is_dump(const struct nlmsghdr *nlh)
{
	return (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
}

/* Reserved bits of both headers must be clear: they may get a meaning. */
static int genl_header_check(const struct genl_family *family, const struct nlmsghdr *nlh,
			     const struct genlmsghdr *hdr, struct netlink_ext_ack *extack)
{
	u16 flags = genl_is_dump(nlh) ? nlh->nlmsg_flags & ~NLM_F_DUMP : nlh->nlmsg_flags;

	if (hdr->cmd < family->resv_start_op)
		return 0;
	if (hdr->reserved) {
		NL_SET_ERR_MSG(extack, "genlmsghdr.reserved field is not 0");
		return -EINVAL;
	}
	if (flags & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO)) {
		NL_SET_ERR_MSG(extack, "ambiguous or reserved bits set in nlmsg_flags");
		return -EINVAL;
	}
	return 0;
}

static bool genl_permitted(const struct genl_split_ops *op, const struct sk_buff *skb)
{
	if ((op->flags & GENL_ADMIN_PERM) && !netlink_capable(skb, CAP_NET_ADMIN))
		return false;
	return !(op->flags & GENL_UNS_ADMIN_PERM) || netlink_net_capable(skb, CAP_NET_ADMIN);
}

/* The request's attributes by type, to be freed; NULL if the operation takes none. */
static struct nlattr **genl_parse(const struct genl_family *family, const struct nlmsghdr *nlh,
				  const struct genl_split_ops *op, u8 lenient,
				  struct netlink_ext_ack *extack)
{
	unsigned int validate = op->validate & lenient ? NL_VALIDATE_LIBERAL : NL_VALIDATE_STRICT;
	int hdrlen = GENL_HDRLEN + family->hdrsize, err;
	struct nlattr **attrs;

	if (!op->maxattr)
		return NULL;
	attrs = kmalloc_array(op->maxattr + 1, sizeof(*attrs), GFP_KERNEL);
	if (!attrs)
		return ERR_PTR(-ENOMEM);
	err = __nla_parse(attrs, op->maxattr, nlmsg_attrdata(nlh, hdrlen),
			  nlmsg_attrlen(nlh, hdrlen), op->policy, validate, extack);
	if (!err)
		return attrs;
	kfree(attrs);
	return ERR_PTR(err);
}

static void genl_info_fill(struct genl_info *info, const struct genl_family *family,
			   const struct sk_buff *skb, const struct nlmsghdr *nlh,
			   struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	*info = (struct genl_info){
		.snd_seq = nlh->nlmsg_seq,
		.snd_portid = NETLINK_CB(skb).portid,
		.family = family,
		.nlhdr = nlh,
		.genlhdr = nlmsg_data(nlh),
		.userhdr = genlmsg_data(nlmsg_data(nlh)),
		.attrs = attrs,
		.extack = extack,
	};
	genl_info_net_set(info, sock_net(NETLINK_CB(skb).sk));
}

/* --- Do ------------------------------------------------------------------ */

static int genl_call_doit(const struct genl_split_ops *op, struct sk_buff *skb,
			  struct genl_info *info)
{
	int err = op->pre_doit ? op->pre_doit(op, skb, info) : 0;

	if (err)
		return err;
	err = op->doit(skb, info);
	if (op->post_doit)
		op->post_doit(op, skb, info);
	return err;
}

static int genl_do(const struct genl_family *family, struct sk_buff *skb, struct nlmsghdr *nlh,
		   const struct genl_split_ops *op, struct netlink_ext_ack *extack)
{
	struct nlattr **attrs;
	struct genl_info info;
	int err;

	attrs = genl_parse(family, nlh, op, GENL_DONT_VALIDATE_STRICT, extack);
	if (IS_ERR(attrs))
		return PTR_ERR(attrs);
	genl_info_fill(&info, family, skb, nlh, attrs, extack);
	genl_op_lock(family);
	err = genl_call_doit(op, skb, &info);
	genl_op_unlock(family);
	kfree(attrs);
	return err;
}

/* --- Dump ---------------------------------------------------------------- */

static struct genl_dumpit_info *genl_cb_info(struct netlink_callback *cb)
{
	return cb->data;
}

static int genl_dump_start(struct netlink_callback *cb)
{
	struct genl_dumpit_info *dump = genl_cb_info(cb);
	const struct genl_family *family = dump->info.family;
	struct nlattr **attrs = NULL;
	int err;

	if (!(dump->op.validate & GENL_DONT_VALIDATE_DUMP)) {
		attrs = genl_parse(family, cb->nlh, &dump->op, GENL_DONT_VALIDATE_DUMP_STRICT,
				   cb->extack);
		if (IS_ERR(attrs))
			return PTR_ERR(attrs);
	}
	dump->info.attrs = attrs;
	dump->info.extack = cb->extack;
	if (!dump->op.start)
		return 0;
	genl_op_lock(family);
	err = dump->op.start(cb);
	genl_op_unlock(family);
	if (err) {
		kfree(attrs);
		dump->info.attrs = NULL;
	}
	return err;
}

static int genl_dump_step(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct genl_dumpit_info *dump = genl_cb_info(cb);
	int more;

	dump->info.extack = cb->extack;
	genl_op_lock(dump->info.family);
	more = dump->op.dumpit(skb, cb);
	genl_op_unlock(dump->info.family);
	return more;
}

static int genl_dump_done(struct netlink_callback *cb)
{
	struct genl_dumpit_info *dump = genl_cb_info(cb);
	int err = 0;

	dump->info.extack = cb->extack;
	if (dump->op.done) {
		genl_op_lock(dump->info.family);
		err = dump->op.done(cb);
		genl_op_unlock(dump->info.family);
	}
	kfree(dump->info.attrs);
	kfree(dump);
	return err;
}

static int genl_dump(struct genl_family *family, struct sk_buff *skb, struct nlmsghdr *nlh,
		     const struct genl_split_ops *op, struct netlink_ext_ack *extack)
{
	struct genl_dumpit_info *dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	struct netlink_dump_control control = {
		.start = genl_dump_start,
		.dump = genl_dump_step,
		.done = genl_dump_done,
		.extack = extack,
		.data = dump,
		.module = family->module,
	};
	int err;

	if (!dump)
		return -ENOMEM;
	dump->op = *op;
	genl_info_fill(&dump->info, family, skb, nlh, NULL, extack);
	err = netlink_dump_start(sock_net(NETLINK_CB(skb).sk)->genl_sock, skb, nlh, &control);
	/* Anything but -EINTR: the dump did not begin, so done() has not been called. */
	if (err != -EINTR)
		kfree(dump);
	return err;
}

/* --- Entry --------------------------------------------------------------- */

static struct genl_family *genl_request_family(unsigned int id)
{
	struct genl_family *family;

	genl_lock();
	family = genl_family_by_id(id);
	genl_unlock();
	return family;
}

static int genl_rcv_msg(struct sk_buff *skb, struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	struct net *net = sock_net(NETLINK_CB(skb).sk);
	struct genl_family *family = genl_request_family(nlh->nlmsg_type);
	const struct genl_split_ops *op;
	struct genlmsghdr *hdr;
	int err;

	if (!family || (!family->netnsok && !net_eq(net, &init_net)))
		return -ENOENT;
	hdr = nlmsg_data(nlh);
	if (nlmsg_len(nlh) < GENL_HDRLEN + (int)family->hdrsize)
		return -EINVAL;
	err = genl_header_check(family, nlh, hdr, extack);
	if (err)
		return err;
	op = genl_find_op(family, hdr->cmd,
			  genl_is_dump(nlh) ? GENL_CMD_CAP_DUMP : GENL_CMD_CAP_DO);
	if (!op)
		return -EOPNOTSUPP;
	if (!genl_permitted(op, skb))
		return -EPERM;
	if (genl_is_dump(nlh))
		return genl_dump(family, skb, nlh, op, extack);
	return genl_do(family, skb, nlh, op, extack);
}

void genl_rcv(struct sk_buff *skb)
{
	netlink_rcv_skb(skb, genl_rcv_msg);
}
