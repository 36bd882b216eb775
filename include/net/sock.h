/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct sock: the protocol's end of a socket.
 *
 * The socket lock (lock_sock) is a mutex for tasks; softirq code takes
 * sk_lock.slock and, when a task owns the socket, leaves its packet on the
 * backlog, which the owner works off before it lets go. sk_user_frags has its
 * own lock. A sock is freed when the last reference is put, which may be long
 * after its file is closed. Contract: include/net/sock.h, net/core/sock.c.
 */
#ifndef _SOCK_H
#define _SOCK_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/refcount.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/xarray.h>
#include <net/dst.h>
#include <net/net_namespace.h>
#include <net/netlink.h>
#include <net/tcp_states.h>

struct proto;
struct sock;
struct socket;

#define SK_RCVBUF_UNLIMITED	INT_MAX
#define SK_RMEM_DEFAULT		212992
#define SK_RMEM_MIN		2304
#define SK_WMEM_DEFAULT		212992
#define SOCK_MIN_SNDBUF		4608
#define RCV_SHUTDOWN		1
#define SEND_SHUTDOWN		2
#define SHUTDOWN_MASK		3
/* sk_userlocks: what the application chose itself, which outlasts a connection. */
#define SOCK_BINDADDR_LOCK	4
#define SOCK_BINDPORT_LOCK	8

enum sock_flags {
	SOCK_DEAD,
	SOCK_DONE,
	SOCK_KEEPOPEN,
	SOCK_LINGER,
	SOCK_ZEROCOPY,
};

/* What lock_sock() and bh_lock_sock() take. */
typedef struct {
	spinlock_t slock;
	int owned;			/* a task has the socket; under slock */
	wait_queue_head_t wq;
} socket_lock_t;

struct sock {
	/* What it is, in a word of its own: a compiler may read all of it at once. */
	u16 sk_family;
	u16 sk_protocol;
	u8 sk_type;
	refcount_t sk_refcnt;
	u8 sk_state;			/* TCP_*; written under the socket lock */
	u8 sk_shutdown;
	possible_net_t sk_net;
	struct proto *sk_prot;
	struct socket *sk_socket;	/* NULL once the file is gone */
	socket_lock_t sk_lock;
	struct {
		struct sk_buff *head;
		struct sk_buff *tail;
		int len;
	} sk_backlog;			/* under sk_lock.slock */
	struct sk_buff_head sk_receive_queue;
	struct sk_buff_head sk_error_queue;
	struct sk_buff_head sk_write_queue;
	struct page_frag sk_frag;	/* what sendmsg copies into; under the socket lock */
	struct xarray sk_user_frags;	/* token -> netmem_ref */
	unsigned long sk_flags;
	int sk_err;
	int sk_rcvbuf;
	atomic_t sk_rmem_alloc;
	int sk_rcvlowat;
	long sk_rcvtimeo;
	int sk_sndbuf;
	int sk_wmem_queued;		/* truesize of the write queue, under its lock */
	long sk_sndtimeo;
	unsigned long sk_lingertime;	/* jiffies, with SOCK_LINGER */
	atomic_t sk_drops;
	int sk_bound_dev_if;
	unsigned int sk_napi_id;
	int sk_incoming_cpu;
	atomic_t sk_zckey;		/* id of the next MSG_ZEROCOPY call */
	atomic_t sk_omem_alloc;
	atomic64_t sk_cookie;		/* 0: nobody has asked yet */
	struct dst_entry __rcu *sk_dst_cache;
	wait_queue_head_t sk_wait;	/* readers, writers, pollers */
	unsigned int sk_disconnects;	/* how often; written under the socket lock */
	u8 sk_reuse;
	u8 sk_userlocks;		/* SOCK_BIND*_LOCK */
	u8 sk_kern_sock;		/* holds no reference on its namespace */
	struct rcu_head sk_rcu;
	void (*sk_data_ready)(struct sock *sk);
	void (*sk_state_change)(struct sock *sk);
	void (*sk_write_space)(struct sock *sk);
	void (*sk_error_report)(struct sock *sk);
	int (*sk_backlog_rcv)(struct sock *sk, struct sk_buff *skb);
	void (*sk_destruct)(struct sock *sk);
};

/* A protocol. Contract of each member as in the kernel. */
struct proto {
	char name[32];
	unsigned int obj_size;
	int (*init)(struct sock *sk);
	void (*destroy)(struct sock *sk);
	void (*close)(struct sock *sk, long timeout);
	/* Socket lock held; may sleep. */
	int (*disconnect)(struct sock *sk, int flags);
	int (*setsockopt)(struct sock *sk, int level, int optname, sockptr_t optval,
			  unsigned int optlen);
	int (*getsockopt)(struct sock *sk, int level, int optname, char __user *optval,
			  int __user *optlen);
	int (*sendmsg)(struct sock *sk, struct msghdr *msg, size_t len);
	int (*recvmsg)(struct sock *sk, struct msghdr *msg, size_t len, int flags);
	int (*backlog_rcv)(struct sock *sk, struct sk_buff *skb);
	/* The owner lets go; slock held. */
	void (*release_cb)(struct sock *sk);
};

