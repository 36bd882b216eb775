// SPDX-License-Identifier: GPL-2.0-only
/*
 * Header parser of the receive path, with checksum verification.
 *
 * Each layer is one function that gets a cursor over what is left of the packet
 * and either advances it over a header whose lengths are all consistent or marks
 * the frame malformed. The IP total length cuts the cursor, so transport lengths
 * are held against the packet and not against Ethernet padding.
 */
#include "parser.h"

#include <string.h>

#include "checksum.h"

enum {
	ETH_HEADER = 14,
	TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, TYPE_VLAN = 0x8100, TYPE_QINQ = 0x88a8,
	PROTO_HOPOPTS = 0, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44, PROTO_AH = 51, PROTO_DSTOPTS = 60,
	MAX_VLANS = 2, MAX_EXTENSIONS = 8,
};

struct cursor {
	const uint8_t *frame;
	const uint8_t *next;	/* the frame after it */
	size_t at, end;
};

static uint16_t be16_at(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static bool have(const struct cursor *c, size_t n)
{
	return c->end - c->at >= n;
}

static void l4_checksum(const struct cursor *c, struct frame_info *info, uint8_t proto)
{
	uint32_t len = (uint32_t)(c->end - info->l4_offset);
	/* The pseudo header: both addresses, which are side by side, length and protocol. */
	uint64_t sum = (len >> 16) + (len & 0xffff) + proto;

	sum = checksum_add(sum, c->frame + info->l3_offset + (info->ipv4 ? 12 : 8),
			   info->ipv4 ? 8 : 32);
	sum = checksum_add_ahead(sum, c->frame + info->l4_offset, len,
				 c->next + info->l4_offset);
	if (checksum_fold(sum) == 0xffff)
		info->l4_csum_ok = true;
	else
		info->csum_bad = true;
}

static void parse_tcp(struct cursor *c, struct frame_info *info)
{
	size_t header;

	if (!have(c, 20)) {
		info->malformed = "the TCP header does not fit";
		return;
	}
	header = (size_t)(c->frame[c->at + 12] >> 4) * 4;
	if (header < 20 || !have(c, header)) {
		info->malformed = "the TCP data offset is wrong";
		return;
	}
	info->tcp = true;
	info->l4_offset = (uint16_t)c->at;
	info->sport = be16_at(c->frame + c->at);
	info->dport = be16_at(c->frame + c->at + 2);
	info->payload_offset = (uint16_t)(c->at + header);
	l4_checksum(c, info, PROTO_TCP);
}

static void parse_udp(struct cursor *c, struct frame_info *info)
{
	size_t len;

	if (!have(c, 8)) {
		info->malformed = "the UDP header does not fit";
		return;
	}
	len = be16_at(c->frame + c->at + 4);
	if (len < 8 || !have(c, len)) {
		info->malformed = "the UDP length is wrong";
		return;
	}
	info->udp = true;
	info->l4_offset = (uint16_t)c->at;
	info->sport = be16_at(c->frame + c->at);
	info->dport = be16_at(c->frame + c->at + 2);
	info->payload_offset = (uint16_t)(c->at + 8);
	c->end = c->at + len;
	if (be16_at(c->frame + c->at + 6))	/* zero: the sender computed none */
		l4_checksum(c, info, PROTO_UDP);
}

static void parse_transport(struct cursor *c, struct frame_info *info, uint8_t proto)
{
	if (info->fragment)
		return;
	if (proto == PROTO_TCP)
		parse_tcp(c, info);
	else if (proto == PROTO_UDP)
		parse_udp(c, info);
}

static void parse_ipv4(struct cursor *c, struct frame_info *info)
{
	const uint8_t *ip = c->frame + c->at;
	size_t header, total;

	if (!have(c, 20) || ip[0] >> 4 != 4) {
		info->malformed = "the IPv4 header does not fit";
		return;
	}
	header = (size_t)(ip[0] & 15) * 4;
	total = be16_at(ip + 2);
	if (header < 20 || total < header || !have(c, total)) {
		info->malformed = "an IPv4 length is wrong";
		return;
	}
	info->ipv4 = true;
	info->l3_offset = (uint16_t)c->at;
	info->proto = ip[9];
	info->tos = ip[1];
	memcpy(info->src, ip + 12, 4);
	memcpy(info->dst, ip + 16, 4);
	info->fragment = be16_at(ip + 6) & 0x3fff;	/* more fragments, or an offset */
	if (checksum_fold(checksum_add(0, ip, header)) == 0xffff)
		info->l3_csum_ok = true;
	else
		info->csum_bad = true;
	c->end = c->at + total;
	info->ip_end = (uint32_t)c->end;
	c->at += header;
	parse_transport(c, info, ip[9]);
}

/* The length of the extension header at the cursor; 0 when it does not fit. */
static size_t extension_length(const struct cursor *c, uint8_t proto)
{
	size_t len;

	if (!have(c, 8))
		return 0;
	if (proto == PROTO_FRAGMENT)
		return 8;
	len = c->frame[c->at + 1];
	len = proto == PROTO_AH ? (len + 2) * 4 : (len + 1) * 8;
	return have(c, len) ? len : 0;
}

static bool is_extension(uint8_t proto)
{
	return proto == PROTO_HOPOPTS || proto == PROTO_ROUTING || proto == PROTO_FRAGMENT ||
	       proto == PROTO_AH || proto == PROTO_DSTOPTS;
}

static void parse_ipv6(struct cursor *c, struct frame_info *info)
{
	const uint8_t *ip = c->frame + c->at;
	uint8_t proto;
	size_t payload;

	if (!have(c, 40) || ip[0] >> 4 != 6) {
		info->malformed = "the IPv6 header does not fit";
		return;
	}
	payload = be16_at(ip + 4);
	if (!have(c, 40 + payload)) {
		info->malformed = "the IPv6 payload length is wrong";
		return;
	}
	info->ipv6 = true;
	info->l3_offset = (uint16_t)c->at;
	info->tos = (uint8_t)(be16_at(ip) >> 4);
	memcpy(info->src, ip + 8, 16);
	memcpy(info->dst, ip + 24, 16);
	c->at += 40;
	c->end = c->at + payload;
	info->ip_end = (uint32_t)c->end;
	proto = ip[6];
	for (int n = 0; is_extension(proto); n++) {
		size_t len = extension_length(c, proto);

		if (!len || n == MAX_EXTENSIONS) {
			info->malformed = "an IPv6 extension header does not fit";
			return;
		}
		if (proto == PROTO_FRAGMENT && be16_at(c->frame + c->at + 2) & 0xfff9)
			info->fragment = true;
		proto = c->frame[c->at];
		c->at += len;
	}
	info->proto = proto;
	parse_transport(c, info, proto);
}

void frame_parse_ahead(const uint8_t *frame, size_t len, const uint8_t *next,
		       struct frame_info *info)
{
	struct cursor c = { .frame = frame, .next = next, .at = ETH_HEADER, .end = len };
	uint16_t type;

	__builtin_prefetch(next);
	memset(info, 0, sizeof(*info));
	info->ip_end = (uint32_t)len;
	type = be16_at(frame + 12);
	for (int tags = 0; type == TYPE_VLAN || type == TYPE_QINQ; tags++) {
		if (!have(&c, 4) || tags == MAX_VLANS) {
			info->malformed = "the VLAN tags do not fit";
			return;
		}
		if (!info->vlan)
			info->vlan_tci = be16_at(frame + c.at);
		info->vlan = true;
		type = be16_at(frame + c.at + 2);
		c.at += 4;
	}
	if (type == TYPE_IPV4)
		parse_ipv4(&c, info);
	else if (type == TYPE_IPV6)
		parse_ipv6(&c, info);
}

void frame_parse(const uint8_t *frame, size_t len, struct frame_info *info)
{
	frame_parse_ahead(frame, len, frame, info);
}
