// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue of timed events: a pairing heap in the events themselves.
 *
 * Posting allocates nothing, so it works in any context. The host mutex protects
 * the heap; functions run without it. In threads mode the timekeeper thread
 * sleeps until the first event is due and runs it; in sim mode the scheduler
 * asks for the first event and there is no timekeeper.
 */
#include <pthread.h>
#include <time.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <udevmem/boot.h>
#include <udevmem/sim.h>

#include "../subsystem.h"
#include "clock.h"
#include "event.h"
#include "host.h"
#include "schedule.h"

static struct {
	pthread_mutex_t lock;
	pthread_cond_t earlier;		/* the first event changed, or stop */
	pthread_cond_t finished;	/* running became NULL */
	struct kern_event *first;
	struct kern_event *running;
	u64 posted;			/* breaks ties in threads mode */
	bool sim;
	bool stop;
	pthread_t keeper;
} queue = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.finished = PTHREAD_COND_INITIALIZER,
	.sim = true,
};

static bool runs_before(const struct kern_event *a, const struct kern_event *b)
{
	return a->when != b->when ? a->when < b->when : a->seq < b->seq;
}

/* Both are heaps without siblings; the later one becomes the first child of the other. */
static struct kern_event *meld(struct kern_event *a, struct kern_event *b)
{
	struct kern_event *top = a, *under = b;

	if (!a || !b)
		return a ? a : b;
	if (runs_before(b, a)) {
		top = b;
		under = a;
	}
	under->prev = top;
	under->next = top->child;
	if (under->next)
		under->next->prev = under;
	top->child = under;
	top->next = top->prev = NULL;
	return top;
}

/* One heap out of a list of siblings: meld pairs, then the results. */
static struct kern_event *meld_siblings(struct kern_event *list)
{
	struct kern_event *pairs = NULL, *heap = NULL;

	while (list) {
		struct kern_event *a = list, *b = list->next;

		list = b ? b->next : NULL;
		a->next = a->prev = NULL;
		if (b)
			b->next = b->prev = NULL;
		a = meld(a, b);
		a->next = pairs;
		pairs = a;
	}
	while (pairs) {
		struct kern_event *rest = pairs->next;

		pairs->next = NULL;
		heap = meld(heap, pairs);
		pairs = rest;
	}
	return heap;
}

static void unlink_event(struct kern_event *event)
{
	struct kern_event *below = meld_siblings(event->child);

	if (event == queue.first) {
		queue.first = below;
	} else {
		if (event->prev->child == event)
			event->prev->child = event->next;
		else
			event->prev->next = event->next;
		if (event->next)
			event->next->prev = event->prev;
		queue.first = meld(queue.first, below);
	}
	event->child = event->next = event->prev = NULL;
	event->queued = false;
}

void kern_event_init(struct kern_event *event, void (*fn)(struct kern_event *event))
{
	*event = (struct kern_event){ .fn = fn };
}

void kern_event_post(struct kern_event *event, u64 when)
{
	pthread_mutex_lock(&queue.lock);
	if (event->queued)
		unlink_event(event);
	event->when = when;
	/* Sim mode: any order among equal times is legal, the seed chooses one. */
	event->seq = queue.sim ? schedule_choose(U32_MAX) : queue.posted++;
	event->queued = true;
	queue.first = meld(queue.first, event);
	if (queue.first == event && !queue.sim)
		pthread_cond_signal(&queue.earlier);
	pthread_mutex_unlock(&queue.lock);
}

static bool cancel(struct kern_event *event, bool sync)
{
	bool was_queued;

	pthread_mutex_lock(&queue.lock);
	was_queued = event->queued;
	if (was_queued)
		unlink_event(event);
	while (sync && queue.running == event)
		pthread_cond_wait(&queue.finished, &queue.lock);
	pthread_mutex_unlock(&queue.lock);
	return was_queued;
}

bool kern_event_cancel(struct kern_event *event)
{
	return cancel(event, false);
}

bool kern_event_cancel_sync(struct kern_event *event)
{
	return cancel(event, true);
}

bool kern_event_pending(const struct kern_event *event)
{
	bool queued;

	pthread_mutex_lock(&queue.lock);
	queued = event->queued;
	pthread_mutex_unlock(&queue.lock);
	return queued;
}

u64 kern_event_next(void)
{
	u64 when;

	pthread_mutex_lock(&queue.lock);
	when = queue.first ? queue.first->when : U64_MAX;
	pthread_mutex_unlock(&queue.lock);
	return when;
}

/* Called and returns with the lock held. */
static void run_first(void)
{
	struct kern_event *event = queue.first;

	unlink_event(event);
	queue.running = event;
	pthread_mutex_unlock(&queue.lock);
	event->fn(event);
	pthread_mutex_lock(&queue.lock);
	queue.running = NULL;
	pthread_cond_broadcast(&queue.finished);
}

void kern_event_run_first(void)
{
	pthread_mutex_lock(&queue.lock);
	if (queue.first)
		run_first();
	pthread_mutex_unlock(&queue.lock);
}

static void *timekeeper(void *arg)
{
	pthread_mutex_lock(&queue.lock);
	while (!queue.stop) {
		if (!queue.first) {
			pthread_cond_wait(&queue.earlier, &queue.lock);
		} else if (queue.first->when > udm_now()) {
			struct timespec until = clock_deadline(queue.first->when);

			pthread_cond_timedwait(&queue.earlier, &queue.lock, &until);
		} else {
			run_first();
		}
	}
	pthread_mutex_unlock(&queue.lock);
	return arg;
}

int event_boot(const struct udm_config *cfg)
{
	pthread_condattr_t attr;

	queue.sim = cfg->mode == UDM_MODE_SIM;
	queue.first = queue.running = NULL;
	queue.posted = 0;
	queue.stop = false;
	if (queue.sim)
		return 0;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&queue.earlier, &attr);
	pthread_condattr_destroy(&attr);
	return host_thread_start(&queue.keeper, "timekeeper", timekeeper, NULL);
}

void event_shutdown(void)
{
	if (queue.sim)
		return;
	pthread_mutex_lock(&queue.lock);
	queue.stop = true;
	pthread_cond_signal(&queue.earlier);
	pthread_mutex_unlock(&queue.lock);
	pthread_join(queue.keeper, NULL);
	pthread_cond_destroy(&queue.earlier);
	queue.sim = true;
}
