// SPDX-License-Identifier: GPL-2.0-only
/*
 * struct sock: life, lock, waiting, receive accounting, SOL_SOCKET options.
 *
 * The socket lock has two halves: a flag owned by a task, and the spinlock that
 * protects the flag and the backlog. Softirq code that finds the flag set leaves
 * its packet on the backlog; release_sock() works the backlog off before it
 * clears the flag, so packets keep their order.
 */
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sock_diag.h>
#include <linux/user_namespace.h>
#include <linux/wait.h>
#include <net/sock.h>

static sock_devmem_dontneed_fn devmem_dontneed;

void sock_set_devmem_ops(sock_devmem_dontneed_fn dontneed)
{
	WRITE_ONCE(devmem_dontneed, dontneed);
}
EXPORT_SYMBOL(sock_set_devmem_ops);

/* --- Life ---------------------------------------------------------------- */

struct sock *sk_alloc(struct net *net, int family, gfp_t priority, struct proto *prot, int kern)
{
	struct sock *sk = kzalloc(prot->obj_size, priority);

	if (!sk)
		return NULL;
	sk->sk_family = family;
	sk->sk_prot = prot;
	sk->sk_kern_sock = kern;
	sock_net_set(sk, kern ? net : get_net(net));
	return sk;
}
EXPORT_SYMBOL(sk_alloc);

static void sock_def_wakeup(struct sock *sk)
{
	wake_up_all(&sk->sk_wait);
}

void sock_init_data(struct socket *sock, struct sock *sk)
{
	refcount_set(&sk->sk_refcnt, 1);
	spin_lock_init(&sk->sk_lock.slock);
	init_waitqueue_head(&sk->sk_lock.wq);
	init_waitqueue_head(&sk->sk_wait);
	skb_queue_head_init(&sk->sk_receive_queue);
	skb_queue_head_init(&sk->sk_error_queue);
	skb_queue_head_init(&sk->sk_write_queue);
	xa_init_flags(&sk->sk_user_frags, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_BH);
	sk->sk_rcvbuf = SK_RMEM_DEFAULT;
	sk->sk_rcvlowat = 1;
	sk->sk_rcvtimeo = MAX_SCHEDULE_TIMEOUT;
	sk->sk_sndbuf = SK_WMEM_DEFAULT;
	sk->sk_sndtimeo = MAX_SCHEDULE_TIMEOUT;
	sk->sk_state = TCP_CLOSE;
	sk->sk_incoming_cpu = -1;
	sk->sk_data_ready = sock_def_readable;
	sk->sk_state_change = sock_def_wakeup;
	sk->sk_write_space = sock_def_wakeup;
	sk->sk_error_report = sock_def_wakeup;
	sk->sk_backlog_rcv = sk->sk_prot->backlog_rcv;
	sk->sk_socket = sock;
	if (sock) {
		sk->sk_type = sock->type;
		sock->sk = sk;
	}
}
EXPORT_SYMBOL(sock_init_data);

void sk_free(struct sock *sk)
{
	if (sk->sk_destruct)
		sk->sk_destruct(sk);
	skb_queue_purge(&sk->sk_receive_queue);
	skb_queue_purge(&sk->sk_error_queue);
	WARN_ON(!xa_empty(&sk->sk_user_frags));
	xa_destroy(&sk->sk_user_frags);
	WARN_ON(atomic_read(&sk->sk_rmem_alloc));
	WARN_ON(sk->sk_wmem_queued);
	WARN_ON(atomic_read(&sk->sk_omem_alloc));
	if (sk->sk_frag.page)
		put_page(sk->sk_frag.page);
	if (!sk->sk_kern_sock)
		put_net(sock_net(sk));
	kfree_rcu(sk, sk_rcu);
}
EXPORT_SYMBOL(sk_free);

void sock_orphan(struct sock *sk)
{
	sock_set_flag(sk, SOCK_DEAD);
	sk->sk_socket = NULL;
	wake_up_all(&sk->sk_wait);
}
EXPORT_SYMBOL(sock_orphan);

/* --- Locking ------------------------------------------------------------- */

