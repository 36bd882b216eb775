/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink inside the kernel: sockets, extended acknowledgements, dumps.
 *
 * A request is handled in the sender's context, one message at a time. What a
 * handler wants to say beyond an errno goes into struct netlink_ext_ack; every
 * macro here accepts a NULL extack. Contract: include/linux/netlink.h.
 */
#ifndef _KERN_LINUX_NETLINK_H
#define _KERN_LINUX_NETLINK_H

#include <linux/socket.h>
#include_next <linux/netlink.h>
#include <linux/types.h>
#include <linux/build_bug.h>
#include <linux/printk.h>
#include <linux/skbuff.h>
#include <linux/export.h>
#include <net/net_namespace.h>

struct net;
struct sock;
struct module;
struct nla_policy;

#define NETLINK_MAX_COOKIE_LEN	8
#define NETLINK_MAX_FMTMSG_LEN	80

/* What the system's UAPI may be too old for. */
#ifndef NLMSGERR_ATTR_MISS_TYPE
#define NLMSGERR_ATTR_MISS_TYPE	5
#endif
#ifndef NLMSGERR_ATTR_MISS_NEST
#define NLMSGERR_ATTR_MISS_NEST	6
#endif

/* Lives in the control block of an skb that is or becomes a message. */
struct netlink_skb_parms {
	u32 portid;
	u32 dst_group;
	u32 flags;
	struct sock *sk;
};

#define NETLINK_CB(skb)		(*(struct netlink_skb_parms *)&((skb)->cb))

struct netlink_ext_ack {
	const char *_msg;
	const struct nlattr *bad_attr;
	const struct nla_policy *policy;
	const struct nlattr *miss_nest;
	u16 miss_type;
	u8 cookie[NETLINK_MAX_COOKIE_LEN];
	u8 cookie_len;
	char _msg_buf[NETLINK_MAX_FMTMSG_LEN];
};

static inline void do_trace_netlink_extack(const char *msg __always_unused)
{
}

/* A later message replaces an earlier one. @msg must be a literal or outlive the request. */
#define NL_SET_ERR_MSG(extack, msg) do {				\
	static const char udm_nl_text[] = msg;				\
	struct netlink_ext_ack *udm_nl_ack = (extack);			\
									\
	do_trace_netlink_extack(udm_nl_text);				\
	if (udm_nl_ack)							\
		udm_nl_ack->_msg = udm_nl_text;				\
} while (0)

/* Formats into the extack's own buffer; longer texts are cut and reported in the log. */
#define NL_SET_ERR_MSG_FMT(extack, fmt, args...)			\
	netlink_ext_ack_format((extack), fmt, ##args)

#define NL_SET_ERR_MSG_MOD(extack, msg)					\
	NL_SET_ERR_MSG((extack), KBUILD_MODNAME ": " msg)
#define NL_SET_ERR_MSG_FMT_MOD(extack, fmt, args...)			\
	NL_SET_ERR_MSG_FMT((extack), KBUILD_MODNAME ": " fmt, ##args)

#define NL_SET_ERR_MSG_WEAK(extack, msg) do {				\
	struct netlink_ext_ack *udm_nl_weak = (extack);			\
									\
	if (udm_nl_weak && !udm_nl_weak->_msg)				\
		NL_SET_ERR_MSG(udm_nl_weak, msg);			\
} while (0)

#define NL_SET_ERR_MSG_WEAK_MOD(extack, msg)				\
	NL_SET_ERR_MSG_WEAK((extack), KBUILD_MODNAME ": " msg)

#define NL_SET_BAD_ATTR_POLICY(extack, attr, pol) do {			\
	struct netlink_ext_ack *udm_nl_where = (extack);		\
									\
	if (udm_nl_where) {						\
		udm_nl_where->bad_attr = (attr);			\
		udm_nl_where->policy = (pol);				\
	}								\
} while (0)
#define NL_SET_BAD_ATTR(extack, attr)	NL_SET_BAD_ATTR_POLICY(extack, attr, NULL)

#define NL_SET_ERR_MSG_ATTR_POL(extack, attr, pol, msg) do {		\
	NL_SET_ERR_MSG(extack, msg);					\
	NL_SET_BAD_ATTR_POLICY(extack, attr, pol);			\
} while (0)
#define NL_SET_ERR_MSG_ATTR(extack, attr, msg)				\
	NL_SET_ERR_MSG_ATTR_POL(extack, attr, NULL, msg)
#define NL_SET_ERR_MSG_ATTR_FMT(extack, attr, fmt, args...) do {	\
	NL_SET_ERR_MSG_FMT(extack, fmt, ##args);			\
	NL_SET_BAD_ATTR(extack, attr);					\
} while (0)

