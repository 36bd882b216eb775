// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packet sockets and packet_type handlers: what they see of packets that come in, readable
 * or not, and that nobody else notices them.
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>
#include <net/netdev_lock.h>
#include <poll.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/sim.h>

#include "emu-nic/hw/emunic_hw.h"
#include "fixture.h"
#include "rx_rig.h"
#include "stack_rig.h"

enum { MSS = 1448, FIRST_SEQ = 1000, L4 = 34, TCP = 20, LINEAR = L4 + TCP, ROOM = 9000 };

static const struct udm_netdev_config one_queue = { .queues = 1, .ring_entries = 64 };

/* --- A tap --------------------------------------------------------------- */

static int tap_open(int type, int protocol)
{
	int fd = udm_socket(AF_PACKET, type | SOCK_NONBLOCK, htons((uint16_t)protocol)), on = 1;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)), 0);
	return fd;
}

static int tap_bind(int fd, int protocol, int ifindex)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons((uint16_t)protocol),
		.sll_ifindex = ifindex,
	};

	return udm_bind(fd, (struct sockaddr *)&to, sizeof(to)) ? -errno : 0;
}

struct seen {
	ssize_t ret;		/* or -errno */
	int flags;
	socklen_t name_len;
	struct sockaddr_ll from;
	struct tpacket_auxdata aux;
	bool has_aux;
	unsigned char data[70000];
};

static struct seen seen;

static ssize_t tap_read(int fd, size_t room, int flags)
{
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec iov = { seen.data, room };
	struct msghdr msg = { .msg_name = &seen.from, .msg_namelen = sizeof(seen.from),
			      .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c;

	memset(&seen, 0, sizeof(seen));
	seen.ret = udm_recvmsg(fd, &msg, flags);
	if (seen.ret < 0)
		return seen.ret = -errno;
	seen.flags = msg.msg_flags;
	seen.name_len = msg.msg_namelen;
	c = CMSG_FIRSTHDR(&msg);
	if (c) {
		ck_assert_int_eq(c->cmsg_level, SOL_PACKET);
		ck_assert_int_eq(c->cmsg_type, PACKET_AUXDATA);
		memcpy(&seen.aux, CMSG_DATA(c), sizeof(seen.aux));
		seen.has_aux = true;
	}
	return seen.ret;
}

static struct tpacket_stats tap_stats(int fd)
{
	struct tpacket_stats stats;
	socklen_t len = sizeof(stats);

	ck_assert_int_eq(udm_getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len), 0);
	ck_assert_uint_eq(len, sizeof(stats));
	return stats;
}

/* The next segment of the stream, which the application reads; its frame. */
static size_t offer(unsigned int vlans, unsigned char *frame)
{
	struct frame_spec s = rx_segment(rx.next_read, MSS);
	size_t len;

	s.vlans = vlans;
	ck_assert_int_eq(rx_send(&s), 0);
	ck_assert(udm_netdev_quiesce(rx.nic, 20000));
	s.vlans = 0;
	len = frame_build(&s, frame);
	return len;
}

static bool is_devmem(void)
{
	return rx.binding;
}

/* --- Packets that come in ------------------------------------------------ */

