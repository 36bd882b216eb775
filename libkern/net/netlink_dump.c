// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink requests on the kernel's end: message headers, acknowledgements,
 * walking the requests of a datagram, and dumps.
 *
 * A dump produces one datagram per call of its callback. The first is made when
 * the dump starts, further ones when the reader has taken enough of the earlier
 * ones. The last carries NLMSG_DONE with the result. cb_mutex of the socket
 * serialises everything about its dump.
 */
#include <linux/capability.h>
#include <linux/export.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <net/netlink.h>
#include "af_netlink.h"
#include "netlink_policy.h"

struct nlmsghdr *__nlmsg_put(struct sk_buff *skb, u32 portid, u32 seq, int type, int len,
			     int flags)
{
	int used = nlmsg_msg_size(len), whole = nlmsg_total_size(len);
	struct nlmsghdr *nlh = skb_put(skb, whole);

	*nlh = (struct nlmsghdr){
		.nlmsg_len = used,
		.nlmsg_type = type,
		.nlmsg_flags = flags,
		.nlmsg_seq = seq,
		.nlmsg_pid = portid,
	};
	memset((char *)nlh + used, 0, whole - used);
	return nlh;
}
EXPORT_SYMBOL(__nlmsg_put);

void netlink_ext_ack_format(struct netlink_ext_ack *extack, const char *fmt, ...)
{
	struct va_format whole = { .fmt = fmt };
	va_list args;
	int len;

	if (!extack)
		return;
	va_start(args, fmt);
	len = vsnprintf(extack->_msg_buf, sizeof(extack->_msg_buf), fmt, args);
	va_end(args);
	va_start(args, fmt);
	whole.va = &args;
	if (len >= (int)sizeof(extack->_msg_buf))
		net_warn_ratelimited("truncated extack: %pV\n", &whole);
	va_end(args);
	extack->_msg = extack->_msg_buf;
}
EXPORT_SYMBOL(netlink_ext_ack_format);

/* --- Acknowledgements ---------------------------------------------------- */

/* Does @at lie inside the request? Only then an offset says something. */
static bool nlmsg_holds(const struct nlmsghdr *nlh, const void *at)
{
	const char *start = (const char *)nlh, *end = start + nlh->nlmsg_len;

	return (const char *)at >= start + NLMSG_HDRLEN && (const char *)at < end;
}

size_t netlink_ack_tlv_len(const struct netlink_sock *nlk, const struct nlmsghdr *nlh, int err,
			   const struct netlink_ext_ack *extack)
{
	size_t len = 0;

	if (!extack || !(nlk->flags & NETLINK_F_EXT_ACK))
		return 0;
	if (extack->_msg)
		len += nla_total_size(strlen(extack->_msg) + 1);
	if (extack->cookie_len)
		len += nla_total_size(extack->cookie_len);
	if (!err)
		return len;
	if (extack->bad_attr && nlmsg_holds(nlh, extack->bad_attr))
		len += nla_total_size(sizeof(u32));
	if (extack->miss_type)
		len += nla_total_size(sizeof(u32));
	if (extack->miss_nest && nlmsg_holds(nlh, extack->miss_nest))
		len += nla_total_size(sizeof(u32));
	if (extack->policy)
		len += netlink_policy_attr_size();
	return len;
}

static void netlink_put_offset(struct sk_buff *skb, const struct nlmsghdr *nlh, int type,
			       const void *at)
{
	if (at && nlmsg_holds(nlh, at))
		WARN_ON(nla_put_u32(skb, type, (const char *)at - (const char *)nlh));
}

/* The caller made room for what netlink_ack_tlv_len() said. */
void netlink_ack_tlv_fill(struct sk_buff *skb, const struct nlmsghdr *nlh, int err,
			  const struct netlink_ext_ack *extack)
{
	if (extack->_msg)
		WARN_ON(nla_put_string(skb, NLMSGERR_ATTR_MSG, extack->_msg));
	if (extack->cookie_len)
		WARN_ON(nla_put(skb, NLMSGERR_ATTR_COOKIE, extack->cookie_len, extack->cookie));
	if (!err)
		return;
	netlink_put_offset(skb, nlh, NLMSGERR_ATTR_OFFS, extack->bad_attr);
	if (extack->miss_type)
		WARN_ON(nla_put_u32(skb, NLMSGERR_ATTR_MISS_TYPE, extack->miss_type));
	netlink_put_offset(skb, nlh, NLMSGERR_ATTR_MISS_NEST, extack->miss_nest);
	if (extack->policy)
		netlink_policy_write_attr(skb, NULL, extack->policy, NLMSGERR_ATTR_POLICY);
}

