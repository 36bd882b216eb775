// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happened on the connections, for people and for programs. Both forms show the same
 * numbers.
 */
#include <inttypes.h>
#include <jansson.h>

#include "endpoint.h"

static double rate(const struct direction_result *d)
{
	return d->seconds > 0 ? (double)d->bytes / 1e6 / d->seconds : 0;
}

static void print_direction(FILE *to, const char *what, const struct direction_result *d)
{
	fprintf(to, "  %-8s %12" PRIu64 " bytes, %" PRIu64 " by dma-buf, %" PRIu64 " by copy", what,
		d->bytes, d->dmabuf_bytes, d->linear_bytes);
	if (d->bytes)
		fprintf(to, ", %.3f s, %.1f MB/s", d->seconds, rate(d));
	fputc('\n', to);
	if (*d->sha256)
		fprintf(to, "  %-8s %s\n", "sha256", d->sha256);
}

static void print_connection(FILE *to, const struct endpoint_options *opt,
			     const struct connection_result *c)
{
	fprintf(to, "%s with %s\n", c->local, c->peer);
	print_direction(to, "received", &c->received);
	print_direction(to, "sent", &c->sent);
	if (c->delivered)
		fprintf(to, "  tokens   %12" PRIu64 " delivered, %" PRIu64 " returned\n",
			c->delivered, c->returned);
	if (c->sends)
		fprintf(to, "  sends    %12" PRIu64 ", %" PRIu64 " completed, %" PRIu64 " copied\n",
			c->sends, c->completions, c->copied);
	if (c->repeated)
		fprintf(to, "  repeated %12" PRIu64 " segments\n", c->repeated);
	if (opt->verify && c->mismatches)
		fprintf(to,
			"  pattern  %12" PRIu64 " bytes differ, the first is byte %" PRIu64 "\n",
			c->mismatches, c->first_mismatch);
	else if (opt->verify)
		fprintf(to, "  pattern  all bytes as they should be\n");
}

void endpoint_report_text(FILE *to, const struct endpoint_options *opt,
			  const struct endpoint_result *r)
{
	for (size_t i = 0; i < r->num_connections; i++)
		print_connection(to, opt, &r->connections[i]);
	fprintf(to, "wire: %" PRIu64 " frames, %" PRIu64 " bytes, %" PRIu64 " lost\n",
		r->wire.frames, r->wire.bytes, r->wire.lost);
	fprintf(to, "IOMMU faults: %" PRIu64 "  warnings: %" PRIu64 "  leaks: %" PRIu64 "\n",
		r->iommu_faults, r->warnings, r->leaks);
}

static json_t *json_direction(const struct direction_result *d)
{
	return json_pack("{s:I, s:I, s:I, s:f, s:f, s:s}", "bytes", (json_int_t)d->bytes,
			 "dmabuf_bytes", (json_int_t)d->dmabuf_bytes, "linear_bytes",
			 (json_int_t)d->linear_bytes, "seconds", d->seconds, "mb_per_s", rate(d),
			 "sha256", d->sha256);
}

static json_t *json_connections(const struct endpoint_result *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->num_connections; i++) {
		const struct connection_result *c = &r->connections[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "local",
				  c->local, "peer", c->peer, "received",
				  json_direction(&c->received), "sent", json_direction(&c->sent),
				  "delivered", (json_int_t)c->delivered, "returned",
				  (json_int_t)c->returned, "sends", (json_int_t)c->sends,
				  "completions", (json_int_t)c->completions, "copied",
				  (json_int_t)c->copied, "repeated", (json_int_t)c->repeated,
				  "mismatches", (json_int_t)c->mismatches));
	}
	return list;
}

int endpoint_report_json(FILE *to, const struct endpoint_options *opt,
			 const struct endpoint_result *r)
{
	json_t *report = json_pack(
		"{s:s, s:s, s:o, s:{s:I, s:I, s:I, s:I}, s:i, s:I, s:I, s:I}", "command",
		opt->command, "wire", opt->loop ? "loop" : "tap", "connections",
		json_connections(r), "frames", "taken", (json_int_t)r->wire.frames, "bytes",
		(json_int_t)r->wire.bytes, "held", (json_int_t)r->wire.held, "lost",
		(json_int_t)r->wire.lost, "peer_status", r->peer_status, "iommu_faults",
		(json_int_t)r->iommu_faults, "warnings", (json_int_t)r->warnings, "leaks",
		(json_int_t)r->leaks);
	int ret;

	if (!report)
		return -1;
	ret = json_dumpf(report, to, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(report);
	return ret || fputc('\n', to) == EOF ? -1 : 0;
}