START_TEST(sees_what_can_be_read)
{
	static unsigned char frame[ROOM];
	int fd;
	size_t len, want;

	rx_open(_i, &one_queue);
	fd = tap_open(SOCK_RAW, ETH_P_ALL);
	len = offer(0, frame);
	want = is_devmem() ? LINEAR : len;
	ck_assert_int_eq(tap_read(fd, ROOM, 0), (ssize_t)want);
	ck_assert_mem_eq(seen.data, frame, want);
	ck_assert_int_eq(seen.flags & MSG_TRUNC, 0);
	ck_assert_uint_eq(seen.name_len, sizeof(struct sockaddr_ll));
	ck_assert_int_eq(seen.from.sll_family, AF_PACKET);
	ck_assert_int_eq(ntohs(seen.from.sll_protocol), ETH_P_IP);
	ck_assert_int_eq(seen.from.sll_ifindex, udm_netdev_ifindex(rx.nic));
	ck_assert_int_eq(seen.from.sll_halen, ETH_ALEN);
	ck_assert_mem_eq(seen.from.sll_addr, frame + ETH_ALEN, ETH_ALEN);
	ck_assert(seen.has_aux);
	ck_assert_uint_eq(seen.aux.tp_len, len);
	ck_assert_uint_eq(seen.aux.tp_snaplen, want);
	ck_assert_uint_eq(seen.aux.tp_net, ETH_HLEN);
	ck_assert_uint_eq(seen.aux.tp_status, TP_STATUS_USER | TP_STATUS_CSUM_VALID);
	ck_assert_int_eq(tap_read(fd, ROOM, 0), -EAGAIN);
	/* The application has it all the same. */
	rx_receive();
	ck_assert_uint_eq(rx.next_read, FIRST_SEQ + MSS);
	udm_close(fd);
	rx_close();
}
END_TEST

START_TEST(without_the_ethernet_header)
{
	static unsigned char frame[ROOM];
	int fd;
	size_t len;

	rx_open(_i, &one_queue);
	fd = tap_open(SOCK_DGRAM, ETH_P_IP);
	len = offer(0, frame);
	ck_assert_int_eq(tap_read(fd, ROOM, 0), (ssize_t)(is_devmem() ? LINEAR : len) - ETH_HLEN);
	ck_assert_mem_eq(seen.data, frame + ETH_HLEN, seen.ret);
	ck_assert_uint_eq(seen.aux.tp_len, len - ETH_HLEN);
	ck_assert_uint_eq(seen.aux.tp_net, 0);
	udm_close(fd);
	rx_close();
}
END_TEST

/* A tag is told beside the packet, which looks as if there had been none. */
START_TEST(tags_are_beside_the_packet)
{
	static unsigned char frame[ROOM];
	size_t len;
	int fd;

	rx_open(_i, &one_queue);
	fd = tap_open(SOCK_RAW, ETH_P_IP);
	len = offer(1, frame);
	ck_assert_int_eq(tap_read(fd, ROOM, 0), (ssize_t)(is_devmem() ? LINEAR : len));
	ck_assert_mem_eq(seen.data, frame, seen.ret);
	ck_assert_uint_eq(seen.aux.tp_len, len);
	ck_assert_uint_eq(seen.aux.tp_status & (TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID),
			  TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID);
	ck_assert_uint_eq(seen.aux.tp_vlan_tci, 100);
	ck_assert_uint_eq(seen.aux.tp_vlan_tpid, ETH_P_8021Q);
	rx_receive();
	udm_close(fd);
	rx_close();
}
END_TEST

START_TEST(hears_its_protocol_on_its_device)
{
	static unsigned char frame[ROOM];
	int ip, ip6, none, here, elsewhere, later, ifindex;
	struct udm_netdev *other;

	rx_open(_i, &one_queue);
	ifindex = udm_netdev_ifindex(rx.nic);
	other = udm_netdev_create(&one_queue);
	ip = tap_open(SOCK_RAW, ETH_P_IP);
	ip6 = tap_open(SOCK_RAW, ETH_P_IPV6);
	none = tap_open(SOCK_RAW, 0);
	later = tap_open(SOCK_RAW, 0);
	here = tap_open(SOCK_RAW, ETH_P_ALL);
	elsewhere = tap_open(SOCK_RAW, ETH_P_ALL);
	ck_assert_int_eq(tap_bind(here, 0, ifindex), 0);
	ck_assert_int_eq(tap_bind(elsewhere, 0, udm_netdev_ifindex(other)), 0);
	ck_assert_int_eq(tap_bind(later, ETH_P_IP, 0), 0);
	offer(0, frame);
	ck_assert_int_gt(tap_read(ip, ROOM, 0), 0);
	ck_assert_int_gt(tap_read(here, ROOM, 0), 0);
	ck_assert_int_gt(tap_read(later, ROOM, 0), 0);
	ck_assert_int_eq(tap_read(ip6, ROOM, 0), -EAGAIN);
	ck_assert_int_eq(tap_read(none, ROOM, 0), -EAGAIN);
	ck_assert_int_eq(tap_read(elsewhere, ROOM, 0), -EAGAIN);
	/* And when the device goes, nothing more. */
	udm_netdev_destroy(other);
	ck_assert_int_eq(tap_read(elsewhere, ROOM, 0), -ENETDOWN);
	ck_assert_int_eq(tap_read(elsewhere, ROOM, 0), -EAGAIN);
	rx_receive();
	offer(0, frame);
	ck_assert_int_eq(tap_read(elsewhere, ROOM, 0), -EAGAIN);
	for (int *fd = (int[]){ ip, ip6, none, here, elsewhere, later, -1 }; *fd >= 0; fd++)
		udm_close(*fd);
	rx_close();
}
END_TEST

