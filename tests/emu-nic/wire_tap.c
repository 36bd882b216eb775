// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TAP wire with the host's network stack as the peer: a device driven by hand pings
 * it. Where TAP interfaces are not permitted the tests say so and are skipped.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <udevmem/netns.h>
#include <udevmem/sim.h>
#include <udevmem/wire.h>
#include <unistd.h>

#include "fixture.h"
#include "tx_rig.h"

enum { ARP_LEN = 42, ICMP4 = 34, ICMP6 = 54, SLOT = 2048 };

static const u8 our_mac[6] = { 2, 0, 0, 0, 0, 1 };
static const u8 our_ip[4] = { 192, 0, 2, 2 }, peer_ip[4] = { 192, 0, 2, 1 };
static const u8 our_ip6[16] = { 0x20, 1, 0x0d, 0xb8, [15] = 2 };
static const u8 peer_ip6[16] = { 0x20, 1, 0x0d, 0xb8, [15] = 1 };
static const char *const addresses[] = { "192.0.2.1/24", "2001:db8::1/64", NULL };

static struct rig r;
static struct udm_netns *ns;
static struct udm_wire *wire;
static u8 peer_mac[6];
static char err[256];

/* --- Set-up -------------------------------------------------------------- */

static bool permitted(const struct udm_netns_config *cfg)
{
	ns = udm_netns_create(cfg, err, sizeof(err));
	if (!ns)
		printf("wire_tap: skipped: %s\n", err);
	return ns;
}

static void device_up(u32 ctrl)
{
	machine_boot_threads();
	rig_device_up(&r, "tap", ctrl, false);
	tx_rings_up(&r);
	wire = udm_wire_tap(udm_netns_tap(ns), r.hw, err, sizeof(err));
	ck_assert_msg(wire, "%s", err);
}

static u32 link_state(void)
{
	return readl(r.bar + EMUNIC_STATUS);
}

static void await_link(u32 up)
{
	while (link_state() != up)
		udm_run_until_idle();
}

static bool up(u32 ctrl, int offload)
{
	const struct udm_netns_config cfg = { .addresses = addresses, .offload = offload };

	if (!permitted(&cfg))
		return false;
	device_up(ctrl);
	await_link(1);
	return true;
}

static void down(void)
{
	udm_wire_destroy(wire);
	tx_rings_down(&r);
	rig_device_down(&r);
	machine_shutdown();
	udm_netns_destroy(ns);
}

/* --- Frames -------------------------------------------------------------- */

static void put16(u8 *at, u32 v)
{
	at[0] = v >> 8;
	at[1] = v;
}

static u8 *next_slot(unsigned int q)
{
	return txq[q].data + txq[q].posted % TX_RING * SLOT;
}

static void send_slot(unsigned int q, u32 len)
{
	tx_piece(q, txq[q].posted % TX_RING * SLOT, len, EMUNIC_TX_SOP | EMUNIC_TX_EOP);
	rig_q_write(&r, q, EMUNIC_TQ_TAIL, txq[q].posted);
	while (tx_reg(&r, q, EMUNIC_TQ_HEAD) != txq[q].posted)
		udm_run_until_idle();
}

static void ethernet(u8 *f, const u8 *to, u32 type)
{
	memcpy(f, to, 6);
	memcpy(f + 6, our_mac, 6);
	put16(f + 12, type);
}

static void ask_for_peer(void)
{
	u8 *f = next_slot(0);

	memset(f, 0, SLOT);
	ethernet(f, (const u8 *)"\xff\xff\xff\xff\xff\xff", 0x0806);
	memcpy(f + 14, "\0\1\x08\0\6\4\0\1", 8);
	memcpy(f + 22, our_mac, 6);
	memcpy(f + 28, our_ip, 4);
	memcpy(f + 38, peer_ip, 4);
	send_slot(0, ARP_LEN);
}

static void echo_payload(u8 *at, u32 n, u32 len)
{
	for (u32 i = 0; i < len; i++)
		at[i] = n * 7 + i;
}

