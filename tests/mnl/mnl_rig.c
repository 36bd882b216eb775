// SPDX-License-Identifier: GPL-2.0-only
/* A libmnl client of the machine (mnl_rig.h). */
#include "fixture.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/dmabuf.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/netlink.h>
#include <udevmem/sim.h>

#include "mnl_rig.h"

struct udm_netdev *nic;
int nic_ifindex, dmabuf;
struct client nl;

static unsigned int sequence;

/* --- The machine --------------------------------------------------------- */

static void nic_open(void)
{
	static const struct udm_netdev_config cfg = { .queues = MNL_QUEUES, .ring_entries = 32 };
	int plain = udm_netlink_open();

	nic = udm_netdev_create(&cfg);
	ck_assert_ptr_nonnull(nic);
	nic_ifindex = udm_netdev_ifindex(nic);
	ck_assert_int_eq(udm_ethtool_set_data_split(plain, nic_ifindex, true, 0, NULL, 0), 0);
	udm_close(plain);
	ck_assert_int_eq(udm_netdev_up(nic), 0);
	dmabuf = udm_gpu_create_dmabuf(1 << 20, NULL);
	ck_assert_int_ge(dmabuf, 0);
	nl = client_open();
}

void mnl_open_sim(void)
{
	machine_boot();
	nic_open();
}

void mnl_open_threads(void)
{
	machine_boot_threads();
	nic_open();
}

void mnl_close(void)
{
	client_close(&nl);
	udm_close(dmabuf);
	udm_netdev_destroy(nic);
	udm_run_until_idle();
	machine_shutdown();
}

void let_answer(void)
{
	if (udm_sim())
		udm_netlink_serve();
}

/* --- Clients ------------------------------------------------------------- */

Suite *mnl_suite(const char *name, void (*add_tests)(TCase *tc))
{
	Suite *s = suite_create(name);
	TCase *sim = tcase_create("sim"), *threads = tcase_create("threads");

	tcase_add_checked_fixture(sim, mnl_open_sim, mnl_close);
	add_tests(sim);
	suite_add_tcase(s, sim);
	tcase_add_checked_fixture(threads, mnl_open_threads, mnl_close);
	add_tests(threads);
	suite_add_tcase(s, threads);
	return s;
}

struct client client_open(void)
{
	struct client c = { .fd = udm_netlink_socket() };

	ck_assert_int_ge(c.fd, 0);
	c.sock = mnl_socket_fdopen(c.fd);
	ck_assert_ptr_nonnull(c.sock);
	ck_assert_int_eq(udm_netlink_portid(c.fd, &c.portid), 0);
	ck_assert_int_eq(udm_netlink_setsockopt(c.fd, NETLINK_CAP_ACK, 1), 0);
	ck_assert_int_eq(udm_netlink_setsockopt(c.fd, NETLINK_EXT_ACK, 1), 0);
	c.netdev = resolve_family(&c, "netdev");
	c.ethtool = resolve_family(&c, "ethtool");
	return c;
}

void client_drop(struct client *c)
{
	ck_assert_int_eq(mnl_socket_close(c->sock), 0);
	c->sock = NULL;
}

void client_close(struct client *c)
{
	if (!c->sock)
		return;
	ck_assert_int_eq(udm_netlink_close(c->fd), 0);
	/* Its descriptor is closed already; what is left is memory. */
	free(c->sock);
	c->sock = NULL;
}

/* --- Requests ------------------------------------------------------------ */

struct nlmsghdr *ask_begin(uint16_t family, uint8_t cmd, uint16_t more_flags)
{
	static __thread char buffers[4][2048] __attribute__((aligned(8)));
	static __thread unsigned int next;
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffers[next++ % 4]);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | more_flags;
	nlh->nlmsg_seq = __atomic_add_fetch(&sequence, 1, __ATOMIC_RELAXED);
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

static int take_tlv(const struct nlattr *at, void *ctx)
{
	struct said *s = ctx;

	switch (mnl_attr_get_type(at)) {
	case NLMSGERR_ATTR_MSG:
		ck_assert_int_eq(mnl_attr_validate(at, MNL_TYPE_NUL_STRING), 0);
		strncpy(s->text, mnl_attr_get_str(at), sizeof(s->text) - 1);
		break;
	case NLMSGERR_ATTR_OFFS:
		s->offs = mnl_attr_get_u32(at);
		break;
	case NLMSGERR_ATTR_MISS_TYPE:
		s->miss_type = mnl_attr_get_u32(at);
		break;
	case NLMSGERR_ATTR_MISS_NEST:
		s->miss_nest = mnl_attr_get_u32(at);
		break;
	}
	return MNL_CB_OK;
}

static int take_ack(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	struct said *s = ctx;

	s->err = e->error;
	/* All sockets here have CAP_ACK on. */
	ck_assert(nlh->nlmsg_flags & NLM_F_CAPPED);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		ck_assert_int_eq(mnl_attr_parse(nlh, sizeof(*e), take_tlv, s), MNL_CB_OK);
	return MNL_CB_STOP;
}

