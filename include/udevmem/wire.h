/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wires: where an emulated NIC's frames come from.
 *
 * A capture wire replays a capture file as fast as the device takes it. It is
 * hardware: it runs in its own engine, and knows nothing of the kernel side.
 */
#ifndef UDEVMEM_WIRE_H
#define UDEVMEM_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct udm_wire;
struct emunic_hw;

struct udm_capture_summary {
	uint64_t frames;
	uint64_t bytes;
	uint64_t malformed;		/* frames whose headers lie about a length */
	uint64_t first_malformed;	/* its number, from 1 */
	const char *malformed_why;
};

/*
 * Read a capture file from end to end and say whether it can be replayed. Needs no
 * booted machine. 0, or -1 with errno set and one line without newline in err:
 * ENOENT or another error of opening, EINVAL for a file that is no capture, is
 * truncated, has snapped frames or a link type other than Ethernet. Malformed
 * headers are no error here: they are counted, and the device drops such frames.
 */
int udm_capture_check(const char *path, struct udm_capture_summary *sum, char *err, size_t size);

/*
 * Open a capture as a wire into hw. The wire is stopped. NULL with errno and err as
 * above. The device must outlive the wire.
 */
struct udm_wire *udm_wire_capture(const char *path, struct emunic_hw *hw, char *err, size_t size);

/* Begin. */
void udm_wire_start(struct udm_wire *wire);

/* All frames were handed to the device, or reading failed. Any thread. */
bool udm_wire_done(const struct udm_wire *wire);

struct udm_wire_stats {
	uint64_t frames, bytes;		/* taken by the device */
	uint64_t held;			/* times the device asked to wait */
	uint64_t checksums_completed;	/* frames captured before the sender's offload */
};
void udm_wire_stats(const struct udm_wire *wire, struct udm_wire_stats *stats);

/* After return no frame comes any more. The caller may block. */
void udm_wire_destroy(struct udm_wire *wire);

#ifdef __cplusplus
}
#endif

#endif
