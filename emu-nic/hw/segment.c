// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit offloads on bytes.
 */
#include "segment.h"

#include <string.h>

#include "../emunic_regs.h"
#include "bytes.h"
#include "checksum.h"

enum {
	ETH_ADDRS = 12, ETH_HEADER = 14, TAG = 4, TYPE_VLAN = 0x8100,
	IPV4_HEADER = 20, IPV6_HEADER = 40, TCP_HEADER = 20, PROTO_TCP = 6,
	TCP_FIN = 0x01, TCP_PSH = 0x08, TCP_CWR = 0x80,
};

/* --- Checking ------------------------------------------------------------ */

/* The length of the IPv4 header at l3, 0 if there is none. */
static uint32_t ipv4_header(const struct segment_packet *p)
{
	uint32_t len;

	if (p->l3 < ETH_HEADER || p->l3 + IPV4_HEADER > p->len || p->data[p->l3] >> 4 != 4)
		return 0;
	len = (p->data[p->l3] & 15) * 4;
	return len >= IPV4_HEADER && p->l3 + len <= p->len ? len : 0;
}

static bool is_ipv6(const struct segment_packet *p)
{
	return p->data[p->l3] >> 4 == 6;
}

static uint32_t largest_segment(const struct segment_packet *p)
{
	uint32_t payload = p->len - p->hdr_len;

	return p->hdr_len + (payload < p->mss ? payload : p->mss);
}

/* The network header ends at or before l4, and a segment's length fits its length field. */
static bool network_fits(const struct segment_packet *p)
{
	uint32_t header = ipv4_header(p);

	if (header)
		return p->l4 == p->l3 + header && p->data[p->l3 + 9] == PROTO_TCP &&
		       largest_segment(p) - p->l3 <= 0xffff;
	return p->l3 >= ETH_HEADER && p->l3 < p->len && is_ipv6(p) &&
	       p->l4 >= p->l3 + IPV6_HEADER && largest_segment(p) - p->l3 - IPV6_HEADER <= 0xffff;
}

static bool tso_fits(const struct segment_packet *p)
{
	if (!p->mss || p->hdr_len > p->len || p->l4 + TCP_HEADER > p->hdr_len)
		return false;
	if (p->l4 + (uint32_t)(p->data[p->l4 + 12] >> 4) * 4 != p->hdr_len)
		return false;
	return network_fits(p);
}

bool segment_fits(const struct segment_packet *p)
{
	if (p->flags & EMUNIC_TX_TSO)
		return tso_fits(p);
	if (p->flags & EMUNIC_TX_IP_CSUM && !ipv4_header(p))
		return false;
	return !(p->flags & EMUNIC_TX_CSUM) ||
	       (p->l4 >= ETH_HEADER && (uint32_t)p->l4 + p->csum_offset + 2 <= p->len);
}

/* --- Building ------------------------------------------------------------ */

/* Sum len bytes and write the result over a field that is one of them. */
static void insert_checksum(const uint8_t *data, uint32_t len, uint64_t sum, uint8_t *field)
{
	uint16_t result = (uint16_t)~checksum_fold(checksum_add(sum, data, len));

	put_be(field, 2, result ? result : 0xffff);
}

static void ipv4_checksum(uint8_t *ip)
{
	put_be(ip + 10, 2, 0);
	put_be(ip + 10, 2, (uint16_t)~checksum_fold(checksum_add(0, ip, (ip[0] & 15) * 4)));
}

static uint32_t build_whole(struct segment_packet *p, uint8_t *out)
{
	if (p->done)
		return 0;
	memcpy(out, p->data, p->len);
	if (p->flags & EMUNIC_TX_IP_CSUM)
		ipv4_checksum(out + p->l3);
	if (p->flags & EMUNIC_TX_CSUM)
		insert_checksum(out + p->l4, p->len - p->l4, 0, out + p->l4 + p->csum_offset);
	p->done = p->len;
	return p->len;
}

static void tcp_checksum(const struct segment_packet *p, uint8_t *out, uint32_t len)
{
	bool v6 = is_ipv6(p);
	uint32_t l4_len = len - p->l4;
	uint64_t sum = checksum_add(PROTO_TCP + l4_len, out + p->l3 + (v6 ? 8 : 12), v6 ? 32 : 8);

	put_be(out + p->l4 + 16, 2, 0);
	insert_checksum(out + p->l4, l4_len, sum, out + p->l4 + 16);
}

static void fix_network(const struct segment_packet *p, uint8_t *ip, uint32_t len)
{
	if (is_ipv6(p)) {
		put_be(ip + 4, 2, len - IPV6_HEADER);
		return;
	}
	put_be(ip + 2, 2, len);
	put_be(ip + 4, 2, get_be16(ip + 4) + p->frames);
	ipv4_checksum(ip);
}

static uint32_t build_segment(struct segment_packet *p, uint8_t *out)
{
	uint32_t left = p->len - p->hdr_len - p->done;
	uint32_t n = left < p->mss ? left : p->mss, len = p->hdr_len + n;
	uint8_t *tcp = out + p->l4;

	if (!left && p->frames)
		return 0;
	memcpy(out, p->data, p->hdr_len);
	memcpy(out + p->hdr_len, p->data + p->hdr_len + p->done, n);
	put_be(tcp + 4, 4, get_be32(tcp + 4) + p->done);
	if (p->done)
		tcp[13] &= (uint8_t)~TCP_CWR;
	if (n < left)
		tcp[13] &= (uint8_t)~(TCP_FIN | TCP_PSH);
	fix_network(p, out + p->l3, len - p->l3);
	tcp_checksum(p, out, len);
	p->done += n;
	p->frames++;
	return len;
}

static uint32_t insert_tag(const struct segment_packet *p, uint8_t *out, uint32_t len)
{
	memmove(out + ETH_ADDRS + TAG, out + ETH_ADDRS, len - ETH_ADDRS);
	put_be(out + ETH_ADDRS, 2, TYPE_VLAN);
	put_be(out + ETH_ADDRS + 2, 2, p->vlan_tci);
	return len + TAG;
}

uint32_t segment_next(struct segment_packet *p, uint8_t *out)
{
	uint32_t len = p->flags & EMUNIC_TX_TSO ? build_segment(p, out) : build_whole(p, out);

	return len && p->flags & EMUNIC_TX_VLAN ? insert_tag(p, out, len) : len;
}
