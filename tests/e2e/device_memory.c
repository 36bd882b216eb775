// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end-to-end rig.
 */
#include "device_memory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <string.h>
#include <sys/mman.h>
#include <udevmem/file.h>
#include <udevmem/netlink.h>
#include <udevmem/sim.h>
#include <unistd.h>

#include "emu-nic/hw/emunic_hw.h"
#include "fixture.h"
#include "tests/emu-nic/frames.h"

enum { TCP_SYN = 2, TCP_ACK = 16, FIRST_SEQ = 1000 };

static struct frame_spec segment(uint32_t seq, unsigned int len, uint8_t flags)
{
	return (struct frame_spec){
		.payload = len, .seq = seq, .tcp_flags = flags,
		.src = { 10, 0, 0, 1 }, .dst = { 10, 0, 0, 2 }, .sport = 80, .dport = 5000,
	};
}

static int send_frame(struct e2e_rig *r, const struct frame_spec *s)
{
	static unsigned char frame[70000];

	return emunic_hw_rx(udm_netdev_hw(r->nic), frame, frame_build(s, frame));
}

int rig_segment(struct e2e_rig *r, uint32_t seq, unsigned int len)
{
	struct frame_spec s = segment(seq, len, TCP_ACK);

	return send_frame(r, &s);
}

/* In threads mode a condition is polled for at most this long, then the test fails. */
enum { POLL_US = 500, POLLS_MAX = 60000 };

void rig_let_run(void)
{
	if (udm_sim())
		udm_advance(100 * 1000000);
	else
		usleep(POLL_US);
}

static bool eventually(bool (*cond)(struct e2e_rig *r), struct e2e_rig *r)
{
	unsigned int tries = udm_sim() ? 50 : POLLS_MAX;

	while (!cond(r)) {
		if (!tries--)
			return false;
		rig_let_run();
	}
	return true;
}

uint64_t rig_posted(struct e2e_rig *r)
{
	struct udm_queue_stats stats;

	ck_assert_int_eq(udm_netdev_queue_stats(r->nic, 0, &stats), 0);
	return stats.posted;
}

bool rig_has_posted(struct e2e_rig *r, uint64_t n)
{
	unsigned int tries = udm_sim() ? 50 : POLLS_MAX;

	for (; rig_posted(r) < n && tries; tries--)
		rig_let_run();
	return tries;
}

void rig_settle(struct e2e_rig *r)
{
	ck_assert(udm_netdev_quiesce(r->nic, 10000));
}

static bool all_out(struct e2e_rig *r)
{
	struct udm_binding_info info;

	return !udm_binding_get(r->binding, &info) && !info.niovs_free && !info.niovs_idle;
}

void rig_wait_posted(struct e2e_rig *r)
{
	ck_assert(eventually(all_out, r));
}

static bool binding_gone(struct e2e_rig *r)
{
	struct udm_binding_info info;

	return udm_binding_get(r->binding, &info) != 0;
}

bool rig_binding_stays(struct e2e_rig *r)
{
	if (udm_sim())
		udm_advance(2 * 1000000000ull);
	else
		udm_run_until_idle();
	return !binding_gone(r);
}

bool rig_binding_goes(struct e2e_rig *r)
{
	return eventually(binding_gone, r);
}

static bool count_pool(void *ctx, const struct udm_pool_info *info)
{
	++*(unsigned int *)ctx;
	return true;
}

/* Pools whose buffers are out look for them once a second. */
static bool pools_gone(struct e2e_rig *r)
{
	unsigned int pools = 0;

	udm_pools_walk(count_pool, &pools);
	return !pools;
}

void rig_pages(struct e2e_rig *r, unsigned int n)
{
	for (; n; n--, r->next_seq += RIG_PAGE) {
		ck_assert_int_eq(rig_segment(r, r->next_seq, RIG_PAGE), 0);
		udm_netdev_quiesce(r->nic, 50);
	}
	rig_settle(r);
}

