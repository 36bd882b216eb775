// SPDX-License-Identifier: GPL-2.0-only
/*
 * The capture wire: frames from a libpcap file.
 *
 * The engine offers one frame per step and keeps it while the device refuses it;
 * the device's room callback kicks the engine again. Only the engine reads the
 * file; the counters are read from anywhere.
 */
#include <errno.h>
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

struct udm_wire {
	pcap_t *file;
	struct emunic_hw *hw;
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
static bool grow(struct udm_wire *w, size_t len)
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
static bool next_frame(struct udm_wire *w)
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

static bool wire_step(void *ctx)
{
	struct udm_wire *w = ctx;

	if (!atomic_load(&w->started) || atomic_load(&w->done))
		return false;
	if (!next_frame(w)) {
		atomic_store(&w->done, true);
		return false;
	}
	if (emunic_hw_rx(w->hw, w->frame, w->frame_len)) {
		atomic_fetch_add(&w->held, 1);
		return false;
	}
	atomic_fetch_add(&w->frames, 1);
	atomic_fetch_add(&w->bytes, w->frame_len);
	w->offering = false;
	return true;
}

static void wire_room(void *ctx)
{
	struct udm_wire *w = ctx;

	udm_engine_kick(w->engine);
}

struct udm_wire *udm_wire_capture(const char *path, struct emunic_hw *hw, char *err, size_t size)
{
	pcap_t *file = capture_open(path, err, size);
	struct udm_wire *w;

	if (!file)
		return NULL;
	w = calloc(1, sizeof(*w));
	if (w) {
		w->file = file;
		w->hw = hw;
		w->engine = udm_engine_create("wire", wire_step, w);
		if (w->engine) {
			emunic_hw_set_room(hw, wire_room, w);
			return w;
		}
	}
	free(w);
	pcap_close(file);
	snprintf(err, size, "%s: out of memory", path);
	errno = ENOMEM;
	return NULL;
}

void udm_wire_start(struct udm_wire *w)
{
	atomic_store(&w->started, true);
	udm_engine_kick(w->engine);
}

bool udm_wire_done(const struct udm_wire *w)
{
	return atomic_load(&w->done);
}

void udm_wire_stats(const struct udm_wire *w, struct udm_wire_stats *s)
{
	s->frames = atomic_load(&w->frames);
	s->bytes = atomic_load(&w->bytes);
	s->held = atomic_load(&w->held);
	s->checksums_completed = atomic_load(&w->completed);
}

void udm_wire_destroy(struct udm_wire *w)
{
	emunic_hw_set_room(w->hw, NULL, NULL);
	udm_engine_destroy(w->engine);
	pcap_close(w->file);
	free(w->frame);
	free(w);
}
