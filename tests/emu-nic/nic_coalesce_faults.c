// SPDX-License-Identifier: GPL-2.0-only
/*
 * Coalesced packets while memory is short, wherever it is: from the completion over the
 * receive queue to recvmsg() and back by SO_DEVMEM_DONTNEED.
 *
 * Softirqs receive and the application reads, so the calls of everybody are counted: the
 * n-th of the machine fails, or every n-th, for n = 1, 2, ... until there is no n-th.
 * Each has a machine of its own, that must end without anything leaked or warned about.
 * What the application has had is the beginning of the stream at any time (rx_receive()
 * compares); what was lost is what was counted; with memory again, it gets all of it.
 */
#include <errno.h>
#include <linux/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/debugfs.h>
#include <udevmem/fault.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>

#include "fixture.h"
#include "rx_rig.h"

enum { FIRST_SEQ = 1000, MSS = 1448, SEGMENTS = 24, PACKETS = 6, AHEAD = 4,
       STREAM = PACKETS * SEGMENTS * MSS };

static const struct udm_netdev_config gathering = { .queues = 1, .ring_entries = 32,
						    .gro_hw = true };

/* --- What fails ---------------------------------------------------------- */

static const char *const sources[] = { "failslab", "fail_page_alloc", "fail_dma_map" };

enum { SLAB, PAGES, MAPPINGS, SOURCES };

static void set(const char *source, const char *setting, long long value)
{
	ck_assert_int_eq(udm_fault_set(source, setting, value), 0);
}

/* The nth call of this kind from here, or every nth one. */
static void arm(int source, unsigned int nth, bool once)
{
	const char *name = sources[source];

	if (source != MAPPINGS)
		set(name, "ignore-gfp-wait", 0);
	if (source == PAGES) {
		set(name, "ignore-gfp-highmem", 0);
		set(name, "min-order", 0);
	}
	set(name, "verbose", 0);
	set(name, "interval", nth);
	set(name, "times", once ? 1 : 1000000);
	set(name, "probability", 100);
}

/* How often it happened. */
static unsigned int disarm(int source, bool once)
{
	char file[64], text[32];
	int left;

	set(sources[source], "probability", 0);
	snprintf(file, sizeof(file), "%s/times", sources[source]);
	ck_assert_int_gt(udm_debugfs_read(file, text, sizeof(text)), 0);
	left = atoi(text);
	udm_fault_reset();
	return (unsigned int)((once ? 1 : 1000000) - left);
}

/* --- The stream ---------------------------------------------------------- */

/* From a segment's beginning up to end, gathered where the machine does not run meanwhile. */
static void offer(uint32_t from, uint32_t end)
{
	for (uint32_t at = from; at < end; at += MSS) {
		struct frame_spec s = rx_segment(at, MSS);

		ck_assert_int_eq(rx_send(&s), 0);
	}
	ck_assert(udm_netdev_quiesce(rx.nic, 20000));
}

/* As many as the call has memory for; what it refused, it did not do. */
static void return_some(void)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < rx.held; i++) {
		int ret = udm_setsockopt(rx.sock, SOL_SOCKET, SO_DEVMEM_DONTNEED, &rx.tokens[i],
					 sizeof(rx.tokens[i]));

		if (ret == 1)
			continue;
		ck_assert_int_eq(ret, -1);
		ck_assert_int_eq(errno, ENOMEM);
		rx.tokens[kept] = rx.tokens[i];
		rx.pieces[kept++] = rx.pieces[i];
	}
	rx.held = kept;
}

/* While it fails: the whole stream, the reader some packets behind, so that buffers run short. */
static void stream_once(void)
{
	for (unsigned int i = 0; i < PACKETS; i++) {
		uint32_t at = FIRST_SEQ + i * SEGMENTS * MSS;

		offer(at, at + SEGMENTS * MSS);
		if (i < AHEAD - 1)
			continue;
		rx_receive();
		return_some();
	}
}

