// SPDX-License-Identifier: GPL-2.0-only
/*
 * The capturing wire: what a device sends, in a libpcap file.
 *
 * Frames come from the engines of all queues; one lock puts them in a row. There
 * is no engine here: the file takes every frame at once.
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/sim.h>

#include "../hw/emunic_hw.h"
#include "wire.h"

enum { SNAP_LENGTH = 262144 };

struct recorder {
	struct udm_wire wire;
	struct emunic_hw *hw;	/* NULL: destroyed before the wire */
	pcap_t *format;
	pthread_mutex_t lock;
	pcap_dumper_t *file;	/* lock */
	uint64_t frames, bytes;	/* lock */
};

static int recorder_take(void *ctx, const void *frame, size_t len)
{
	struct recorder *r = ctx;
	uint64_t now = udm_now();
	struct pcap_pkthdr h = {
		.ts = { .tv_sec = (time_t)(now / 1000000000),
			.tv_usec = (suseconds_t)(now / 1000 % 1000000) },
		.caplen = (bpf_u_int32)len,
		.len = (bpf_u_int32)len,
	};

	pthread_mutex_lock(&r->lock);
	pcap_dump((u_char *)r->file, &h, frame);
	r->frames++;
	r->bytes += len;
	pthread_mutex_unlock(&r->lock);
	return 0;
}

static void recorder_gone(void *ctx)
{
	struct recorder *r = ctx;

	r->hw = NULL;
}

static const struct emunic_peer recorder_peer = {
	.take = recorder_take,
	.gone = recorder_gone,
};

static bool recorder_done(const struct udm_wire *wire)
{
	return true;
}

static void recorder_stats(const struct udm_wire *wire, struct udm_wire_stats *s)
{
	struct recorder *r = (struct recorder *)wire;

	pthread_mutex_lock(&r->lock);
	s->frames = r->frames;
	s->bytes = r->bytes;
	pthread_mutex_unlock(&r->lock);
}

static void recorder_destroy(struct udm_wire *wire)
{
	struct recorder *r = (struct recorder *)wire;

	if (r->hw)
		emunic_hw_detach(r->hw);
	if (r->file)
		pcap_dump_close(r->file);
	if (r->format)
		pcap_close(r->format);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static const struct wire_ops recorder_ops = {
	.done = recorder_done,
	.stats = recorder_stats,
	.destroy = recorder_destroy,
};

/* 0 or a negative errno. */
static int recorder_open(struct recorder *r, const char *path)
{
	FILE *stream = fopen(path, "wbe");

	if (!stream)
		return -errno;
	r->format = pcap_open_dead(DLT_EN10MB, SNAP_LENGTH);
	r->file = r->format ? pcap_dump_fopen(r->format, stream) : NULL;
	if (r->file)
		return 0;
	fclose(stream);
	return -ENOMEM;
}

static int recorder_connect(struct recorder *r, struct emunic_hw *hw)
{
	int err = emunic_hw_attach(hw, &recorder_peer, r);

	if (err)
		return err;
	r->hw = hw;
	emunic_hw_set_link(hw, true);
	return 0;
}

struct udm_wire *udm_wire_capture_out(const char *path, struct emunic_hw *hw, char *err,
				      size_t size)
{
	struct recorder *r = calloc(1, sizeof(*r));
	int error = -ENOMEM;

	if (r) {
		r->wire.ops = &recorder_ops;
		pthread_mutex_init(&r->lock, NULL);
		error = recorder_open(r, path);
		if (!error)
			error = recorder_connect(r, hw);
		if (!error)
			return &r->wire;
		recorder_destroy(&r->wire);
	}
	snprintf(err, size, "%s: %s", path,
		 error == -EBUSY ? "the device has a wire" : strerror(-error));
	errno = -error;
	return NULL;
}