#define NL_SET_ERR_ATTR_MISS(extack, nest, type) do {			\
	struct netlink_ext_ack *udm_nl_miss = (extack);			\
									\
	if (udm_nl_miss) {						\
		udm_nl_miss->miss_nest = (nest);			\
		udm_nl_miss->miss_type = (type);			\
	}								\
} while (0)

/* True, and recorded in the extack, if attribute @type is not in table @tb of @nest. */
#define NL_REQ_ATTR_CHECK(extack, nest, tb, type) ({			\
	bool udm_nl_absent = !(tb)[type];				\
									\
	if (udm_nl_absent)						\
		NL_SET_ERR_ATTR_MISS((extack), (nest), (type));		\
	udm_nl_absent;							\
})

__printf(2, 3)
void netlink_ext_ack_format(struct netlink_ext_ack *extack, const char *fmt, ...);

/**
 * struct netlink_callback - a dump in progress
 *
 * One per socket at a time. @ctx is the dump's own state, zero at the first
 * call and kept between calls; it must fit, see NL_ASSERT_CTX_FITS().
 */
struct netlink_callback {
	struct sk_buff *skb;
	const struct nlmsghdr *nlh;
	int (*dump)(struct sk_buff *skb, struct netlink_callback *cb);
	int (*done)(struct netlink_callback *cb);
	void *data;
	struct module *module;
	struct netlink_ext_ack *extack;
	u16 family;
	u16 answer_flags;
	u32 min_dump_alloc;
	unsigned int prev_seq;
	unsigned int seq;
	int flags;
	bool strict_check;
	union {
		u8 ctx[48];
		long args[6];
	};
};

#define NL_ASSERT_CTX_FITS(type_name)					\
	BUILD_BUG_ON(sizeof(type_name) > sizeof_field(struct netlink_callback, ctx))

struct netlink_dump_control {
	int (*start)(struct netlink_callback *cb);
	int (*dump)(struct sk_buff *skb, struct netlink_callback *cb);
	int (*done)(struct netlink_callback *cb);
	struct netlink_ext_ack *extack;
	void *data;
	struct module *module;
	u32 min_dump_alloc;
};

/* The kernel's end of a netlink protocol in one namespace. */
struct netlink_kernel_cfg {
	unsigned int groups;
	unsigned int flags;
	void (*input)(struct sk_buff *skb);
	int (*bind)(struct net *net, int group);
	void (*unbind)(struct net *net, int group);
	void (*release)(struct sock *sk, unsigned long *groups);
};

/**
 * netlink_kernel_create - open the kernel's end of a protocol
 *
 * Task context. @cfg->input gets each datagram a socket of @net sends, in the
 * sender's context, and does not own it. NULL if the protocol is taken or
 * memory is short. Contract: net/netlink/af_netlink.c, as all below.
 */
struct sock *netlink_kernel_create(struct net *net, int unit, struct netlink_kernel_cfg *cfg);
void netlink_kernel_release(struct sock *sk);

/* Consumes @skb. 0, -ECONNREFUSED (no such port), -ENOBUFS (receiver's queue is full). */
int netlink_unicast(struct sock *ssk, struct sk_buff *skb, u32 portid, int nonblock);
/* Consumes @skb. Every member of @group but @portid gets it; -ESRCH if there was none. */
int netlink_broadcast(struct sock *ssk, struct sk_buff *skb, u32 portid, u32 group,
		      gfp_t allocation);
/* Non-zero if some socket of the namespace of @sk is a member of @group. */
int netlink_has_listeners(struct sock *sk, unsigned int group);

/* Answers @nlh in @in_skb with an error or, for 0, an acknowledgement. */
void netlink_ack(struct sk_buff *in_skb, struct nlmsghdr *nlh, int err,
		 const struct netlink_ext_ack *extack);
/* Calls @cb for each request in @skb and acknowledges it unless @cb returned -EINTR. */
int netlink_rcv_skb(struct sk_buff *skb,
		    int (*cb)(struct sk_buff *skb, struct nlmsghdr *nlh,
			      struct netlink_ext_ack *extack));
/* Starts a dump on the requester's socket. -EINTR on success: no acknowledgement; -EBUSY. */
int netlink_dump_start(struct sock *ssk, struct sk_buff *skb, const struct nlmsghdr *nlh,
		       struct netlink_dump_control *control);

/* Capability checks on the sender of @skb. */
bool netlink_capable(const struct sk_buff *skb, int cap);
bool netlink_net_capable(const struct sk_buff *skb, int cap);

struct nlmsghdr *__nlmsg_put(struct sk_buff *skb, u32 portid, u32 seq, int type, int len,
			     int flags);

#endif