void lock_sock_nested(struct sock *sk, int subclass)
{
	DEFINE_WAIT(wait);

	might_sleep();
	spin_lock_bh(&sk->sk_lock.slock);
	while (sk->sk_lock.owned) {
		prepare_to_wait_exclusive(&sk->sk_lock.wq, &wait, TASK_UNINTERRUPTIBLE);
		spin_unlock_bh(&sk->sk_lock.slock);
		schedule();
		spin_lock_bh(&sk->sk_lock.slock);
	}
	finish_wait(&sk->sk_lock.wq, &wait);
	sk->sk_lock.owned = 1;
	spin_unlock_bh(&sk->sk_lock.slock);
}
EXPORT_SYMBOL(lock_sock_nested);

/* Takes the whole backlog, works it off without the spinlock, until there is none. */
static void release_backlog(struct sock *sk)
{
	struct sk_buff *skb, *next;

	while ((skb = sk->sk_backlog.head)) {
		sk->sk_backlog.head = sk->sk_backlog.tail = NULL;
		spin_unlock_bh(&sk->sk_lock.slock);
		for (; skb; skb = next) {
			next = skb->next;
			skb->next = NULL;
			sk->sk_backlog_rcv(sk, skb);
			cond_resched();
		}
		spin_lock_bh(&sk->sk_lock.slock);
	}
	sk->sk_backlog.len = 0;
}

void release_sock(struct sock *sk)
{
	spin_lock_bh(&sk->sk_lock.slock);
	release_backlog(sk);
	if (sk->sk_prot->release_cb)
		sk->sk_prot->release_cb(sk);
	sk->sk_lock.owned = 0;
	wake_up(&sk->sk_lock.wq);
	spin_unlock_bh(&sk->sk_lock.slock);
}
EXPORT_SYMBOL(release_sock);

int sk_add_backlog(struct sock *sk, struct sk_buff *skb, unsigned int limit)
{
	if ((unsigned int)sk->sk_backlog.len > limit)
		return -ENOBUFS;
	skb->next = NULL;
	if (sk->sk_backlog.tail)
		sk->sk_backlog.tail->next = skb;
	else
		sk->sk_backlog.head = skb;
	sk->sk_backlog.tail = skb;
	sk->sk_backlog.len += skb->truesize;
	return 0;
}
EXPORT_SYMBOL(sk_add_backlog);

/* --- Waiting ------------------------------------------------------------- */

/* Read without the lock: a change is followed by a wake-up. */
static bool sk_rx_moved(const struct sock *sk, const struct sk_buff *skb)
{
	const struct sk_buff *head = (const struct sk_buff *)&sk->sk_receive_queue;

	return READ_ONCE(sk->sk_receive_queue.prev) != (skb ?: head) || READ_ONCE(sk->sk_err) ||
	       (READ_ONCE(sk->sk_shutdown) & RCV_SHUTDOWN);
}

/*
 * Any wake-up ends the wait, also one after which the queue ends as before: its
 * last skb may have grown, or be another one at the same address.
 */
int sk_wait_data(struct sock *sk, long *timeo, const struct sk_buff *skb)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	unsigned int disconnects = sk->sk_disconnects;

	add_wait_queue(&sk->sk_wait, &wait);
	release_sock(sk);
	if (!sk_rx_moved(sk, skb))
		*timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, *timeo);
	remove_wait_queue(&sk->sk_wait, &wait);
	lock_sock(sk);
	return disconnects == sk->sk_disconnects ? sk_rx_moved(sk, skb) : -EPIPE;
}
EXPORT_SYMBOL(sk_wait_data);

void sock_def_readable(struct sock *sk)
{
	wake_up_interruptible_all(&sk->sk_wait);
}
EXPORT_SYMBOL(sock_def_readable);

void sk_error_report(struct sock *sk)
{
	sk->sk_error_report(sk);
}
EXPORT_SYMBOL(sk_error_report);

/* --- Accounting ---------------------------------------------------------- */

void sock_rfree(struct sk_buff *skb)
{
	atomic_sub(skb->truesize, &skb->sk->sk_rmem_alloc);
}
EXPORT_SYMBOL(sock_rfree);

void skb_set_owner_r(struct sk_buff *skb, struct sock *sk)
{
	skb_orphan(skb);
	skb->sk = sk;
	skb->destructor = sock_rfree;
	atomic_add(skb->truesize, &sk->sk_rmem_alloc);
}
EXPORT_SYMBOL(skb_set_owner_r);