static unsigned int repairs;

/* What is missing comes again, a packet's worth; true when nothing is. */
static bool repaired(void)
{
	const uint32_t end = FIRST_SEQ + STREAM;

	if (rx.next_read == end)
		return true;
	repairs++;
	/* A packet is lost as a whole, so it begins where a segment does. */
	ck_assert_uint_eq((rx.next_read - FIRST_SEQ) % MSS, 0);
	offer(rx.next_read, min(rx.next_read + SEGMENTS * MSS, end));
	rx_receive();
	rx_return();
	return rx.next_read == end;
}

static uint64_t lost(void)
{
	return rx_drops("skb_memory") + rx_drops("no_payload_buffer") +
	       rx_drops("no_header_buffer");
}

static struct udm_queue_stats stats(void)
{
	struct udm_queue_stats s;

	ck_assert_int_eq(udm_netdev_queue_stats(rx.nic, 0, &s), 0);
	return s;
}

/* How often it failed. */
static unsigned int run(int mode, int source, unsigned int nth, bool once)
{
	unsigned int failed;

	rx_open(mode, &gathering);
	if (nth)
		arm(source, nth, once);
	stream_once();
	failed = nth ? disarm(source, once) : 0;
	if (once)
		ck_assert_uint_le(lost(), failed);
	rx_receive();
	rx_return();
	if (!lost())
		ck_assert_uint_eq(rx.next_read, FIRST_SEQ + STREAM);
	/* In threads mode the queue may still be waiting to look for memory again. */
	repairs = 0;
	ck_assert(rx_eventually(repaired));
	if (udm_sim())
		ck_assert_uint_le(repairs, PACKETS);
	if (udm_sim())
		ck_assert_uint_ge(stats().gro_frames, PACKETS * SEGMENTS);
	/* The queue has not shrunk: as much again, at once. */
	rx_transfer(60);
	if (udm_sim())
		ck_assert_uint_eq(udm_pagepool_check(), 0);
	rx_close();
	return failed;
}

/* --- Sweeps -------------------------------------------------------------- */

/* How many n there were. */
static unsigned int sweep(int mode, int source, bool once)
{
	unsigned int nth = 1;

	ck_assert_uint_eq(run(mode, source, 0, once), 0);
	while (run(mode, source, nth, once))
		nth++;
	return nth - 1;
}

/* So many calls there are at least; of device memory none: it is there, and mapped. */
static const struct {
	int mode, source;
	unsigned int calls;
} sweeps[] = {
	{ 0, SLAB, 2 * PACKETS },
	{ 0, PAGES, 32 },
	{ 0, MAPPINGS, 32 },
	{ 2, SLAB, 2 * PACKETS + 32 },
	{ 2, PAGES, 0 },
	{ 2, MAPPINGS, 0 },
};

START_TEST(each_call_fails_in_turn)
{
	const unsigned int calls = sweep(sweeps[_i / 2].mode, sweeps[_i / 2].source, _i & 1);
	const unsigned int least = sweeps[_i / 2].calls;

	ck_assert_msg(least ? calls >= least : !calls, "%u calls", calls);
}
END_TEST

/* Here nobody knows which call is the nth: any of them. */
START_TEST(every_nth_call_fails_in_threads_mode)
{
	for (unsigned int nth = 1; nth <= test_rounds(24); nth++)
		run(1 | (_i & 2), _i & 1 ? PAGES : SLAB, nth, false);
}
END_TEST

Suite *nic_coalesce_faults_suite(void)
{
	Suite *s = suite_create("nic_coalesce_faults");
	TCase *tc = tcase_create("sweeps");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, each_call_fails_in_turn, 0, 2 * ARRAY_SIZE(sweeps));
	tcase_add_loop_test(tc, every_nth_call_fails_in_threads_mode, 0, 4);
	suite_add_tcase(s, tc);
	return s;
}