/* An echo request with the number n; len bytes of payload. */
static void ping(unsigned int q, u32 n, u32 len)
{
	u8 *f = next_slot(q), *ip = f + 14, *icmp = f + ICMP4;

	memset(f, 0, SLOT);
	ethernet(f, peer_mac, 0x0800);
	ip[0] = 0x45;
	put16(ip + 2, 28 + len);
	ip[8] = 64;
	ip[9] = 1;
	memcpy(ip + 12, our_ip, 4);
	memcpy(ip + 16, peer_ip, 4);
	put16(ip + 10, ~ones_sum(ip, 20, 0));
	icmp[0] = 8;
	put16(icmp + 4, q);
	put16(icmp + 6, n);
	echo_payload(icmp + 8, n, len);
	put16(icmp + 2, ~ones_sum(icmp, 8 + len, 0));
	send_slot(q, ICMP4 + 8 + len);
}

static void icmp6(u8 *f, const u8 *to, u8 type, u32 len)
{
	u8 *ip = f + 14, *icmp = f + ICMP6;

	ethernet(f, to, 0x86dd);
	ip[0] = 0x60;
	put16(ip + 4, len);
	ip[6] = 58;
	ip[7] = 255;
	memcpy(ip + 8, our_ip6, 16);
	memcpy(ip + 24, peer_ip6, 16);
	icmp[0] = type;
	put16(icmp + 2, ~ones_sum(icmp, len, ones_sum(ip + 8, 32, 58 + len)));
	send_slot(0, ICMP6 + len);
}

static void ping6(u32 n, u32 len)
{
	u8 *f = next_slot(0);

	memset(f, 0, SLOT);
	put16(f + ICMP6 + 6, n);
	echo_payload(f + ICMP6 + 8, n, len);
	icmp6(f, peer_mac, 128, 8 + len);
}

/* "It is I": what Linux asks before it answers an IPv6 address for the first time. */
static void answer_neighbour(void)
{
	u8 *f = next_slot(0), *icmp = f + ICMP6;

	memset(f, 0, SLOT);
	icmp[4] = 0x60;
	memcpy(icmp + 8, our_ip6, 16);
	memcpy(icmp + 24, "\2\1", 2);
	memcpy(icmp + 26, our_mac, 6);
	icmp6(f, peer_mac, 136, 32);
}

/* The next frame that came, on whichever queue, copied; its length, 0 when there is none. */
static u32 receive(u8 *frame)
{
	for (unsigned int q = 0; q < RIG_QUEUES; q++) {
		const struct emunic_rx_cqe *c = rig_peek(&r, q);
		u32 len;

		if (!c)
			continue;
		len = c->frame_len;
		memcpy(frame, r.q[q].pay_bufs + c->pay_id * RIG_PAY_SIZE, len);
		rig_consume(&r, q, 1);
		rig_post(&r, q, 0, 1);
		return len;
	}
	return 0;
}

static bool is_arp_reply(const u8 *f)
{
	return !memcmp(f + 12, "\x08\x06", 2) && f[21] == 2 && !memcmp(f + 28, peer_ip, 4);
}

static bool is_echo_reply(const u8 *f)
{
	return !memcmp(f + 12, "\x08\0", 2) && f[23] == 1 && f[ICMP4] == 0;
}

static bool is_icmp6(const u8 *f, u8 type)
{
	return !memcmp(f + 12, "\x86\xdd", 2) && f[20] == 58 && f[ICMP6] == type;
}

/* Linux says other things too, such as who is there; they are passed over. */
static void post_all(void)
{
	for (unsigned int q = 0; q < RIG_QUEUES; q++)
		rig_post(&r, q, 0, RIG_RING);
}

static void find_peer(void)
{
	u8 f[RIG_PAY_SIZE];

	ask_for_peer();
	while (!receive(f) || !is_arp_reply(f))
		udm_run_until_idle();
	memcpy(peer_mac, f + 6, 6);
}

