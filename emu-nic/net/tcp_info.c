// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP: what is known of a connection, as TCP_INFO tells it. Windows and what is on its
 * way are counted in segments there. Contract: net/ipv4/tcp.c.
 */
#include <linux/export.h>
#include <linux/string.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "emu-nic/lwip/stack.h"
#include "tcp_active.h"

static u8 ca_state(const struct stack_info *stack)
{
	if (!stack->recovering)
		return TCP_CA_Open;
	return stack->attempts > 1 ? TCP_CA_Loss : TCP_CA_Recovery;
}

static u32 segments(const struct stack_info *stack, u32 bytes)
{
	return DIV_ROUND_UP(bytes, stack->mss);
}

void tcp_get_info(struct sock *sk, struct tcp_info *info)
{
	struct stack_info stack;

	memset(info, 0, sizeof(*info));
	info->tcpi_state = READ_ONCE(sk->sk_state);
	info->tcpi_total_retrans = READ_ONCE(tcp_sk(sk)->total_retrans);
	if (!tcp_active_info(sk, &stack))
		return;
	info->tcpi_ca_state = ca_state(&stack);
	info->tcpi_retransmits = stack.attempts;
	info->tcpi_rto = stack.rto;
	info->tcpi_rtt = stack.rtt;
	info->tcpi_rttvar = stack.rttvar;
	info->tcpi_snd_mss = stack.mss;
	info->tcpi_unacked = segments(&stack, stack.unacked);
	info->tcpi_snd_cwnd = segments(&stack, stack.cwnd);
	info->tcpi_snd_ssthresh = segments(&stack, stack.ssthresh);
}
EXPORT_SYMBOL(tcp_get_info);
