// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last events of each net_iov.
 *
 * Every trace event that has a field "netmem" tells of a net_iov: those of the page
 * pool, of delivery to the application, of a driver, of the program. While the history
 * is on (UDM_DEBUG_HISTORY) all of them are listened to and the records of the last
 * 16 are kept per net_iov, in libc's heap, from its first one on. Net_iovs are found by
 * their area, whoever's it is: a binding's says when it goes, those of others are
 * forgotten when their place is another one's, and when the machine stops.
 *
 * One host mutex, a leaf, guards it: events come from any context, and nothing that
 * holds it can be switched away from.
 */
#include <pthread.h>
#include <stdlib.h>

#include <linux/errno.h>
#include <linux/genalloc.h>
#include <linux/hash.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <net/netmem.h>
#include <udevmem/memdebug.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>
#include <udevmem/trace.h>

#include "libpagepool/binding_walk.h"
#include "libpagepool/devmem.h"
#include "libpagepool/niov_history.h"

#define RECORD_MAX 72
#define TEXT_MAX 200

struct niov_step {
	const struct udm_trace_event *event;
	u64 when;
	u32 cpu;
	u32 size;			/* of the record; 0: it was longer */
	u64 record[RECORD_MAX / sizeof(u64)];
};

struct niov_log {
	unsigned long count;		/* events so far */
	struct niov_step steps[UDM_NIOV_HISTORY];
};

static pthread_mutex_t history_lock = PTHREAD_MUTEX_INITIALIZER;
static bool history_on;

/* The logs of one area, by index. */
struct area_logs {
	struct area_logs *next;		/* in the same bucket */
	const struct net_iov_area *area;
	const struct net_iov *niovs;
	size_t count;
	struct niov_log *logs[];
};

#define BUCKETS 256U

static struct area_logs *buckets[BUCKETS];

/* Where the area's are, or would be. Lock held, as for all below. */
static struct area_logs **logs_find(const struct net_iov_area *area)
{
	struct area_logs **at = &buckets[hash_ptr(area, ilog2(BUCKETS))];

	while (*at && (*at)->area != area)
		at = &(*at)->next;
	return at;
}

static void logs_drop(struct area_logs **at)
{
	struct area_logs *logs = *at;

	if (!logs)
		return;
	*at = logs->next;
	for (size_t i = 0; i < logs->count; i++)
		free(logs->logs[i]);
	free(logs);
}

/* Of the area as it is now; made if there are none and @make. NULL without memory. */
static struct area_logs *logs_of(const struct net_iov_area *area, bool make)
{
	struct area_logs **at = logs_find(area), *logs = *at;

	if (logs && logs->niovs == area->niovs && logs->count == area->num_niovs)
		return logs;
	logs_drop(at);
	if (!make)
		return NULL;
	logs = calloc(1, struct_size(logs, logs, area->num_niovs));
	if (!logs)
		return NULL;
	logs->area = area;
	logs->niovs = area->niovs;
	logs->count = area->num_niovs;
	logs->next = *at;
	*at = logs;
	return logs;
}

/* The log of a niov, made if there is none; NULL without memory for it. */
static struct niov_log *log_of(const struct net_iov *niov)
{
	struct area_logs *logs = logs_of(net_iov_owner(niov), true);
	unsigned int idx = net_iov_idx(niov);

	if (!logs || idx >= logs->count)
		return NULL;
	if (!logs->logs[idx])
		logs->logs[idx] = calloc(1, sizeof(*logs->logs[idx]));
	return logs->logs[idx];
}

static void log_add(struct niov_log *log, const struct udm_trace_event *event, const void *record,
		    size_t size)
{
	struct niov_step *step = &log->steps[log->count++ % UDM_NIOV_HISTORY];

	step->event = event;
	step->when = udm_now();
	step->cpu = raw_smp_processor_id();
	step->size = size <= sizeof(step->record) ? size : 0;
	memcpy(step->record, record, step->size);
}

static void note(void *ctx, const struct udm_trace_event *event, const void *record, size_t size)
{
	const struct udm_trace_field *field = ctx;
	struct niov_log *log;
	netmem_ref netmem;

	memcpy(&netmem, (const char *)record + field->offset, sizeof(netmem));
	if (!netmem_is_net_iov(netmem))
		return;
	pthread_mutex_lock(&history_lock);
	log = log_of(netmem_to_net_iov(netmem));
	if (log)
		log_add(log, event, record, size);
	pthread_mutex_unlock(&history_lock);
}

static const struct udm_trace_field *netmem_field(const struct udm_trace_event *event)
{
	for (unsigned int i = 0; i < event->nr_fields; i++) {
		const struct udm_trace_field *field = &event->fields[i];

		if (!strcmp(field->name, "netmem") && field->size == sizeof(netmem_ref))
			return field;
	}
	return NULL;
}

void niov_history_forget(const struct net_iov_area *area)
{
	pthread_mutex_lock(&history_lock);
	logs_drop(logs_find(area));
	pthread_mutex_unlock(&history_lock);
}

