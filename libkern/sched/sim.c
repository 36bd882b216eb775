// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sim scheduler: one host thread, virtual time, seeded order.
 *
 * A fiber that blocks picks what runs next among everything that is ready: fibers,
 * engines and, as one candidate, the first timed event that is due. Engines and
 * events run on the stack of the fiber that picks, without a current task. When
 * nothing is ready, in this order: polling fibers get another try if anything
 * has happened since their last one; a fiber that waits for idleness
 * continues; virtual time jumps to the next event. If nothing of that is
 * possible the machine is dead, and the main task says so.
 *
 * Determinism: the order of `ready` depends only on the order of calls, and the
 * choice only on the seed.
 */
#include <errno.h>
#include <stdlib.h>
#include <linux/bug.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/spinlock.h>
#include <udevmem/boot.h>
#include <udevmem/sim.h>

#include "clock.h"
#include "engine.h"
#include "event.h"
#include "exec.h"
#include "schedule.h"

/* How far time moves for a polling fiber, at first and at most; and the limit. */
#define RELAX_STEP_MIN 100ULL
#define RELAX_STEP_MAX 1000000ULL
#define RELAX_LIMIT (100ULL * 1000000000ULL)

/* What one step of an engine takes while a task is busy waiting. */
#define STEP_TIME 100ULL

static struct {
	struct sim_entity **ready;
	unsigned int nr_ready;
	unsigned int capacity;
	unsigned int entities;

	struct task_struct *running;
	struct task_struct *ended;	/* its stack is freed by whoever runs next */
	struct list_head spinning;	/* SIM_BLOCKED_SPIN */
	struct list_head idling;	/* SIM_BLOCKED_IDLE */
	struct list_head polling;	/* SIM_BLOCKED_RELAX */
	bool progress;			/* something ran since the polling fibers did */
	u64 relax_step;
	u64 relaxed;			/* virtual time spent on polling without progress */
	bool dead;
} sim;

unsigned int udm_preempt_permille;
/* 1 for preemption, and 1 for each fiber in `spinning`. */
unsigned int udm_lock_attention;

static struct task_exec *exec_of(struct sim_entity *entity)
{
	return container_of(entity, struct task_exec, entity);
}

int sim_boot(const struct udm_config *cfg)
{
	if (cfg->mode == UDM_MODE_SIM)
		udm_preempt_permille = schedule_start(cfg->seed, cfg->preempt_permille);
	udm_lock_attention = udm_preempt_permille != 0;
	INIT_LIST_HEAD(&sim.spinning);
	INIT_LIST_HEAD(&sim.idling);
	INIT_LIST_HEAD(&sim.polling);
	sim.relax_step = RELAX_STEP_MIN;
	sim.relaxed = 0;
	sim.progress = sim.dead = false;
	return 0;
}

void sim_shutdown(void)
{
	free(sim.ready);
	sim.ready = NULL;
	sim.nr_ready = sim.capacity = sim.entities = 0;
	sim.running = sim.ended = NULL;
	udm_preempt_permille = udm_lock_attention = 0;
	fiber_trim();
}

