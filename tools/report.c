// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happened, for people and for programs.
 *
 * Both forms show the same numbers. The text follows a buffer through its life:
 * bound, posted, filled, delivered, returned, recycled, released.
 */
#include <inttypes.h>
#include <jansson.h>

#include "replay.h"

struct totals {
	uint64_t posted, filled, recycled;
	uint64_t bytes, dmabuf_bytes, linear_bytes;
};

static struct totals add_up(const struct replay_options *opt, const struct replay_result *r)
{
	struct totals t = { 0 };

	for (unsigned int q = 0; q < opt->machine.queues; q++) {
		if (!r->queues[q].bound)
			continue;
		t.posted += r->queues[q].posted;
		t.filled += r->queues[q].filled;
	}
	for (size_t i = 0; i < r->num_pools; i++) {
		if (r->pools[i].provider)
			t.recycled += r->pools[i].recycled;
	}
	for (size_t i = 0; i < r->num_streams; i++) {
		t.bytes += r->streams[i].bytes;
		t.dmabuf_bytes += r->streams[i].dmabuf_bytes;
		t.linear_bytes += r->streams[i].linear_bytes;
	}
	return t;
}

static const char *exporter_name(const struct replay_options *opt)
{
	return opt->machine.exporter == EXPORTER_GPU ? "gpu" : "udmabuf";
}

static void print_life(FILE *to, const struct replay_options *opt, const struct replay_result *r,
		       const struct totals *t)
{
	if (!r->binding) {
		fprintf(to, "device memory: none bound%s%s\n", *r->bind_refused ? ": " : "",
			r->bind_refused);
		return;
	}
	fprintf(to, "device memory: %zu KiB of %s, binding %" PRIu32 ", %u queue%s\n",
		opt->machine.dmabuf >> 10, exporter_name(opt), r->binding, opt->bound,
		opt->bound == 1 ? "" : "s");
	fprintf(to,
		"  bound     %10" PRIu64 "  net_iovs in the binding\n"
		"  posted    %10" PRIu64 "  given to the device\n"
		"  filled    %10" PRIu64 "  written by DMA\n"
		"  delivered %10" PRIu64 "  handed to the application with a token\n"
		"  returned  %10" PRIu64 "  tokens given back\n"
		"  recycled  %10" PRIu64 "  back into a page pool\n"
		"  released  %10" PRIu64 "  back to the binding\n"
		"  in use at the most %" PRIu64 ", still out %" PRIu64 "\n",
		r->niov.total, t->posted, t->filled, r->delivered, r->returned, t->recycled,
		r->niov_released, r->niov.peak, r->niov.outstanding);
}

static void print_streams(FILE *to, const struct replay_result *r, const struct totals *t)
{
	fprintf(to, "\n%-52s %12s %12s %12s\n", "stream", "bytes", "by dma-buf", "by copy");
	for (size_t i = 0; i < r->num_streams; i++) {
		const struct replay_stream *s = &r->streams[i];

		fprintf(to, "%-52s %12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n", s->name, s->bytes,
			s->dmabuf_bytes, s->linear_bytes);
	}
	fprintf(to, "%-52s %12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n", "all", t->bytes,
		t->dmabuf_bytes, t->linear_bytes);
}

static void print_queues(FILE *to, const struct replay_options *opt, const struct replay_result *r)
{
	fprintf(to, "\n%-6s %-7s %10s %12s %10s %10s\n", "queue", "memory", "frames", "bytes",
		"posted", "filled");
	for (unsigned int q = 0; q < opt->machine.queues; q++) {
		const struct replay_queue *s = &r->queues[q];

		fprintf(to, "%-6u %-7s %10" PRIu64 " %12" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n",
			q, s->bound ? "device" : "host", s->frames, s->bytes, s->posted, s->filled);
	}
	fprintf(to, "\n%-6s %-6s %-9s %10s %10s %10s %10s\n", "pool", "queue", "memory",
		"allocated", "recycled", "released", "in flight");
	for (size_t i = 0; i < r->num_pools; i++) {
		const struct replay_pool *p = &r->pools[i];

		fprintf(to,
			"%-6" PRIu32 " %-6d %-9s %10" PRIu64 " %10" PRIu64 " %10" PRIu64
			" %10" PRIu64 "\n",
			p->id, p->queue, p->provider ? "provider" : "pages", p->allocated,
			p->recycled, p->released, p->inflight);
	}
}

