// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any calls on two connected sockets, with any control data, over device memory.
 *
 * The input is read as calls: sendmsg() with bytes of the input as control messages, in
 * which "BIND" is the number of a binding for sending; recvmsg() with as much room for
 * control data as the input says, on either end and either queue; SO_DEVMEM_DONTNEED with
 * bytes of the input as tokens. Nothing may warn, and with the sockets closed both
 * bindings have all their memory back.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/dmabuf.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/netlink.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>
#include <udevmem/socket.h>
#include <udevmem/udevmem.h>
#include <udevmem/wire.h>

enum { PAGES = 64, PAGE = 4096, CALLS = 24, CONTROL = 256, SECOND = 1000000000 };

struct input {
	const uint8_t *data;
	size_t left;
};

/* peers[0] sends from, peers[1] receives into device memory. */
static int listener, peers[2];
static uint32_t sends, receives;	/* ids of bindings */

static void must(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "cmsg: %s\n", what);
		abort();
	}
}

static unsigned int byte(struct input *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->data++;
}

/* Up to CONTROL bytes, with a length in front; how many. */
static size_t bytes(struct input *in, uint8_t *to)
{
	size_t n = byte(in);

	n = n < in->left ? n : in->left;
	memcpy(to, in->data, n);
	in->data += n;
	in->left -= n;
	return n;
}

static void put_binding(uint8_t *control, size_t len)
{
	for (size_t at = 0; at + sizeof(sends) <= len; at += sizeof(sends))
		if (!memcmp(control + at, "BIND", sizeof(sends)))
			memcpy(control + at, &sends, sizeof(sends));
}

/* The control message that names the binding; its length. */
static size_t name_binding(uint8_t *control)
{
	struct cmsghdr cmsg = {
		.cmsg_len = CMSG_LEN(sizeof(sends)),
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_DEVMEM_DMABUF,
	};

	memset(control, 0, CMSG_SPACE(sizeof(sends)));
	memcpy(control, &cmsg, sizeof(cmsg));
	memcpy(control + CMSG_LEN(0), &sends, sizeof(sends));
	return CMSG_SPACE(sizeof(sends));
}

static struct udm_netdev *nic_make(const char *address)
{
	static const struct udm_netdev_config small = { .queues = 1, .ring_entries = 32 };
	struct udm_netdev *nic = udm_netdev_create(&small);

	must(nic && !udm_netdev_add_address(nic, address), address);
	return nic;
}

static void bind_memory(struct udm_netdev *from, struct udm_netdev *to)
{
	int nl = udm_netlink_open(), rx = udm_netdev_ifindex(to);
	unsigned int queue = 0;
	char err[256];

	must(!udm_ethtool_set_data_split(nl, rx, true, 0, err, sizeof(err)), err);
	must(!udm_netdev_up(from) && !udm_netdev_up(to), "a device that stays down");
	must(!udm_netdev_bind_rx(nl, rx, udm_gpu_create_dmabuf(PAGES * PAGE, NULL), &queue, 1,
				 &receives, err, sizeof(err)), err);
	must(!udm_netdev_bind_tx(nl, udm_netdev_ifindex(from),
				 udm_gpu_create_dmabuf(PAGES * PAGE, NULL), &sends, err,
				 sizeof(err)), err);
}

static struct sockaddr_in address_of(const char *ip)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(5000) };

	inet_pton(AF_INET, ip, &addr.sin_addr);
	return addr;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct sockaddr_in here = address_of("10.0.0.2");
	struct udm_netdev *a, *b;

	must(!udm_boot(NULL), "no boot");
	a = nic_make("10.0.0.1/24");
	b = nic_make("10.0.0.2/24");
	must(udm_wire_loopback(udm_netdev_hw(a), udm_netdev_hw(b)) != NULL, "no wire");
	bind_memory(a, b);
	listener = udm_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
	must(!udm_bind(listener, (struct sockaddr *)&here, sizeof(here)) &&
	     !udm_listen(listener, 4), "no listener");
	return 0;
}

