// SPDX-License-Identifier: GPL-2.0-only
/*
 * The application's half of netlink: build a request, send it, read the answer.
 *
 * Uses the socket API only, as a program on a real machine would.
 */
#include <udevmem/netlink.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <uapi/linux/netdev.h>
#include <udevmem/file.h>
#include <udevmem/socket.h>

enum { A_RINGS_HDS_THRESH = 17 };	/* newer than some system headers */

struct request {
	union {
		struct nlmsghdr nlh;
		char bytes[2048];
	};
	bool overflow;
};

struct answer {
	union {
		struct nlmsghdr nlh;
		char bytes[8192];
	};
	ssize_t len;
};

static void begin(struct request *r, uint16_t family, uint8_t cmd)
{
	struct genlmsghdr *g;

	memset(r, 0, sizeof(*r));
	r->nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	r->nlh.nlmsg_type = family;
	r->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	g = NLMSG_DATA(&r->nlh);
	g->cmd = cmd;
	g->version = 1;
}

static struct nlattr *put(struct request *r, uint16_t type, const void *data, size_t len)
{
	const size_t used = r->nlh.nlmsg_len, more = NLA_HDRLEN + NLA_ALIGN(len);
	struct nlattr *a = (struct nlattr *)((char *)r + used);

	if (used > sizeof(r->bytes) || more > sizeof(r->bytes) - used) {
		r->overflow = true;
		return (struct nlattr *)r->bytes;
	}
	a->nla_type = type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + len);
	if (len)
		memcpy((char *)a + NLA_HDRLEN, data, len);
	r->nlh.nlmsg_len += (uint32_t)more;
	return a;
}

static void put_u32(struct request *r, uint16_t type, uint32_t val)
{
	put(r, type, &val, sizeof(val));
}

static struct nlattr *nest_begin(struct request *r, uint16_t type)
{
	return put(r, type | NLA_F_NESTED, NULL, 0);
}

static void nest_end(struct request *r, struct nlattr *nest)
{
	if (!r->overflow)
		nest->nla_len = (uint16_t)(r->bytes + r->nlh.nlmsg_len - (char *)nest);
}

/* The attribute of a type among len bytes, or NULL. */
static const struct nlattr *find(const char *at, size_t len, uint16_t type)
{
	while (len >= NLA_HDRLEN) {
		const struct nlattr *a = (const struct nlattr *)at;
		size_t step = NLA_ALIGN(a->nla_len);

		if (a->nla_len < NLA_HDRLEN || a->nla_len > len)
			return NULL;
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return a;
		at += step;
		len = step < len ? len - step : 0;
	}
	return NULL;
}

static int transmit(int nl, struct request *r)
{
	struct iovec iov = { .iov_base = r->bytes, .iov_len = r->nlh.nlmsg_len };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct msghdr msg = { .msg_name = &kernel, .msg_namelen = sizeof(kernel),
			      .msg_iov = &iov, .msg_iovlen = 1 };

	if (r->overflow) {
		errno = EMSGSIZE;
		return -1;
	}
	return udm_sendmsg(nl, &msg, 0) < 0 ? -1 : 0;
}

/* An acknowledgement or error; 0, or -1 with errno and the text it carries. */
static int take_ack(const struct nlmsghdr *nlh, char *err, size_t size)
{
	const struct nlmsgerr *e = (const struct nlmsgerr *)((const char *)nlh + NLMSG_HDRLEN);
	const struct nlattr *text;
	size_t skip = NLMSG_HDRLEN + sizeof(*e);

	if (!e->error)
		return 0;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += e->msg.nlmsg_len - NLMSG_HDRLEN;
	skip = NLMSG_ALIGN(skip);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS && skip < nlh->nlmsg_len) {
		text = find((const char *)nlh + skip, nlh->nlmsg_len - skip, NLMSGERR_ATTR_MSG);
		if (text)
			snprintf(err, size, "%.*s", (int)(text->nla_len - NLA_HDRLEN),
				 (const char *)text + NLA_HDRLEN);
	}
	errno = -e->error;
	return -1;
}

/*
 * Send, then read until the acknowledgement. What comes before it is kept in a, its
 * length 0 if there was nothing.
 */