static void print_verdict(FILE *to, const struct replay_result *r)
{
	fputs("\ndrops:", to);
	for (size_t i = 0; i < r->num_drops; i++)
		fprintf(to, " %s %" PRIu64, r->drops[i].reason, r->drops[i].count);
	fprintf(to, "%s\n", r->num_drops ? "" : " none");
	fprintf(to, "IOMMU faults: %" PRIu64 "  warnings: %" PRIu64 "  leaks: %" PRIu64 "\n",
		r->iommu_faults, r->warnings, r->leaks);
}

void replay_report_text(FILE *to, const struct replay_options *opt, const struct replay_result *r)
{
	struct totals t = add_up(opt, r);

	fprintf(to, "%s: %" PRIu64 " frames, %" PRIu64 " bytes", opt->file, r->wire.frames,
		r->wire.bytes);
	if (r->wire.checksums_completed)
		fprintf(to, ", %" PRIu64 " checksums completed", r->wire.checksums_completed);
	fputc('\n', to);
	print_life(to, opt, r, &t);
	print_streams(to, r, &t);
	print_queues(to, opt, r);
	print_verdict(to, r);
}

static json_t *json_streams(const struct replay_result *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->num_streams; i++) {
		const struct replay_stream *s = &r->streams[i];

		json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I}", "name", s->name,
						      "bytes", (json_int_t)s->bytes, "dmabuf_bytes",
						      (json_int_t)s->dmabuf_bytes, "linear_bytes",
						      (json_int_t)s->linear_bytes));
	}
	return list;
}

static json_t *json_queues(const struct replay_options *opt, const struct replay_result *r)
{
	json_t *list = json_array();

	for (unsigned int q = 0; q < opt->machine.queues; q++) {
		const struct replay_queue *s = &r->queues[q];

		json_array_append_new(
			list, json_pack("{s:i, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "queue",
					(int)q, "bound", (int)s->bound, "frames",
					(json_int_t)s->frames, "bytes", (json_int_t)s->bytes,
					"completions", (json_int_t)s->completions, "gro_packets",
					(json_int_t)s->gro_packets, "gro_frames",
					(json_int_t)s->gro_frames, "posted",
					(json_int_t)s->posted, "filled", (json_int_t)s->filled));
	}
	return list;
}

static json_t *json_pools(const struct replay_result *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->num_pools; i++) {
		const struct replay_pool *p = &r->pools[i];

		json_array_append_new(
			list, json_pack("{s:I, s:i, s:b, s:I, s:I, s:I, s:I}", "id",
					(json_int_t)p->id, "queue", p->queue, "provider",
					(int)p->provider, "allocated", (json_int_t)p->allocated,
					"recycled", (json_int_t)p->recycled, "released",
					(json_int_t)p->released, "inflight",
					(json_int_t)p->inflight));
	}
	return list;
}

static json_t *json_drops(const struct replay_result *r)
{
	json_t *drops = json_object();

	for (size_t i = 0; i < r->num_drops; i++)
		json_object_set_new(drops, r->drops[i].reason,
				    json_integer((json_int_t)r->drops[i].count));
	return drops;
}

static json_t *json_life(const struct replay_options *opt, const struct replay_result *r)
{
	struct totals t = add_up(opt, r);

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "bound",
			 (json_int_t)r->niov.total, "posted", (json_int_t)t.posted, "filled",
			 (json_int_t)t.filled, "delivered", (json_int_t)r->delivered, "returned",
			 (json_int_t)r->returned, "recycled", (json_int_t)t.recycled, "released",
			 (json_int_t)r->niov_released);
}

int replay_report_json(FILE *to, const struct replay_options *opt, const struct replay_result *r)
{
	json_t *report = json_pack(
		"{s:s, s:s, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:{s:I, s:I, s:I}, s:o, s:o, s:s, s:I, s:I, s:I}",
		"file", opt->file, "mode", opt->machine.mode == UDM_MODE_SIM ? "sim" : "threads",
		"seed", (json_int_t)opt->machine.seed, "frames", (json_int_t)r->wire.frames,
		"malformed",
		(json_int_t)r->capture.malformed, "checksums_completed",
		(json_int_t)r->wire.checksums_completed, "streams", json_streams(r), "queues",
		json_queues(opt, r), "pools", json_pools(r), "niov", "total",
		(json_int_t)r->niov.total, "peak", (json_int_t)r->niov.peak, "outstanding",
		(json_int_t)r->niov.outstanding, "life", json_life(opt, r), "drops", json_drops(r),
		"bind_refused", r->bind_refused, "iommu_faults", (json_int_t)r->iommu_faults,
		"warnings", (json_int_t)r->warnings, "leaks", (json_int_t)r->leaks);
	int ret;

	if (!report)
		return -1;
	ret = json_dumpf(report, to, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(report);
	return ret || fputc('\n', to) == EOF ? -1 : 0;
}