int sim_reserve(void)
{
	unsigned int wanted = sim.capacity ? sim.capacity * 2 : 64;
	struct sim_entity **larger;

	if (sim.entities == sim.capacity) {
		larger = realloc(sim.ready, wanted * sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		sim.ready = larger;
		sim.capacity = wanted;
	}
	sim.entities++;
	return 0;
}

void sim_unreserve(void)
{
	sim.entities--;
}

void sim_make_ready(struct sim_entity *entity)
{
	if (entity->slot >= 0)
		return;
	entity->slot = sim.nr_ready;
	sim.ready[sim.nr_ready++] = entity;
}

void sim_make_unready(struct sim_entity *entity)
{
	struct sim_entity *last;

	if (entity->slot < 0)
		return;
	last = sim.ready[--sim.nr_ready];
	sim.ready[entity->slot] = last;
	last->slot = entity->slot;
	entity->slot = -1;
}

bool sim_runs_hardware(void)
{
	return udm_in_hardware;
}

void sim_start(struct task_struct *task)
{
	fiber_adopt(&task->exec->fiber);
	sim.running = task;
	task_set_current(task);
}

bool sim_others_ready(void)
{
	return sim.nr_ready || kern_event_next() <= udm_now();
}

/* Everything that runs here is hardware: it has no current task. */
static void run_hardware(struct sim_entity *engine)
{
	task_set_current(NULL);
	udm_in_hardware = true;
	if (!engine)
		kern_event_run_first();
	else if (engine_run_step(engine))
		sim_make_ready(engine);
	udm_in_hardware = false;
}

static void note_progress(void)
{
	sim.progress = true;
	sim.relax_step = RELAX_STEP_MIN;
	sim.relaxed = 0;
}

static void release_polling(void)
{
	struct task_exec *exec, *next;

	sim.progress = false;
	list_for_each_entry_safe(exec, next, &sim.polling, link)
		sim_unblock(exec);
}

static struct task_exec *first_to_continue(void)
{
	struct task_exec *exec, *first = NULL;

	list_for_each_entry(exec, &sim.idling, link) {
		if (!first || exec->until < first->until)
			first = exec;
	}
	return first;
}

/* Virtual time has to move for the polling fibers, but not past anything else. */
static bool let_time_pass(u64 limit)
{
	u64 until = udm_now() + sim.relax_step;

	if (sim.relaxed >= RELAX_LIMIT)
		return false;
	sim.relaxed += sim.relax_step;
	if (sim.relax_step < RELAX_STEP_MAX)
		sim.relax_step *= 2;
	clock_advance_to(until < limit ? until : limit);
	release_polling();
	return true;
}

/* Nothing is ready. False when nothing will ever be. */
static bool find_work(void)
{
	struct task_exec *waiter = first_to_continue();
	u64 event = kern_event_next();
	u64 limit = waiter && waiter->until < event ? waiter->until : event;

	if (!list_empty(&sim.polling) && sim.progress) {
		release_polling();
		return true;
	}
	/* An event at the very end of a wait still belongs to it. */
	if (waiter && (waiter->until <= udm_now() ||
		       (waiter->until < event && list_empty(&sim.polling)))) {
		clock_advance_to(waiter->until);
		sim_unblock(waiter);
		return true;
	}
	if (!list_empty(&sim.polling))
		return let_time_pass(limit);
	if (event == U64_MAX)
		return false;
	clock_advance_to(event);
	return true;
}

static const char *why_blocked(const struct task_exec *exec)
{
	switch (exec->block) {
	case SIM_BLOCKED_STATE:
		return "sleeps in";
	case SIM_BLOCKED_BREAK:
		return "is stopped at a breakpoint in";
	case SIM_BLOCKED_SEAT:
		return "waits for its vCPU in";
	case SIM_BLOCKED_SPIN:
		return "spins on a lock in";
	case SIM_BLOCKED_IDLE:
		return "waits for idleness in";
	case SIM_BLOCKED_RELAX:
		return "polls in";
	default:
		return "runs in";
	}
}

/* Each blocked fiber is made to show its own stack. */
static void report_blocked(struct task_struct *task, void *arg)
{
	struct task_exec *exec = task->exec;
	struct task_struct *reporter = arg;

	pr_emerg("deadlock: task %s/%d (state %c, vCPU %u) %s %pS\n", task->comm, task->pid,
		 task_state_to_char(task), task->thread_info.cpu, why_blocked(exec),
		 (void *)exec->where);
	if (task == reporter || exec->block == SIM_NOT_BLOCKED || !exec->started)
		return;
	exec->show_stack = true;
	sim.running = task;
	fiber_switch(&reporter->exec->fiber, &exec->fiber, false);
	exec->show_stack = false;
	sim.running = reporter;
}

static void leave_list(struct task_exec *exec)
{
	if (exec->block > SIM_BLOCKED_BREAK)
		list_del(&exec->link);
	if (exec->block == SIM_BLOCKED_SPIN)
		udm_lock_attention--;
	exec->block = SIM_NOT_BLOCKED;
}

/* On the main task, so that a hook that leaves by longjmp finds its own stack. */
static void __noreturn report_deadlock(void)
{
	sim.dead = false;
	WRITE_ONCE(sim.running->__state, TASK_RUNNING);
	task_for_each(report_blocked, sim.running);
	leave_list(sim.running->exec);
	panic("deadlock: no task can run, main is blocked in %pS",
	      (void *)sim.running->exec->where);
}

/* The next fiber to run; NULL if none ever will. */
static struct task_struct *pick_next(void)
{
	for (;;) {
		bool due = kern_event_next() <= udm_now();
		unsigned int candidates = sim.nr_ready + due;
		unsigned int choice;
		struct sim_entity *entity;

		if (!candidates) {
			if (!find_work())
				return NULL;
			continue;
		}
		choice = schedule_choose(candidates);
		entity = choice < sim.nr_ready ? sim.ready[choice] : NULL;
		if (entity)
			sim_make_unready(entity);
		if (entity && !entity->engine)
			return exec_of(entity)->task;
		run_hardware(entity);
		note_progress();
	}
}

static void bury_ended(void)
{
	struct task_struct *ended = sim.ended;

	if (!ended)
		return;
	sim.ended = NULL;
	fiber_destroy(&ended->exec->fiber);
	put_task_struct(ended);
}

/* Runs on the fiber that has just been switched to. */
static void arrive(struct task_struct *self)
{
	sim.running = self;
	task_set_current(self);
	bury_ended();
	if (unlikely(sim.dead) && self == udm_main_task)
		report_deadlock();
}

void sim_enter(struct task_struct *task)
{
	arrive(task);
}

static void show_stack_for(struct task_struct *self, struct task_struct *reporter)
{
	dump_stack_lvl(KERN_EMERG);
	fiber_switch(&self->exec->fiber, &reporter->exec->fiber, false);
}

/* Leaves the calling fiber to others until it is picked again. */
static void hand_over(bool last)
{
	struct task_struct *self = sim.running;
	struct task_struct *next = pick_next();

	if (!next) {
		sim.dead = true;
		next = udm_main_task;
	}
	if (next != self) {
		fiber_switch(&self->exec->fiber, &next->exec->fiber, last);
		while (unlikely(self->exec->show_stack))
			show_stack_for(self, udm_main_task);
	}
	arrive(self);
}

void sim_block(enum sim_block why)
{
	struct task_exec *exec = sim.running->exec;

	exec->block = why;
	if (why != SIM_BLOCKED_RELAX)
		note_progress();
	hand_over(false);
}

void sim_unblock(struct task_exec *exec)
{
	leave_list(exec);
	sim_make_ready(&exec->entity);
}

void sim_yield(void)
{
	note_progress();
	sim_make_ready(&sim.running->exec->entity);
	hand_over(false);
}

void sim_wait_idle(u64 until)
{
	struct task_exec *exec = sim.running->exec;

	exec->until = until;
	exec->where = _RET_IP_;
	list_add_tail(&exec->link, &sim.idling);
	sim_block(SIM_BLOCKED_IDLE);
}

void sim_exit(void)
{
	note_progress();
	sim.ended = sim.running;
	hand_over(true);
	BUG();
}

void sim_wait_for_lock(const void *lock)
{
	struct task_exec *exec = sim.running->exec;

	udm_lock_attention++;
	exec->awaited = lock;
	exec->where = _RET_IP_;
	list_add_tail(&exec->link, &sim.spinning);
	sim_block(SIM_BLOCKED_SPIN);
}

void sim_wake_spinners_on(const void *lock)
{
	struct task_exec *exec, *next;

	list_for_each_entry_safe(exec, next, &sim.spinning, link) {
		if (exec->awaited == lock)
			sim_unblock(exec);
	}
}

void udm_preempt_point(void)
{
	if (!udm_current || !sim.nr_ready)
		return;
	if (schedule_preempts(udm_preempt_permille))
		sim_yield();
}

void sim_relax(void)
{
	struct task_exec *exec = sim.running->exec;

	exec->where = _RET_IP_;
	list_add_tail(&exec->link, &sim.polling);
	sim_block(SIM_BLOCKED_RELAX);
}

static struct sim_entity *nth_ready_engine(unsigned int n)
{
	for (unsigned int i = 0; i < sim.nr_ready; i++) {
		if (sim.ready[i]->engine && n-- == 0)
			return sim.ready[i];
	}
	return NULL;
}

static unsigned int nr_ready_engines(void)
{
	unsigned int engines = 0;

	for (unsigned int i = 0; i < sim.nr_ready; i++)
		engines += sim.ready[i]->engine;
	return engines;
}

void sim_spin_until(u64 until)
{
	struct task_struct *self = udm_current;
	u64 steps = until > udm_now() ? 1 + (until - udm_now()) / STEP_TIME : 0;

	while (udm_now() < until) {
		u64 event = kern_event_next();
		unsigned int engines = steps ? nr_ready_engines() : 0;
		unsigned int candidates = engines + (event <= udm_now());
		struct sim_entity *engine = NULL;
		unsigned int choice;

		if (!candidates) {
			clock_advance_to(event < until ? event : until);
			continue;
		}
		choice = schedule_choose(candidates);
		if (choice < engines) {
			engine = nth_ready_engine(choice);
			steps--;
			sim_make_unready(engine);
		}
		run_hardware(engine);
		note_progress();
		task_set_current(self);
	}
}
