// SPDX-License-Identifier: GPL-2.0-only
/*
 * The softirq thread of each vCPU.
 *
 * It serves what nobody else is there to serve: interrupts for an idle vCPU and
 * softirqs raised outside any BH-off context. It takes the vCPU like every other
 * task. vcpu->softirqd_wake is set by whoever kicks and cleared by the thread
 * before it looks at the pending words, so a kick is never lost; the thread is
 * made by the first kick.
 */
#include <pthread.h>
#include <stdio.h>
#include <linux/bug.h>
#include <linux/hardirq.h>
#include <linux/panic.h>
#include <linux/sched.h>
#include <udevmem/boot.h>

#include "../subsystem.h"
#include "exec.h"
#include "vcpu.h"

/* Rounds with softirqs left over before a sim thread lets virtual time pass. */
#define BUSY_ROUNDS 16

static pthread_mutex_t create_lock = PTHREAD_MUTEX_INITIALIZER;
static bool stopping;

/* One round: interrupts first, then softirqs. True if softirqs are left. */
static bool serve(struct vcpu *vcpu)
{
	preempt_disable();
	if (READ_ONCE(vcpu->irq_pending))
		vcpu_irq_service();
	if (READ_ONCE(vcpu->softirq_pending))
		softirq_service();
	preempt_enable();
	return READ_ONCE(vcpu->softirq_pending);
}

/* Softirqs that raise themselves for ever must not stop virtual time. */
static void serve_all(struct vcpu *vcpu)
{
	unsigned int busy = 0;

	while (serve(vcpu)) {
		if (udm_exec_sim && ++busy == BUSY_ROUNDS) {
			schedule_timeout_idle(1);
			busy = 0;
		}
		__cond_resched();
	}
}

static void softirqd(void *arg)
{
	struct vcpu *vcpu = arg;

	for (;;) {
		set_current_state(TASK_IDLE);
		if (__atomic_exchange_n(&vcpu->softirqd_wake, 0, __ATOMIC_SEQ_CST)) {
			__set_current_state(TASK_RUNNING);
			serve_all(vcpu);
		} else if (READ_ONCE(stopping)) {
			break;
		} else {
			schedule();
		}
	}
	__set_current_state(TASK_RUNNING);
}

static struct task_struct *make_softirqd(struct vcpu *vcpu)
{
	char name[TASK_COMM_LEN];
	struct task_struct *task;

	pthread_mutex_lock(&create_lock);
	task = vcpu->softirqd;
	if (!task) {
		snprintf(name, sizeof(name), "ksoftirqd/%u", vcpu->cpu);
		task = task_create(name, softirqd, vcpu, PF_KTHREAD, vcpu->cpu);
		if (!task)
			panic("cannot create %s", name);
		get_task_struct(task);
		__atomic_store_n(&vcpu->softirqd, task, __ATOMIC_RELEASE);
	}
	pthread_mutex_unlock(&create_lock);
	return task;
}

/* The caller is the owner, in a context whose exit serves what is pending. */
static bool served_at_exit(const struct vcpu *vcpu)
{
	const struct task_struct *self = udm_current_or_null();

	return self && self->thread_info.vcpu == vcpu &&
	       (u32)self->thread_info.context & ~PREEMPT_MASK;
}

void vcpu_kick(unsigned int cpu)
{
	struct vcpu *vcpu = &vcpus[cpu];
	struct task_struct *task;

	if (served_at_exit(vcpu))
		return;
	task = __atomic_load_n(&vcpu->softirqd, __ATOMIC_ACQUIRE);
	if (unlikely(!task))
		task = make_softirqd(vcpu);
	if (!__atomic_exchange_n(&vcpu->softirqd_wake, 1, __ATOMIC_SEQ_CST))
		task_wake(task, TASK_NORMAL);
}

int softirqd_boot(const struct udm_config *cfg)
{
	(void)cfg;
	stopping = false;
	return 0;
}

void softirqd_shutdown(void)
{
	WRITE_ONCE(stopping, true);
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		struct task_struct *task = vcpus[cpu].softirqd;

		if (!task)
			continue;
		task_wake(task, TASK_NORMAL);
		while (READ_ONCE(task->__state) != TASK_DEAD)
			yield();
		put_task_struct(task);
		vcpus[cpu].softirqd = NULL;
	}
}