/* Wait for the answer to ping n of a queue, which has to be the next one. */
static void expect_echo(unsigned int q, u32 n, u32 len)
{
	u8 f[RIG_PAY_SIZE], want[RIG_PAY_SIZE];
	u32 got;

	while (!(got = receive(f)) || !is_echo_reply(f))
		udm_run_until_idle();
	ck_assert_uint_eq(got, ICMP4 + 8 + len);
	ck_assert_uint_eq(f[ICMP4 + 5], q);
	ck_assert_uint_eq(f[ICMP4 + 6] << 8 | f[ICMP4 + 7], n);
	echo_payload(want, n, len);
	ck_assert_mem_eq(f + ICMP4 + 8, want, len);
}

/* --- Traffic ------------------------------------------------------------- */

START_TEST(frames_go_both_ways)
{
	struct udm_wire_stats out, in;

	if (!up(EMUNIC_CTRL_PAUSE, _i))
		return;
	post_all();
	find_peer();
	for (u32 n = 0; n < 300; n++) {
		ping(n & 1, n, n * 37 % 1400);
		expect_echo(n & 1, n, n * 37 % 1400);
	}
	ck_assert_int_eq(udm_wire_direction_stats(wire, 0, &out), 0);
	ck_assert_int_eq(udm_wire_direction_stats(wire, 1, &in), 0);
	ck_assert_uint_eq(out.frames, 301);
	ck_assert_uint_eq(out.bytes,
			  tx_counter(&r, 0, EMUNIC_TQ_BYTES) + tx_counter(&r, 1, EMUNIC_TQ_BYTES));
	ck_assert_uint_ge(in.frames, 301);
	ck_assert_uint_eq(out.lost + in.lost, 0);
	down();
}
END_TEST

START_TEST(ipv6_is_there_at_once)
{
	u8 f[RIG_PAY_SIZE], want[400];
	u32 len = 0;

	if (!up(0, 0))
		return;
	post_all();
	find_peer();
	ping6(5, sizeof(want));
	while (!len || !is_icmp6(f, 129)) {
		if (len && is_icmp6(f, 135))
			answer_neighbour();
		udm_run_until_idle();
		len = receive(f);
	}
	echo_payload(want, 5, sizeof(want));
	ck_assert_uint_eq(len, ICMP6 + 8 + sizeof(want));
	ck_assert(sums_right(f, len));
	ck_assert_mem_eq(f + ICMP6 + 8, want, sizeof(want));
	down();
}
END_TEST

/* Programs of the namespace reach the device; the wire finishes their checksums. */
START_TEST(datagrams_of_a_program)
{
	char *argv[] = { "bash", "-c", "printf hello >/dev/udp/192.0.2.2/9", NULL };
	u8 f[RIG_PAY_SIZE];
	struct udm_wire_stats st;
	u32 len = 0;
	int status;

	if (!up(0, _i))
		return;
	post_all();
	find_peer();
	ck_assert_int_eq(waitpid(udm_netns_spawn(ns, argv), &status, 0) > 0, 1);
	ck_assert_int_eq(status, 0);
	while (!len || memcmp(f + 12, "\x08\0", 2) || f[23] != 17) {
		udm_run_until_idle();
		len = receive(f);
	}
	ck_assert_uint_eq(len, 14 + 20 + 8 + 5);
	ck_assert(sums_right(f, len));
	ck_assert_mem_eq(f + 42, "hello", 5);
	udm_wire_stats(wire, &st);
	ck_assert(_i ? st.checksums_completed >= 1 : !st.checksums_completed);
	down();
}
END_TEST

/* Without buffers frames wait in the device and in the interface, and none is lost. */
START_TEST(pause_reaches_the_interface)
{
	struct udm_wire_stats st;

	if (!up(EMUNIC_CTRL_PAUSE, 0))
		return;
	rig_post(&r, 1, 0, RIG_RING);
	rig_post(&r, 0, 0, 1);
	find_peer();
	for (u32 n = 0; n < 100; n++)
		ping(0, n, 1000);
	do
		udm_wire_stats(wire, &st);
	while (!st.held);
	ck_assert(!udm_wire_done(wire));
	rig_post(&r, 0, 0, RIG_RING - 1);
	for (u32 n = 0; n < 100; n++)
		expect_echo(0, n, 1000);
	down();
}
END_TEST

