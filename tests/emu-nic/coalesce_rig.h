/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bare device with receive coalescing on, and packets put together again. Frames that
 * are offered without letting the machine run wait in the FIFO, where they are gathered.
 */
#ifndef UDM_TESTS_COALESCE_RIG_H
#define UDM_TESTS_COALESCE_RIG_H

#include <check.h>

#include "emu-nic/hw/parser.h"
#include "frames.h"
#include "hw_rig.h"

enum { CO_LIMIT = 30000, CO_MSS = 1000 };

struct co_rig {
	struct rig rig;
	u8 frame[70000];		/* to be sent */
	u8 packet[70000];		/* received */
	u32 hdr_back, pay_back;		/* buffers that came back */
};

extern struct co_rig co;

struct co_packet {
	size_t len;
	u32 flags;
	unsigned int segments, mss, buffers;
	struct frame_info info;
};

/* A case whose every test has a device like this. */
TCase *co_split_case(Suite *s);
TCase *co_pause_case(Suite *s);
TCase *co_whole_case(Suite *s);

u64 co_counter(enum emunic_queue_counter c);
struct frame_spec co_segment(u32 seq, unsigned int payload);
/* Into the FIFO, and not further. */
void co_offer(const struct frame_spec *s);
/* n segments of CO_MSS bytes. */
void co_offer_row(u32 seq, unsigned int n);
/* The next packet, put together in co.packet and consumed; false if there is none. */
bool co_next(struct co_packet *p);
/* A right packet of the stream, whatever it was made of. */
void co_check(const struct co_packet *p, u32 seq, unsigned int payload);
void co_expect(u32 seq, unsigned int payload, unsigned int segments);
void co_expect_nothing(void);

#endif
