/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sending on a TCP socket without a connection: the test is the transport.
 *
 * A socket is declared connected through the NIC of nic_rig.h, whose device memory it
 * may send. The test takes segments, looks at their bytes wherever they are, and says
 * what was acknowledged.
 */
#ifndef UDM_TESTS_SEND_RIG_H
#define UDM_TESTS_SEND_RIG_H

#include <linux/errqueue.h>
#include <linux/skbuff.h>
#include <net/dst.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <udevmem/socket.h>

#include "emu-nic/net/tcp_send.h"
#include "nic_rig.h"

/* The first byte's number: the stream crosses the end of the numbers soon. */
#define SEND_ISS	0xfffff000u
#define SEND_BYTES	(1 << 20)
#define MEMORY		(NIC_PAGES * PAGE_SIZE)

struct send_rig {
	int fd;
	struct sock *sk;
	struct dst_entry route;
	atomic_t pushes;
	u8 stream[SEND_BYTES];		/* bytes to send */
};

extern struct send_rig out;

/* Checked fixtures: the machine, the NIC and an IPv4 socket that waits in no call. */
void send_open(void);
void send_open_threads(void);
void send_close(void);
/* The same with SO_ZEROCOPY, and something in the device memory. */
void zc_open(void);
/* Without NIC, on a machine like this. */
void send_open_bare(const struct udm_config *cfg);
void send_close_bare(void);
/* A further connected socket, of this family; out.fd and out.sk change to it. */
void send_socket(int family);
/* Bytes not acknowledged yet. */
u32 send_unacked(void);
/* Everything up to so many bytes from the start of the stream has arrived. */
void send_ack(u32 bytes);
/* The bytes of one segment, wherever they are; it is left alone. */
void segment_bytes(const struct sk_buff *seg, u8 *to);
/* Bytes [at, at + len) of the stream by as many segments as it takes; how many. */
unsigned int send_wire(u32 at, u32 len, u8 *to);
/* The wire has these bytes from @at on. */
void send_expect(u32 at, const void *want, u32 len);

/* sendmsg with a dma-buf id (0: none); bytes, or a negative errno. MSG_NOSIGNAL is added. */
ssize_t send_iov(u32 dmabuf_id, const struct iovec *iov, size_t n, int flags);
ssize_t send_bytes(const void *buf, size_t len, int flags);
/* Device memory at this offset. */
ssize_t send_device(size_t at, size_t len);
void send_option(int option, int value);

/* One entry of the error queue: 0, or the errno; the rest as the call reported it. */
struct report {
	struct sock_extended_err ee;
	int flags, level, type;
	size_t cmsg_len, controllen;
	ssize_t ret;
};

int send_report(struct report *r, size_t room);
/* The next entry says that these calls are complete. */
void expect_report(u32 low, u32 high, u8 code);
void expect_no_report(void);
/* So many pages of the application with the stream in them; to be unmapped. */
u8 *app_pages(unsigned int n);
/* What poll says now. */
short send_events(short ask);
/* Is the dma-buf attached to the NIC? */
bool send_memory_bound(void);

#endif