/* Neither end may wait for anything in the calls to come, nor linger behind them. */
static void connect_peers(void)
{
	struct sockaddr_in there = address_of("10.0.0.2");
	struct linger now = { .l_onoff = 1 };
	int on = 1;

	peers[0] = udm_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	must(!udm_connect(peers[0], (struct sockaddr *)&there, sizeof(there)), "no connection");
	udm_run_until_idle();
	peers[1] = udm_accept(listener, NULL, NULL);
	must(peers[1] >= 0, "nothing to accept");
	for (int i = 0; i < 2; i++) {
		must(!udm_setsockopt(peers[i], SOL_SOCKET, SO_LINGER, &now, sizeof(now)) &&
		     !udm_setsockopt(peers[i], SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)),
		     "an option");
	}
}

/* In half of the calls the pieces are offsets into device memory, and a binding is named. */
static void call_sendmsg(struct input *in, int fd)
{
	static char memory[2 * PAGE];
	uint8_t control[CMSG_SPACE(sizeof(sends)) + CONTROL];
	const unsigned int how = byte(in);
	const bool device = how & 1;
	struct iovec iov[3];
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = how >> 4 & 3, .msg_control = control };

	for (unsigned int i = 0; i < msg.msg_iovlen; i++) {
		size_t at = (size_t)byte(in) * (device ? 1040 : 16);

		iov[i].iov_base = device ? (void *)at : memory + at;
		iov[i].iov_len = (size_t)byte(in) * (device ? 40 : 16);
	}
	if (device)
		msg.msg_controllen = name_binding(control);
	msg.msg_controllen += bytes(in, control + msg.msg_controllen);
	put_binding(control, msg.msg_controllen);
	udm_sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL | (how & 2 ? MSG_ZEROCOPY : 0) |
			      (how & 4 ? MSG_OOB : 0) | (how & 8 ? MSG_MORE : 0));
}

static void call_recvmsg(struct input *in, int fd)
{
	static char memory[PAGE];
	static char control[CONTROL];
	const unsigned int how = byte(in);
	struct iovec iov = { memory, (size_t)byte(in) * 16 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = how >> 7 & 1, .msg_control = control,
			      .msg_controllen = byte(in) };

	udm_recvmsg(fd, &msg, MSG_DONTWAIT | (how & 1 ? MSG_SOCK_DEVMEM : 0) |
			      (how & 2 ? MSG_PEEK : 0) | (how & 4 ? MSG_TRUNC : 0) |
			      (how & 8 ? MSG_ERRQUEUE : 0) | (how & 16 ? MSG_OOB : 0));
	must(msg.msg_controllen <= CONTROL, "more control data than there was room for");
}

static void call_dontneed(struct input *in, int fd)
{
	uint8_t tokens[CONTROL];
	size_t len = bytes(in, tokens);

	udm_setsockopt(fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, tokens, (socklen_t)len);
}

static void call(struct input *in)
{
	const unsigned int what = byte(in);
	const int fd = peers[what & 1];

	switch (what >> 1 & 3) {
	case 0:
		call_sendmsg(in, fd);
		break;
	case 1:
		call_recvmsg(in, fd);
		break;
	case 2:
		call_dontneed(in, fd);
		break;
	default:
		udm_run_until_idle();
	}
}

/* Nothing of a binding is with anybody but pools, device and binding. */
static void check_binding(uint32_t id)
{
	struct udm_binding_info info;

	must(!udm_binding_get(id, &info), "a binding is gone");
	must(info.niovs_lent == 0, "net_iovs are still lent");
}

static bool look(void *ctx, const struct udm_niov_info *info)
{
	*(bool *)ctx |= info->state == UDM_NIOV_HELD || info->state == UDM_NIOV_QUEUED ||
			info->state == UDM_NIOV_OUT;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	bool kept = false;

	connect_peers();
	for (int i = 0; i < CALLS && in.left; i++)
		call(&in);
	udm_close(peers[0]);
	udm_close(peers[1]);
	udm_run_until_idle();
	udm_advance(SECOND);
	udm_niovs_walk(receives, look, &kept);
	must(!kept, "a closed socket has net_iovs");
	check_binding(sends);
	must(!udm_pagepool_check() && !udm_warn_count(), udm_warn_last());
	return 0;
}
