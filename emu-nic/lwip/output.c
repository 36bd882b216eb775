// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames that leave: lwIP put zeros where the payload belongs. What was in their place
 * is known by the connection and the sequence number in the frame's own headers.
 */
#include <string.h>

#include "stack_if.h"

enum { FRAME_MAX = 65535 + SIZEOF_ETH_HDR };

struct tcp_view {
	ip_addr_t local, remote;
	const struct tcp_hdr *tcp;
	size_t headers;		/* in front of the payload, which is all the rest */
};

/* False for what is no TCP. lwIP made the frame: its lengths are right. */
static bool view_ip4(struct tcp_view *view, const uint8_t *ip)
{
	const struct ip_hdr *h = (const struct ip_hdr *)ip;

	if (IPH_PROTO(h) != IP_PROTO_TCP)
		return false;
	ip_addr_copy_from_ip4(view->local, h->src);
	ip_addr_copy_from_ip4(view->remote, h->dest);
	view->headers = SIZEOF_ETH_HDR + IPH_HL_BYTES(h);
	return true;
}

static bool view_ip6(struct tcp_view *view, const uint8_t *ip)
{
	const struct ip6_hdr *h = (const struct ip6_hdr *)ip;

	if (IP6H_NEXTH(h) != IP6_NEXTH_TCP)
		return false;
	ip_addr_copy_from_ip6_packed(view->local, h->src);
	ip_addr_copy_from_ip6_packed(view->remote, h->dest);
	view->headers = SIZEOF_ETH_HDR + IP6_HLEN;
	return true;
}

static bool view_tcp(struct tcp_view *view, const uint8_t *frame, size_t len)
{
	const struct eth_hdr *eth = (const struct eth_hdr *)frame;
	const uint8_t *ip = frame + SIZEOF_ETH_HDR;
	bool tcp = false;

	if (eth->type == PP_HTONS(ETHTYPE_IP))
		tcp = view_ip4(view, ip);
	else if (eth->type == PP_HTONS(ETHTYPE_IPV6))
		tcp = view_ip6(view, ip);
	if (!tcp)
		return false;
	view->tcp = (const struct tcp_hdr *)(frame + view->headers);
	view->headers += TCPH_HDRLEN_BYTES(view->tcp);
	return view->headers < len;
}

static struct stack_conn *conn_of(const struct tcp_view *view)
{
	struct tcp_pcb *pcb = stack_pcb_find(&view->local, lwip_ntohs(view->tcp->src),
					     &view->remote, lwip_ntohs(view->tcp->dest));

	return pcb ? stack_conn_of(pcb) : NULL;
}

err_t stack_linkoutput(struct netif *netif, struct pbuf *p)
{
	static uint8_t flat[FRAME_MAX];
	struct stack_frame frame = { .headers = p->payload, .header_len = p->tot_len };
	struct stack_conn *conn;
	struct tcp_view view;

	if (p->len != p->tot_len) {
		pbuf_copy_partial(p, flat, p->tot_len, 0);
		frame.headers = flat;
	}
	if (view_tcp(&view, frame.headers, frame.header_len)) {
		conn = conn_of(&view);
		/* Nobody has the bytes any more. */
		if (!conn)
			return ERR_OK;
		frame.owner = conn->owner;
		frame.seq = lwip_ntohl(view.tcp->seqno);
		frame.payload_len = frame.header_len - view.headers;
		frame.header_len = view.headers;
		frame.again = recovery_sending(conn, frame.seq, frame.payload_len);
	}
	stack_ops->output(stack_if_of(netif)->iface, &frame);
	return ERR_OK;
}
