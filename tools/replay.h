/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * udevmem replay: a capture through the emulated NIC into device memory.
 *
 * options.c reads the command line, replay.c is the application (it uses the host
 * API only), streams.c receives and stores, report.c says what happened.
 */
#ifndef UDM_TOOLS_REPLAY_H
#define UDM_TOOLS_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <udevmem/udevmem.h>
#include <udevmem/wire.h>

#include "arguments.h"
#include "buffer.h"

#define REPLAY_MAX_QUEUES MAX_QUEUES
#define REPLAY_ERROR 256	/* room for one message */

struct replay_options {
	const char *file;
	struct machine_options machine;
	bool bind[REPLAY_MAX_QUEUES];
	unsigned int bound;		/* how many of them */
	bool hds;
	bool drop;			/* --overrun drop */
	char cmdline[1024];		/* empty, or parts with a space before each */
	const char *out;
	const char *trace;
	const char *state;
	bool json;
};

struct replay_stream {
	char name[128];			/* SRC.PORT-DST.PORT */
	uint64_t bytes, dmabuf_bytes, linear_bytes;
};

struct replay_queue {
	bool bound;
	uint64_t frames, bytes, completions;
	uint64_t gro_packets, gro_frames;	/* packets made of several frames, those frames */
	uint64_t posted, filled;	/* payload buffers given to the device; filled by it */
};

struct replay_pool {
	uint32_t id;
	int queue;
	bool provider;
	uint64_t allocated, recycled, released, inflight;
};

struct replay_drop {
	const char *reason;
	uint64_t count;
};

struct replay_result {
	struct udm_capture_summary capture;
	struct udm_wire_stats wire;
	struct replay_stream *streams;
	size_t num_streams;
	struct replay_queue queues[REPLAY_MAX_QUEUES];
	struct replay_pool pools[4 * REPLAY_MAX_QUEUES];
	size_t num_pools;
	struct replay_drop drops[64];
	size_t num_drops;
	uint32_t binding;		/* id, 0: nothing bound */
	char bind_refused[REPLAY_ERROR];	/* why, empty if not */
	struct {
		uint64_t total, peak, outstanding;
	} niov;
	uint64_t delivered, returned;	/* frags handed to the application and back */
	uint64_t niov_released;		/* back from the pools to the binding, all in all */
	uint64_t iommu_faults;
	uint64_t warnings, leaks;
};

/* 0, or EXIT_BAD_INPUT after one line on stderr; -1 when --help was printed. */
int replay_parse(int argc, char **argv, struct replay_options *opt);

/* The subcommand. */
int replay_main(int argc, char **argv);

void replay_report_text(FILE *to, const struct replay_options *opt, const struct replay_result *r);
/* 0, or -1 when writing failed. */
int replay_report_json(FILE *to, const struct replay_options *opt, const struct replay_result *r);

#endif