/* An error echoes the whole request, unless the socket asked for its header only. */
void netlink_ack(struct sk_buff *in_skb, struct nlmsghdr *nlh, int err,
		 const struct netlink_ext_ack *extack)
{
	struct sock *sk = NETLINK_CB(in_skb).sk;
	struct netlink_sock *nlk = nlk_sk(sk);
	bool capped = !err || (nlk->flags & NETLINK_F_CAP_ACK);
	size_t payload = sizeof(struct nlmsgerr) + (capped ? 0 : nlmsg_len(nlh));
	size_t tlvs = netlink_ack_tlv_len(nlk, nlh, err, extack);
	struct nlmsgerr *answer;
	struct nlmsghdr *rep;
	struct sk_buff *skb;

	skb = nlmsg_new(NLMSG_ALIGN(payload) + tlvs, GFP_KERNEL);
	if (!skb) {
		WRITE_ONCE(sk->sk_err, ENOBUFS);
		sk_error_report(sk);
		return;
	}
	rep = nlmsg_put(skb, NETLINK_CB(in_skb).portid, nlh->nlmsg_seq, NLMSG_ERROR, payload,
			(capped ? NLM_F_CAPPED : 0) | (tlvs ? NLM_F_ACK_TLVS : 0));
	answer = nlmsg_data(rep);
	answer->error = err;
	memcpy(&answer->msg, nlh, capped ? sizeof(*nlh) : nlh->nlmsg_len);
	if (tlvs)
		netlink_ack_tlv_fill(skb, nlh, err, extack);
	nlmsg_end(skb, rep);
	netlink_queue(sk, skb);
}
EXPORT_SYMBOL(netlink_ack);

/* --- The requests of a datagram ------------------------------------------ */

static int netlink_rcv_one(struct sk_buff *skb, struct nlmsghdr *nlh,
			   int (*cb)(struct sk_buff *skb, struct nlmsghdr *nlh,
				     struct netlink_ext_ack *extack))
{
	struct netlink_ext_ack extack = {};
	int err = 0;

	if (!(nlh->nlmsg_flags & NLM_F_REQUEST))
		return 0;
	if (nlh->nlmsg_type >= NLMSG_MIN_TYPE)
		err = cb(skb, nlh, &extack);
	if (err == -EINTR)
		return 0;
	if (err || (nlh->nlmsg_flags & NLM_F_ACK))
		netlink_ack(skb, nlh, err, &extack);
	return 0;
}

int netlink_rcv_skb(struct sk_buff *skb,
		    int (*cb)(struct sk_buff *skb, struct nlmsghdr *nlh,
			      struct netlink_ext_ack *extack))
{
	while (skb->len >= nlmsg_total_size(0)) {
		struct nlmsghdr *nlh = nlmsg_hdr(skb);

		if (!nlmsg_ok(nlh, skb->len))
			return 0;
		netlink_rcv_one(skb, nlh, cb);
		skb_pull(skb, min_t(unsigned int, NLMSG_ALIGN(nlh->nlmsg_len), skb->len));
	}
	return 0;
}
EXPORT_SYMBOL(netlink_rcv_skb);

/* --- Dumps --------------------------------------------------------------- */

static void netlink_dump_end(struct netlink_sock *nlk)
{
	struct netlink_callback *cb = &nlk->cb;

	if (cb->done)
		cb->done(cb);
	WRITE_ONCE(nlk->cb_running, false);
	module_put(cb->module);
	consume_skb(cb->skb);
	cb->skb = NULL;
}

void netlink_dump_abort(struct netlink_sock *nlk)
{
	mutex_lock(&nlk->cb_mutex);
	if (nlk->cb_running)
		netlink_dump_end(nlk);
	mutex_unlock(&nlk->cb_mutex);
}

static struct sk_buff *netlink_dump_alloc(const struct netlink_sock *nlk)
{
	size_t least = max_t(size_t, nlk->cb.min_dump_alloc, NLMSG_GOODSIZE);
	struct sk_buff *skb = NULL;

	if (least < nlk->max_recvmsg_len)
		skb = alloc_skb(nlk->max_recvmsg_len, GFP_KERNEL | __GFP_NOWARN);
	return skb ?: alloc_skb(least, GFP_KERNEL);
}

