// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings of trace events, and their text for Perfetto and chrome://tracing.
 *
 * Events are kept as they come, binary, in blocks of libc's heap; all text is made
 * when the recording is written. One host mutex, a leaf, guards the blocks: events
 * come from any context, and nothing that holds it can be switched away from.
 *
 * The text is a JSON array of trace events. Each event of ours is an instant on the
 * line of its task. An event with a field "netmem" also ends what went on with that
 * buffer and begins what is named after it ("post", "fill", ...), so that each
 * buffer has a line of its own with its life on it; "release" only ends.
 *
 * In sim mode nothing takes time, so all of a run would be at one point: there each
 * event is shown a microsecond after the one before, and what the clock said is
 * among its fields.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/array_size.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/trace_events.h>
#include <udevmem/boot.h>
#include <udevmem/sim.h>
#include <udevmem/trace.h>

#define BLOCK_BYTES (1UL << 20)
#define DEFAULT_BYTES (256UL << 20)

/* In a block: this, then the record, rounded up to whole words. */
struct recorded {
	const struct udm_trace_event *event;
	u64 when;
	u32 cpu;
	u32 size;
	char comm[TASK_COMM_LEN];
	u64 record[];
};

struct block {
	struct block *next;
	size_t used, room;
	u64 words[];
};

struct udm_trace_recording {
	pthread_mutex_t lock;
	struct block *first, **end, *last;
	size_t left;			/* bytes it may still take */
	u64 lost;
	char *systems;
	bool running;
};

static struct block *block_add(struct udm_trace_recording *r, size_t need)
{
	const size_t room = need > BLOCK_BYTES ? need : BLOCK_BYTES;
	struct block *block = room <= r->left ? malloc(sizeof(*block) + room) : NULL;

	if (!block)
		return NULL;
	*block = (struct block){ .room = room };
	r->left -= room;
	*r->end = block;
	r->end = &block->next;
	r->last = block;
	return block;
}

static struct recorded *recorded_add(struct udm_trace_recording *r, size_t size)
{
	const size_t need = sizeof(struct recorded) + (size + 7) / 8 * 8;
	struct block *block = r->last;
	struct recorded *at;

	if (!block || block->room - block->used < need)
		block = block_add(r, need);
	if (!block)
		return NULL;
	at = (struct recorded *)((char *)block->words + block->used);
	block->used += need;
	return at;
}

static void record(void *ctx, const struct udm_trace_event *event, const void *data, size_t size)
{
	const struct task_struct *task = udm_current_or_null();
	struct udm_trace_recording *r = ctx;
	const u64 now = udm_now();
	struct recorded *at;

	pthread_mutex_lock(&r->lock);
	at = recorded_add(r, size);
	if (at) {
		*at = (struct recorded){ event, now, raw_smp_processor_id(), size, "" };
		if (task)
			strscpy(at->comm, task->comm, sizeof(at->comm));
		memcpy(at->record, data, size);
	} else {
		r->lost++;
	}
	pthread_mutex_unlock(&r->lock);
}

/* Is @system one of the words of @list? NULL has them all. */
static bool listed(const char *list, const char *system)
{
	const size_t len = strlen(system);
	const char *word = list;

	if (!list)
		return true;
	for (; *word; word += strcspn(word, ","), word += *word == ',') {
		if (strcspn(word, ",") == len && !memcmp(word, system, len))
			return true;
	}
	return false;
}

static bool is_system(const char *word, size_t len)
{
	const struct udm_trace_event *event = NULL;

	while ((event = udm_trace_next(event))) {
		if (strlen(event->system) == len && !memcmp(event->system, word, len))
			return true;
	}
	return false;
}

static bool all_are_systems(const char *list)
{
	for (; list && *list; list += *list == ',') {
		const size_t len = strcspn(list, ",");

		if (!is_system(list, len))
			return false;
		list += len;
	}
	return true;
}

void udm_trace_recording_stop(struct udm_trace_recording *r)
{
	const struct udm_trace_event *event = NULL;

	if (!r->running)
		return;
	r->running = false;
	while ((event = udm_trace_next(event))) {
		if (listed(r->systems, event->system))
			udm_trace_detach(event, record, r);
	}
}
EXPORT_SYMBOL_GPL(udm_trace_recording_stop);

static int recording_start(struct udm_trace_recording *r)
{
	const struct udm_trace_event *event = NULL;
	int err = 0;

	r->running = true;
	while (!err && (event = udm_trace_next(event))) {
		if (listed(r->systems, event->system))
			err = udm_trace_attach(event, record, r);
	}
	return -err;
}

struct udm_trace_recording *udm_trace_record(const char *systems, size_t bytes)
{
	struct udm_trace_recording *r;
	int err;

