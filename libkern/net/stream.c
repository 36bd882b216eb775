// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stream sockets: waiting for a connection and for room to send.
 *
 * Writers sleep on the socket's one wait queue, like readers and pollers; every
 * change they may wait for is followed by a wake-up, and each looks for itself.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/poll.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <net/sock.h>
#include <net/tcp_states.h>

void sk_stream_write_space(struct sock *sk)
{
	if (sk_stream_is_writeable(sk))
		wake_up_interruptible_poll(&sk->sk_wait, EPOLLOUT | EPOLLWRNORM);
}
EXPORT_SYMBOL(sk_stream_write_space);

static bool sk_connected(const struct sock *sk)
{
	return 1 << READ_ONCE(sk->sk_state) & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT);
}

static bool sk_connecting(const struct sock *sk)
{
	return 1 << READ_ONCE(sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV);
}

/*
 * Sleeps for *@timeo at most unless @done says yes; the socket lock is dropped meanwhile.
 * -EPIPE: disconnected; there may even be another connection by now.
 */
static int sk_stream_sleep(struct sock *sk, long *timeo, bool (*done)(const struct sock *sk))
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	unsigned int disconnects = sk->sk_disconnects;

	add_wait_queue(&sk->sk_wait, &wait);
	release_sock(sk);
	if (!done(sk))
		*timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, *timeo);
	remove_wait_queue(&sk->sk_wait, &wait);
	lock_sock(sk);
	return disconnects == sk->sk_disconnects ? 0 : -EPIPE;
}

static bool sk_connect_over(const struct sock *sk)
{
	return READ_ONCE(sk->sk_err) || !sk_connecting(sk);
}

int sk_stream_wait_connect(struct sock *sk, long *timeo_p)
{
	while (!sk_connected(sk)) {
		int err = sock_error(sk);

		if (err)
			return err;
		if (!sk_connecting(sk))
			return -EPIPE;
		if (!*timeo_p)
			return -EAGAIN;
		if (signal_pending(current))
			return sock_intr_errno(*timeo_p);
		err = sk_stream_sleep(sk, timeo_p, sk_connect_over);
		if (err)
			return err;
	}
	return 0;
}
EXPORT_SYMBOL(sk_stream_wait_connect);

static bool sk_cannot_send(const struct sock *sk)
{
	return READ_ONCE(sk->sk_err) || (READ_ONCE(sk->sk_shutdown) & SEND_SHUTDOWN);
}

static bool sk_may_go_on(const struct sock *sk)
{
	return sk_cannot_send(sk) || sk_stream_memory_free(sk);
}

static bool sk_only_time_helps(const struct sock *sk)
{
	return sk_cannot_send(sk);
}

/* There is room, but the machine had no memory: nobody will wake us when it has. */
static int sk_stream_wait_machine(struct sock *sk, long *timeo_p)
{
	long nap = min(*timeo_p, (long)get_random_u32_below(HZ / 5) + 2);
	long left = nap;
	int err = sk_stream_sleep(sk, &left, sk_only_time_helps);

	if (*timeo_p != MAX_SCHEDULE_TIMEOUT)
		*timeo_p -= nap - left;
	if (err || sk_cannot_send(sk))
		return -EPIPE;
	return signal_pending(current) ? sock_intr_errno(*timeo_p) : 0;
}

int sk_stream_wait_memory(struct sock *sk, long *timeo_p)
{
	int err;

	if (!sk_cannot_send(sk) && sk_stream_memory_free(sk))
		return *timeo_p ? sk_stream_wait_machine(sk, timeo_p) : -EAGAIN;
	for (;;) {
		if (sk_cannot_send(sk))
			return -EPIPE;
		if (!*timeo_p)
			return -EAGAIN;
		if (signal_pending(current))
			return sock_intr_errno(*timeo_p);
		if (sk_stream_memory_free(sk))
			return 0;
		err = sk_stream_sleep(sk, timeo_p, sk_may_go_on);
		if (err)
			return err;
	}
}
EXPORT_SYMBOL(sk_stream_wait_memory);

int sk_stream_error(struct sock *sk, int flags, int err)
{
	return err == -EPIPE ? sock_error(sk) ?: -EPIPE : err;
}
EXPORT_SYMBOL(sk_stream_error);
