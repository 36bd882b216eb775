// SPDX-License-Identifier: GPL-2.0-only
/*
 * The capture wire: frames from a libpcap file.
 *
 * The engine offers one frame per step and keeps it while the device refuses it;
 * the device's room callback kicks the engine again. Only the engine reads the
 * file; the counters are read from anywhere. What the device sends is lost.
 */
#include <errno.h>
#include <pthread.h>
#include <pcap/pcap.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/engine.h>
#include <udevmem/wire.h>

#include "../hw/emunic_hw.h"
#include "../hw/parser.h"
#include "offload.h"
#include "wire.h"

struct capture {
	struct udm_wire wire;
	pcap_t *file;
	pthread_mutex_t hw_lock;	/* held while a frame is offered */
	struct emunic_hw *hw;		/* hw_lock; NULL: destroyed before the wire */
	struct udm_engine *engine;
	uint8_t *frame;			/* the frame being offered */
	size_t frame_len, frame_room;
	bool offering;			/* frame holds one the device has not taken */
	_Atomic bool started, done;
	_Atomic uint64_t frames, bytes, held, completed;
};

__attribute__((format(printf, 3, 4)))
static int refuse(char *err, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, size, fmt, ap);
	va_end(ap);
	errno = EINVAL;
	return -1;
}

static pcap_t *capture_open(const char *path, char *err, size_t size)
{
	char why[PCAP_ERRBUF_SIZE];
	FILE *stream = fopen(path, "rbe");
	pcap_t *p;
	int link;

	if (!stream) {
		int error = errno;

		snprintf(err, size, "%s: %s", path, strerror(error));
		errno = error;
		return NULL;
	}
	p = pcap_fopen_offline(stream, why);
	if (!p) {
		fclose(stream);
		refuse(err, size, "%s: not a capture file: %s", path, why);
		return NULL;
	}
	link = pcap_datalink(p);
	if (link != DLT_EN10MB) {
		const char *name = pcap_datalink_val_to_name(link);

		pcap_close(p);
		refuse(err, size, "%s: unsupported link type %d (%s), only Ethernet is replayed",
		       path, link, name ? name : "unknown");
		return NULL;
	}
	return p;
}

static void note_frame(struct udm_capture_summary *sum, const uint8_t *data, size_t len)
{
	struct frame_info info = { .malformed = "it is shorter than an Ethernet header" };

	sum->frames++;
	sum->bytes += len;
	if (len >= 14)
		frame_parse(data, len, &info);
	if (!info.malformed)
		return;
	if (!sum->malformed++) {
		sum->first_malformed = sum->frames;
		sum->malformed_why = info.malformed;
	}
}

static int scan(pcap_t *p, const char *path, struct udm_capture_summary *sum, char *err,
		size_t size)
{
	struct pcap_pkthdr *h;
	const uint8_t *data;
	int got;

	while ((got = pcap_next_ex(p, &h, &data)) == 1) {
		if (h->caplen < h->len)
			return refuse(err, size,
				      "%s: frame %llu is snapped: %u of %u bytes were captured",
				      path, (unsigned long long)sum->frames + 1, h->caplen, h->len);
		note_frame(sum, data, h->caplen);
	}
	if (got == PCAP_ERROR)
		return refuse(err, size, "%s: damaged or truncated after frame %llu: %s", path,
			      (unsigned long long)sum->frames, pcap_geterr(p));
	return 0;
}

int udm_capture_check(const char *path, struct udm_capture_summary *sum, char *err, size_t size)
{
	pcap_t *p = capture_open(path, err, size);
	int ret;

	memset(sum, 0, sizeof(*sum));
	if (!p)
		return -1;
	ret = scan(p, path, sum, err, size);
	pcap_close(p);
	return ret;
}

/* Room for len bytes, and never none: a capture may begin with a frame of no bytes. */
static bool grow(struct capture *w, size_t len)
{
	uint8_t *bigger;

	if (w->frame && len <= w->frame_room)
		return true;
	bigger = realloc(w->frame, len + 1);
	if (!bigger)
		return false;
	w->frame = bigger;
	w->frame_room = len;
	return true;
}

