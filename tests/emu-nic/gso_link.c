// SPDX-License-Identifier: GPL-2.0-only
/*
 * From end to end of a cable with a device that does not segment: bytes arrive as they were,
 * whatever memory they come from, and no frame is longer than the device takes.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>
#include <net/netdev_queues.h>
#include <string.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "frames.h"
#include "libpagepool/devmem.h"
#include "link_rig.h"
#include "nic_rig.h"

enum { BYTES = 200000, CALL = 50001, STREAM = 3, PORT = 2000 };

/* Way: bit 0 and 1 as ever, bit 2: the bytes are device memory. */
#define GSO_WAYS (2 * LINK_WAYS)
static bool way_is_device(int way)
{
	return way & 4;
}

static int tap;

static void tso_off(struct net_device *dev)
{
	rtnl_lock();
	netdev_lock_ops(dev);
	dev->wanted_features &= ~NETIF_F_ALL_TSO;
	netdev_update_features(dev);
	netdev_unlock_ops(dev);
	rtnl_unlock();
	ck_assert(!(dev->features & NETIF_F_ALL_TSO));
}

/* Frames that come in at end 1. */
static int tap_open(void)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_ifindex = udm_netdev_ifindex(cable.nic[1]) };
	int fd = udm_socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL)), on = 1;
	int room = 64 << 20;

	ck_assert_int_eq(udm_setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)),
			 0);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)), 0);
	ck_assert_int_eq(udm_bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* How many there were; none is longer than a frame, and none was the device's to cut. */
static unsigned int tap_frames(void)
{
	struct netdev_queue_stats_tx st;
	unsigned int n = 0;
	ssize_t len;
	char c;

	while ((len = udm_recv(tap, &c, 1, MSG_TRUNC)) >= 0) {
		ck_assert_int_le(len, ETH_HLEN + ETH_DATA_LEN);
		n++;
	}
	ck_assert_int_eq(errno, EAGAIN);
	for (unsigned int q = 0; q < nic.dev->real_num_tx_queues; q++) {
		nic_qstats(q, &st);
		ck_assert_uint_eq(st.hw_gso_packets, 0);
	}
	return n;
}

static void open_way(int way)
{
	link_open_way(way);
	memset(&nic, 0, sizeof(nic));
	nic.nic = cable.nic[0];
	nic.dev = dev_get_by_index(&init_net, udm_netdev_ifindex(nic.nic));
	dev_put(nic.dev);
	tso_off(nic.dev);
	nic_bind();
	tap = tap_open();
}

static void close_way(void)
{
	udm_close(tap);
	nic_memory_close();
	link_close();
}

/* --- Connections --------------------------------------------------------- */

static ssize_t send_offset(int fd, size_t at, size_t n)
{
	char control[CMSG_SPACE(sizeof(u32))] = {};
	struct iovec iov = { .iov_base = (void *)at, .iov_len = n };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	*c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(u32)), .cmsg_level = SOL_SOCKET,
			       .cmsg_type = SCM_DEVMEM_DMABUF };
	memcpy(CMSG_DATA(c), &nic.binding->id, sizeof(u32));
	return udm_sendmsg(fd, &msg, MSG_ZEROCOPY);
}

static void *device_sender(void *ctx)
{
	int fd = *(int *)ctx;

	for (size_t at = 0, n; at < BYTES; at += n) {
		n = BYTES - at < CALL ? BYTES - at : CALL;
		ck_assert_int_eq(send_offset(fd, at, n), n);
	}
	return NULL;
}

static void transfer_device(int from, int to)
{
	struct udm_thread *thread;
	int on = 1;

	for (size_t i = 0; i < BYTES; i++)
		nic.map[i] = stream_byte(STREAM, i);
	ck_assert_int_eq(udm_setsockopt(from, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)), 0);
	thread = udm_thread_create("sender", device_sender, &from);
	ck_assert_int_eq(recv_stream(to, STREAM, 0, BYTES), BYTES);
	udm_thread_join(thread);
}

START_TEST(a_connection)
{
	struct link_pair p;

	open_way(_i);
	p = link_pair(way_is_v6(_i));
	if (way_is_device(_i))
		transfer_device(p.client, p.server);
	else
		link_transfer(p.client, p.server, STREAM, BYTES);
	udm_close(p.client);
	udm_close(p.server);
	ck_assert_uint_gt(tap_frames(), BYTES / ETH_DATA_LEN);
	close_way();
}
END_TEST

/* --- Packets that have to be cut ----------------------------------------- */

/* Whoever listens follows what goes by, though nobody here has its addresses. */
static int listen_to_all(bool v6)
{
	struct sockaddr_in6 any6 = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int fd = link_socket(v6, 0);

	ck_assert_int_eq(udm_bind(fd, v6 ? (struct sockaddr *)&any6 : (struct sockaddr *)&any,
				  v6 ? sizeof(any6) : sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(fd, 4), 0);
	return fd;
}

static void expect_payload(int fd, const struct shape *s)
{
	static u8 got[70000];

	ck_assert_int_eq(udm_recv(fd, got, s->payload, MSG_WAITALL), s->payload);
	for (unsigned int i = 0; i < s->payload; i++)
		if (got[i] != frame_pattern(s->seq, i))
			ck_abort_msg("byte %u", i);
	ck_assert_int_eq(udm_recv(fd, got, 1, 0), 0);
}

START_TEST(packets_of_many_segments)
{
	const bool v6 = way_is_v6(_i);
	const enum where where = way_is_device(_i) ? IN_DEVICE : IN_PAGES;
	const struct shape shapes[] = {
		{ .payload = 60000, .gso = 1440, .ipv6 = v6, .where = where },
		{ .payload = 14401, .gso = 1440, .ipv6 = v6, .where = where, .piece = 1000,
		  .linear = 700, .seq = 0xffffe000, .sport = 1001 },
	};
	int listener, fd;

	open_way(_i);
	listener = listen_to_all(v6);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(nic_send(&shapes[i]), NET_XMIT_SUCCESS);
		fd = udm_accept(listener, NULL, NULL);
		ck_assert_int_ge(fd, 0);
		expect_payload(fd, &shapes[i]);
		udm_close(fd);
	}
	udm_close(listener);
	/* Neighbours may have talked as well. */
	ck_assert_uint_ge(tap_frames(), 42 + 11);
	ck_assert_int_eq(atomic_long_read(&nic.dev->core_tx_dropped), 0);
	close_way();
}
END_TEST

Suite *gso_link_suite(void)
{
	Suite *s = suite_create("gso_link");
	TCase *tc = tcase_create("end to end");

	tcase_add_loop_test(tc, a_connection, 0, GSO_WAYS);
	tcase_add_loop_test(tc, packets_of_many_segments, 0, GSO_WAYS);
	suite_add_tcase(s, tc);
	return s;
}
