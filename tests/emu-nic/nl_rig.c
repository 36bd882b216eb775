// SPDX-License-Identifier: GPL-2.0-only
/* Talking generic netlink in tests (nl_rig.h). */
#include "fixture.h"

#include <errno.h>
#include <net/netlink.h>
#include <string.h>
#include <udevmem/socket.h>

#include "nl_rig.h"

int nl_open(bool cap_ack, bool ext_ack)
{
	int fd = udm_socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), on = 1;

	ck_assert_int_ge(fd, 0);
	if (cap_ack)
		ck_assert_int_eq(udm_setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on,
						sizeof(on)), 0);
	if (ext_ack)
		ck_assert_int_eq(udm_setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on,
						sizeof(on)), 0);
	return fd;
}

struct nl_request nl_request(uint16_t family, uint8_t cmd)
{
	static typeof(*((struct nl_request *)0)->buf) pool[4];
	static unsigned int next, seq;
	struct nl_request r = { .buf = &pool[next++ % 4] };

	memset(r.buf, 0, sizeof(*r.buf));
	r.nlh = &r.buf->align;
	r.genl = (struct genlmsghdr *)(r.buf->bytes + NLMSG_HDRLEN);
	*r.nlh = (struct nlmsghdr){
		.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN),
		.nlmsg_type = family,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.nlmsg_seq = ++seq,
	};
	r.genl->cmd = cmd;
	r.genl->version = 1;
	return r;
}

void nl_put(struct nl_request *r, uint16_t type, const void *data, unsigned int len)
{
	struct nlattr *at = (struct nlattr *)(r->buf->bytes + r->nlh->nlmsg_len);

	ck_assert_uint_le(r->nlh->nlmsg_len + nla_total_size(len), sizeof(r->buf->bytes));
	at->nla_type = type;
	at->nla_len = nla_attr_size(len);
	if (len)
		memcpy(nla_data(at), data, len);
	r->nlh->nlmsg_len += nla_total_size(len);
}

void nl_put_u32(struct nl_request *r, uint16_t type, uint32_t value)
{
	nl_put(r, type, &value, sizeof(value));
}

struct nlattr *nl_nest(struct nl_request *r, uint16_t type)
{
	struct nlattr *at = (struct nlattr *)(r->buf->bytes + r->nlh->nlmsg_len);

	nl_put(r, type | NLA_F_NESTED, NULL, 0);
	return at;
}

void nl_nest_end(struct nl_request *r, struct nlattr *nest)
{
	nest->nla_len = r->buf->bytes + r->nlh->nlmsg_len - (char *)nest;
}

void nl_send(int fd, struct nl_request *r)
{
	ck_assert_int_eq(udm_send(fd, r->nlh, r->nlh->nlmsg_len, 0), r->nlh->nlmsg_len);
}

static void take_tlvs(struct nl_answer *a, const char *at, int len)
{
	const struct nlattr *tlv;
	int left;

	nla_for_each_attr(tlv, (const struct nlattr *)at, len, left) {
		switch (nla_type(tlv)) {
		case NLMSGERR_ATTR_MSG:
			nla_strscpy(a->text, tlv, sizeof(a->text));
			break;
		case NLMSGERR_ATTR_OFFS:
			a->offs = nla_get_u32(tlv);
			break;
		case NLMSGERR_ATTR_MISS_TYPE:
			a->miss_type = nla_get_u32(tlv);
			break;
		case NLMSGERR_ATTR_MISS_NEST:
			a->miss_nest = nla_get_u32(tlv);
			break;
		}
	}
	ck_assert_int_eq(left, 0);
}

static void take_error(struct nl_answer *a, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = nlmsg_data(nlh);
	unsigned int skip = sizeof(*e);

	a->err = e->error;
	a->capped = nlh->nlmsg_flags & NLM_F_CAPPED;
	if (!a->capped) {
		a->echoed = e->msg.nlmsg_len;
		skip += e->msg.nlmsg_len - NLMSG_HDRLEN;
	}
	skip = NLMSG_ALIGN(skip);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		take_tlvs(a, (const char *)e + skip, nlmsg_len(nlh) - skip);
	else
		ck_assert_int_le(nlmsg_len(nlh), skip);
}

