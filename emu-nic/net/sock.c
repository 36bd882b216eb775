// SPDX-License-Identifier: GPL-2.0-only
/*
 * SO_DEVMEM_DONTNEED: the application returns device memory it was told of.
 *
 * Works without the socket lock, in any state of the socket. Tokens are taken
 * out of the socket's array a few at a time under its lock; their references are
 * dropped outside it, because that may end a page pool. Contract:
 * net/core/sock.c.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/xarray.h>
#include <net/netmem.h>
#include <net/page_pool/helpers.h>
#include <net/sock.h>
#include <trace/events/devmem.h>
#include "devmem_token.h"

#define MAX_DONTNEED_TOKENS	128
#define MAX_DONTNEED_FRAGS	1024
#define DONTNEED_BATCH		16

/* Walks token values in the order the application gave them. */
struct dontneed {
	struct sock *sk;
	const struct dmabuf_token *token, *end;
	u32 done;		/* values of *token tried */
	unsigned int attempts;
	int freed;
};

/* The next value to try; false at the end or when enough were tried. */
static bool dontneed_next(struct dontneed *dn, u32 *value)
{
	while (dn->token != dn->end && dn->done == dn->token->token_count) {
		dn->token++;
		dn->done = 0;
	}
	if (dn->token == dn->end || dn->attempts == MAX_DONTNEED_FRAGS)
		return false;
	dn->attempts++;
	*value = dn->token->token_start + dn->done++;
	return true;
}

/* What a token names, taken out of the array; 0 if it names nothing. Array lock held. */
static netmem_ref dontneed_take(struct xa_state *xas, u32 value)
{
	void *entry = devmem_token_seek(xas, value);
	netmem_ref netmem = (__force netmem_ref)(unsigned long)entry;

	/* Unknown, or reserved by a recvmsg that is still running: not the caller's yet. */
	if (!entry || xa_is_zero(entry))
		return 0;
	xas_store(xas, NULL);
	trace_devmem_return(netmem, value);
	return WARN_ON_ONCE(!netmem_is_net_iov(netmem)) ? 0 : netmem;
}

/* Fills @batch; false when there is nothing more to try. */
static bool dontneed_batch(struct dontneed *dn, netmem_ref *batch, unsigned int *n)
{
	XA_STATE(xas, &dn->sk->sk_user_frags, 0);
	bool more = true;
	u32 value;

	*n = 0;
	xa_lock_bh(&dn->sk->sk_user_frags);
	while (*n < DONTNEED_BATCH && (more = dontneed_next(dn, &value))) {
		batch[*n] = dontneed_take(&xas, value);
		if (batch[*n])
			(*n)++;
	}
	xa_unlock_bh(&dn->sk->sk_user_frags);
	return more;
}

static int dontneed_run(struct dontneed *dn)
{
	netmem_ref batch[DONTNEED_BATCH];
	unsigned int n;
	bool more;

	do {
		more = dontneed_batch(dn, batch, &n);
		page_pool_put_netmem_bulk(batch, n);
		dn->freed += n;
	} while (more);
	return dn->freed;
}

static int sock_devmem_dontneed(struct sock *sk, sockptr_t optval, unsigned int optlen)
{
	struct dontneed dn = { .sk = sk };
	struct dmabuf_token *tokens;
	int ret = -EFAULT;

	if (!sk_is_tcp(sk))
		return -EBADF;
	if (optlen % sizeof(*tokens) || optlen > sizeof(*tokens) * MAX_DONTNEED_TOKENS)
		return -EINVAL;
	tokens = kvmalloc(optlen, GFP_KERNEL);
	if (!tokens)
		return -ENOMEM;
	if (!copy_from_sockptr(tokens, optval, optlen)) {
		dn.token = tokens;
		dn.end = tokens + optlen / sizeof(*tokens);
		ret = dontneed_run(&dn);
	}
	kvfree(tokens);
	return ret;
}

static int __init sock_devmem_init(void)
{
	sock_set_devmem_ops(sock_devmem_dontneed);
	return 0;
}
core_initcall(sock_devmem_init);
