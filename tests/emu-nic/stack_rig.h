/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A network stack without a NIC: the test is the driver.
 *
 * A fake device has a dma-buf bound to its queue; segments are built with their
 * payload where the test wants it and handed to the stack. What device memory
 * holds is kept in a shadow, as the application would see it through its mapping.
 */
#ifndef TESTS_STACK_RIG_H
#define TESTS_STACK_RIG_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/netdev_netlink.h>
#include <net/tcp.h>
#include <udevmem/socket.h>

#define RIG_PAGES	512
#define RIG_STREAM	(256 * 1024)

struct fake_nic;
struct fake_dmabuf;
struct net_devmem_dmabuf_binding;

struct stack_rig {
	struct fake_nic *nic;
	struct fake_dmabuf *buf;
	struct netdev_nl_sock owner;
	struct net_devmem_dmabuf_binding *binding;
	u32 binding_id;
	int listener;
	u8 shadow[RIG_PAGES * PAGE_SIZE];
	u8 stream[RIG_STREAM];		/* what the sender sends */
};

extern struct stack_rig *rig;

/* Checked fixtures: a machine, the fake device, the binding, an IPv4 listener for everything. */
void stack_open(void);
void stack_open_threads(void);
void stack_close(void);
/* Give up the binding early. */
void stack_unbind(void);

enum payload {
	IN_LINEAR,
	IN_PAGES,
	IN_DEVMEM,
};

/* A segment of the rig's stream. Zero: IPv4, ports 1 and 2, an ACK, checksum verified. */
struct segment {
	bool v6;
	u16 sport, dport;
	u32 seq;
	u8 flags;		/* TCPHDR_*; 0: ACK */
	u16 urg_ptr;
	unsigned int at;	/* bytes of the stream: from here */
	unsigned int linear;	/* so many in the linear part, */
	unsigned int len;	/* the rest up to here as @where says */
	enum payload where;
	unsigned int piece;	/* bytes per fragment, 0: a page */
	unsigned int frag_at;	/* where in its page a fragment begins */
};

/* The skb, network header first; NULL if device memory is exhausted. */
struct sk_buff *segment_skb(const struct segment *s);
/* Hand an skb, or a segment, to the stack. */
void stack_rx(struct sk_buff *skb);
void segment_rx(const struct segment *s);
/* Device memory attached to @skb as its next fragment, holding these bytes. */
void skb_add_devmem(struct sk_buff *skb, const u8 *data, unsigned int len, unsigned int at);

/* The next follower; -1 if there is none. */
int stack_accept(void);
/* How often a segment was dropped for this reason. */
unsigned long stack_drops(const char *reason);
/* Buffers of device memory that did not come back yet. */
unsigned int stack_out(void);

/* One recvmsg with room for so many control messages. */
struct reading {
	ssize_t ret;
	int err;		/* errno if ret is -1 */
	int flags;		/* msg_flags */
	unsigned int n;
	struct {
		int type;
		struct dmabuf_cmsg c;
	} msg[64];
	unsigned int controllen;	/* as written back */
	u8 data[RIG_STREAM];
};

void stack_read(int fd, struct reading *rd, size_t len, unsigned int cmsgs, int flags);
/* The bytes a reading stands for, put together; how many. */
size_t reading_bytes(const struct reading *rd, u8 *out);
/* Return one token; what the call said. */
int stack_dontneed(int fd, u32 token, u32 count);
/* Return every token of a reading; all must have been valid. */
void reading_return(int fd, const struct reading *rd);

#endif