static void take_done(struct nl_answer *a, const struct nlmsghdr *nlh)
{
	a->done = true;
	memcpy(&a->err, nlmsg_data(nlh), sizeof(a->err));
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		take_tlvs(a, (const char *)nlmsg_data(nlh) + sizeof(int),
			  nlmsg_len(nlh) - sizeof(int));
}

static void take_message(struct nl_answer *a, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *g = nlmsg_data(nlh);
	const struct nlattr *id;

	a->messages++;
	a->cmd = g->cmd;
	a->attrs_len = nlmsg_len(nlh) - GENL_HDRLEN;
	ck_assert_uint_le(a->attrs_len, sizeof(a->attrs));
	memcpy(a->attrs, (const char *)g + GENL_HDRLEN, a->attrs_len);
	id = nla_find((const struct nlattr *)a->attrs, a->attrs_len, CTRL_ATTR_FAMILY_ID);
	if (id && nla_len(id) == sizeof(uint16_t))
		a->family_id = nla_get_u16(id);
}

/* True at the end of an answer. */
static bool take_datagram(int fd, struct nl_answer *a)
{
	static char buf[65536] __attribute__((aligned(8)));
	ssize_t n = udm_recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf;
	int left = n;
	bool end = false;

	ck_assert_msg(n > 0, "recv: %s", strerror(errno));
	a->datagrams++;
	for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_type == NLMSG_ERROR)
			take_error(a, nlh);
		else if (nlh->nlmsg_type == NLMSG_DONE)
			take_done(a, nlh);
		else
			take_message(a, nlh);
		end |= nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE;
	}
	ck_assert_int_eq(left, 0);
	return end;
}

struct nl_answer nl_receive(int fd)
{
	struct nl_answer a = {};

	take_datagram(fd, &a);
	return a;
}

struct nl_answer nl_ask(int fd, struct nl_request *r)
{
	struct nl_answer a = {};

	nl_send(fd, r);
	while (!take_datagram(fd, &a))
		;
	return a;
}

bool nl_answer_has(const struct nl_answer *a, uint16_t type)
{
	return nla_find((const struct nlattr *)a->attrs, a->attrs_len, type);
}

uint32_t nl_answer_u32(const struct nl_answer *a, uint16_t type)
{
	const struct nlattr *at = nla_find((const struct nlattr *)a->attrs, a->attrs_len, type);

	ck_assert_msg(at, "no attribute %u", type);
	return nla_get_u32(at);
}

static struct nl_answer family_message(int fd, const char *name)
{
	struct nl_request r = nl_request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	struct nl_answer a;

	nl_put(&r, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	a = nl_ask(fd, &r);
	ck_assert_int_eq(a.err, 0);
	return a;
}

uint16_t nl_family(int fd, const char *name)
{
	return family_message(fd, name).family_id;
}

void nl_join(int fd, const char *family, const char *group)
{
	struct nl_answer a = family_message(fd, family);
	const struct nlattr *groups, *one, *name;
	uint32_t id = 0;
	int left;

	groups = nla_find((const struct nlattr *)a.attrs, a.attrs_len, CTRL_ATTR_MCAST_GROUPS);
	ck_assert_ptr_nonnull(groups);
	nla_for_each_nested(one, groups, left) {
		name = nla_find_nested(one, CTRL_ATTR_MCAST_GRP_NAME);
		if (!nla_strcmp(name, group))
			id = nla_get_u32(nla_find_nested(one, CTRL_ATTR_MCAST_GRP_ID));
	}
	ck_assert_uint_ne(id, 0);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &id, sizeof(id)),
			 0);
}