static void forget_all(void)
{
	pthread_mutex_lock(&history_lock);
	for (unsigned int i = 0; i < BUCKETS; i++) {
		while (buckets[i])
			logs_drop(&buckets[i]);
	}
	pthread_mutex_unlock(&history_lock);
}

/* Oldest first, until fn returns false. Lock held. */
static void log_walk(const struct net_iov *niov, udm_niov_event_fn fn, void *ctx)
{
	const struct area_logs *logs = logs_of(net_iov_owner(niov), false);
	const struct niov_log *log = logs ? logs->logs[net_iov_idx(niov)] : NULL;
	unsigned long i = log && log->count > UDM_NIOV_HISTORY ? log->count - UDM_NIOV_HISTORY : 0;
	bool more = true;

	for (; log && more && i < log->count; i++) {
		const struct niov_step *step = &log->steps[i % UDM_NIOV_HISTORY];
		char text[TEXT_MAX] = "";

		if (step->size)
			udm_trace_text(step->event, step->record, text, sizeof(text));
		more = fn(ctx, &(struct udm_niov_event){ .when_ns = step->when, .cpu = step->cpu,
							 .system = step->event->system,
							 .name = step->event->name, .text = text });
	}
}

bool niov_history_age(const struct net_iov *niov, u64 *age_ns)
{
	const struct area_logs *logs;
	const struct niov_log *log;
	bool known;

	if (!history_on)
		return false;
	pthread_mutex_lock(&history_lock);
	logs = logs_of(net_iov_owner(niov), false);
	log = logs ? logs->logs[net_iov_idx(niov)] : NULL;
	known = log && log->count;
	if (known)
		*age_ns = udm_now() - log->steps[(log->count - 1) % UDM_NIOV_HISTORY].when;
	pthread_mutex_unlock(&history_lock);
	return known;
}

struct text_room {
	char *text;
	size_t size;
	size_t len;
};

static bool add_line(void *ctx, const struct udm_niov_event *event)
{
	struct text_room *room = ctx;
	u64 us = event->when_ns / NSEC_PER_USEC;

	room->len += scnprintf(room->text + room->len, room->size - room->len,
			       "%llu.%03llu ms cpu%u %s %s\n", us / USEC_PER_MSEC,
			       us % USEC_PER_MSEC, event->cpu, event->name, event->text);
	return true;
}

size_t niov_history_text(const struct net_iov *niov, char *text, size_t size)
{
	struct text_room room = { .text = text, .size = size };

	if (pthread_mutex_trylock(&history_lock))
		return 0;
	log_walk(niov, add_line, &room);
	pthread_mutex_unlock(&history_lock);
	return room.len;
}

/* The niov of a binding at an offset. */
struct niov_wanted {
	u32 binding;
	u64 offset;
	const struct net_iov *niov;
	udm_niov_event_fn fn;
	void *ctx;
};

static void chunk_match(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *data)
{
	const struct dmabuf_genpool_chunk_owner *owner = chunk->owner;
	const struct net_iov_area *area = &owner->area;
	struct niov_wanted *wanted = data;
	u64 idx = (wanted->offset - area->base_virtual) / PAGE_SIZE;

	if (wanted->offset >= area->base_virtual && idx < area->num_niovs)
		wanted->niov = &area->niovs[idx];
}

static bool binding_match(struct net_devmem_dmabuf_binding *binding, void *ctx)
{
	struct niov_wanted *wanted = ctx;

	if (binding->id != wanted->binding)
		return true;
	gen_pool_for_each_chunk(binding->chunk_pool, chunk_match, wanted);
	if (wanted->niov) {
		pthread_mutex_lock(&history_lock);
		log_walk(wanted->niov, wanted->fn, wanted->ctx);
		pthread_mutex_unlock(&history_lock);
	}
	return false;
}

int udm_niov_history(uint32_t binding, uint64_t offset, udm_niov_event_fn fn, void *ctx)
{
	struct niov_wanted wanted = { .binding = binding, .offset = offset, .fn = fn, .ctx = ctx };

	if (!history_on)
		return -EOPNOTSUPP;
	binding_walk(binding_match, &wanted);
	return wanted.niov ? 0 : -ENOENT;
}

static void __exit niov_history_stop(void)
{
	const struct udm_trace_event *event = NULL;

	while (history_on && (event = udm_trace_next(event))) {
		const struct udm_trace_field *field = netmem_field(event);

		if (field)
			udm_trace_detach(event, note, (void *)field);
	}
	history_on = false;
	forget_all();
}
__exitcall(niov_history_stop);

static int __init niov_history_start(void)
{
	const struct udm_trace_event *event = NULL;
	int err = 0;

	history_on = udm_debug() & UDM_DEBUG_HISTORY;
	while (history_on && !err && (event = udm_trace_next(event))) {
		const struct udm_trace_field *field = netmem_field(event);

		if (field)
			err = udm_trace_attach(event, note, (void *)field);
	}
	return err;
}
subsys_initcall(niov_history_start);
