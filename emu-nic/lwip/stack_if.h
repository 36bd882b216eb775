/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this folder share; the only header that includes lwIP's. */
#ifndef EMUNIC_LWIP_STACK_IF_H
#define EMUNIC_LWIP_STACK_IF_H

#include <lwip/etharp.h>
#include <lwip/ethip6.h>
#include <lwip/inet_chksum.h>
#include <lwip/init.h>
#include <lwip/ip.h>
#include <lwip/nd6.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/prot/iana.h>
#include <lwip/tcp.h>

#include <string.h>

#include "stack.h"

struct stack_if {
	struct netif netif;
	void *iface;		/* the user's */
};

/* Times are in microseconds. */
struct recovery {
	uint64_t due;			/* when something is repeated; 0: never */
	unsigned int attempts;		/* since something was acknowledged */
	/* SEEN: segments behind a hole arrived. PROBED: nothing is known but silence. */
	enum { NOT_RECOVERING, SEEN, PROBED } state;
	uint32_t recover;		/* what follows all that may have been lost */
	uint32_t probe_end;
	uint32_t cwnd;			/* before the segment that is looked at */
	bool timing;			/* from timed_at until timed_end is acknowledged */
	uint32_t timed_end;
	uint64_t timed_at;
	bool measured;			/* the estimates mean something */
	int64_t srtt, rttvar;
};

/* From the beginning of a connection until it has no owner; lwIP's argument is this. */
struct stack_conn {
	struct tcp_pcb *pcb;
	void *owner;
	struct recovery recovery;
};

/* A connection that is not made yet has its listener's argument. */
static inline struct stack_conn *stack_conn_of(const struct tcp_pcb *pcb)
{
	return pcb->state != SYN_RCVD ? pcb->callback_arg : NULL;
}

extern const struct stack_ops *stack_ops;
/* What connections are told that lwIP gives up in this moment. */
extern int stack_reason;

static inline struct stack_if *stack_if_of(struct netif *netif)
{
	return netif->state;
}

static inline bool addr_is_v4(const struct stack_addr *addr)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(addr->bytes, mapped, sizeof(mapped));
}

/* netif gives link-local addresses their zone; NULL: for comparing without. */
ip_addr_t addr_in(const struct stack_addr *addr, const struct netif *netif);
struct stack_addr addr_out(const ip_addr_t *ip);

/* interface.c */
void stack_if_input(struct stack_if *sif, struct pbuf *p);

/* output.c */
err_t stack_linkoutput(struct netif *netif, struct pbuf *p);

/* connection.c */
struct tcp_pcb *stack_pcb_find(const ip_addr_t *local, uint16_t local_port,
			       const ip_addr_t *remote, uint16_t remote_port);
/* Without an owner yet. NULL without memory. */
struct stack_conn *stack_conn_new(struct tcp_pcb *pcb);
/* Frees it; what becomes of the pcb is the caller's business. */
struct tcp_pcb *stack_conn_disown(struct stack_conn *conn);

/* recovery.c: a SYN was sent, and answered; a FIN was sent. */
void recovery_connecting(struct stack_conn *conn);
void recovery_connected(struct stack_conn *conn);
void recovery_start(struct stack_conn *conn);
/* Payload leaves; true if it is not the first time. */
bool recovery_sending(struct stack_conn *conn, uint32_t seq, size_t len);
/* A segment is about to be looked at; bytes were acknowledged by it. */
void recovery_before(struct stack_conn *conn, bool payload);
void recovery_acked(struct stack_conn *conn, size_t acked);
void recovery_forget(void);

/* stack.c: accepts for whoever a segment names as its listener. */
extern struct tcp_pcb_listen *stack_listener;

#endif
