/* SPDX-License-Identifier: GPL-2.0-only */
/* Socket cookies. Kernel path: linux/sock_diag.h. */
#ifndef _LINUX_SOCK_DIAG_H
#define _LINUX_SOCK_DIAG_H

#include <linux/types.h>

struct sock;

/*
 * A number that no other socket of the machine has had, from 1, given when it is first
 * asked for; getsockopt(SO_COOKIE) tells it too. Any context. net/core/sock_diag.c.
 */
u64 __sock_gen_cookie(struct sock *sk);

static inline u64 sock_gen_cookie(struct sock *sk)
{
	return __sock_gen_cookie(sk);
}

#endif