	if (!all_are_systems(systems)) {
		errno = ENOENT;
		return NULL;
	}
	r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	pthread_mutex_init(&r->lock, NULL);
	r->end = &r->first;
	r->left = bytes ? bytes : DEFAULT_BYTES;
	r->systems = systems ? strdup(systems) : NULL;
	err = systems && !r->systems ? ENOMEM : recording_start(r);
	if (err) {
		udm_trace_recording_free(r);
		errno = err;
		return NULL;
	}
	return r;
}
EXPORT_SYMBOL_GPL(udm_trace_record);

uint64_t udm_trace_recording_lost(const struct udm_trace_recording *r)
{
	return r->lost;
}
EXPORT_SYMBOL_GPL(udm_trace_recording_lost);

void udm_trace_recording_free(struct udm_trace_recording *r)
{
	struct block *block, *next;

	if (!r)
		return;
	udm_trace_recording_stop(r);
	for (block = r->first; block; block = next) {
		next = block->next;
		free(block);
	}
	pthread_mutex_destroy(&r->lock);
	free(r->systems);
	free(r);
}
EXPORT_SYMBOL_GPL(udm_trace_recording_free);

/* Text. */

static void put_string(FILE *to, const char *text, size_t len)
{
	putc('"', to);
	for (; len && *text; len--, text++) {
		if (*text == '"' || *text == '\\')
			fprintf(to, "\\%c", *text);
		else if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
			fprintf(to, "\\u%04x", (unsigned char)*text);
		else
			putc(*text, to);
	}
	putc('"', to);
}

static u64 field_value(const struct udm_trace_field *field, const void *at)
{
	u64 value = 0;

	memcpy(&value, at, field->size <= sizeof(value) ? field->size : sizeof(value));
	if (field->is_signed && field->size < sizeof(value) &&
	    value >> (field->size * 8 - 1))
		value |= ~0ULL << field->size * 8;
	return value;
}

static bool is_address(const struct udm_trace_field *field)
{
	return strchr(field->type, '*') || !strcmp(field->name, "netmem");
}

static void put_value(FILE *to, const struct udm_trace_field *field, const char *record)
{
	const u64 value = field_value(field, record + field->offset);

	if (is_address(field))
		fprintf(to, "\"0x%llx\"", value);
	else if (field->is_signed)
		fprintf(to, "%lld", (s64)value);
	else
		fprintf(to, "%llu", value);
}

static void put_bytes(FILE *to, const unsigned char *bytes, size_t len)
{
	putc('"', to);
	for (; len; len--)
		fprintf(to, "%02x", *bytes++);
	putc('"', to);
}

static void put_field(FILE *to, const struct udm_trace_field *field, const char *record)
{
	u32 word;

	memcpy(&word, record + field->offset, sizeof(word));
	put_string(to, field->name, strlen(field->name));
	putc(':', to);
	switch (field->kind) {
	case UDM_TRACE_VALUE:
		put_value(to, field, record);
		break;
	case UDM_TRACE_ARRAY:
		put_bytes(to, (const void *)(record + field->offset), field->size);
		break;
	case UDM_TRACE_DYNAMIC:
		put_bytes(to, (const void *)(record + (word & 0xffff)), word >> 16);
		break;
	case UDM_TRACE_STRING:
		put_string(to, record + (word & 0xffff), word >> 16);
		break;
	}
}

/* Microseconds, as the format has it; no float is exact enough for years of nanoseconds. */
static void put_time(FILE *to, u64 when)
{
	fprintf(to, "\"ts\":%llu.%03u", when / 1000, (unsigned int)(when % 1000));
}

static u32 task_of(const struct recorded *at)
{
	return ((const struct trace_entry *)at->record)->pid;
}

static void put_instant(FILE *to, const struct recorded *at, u64 when)
{
	const struct udm_trace_event *event = at->event;

	fprintf(to, "{\"name\":\"%s\",\"cat\":\"%s\",\"ph\":\"i\",\"s\":\"t\",\"pid\":1,"
		    "\"tid\":%u,", event->name, event->system, task_of(at));
	put_time(to, when);
	fprintf(to, ",\"args\":{\"cpu\":%u,\"now_ns\":%llu", at->cpu, at->when);
	for (unsigned int i = 0; i < event->nr_fields; i++) {
		putc(',', to);
		put_field(to, &event->fields[i], (const char *)at->record);
	}
	fputs("}}", to);
}

/* What goes on with a buffer after this event: the last word of its name. */
static const char *phase_of(const struct udm_trace_event *event)
{
	const char *word = strrchr(event->name, '_');

	return word ? word + 1 : event->name;
}

static const struct udm_trace_field *buffer_of(const struct udm_trace_event *event)
{
	for (unsigned int i = 0; i < event->nr_fields; i++) {
		if (!strcmp(event->fields[i].name, "netmem"))
			return &event->fields[i];
	}
	return NULL;
}

