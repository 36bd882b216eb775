/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Engines: the parts of emulated hardware that work by themselves.
 *
 * An engine is a step function with a doorbell. A kick makes the step run at
 * least once after the kick; while the step returns true it is run again. Sim
 * mode: a step is one entry among what is ready. Threads mode: each engine has
 * a host thread. A step is outside kernel context: it has no current task and
 * may call no kernel API; it may raise interrupts, access the bus and kick.
 */
#ifndef _UDEVMEM_ENGINE_H
#define _UDEVMEM_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct udm_engine;

/*
 * udm_engine_create - make an idle engine
 * @name: copied; also the name of its host thread
 * @step: does a bounded amount of work, true if more remains
 *
 * May sleep. NULL when there is no memory or no thread.
 */
struct udm_engine *udm_engine_create(const char *name, bool (*step)(void *ctx), void *ctx);

/*
 * udm_engine_kick - have the step run after this call
 *
 * Any context, any host thread, also from a step. Never lost; several kicks
 * before a step starts are one. What was written before the kick is visible to
 * the step.
 */
void udm_engine_kick(struct udm_engine *engine);

/*
 * udm_engine_kick_at - kick an engine at a time of udm_now()
 *
 * Any context, any host thread, also from a step. One time per engine: a later call moves
 * it, earlier or later. A time that has passed means as soon as possible.
 */
void udm_engine_kick_at(struct udm_engine *engine, uint64_t when);

/*
 * udm_engine_destroy - stop and free an engine
 *
 * After the return the step does not run and will not run. May sleep; not from
 * the engine's own step. NULL is ignored.
 */
void udm_engine_destroy(struct udm_engine *engine);

#ifdef __cplusplus
}
#endif

#endif