static inline struct net *sock_net(const struct sock *sk)
{
	return read_pnet(&sk->sk_net);
}

static inline void sock_net_set(struct sock *sk, struct net *net)
{
	write_pnet(&sk->sk_net, net);
}

static inline bool sock_flag(const struct sock *sk, enum sock_flags flag)
{
	return test_bit(flag, &sk->sk_flags);
}

static inline void sock_set_flag(struct sock *sk, enum sock_flags flag)
{
	set_bit(flag, &sk->sk_flags);
}

static inline void sock_reset_flag(struct sock *sk, enum sock_flags flag)
{
	clear_bit(flag, &sk->sk_flags);
}

static inline void sock_valbool_flag(struct sock *sk, enum sock_flags bit, int valbool)
{
	if (valbool)
		sock_set_flag(sk, bit);
	else
		sock_reset_flag(sk, bit);
}

static inline bool sk_is_inet(const struct sock *sk)
{
	return sk->sk_family == AF_INET || sk->sk_family == AF_INET6;
}

static inline bool sk_is_tcp(const struct sock *sk)
{
	return sk_is_inet(sk) && sk->sk_type == SOCK_STREAM && sk->sk_protocol == IPPROTO_TCP;
}

static inline bool sk_is_udp(const struct sock *sk)
{
	return sk_is_inet(sk) && sk->sk_type == SOCK_DGRAM && sk->sk_protocol == IPPROTO_UDP;
}

/* --- Life ---------------------------------------------------------------- */

/* A zeroed sock of @prot->obj_size with one reference; NULL without memory. */
struct sock *sk_alloc(struct net *net, int family, gfp_t priority, struct proto *prot, int kern);
/* Fills in the generic members; @sock may be NULL. */
void sock_init_data(struct socket *sock, struct sock *sk);
void sk_free(struct sock *sk);

static inline void sock_hold(struct sock *sk)
{
	refcount_inc(&sk->sk_refcnt);
}

static inline void sock_put(struct sock *sk)
{
	if (refcount_dec_and_test(&sk->sk_refcnt))
		sk_free(sk);
}

/* The file is gone: nobody sleeps on the sock any more and none will. */
void sock_orphan(struct sock *sk);

/* --- Locking ------------------------------------------------------------- */

void lock_sock_nested(struct sock *sk, int subclass);
void release_sock(struct sock *sk);

static inline void lock_sock(struct sock *sk)
{
	lock_sock_nested(sk, 0);
}

static inline bool sock_owned_by_user(const struct sock *sk)
{
	return sk->sk_lock.owned;
}

#define bh_lock_sock(sk)	spin_lock(&(sk)->sk_lock.slock)
#define bh_unlock_sock(sk)	spin_unlock(&(sk)->sk_lock.slock)

/* Leaves @skb for the task that owns the socket; slock held. -ENOBUFS above @limit bytes. */
int sk_add_backlog(struct sock *sk, struct sk_buff *skb, unsigned int limit);

/* --- Waiting and errors -------------------------------------------------- */

static inline int sock_error(struct sock *sk)
{
	return -xchg(&sk->sk_err, 0);
}

static inline long sock_rcvtimeo(const struct sock *sk, bool noblock)
{
	return noblock ? 0 : sk->sk_rcvtimeo;
}

static inline long sock_sndtimeo(const struct sock *sk, bool noblock)
{
	return noblock ? 0 : sk->sk_sndtimeo;
}

static inline int sock_intr_errno(long timeo)
{
	return timeo == MAX_SCHEDULE_TIMEOUT ? -ERESTARTSYS : -EINTR;
}

/*
 * Socket lock held, dropped while waiting. Waits until the last skb queued is not
 * @skb, for an error, the end of the stream or any wake-up of the socket: the
 * caller looks again. True if one of the first three is the case; -EPIPE if the
 * socket was disconnected meanwhile, and what the caller knew of it is the past.
 */
int sk_wait_data(struct sock *sk, long *timeo, const struct sk_buff *skb);
/* Wake readers and pollers. Any context. */
void sock_def_readable(struct sock *sk);
void sk_error_report(struct sock *sk);

/* --- Sending on streams: libkern/net/stream.c ---------------------------- */

/* Under the write queue's lock. */
static inline void sk_wmem_queued_add(struct sock *sk, int val)
{
	WRITE_ONCE(sk->sk_wmem_queued, sk->sk_wmem_queued + val);
}

static inline int sk_stream_wspace(const struct sock *sk)
{
	return READ_ONCE(sk->sk_sndbuf) - READ_ONCE(sk->sk_wmem_queued);
}

static inline int sk_stream_min_wspace(const struct sock *sk)
{
	return READ_ONCE(sk->sk_wmem_queued) >> 1;
}

/* May sendmsg go on? The last piece may exceed the buffer. */
static inline bool sk_stream_memory_free(const struct sock *sk)
{
	return READ_ONCE(sk->sk_wmem_queued) < READ_ONCE(sk->sk_sndbuf);
}

