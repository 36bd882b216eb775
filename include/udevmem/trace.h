/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Watching trace events.
 *
 * Every TRACE_EVENT of the libraries and of the program is an event with a
 * system, a name and a list of fields. Attaching a function switches the event
 * on; while nobody is attached an event costs one load. The function sees the
 * binary record, from which fields can be read by offset or the kernel's text
 * be made.
 */
#ifndef UDEVMEM_TRACE_H
#define UDEVMEM_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum udm_trace_kind {
	UDM_TRACE_VALUE,	/* integer or pointer of `size` bytes at `offset` */
	UDM_TRACE_ARRAY,	/* `size` bytes at `offset` */
	UDM_TRACE_DYNAMIC,	/* at `offset` a 32-bit word: length << 16 | offset in the record */
	UDM_TRACE_STRING,	/* as dynamic, NUL-terminated text */
};

struct udm_trace_field {
	const char *name;
	const char *type;
	unsigned int offset;
	unsigned int size;
	bool is_signed;
	enum udm_trace_kind kind;
};

struct tracepoint;

struct udm_trace_event {
	struct udm_trace_event *next;
	const char *system;
	const char *name;
	const struct udm_trace_field *fields;
	unsigned int nr_fields;
	struct tracepoint *tp;
	void *probe;
	size_t (*print)(const void *record, char *buf, size_t size);
};

typedef void (*udm_trace_fn)(void *ctx, const struct udm_trace_event *event, const void *record,
			     size_t size);

/* The event behind prev, NULL: the first one, in order of system and name. NULL at the end. */
const struct udm_trace_event *udm_trace_next(const struct udm_trace_event *prev);
/* NULL if there is none. */
const struct udm_trace_event *udm_trace_find(const char *system, const char *name);

/*
 * fn is called where the event happens, in the context of whoever caused it
 * (possibly atomic); it must not block. 0, -EEXIST if fn is attached with the
 * same ctx already, -ENOMEM.
 */
int udm_trace_attach(const struct udm_trace_event *event, udm_trace_fn fn, void *ctx);
/* After return fn is not running and will not be called. -ENOENT if not attached. May sleep. */
int udm_trace_detach(const struct udm_trace_event *event, udm_trace_fn fn, void *ctx);

/* The text of the event's TP_printk, terminated; returns its full length as snprintf() does. */
size_t udm_trace_text(const struct udm_trace_event *event, const void *record, char *buf,
		      size_t size);

/*
 * Recordings: all events of some systems, for Perfetto (https://ui.perfetto.dev) or
 * chrome://tracing. Each task has a line with its events; each buffer that events name
 * in a field "netmem" has a line with its life. Time is udm_now(), and in sim mode a
 * microsecond more per event, so that they stand side by side. Call these from the
 * program's threads, between boot and shutdown; an event costs about 100 ns.
 */
struct udm_trace_recording;

/*
 * Record from now on. @systems: their names with commas between, NULL for all. Once
 * @bytes are kept (0: 256 MiB), further events are only counted. To be freed by
 * udm_trace_recording_free(). NULL with errno: ENOENT no such system, ENOMEM.
 */
struct udm_trace_recording *udm_trace_record(const char *systems, size_t bytes);
/* No more events. May sleep. */
void udm_trace_recording_stop(struct udm_trace_recording *recording);
/* Events there was no room for. */
uint64_t udm_trace_recording_lost(const struct udm_trace_recording *recording);
/* Stop, and write as JSON. 0, -ENOMEM, or -EIO if @to is in error. */
int udm_trace_recording_write(struct udm_trace_recording *recording, FILE *to);
/* Stop and forget; NULL is none. */
void udm_trace_recording_free(struct udm_trace_recording *recording);

#ifdef __cplusplus
}
#endif

#endif
