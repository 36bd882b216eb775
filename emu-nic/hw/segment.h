/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a packet to the frames that leave: checksums, VLAN tag, TCP segmentation.
 *
 * Works on bytes inside the device. What the offload fields claim is held against
 * the packet first; after that nothing here can go out of bounds.
 */
#ifndef EMUNIC_SEGMENT_H
#define EMUNIC_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

struct segment_packet {
	uint8_t *data;
	uint32_t len;
	uint16_t flags;		/* EMUNIC_TX_* */
	uint16_t vlan_tci;
	uint16_t l3, l4;	/* offsets of the headers; l4 is csum_start */
	uint16_t csum_offset;
	uint16_t hdr_len, mss;
	uint32_t done;		/* payload bytes cut off so far; without TSO: bytes */
	uint32_t frames;	/* cut off so far */
};

/* Do the offload fields fit the packet? */
bool segment_fits(const struct segment_packet *p);

/*
 * The next frame of a packet that fits, into EMUNIC_TX_MAX_BYTES at out. Returns
 * its length, 0 when the packet is finished.
 */
uint32_t segment_next(struct segment_packet *p, uint8_t *out);

#endif
