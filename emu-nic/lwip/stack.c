// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stack as a whole: its beginning, its end, and time.
 *
 * lwIP is initialised once per process and cannot be told to end, so ending means to
 * leave it empty: no connection, no interface. It asks for no thread and no clock: time
 * is the ticks its user gives it, and it stands still while nothing depends on it.
 */
#include <errno.h>
#include <string.h>

#include "stack_if.h"

enum { TICKS_PER_SECOND = 1000 / STACK_TICK_MS };

const struct stack_ops *stack_ops;
int stack_reason = ETIMEDOUT;
struct tcp_pcb_listen *stack_listener;
static unsigned int ticks;

/*
 * lwIP asks for the first sequence number of a connection by this name, and finds this
 * function before its own, which counts from the start of the process: so a machine with
 * a seed has the same numbers each time it is booted.
 */
u32_t tcp_next_iss(struct tcp_pcb *pcb)
{
	(void)pcb;
	return stack_ops->random();
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct stack_conn *conn = pcb && err == ERR_OK ? stack_conn_new(pcb) : NULL;

	if (!conn)
		return ERR_MEM;
	conn->owner = stack_ops->accepted(arg, conn);
	if (conn->owner)
		return ERR_OK;
	stack_conn_disown(conn);
	return ERR_MEM;
}

/*
 * One listener for all. It has a port only while a segment is handed in for which its
 * sender's listener is known; at other times it hears nothing.
 */
static int listener_make(void)
{
	struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);

	if (pcb && tcp_bind(pcb, IP_ANY_TYPE, 1) == ERR_OK)
		stack_listener = (struct tcp_pcb_listen *)tcp_listen(pcb);
	if (!stack_listener)
		return -ENOMEM;
	tcp_accept((struct tcp_pcb *)stack_listener, on_accept);
	stack_listener->local_port = 0;
	return 0;
}

int stack_start(const struct stack_ops *ops)
{
	static bool initialised;

	stack_ops = ops;
	if (!initialised)
		lwip_init();
	initialised = true;
	return stack_listener ? 0 : listener_make();
}

void stack_stop(void)
{
	stack_reason = ECONNABORTED;
	while (netif_list)
		stack_if_remove(stack_if_of(netif_list));
	while (tcp_active_pcbs)
		tcp_abort(tcp_active_pcbs);
	while (tcp_tw_pcbs)
		tcp_abort(tcp_tw_pcbs);
	stack_reason = ETIMEDOUT;
	recovery_forget();
	tcp_ticks = 0;
	ticks = 0;
}

void stack_tick(void)
{
	tcp_tmr();
	if (++ticks % TICKS_PER_SECOND)
		return;
	etharp_tmr();
	nd6_tmr();
}

/* Does anything happen to this connection if only time passes? */
static bool pcb_waits_for_time(const struct tcp_pcb *pcb)
{
	const tcpflags_t due = TF_ACK_DELAY | TF_ACK_NOW | TF_CLOSEPEND | TF_NAGLEMEMERR | TF_RTO;

	if (pcb->unsent || pcb->unacked || pcb->ooseq || pcb->persist_backoff || pcb->flags & due)
		return true;
	/* A peer that never ends is not waited for when nobody reads. */
	return pcb->state == SYN_RCVD || (pcb->state == FIN_WAIT_2 && pcb->flags & TF_RXCLOSED);
}

bool stack_busy(void)
{
	if (tcp_tw_pcbs)
		return true;
	for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		if (pcb_waits_for_time(pcb))
			return true;
	return false;
}
