// SPDX-License-Identifier: GPL-2.0-only
/* Receiving through the driver (rx_rig.h). */
#include "rx_rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/udmabuf.h>
#include <net/if.h>
#include <net/net_namespace.h>
#include <net/netdev_lock.h>
#include <string.h>
#include <sys/mman.h>
#include <udevmem/file.h>
#include <udevmem/netlink.h>
#include <udevmem/sim.h>
#include <unistd.h>

#include "emu-nic/hw/emunic_hw.h"
#include "fixture.h"

enum { TCP_SYN = 2, FIRST_SEQ = 1000 };

struct rx_rig rx;

/* --- The machine --------------------------------------------------------- */

struct frame_spec rx_segment(uint32_t seq, unsigned int len)
{
	return (struct frame_spec){
		.payload = len, .seq = seq, .src = { 10, 0, 0, 1 }, .dst = { 10, 0, 0, 2 },
		.sport = 80, .dport = 5000,
	};
}

int rx_send(const struct frame_spec *s)
{
	static unsigned char frame[70000];

	return emunic_hw_rx(udm_netdev_hw(rx.nic), frame, frame_build(s, frame));
}

static void make_dmabuf(void)
{
	struct udmabuf_create create = { .size = RX_PAGES * RX_PAGE };
	int dev = udm_open("/dev/udmabuf", O_RDWR);

	ck_assert_int_ge(dev, 0);
	rx.memfd = memfd_create("rx", MFD_ALLOW_SEALING);
	ck_assert_int_eq(ftruncate(rx.memfd, (off_t)create.size), 0);
	ck_assert_int_eq(fcntl(rx.memfd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	create.memfd = (unsigned int)rx.memfd;
	rx.dmabuf = udm_ioctl(dev, UDMABUF_CREATE, &create);
	ck_assert_int_ge(rx.dmabuf, 0);
	udm_close(dev);
	rx.map = udm_mmap(NULL, create.size, PROT_READ, MAP_SHARED, rx.dmabuf, 0);
	ck_assert_ptr_ne(rx.map, MAP_FAILED);
}

static void bind_memory(void)
{
	unsigned int queue = 0;
	char err[128];

	make_dmabuf();
	ck_assert_int_eq(udm_ethtool_set_data_split(rx.netlink, udm_netdev_ifindex(rx.nic), true, 0,
						    err, sizeof(err)), 0);
	ck_assert_msg(!udm_netdev_bind_rx(rx.netlink, udm_netdev_ifindex(rx.nic), rx.dmabuf, &queue,
					  1, &rx.binding, err, sizeof(err)), "%s", err);
}

static void connect_application(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	struct frame_spec syn = rx_segment(FIRST_SEQ - 1, 0);

	rx.listener = udm_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
	ck_assert_int_ge(rx.listener, 0);
	ck_assert_int_eq(udm_bind(rx.listener, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(rx.listener, 4), 0);
	syn.tcp_flags = TCP_SYN;
	ck_assert_int_eq(rx_send(&syn), 0);
	ck_assert(udm_netdev_quiesce(rx.nic, 20000));
	rx.sock = -1;
}

void rx_open(int i, const struct udm_netdev_config *cfg)
{
	const struct udm_config machine = { .mode = i & 1 ? UDM_MODE_THREADS : UDM_MODE_SIM };

	memset(&rx, 0, sizeof(rx));
	rx.next_read = FIRST_SEQ;
	rx.dmabuf = -1;
	machine_boot_with(&machine);
	rx.nic = udm_netdev_create(cfg);
	ck_assert_ptr_nonnull(rx.nic);
	rx.netlink = udm_netlink_open();
	ck_assert_int_ge(rx.netlink, 0);
	ck_assert_int_eq(udm_netdev_up(rx.nic), 0);
	if (i & 2)
		bind_memory();
	connect_application();
}

void rx_unbind(void)
{
	udm_close(rx.netlink);
	rx.netlink = -1;
	rx.binding = 0;
}

static bool count_pool(void *ctx, const struct udm_pool_info *info)
{
	++*(unsigned int *)ctx;
	return true;
}

static bool pools_gone(void)
{
	unsigned int pools = 0;

	udm_pools_walk(count_pool, &pools);
	return !pools;
}

void rx_close(void)
{
	rx_return();
	if (rx.sock >= 0)
		udm_close(rx.sock);
	udm_close(rx.listener);
	if (rx.netlink >= 0)
		udm_close(rx.netlink);
	udm_netdev_destroy(rx.nic);
	ck_assert(rx_eventually(pools_gone));
	if (rx.dmabuf >= 0) {
		udm_munmap(rx.map, RX_PAGES * RX_PAGE);
		udm_close(rx.dmabuf);
		close(rx.memfd);
	}
	machine_shutdown();
}

/* In threads mode a condition is polled for at most half a minute. */
bool rx_eventually(bool (*cond)(void))
{
	enum { POLL_US = 500 };
	unsigned int tries = udm_sim() ? 200 : 30000000 / POLL_US;

	while (!cond()) {
		if (!tries--)
			return false;
		if (udm_sim())
			udm_advance(20 * 1000000);
		else
			usleep(POLL_US);
	}
	return true;
}

/* --- The application ----------------------------------------------------- */

static void check_bytes(const unsigned char *data, uint32_t seq, size_t len)
{
	size_t i = 0;

	while (i < len && data[i] == frame_pattern(seq, (unsigned int)i))
		i++;
	ck_assert_msg(i == len, "byte %u", (unsigned int)(seq + i));
}

static void keep(const struct dmabuf_cmsg *c)
{
	unsigned int i = rx.held++;

	ck_assert_uint_lt(i, RX_TOKENS);
	rx.tokens[i] = (struct dmabuf_token){ c->frag_token, 1 };
	rx.pieces[i].offset = c->frag_offset;
	rx.pieces[i].len = c->frag_size;
	rx.pieces[i].seq = rx.next_read;
	check_bytes(rx.map + c->frag_offset, rx.next_read, c->frag_size);
	rx.next_read += c->frag_size;
}

static void take_copied(const unsigned char *linear, uint32_t *at, uint32_t len)
{
	check_bytes(linear + *at, rx.next_read, len);
	rx.next_read += len;
	*at += len;
}

static bool receive_once(void)
{
	static unsigned char linear[65536];
	char control[32 * CMSG_SPACE(sizeof(struct dmabuf_cmsg))];
	struct iovec iov = { linear, sizeof(linear) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	ssize_t got = udm_recvmsg(rx.sock, &msg, MSG_DONTWAIT | (rx.map ? MSG_SOCK_DEVMEM : 0));
	uint32_t end = rx.next_read + (uint32_t)got, at = 0;
	struct dmabuf_cmsg frag;

	if (got <= 0)
		return false;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		memcpy(&frag, CMSG_DATA(c), sizeof(frag));
		if (c->cmsg_type == SCM_DEVMEM_DMABUF)
			keep(&frag);
		else
			take_copied(linear, &at, frag.frag_size);
	}
	/* Without device memory nothing says so. */
	take_copied(linear, &at, end - rx.next_read);
	return true;
}

void rx_receive(void)
{
	/* There is something to accept once the first bytes are there. */
	if (rx.sock < 0)
		rx.sock = udm_accept4(rx.listener, NULL, NULL, SOCK_NONBLOCK);
	while (rx.sock >= 0 && receive_once())
		;
}

void rx_transfer(unsigned int n)
{
	const uint32_t end = rx.next_read + n * RX_PAGE;

	for (unsigned int tries = 0; rx.next_read != end; tries++) {
		ck_assert_uint_lt(tries, 100);
		for (uint32_t at = rx.next_read; at < end && at < rx.next_read + 16 * RX_PAGE;
		     at += RX_PAGE) {
			unsigned int len = end - at < RX_PAGE ? end - at : RX_PAGE;
			struct frame_spec s = rx_segment(at, len);

			ck_assert_int_eq(rx_send(&s), 0);
		}
		udm_netdev_quiesce(rx.nic, 5000);
		rx_receive();
	}
}

void rx_return(void)
{
	for (unsigned int i = 0; i < rx.held; i++) {
		check_bytes(rx.map + rx.pieces[i].offset, rx.pieces[i].seq, rx.pieces[i].len);
		ck_assert_int_eq(udm_setsockopt(rx.sock, SOL_SOCKET, SO_DEVMEM_DONTNEED,
						&rx.tokens[i], sizeof(rx.tokens[i])), 1);
	}
	rx.held = 0;
}

/* --- Looking at the device ----------------------------------------------- */

struct drop_query {
	const char *reason;
	uint64_t count;
};

static void match_drop(void *ctx, const char *reason, uint64_t count)
{
	struct drop_query *q = ctx;

	if (!strcmp(reason, q->reason))
		q->count += count;
}

uint64_t rx_drops(const char *reason)
{
	struct drop_query q = { reason, 0 };

	udm_netdev_drops(rx.nic, match_drop, &q);
	return q.count;
}

struct net_device *rx_device(struct udm_netdev *nic)
{
	struct net_device *dev = dev_get_by_index(&init_net, udm_netdev_ifindex(nic));

	dev_put(dev);
	return dev;
}

struct netdev_queue_stats_rx rx_qstats(struct udm_netdev *nic)
{
	struct netdev_queue_stats_rx s = { 0 };
	struct net_device *dev = rx_device(nic);

	netdev_lock(dev);
	dev->stat_ops->get_queue_stats_rx(dev, 0, &s);
	netdev_unlock(dev);
	return s;
}

int rx_ethtool(void *cmd)
{
	struct ifreq ifr = { .ifr_data = cmd };

	strncpy(ifr.ifr_name, udm_netdev_name(rx.nic), IFNAMSIZ - 1);
	return udm_ioctl(rx.listener, SIOCETHTOOL, &ifr) ? -errno : 0;
}
