// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connections: lwIP's raw interface, with payload that is only counted.
 *
 * A struct stack_conn is the argument of lwIP's protocol control block for as long as the
 * connection has an owner; what lwIP does after that it does alone. Payload that comes in is a custom pbuf, whose memory the user lent, over a range of zeros that
 * all share: how far lwIP moved its start says how many bytes were cut off in front. The
 * segment's checksum is made one for zeros.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack_if.h"

enum { SHADOW_BYTES = 0xffff };

/* The segment that is being looked at was more than one. */
static bool ack_at_once;

/* What lwIP reads and sends instead of payload. */
static const uint8_t shadow[SHADOW_BYTES + 1];

_Static_assert(sizeof(struct pbuf_custom) <= STACK_PAYLOAD_BYTES, "payload is kept elsewhere");

/* --- Finding them -------------------------------------------------------- */

static bool pcb_is(const struct tcp_pcb *pcb, const ip_addr_t *local, uint16_t local_port,
		   const ip_addr_t *remote, uint16_t remote_port)
{
	return pcb->local_port == local_port && pcb->remote_port == remote_port &&
	       ip_addr_cmp_zoneless(&pcb->local_ip, local) &&
	       ip_addr_cmp_zoneless(&pcb->remote_ip, remote);
}

struct tcp_pcb *stack_pcb_find(const ip_addr_t *local, uint16_t local_port,
			       const ip_addr_t *remote, uint16_t remote_port)
{
	struct tcp_pcb *pcb = tcp_active_pcbs;

	while (pcb && !pcb_is(pcb, local, local_port, remote, remote_port))
		pcb = pcb->next;
	return pcb;
}

bool stack_conn_exists(const struct stack_ends *ends)
{
	const ip_addr_t local = addr_in(&ends->local, NULL), remote = addr_in(&ends->remote, NULL);
	struct tcp_pcb *pcb;

	if (stack_pcb_find(&local, ends->local_port, &remote, ends->remote_port))
		return true;
	for (pcb = tcp_tw_pcbs; pcb; pcb = pcb->next)
		if (pcb_is(pcb, &local, ends->local_port, &remote, ends->remote_port))
			return true;
	return false;
}

void stack_conn_ends(const struct stack_conn *conn, struct stack_ends *ends)
{
	const struct tcp_pcb *pcb = conn->pcb;

	*ends = (struct stack_ends){
		.local = addr_out(&pcb->local_ip),
		.remote = addr_out(&pcb->remote_ip),
		.local_port = pcb->local_port,
		.remote_port = pcb->remote_port,
	};
}

uint32_t stack_conn_next_seq(const struct stack_conn *conn)
{
	return conn->pcb->snd_lbb;
}

uint32_t stack_conn_expects(const struct stack_conn *conn)
{
	return conn->pcb->rcv_nxt;
}

/* --- What lwIP calls ----------------------------------------------------- */

static bool is_payload(const struct pbuf *p)
{
	return p->flags & PBUF_FLAG_IS_CUSTOM;
}

static void payload_free(struct pbuf *p)
{
	stack_ops->dropped(p);
}

/* Takes the chain apart: payload to its owner, the rest is lwIP's. False: do not go on. */
static bool deliver(struct stack_conn *conn, struct pbuf *p)
{
	bool ok = true;
	struct pbuf *next;

	for (; p; p = next) {
		next = p->next;
		p->next = NULL;
		p->tot_len = p->len;
		if (ok && is_payload(p) && p->len)
			ok = stack_ops->received(conn->owner, p, (uint8_t *)p->payload - shadow, p->len);
		else
			pbuf_free(p);
	}
	return ok;
}

/* Without an owner there is nobody to tell. */
static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	struct stack_conn *conn = arg;

	(void)err;
	if (!p) {
		if (conn)
			stack_ops->finished(conn->owner);
		return ERR_OK;
	}
	if (!conn) {
		pbuf_free(p);
		return ERR_OK;
	}
	if (ack_at_once)
		tcp_ack_now(pcb);
	if (deliver(conn, p))
		return ERR_OK;
	tcp_abort(pcb);
	return ERR_ABRT;
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
	struct stack_conn *conn = arg;

	if (!conn)
		return ERR_OK;
	recovery_acked(conn, len);
	stack_ops->acked(conn->owner, pcb->lastack);
	return ERR_OK;
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct stack_conn *conn = arg;

	(void)pcb;
	(void)err;
	recovery_connected(conn);
	stack_ops->connected(conn->owner);
	return ERR_OK;
}