static int transact(int nl, struct request *r, struct answer *a, char *err, size_t size)
{
	struct answer in;
	ssize_t left;

	if (size)
		err[0] = 0;
	a->len = 0;
	if (transmit(nl, r))
		return -1;
	for (;;) {
		const struct nlmsghdr *nlh = &in.nlh;

		left = udm_recv(nl, in.bytes, sizeof(in.bytes), 0);
		if (left < 0)
			return -1;
		for (; NLMSG_OK(nlh, (uint32_t)left); nlh = NLMSG_NEXT(nlh, left)) {
			if (nlh->nlmsg_type == NLMSG_ERROR)
				return take_ack(nlh, err, size);
			memcpy(a->bytes, nlh, nlh->nlmsg_len);
			a->len = nlh->nlmsg_len;
		}
	}
}

static const struct nlattr *answer_attr(const struct answer *a, uint16_t type)
{
	size_t skip = NLMSG_LENGTH(GENL_HDRLEN);

	return (size_t)a->len > skip ? find(a->bytes + skip, (size_t)a->len - skip, type) : NULL;
}

/* The number of a family, or -1. */
static int family_id(int nl, const char *name, char *err, size_t size)
{
	const struct nlattr *attr;
	struct request r;
	struct answer a;
	uint16_t id;

	begin(&r, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	put(&r, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	if (transact(nl, &r, &a, err, size))
		return -1;
	attr = answer_attr(&a, CTRL_ATTR_FAMILY_ID);
	if (!attr || attr->nla_len < NLA_HDRLEN + sizeof(id)) {
		errno = EPROTO;
		return -1;
	}
	memcpy(&id, (const char *)attr + NLA_HDRLEN, sizeof(id));
	return id;
}

int udm_netlink_open(void)
{
	int nl = udm_socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC), on = 1;

	if (nl < 0)
		return -1;
	if (!udm_setsockopt(nl, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)))
		return nl;
	udm_close(nl);
	return -1;
}

/* A request that is answered with a number. */
static int ask_u32(int nl, struct request *r, uint16_t type, uint32_t *id, char *err, size_t size)
{
	const struct nlattr *attr;
	struct answer a;

	if (transact(nl, r, &a, err, size))
		return -1;
	attr = answer_attr(&a, type);
	if (!attr || attr->nla_len < NLA_HDRLEN + sizeof(*id)) {
		errno = EPROTO;
		return -1;
	}
	memcpy(id, (const char *)attr + NLA_HDRLEN, sizeof(*id));
	return 0;
}

int udm_netdev_bind_rx(int nl, int ifindex, int dmabuf_fd, const unsigned int *queues, size_t n,
		       uint32_t *id, char *err, size_t size)
{
	int family = family_id(nl, NETDEV_FAMILY_NAME, err, size);
	struct request r;

	if (family < 0)
		return -1;
	begin(&r, (uint16_t)family, NETDEV_CMD_BIND_RX);
	put_u32(&r, NETDEV_A_DMABUF_IFINDEX, (uint32_t)ifindex);
	for (size_t i = 0; i < n; i++) {
		struct nlattr *nest = nest_begin(&r, NETDEV_A_DMABUF_QUEUES);

		put_u32(&r, NETDEV_A_QUEUE_ID, queues[i]);
		put_u32(&r, NETDEV_A_QUEUE_TYPE, NETDEV_QUEUE_TYPE_RX);
		nest_end(&r, nest);
	}
	put_u32(&r, NETDEV_A_DMABUF_FD, (uint32_t)dmabuf_fd);
	return ask_u32(nl, &r, NETDEV_A_DMABUF_ID, id, err, size);
}

int udm_netdev_bind_tx(int nl, int ifindex, int dmabuf_fd, uint32_t *id, char *err, size_t size)
{
	int family = family_id(nl, NETDEV_FAMILY_NAME, err, size);
	struct request r;

	if (family < 0)
		return -1;
	begin(&r, (uint16_t)family, NETDEV_CMD_BIND_TX);
	put_u32(&r, NETDEV_A_DMABUF_IFINDEX, (uint32_t)ifindex);
	put_u32(&r, NETDEV_A_DMABUF_FD, (uint32_t)dmabuf_fd);
	return ask_u32(nl, &r, NETDEV_A_DMABUF_ID, id, err, size);
}

