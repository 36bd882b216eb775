// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit checksum offload for captured frames.
 */
#include "offload.h"

#include "../hw/checksum.h"
#include "../hw/parser.h"

enum { PROTO_TCP = 6, TCP_CHECKSUM = 16 };

static uint64_t pseudo_sum(const struct frame_info *info, uint32_t len)
{
	size_t addr_len = info->ipv6 ? 16 : 4;
	uint64_t sum = checksum_add(0, info->src, addr_len);

	sum = checksum_add(sum, info->dst, addr_len);
	return sum + (len >> 16) + (len & 0xffff) + PROTO_TCP;
}

bool offload_complete_checksum(uint8_t *frame, size_t len)
{
	struct frame_info info;
	uint16_t field, pseudo, sum;
	uint8_t *at;

	if (len < 14)
		return false;
	frame_parse(frame, len, &info);
	if (!info.tcp || info.l4_csum_ok)
		return false;
	at = frame + info.l4_offset + TCP_CHECKSUM;
	field = (uint16_t)(at[0] << 8 | at[1]);
	pseudo = checksum_fold(pseudo_sum(&info, info.ip_end - info.l4_offset));
	if (field != pseudo)
		return false;
	/* The field already holds the pseudo header, so summing the segment completes it. */
	sum = (uint16_t)~checksum_fold(checksum_add(0, frame + info.l4_offset,
						    info.ip_end - info.l4_offset));
	at[0] = (uint8_t)(sum >> 8);
	at[1] = (uint8_t)sum;
	return true;
}
