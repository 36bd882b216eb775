// SPDX-License-Identifier: GPL-2.0-only
/*
 * Letting the machine proceed: the host program's view of time.
 *
 * Sim mode asks the scheduler to continue the caller when nothing else is to be
 * done up to a point in time. Threads mode cannot stop the world, so it polls
 * for the same state twice in a row.
 */
#include <time.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <udevmem/sim.h>

#include "clock.h"
#include "engine.h"
#include "event.h"
#include "exec.h"
#include "vcpu.h"

#define POLL_NS 50000

static void host_sleep(u64 ns)
{
	struct timespec until = clock_deadline(udm_now() + ns);

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL))
		;
}

/* Application threads count as idle: where they are is their own business. */
static void note_running(struct task_struct *task, void *running)
{
	if (READ_ONCE(task->flags) & PF_KTHREAD && task != udm_current && task_is_running(task))
		*(bool *)running = true;
}

static bool machine_idle(void)
{
	bool running = false;

	task_for_each(note_running, &running);
	return !running && vcpus_idle() && engines_idle() && kern_event_next() > udm_now();
}

static void poll_until_idle(void)
{
	unsigned int idle = 0;

	while (idle < 2) {
		idle = machine_idle() ? idle + 1 : 0;
		host_sleep(POLL_NS);
	}
}

void udm_run_until_idle(void)
{
	might_sleep();
	if (udm_exec_sim)
		sim_wait_idle(udm_now());
	else
		poll_until_idle();
}

void udm_advance(uint64_t ns)
{
	might_sleep();
	if (udm_exec_sim)
		sim_wait_idle(udm_now() + ns);
	else
		host_sleep(ns);
}

void udm_yield(void)
{
	yield();
}