/* Whatever taps hold, the application's device memory comes back. */
START_TEST(holds_no_device_memory)
{
	int fds[3];

	rx_open(_i, &one_queue);
	for (int i = 0; i < 3; i++)
		fds[i] = tap_open(i ? SOCK_RAW : SOCK_DGRAM, ETH_P_ALL);
	/* More than there is of it, read by nobody but the application. */
	for (int i = 0; i < 12; i++) {
		rx_transfer(RX_PAGES / 4);
		rx_return();
	}
	for (int i = 0; i < 3; i++) {
		struct tpacket_stats stats = tap_stats(fds[i]);

		ck_assert_uint_ge(stats.tp_packets, 3 * RX_PAGES);
		while (tap_read(fds[i], ROOM, 0) > 0)
			if (is_devmem())
				ck_assert_int_eq(seen.ret, i ? LINEAR : LINEAR - ETH_HLEN);
		udm_close(fds[i]);
	}
	rx_close();
}
END_TEST

/* --- The socket ---------------------------------------------------------- */

START_TEST(reading)
{
	static unsigned char frame[ROOM];
	struct pollfd readable = { .events = POLLIN };
	size_t len;
	int fd;

	rx_open(0, &one_queue);
	fd = tap_open(SOCK_RAW, ETH_P_ALL);
	readable.fd = fd;
	ck_assert_int_eq(udm_poll(&readable, 1, 0), 0);
	ck_assert_int_eq(tap_read(fd, ROOM, MSG_OOB), -EINVAL);
	len = offer(0, frame);
	ck_assert_int_eq(udm_poll(&readable, 1, 0), 1);
	ck_assert_int_eq(tap_read(fd, ROOM, MSG_PEEK), (ssize_t)len);
	ck_assert_int_eq(tap_read(fd, 20, MSG_PEEK), 20);
	ck_assert_int_ne(seen.flags & MSG_TRUNC, 0);
	ck_assert_int_eq(tap_read(fd, 20, MSG_TRUNC), (ssize_t)len);
	ck_assert_mem_eq(seen.data, frame, 20);
	ck_assert_int_eq(seen.data[20], 0);
	ck_assert_uint_eq(seen.aux.tp_snaplen, len);
	ck_assert_int_eq(udm_poll(&readable, 1, 0), 0);
	udm_close(fd);
	rx_close();
}
END_TEST