static void netlink_mark_multi(struct sk_buff *skb)
{
	struct nlmsghdr *nlh = nlmsg_hdr(skb);
	int left = skb->len;

	for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left))
		nlh->nlmsg_flags |= NLM_F_MULTI;
}

/* Appends NLMSG_DONE with the dump's result; -EMSGSIZE if it takes another datagram. */
static int netlink_dump_done(struct netlink_sock *nlk, struct sk_buff *skb)
{
	struct netlink_callback *cb = &nlk->cb;
	int result = nlk->dump_done_errno;
	size_t tlvs = netlink_ack_tlv_len(nlk, cb->nlh, result, cb->extack);
	struct nlmsghdr *nlh;

	if (skb_tailroom(skb) < nlmsg_total_size(sizeof(result)) + tlvs)
		return -EMSGSIZE;
	nlh = nlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, NLMSG_DONE,
			sizeof(result), NLM_F_MULTI | cb->answer_flags);
	memcpy(nlmsg_data(nlh), &result, sizeof(result));
	nl_dump_check_consistent(cb, nlh);
	if (tlvs) {
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
		netlink_ack_tlv_fill(skb, cb->nlh, result, cb->extack);
		nlmsg_end(skb, nlh);
	}
	return 0;
}

/* One datagram of the dump; cb_mutex held. 0, or an error that leaves the dump as it is. */
static int netlink_dump_step(struct sock *sk)
{
	struct netlink_sock *nlk = nlk_sk(sk);
	struct netlink_ext_ack extack = {};
	struct sk_buff *skb = netlink_dump_alloc(nlk);
	bool over;

	if (!skb)
		return -ENOBUFS;
	/* The callback finds the requester's namespace through it. */
	skb->sk = sk;
	nlk->cb.extack = &extack;
	if (nlk->dump_done_errno > 0) {
		int more = nlk->cb.dump(skb, &nlk->cb);

		/* The next object did not fit behind others: it goes first into the next one. */
		if (more == -EMSGSIZE && skb->len)
			more = skb->len;
		nlk->dump_done_errno = more;
	}
	netlink_mark_multi(skb);
	over = nlk->dump_done_errno <= 0 && !netlink_dump_done(nlk, skb);
	nlk->cb.extack = NULL;
	if (skb->len)
		netlink_queue(sk, skb);
	else
		kfree_skb(skb);
	if (over)
		netlink_dump_end(nlk);
	return 0;
}

int netlink_dump_continue(struct sock *sk)
{
	struct netlink_sock *nlk = nlk_sk(sk);

	guard(mutex)(&nlk->cb_mutex);
	return nlk->cb_running ? netlink_dump_step(sk) : 0;
}

static int netlink_dump_setup(struct netlink_sock *nlk, struct sk_buff *skb,
			      const struct nlmsghdr *nlh,
			      const struct netlink_dump_control *control)
{
	if (nlk->cb_running)
		return -EBUSY;
	if (!try_module_get(control->module))
		return -EPROTONOSUPPORT;
	nlk->cb = (struct netlink_callback){
		.skb = skb,
		.nlh = nlh,
		.dump = control->dump,
		.done = control->done,
		.data = control->data,
		.module = control->module,
		.min_dump_alloc = control->min_dump_alloc,
		.extack = control->extack,
		.strict_check = nlk->flags & NETLINK_F_STRICT_CHK,
	};
	return 0;
}

int netlink_dump_start(struct sock *ssk, struct sk_buff *skb, const struct nlmsghdr *nlh,
		       struct netlink_dump_control *control)
{
	struct sock *sk = NETLINK_CB(skb).sk;
	struct netlink_sock *nlk = nlk_sk(sk);
	int err;

	guard(mutex)(&nlk->cb_mutex);
	err = netlink_dump_setup(nlk, skb, nlh, control);
	if (err)
		return err;
	if (control->start) {
		err = control->start(&nlk->cb);
		if (err) {
			module_put(control->module);
			return err;
		}
	}
	skb_get(skb);
	nlk->dump_done_errno = INT_MAX;
	WRITE_ONCE(nlk->cb_running, true);
	/* Acknowledged by the dump itself, even when the first step found no memory. */
	netlink_dump_step(sk);
	return -EINTR;
}
EXPORT_SYMBOL(netlink_dump_start);
