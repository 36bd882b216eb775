// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: which net_iovs are with sockets, for udm_niovs_walk(): in receive queues, and with
 * applications that have a token for them. Sockets are listed from the time they can
 * receive until their memory is gone.
 */
#include <linux/list.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/sock_diag.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>
#include <net/netmem.h>
#include <net/tcp.h>
#include <udevmem/pagepool.h>
#include "tcp_active.h"
#include "tcp_flow.h"

static LIST_HEAD(receivers);
static DEFINE_SPINLOCK(receivers_lock);

void tcp_receiver_add(struct sock *sk)
{
	guard(spinlock_bh)(&receivers_lock);
	list_add_tail(&tcp_sk(sk)->receiver_node, &receivers);
}

void tcp_receiver_remove(struct sock *sk)
{
	guard(spinlock_bh)(&receivers_lock);
	list_del_init(&tcp_sk(sk)->receiver_node);
}

struct asking {
	udm_held_fn found;
	void *ctx;
	struct udm_held held;
};

static void netmem_tell(struct asking *ask, netmem_ref netmem)
{
	if (!netmem_is_net_iov(netmem))
		return;
	ask->held.niov = netmem_to_net_iov(netmem);
	ask->found(ask->ctx, &ask->held);
}

static void skb_tell(struct asking *ask, const struct sk_buff *skb)
{
	const struct sk_buff *part;

	for (int i = 0; i < skb_shinfo(skb)->nr_frags; i++)
		netmem_tell(ask, skb_frag_netmem(&skb_shinfo(skb)->frags[i]));
	skb_walk_frags(skb, part)
		skb_tell(ask, part);
}

static void waiting_tell(void *ctx, struct sk_buff *skb)
{
	skb_tell(ctx, skb);
}

static void receiver_tell(struct asking *ask, struct sock *sk)
{
	const struct sk_buff *skb;
	unsigned long token;
	void *entry;

	ask->held = (struct udm_held){ .state = UDM_NIOV_QUEUED, .socket = sock_gen_cookie(sk) };
	lock_sock(sk);
	skb_queue_walk(&sk->sk_receive_queue, skb)
		skb_tell(ask, skb);
	skb_queue_walk(&tcp_sk(sk)->out_of_order_queue, skb)
		skb_tell(ask, skb);
	tcp_active_waiting(sk, waiting_tell, ask);
	ask->held.state = UDM_NIOV_HELD;
	xa_lock_bh(&sk->sk_user_frags);
	xa_for_each(&sk->sk_user_frags, token, entry) {
		ask->held.token = token;
		netmem_tell(ask, (__force netmem_ref)(unsigned long)entry);
	}
	xa_unlock_bh(&sk->sk_user_frags);
	release_sock(sk);
}

/* Referenced, so that the list may change while sockets are asked one by one. */
static struct sock **receivers_get(size_t *n)
{
	const size_t room = *n;
	struct sock **all = kvmalloc_array(room + 1, sizeof(*all), GFP_KERNEL);
	struct tcp_sock *tp;

	*n = 0;
	if (!all)
		return NULL;
	guard(spinlock_bh)(&receivers_lock);
	list_for_each_entry(tp, &receivers, receiver_node) {
		struct sock *sk = (struct sock *)tp;

		if (*n < room && refcount_inc_not_zero(&sk->sk_refcnt))
			all[(*n)++] = sk;
	}
	return all;
}

static size_t receivers_count(void)
{
	guard(spinlock_bh)(&receivers_lock);
	return list_count_nodes(&receivers);
}

static int receivers_walk(struct udm_holder *holder, udm_held_fn found, void *ctx)
{
	struct asking ask = { .found = found, .ctx = ctx };
	size_t n = receivers_count();
	struct sock **all = receivers_get(&n);

	for (size_t i = 0; i < n; i++) {
		receiver_tell(&ask, all[i]);
		sock_put(all[i]);
	}
	if (!all)
		return -ENOMEM;
	kvfree(all);
	return 0;
}

static struct udm_holder receivers_holder = { .walk = receivers_walk };

void tcp_receivers_init(void)
{
	udm_holder_add(&receivers_holder);
}

void tcp_receivers_exit(void)
{
	udm_holder_remove(&receivers_holder);
	WARN_ON(!list_empty(&receivers));
}