/* Is there so much room that a writer is worth waking? A third of the buffer. */
static inline bool sk_stream_is_writeable(const struct sock *sk)
{
	return sk_stream_wspace(sk) >= sk_stream_min_wspace(sk);
}

/* Wakes writers if it is worth it. Any context. net/core/stream.c. */
void sk_stream_write_space(struct sock *sk);
/*
 * Socket lock held, dropped while waiting; *timeo_p becomes what is left. 0 once the
 * socket is connected; what the connection died of; -EPIPE if nobody is connecting it or
 * it was disconnected; -EAGAIN, -ERESTARTSYS, -EINTR. net/core/stream.c.
 */
int sk_stream_wait_connect(struct sock *sk, long *timeo_p);
/* The same for room in the send buffer; when there is some, for the machine's memory. */
int sk_stream_wait_memory(struct sock *sk, long *timeo_p);
/*
 * What a failed send says: an error of the socket goes before -EPIPE. The signal that
 * belongs to it is raised by the host's call, udm_sendmsg().
 */
int sk_stream_error(struct sock *sk, int flags, int err);

/* --- Accounting ---------------------------------------------------------- */

/*
 * skb_recv_datagram - the next packet of the receive queue, waiting for one unless @flags has
 * MSG_DONTWAIT; with MSG_PEEK it stays in the queue. NULL and an errno in *@err, -EAGAIN and what
 * sock_error() has among them. The caller frees it. May sleep, takes no socket lock.
 * datagram_poll - readable with a packet in the receive queue. Contract: net/core/datagram.c.
 */
struct sk_buff *skb_recv_datagram(struct sock *sk, unsigned int flags, int *err);
__poll_t datagram_poll(struct file *file, struct socket *sock, struct poll_table_struct *wait);

/* Charges @skb's truesize to @sk until the skb is freed or orphaned. */
void skb_set_owner_r(struct sk_buff *skb, struct sock *sk);
void sock_rfree(struct sk_buff *skb);

static inline void skb_orphan(struct sk_buff *skb)
{
	if (skb->destructor)
		skb->destructor(skb);
	skb->destructor = NULL;
	skb->sk = NULL;
}

static inline void sk_drops_add(struct sock *sk, int segs)
{
	atomic_add(segs, &sk->sk_drops);
}

static inline struct dst_entry *__sk_dst_get(const struct sock *sk)
{
	return rcu_dereference_raw(sk->sk_dst_cache);
}

/*
 * An skb charged to the socket's option memory until it is freed; NULL without memory or
 * above net.core.optmem_max. The caller sees to it that @sk outlives it. Any context.
 */
struct sk_buff *sock_omalloc(struct sock *sk, unsigned long size, gfp_t priority);
/* The same for plain memory, given back with its size; as @priority allows. */
void *sock_kmalloc(struct sock *sk, int size, gfp_t priority);
void sock_kfree_s(struct sock *sk, void *mem, int size);

/* --- The error queue: emu-nic/net/errqueue.c ----------------------------- */

/*
 * Appends an entry (linux/errqueue.h), charged to the receive buffer; the queue owns it.
 * -ENOMEM, and it is still the caller's, if that is full. Any context.
 */
int sock_queue_err_skb(struct sock *sk, struct sk_buff *skb);
/* The first entry, the caller's now, or NULL; reports again if there are more. Any context. */
struct sk_buff *sock_dequeue_err_skb(struct sock *sk);

/* --- Control messages ---------------------------------------------------- */

/* What control messages of SOL_SOCKET ask for a sendmsg call. */
struct sockcm_cookie {
	u64 transmit_time;
	u32 mark;
	u32 tsflags;
	u32 ts_opt_id;
	u32 priority;
	u32 dmabuf_id;		/* SCM_DEVMEM_DMABUF; 0: none */
};

/*
 * Goes through the control messages of @msg, which are the kernel side's copies. 0 or
 * -EINVAL: one is cut short, of a wrong size or unknown; those of other levels are left
 * alone. Any context.
 */
int sock_cmsg_send(struct sock *sk, struct msghdr *msg, struct sockcm_cookie *sockc);
/* One of them, of level SOL_SOCKET. */
int __sock_cmsg_send(struct sock *sk, struct cmsghdr *cmsg, struct sockcm_cookie *sockc);

/* --- Options ------------------------------------------------------------- */

/* SOL_SOCKET. 0, a positive result (SO_DEVMEM_DONTNEED) or a negative errno; may sleep. */
int sk_setsockopt(struct sock *sk, int level, int optname, sockptr_t optval, unsigned int optlen);
int sk_getsockopt(struct sock *sk, int level, int optname, sockptr_t optval, sockptr_t optlen);

/**
 * sock_set_devmem_ops - who gives back netmems that tokens name
 *
 * The layer that knows page pools installs the handler of SO_DEVMEM_DONTNEED.
 */
typedef int (*sock_devmem_dontneed_fn)(struct sock *sk, sockptr_t optval, unsigned int optlen);
void sock_set_devmem_ops(sock_devmem_dontneed_fn dontneed);

#endif