/* --- Options ------------------------------------------------------------- */

/* SOL_SOCKET settings whose value is one int; the socket lock is held. */
static int sk_set_int_option(struct sock *sk, int optname, int val)
{
	switch (optname) {
	case SO_RCVBUF:
		WRITE_ONCE(sk->sk_rcvbuf, val > INT_MAX / 2 ? SK_RCVBUF_UNLIMITED
							    : max(2 * val, SK_RMEM_MIN));
		return 0;
	case SO_SNDBUF:
		WRITE_ONCE(sk->sk_sndbuf, max(2 * min(val, INT_MAX / 2), SOCK_MIN_SNDBUF));
		sk->sk_write_space(sk);
		return 0;
	case SO_RCVLOWAT:
		WRITE_ONCE(sk->sk_rcvlowat, val > 0 ? val : 1);
		return 0;
	case SO_REUSEADDR:
	case SO_REUSEPORT:
		sk->sk_reuse = val != 0;
		return 0;
	case SO_ZEROCOPY:
		if (!sk_is_tcp(sk) && !sk_is_udp(sk))
			return -EOPNOTSUPP;
		if (val < 0 || val > 1)
			return -EINVAL;
		sock_valbool_flag(sk, SOCK_ZEROCOPY, val);
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

/* Binding needs no privilege the first time. An empty name unbinds. */
static int sock_setbindtodevice(struct sock *sk, sockptr_t optval, int optlen)
{
	char name[IFNAMSIZ] = {};
	int ifindex = 0;

	if (optlen < 0)
		return -EINVAL;
	if (copy_from_sockptr(name, optval, min(optlen, IFNAMSIZ - 1)))
		return -EFAULT;
	if (name[0]) {
		struct net_device *dev = dev_get_by_name(sock_net(sk), name);

		if (!dev)
			return -ENODEV;
		ifindex = dev->ifindex;
		dev_put(dev);
	}
	lock_sock(sk);
	if (sk->sk_bound_dev_if && !ns_capable(sock_net(sk)->user_ns, CAP_NET_RAW))
		ifindex = -EPERM;
	else
		WRITE_ONCE(sk->sk_bound_dev_if, ifindex);
	release_sock(sk);
	return ifindex < 0 ? ifindex : 0;
}

static int sock_set_timeout(long *timeo, sockptr_t optval, unsigned int optlen)
{
	struct timeval tv;

	if (optlen < sizeof(tv))
		return -EINVAL;
	if (copy_from_sockptr(&tv, optval, sizeof(tv)))
		return -EFAULT;
	if (tv.tv_usec < 0 || tv.tv_usec >= 1000000)
		return -EDOM;
	if (tv.tv_sec < 0)
		*timeo = 0;
	else if (!tv.tv_sec && !tv.tv_usec)
		*timeo = MAX_SCHEDULE_TIMEOUT;
	else if (tv.tv_sec < MAX_SCHEDULE_TIMEOUT / HZ - 1)
		*timeo = tv.tv_sec * HZ + DIV_ROUND_UP((unsigned long)tv.tv_usec, 1000000 / HZ);
	return 0;
}

static int sock_set_linger(struct sock *sk, sockptr_t optval, unsigned int optlen)
{
	struct linger ling;

	if (optlen < sizeof(ling))
		return -EINVAL;
	if (copy_from_sockptr(&ling, optval, sizeof(ling)))
		return -EFAULT;
	sk->sk_lingertime = min_t(unsigned int, ling.l_linger, INT_MAX / HZ) * HZ;
	sock_valbool_flag(sk, SOCK_LINGER, ling.l_onoff);
	return 0;
}

int sk_setsockopt(struct sock *sk, int level, int optname, sockptr_t optval, unsigned int optlen)
{
	int val, ret;

	if (optname == SO_BINDTODEVICE)
		return sock_setbindtodevice(sk, optval, optlen);
	if ((int)optlen < (int)sizeof(int))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	/* Without the socket lock: a reader may hold it while it waits for memory. */
	if (optname == SO_DEVMEM_DONTNEED)
		return devmem_dontneed ? devmem_dontneed(sk, optval, optlen) : -ENOPROTOOPT;
	lock_sock(sk);
	if (optname == SO_LINGER)
		ret = sock_set_linger(sk, optval, optlen);
	else if (optname == SO_RCVTIMEO)
		ret = sock_set_timeout(&sk->sk_rcvtimeo, optval, optlen);
	else if (optname == SO_SNDTIMEO)
		ret = sock_set_timeout(&sk->sk_sndtimeo, optval, optlen);
	else
		ret = sk_set_int_option(sk, optname, val);
	release_sock(sk);
	return ret;
}
EXPORT_SYMBOL(sk_setsockopt);

static atomic64_t last_cookie;

u64 __sock_gen_cookie(struct sock *sk)
{
	s64 none = 0, cookie = atomic64_read(&sk->sk_cookie);

	if (cookie)
		return cookie;
	cookie = atomic64_inc_return(&last_cookie);
	/* Whoever is faster gives it. */
	return atomic64_try_cmpxchg(&sk->sk_cookie, &none, cookie) ? cookie : none;
}
EXPORT_SYMBOL(__sock_gen_cookie);

static void __exit cookies_exit(void)
{
	atomic64_set(&last_cookie, 0);
}
__exitcall(cookies_exit);

static int sock_getcookie(struct sock *sk, sockptr_t optval, sockptr_t optlen, int len)
{
	const u64 cookie = sock_gen_cookie(sk);
	int size = sizeof(cookie);

	if (len < size)
		return -EINVAL;
	return copy_to_sockptr(optval, &cookie, size) ?:
	       copy_to_sockptr(optlen, &size, sizeof(size));
}

/* 0 and the value of an int option, or -ENOPROTOOPT. */
static int sk_get_int_option(struct sock *sk, int optname, int *val)
{
	switch (optname) {
	case SO_TYPE:
		*val = sk->sk_type;
		return 0;
	case SO_DOMAIN:
		*val = sk->sk_family;
		return 0;
	case SO_PROTOCOL:
		*val = sk->sk_protocol;
		return 0;
	case SO_ERROR:
		*val = -sock_error(sk);
		return 0;
	case SO_RCVBUF:
		*val = sk->sk_rcvbuf;
		return 0;
	case SO_SNDBUF:
		*val = READ_ONCE(sk->sk_sndbuf);
		return 0;
	case SO_RCVLOWAT:
		*val = sk->sk_rcvlowat;
		return 0;
	case SO_REUSEADDR:
	case SO_REUSEPORT:
		*val = sk->sk_reuse;
		return 0;
	case SO_ZEROCOPY:
		*val = sock_flag(sk, SOCK_ZEROCOPY);
		return 0;
	case SO_INCOMING_NAPI_ID:
		*val = sk->sk_napi_id >= MIN_NAPI_ID ? sk->sk_napi_id : 0;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int sock_getbindtodevice(struct sock *sk, sockptr_t optval, sockptr_t optlen, int len)
{
	char name[IFNAMSIZ] = {};
	int used = 0, ifindex = READ_ONCE(sk->sk_bound_dev_if);

	if (ifindex) {
		struct net_device *dev;

		if (len < IFNAMSIZ)
			return -EINVAL;
		dev = dev_get_by_index(sock_net(sk), ifindex);
		if (!dev)
			return -ENODEV;
		strscpy(name, dev->name, sizeof(name));
		dev_put(dev);
		used = strlen(name) + 1;
	}
	return copy_to_sockptr(optval, name, used) ?: copy_to_sockptr(optlen, &used, sizeof(used));
}

int sk_getsockopt(struct sock *sk, int level, int optname, sockptr_t optval, sockptr_t optlen)
{
	int val, len, err;

	if (copy_from_sockptr(&len, optlen, sizeof(len)))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	if (optname == SO_BINDTODEVICE)
		return sock_getbindtodevice(sk, optval, optlen, len);
	if (optname == SO_COOKIE)
		return sock_getcookie(sk, optval, optlen, len);
	err = sk_get_int_option(sk, optname, &val);
	if (err)
		return err;
	len = min_t(int, len, sizeof(val));
	return copy_to_sockptr(optval, &val, len) ?: copy_to_sockptr(optlen, &len, sizeof(len));
}
EXPORT_SYMBOL(sk_getsockopt);
