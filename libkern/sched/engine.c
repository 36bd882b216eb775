// SPDX-License-Identifier: GPL-2.0-only
/*
 * Engines: a step function, a doorbell, and in threads mode a host thread.
 *
 * `kicked` is set by whoever kicks and cleared before the steps that answer it,
 * so a kick during a step causes another one. The thread sleeps on the word
 * itself. Sim mode needs no word: a kicked engine is in the ready vector.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bug.h>
#include <linux/list.h>
#include <udevmem/boot.h>
#include <udevmem/engine.h>

#include "../kernel/leftover.h"
#include "../subsystem.h"
#include "engine.h"
#include "event.h"
#include "host.h"

/* What one engine does is in nobody else's cache line. */
struct udm_engine {
	struct sim_entity entity ____cacheline_aligned;
	struct kern_event alarm;	/* kicks */
	bool (*step)(void *ctx);
	void *ctx;
	char name[16];
	struct list_head link;
	pthread_t thread;
	u32 kicked;
	u32 stop;
	u32 busy;	/* between taking a kick and the end of its steps */
};

static pthread_mutex_t engines_lock = PTHREAD_MUTEX_INITIALIZER;
static LIST_HEAD(engines);

static struct udm_engine *engine_of(struct sim_entity *entity)
{
	return container_of(entity, struct udm_engine, entity);
}

bool engine_run_step(struct sim_entity *entity)
{
	struct udm_engine *engine = engine_of(entity);

	return engine->step(engine->ctx);
}

static void run_steps(struct udm_engine *engine)
{
	__atomic_store_n(&engine->busy, 1, __ATOMIC_SEQ_CST);
	if (__atomic_exchange_n(&engine->kicked, 0, __ATOMIC_SEQ_CST)) {
		while (engine->step(engine->ctx)) {
			if (__atomic_load_n(&engine->stop, __ATOMIC_RELAXED))
				break;
		}
	}
	__atomic_store_n(&engine->busy, 0, __ATOMIC_SEQ_CST);
}

static void *engine_main(void *arg)
{
	struct udm_engine *engine = arg;

	udm_in_hardware = true;
	while (!__atomic_load_n(&engine->stop, __ATOMIC_ACQUIRE)) {
		if (__atomic_load_n(&engine->kicked, __ATOMIC_SEQ_CST))
			run_steps(engine);
		else
			host_futex_wait(&engine->kicked, 0, NULL);
	}
	return NULL;
}

static int start_engine(struct udm_engine *engine)
{
	if (udm_exec_sim)
		return sim_reserve();
	return host_thread_start(&engine->thread, engine->name, engine_main, engine);
}

static void alarm_fn(struct kern_event *event)
{
	udm_engine_kick(container_of(event, struct udm_engine, alarm));
}

struct udm_engine *udm_engine_create(const char *name, bool (*step)(void *ctx), void *ctx)
{
	struct udm_engine *engine = aligned_alloc(SMP_CACHE_BYTES, sizeof(*engine));

	if (!engine)
		return NULL;
	memset(engine, 0, sizeof(*engine));
	engine->entity = (struct sim_entity){ .slot = -1, .engine = true };
	kern_event_init(&engine->alarm, alarm_fn);
	engine->step = step;
	engine->ctx = ctx;
	memcpy(engine->name, name, strnlen(name, sizeof(engine->name) - 1));
	if (start_engine(engine)) {
		free(engine);
		return NULL;
	}
	pthread_mutex_lock(&engines_lock);
	list_add_tail(&engine->link, &engines);
	pthread_mutex_unlock(&engines_lock);
	return engine;
}

void udm_engine_kick(struct udm_engine *engine)
{
	if (udm_exec_sim) {
		sim_make_ready(&engine->entity);
		return;
	}
	if (!__atomic_exchange_n(&engine->kicked, 1, __ATOMIC_SEQ_CST))
		host_futex_wake(&engine->kicked, 1);
}

void udm_engine_kick_at(struct udm_engine *engine, uint64_t when)
{
	kern_event_post(&engine->alarm, when);
}

static void stop_thread(struct udm_engine *engine)
{
	BUG_ON(pthread_equal(pthread_self(), engine->thread));
	__atomic_store_n(&engine->stop, 1, __ATOMIC_RELEASE);
	/* Not sleeping any more, whether it was about to or not. */
	__atomic_store_n(&engine->kicked, 1, __ATOMIC_SEQ_CST);
	host_futex_wake(&engine->kicked, 1);
	pthread_join(engine->thread, NULL);
}

void udm_engine_destroy(struct udm_engine *engine)
{
	if (!engine)
		return;
	if (udm_exec_sim) {
		BUG_ON(sim_runs_hardware());
		kern_event_cancel_sync(&engine->alarm);
		sim_make_unready(&engine->entity);
		sim_unreserve();
	} else {
		/* The thread first: its last steps may set the alarm. */
		stop_thread(engine);
		kern_event_cancel_sync(&engine->alarm);
	}
	pthread_mutex_lock(&engines_lock);
	list_del(&engine->link);
	pthread_mutex_unlock(&engines_lock);
	free(engine);
}

bool engines_idle(void)
{
	struct udm_engine *engine;
	bool idle = true;

	pthread_mutex_lock(&engines_lock);
	list_for_each_entry(engine, &engines, link) {
		/* busy is set before kicked is cleared, so one of the two shows. */
		if (__atomic_load_n(&engine->kicked, __ATOMIC_SEQ_CST) ||
		    __atomic_load_n(&engine->busy, __ATOMIC_SEQ_CST))
			idle = false;
	}
	pthread_mutex_unlock(&engines_lock);
	return idle;
}

int engine_boot(const struct udm_config *cfg)
{
	(void)cfg;
	return 0;
}

void engine_shutdown(void)
{
	struct udm_engine *engine, *next;

	list_for_each_entry_safe(engine, next, &engines, link) {
		leftover_report("engine %s", engine->name);
		udm_engine_destroy(engine);
	}
}