static void on_error(void *arg, err_t err)
{
	struct stack_conn *conn = arg;

	if (!conn)
		return;
	/* Both directions have ended. */
	if (err == ERR_CLSD)
		stack_ops->failed(conn->owner, 0);
	else
		stack_ops->failed(conn->owner, err == ERR_RST ? ECONNRESET : stack_reason);
	free(conn);
}

struct stack_conn *stack_conn_new(struct tcp_pcb *pcb)
{
	struct stack_conn *conn = calloc(1, sizeof(*conn));

	if (!conn)
		return NULL;
	conn->pcb = pcb;
	tcp_arg(pcb, conn);
	tcp_recv(pcb, on_recv);
	tcp_sent(pcb, on_sent);
	tcp_err(pcb, on_error);
	return conn;
}

struct tcp_pcb *stack_conn_disown(struct stack_conn *conn)
{
	struct tcp_pcb *pcb = conn->pcb;

	tcp_arg(pcb, NULL);
	free(conn);
	return pcb;
}

/* --- Begin --------------------------------------------------------------- */

static int error_of(err_t err)
{
	switch (err) {
	case ERR_OK:
		return 0;
	case ERR_USE:
		return -EADDRINUSE;
	case ERR_RTE:
		return -ENETUNREACH;
	default:
		return -ENOMEM;
	}
}

static void pcb_bind(struct tcp_pcb *pcb, const struct netif *netif, const struct stack_ends *ends)
{
	tcp_bind_netif(pcb, netif);
	pcb->local_ip = addr_in(&ends->local, netif);
	pcb->local_port = ends->local_port;
	/* What lwIP shall check is the pair of ends, not the local one. */
	ip_set_option(pcb, SOF_REUSEADDR);
}

int stack_connect(struct stack_if *sif, void *owner, const struct stack_ends *ends,
		  struct stack_conn **conn)
{
	const ip_addr_t remote = addr_in(&ends->remote, &sif->netif);
	struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&remote));
	err_t err;

	*conn = pcb ? stack_conn_new(pcb) : NULL;
	if (!*conn) {
		if (pcb)
			tcp_abort(pcb);
		return -ENOMEM;
	}
	(*conn)->owner = owner;
	pcb_bind(pcb, &sif->netif, ends);
	err = tcp_connect(pcb, &remote, ends->remote_port, on_connected);
	if (err == ERR_OK)
		recovery_connecting(*conn);
	else
		stack_conn_abort(*conn);
	return error_of(err);
}

unsigned int stack_listener_pending(const void *listener)
{
	unsigned int n = 0;

	for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		n += pcb->state == SYN_RCVD && pcb->callback_arg == listener;
	return n;
}

static struct tcp_pcb *pending_find(const void *listener)
{
	struct tcp_pcb *pcb = tcp_active_pcbs;

	while (pcb && (pcb->state != SYN_RCVD || pcb->callback_arg != listener))
		pcb = pcb->next;
	return pcb;
}

void stack_listener_gone(const void *listener)
{
	struct tcp_pcb *pcb;

	while ((pcb = pending_find(listener)))
		tcp_abort(pcb);
}

/* --- Segments in --------------------------------------------------------- */

static void segment_ends(const struct stack_segment *seg, ip_addr_t *src, ip_addr_t *dst)
{
	const uint8_t *ip = seg->headers;

	if (IP_HDR_GET_VERSION(ip) == 4) {
		ip_addr_copy_from_ip4(*src, ((const struct ip_hdr *)ip)->src);
		ip_addr_copy_from_ip4(*dst, ((const struct ip_hdr *)ip)->dest);
	} else {
		ip_addr_copy_from_ip6_packed(*src, ((const struct ip6_hdr *)ip)->src);
		ip_addr_copy_from_ip6_packed(*dst, ((const struct ip6_hdr *)ip)->dest);
	}
}

static const struct tcp_hdr *segment_tcp(const struct stack_segment *seg)
{
	return (const struct tcp_hdr *)((const uint8_t *)seg->headers + seg->ip_len);
}

/* The owned connection it is for, or NULL. */
static struct stack_conn *segment_conn(const struct stack_segment *seg)
{
	const struct tcp_hdr *tcp = segment_tcp(seg);
	ip_addr_t src, dst;
	struct tcp_pcb *pcb;

	segment_ends(seg, &src, &dst);
	pcb = stack_pcb_find(&dst, lwip_ntohs(tcp->dest), &src, lwip_ntohs(tcp->src));
	return pcb ? stack_conn_of(pcb) : NULL;
}

