/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Header parser of the receive path.
 *
 * Looks at Ethernet, up to two VLAN tags, IPv4 with options, IPv6 with extension
 * headers, TCP and UDP. Never reads beyond the frame: a length that lies marks
 * the frame malformed and parsing ends where the last good header ended.
 */
#ifndef EMUNIC_PARSER_H
#define EMUNIC_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What flow rules compare, and hashes are of. */
union flow_fields {
	struct {
		uint8_t src[16], dst[16];	/* IPv4: first four bytes */
		uint16_t sport, dport;		/* host byte order */
		uint16_t vlan_tci;		/* outer tag */
		uint8_t proto, tos;		/* of IP; the protocol behind extension headers */
	};
	uint64_t words[5];
};

struct frame_info {
	bool ipv4, ipv6, tcp, udp;
	bool vlan, fragment;
	const char *malformed;	/* NULL, or which length lies */
	bool l3_csum_ok, l4_csum_ok, csum_bad;
	uint16_t l3_offset;
	uint16_t l4_offset;	/* 0: none */
	uint16_t payload_offset;	/* first byte behind the transport header; 0: not split */
	union flow_fields;
	uint32_t ip_end;	/* end of the IP packet; the rest is Ethernet padding */
};

void frame_parse(const uint8_t *frame, size_t len, struct frame_info *info);
/* The same. What is parsed after it is probably at next, or at frame if nobody knows. */
void frame_parse_ahead(const uint8_t *frame, size_t len, const uint8_t *next,
		       struct frame_info *info);

#endif