START_TEST(what_does_not_fit_is_counted)
{
	static unsigned char frame[ROOM];
	struct tpacket_stats stats;
	int fd, small = 1, n = 0;

	rx_open(0, &one_queue);
	fd = tap_open(SOCK_RAW, ETH_P_ALL);
	ck_assert_int_eq(udm_setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	for (int i = 0; i < 20; i++) {
		offer(0, frame);
		rx_receive();
	}
	while (tap_read(fd, ROOM, 0) > 0)
		n++;
	stats = tap_stats(fd);
	ck_assert_int_gt(n, 0);
	ck_assert_uint_eq(stats.tp_packets, 20);
	ck_assert_uint_eq(stats.tp_drops, 20 - n);
	stats = tap_stats(fd);
	ck_assert_uint_eq(stats.tp_packets, 0);
	ck_assert_uint_eq(stats.tp_drops, 0);
	ck_assert_uint_eq(rx.next_read, FIRST_SEQ + 20 * MSS);
	udm_close(fd);
	rx_close();
}
END_TEST

/* No memory for a clone: the tap counts it, and the stream goes on. */
START_TEST(without_memory)
{
	int fd;

	rx_open(_i, &one_queue);
	fd = tap_open(SOCK_RAW, ETH_P_ALL);
	for (int nth = 1; nth < 12; nth++) {
		ck_assert_int_eq(udm_fault_set("failslab", "ignore-gfp-wait", 0), 0);
		ck_assert_int_eq(udm_fault_set("failslab", "interval", nth), 0);
		ck_assert_int_eq(udm_fault_set("failslab", "times", 1), 0);
		ck_assert_int_eq(udm_fault_set("failslab", "verbose", 0), 0);
		ck_assert_int_eq(udm_fault_set("failslab", "probability", 100), 0);
		struct frame_spec s = rx_segment(rx.next_read, MSS);

		ck_assert_int_eq(rx_send(&s), 0);
		ck_assert(udm_netdev_quiesce(rx.nic, 20000));
		udm_fault_reset();
		rx_transfer(1);
	}
	udm_close(fd);
	rx_close();
}
END_TEST

static int option(int fd, bool set, int name, int val, socklen_t len)
{
	int ret = set ? udm_setsockopt(fd, SOL_PACKET, name, &val, len) :
			udm_getsockopt(fd, SOL_PACKET, name, &val, &len);

	return ret ? -errno : val;
}

START_TEST(refusals)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = 12345 };
	socklen_t len = sizeof(to);
	int fd;

	rx_open(0, &one_queue);
	ck_assert_int_eq(udm_socket(AF_PACKET, SOCK_STREAM, 0), -1);
	ck_assert_int_eq(errno, ESOCKTNOSUPPORT);
	fd = tap_open(SOCK_RAW, ETH_P_ARP);
	ck_assert_int_eq(udm_bind(fd, (struct sockaddr *)&to, sizeof(to)), -1);
	ck_assert_int_eq(errno, ENODEV);
	ck_assert_int_eq(udm_bind(fd, (struct sockaddr *)&to, sizeof(to) - 1), -1);
	ck_assert_int_eq(errno, EINVAL);
	to.sll_family = AF_INET;
	ck_assert_int_eq(udm_bind(fd, (struct sockaddr *)&to, sizeof(to)), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udm_send(fd, "x", 1, 0), -1);
	ck_assert_int_eq(errno, EOPNOTSUPP);
	ck_assert_int_eq(option(fd, true, PACKET_AUXDATA, 1, 2), -EINVAL);
	ck_assert_int_eq(option(fd, true, PACKET_IGNORE_OUTGOING, 2, 4), -EINVAL);
	ck_assert_int_eq(option(fd, true, PACKET_IGNORE_OUTGOING, 1, 4), 1);
	ck_assert_int_eq(option(fd, false, PACKET_IGNORE_OUTGOING, 5, 4), 1);
	ck_assert_int_eq(option(fd, false, PACKET_AUXDATA, 5, 4), 1);
	ck_assert_int_eq(option(fd, true, PACKET_AUXDATA, 0, 4), 0);
	ck_assert_int_eq(option(fd, false, PACKET_AUXDATA, 5, 4), 0);
	ck_assert_int_eq(option(fd, true, 9999, 0, 4), -ENOPROTOOPT);
	ck_assert_int_eq(option(fd, false, 9999, 0, 4), -ENOPROTOOPT);
	ck_assert_int_eq(option(fd, false, PACKET_AUXDATA, 0, (socklen_t)-1), -EINVAL);
	ck_assert_int_eq(tap_bind(fd, 0, udm_netdev_ifindex(rx.nic)), 0);
	ck_assert_int_eq(udm_getsockname(fd, (struct sockaddr *)&to, &len), 0);
	ck_assert_int_eq(ntohs(to.sll_protocol), ETH_P_ARP);
	ck_assert_int_eq(to.sll_ifindex, udm_netdev_ifindex(rx.nic));
	ck_assert_int_eq(to.sll_halen, ETH_ALEN);
	ck_assert_int_eq(udm_getpeername(fd, (struct sockaddr *)&to, &len), -1);
	ck_assert_int_eq(errno, EOPNOTSUPP);
	udm_close(fd);
	rx_close();
}
END_TEST