/* Zeros add nothing to a sum: it is that of the header and of the lengths. */
static void resum(struct pbuf *p, const struct stack_segment *seg)
{
	struct tcp_hdr *tcp = (struct tcp_hdr *)((uint8_t *)p->payload + seg->ip_len);
	const size_t len = seg->tcp_len + seg->payload_len;
	ip_addr_t src, dst;

	segment_ends(seg, &src, &dst);
	tcp->chksum = 0;
	pbuf_remove_header(p, seg->ip_len);
	tcp->chksum = ip_chksum_pseudo_partial(p, IP_PROTO_TCP, len, seg->tcp_len, &src, &dst);
	pbuf_add_header_force(p, seg->ip_len);
}

static struct pbuf *segment_make(const struct stack_segment *seg)
{
	const size_t header_len = seg->ip_len + seg->tcp_len;
	struct pbuf_custom *payload = seg->payload;
	struct pbuf *p = NULL;

	if (header_len + seg->payload_len <= SHADOW_BYTES)
		p = pbuf_alloc(PBUF_RAW, header_len, PBUF_RAM);
	if (!p)
		return NULL;
	memcpy(p->payload, seg->headers, header_len);
	resum(p, seg);
	if (!seg->payload_len)
		return p;
	payload->custom_free_function = payload_free;
	pbuf_alloced_custom(PBUF_RAW, seg->payload_len, PBUF_REF, payload, (void *)shadow,
			    SHADOW_BYTES);
	pbuf_cat(p, &payload->pbuf);
	return p;
}

static void listen_as(const struct stack_if *sif, const struct stack_segment *seg)
{
	stack_listener->callback_arg = seg->listener;
	stack_listener->local_port = lwip_ntohs(segment_tcp(seg)->dest);
	/* Connections inherit it: answers leave where the question came in. */
	tcp_bind_netif((struct tcp_pcb *)stack_listener, &sif->netif);
}

void stack_if_segment(struct stack_if *sif, const struct stack_segment *seg)
{
	struct stack_conn *conn = segment_conn(seg);
	struct pbuf *p = segment_make(seg);

	if (!p) {
		stack_ops->dropped(seg->payload);
		return;
	}
	if (seg->listener)
		listen_as(sif, seg);
	/* Without payload nothing of lwIP's is in the user's memory, and the copy is made. */
	if (!seg->payload_len)
		stack_ops->dropped(seg->payload);
	if (conn)
		recovery_before(conn, seg->payload_len);
	ack_at_once = seg->gathered;
	stack_if_input(sif, p);
	ack_at_once = false;
	stack_listener->local_port = 0;
	stack_listener->callback_arg = NULL;
}

void stack_conn_waiting(const struct stack_conn *conn, void (*fn)(void *ctx, void *payload),
			void *ctx)
{
	for (const struct tcp_seg *seg = conn->pcb->ooseq; seg; seg = seg->next)
		for (struct pbuf *p = seg->p; p; p = p->next)
			if (is_payload(p))
				fn(ctx, p);
}

/* --- Bytes --------------------------------------------------------------- */

size_t stack_conn_send(struct stack_conn *conn, size_t len)
{
	struct tcp_pcb *pcb = conn->pcb;
	size_t taken = 0, n;

	while (taken < len && (n = tcp_sndbuf(pcb))) {
		if (n > len - taken)
			n = len - taken;
		if (tcp_write(pcb, shadow, n, TCP_WRITE_FLAG_COPY |
			      (taken + n < len ? TCP_WRITE_FLAG_MORE : 0)) != ERR_OK)
			break;
		taken += n;
	}
	tcp_output(pcb);
	return taken;
}

void stack_conn_nodelay(struct stack_conn *conn, bool on)
{
	if (!on) {
		tcp_nagle_enable(conn->pcb);
		return;
	}
	tcp_nagle_disable(conn->pcb);
	tcp_output(conn->pcb);
}

void stack_conn_read(struct stack_conn *conn, size_t len)
{
	for (; len > 0xffff; len -= 0xffff)
		tcp_recved(conn->pcb, 0xffff);
	tcp_recved(conn->pcb, len);
}

/* --- End ----------------------------------------------------------------- */

void stack_conn_finish(struct stack_conn *conn)
{
	tcp_shutdown(conn->pcb, 0, 1);
	recovery_start(conn);
}

/* Shutting both sides is closing; lwIP's function of that name is also one of the kernel's. */
void stack_conn_close(struct stack_conn *conn)
{
	tcp_shutdown(stack_conn_disown(conn), 1, 1);
}

void stack_conn_abort(struct stack_conn *conn)
{
	tcp_abort(stack_conn_disown(conn));
}