static void put_phase(FILE *to, char ph, const char *phase, u64 buffer, u64 when)
{
	fprintf(to, ",\n{\"name\":\"%s\",\"cat\":\"buffer\",\"ph\":\"%c\",\"pid\":1,"
		    "\"id\":\"0x%llx\",", phase, ph, buffer);
	put_time(to, when);
	putc('}', to);
}

/* Words by number, 0 being none, while the recording is written: open addressing. */
struct table {
	struct entry {
		u64 key;
		const char *word;
	} *slots;
	size_t used, room;
};

static struct entry *table_slot(const struct table *t, u64 key)
{
	size_t i = (key * 0x9e3779b97f4a7c15ULL >> 20) & (t->room - 1);

	while (t->slots[i].key && t->slots[i].key != key)
		i = (i + 1) & (t->room - 1);
	return &t->slots[i];
}

static bool table_grow(struct table *t)
{
	struct table old = *t;

	t->room = old.room ? 2 * old.room : 1024;
	t->slots = calloc(t->room, sizeof(*t->slots));
	if (!t->slots) {
		*t = old;
		return false;
	}
	for (size_t i = 0; i < old.room; i++) {
		if (old.slots[i].key)
			*table_slot(t, old.slots[i].key) = old.slots[i];
	}
	free(old.slots);
	return true;
}

/* The entry of @key, made if there is none; NULL without memory for it. */
static struct entry *table_entry(struct table *t, u64 key)
{
	struct entry *entry;

	if (2 * t->used >= t->room && !table_grow(t))
		return NULL;
	entry = table_slot(t, key);
	t->used += !entry->key;
	entry->key = key;
	return entry;
}

struct writing {
	FILE *to;
	bool sim;
	u64 count;			/* of events so far */
	struct table phases;		/* by buffer: what goes on with it */
	struct table tasks;		/* by pid + 1: those whose name is written */
	u64 when;			/* the last event is shown */
};

static int put_phases(struct writing *w, const struct recorded *at)
{
	const struct udm_trace_field *field = buffer_of(at->event);
	const char *next = phase_of(at->event);
	struct entry *phase;
	u64 buffer;

	buffer = field ? field_value(field, (const char *)at->record + field->offset) : 0;
	if (!buffer)
		return 0;
	phase = table_entry(&w->phases, buffer);
	if (!phase)
		return -ENOMEM;
	if (phase->word)
		put_phase(w->to, 'e', phase->word, buffer, w->when);
	phase->word = strcmp(next, "release") ? next : NULL;
	if (phase->word)
		put_phase(w->to, 'b', phase->word, buffer, w->when);
	return 0;
}

static void put_end_of_phases(const struct writing *w)
{
	for (size_t i = 0; i < w->phases.room; i++) {
		const struct entry *phase = &w->phases.slots[i];

		if (phase->word)
			put_phase(w->to, 'e', phase->word, phase->key, w->when);
	}
}

/* The name of its task, with the task's first event. */
static int put_task(struct writing *w, const struct recorded *at)
{
	struct entry *task = table_entry(&w->tasks, (u64)task_of(at) + 1);

	if (!task)
		return -ENOMEM;
	if (task->word)
		return 0;
	task->word = at->comm[0] ? at->comm : "engine";
	fprintf(w->to, ",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":%u,"
		       "\"args\":{\"name\":", task_of(at));
	put_string(w->to, task->word, TASK_COMM_LEN);
	fputs("}}", w->to);
	return 0;
}

static int put_event(struct writing *w, const struct recorded *at)
{
	int err = put_task(w, at);

	if (err)
		return err;
	fputs(",\n", w->to);
	w->when = at->when + (w->sim ? 1000 * w->count++ : 0);
	put_instant(w->to, at, w->when);
	return put_phases(w, at);
}

static int put_block(struct writing *w, const struct block *block)
{
	int err = 0;

	for (size_t at = 0; !err && at < block->used;) {
		const struct recorded *event = (const void *)((const char *)block->words + at);

		err = put_event(w, event);
		at += sizeof(*event) + (event->size + 7) / 8 * 8;
	}
	return err;
}

int udm_trace_recording_write(struct udm_trace_recording *r, FILE *to)
{
	struct writing w = { .to = to, .sim = udm_sim() };
	int err = 0;

	udm_trace_recording_stop(r);
	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
	      "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,"
	      "\"args\":{\"name\":\"udevmem\"}}", to);
	for (const struct block *block = r->first; !err && block; block = block->next)
		err = put_block(&w, block);
	put_end_of_phases(&w);
	fprintf(to, "],\n\"otherData\":{\"events lost\":\"%llu\"}}\n", r->lost);
	free(w.phases.slots);
	free(w.tasks.slots);
	return err ?: ferror(to) ? -EIO : 0;
}
EXPORT_SYMBOL_GPL(udm_trace_recording_write);