START_TEST(loss_on_purpose)
{
	struct udm_wire_stats out;

	if (!up(0, 0))
		return;
	post_all();
	find_peer();
	ck_assert_int_eq(udm_wire_set_loss(wire, 1000000, 1), 0);
	for (u32 n = 0; n < 20; n++)
		ping(0, n, 10);
	udm_wire_direction_stats(wire, 0, &out);
	ck_assert_uint_eq(out.lost, 20);
	ck_assert_int_eq(udm_wire_set_loss(wire, 0, 1), 0);
	ping(0, 20, 10);
	expect_echo(0, 20, 10);
	down();
}
END_TEST

/* --- Links and life ------------------------------------------------------ */

static void run_ip(char *what, char *state)
{
	char *argv[] = { "ip", "link", what, "tap0", state, NULL };
	int status;

	ck_assert_int_gt(waitpid(udm_netns_spawn(ns, argv), &status, 0), 0);
	ck_assert_int_eq(status, 0);
}

START_TEST(link_follows_the_interface)
{
	if (!up(0, 0))
		return;
	post_all();
	find_peer();
	run_ip("set", "down");
	await_link(0);
	run_ip("set", "up");
	await_link(1);
	find_peer();
	run_ip("set", "down");
	/* A frame that the interface does not take is lost, and shows the state sooner. */
	ask_for_peer();
	await_link(0);
	run_ip("delete", NULL);
	udm_run_until_idle();
	ck_assert_uint_eq(link_state(), 0);
	ck_assert_int_eq(udm_wire_set_link(wire, true), -1);
	ck_assert_int_eq(errno, EINVAL);
	down();
}
END_TEST

START_TEST(any_order_of_teardown)
{
	static const char *const orders[] = { "wdn", "wnd", "dwn", "dnw", "nwd", "ndw" };

	if (!up(EMUNIC_CTRL_PAUSE, 0))
		return;
	post_all();
	find_peer();
	for (u32 n = 0; n < 100; n++)
		ping(n & 1, n, 1000);
	for (const char *what = orders[_i]; *what; what++) {
		if (*what == 'w') {
			udm_wire_destroy(wire);
		} else if (*what == 'n') {
			udm_netns_destroy(ns);
		} else {
			tx_rings_down(&r);
			rig_device_down(&r);
		}
		udm_run_until_idle();
	}
	machine_shutdown();
}
END_TEST

/* --- Refusals ------------------------------------------------------------ */

static void wire_refused(int fd, int error, const char *words)
{
	errno = 0;
	ck_assert_ptr_null(udm_wire_tap(fd, r.hw, err, sizeof(err)));
	ck_assert_int_eq(errno, error);
	ck_assert_msg(strstr(err, words), "%s", err);
}

START_TEST(wire_refusals)
{
	int null = open("/dev/null", O_RDWR), tun = open("/dev/net/tun", O_RDWR);

	if (!up(0, 0))
		return;
	wire_refused(udm_netns_tap(ns), EBUSY, "has a wire");
	udm_wire_destroy(wire);
	wire_refused(null, EINVAL, "not a TAP device");
	wire_refused(tun, EINVAL, "not a TAP device");
	wire_refused(-1, EINVAL, "not a TAP device");
	wire = udm_wire_tap(udm_netns_tap(ns), r.hw, err, sizeof(err));
	ck_assert_ptr_nonnull(wire);
	close(null);
	close(tun);
	down();
}
END_TEST

START_TEST(sim_mode_is_refused)
{
	if (!permitted(NULL))
		return;
	rig_up(&r, 0, false);
	wire_refused(udm_netns_tap(ns), EINVAL, "threads mode");
	rig_down(&r);
	udm_netns_destroy(ns);
}
END_TEST

