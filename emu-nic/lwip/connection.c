// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connections: lwIP's raw interface, with payload that is only counted.
 *
 * A struct stack_conn is lwIP's protocol control block, its argument the owner. Payload
 * that comes in is a custom pbuf, whose memory the user lent, over a range of zeros that
 * all share: how far lwIP moved its start says how many bytes were cut off in front. The
 * segment's checksum is made one for zeros.
 */
#include <errno.h>
#include <string.h>

#include "stack_if.h"

enum { SHADOW_BYTES = 0xffff };

/* The segment that is being looked at was more than one. */
static bool ack_at_once;

/* What lwIP reads and sends instead of payload. */
static const uint8_t shadow[SHADOW_BYTES + 1];

_Static_assert(sizeof(struct pbuf_custom) <= STACK_PAYLOAD_BYTES, "payload is kept elsewhere");

static struct tcp_pcb *pcb_of(const struct stack_conn *conn)
{
	return (struct tcp_pcb *)conn;
}

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
	const struct tcp_pcb *pcb = pcb_of(conn);

	*ends = (struct stack_ends){
		.local = addr_out(&pcb->local_ip),
		.remote = addr_out(&pcb->remote_ip),
		.local_port = pcb->local_port,
		.remote_port = pcb->remote_port,
	};
}

uint32_t stack_conn_next_seq(const struct stack_conn *conn)
{
	return pcb_of(conn)->snd_lbb;
}

uint32_t stack_conn_expects(const struct stack_conn *conn)
{
	return pcb_of(conn)->rcv_nxt;
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
static bool deliver(void *owner, struct pbuf *p)
{
	bool ok = true;
	struct pbuf *next;

	for (; p; p = next) {
		next = p->next;
		p->next = NULL;
		p->tot_len = p->len;
		if (ok && is_payload(p) && p->len)
			ok = stack_ops->received(owner, p, (uint8_t *)p->payload - shadow, p->len);
		else
			pbuf_free(p);
	}
	return ok;
}

/* Without an owner there is nobody to tell. */
static err_t on_recv(void *owner, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)err;
	if (!p) {
		if (owner)
			stack_ops->finished(owner);
		return ERR_OK;
	}
	if (!owner) {
		pbuf_free(p);
		return ERR_OK;
	}
	if (ack_at_once)
		tcp_ack_now(pcb);
	if (deliver(owner, p))
		return ERR_OK;
	tcp_abort(pcb);
	return ERR_ABRT;
}

static err_t on_sent(void *owner, struct tcp_pcb *pcb, u16_t len)
{
	(void)len;
	if (owner)
		stack_ops->acked(owner, pcb->lastack);
	return ERR_OK;
}

static err_t on_connected(void *owner, struct tcp_pcb *pcb, err_t err)
{
	(void)pcb;
	(void)err;
	stack_ops->connected(owner);
	return ERR_OK;
}

static void on_error(void *owner, err_t err)
{
	if (!owner)
		return;
	/* Both directions have ended. */
	if (err == ERR_CLSD)
		stack_ops->failed(owner, 0);
	else
		stack_ops->failed(owner, err == ERR_RST ? ECONNRESET : stack_reason);
}

void stack_pcb_own(struct tcp_pcb *pcb, void *owner)
{
	tcp_arg(pcb, owner);
	tcp_recv(pcb, on_recv);
	tcp_sent(pcb, on_sent);
	tcp_err(pcb, on_error);
}

static void disown(struct tcp_pcb *pcb)
{
	tcp_arg(pcb, NULL);
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

	if (!pcb)
		return -ENOMEM;
	pcb_bind(pcb, &sif->netif, ends);
	stack_pcb_own(pcb, owner);
	err = tcp_connect(pcb, &remote, ends->remote_port, on_connected);
	if (err == ERR_OK) {
		*conn = (struct stack_conn *)pcb;
		return 0;
	}
	disown(pcb);
	tcp_abort(pcb);
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

/* Zeros add nothing to a sum: it is that of the header and of the lengths. */
static void resum(struct pbuf *p, const struct stack_segment *seg)
{
	const uint8_t *ip = p->payload;
	struct tcp_hdr *tcp = (struct tcp_hdr *)((uint8_t *)p->payload + seg->ip_len);
	const size_t len = seg->tcp_len + seg->payload_len;
	ip_addr_t src, dst;

	if (IP_HDR_GET_VERSION(ip) == 4) {
		ip_addr_copy_from_ip4(src, ((const struct ip_hdr *)ip)->src);
		ip_addr_copy_from_ip4(dst, ((const struct ip_hdr *)ip)->dest);
	} else {
		ip_addr_copy_from_ip6_packed(src, ((const struct ip6_hdr *)ip)->src);
		ip_addr_copy_from_ip6_packed(dst, ((const struct ip6_hdr *)ip)->dest);
	}
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
	const uint8_t *headers = seg->headers;
	const struct tcp_hdr *tcp = (const struct tcp_hdr *)(headers + seg->ip_len);

	stack_listener->callback_arg = seg->listener;
	stack_listener->local_port = lwip_ntohs(tcp->dest);
	/* Connections inherit it: answers leave where the question came in. */
	tcp_bind_netif((struct tcp_pcb *)stack_listener, &sif->netif);
}

void stack_if_segment(struct stack_if *sif, const struct stack_segment *seg)
{
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
	ack_at_once = seg->gathered;
	stack_if_input(sif, p);
	ack_at_once = false;
	stack_listener->local_port = 0;
	stack_listener->callback_arg = NULL;
}

void stack_conn_waiting(const struct stack_conn *conn, void (*fn)(void *ctx, void *payload),
			void *ctx)
{
	for (const struct tcp_seg *seg = pcb_of(conn)->ooseq; seg; seg = seg->next)
		for (struct pbuf *p = seg->p; p; p = p->next)
			if (is_payload(p))
				fn(ctx, p);
}

/* --- Bytes --------------------------------------------------------------- */

size_t stack_conn_send(struct stack_conn *conn, size_t len)
{
	struct tcp_pcb *pcb = pcb_of(conn);
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
		tcp_nagle_enable(pcb_of(conn));
		return;
	}
	tcp_nagle_disable(pcb_of(conn));
	tcp_output(pcb_of(conn));
}

void stack_conn_read(struct stack_conn *conn, size_t len)
{
	for (; len > 0xffff; len -= 0xffff)
		tcp_recved(pcb_of(conn), 0xffff);
	tcp_recved(pcb_of(conn), len);
}

/* --- End ----------------------------------------------------------------- */

void stack_conn_finish(struct stack_conn *conn)
{
	tcp_shutdown(pcb_of(conn), 0, 1);
}

/* Shutting both sides is closing; lwIP's function of that name is also one of the kernel's. */
void stack_conn_close(struct stack_conn *conn)
{
	disown(pcb_of(conn));
	tcp_shutdown(pcb_of(conn), 1, 1);
}

void stack_conn_abort(struct stack_conn *conn)
{
	disown(pcb_of(conn));
	tcp_abort(pcb_of(conn));
}
