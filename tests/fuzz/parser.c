// SPDX-License-Identifier: GPL-2.0-only
/*
 * The NIC's frame parser and the sender's checksum completion, on any bytes.
 *
 * Whatever a frame says, the offsets it gives stay inside of it and in order:
 * the device cuts and DMAs by them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "emu-nic/hw/parser.h"
#include "emu-nic/wire/offload.h"

enum { SHORTEST = 14 };	/* the device refuses what has no Ethernet header */

static void must(int holds)
{
	if (!holds)
		abort();
}

static void check_offsets(const struct frame_info *info, size_t size)
{
	must(info->ip_end <= size);
	must(!(info->ipv4 && info->ipv6) && !(info->tcp && info->udp));
	if (!info->l4_offset) {
		must(!info->payload_offset && !info->tcp && !info->udp);
		return;
	}
	must(info->l3_offset >= SHORTEST && info->l3_offset < info->l4_offset);
	must(info->l4_offset < info->payload_offset && info->payload_offset <= info->ip_end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame_info info;
	uint8_t *frame;

	if (size < SHORTEST)
		return 0;
	frame_parse(data, size, &info);
	check_offsets(&info, size);
	/* A checksum that was completed is right. */
	frame = malloc(size);
	must(frame != NULL);
	memcpy(frame, data, size);
	if (offload_complete_checksum(frame, size)) {
		frame_parse(frame, size, &info);
		must(info.l4_csum_ok);
	}
	free(frame);
	return 0;
}
