// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frame builder of the device tests.
 */
#include "frames.h"

#include <string.h>

#include "emu-nic/hw/checksum.h"

static void put16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

uint8_t frame_pattern(uint32_t seq, unsigned int i)
{
	uint32_t x = (seq + i) * 2654435761u;

	return (uint8_t)(x >> 24);
}

static size_t l3_length(const struct frame_spec *s)
{
	return (s->ipv6 ? 40 : 20) + s->ip_options;
}

size_t frame_l4(const struct frame_spec *s)
{
	return 14 + 4 * s->vlans + l3_length(s);
}

static size_t l4_length(const struct frame_spec *s)
{
	return s->udp ? 8 : 20 + s->tcp_options;
}

static uint8_t *put_ethernet(const struct frame_spec *s, uint8_t *p)
{
	memcpy(p, "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02", 12);
	p += 12;
	for (unsigned int i = 0; i < s->vlans; i++, p += 4) {
		put16(p, i + 1 < s->vlans ? 0x88a8 : 0x8100);
		put16(p + 2, 100 + i);
	}
	put16(p, s->ipv6 ? 0x86dd : 0x0800);
	return p + 2;
}

static void put_ipv4(const struct frame_spec *s, uint8_t *p)
{
	size_t header = l3_length(s);

	memset(p, 0, header);
	p[0] = (uint8_t)(0x40 | header / 4);
	put16(p + 2, header + l4_length(s) + s->payload);
	p[8] = 64;
	p[9] = s->udp ? 17 : 6;
	memcpy(p + 12, s->src, 4);
	memcpy(p + 16, s->dst, 4);
	memset(p + 20, 1, s->ip_options);	/* no-operation */
	put16(p + 10, (uint16_t)~checksum_fold(checksum_add(0, p, header)));
}

static void put_ipv6(const struct frame_spec *s, uint8_t *p)
{
	uint8_t proto = s->udp ? 17 : 6;

	memset(p, 0, l3_length(s));
	p[0] = 0x60;
	put16(p + 4, s->ip_options + l4_length(s) + s->payload);
	p[6] = s->ip_options ? 0 : proto;
	p[7] = 64;
	memcpy(p + 8, s->src, 16);
	memcpy(p + 24, s->dst, 16);
	if (s->ip_options) {
		p[40] = proto;
		p[41] = (uint8_t)(s->ip_options / 8 - 1);
		p[42] = 1;	/* PadN over the rest */
		p[43] = (uint8_t)(s->ip_options - 4);
	}
}

static void put_transport(const struct frame_spec *s, uint8_t *p)
{
	size_t header = l4_length(s);

	memset(p, 0, header);
	put16(p, s->sport);
	put16(p + 2, s->dport);
	if (s->udp) {
		put16(p + 4, 8 + s->payload);
		return;
	}
	put32(p + 4, s->seq);
	p[12] = (uint8_t)(header / 4 << 4);
	p[13] = s->tcp_flags ? s->tcp_flags : 0x10;
	put16(p + 14, 0xffff);
	memset(p + 20, 1, s->tcp_options);
}

static void put_l4_checksum(const struct frame_spec *s, uint8_t *p)
{
	size_t addr_len = s->ipv6 ? 16 : 4, len = l4_length(s) + s->payload;
	uint64_t sum = checksum_add(0, s->src, addr_len);

	sum = checksum_add(sum, s->dst, addr_len) + (len >> 16) + (len & 0xffff);
	sum = checksum_add(sum + (s->udp ? 17 : 6), p, len);
	put16(p + (s->udp ? 6 : 16), (uint16_t)~checksum_fold(sum));
}

size_t frame_build(const struct frame_spec *s, uint8_t *out)
{
	uint8_t *l3 = put_ethernet(s, out), *l4 = l3 + l3_length(s);
	uint8_t *data = l4 + l4_length(s);

	if (s->ipv6)
		put_ipv6(s, l3);
	else
		put_ipv4(s, l3);
	put_transport(s, l4);
	for (unsigned int i = 0; i < s->payload; i++)
		data[i] = frame_pattern(s->seq, i);
	put_l4_checksum(s, l4);
	memset(data + s->payload, 0xa5, s->padding);
	return (size_t)(data - out) + s->payload + s->padding;
}