static int take_done(const struct nlmsghdr *nlh, void *ctx)
{
	struct said *s = ctx;

	s->err = *(int *)mnl_nlmsg_get_payload(nlh);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		ck_assert_int_eq(mnl_attr_parse(nlh, sizeof(int), take_tlv, s), MNL_CB_OK);
	return MNL_CB_STOP;
}

static int take_message(const struct nlmsghdr *nlh, void *ctx)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct said *s = ctx;

	ck_assert_uint_le(nlh->nlmsg_len, sizeof(s->last));
	s->messages++;
	s->cmd = genl->cmd;
	memcpy(s->last, nlh, nlh->nlmsg_len);
	return MNL_CB_OK;
}

static bool readable(const struct client *c)
{
	struct pollfd pfd = { .fd = c->fd, .events = POLLIN };

	return poll(&pfd, 1, 0) > 0;
}

/* One datagram, as libmnl takes it apart; what mnl_cb_run() says. */
static int take_datagram(struct client *c, uint32_t seq, struct said *s)
{
	static mnl_cb_t control[NLMSG_MIN_TYPE] = {
		[NLMSG_ERROR] = take_ack, [NLMSG_DONE] = take_done,
	};
	char buf[32768] __attribute__((aligned(8)));
	ssize_t len;

	if (!readable(c))
		let_answer();
	len = mnl_socket_recvfrom(c->sock, buf, sizeof(buf));
	ck_assert_msg(len > 0, "recv: %s", strerror(errno));
	s->datagrams++;
	return mnl_cb_run2(buf, len, seq, seq ? c->portid : 0, take_message, s, control,
			   NLMSG_MIN_TYPE);
}

struct said ask(struct client *c, struct nlmsghdr *nlh)
{
	struct said s = {};
	int more;

	ck_assert_int_eq(mnl_socket_sendto(c->sock, nlh, nlh->nlmsg_len), nlh->nlmsg_len);
	do {
		more = take_datagram(c, nlh->nlmsg_seq, &s);
		ck_assert_msg(more >= 0, "mnl_cb_run: %s", strerror(errno));
	} while (more > 0);
	return s;
}

static const struct nlattr *find_attr(const struct said *s, uint16_t type)
{
	const struct nlattr *at;

	ck_assert_uint_gt(s->messages, 0);
	mnl_attr_for_each(at, (const struct nlmsghdr *)s->last, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(at) == type)
			return at;
	return NULL;
}

bool said_has(const struct said *s, uint16_t type)
{
	return find_attr(s, type);
}

const struct nlattr *said_attr(const struct said *s, uint16_t type)
{
	const struct nlattr *at = find_attr(s, type);

	ck_assert_msg(at, "no attribute %u", type);
	return at;
}

uint32_t said_u32(const struct said *s, uint16_t type)
{
	const struct nlattr *at = said_attr(s, type);

	ck_assert_int_eq(mnl_attr_validate(at, MNL_TYPE_U32), 0);
	return mnl_attr_get_u32(at);
}

/* --- Families and groups ------------------------------------------------- */

static struct said ask_family(struct client *c, const char *name)
{
	struct nlmsghdr *nlh = ask_begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	struct said s;

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, name);
	s = ask(c, nlh);
	ck_assert_int_eq(s.err, 0);
	/* A client may take the answer for one datagram and the acknowledgement for another. */
	ck_assert_uint_eq(s.datagrams, 2);
	return s;
}

uint16_t resolve_family(struct client *c, const char *name)
{
	struct said s = ask_family(c, name);

	return mnl_attr_get_u16(said_attr(&s, CTRL_ATTR_FAMILY_ID));
}

uint32_t resolve_group(struct client *c, const char *family, const char *group)
{
	struct said s = ask_family(c, family);
	const struct nlattr *entry, *at, *name, *id;

	mnl_attr_for_each_nested(entry, said_attr(&s, CTRL_ATTR_MCAST_GROUPS)) {
		name = id = NULL;
		mnl_attr_for_each_nested(at, entry) {
			if (mnl_attr_get_type(at) == CTRL_ATTR_MCAST_GRP_NAME)
				name = at;
			if (mnl_attr_get_type(at) == CTRL_ATTR_MCAST_GRP_ID)
				id = at;
		}
		if (!strcmp(mnl_attr_get_str(name), group))
			return mnl_attr_get_u32(id);
	}
	ck_abort_msg("no group %s", group);
}

void join(struct client *c, const char *family, const char *group)
{
	uint32_t id = resolve_group(c, family, group);

	ck_assert_int_eq(udm_netlink_setsockopt(c->fd, NETLINK_ADD_MEMBERSHIP, id), 0);
}

uint8_t notified(struct client *c, struct said *s)
{
	*s = (struct said){};
	while (!s->messages)
		ck_assert_int_gt(take_datagram(c, 0, s), 0);
	ck_assert_uint_eq(((const struct nlmsghdr *)s->last)->nlmsg_seq, 0);
	ck_assert_uint_eq(((const struct nlmsghdr *)s->last)->nlmsg_pid, 0);
	return s->cmd;
}

bool nothing_waits(struct client *c)
{
	let_answer();
	return !readable(c);
}
