/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generic netlink families.
 *
 * A family is a name, a table of commands and named multicast groups. Requests
 * are checked and dispatched by the core in the sender's context; see
 * libkern/net/genetlink.c for the order. Families without parallel_ops are
 * serialised by one lock. Contract: include/net/genetlink.h,
 * net/netlink/genetlink.c.
 */
#ifndef __NET_GENERIC_NETLINK_H
#define __NET_GENERIC_NETLINK_H

#include <linux/genetlink.h>
#include <net/netlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#define GENLMSG_DEFAULT_SIZE	(NLMSG_DEFAULT_SIZE - GENL_HDRLEN)

struct genl_multicast_group {
	char name[GENL_NAMSIZ];
	u8 flags;
};

struct genl_info;
struct genl_split_ops;

enum genl_validate_flags {
	GENL_DONT_VALIDATE_STRICT = BIT(0),
	GENL_DONT_VALIDATE_DUMP = BIT(1),
	GENL_DONT_VALIDATE_DUMP_STRICT = BIT(2),
};

/* One entry per command and kind (GENL_CMD_CAP_DO or _DUMP), ascending by command. */
struct genl_split_ops {
	union {
		struct {
			int (*pre_doit)(const struct genl_split_ops *ops, struct sk_buff *skb,
					struct genl_info *info);
			int (*doit)(struct sk_buff *skb, struct genl_info *info);
			void (*post_doit)(const struct genl_split_ops *ops, struct sk_buff *skb,
					  struct genl_info *info);
		};
		struct {
			int (*start)(struct netlink_callback *cb);
			int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
			int (*done)(struct netlink_callback *cb);
		};
	};
	const struct nla_policy *policy;
	unsigned int maxattr;
	u8 cmd;
	u8 internal_flags;
	u8 flags;
	u8 validate;
};

/* The members after @sock_priv_destroy belong to the core. */
struct genl_family {
	unsigned int hdrsize;
	char name[GENL_NAMSIZ];
	unsigned int version;
	unsigned int maxattr;
	u8 netnsok : 1;
	u8 parallel_ops : 1;
	u8 n_split_ops;
	u8 n_mcgrps;
	u8 resv_start_op;
	const struct nla_policy *policy;
	const struct genl_split_ops *split_ops;
	const struct genl_multicast_group *mcgrps;
	struct module *module;
	size_t sock_priv_size;
	void (*sock_priv_init)(void *priv);
	void (*sock_priv_destroy)(void *priv);

	int id;
	unsigned int mcgrp_offset;
	struct list_head family_list;
	struct list_head sock_privs;	/* private areas of sockets; under genl_priv_lock */
};

/* A request, valid while its handler runs. */
struct genl_info {
	u32 snd_seq;
	u32 snd_portid;
	const struct genl_family *family;
	const struct nlmsghdr *nlhdr;
	struct genlmsghdr *genlhdr;
	void *userhdr;			/* behind genlhdr, of the family's hdrsize */
	struct nlattr **attrs;
	possible_net_t _net;
	union {
		u8 ctx[48];
		void *user_ptr[2];
	};
	struct netlink_ext_ack *extack;
};

/* What a dump callback finds in cb->data. */
struct genl_dumpit_info {
	struct genl_split_ops op;
	struct genl_info info;
};

static inline struct net *genl_info_net(const struct genl_info *info)
{
	return read_pnet(&info->_net);
}

static inline void genl_info_net_set(struct genl_info *info, struct net *net)
{
	write_pnet(&info->_net, net);
}

static inline void *genl_info_userhdr(const struct genl_info *info)
{
	return (char *)info->genlhdr + GENL_HDRLEN;
}

static inline const struct genl_dumpit_info *genl_dumpit_info(struct netlink_callback *cb)
{
	return cb->data;
}

static inline const struct genl_info *genl_info_dump(struct netlink_callback *cb)
{
	return &genl_dumpit_info(cb)->info;
}

/* Prepares @info for a notification: no request, port and sequence 0. */
void genl_info_init_ntf(struct genl_info *info, const struct genl_family *family, u8 cmd);

static inline bool genl_info_is_ntf(const struct genl_info *info)
{
	return !info->nlhdr;
}