static void netns_refused(const struct udm_netns_config *cfg, int error, const char *words)
{
	errno = 0;
	ck_assert_ptr_null(udm_netns_create(cfg, err, sizeof(err)));
	ck_assert_int_eq(errno, error);
	ck_assert_msg(strstr(err, words) && !strchr(err, '\n'), "%s", err);
}

START_TEST(namespace_refusals)
{
	static const char *const bad[] = { "192.0.2.1", "192.0.2.1/33", "192.0.2/24", "::1/129",
					   "192.0.2.1/", "192.0.2.1/2x", "/24", "" };
	const char *list[] = { "192.0.2.9/24", NULL, NULL };
	struct udm_netns_config cfg = { .addresses = list };

	if (!permitted(NULL))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		list[1] = bad[i];
		netns_refused(&cfg, EINVAL, "address");
	}
	list[1] = list[0];
	netns_refused(&cfg, EEXIST, "adding the address 192.0.2.9/24");
	cfg.addresses = NULL;
	cfg.ifname = "a-name-that-is-too-long";
	netns_refused(&cfg, EINVAL, "interface name");
	cfg.ifname = "a/b";
	netns_refused(&cfg, EINVAL, "a/b");
	cfg.ifname = NULL;
	cfg.mtu = 10000000;
	netns_refused(&cfg, EINVAL, "bringing up tap0");
	udm_netns_destroy(ns);
	udm_netns_destroy(NULL);
}
END_TEST

static int status_of(char *const argv[])
{
	int status;

	ck_assert_int_gt(waitpid(udm_netns_spawn(ns, argv), &status, 0), 0);
	return status;
}

/* Two namespaces know nothing of each other, and the caller's is another one. */
START_TEST(programs_run_inside)
{
	char *look[] = { "test", "-e", "/proc/self/net/dev_snmp6/inside0", NULL };
	char *none[] = { "no-such-program-here", NULL };
	const struct udm_netns_config cfg = { .ifname = "inside0" };

	if (!permitted(&cfg))
		return;
	ck_assert_int_eq(status_of(look), 0);
	ck_assert_int_eq(WEXITSTATUS(status_of(none)), 127);
	ck_assert_int_ne(access(look[2], F_OK), 0);
	udm_netns_destroy(ns);
	ns = udm_netns_create(NULL, err, sizeof(err));
	ck_assert_int_eq(WEXITSTATUS(status_of(look)), 1);
	udm_netns_destroy(ns);
}
END_TEST

/* Become nobody, with the files in /proc that such a program has from its start. */
static bool drop_rights(void)
{
	return !setgroups(0, NULL) && !setresgid(65534, 65534, 65534) &&
	       !setresuid(65534, 65534, 65534) && !prctl(PR_SET_DUMPABLE, 1);
}

/* Without rights, by a user namespace. */
START_TEST(unprivileged)
{
	if (!geteuid() && !drop_rights())
		return;
	if (!up(0, 0))
		return;
	post_all();
	find_peer();
	run_ip("set", "down");
	await_link(0);
	down();
}
END_TEST

Suite *wire_tap_suite(void)
{
	Suite *s = suite_create("wire_tap");
	TCase *tc = tcase_create("tap");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, frames_go_both_ways, 0, 2);
	tcase_add_test(tc, ipv6_is_there_at_once);
	tcase_add_loop_test(tc, datagrams_of_a_program, 0, 2);
	tcase_add_test(tc, pause_reaches_the_interface);
	tcase_add_test(tc, loss_on_purpose);
	tcase_add_test(tc, link_follows_the_interface);
	tcase_add_loop_test(tc, any_order_of_teardown, 0, 6);
	tcase_add_test(tc, wire_refusals);
	tcase_add_test(tc, sim_mode_is_refused);
	tcase_add_test(tc, namespace_refusals);
	tcase_add_test(tc, programs_run_inside);
	tcase_add_test(tc, unprivileged);
	suite_add_tcase(s, tc);
	return s;
}
