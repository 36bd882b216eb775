// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of trace events and those who listen to them.
 *
 * A listener is the data its event's probe was registered with; it is freed
 * after the grace period that follows its removal.
 */
#include <pthread.h>
#include <stdlib.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/trace_events.h>
#include <linux/tracepoint.h>
#include <udevmem/trace.h>

struct listener {
	struct listener *next;
	const struct udm_trace_event *event;
	udm_trace_fn fn;
	void *ctx;
};

/* Sorted by system and name; changed by constructors only. */
static struct udm_trace_event *events;

static pthread_mutex_t listeners_lock = PTHREAD_MUTEX_INITIALIZER;
static struct listener *listeners;

static int compare_events(const struct udm_trace_event *a, const char *system, const char *name)
{
	return strcmp(a->system, system) ?: strcmp(a->name, name);
}

void udm_trace_event_add(struct udm_trace_event *event)
{
	struct udm_trace_event **link = &events;

	while (*link && compare_events(*link, event->system, event->name) < 0)
		link = &(*link)->next;
	event->next = *link;
	*link = event;
}
EXPORT_SYMBOL_GPL(udm_trace_event_add);

void udm_trace_event_remove(struct udm_trace_event *event)
{
	struct udm_trace_event **link = &events;

	while (*link && *link != event)
		link = &(*link)->next;
	if (*link)
		*link = event->next;
}
EXPORT_SYMBOL_GPL(udm_trace_event_remove);

const struct udm_trace_event *udm_trace_next(const struct udm_trace_event *prev)
{
	return prev ? prev->next : events;
}
EXPORT_SYMBOL_GPL(udm_trace_next);

const struct udm_trace_event *udm_trace_find(const char *system, const char *name)
{
	const struct udm_trace_event *event = events;

	while (event && compare_events(event, system, name))
		event = event->next;
	return event;
}
EXPORT_SYMBOL_GPL(udm_trace_find);

static struct listener **find_listener(const struct udm_trace_event *event, udm_trace_fn fn,
				       void *ctx)
{
	struct listener **link = &listeners;

	while (*link && ((*link)->event != event || (*link)->fn != fn || (*link)->ctx != ctx))
		link = &(*link)->next;
	return link;
}

static int add_listener(const struct udm_trace_event *event, udm_trace_fn fn, void *ctx)
{
	struct listener **link = find_listener(event, fn, ctx), *new;
	int err;

	if (*link)
		return -EEXIST;
	new = malloc(sizeof(*new));
	if (!new)
		return -ENOMEM;
	*new = (struct listener){ .event = event, .fn = fn, .ctx = ctx };
	err = tracepoint_probe_register(event->tp, event->probe, new);
	if (err)
		free(new);
	else
		*link = new;
	return err;
}

int udm_trace_attach(const struct udm_trace_event *event, udm_trace_fn fn, void *ctx)
{
	int err;

	pthread_mutex_lock(&listeners_lock);
	err = add_listener(event, fn, ctx);
	pthread_mutex_unlock(&listeners_lock);
	return err;
}
EXPORT_SYMBOL_GPL(udm_trace_attach);

int udm_trace_detach(const struct udm_trace_event *event, udm_trace_fn fn, void *ctx)
{
	struct listener **link, *gone;
	int err = -ENOENT;

	pthread_mutex_lock(&listeners_lock);
	link = find_listener(event, fn, ctx);
	gone = *link;
	if (gone)
		err = tracepoint_probe_unregister(event->tp, event->probe, gone);
	if (!err)
		*link = gone->next;
	pthread_mutex_unlock(&listeners_lock);
	if (err)
		return err;
	tracepoint_synchronize_unregister();
	free(gone);
	return 0;
}
EXPORT_SYMBOL_GPL(udm_trace_detach);

void udm_trace_deliver(void *listener, struct trace_entry *ent, size_t bytes)
{
	const struct listener *l = listener;
	const struct task_struct *task = udm_current_or_null();

	if (task) {
		ent->pid = task->pid;
		ent->preempt_count = preempt_count();
	}
	l->fn(l->ctx, l->event, ent, bytes);
}
EXPORT_SYMBOL_GPL(udm_trace_deliver);

size_t udm_trace_text(const struct udm_trace_event *event, const void *record, char *buf,
		      size_t size)
{
	return event->print(record, buf, size);
}
EXPORT_SYMBOL_GPL(udm_trace_text);
