/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wires: where an emulated NIC's frames come from and go to.
 *
 * A wire is hardware: it runs in its own engines and knows nothing of the kernel
 * side. A device has one wire at a time, and a link while both of its ends are
 * there. Wire and device are destroyed in any order; a device without the wire
 * has no link, a wire without the device loses its frames. The calls that make or
 * destroy devices and wires that belong together are not made at the same time.
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
 * Open a capture as a wire into hw, that replays it as fast as the device takes it.
 * The wire is stopped; what the device sends is lost. NULL with errno and err as
 * above, or EBUSY when the device has a wire.
 */
struct udm_wire *udm_wire_capture(const char *path, struct emunic_hw *hw, char *err, size_t size);

/*
 * A cable between two devices, with a link, in both directions, until it is
 * destroyed. Each direction holds up to 64 KiB of frames (always one), delivers in
 * order, and asks the sender to wait when it is full. NULL with errno EINVAL (one
 * device twice), EBUSY (one has a wire), ENOMEM.
 */
struct udm_wire *udm_wire_loopback(struct emunic_hw *a, struct emunic_hw *b);

/*
 * The other end of a TAP interface of the host (see udevmem/netns.h): frames go both
 * ways by read and write of fd, which the wire duplicates and makes non-blocking. A
 * virtio-net header before each frame (IFF_VNET_HDR) is understood. The wire has a link
 * while the interface is up. While the device asks to wait, frames wait in the
 * interface's queue; a frame that the interface does not take is lost. Threads mode
 * only. NULL with errno and err as above: EINVAL (sim mode, or fd is no TAP interface, or
 * one with packet information), EBUSY (the device has a wire), ENOMEM, EMFILE, EAGAIN.
 */
struct udm_wire *udm_wire_tap(int fd, struct emunic_hw *hw, char *err, size_t size);

/*
 * -1 with EINVAL for another kind of wire. set_loss, of cables and TAP wires: lose so
 * many frames of a million in each direction, chosen by a generator that starts at seed;
 * each direction chooses by itself, by the number of the frame. set_link, of cables:
 * unplug and plug in again at both ends; frames on the cable arrive. Any thread, any time.
 */
int udm_wire_set_loss(struct udm_wire *wire, unsigned int per_million, uint64_t seed);
int udm_wire_set_link(struct udm_wire *wire, bool up);

/*
 * Of the next 64 frames that enter one direction of a cable (0: from a to b) lose those
 * whose bit is set in lose, bit 0 being the next one, and let those in late change places
 * with the frame behind them; one that no other follows does not arrive. Replaces what an
 * earlier call left over. -1 with EINVAL for another kind of wire or direction. Any thread.
 */
int udm_wire_disturb(struct udm_wire *wire, unsigned int direction, uint64_t lose, uint64_t late);

/*
 * A wire that writes what the device sends to a capture file, in order, stamped with
 * udm_now(); nothing comes in. NULL with errno and err as above.
 */
struct udm_wire *udm_wire_capture_out(const char *path, struct emunic_hw *hw, char *err,
				      size_t size);

/* Begin. Cables, TAP wires and capturing wires have begun. */
void udm_wire_start(struct udm_wire *wire);

/*
 * All frames were handed to the device, or reading failed; a cable: none is on it now;
 * a TAP wire: none waits in the interface; a capturing wire: always. Any thread.
 */
bool udm_wire_done(const struct udm_wire *wire);

struct udm_wire_stats {
	uint64_t frames, bytes;		/* taken by the device, or written to the file */
	uint64_t held;			/* times the device asked to wait */
	uint64_t checksums_completed;	/* frames captured before the sender's offload */
	uint64_t lost;			/* on purpose, or at the end of a destroyed device */
	uint64_t pushed_back;		/* times a full cable asked a sender to wait */
};
/* Of a cable or a TAP wire: both directions together. Any thread. */
void udm_wire_stats(const struct udm_wire *wire, struct udm_wire_stats *stats);
/*
 * Of one direction of a cable: 0 is from a to b; of a TAP wire: 0 is from the device to the
 * interface. -1 with EINVAL.
 */
int udm_wire_direction_stats(const struct udm_wire *wire, unsigned int direction,
			     struct udm_wire_stats *stats);

/* After return no frame comes any more. The caller may block. NULL is ignored. */
void udm_wire_destroy(struct udm_wire *wire);

#ifdef __cplusplus
}
#endif

#endif