/* Have a frame to offer; false at the end of the file. */
static bool next_frame(struct capture *w)
{
	struct pcap_pkthdr *h;
	const uint8_t *data;

	if (w->offering)
		return true;
	if (pcap_next_ex(w->file, &h, &data) != 1 || !grow(w, h->caplen))
		return false;
	memcpy(w->frame, data, h->caplen);
	w->frame_len = h->caplen;
	if (offload_complete_checksum(w->frame, w->frame_len))
		atomic_fetch_add(&w->completed, 1);
	w->offering = true;
	return true;
}

/* What the device says; a device that is gone takes everything. */
static int offer(struct capture *w)
{
	int ret = 0;

	pthread_mutex_lock(&w->hw_lock);
	if (w->hw)
		ret = emunic_hw_rx(w->hw, w->frame, w->frame_len);
	pthread_mutex_unlock(&w->hw_lock);
	return ret;
}

static bool capture_step(void *ctx)
{
	struct capture *w = ctx;

	if (!atomic_load(&w->started) || atomic_load(&w->done))
		return false;
	if (!next_frame(w)) {
		atomic_store(&w->done, true);
		return false;
	}
	if (offer(w)) {
		atomic_fetch_add(&w->held, 1);
		return false;
	}
	atomic_fetch_add(&w->frames, 1);
	atomic_fetch_add(&w->bytes, w->frame_len);
	w->offering = false;
	return true;
}

static void capture_room(void *ctx)
{
	struct capture *w = ctx;

	udm_engine_kick(w->engine);
}

static void capture_gone(void *ctx)
{
	struct capture *w = ctx;

	pthread_mutex_lock(&w->hw_lock);
	w->hw = NULL;
	pthread_mutex_unlock(&w->hw_lock);
	udm_engine_kick(w->engine);
}

static const struct emunic_peer capture_peer = {
	.room = capture_room,
	.gone = capture_gone,
};

static struct capture *capture_of(const struct udm_wire *w)
{
	return (struct capture *)w;
}

static void capture_start(struct udm_wire *wire)
{
	struct capture *w = capture_of(wire);

	atomic_store(&w->started, true);
	udm_engine_kick(w->engine);
}

static bool capture_done(const struct udm_wire *wire)
{
	return atomic_load(&capture_of(wire)->done);
}

static void capture_stats(const struct udm_wire *wire, struct udm_wire_stats *s)
{
	struct capture *w = capture_of(wire);

	s->frames = atomic_load(&w->frames);
	s->bytes = atomic_load(&w->bytes);
	s->held = atomic_load(&w->held);
	s->checksums_completed = atomic_load(&w->completed);
}

static void capture_free(struct capture *w)
{
	pcap_close(w->file);
	pthread_mutex_destroy(&w->hw_lock);
	free(w->frame);
	free(w);
}

static void capture_destroy(struct udm_wire *wire)
{
	struct capture *w = capture_of(wire);

	if (w->hw)
		emunic_hw_detach(w->hw);
	udm_engine_destroy(w->engine);
	capture_free(w);
}

static const struct wire_ops capture_ops = {
	.start = capture_start,
	.done = capture_done,
	.stats = capture_stats,
	.destroy = capture_destroy,
};

static int capture_connect(struct capture *w, struct emunic_hw *hw)
{
	int err;

	w->engine = udm_engine_create("wire", capture_step, w);
	if (!w->engine)
		return -ENOMEM;
	w->hw = hw;
	err = emunic_hw_attach(hw, &capture_peer, w);
	if (err)
		udm_engine_destroy(w->engine);
	else
		emunic_hw_set_link(hw, true);
	return err;
}

struct udm_wire *udm_wire_capture(const char *path, struct emunic_hw *hw, char *err, size_t size)
{
	pcap_t *file = capture_open(path, err, size);
	struct capture *w;
	int error = -ENOMEM;

	if (!file)
		return NULL;
	w = calloc(1, sizeof(*w));
	if (!w) {
		pcap_close(file);
	} else {
		w->wire.ops = &capture_ops;
		w->file = file;
		pthread_mutex_init(&w->hw_lock, NULL);
		error = capture_connect(w, hw);
		if (!error)
			return &w->wire;
		capture_free(w);
	}
	snprintf(err, size, "%s: %s", path,
		 error == -EBUSY ? "the device has a wire" : "out of memory");
	errno = -error;
	return NULL;
}
