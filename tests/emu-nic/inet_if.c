// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses of interfaces: which are possible, what an interface answers to a neighbour
 * that is made by hand here, and what becomes of connections when addresses and
 * interfaces go.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/unaligned.h>
#include <string.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "frames.h"
#include "link_rig.h"
#include "nic_rig.h"

/* --- Which addresses ----------------------------------------------------- */

static int add(unsigned int end, const char *subnet)
{
	return udm_netdev_add_address(cable.nic[end], subnet) ? errno : 0;
}

static int take(unsigned int end, const char *address)
{
	return udm_netdev_remove_address(cable.nic[end], address) ? errno : 0;
}

START_TEST(what_is_no_address)
{
	static const char *const bad[] = {
		"", "10.2.0.1", "10.2.0.1/", "10.2.0.1/0", "10.2.0.1/31", "10.2.0.1/33",
		"10.2.0.1/24x", "10.2.0/24", "10.2.0.0/24", "10.2.0.255/24", "224.0.0.1/24",
		"fd02::1", "fd02::1/48", "fd02::1/65", "ff02::1/64", "::/64", "fd02::g/64",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/64",
	};

	link_open(UDM_MODE_SIM, 1);
	ck_assert_int_eq(take(0, "10.1.0.1"), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(add(0, bad[i]) == EINVAL, "%s", bad[i]);
	ck_assert_int_eq(take(0, "10.1.0"), EINVAL);
	ck_assert_int_eq(take(0, "10.1.0.1"), EADDRNOTAVAIL);
	ck_assert_int_eq(add(0, "10.1.0.1/30"), 0);
	link_close();
}
END_TEST

START_TEST(an_interface_has_so_many)
{
	char subnet[32];
	int n = 2, err;

	link_open(UDM_MODE_SIM, 1);
	ck_assert_int_eq(add(0, "10.7.0.1/24"), ENOSPC);
	ck_assert_int_eq(add(0, "10.1.0.1/24"), EEXIST);
	ck_assert_int_eq(add(0, "10.1.0.2/24"), EEXIST);
	ck_assert_int_eq(add(1, "fd00::1/64"), EEXIST);
	do {
		snprintf(subnet, sizeof(subnet), "fd0%d::1/64", n++);
		err = add(0, subnet);
	} while (!err);
	ck_assert_int_eq(err, ENOSPC);
	ck_assert_int_eq(n, 7);
	ck_assert_int_eq(take(0, "fd03::1"), 0);
	ck_assert_int_eq(add(0, subnet), 0);
	link_close();
}
END_TEST

/* --- What goes with them ------------------------------------------------- */

static void expect_failed(int fd, int err)
{
	char c;

	ck_assert_int_eq(udm_recv(fd, &c, 1, 0), -1);
	ck_assert_int_eq(errno, err);
	ck_assert_int_eq(udm_close(fd), 0);
}

START_TEST(an_address_takes_its_connections_along)
{
	struct link_pair p, other;

	link_open(UDM_MODE_SIM, 1);
	p = link_pair(_i);
	other = link_pair(!_i);
	ck_assert_int_eq(take(1, _i ? "fd00::2" : "10.1.0.2"), 0);
	expect_failed(p.server, ECONNABORTED);
	expect_failed(p.client, ECONNRESET);
	link_transfer(other.client, other.server, 1, 100000);
	udm_close(other.client);
	udm_close(other.server);
	link_close();
}
END_TEST

struct waiting {
	int fd, err;
	ssize_t ret;
};

static void *wait_for_byte(void *ctx)
{
	struct waiting *w = ctx;
	char c;

	w->ret = udm_recv(w->fd, &c, 1, 0);
	w->err = errno;
	return NULL;
}

/* With bytes on their way, bytes nobody read, and a reader. */
START_TEST(a_device_takes_its_connections_along)
{
	struct udm_thread *thread;
	struct link_pair p, busy;
	struct waiting w;

	link_open_way(_i);
	p = link_pair(way_is_v6(_i));
	busy = link_pair(way_is_v6(_i));
	w = (struct waiting){ .fd = p.server };
	thread = udm_thread_create("reader", wait_for_byte, &w);
	ck_assert_int_eq(send_stream(busy.client, 1, 0, 100000), 0);
	udm_run_until_idle();
	udm_netdev_destroy(cable.nic[1]);
	cable.nic[1] = NULL;
	udm_thread_join(thread);
	ck_assert_int_eq(w.ret, -1);
	ck_assert_int_eq(w.err, ENETDOWN);
	ck_assert_int_eq(udm_close(p.server), 0);
	ck_assert_int_eq(udm_close(busy.server), 0);
	/* The other end does not know yet. */
	ck_assert_int_eq(udm_close(p.client), 0);
	ck_assert_int_eq(udm_close(busy.client), 0);
	/* The device's pools look for buffers that were out once a second. */
	udm_advance(2100000000);
	link_close();
}
END_TEST

START_TEST(machines_come_and_go)
{
	struct link_pair p;

	for (int i = 0; i < 3; i++) {
		link_open_way(_i);
		p = link_pair(way_is_v6(_i));
		link_transfer(p.client, p.server, 1, 50000);
		udm_close(p.client);
		udm_close(p.server);
		/* And wires and devices, within one. */
		link_down();
		link_up();
		p = link_pair(way_is_v6(_i));
		link_transfer(p.server, p.client, 2, 50000);
		/* What nobody closes ends with the device. */
		if (i != 1)
			udm_close(p.client);
		link_down();
		if (i == 1)
			udm_close(p.client);
		udm_close(p.server);
		udm_run_until_idle();
		machine_shutdown();
	}
}
END_TEST

/* --- A neighbour made by hand -------------------------------------------- */

static const u8 peer_mac[6] = { 2, 0, 0, 0, 0, 9 };

static u8 frame[2000];

static void neighbour_open(void)
{
	nic_open(UDM_MODE_SIM, NULL);
	ck_assert_int_eq(udm_netdev_add_address(nic.nic, "10.1.0.1/24"), 0);
	ck_assert_int_eq(udm_netdev_add_address(nic.nic, "fd00::1/64"), 0);
	nic_settle();
	sent_clear();
}

static void ethernet(u16 type)
{
	memset(frame, 0, sizeof(frame));
	memcpy(frame, nic.dev->dev_addr, 6);
	memcpy(frame + 6, peer_mac, 6);
	put_unaligned_be16(type, frame + 12);
}

static void rx(size_t len)
{
	ck_assert_int_eq(emunic_hw_rx(udm_netdev_hw(nic.nic), frame, len), 0);
	udm_run_until_idle();
	nic_settle();
}

static void arp(unsigned int op, u8 who)
{
	static const u8 head[] = { 0, 1, 8, 0, 6, 4, 0 };

	ethernet(0x0806);
	memcpy(frame + 14, head, sizeof(head));
	frame[21] = op;
	memcpy(frame + 22, peer_mac, 6);
	memcpy(frame + 28, (u8[]){ 10, 1, 0, 9 }, 4);
	memcpy(frame + 38, (u8[]){ 10, 1, 0, who }, 4);
	rx(60);
}

START_TEST(who_has_it_says_so)
{
	neighbour_open();
	arp(1, 2);
	ck_assert_uint_eq(sent.n, 0);
	arp(1, 1);
	ck_assert_uint_eq(sent.n, 1);
	ck_assert_mem_eq(sent_bytes(0), peer_mac, 6);
	ck_assert_uint_eq(sent_bytes(0)[21], 2);
	ck_assert_mem_eq(sent_bytes(0) + 22, nic.dev->dev_addr, 6);
	ck_assert_mem_eq(sent_bytes(0) + 28, "\x0a\x01\x00\x01", 4);
	nic_close();
}
END_TEST

static void sum_at(u8 *at, const u8 *from, size_t len, u32 start)
{
	u16 sum;

	memset(at, 0, 2);
	sum = ~ones_sum(from, len, start);
	put_unaligned_be16(sum, at);
}

static size_t ping4(u8 to, unsigned int payload)
{
	u8 *ip = frame + 14, *icmp = ip + 20;

	ethernet(0x0800);
	ip[0] = 0x45;
	put_unaligned_be16(28 + payload, ip + 2);
	ip[8] = 64;
	ip[9] = 1;
	memcpy(ip + 12, (u8[]){ 10, 1, 0, 9, 10, 1, 0, to }, 8);
	sum_at(ip + 10, ip, 20, 0);
	icmp[0] = 8;
	memset(icmp + 8, 0x5a, payload);
	sum_at(icmp + 2, icmp, 8 + payload, 0);
	return 42 + payload;
}

START_TEST(echo_is_answered)
{
	neighbour_open();
	arp(2, 1);
	rx(ping4(2, 100));
	ck_assert_uint_eq(sent.n, 0);
	rx(ping4(1, 100));
	ck_assert_uint_eq(sent.n, 1);
	ck_assert_uint_eq(sent.frames[0].len, 142);
	ck_assert_uint_eq(sent_bytes(0)[34], 0);
	ck_assert_mem_eq(sent_bytes(0) + 42, frame + 42, 100);
	ck_assert_uint_eq(ones_sum(sent_bytes(0) + 34, 108, 0), 0xffff);
	/* One that was damaged is not. */
	ping4(1, 100);
	frame[100]++;
	rx(142);
	ck_assert_uint_eq(sent.n, 1);
	nic_close();
}
END_TEST

/* Neighbour discovery: a solicitation to the solicited-node group, answered. */
START_TEST(neighbours_are_discovered)
{
	static const u8 peer[16] = { 0xfd, [15] = 9 }, own[16] = { 0xfd, [15] = 1 };
	static const u8 group[16] = { 0xff, 2, [11] = 1, 0xff, 0, 0, 1 };
	u8 *ip = frame + 14, *icmp = ip + 40;

	neighbour_open();
	ethernet(0x86dd);
	memcpy(frame, (u8[]){ 0x33, 0x33, 0xff, 0, 0, 1 }, 6);
	ip[0] = 0x60;
	ip[5] = 32;
	ip[6] = 58;
	ip[7] = 255;
	memcpy(ip + 8, peer, 16);
	memcpy(ip + 24, group, 16);
	icmp[0] = 135;
	memcpy(icmp + 8, own, 16);
	icmp[24] = 1;
	icmp[25] = 1;
	memcpy(icmp + 26, peer_mac, 6);
	sum_at(icmp + 2, ip + 8, 64, 32 + 58);
	rx(86);
	ck_assert_uint_ge(sent.n, 1);
	ck_assert_mem_eq(sent_bytes(0), peer_mac, 6);
	ck_assert_uint_eq(sent_bytes(0)[54], 136);
	ck_assert_mem_eq(sent_bytes(0) + 62, own, 16);
	nic_close();
}
END_TEST

static struct frame_spec segment(u8 flags, u16 dport)
{
	return (struct frame_spec){
		.src = { 10, 1, 0, 9 }, .dst = { 10, 1, 0, 1 },
		.sport = 1000, .dport = dport, .seq = 77, .tcp_flags = flags,
	};
}

static void rx_segment(const struct frame_spec *spec)
{
	size_t len = frame_build(spec, frame);

	memcpy(frame, nic.dev->dev_addr, 6);
	memcpy(frame + 6, peer_mac, 6);
	rx(len);
}

START_TEST(a_stranger_is_refused)
{
	struct frame_spec syn = segment(2, 80);

	neighbour_open();
	arp(2, 1);
	rx_segment(&syn);
	ck_assert_uint_eq(sent.n, 1);
	/* RST and ACK, of the number behind the SYN. */
	ck_assert_uint_eq(sent_bytes(0)[47], 0x14);
	ck_assert_uint_eq(get_unaligned_be32(sent_bytes(0) + 42), 78);
	ck_assert(sums_right(sent_bytes(0), sent.frames[0].len));
	/* Nothing is said to impossible sources, nor to other stations' frames. */
	memcpy(syn.src, (u8[]){ 10, 1, 0, 1 }, 4);
	rx_segment(&syn);
	memcpy(syn.src, (u8[]){ 10, 1, 0, 255 }, 4);
	rx_segment(&syn);
	syn = segment(2, 80);
	frame_build(&syn, frame);
	memcpy(frame, "\x02\x00\x00\x00\x00\x42", 6);
	rx(frame_build(&syn, frame));
	ck_assert_uint_eq(sent.n, 1);
	nic_close();
}
END_TEST

/* Frames that go by are followed as ever, whatever addresses the interface has. */
START_TEST(other_flows_are_followed)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(80) };
	struct frame_spec data = segment(0x10, 80);
	int listener, fd;
	char buf[200];

	neighbour_open();
	listener = udm_socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(udm_bind(listener, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(listener, 1), 0);
	data.dst[3] = 7;
	data.payload = 100;
	rx_segment(&data);
	fd = udm_accept(listener, NULL, NULL);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(udm_recv(fd, buf, sizeof(buf), 0), 100);
	ck_assert_uint_eq(sent.n, 0);
	ck_assert_int_eq(udm_send(fd, buf, 1, MSG_NOSIGNAL), -1);
	ck_assert_int_eq(errno, EPIPE);
	udm_close(fd);
	udm_close(listener);
	nic_close();
}
END_TEST

Suite *inet_if_suite(void)
{
	Suite *s = suite_create("inet_if");
	TCase *tc = tcase_create("addresses"), *neighbour = tcase_create("neighbour");

	tcase_add_test(tc, what_is_no_address);
	tcase_add_test(tc, an_interface_has_so_many);
	tcase_add_loop_test(tc, an_address_takes_its_connections_along, 0, 2);
	tcase_add_loop_test(tc, a_device_takes_its_connections_along, 0, LINK_WAYS);
	tcase_add_loop_test(tc, machines_come_and_go, 0, LINK_WAYS);
	suite_add_tcase(s, tc);
	tcase_add_test(neighbour, who_has_it_says_so);
	tcase_add_test(neighbour, echo_is_answered);
	tcase_add_test(neighbour, neighbours_are_discovered);
	tcase_add_test(neighbour, a_stranger_is_refused);
	tcase_add_test(neighbour, other_flows_are_followed);
	suite_add_tcase(s, neighbour);
	return s;
}