static void make_dmabuf(struct e2e_rig *r)
{
	struct udmabuf_create create = { .size = r->pages * RIG_PAGE };
	int dev = udm_open("/dev/udmabuf", O_RDWR);

	r->memfd = memfd_create("rig", MFD_ALLOW_SEALING);
	ck_assert_int_ge(r->memfd, 0);
	ck_assert_int_eq(ftruncate(r->memfd, (off_t)create.size), 0);
	ck_assert_int_eq(fcntl(r->memfd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	create.memfd = (unsigned int)r->memfd;
	ck_assert_int_ge(dev, 0);
	r->dmabuf = udm_ioctl(dev, UDMABUF_CREATE, &create);
	ck_assert_int_ge(r->dmabuf, 0);
	udm_close(dev);
	r->map = udm_mmap(NULL, create.size, PROT_READ, MAP_SHARED, r->dmabuf, 0);
	ck_assert_ptr_ne(r->map, MAP_FAILED);
}

static void listen_and_accept(struct e2e_rig *r)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	struct frame_spec syn = segment(FIRST_SEQ - 1, 0, TCP_SYN);

	r->listener = udm_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
	ck_assert_int_ge(r->listener, 0);
	ck_assert_int_eq(udm_bind(r->listener, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(udm_listen(r->listener, 4), 0);
	ck_assert_int_eq(send_frame(r, &syn), 0);
	r->sock = -1;
}

void rig_start(struct e2e_rig *r, enum udm_mode mode, size_t pages, bool pause)
{
	const struct udm_config cfg = { .mode = mode };
	const struct udm_netdev_config nic = { .queues = 1, .ring_entries = RIG_RING,
					       .pause = pause };
	unsigned int queue = 0;
	char err[128];

	memset(r, 0, sizeof(*r));
	r->pages = pages;
	r->next_seq = FIRST_SEQ;
	r->next_read = FIRST_SEQ;
	machine_boot_with(&cfg);
	r->nic = udm_netdev_create(&nic);
	ck_assert_ptr_nonnull(r->nic);
	r->netlink = udm_netlink_open();
	ck_assert_int_ge(r->netlink, 0);
	ck_assert_int_eq(udm_ethtool_set_data_split(r->netlink, udm_netdev_ifindex(r->nic), true, 0,
						    err, sizeof(err)), 0);
	ck_assert_int_eq(udm_netdev_up(r->nic), 0);
	make_dmabuf(r);
	ck_assert_msg(!udm_netdev_bind_rx(r->netlink, udm_netdev_ifindex(r->nic), r->dmabuf, &queue,
					  1, &r->binding, err, sizeof(err)), "%s", err);
	listen_and_accept(r);
}

void rig_stop(struct e2e_rig *r)
{
	udm_close(r->listener);
	if (r->sock >= 0)
		udm_close(r->sock);
	if (r->netlink >= 0)
		udm_close(r->netlink);
	udm_netdev_destroy(r->nic);
	udm_munmap(r->map, r->pages * RIG_PAGE);
	udm_close(r->dmabuf);
	close(r->memfd);
	ck_assert(eventually(pools_gone, r));
	ck_assert(rig_binding_goes(r));
	machine_shutdown();
}

static void check_bytes(const unsigned char *data, uint32_t seq, size_t len)
{
	size_t i = 0;

	while (i < len && data[i] == frame_pattern(seq, (unsigned int)i))
		i++;
	ck_assert_msg(i == len, "byte %u", (unsigned int)(seq + i));
}

static void take_piece(struct e2e_rig *r, const struct dmabuf_cmsg *c)
{
	unsigned int i = r->held++;

	ck_assert_uint_lt(i, RIG_MAX_TOKENS);
	ck_assert_uint_eq(c->dmabuf_id, r->binding);
	ck_assert_uint_le(c->frag_offset + c->frag_size, r->pages * RIG_PAGE);
	r->tokens[i] = (struct dmabuf_token){ c->frag_token, 1 };
	r->pieces[i].offset = c->frag_offset;
	r->pieces[i].len = c->frag_size;
	r->pieces[i].seq = r->next_read;
	check_bytes(r->map + c->frag_offset, r->next_read, c->frag_size);
	r->next_read += c->frag_size;
}

static ssize_t receive_once(struct e2e_rig *r)
{
	char control[32 * CMSG_SPACE(sizeof(struct dmabuf_cmsg))], linear[8192];
	struct iovec iov = { linear, sizeof(linear) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	ssize_t got = udm_recvmsg(r->sock, &msg, MSG_SOCK_DEVMEM | MSG_DONTWAIT);

	if (got <= 0)
		return 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		struct dmabuf_cmsg frag;

		ck_assert_int_eq(c->cmsg_type, SCM_DEVMEM_DMABUF);
		memcpy(&frag, CMSG_DATA(c), sizeof(frag));
		take_piece(r, &frag);
	}
	return got;
}

size_t rig_receive(struct e2e_rig *r)
{
	size_t all = 0;
	ssize_t got;

	if (r->sock < 0)
		r->sock = udm_accept4(r->listener, NULL, NULL, SOCK_NONBLOCK);
	if (r->sock < 0)
		return 0;
	while ((got = receive_once(r)) > 0)
		all += (size_t)got;
	return all;
}

void rig_check_held(struct e2e_rig *r)
{
	for (unsigned int i = 0; i < r->held; i++)
		check_bytes(r->map + r->pieces[i].offset, r->pieces[i].seq, r->pieces[i].len);
}

void rig_return(struct e2e_rig *r, unsigned int n)
{
	enum { BATCH = 128 };

	for (unsigned int done = 0; done < n;) {
		unsigned int now = n - done < BATCH ? n - done : BATCH;

		ck_assert_int_eq(udm_setsockopt(r->sock, SOL_SOCKET, SO_DEVMEM_DONTNEED,
						r->tokens + done, now * sizeof(r->tokens[0])),
				 (int)now);
		done += now;
	}
	r->held -= n;
	memmove(r->tokens, r->tokens + n, r->held * sizeof(r->tokens[0]));
	memmove(r->pieces, r->pieces + n, r->held * sizeof(r->pieces[0]));
}

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

uint64_t rig_drops(struct e2e_rig *r, const char *reason)
{
	struct drop_query q = { reason, 0 };

	udm_netdev_drops(r->nic, match_drop, &q);
	return q.count;
}
