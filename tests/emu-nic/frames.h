/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames for device tests: build a right one, then break what the test is about.
 */
#ifndef UDM_TESTS_FRAMES_H
#define UDM_TESTS_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame_spec {
	bool ipv6;
	bool udp;
	unsigned int vlans;		/* 0..2 */
	unsigned int ip_options;	/* bytes, multiple of 4 (IPv4) or 8 (IPv6 hop-by-hop) */
	unsigned int tcp_options;	/* bytes, multiple of 4 */
	unsigned int payload;		/* bytes, pattern frame_pattern() */
	unsigned int padding;		/* bytes behind the IP packet */
	uint8_t src[16], dst[16];	/* IPv4: first four */
	uint16_t sport, dport;
	uint32_t seq;
	uint8_t tcp_flags;		/* 0: ACK */
};

/* Byte i of the payload of a frame with this sequence number. */
uint8_t frame_pattern(uint32_t seq, unsigned int i);

/* Build the frame with right lengths and checksums; returns its length. */
size_t frame_build(const struct frame_spec *spec, uint8_t *out);

/* Offset of the transport header in a frame of this shape. */
size_t frame_l4(const struct frame_spec *spec);

#endif