/* --- Handlers of one's own ----------------------------------------------- */

static unsigned int handled;
static bool keep;
static struct sk_buff *kept;

static int handler(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt,
		   struct net_device *orig_dev)
{
	handled++;
	if (keep && !kept)
		kept = skb;
	else
		kfree_skb(skb);
	return NET_RX_SUCCESS;
}

static void send_unknown(void)
{
	unsigned char frame[64] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5 };

	ck_assert_int_eq(emunic_hw_rx(udm_netdev_hw(rx.nic), frame, sizeof(frame)), 0);
	ck_assert(udm_netdev_quiesce(rx.nic, 20000));
}

START_TEST(further_protocols_have_handlers)
{
	struct packet_type pt = { .type = htons(0x88b5), .func = handler };
	unsigned long before;

	rx_open(_i, &one_queue);
	before = stack_drops("unhandled_proto");
	handled = 0;
	keep = false;
	send_unknown();
	ck_assert_uint_eq(stack_drops("unhandled_proto"), before + 1);
	dev_add_pack(&pt);
	send_unknown();
	ck_assert_uint_eq(handled, 1);
	ck_assert_uint_eq(stack_drops("unhandled_proto"), before + 1);
	dev_remove_pack(&pt);
	send_unknown();
	ck_assert_uint_eq(handled, 1);
	ck_assert_uint_eq(stack_drops("unhandled_proto"), before + 2);
	rx_close();
}
END_TEST

/* A reference that is kept does not keep the stack from the packet, nor it from its bytes. */
START_TEST(handlers_may_keep_what_they_got)
{
	static unsigned char frame[ROOM], copy[ROOM];
	struct packet_type pt = { .type = htons(ETH_P_IP), .func = handler };
	int n;

	rx_open(_i, &one_queue);
	handled = 0;
	keep = true;
	kept = NULL;
	pt.dev = rx_device(rx.nic);
	dev_add_pack(&pt);
	offer(0, frame);
	ck_assert_uint_eq(handled, 1);
	rx_receive();
	ck_assert_uint_eq(rx.next_read, FIRST_SEQ + MSS);
	rx_return();
	rx_transfer(3);
	n = skb_headlen(kept);
	ck_assert_int_eq(skb_frags_readable(kept), !is_devmem());
	ck_assert_int_eq(skb_copy_bits(kept, 0, copy, n), 0);
	ck_assert_mem_eq(copy, frame + ETH_HLEN, n);
	dev_remove_pack(&pt);
	kfree_skb(kept);
	rx_close();
}
END_TEST

Suite *packet_socket_suite(void)
{
	Suite *s = suite_create("packet_socket");
	TCase *tc = tcase_create("packets");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, sees_what_can_be_read, 0, 4);
	tcase_add_loop_test(tc, without_the_ethernet_header, 0, 4);
	tcase_add_loop_test(tc, tags_are_beside_the_packet, 0, 4);
	tcase_add_loop_test(tc, hears_its_protocol_on_its_device, 0, 4);
	tcase_add_loop_test(tc, holds_no_device_memory, 0, 4);
	tcase_add_test(tc, reading);
	tcase_add_test(tc, what_does_not_fit_is_counted);
	tcase_add_loop_test(tc, without_memory, 0, 4);
	tcase_add_test(tc, refusals);
	tcase_add_loop_test(tc, further_protocols_have_handlers, 0, 2);
	tcase_add_loop_test(tc, handlers_may_keep_what_they_got, 0, 4);
	return s;
}