/* --- Family "ethtool" ---------------------------------------------------- */

/* A request about a device: all of them have it in attribute 1. 0 or -1. */
static int begin_ethtool(int nl, struct request *r, uint8_t cmd, int ifindex, char *err,
			 size_t size)
{
	int family = family_id(nl, ETHTOOL_GENL_NAME, err, size);
	struct nlattr *header;

	if (family < 0)
		return -1;
	begin(r, (uint16_t)family, cmd);
	header = nest_begin(r, ETHTOOL_A_RINGS_HEADER);
	put_u32(r, ETHTOOL_A_HEADER_DEV_INDEX, (uint32_t)ifindex);
	nest_end(r, header);
	return 0;
}

int udm_ethtool_set_data_split(int nl, int ifindex, bool on, unsigned int thresh, char *err,
			       size_t size)
{
	uint8_t split = on ? ETHTOOL_TCP_DATA_SPLIT_ENABLED : ETHTOOL_TCP_DATA_SPLIT_DISABLED;
	struct request r;
	struct answer a;

	if (begin_ethtool(nl, &r, ETHTOOL_MSG_RINGS_SET, ifindex, err, size))
		return -1;
	put(&r, ETHTOOL_A_RINGS_TCP_DATA_SPLIT, &split, sizeof(split));
	put_u32(&r, A_RINGS_HDS_THRESH, thresh);
	return transact(nl, &r, &a, err, size);
}

int udm_ethtool_set_coalesce(int nl, int ifindex, unsigned int usecs, unsigned int frames,
			     char *err, size_t size)
{
	struct request r;
	struct answer a;

	if (begin_ethtool(nl, &r, ETHTOOL_MSG_COALESCE_SET, ifindex, err, size))
		return -1;
	put_u32(&r, ETHTOOL_A_COALESCE_RX_USECS, usecs);
	put_u32(&r, ETHTOOL_A_COALESCE_RX_MAX_FRAMES, frames);
	return transact(nl, &r, &a, err, size);
}

int udm_ethtool_rss_create(int nl, int ifindex, const unsigned int *queues, size_t n,
			   uint32_t *context, char *err, size_t size)
{
	struct request r;

	if (begin_ethtool(nl, &r, ETHTOOL_MSG_RSS_CREATE_ACT, ifindex, err, size))
		return -1;
	put(&r, ETHTOOL_A_RSS_INDIR, queues, n * sizeof(*queues));
	return ask_u32(nl, &r, ETHTOOL_A_RSS_CONTEXT, context, err, size);
}

int udm_ethtool_rss_delete(int nl, int ifindex, uint32_t context, char *err, size_t size)
{
	struct request r;
	struct answer a;

	if (begin_ethtool(nl, &r, ETHTOOL_MSG_RSS_DELETE_ACT, ifindex, err, size))
		return -1;
	put_u32(&r, ETHTOOL_A_RSS_CONTEXT, context);
	return transact(nl, &r, &a, err, size);
}

int udm_ethtool_set_feature(int nl, int ifindex, const char *name, bool on, char *err,
			    size_t size)
{
	struct nlattr *wanted, *bits, *bit;
	struct request r;
	struct answer a;

	if (begin_ethtool(nl, &r, ETHTOOL_MSG_FEATURES_SET, ifindex, err, size))
		return -1;
	wanted = nest_begin(&r, ETHTOOL_A_FEATURES_WANTED);
	bits = nest_begin(&r, ETHTOOL_A_BITSET_BITS);
	bit = nest_begin(&r, ETHTOOL_A_BITSET_BITS_BIT);
	put(&r, ETHTOOL_A_BITSET_BIT_NAME, name, strlen(name) + 1);
	if (on)
		put(&r, ETHTOOL_A_BITSET_BIT_VALUE, NULL, 0);
	nest_end(&r, bit);
	nest_end(&r, bits);
	nest_end(&r, wanted);
	return transact(nl, &r, &a, err, size);
}