#define GENL_SET_ERR_MSG(info, msg)	NL_SET_ERR_MSG((info)->extack, msg)
#define GENL_SET_ERR_MSG_FMT(info, msg, args...)			\
	NL_SET_ERR_MSG_FMT((info)->extack, msg, ##args)

/* True, and noted for the answer, if the request lacks attribute @attr. */
#define GENL_REQ_ATTR_CHECK(info, attr) ({				\
	const struct genl_info *udm_genl_req = (info);			\
									\
	NL_REQ_ATTR_CHECK(udm_genl_req->extack, NULL, udm_genl_req->attrs, (attr)); \
})

/* 0, -EEXIST (name taken), -EINVAL (bad table), -ENOMEM. Task context. */
int genl_register_family(struct genl_family *family);
/* Destroys every socket's private area; 0 or -ENOENT. */
int genl_unregister_family(const struct genl_family *family);

/**
 * genl_sk_priv_get - a family's private area of a socket
 *
 * Task context, in a request of @sk. Created zeroed on first use and
 * initialised with sock_priv_init(); destroyed when the socket closes or the
 * family goes. ERR_PTR: -EINVAL (and a WARN) for a family without
 * sock_priv_size, -ENOMEM.
 */
void *genl_sk_priv_get(struct genl_family *family, struct sock *sk);

/* Pointer behind the generic header, or NULL without room. */
void *genlmsg_put(struct sk_buff *skb, u32 portid, u32 seq, const struct genl_family *family,
		  int flags, u8 cmd);

static inline struct sk_buff *genlmsg_new(size_t payload, gfp_t flags)
{
	return nlmsg_new(NLMSG_ALIGN(GENL_HDRLEN + payload), flags);
}

static inline void *genlmsg_iput(struct sk_buff *skb, const struct genl_info *info)
{
	return genlmsg_put(skb, info->snd_portid, info->snd_seq, info->family, 0,
			   info->genlhdr->cmd);
}

static inline void *genlmsg_put_reply(struct sk_buff *skb, struct genl_info *info,
				      const struct genl_family *family, int flags, u8 cmd)
{
	return genlmsg_put(skb, info->snd_portid, info->snd_seq, family, flags, cmd);
}

static inline struct nlmsghdr *genlmsg_nlhdr(void *user_hdr)
{
	return (struct nlmsghdr *)((char *)user_hdr - GENL_HDRLEN - NLMSG_HDRLEN);
}

static inline void genlmsg_end(struct sk_buff *skb, void *hdr)
{
	nlmsg_end(skb, genlmsg_nlhdr(hdr));
}

static inline void genlmsg_cancel(struct sk_buff *skb, void *hdr)
{
	if (hdr)
		nlmsg_cancel(skb, genlmsg_nlhdr(hdr));
}

/* As nl_dump_check_consistent(), by what genlmsg_put() returned. */
static inline void genl_dump_check_consistent(struct netlink_callback *cb, void *user_hdr)
{
	nl_dump_check_consistent(cb, genlmsg_nlhdr(user_hdr));
}

static inline void *genlmsg_data(const struct genlmsghdr *gnlh)
{
	return (char *)gnlh + GENL_HDRLEN;
}

static inline int genlmsg_len(const struct genlmsghdr *gnlh)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)((const char *)gnlh - NLMSG_HDRLEN);

	return nlh->nlmsg_len - GENL_HDRLEN - NLMSG_HDRLEN;
}

/* Both consume @skb; 0 or a negative errno. */
int genlmsg_unicast(struct net *net, struct sk_buff *skb, u32 portid);

static inline int genlmsg_reply(struct sk_buff *skb, struct genl_info *info)
{
	return genlmsg_unicast(genl_info_net(info), skb, info->snd_portid);
}

/*
 * Sends to group number @group of the family; any context @flags allows. 0;
 * -ESRCH without a listener; -EINVAL and a WARN if there is no such group,
 * the one case that leaves @skb to the caller.
 */
int genlmsg_multicast_netns(const struct genl_family *family, struct net *net,
			    struct sk_buff *skb, u32 portid, unsigned int group, gfp_t flags);

static inline int genlmsg_multicast(const struct genl_family *family, struct sk_buff *skb,
				    u32 portid, unsigned int group, gfp_t flags)
{
	return genlmsg_multicast_netns(family, &init_net, skb, portid, group, flags);
}

/* Non-zero if a socket of @net listens; a group the family does not have is a WARN and 0. */
int genl_has_listeners(const struct genl_family *family, struct net *net, unsigned int group);

#endif
