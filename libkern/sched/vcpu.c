// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emulated CPUs: seats, pending work.
 *
 * Threads mode. The seat of a vCPU is a lock that one task, the favourite, may
 * take without an atomic operation: it sets its context and looks at the gate;
 * if the gate is its own it has the seat (udm_context_add). Everybody else
 * takes vcpu->lock, closes the gate, runs a membarrier and waits until the
 * favourite's context is 0. The membarrier orders the favourite's store of its
 * context before its load of the gate, without a fence in the fast path: either
 * it sees the closed gate, or the other sees it inside. A task that took the
 * lock REBIAS_AFTER times in a row becomes the favourite. Without membarrier
 * (or with a race detector) there are no favourites.
 *
 * Tasks in regions are RCU readers. Those that hold the lock are readers for
 * liburcu too; favourites are not, a grace period closes their gate instead
 * (vcpus_wait_for_favourites). A task may go from a gate region into a read
 * section, but is never covered by the gate alone after it was by liburcu: so
 * a grace period looks at the gates first.
 *
 * Sim mode. vcpu->owner is the seat; fibers that find it taken wait in
 * vcpu->waiters. Fibers switch inside a region only for spinning, polling and
 * seeded preemption.
 *
 * The seat is always taken before any lock that makes a region, so tasks never
 * wait for it while holding one.
 */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/percpu-defs.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/topology.h>
#include <udevmem/boot.h>
#include <udevmem/sim.h>

#include "../rcu/rcu.h"
#include "../subsystem.h"
#include "clock.h"
#include "exec.h"
#include "host.h"
#include "vcpu.h"

#define REBIAS_AFTER 32
#define INSIDE_SPINS 200
#define DEFER_NS 1000000

struct vcpu vcpus[NR_CPUS];
static bool may_favour;

static struct task_struct *task_of(struct thread_info *ti)
{
	return container_of(ti, struct task_struct, thread_info);
}

/* Seats, threads mode. */

/*
 * The lock is held. The favourite bumps `left` after its context is 0 when it
 * finds the gate closed, so a wait on the count before that is never missed.
 */
static void close_gate(struct vcpu *vcpu)
{
	u64 *context = &vcpu->bias->thread_info.context;

	__atomic_store_n(&vcpu->gate, NULL, __ATOMIC_RELEASE);
	host_membarrier();
	for (unsigned int i = 0;; i++) {
		u32 left = __atomic_load_n(&vcpu->left, __ATOMIC_SEQ_CST);

		if (!__atomic_load_n(context, __ATOMIC_ACQUIRE))
			return;
		if (i < INSIDE_SPINS)
			host_pause();
		else
			host_futex_wait(&vcpu->left, left, NULL);
	}
}

void udm_region_left(struct udm_seat *seat)
{
	/* The seat is the head of the vCPU. */
	struct vcpu *vcpu = (struct vcpu *)seat;

	__atomic_fetch_add(&vcpu->left, 1, __ATOMIC_SEQ_CST);
	host_futex_wake(&vcpu->left, INT_MAX);
}

/*
 * The host lock lets whoever runs get it first. A task that had the seat last
 * and finds others waiting lets one of them go before, for a bounded time.
 */
static void defer_to_others(struct vcpu *vcpu)
{
	u32 turn = __atomic_load_n(&vcpu->turn, __ATOMIC_RELAXED);
	struct timespec limit = clock_deadline(udm_now() + DEFER_NS);

	__atomic_store_n(&vcpu->deferring, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&vcpu->turn, __ATOMIC_SEQ_CST) == turn) {
		if (host_futex_wait(&vcpu->turn, turn, &limit))
			break;
	}
}

static void next_turn(struct vcpu *vcpu)
{
	__atomic_store_n(&vcpu->turn, vcpu->turn + 1, __ATOMIC_SEQ_CST);
	if (unlikely(__atomic_load_n(&vcpu->deferring, __ATOMIC_SEQ_CST))) {
		__atomic_store_n(&vcpu->deferring, 0, __ATOMIC_RELAXED);
		host_futex_wake(&vcpu->turn, INT_MAX);
	}
}

static void contend_for_lock(struct vcpu *vcpu, struct task_struct *task)
{
	if (READ_ONCE(vcpu->last) == task && READ_ONCE(vcpu->waiting))
		defer_to_others(vcpu);
	if (host_trylock(&vcpu->lock))
		return;
	__atomic_fetch_add(&vcpu->waiting, 1, __ATOMIC_RELAXED);
	host_lock(&vcpu->lock);
	__atomic_fetch_sub(&vcpu->waiting, 1, __ATOMIC_RELAXED);
}

static void lock_seat(struct vcpu *vcpu, struct task_struct *task)
{
	contend_for_lock(vcpu, task);
	next_turn(vcpu);
	if (vcpu->bias) {
		if (vcpu->bias != task)
			close_gate(vcpu);
		WRITE_ONCE(vcpu->bias, NULL);
		__atomic_store_n(&vcpu->gate, NULL, __ATOMIC_RELAXED);
	}
	if (vcpu->last != task) {
		WRITE_ONCE(vcpu->last, task);
		vcpu->streak = 0;
	} else if (may_favour && task && ++vcpu->streak >= REBIAS_AFTER) {
		WRITE_ONCE(vcpu->bias, task);
	}
	WRITE_ONCE(vcpu->owner, task);
}

static void open_gate(struct vcpu *vcpu)
{
	struct task_struct *bias = vcpu->bias;

	__atomic_store_n(&vcpu->gate, bias ? &bias->thread_info : NULL, __ATOMIC_RELEASE);
}

static void unlock_seat(struct vcpu *vcpu)
{
	WRITE_ONCE(vcpu->owner, NULL);
	open_gate(vcpu);
	host_unlock(&vcpu->lock);
}

/*
 * Takes the lock of the vCPU the task is on, which may change while it waits.
 * The former favourite may have been seen inside, with its context set: it
 * says that it is not.
 */
static void thread_take_seat(struct thread_info *ti)
{
	struct vcpu *vcpu = READ_ONCE(ti->vcpu);
	u64 context = ti->context;

	udm_context_store(ti, 0, __ATOMIC_RELEASE);
	if (READ_ONCE(vcpu->bias) == task_of(ti))
		udm_region_left((struct udm_seat *)vcpu);
	for (;;) {
		vcpu = READ_ONCE(ti->vcpu);
		lock_seat(vcpu, task_of(ti));
		if (likely(READ_ONCE(ti->vcpu) == vcpu))
			break;
		unlock_seat(vcpu);
	}
	ti->region_flags |= UDM_REGION_LOCKED;
	udm_context_store(ti, context, __ATOMIC_RELAXED);
}

static void thread_leave_seat(struct thread_info *ti)
{
	struct vcpu *vcpu = ti->vcpu;

	if (ti->region_flags & UDM_REGION_LOCKED) {
		ti->region_flags &= ~UDM_REGION_LOCKED;
		udm_context_store(ti, 0, __ATOMIC_RELEASE);
		unlock_seat(vcpu);
		return;
	}
	udm_context_store(ti, 0, __ATOMIC_RELEASE);
	barrier();
	if (__atomic_load_n(&vcpu->gate, __ATOMIC_RELAXED) != ti)
		udm_region_left((struct udm_seat *)vcpu);
}

void vcpus_wait_for_favourites(void)
{
	if (!may_favour)
		return;
	/* Whoever read what the caller has replaced is seen as a favourite from here on. */
	host_membarrier();
	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++) {
		struct vcpu *vcpu = &vcpus[cpu];

		if (!READ_ONCE(vcpu->bias))
			continue;
		host_lock(&vcpu->lock);
		if (vcpu->bias)
			close_gate(vcpu);
		open_gate(vcpu);
		host_unlock(&vcpu->lock);
	}
}

/* Seats, sim mode. */

static noinline void sim_wait_for_seat(struct vcpu *vcpu, struct task_exec *exec)
{
	exec->where = _RET_IP_;
	list_add_tail(&exec->link, &vcpu->waiters);
	sim_block(SIM_BLOCKED_SEAT);
}

static void sim_take_seat_of(struct vcpu *vcpu, struct task_struct *task)
{
	while (unlikely(vcpu->owner))
		sim_wait_for_seat(vcpu, task->exec);
	vcpu->owner = task;
}

static void sim_take_seat(struct thread_info *ti)
{
	u64 context = ti->context;

	udm_context_store(ti, 0, __ATOMIC_RELAXED);
	while (unlikely(ti->vcpu->owner))
		sim_wait_for_seat(ti->vcpu, task_of(ti)->exec);
	ti->vcpu->owner = task_of(ti);
	udm_context_store(ti, context, __ATOMIC_RELAXED);
}

static void sim_leave_seat(struct vcpu *vcpu)
{
	vcpu->owner = NULL;
	while (unlikely(!list_empty(&vcpu->waiters)))
		sim_unblock(list_first_entry(&vcpu->waiters, struct task_exec, link));
}

/* Regions. */

void udm_region_enter(struct thread_info *ti)
{
	if (udm_exec_sim) {
		sim_take_seat(ti);
		return;
	}
	thread_take_seat(ti);
	if (!(ti->region_flags & UDM_REGION_URCU))
		rcu_reader_begin(ti);
}

static __always_inline bool work_pending_on(const struct vcpu *vcpu)
{
	return READ_ONCE(vcpu->irq_pending) | READ_ONCE(vcpu->softirq_pending);
}

/* Still the owner: interrupts are served here, softirqs by their thread. */
static noinline void serve_at_exit(struct thread_info *ti)
{
	struct vcpu *vcpu = ti->vcpu;

	udm_context_store(ti, PREEMPT_OFFSET, __ATOMIC_RELAXED);
	while (READ_ONCE(vcpu->irq_pending))
		vcpu_irq_service();
	if (READ_ONCE(vcpu->softirq_pending))
		vcpu_kick(vcpu->cpu);
}

static void sim_exit_region(struct thread_info *ti)
{
	udm_context_store(ti, 0, __ATOMIC_RELAXED);
	sim_leave_seat(ti->vcpu);
	if (unlikely(ti->rcu_watched && !ti->rcu_nesting))
		rcu_sim_reader_left(ti);
	sched_point();
}

/* A read section that outlives the region is handed to liburcu without a gap. */
static void thread_exit_region(struct thread_info *ti)
{
	if (ti->rcu_nesting && !(ti->region_flags & UDM_REGION_URCU))
		rcu_reader_begin(ti);
	thread_leave_seat(ti);
	if (!ti->rcu_nesting && ti->region_flags & UDM_REGION_URCU)
		rcu_reader_end(ti);
}

void udm_region_exit(struct thread_info *ti)
{
	if (unlikely(work_pending_on(ti->vcpu)))
		serve_at_exit(ti);
	if (udm_exec_sim)
		sim_exit_region(ti);
	else
		thread_exit_region(ti);
}

void udm_region_underflow(u64 val)
{
	WARN(1, "preempt count underflow: %#x taken from %#x\n", (u32)val, preempt_count());
}

void vcpu_seize(struct vcpu *vcpu)
{
	if (udm_exec_sim)
		sim_take_seat_of(vcpu, current);
	else
		lock_seat(vcpu, NULL);
}

void vcpu_release_seat(struct vcpu *vcpu)
{
	if (udm_exec_sim)
		sim_leave_seat(vcpu);
	else
		unlock_seat(vcpu);
}

/* Which task lives where. */

static unsigned int least_used_cpu(const struct cpumask *mask)
{
	unsigned int cpu, best = cpumask_first(mask);

	for_each_cpu(cpu, mask) {
		if (READ_ONCE(vcpus[cpu].assigned) < READ_ONCE(vcpus[best].assigned))
			best = cpu;
	}
	return best;
}

void vcpu_assign(struct task_struct *task, int cpu)
{
	struct thread_info *ti = &task->thread_info;

	if (ti->vcpu)
		__atomic_fetch_sub(&ti->vcpu->assigned, 1, __ATOMIC_RELAXED);
	if (cpu < 0)
		cpu = least_used_cpu(&task->cpus_mask);
	__atomic_fetch_add(&vcpus[cpu].assigned, 1, __ATOMIC_RELAXED);
	WRITE_ONCE(ti->cpu, cpu);
	WRITE_ONCE(ti->cpu_offset, ((unsigned long)cpu + 1) << UDM_PERCPU_UNIT_SHIFT);
	WRITE_ONCE(ti->vcpu, &vcpus[cpu]);
}

/* With the lock held nobody looks at the task's context any more. */
void vcpu_forget(struct task_struct *task)
{
	struct vcpu *vcpu = task->thread_info.vcpu;

	if (!udm_exec_sim) {
		host_lock(&vcpu->lock);
		if (vcpu->bias == task)
			WRITE_ONCE(vcpu->bias, NULL);
		if (vcpu->last == task)
			WRITE_ONCE(vcpu->last, NULL);
		open_gate(vcpu);
		host_unlock(&vcpu->lock);
	}
	__atomic_fetch_sub(&vcpu->assigned, 1, __ATOMIC_RELAXED);
}

/* Pending work. */

void vcpu_irq_raise(unsigned int cpu, u32 bits)
{
	struct vcpu *vcpu = &vcpus[cpu];
	struct task_struct *task = udm_current_or_null();

	__atomic_fetch_or(&vcpu->irq_pending, bits, __ATOMIC_SEQ_CST);
	/* The owner itself serves it when it leaves its region. */
	if (task && task->thread_info.context && task->thread_info.vcpu == vcpu)
		return;
	vcpu_kick(cpu);
}

static void serve_irqs(struct vcpu *vcpu, u32 bits)
{
	if (bits & VCPU_IRQ_IPI)
		smp_call_service(vcpu);
	if (bits & VCPU_IRQ_TIMER)
		irq_service_timer(vcpu);
	if (bits & VCPU_IRQ_LINE)
		irq_service_lines(vcpu);
}

void vcpu_irq_service(void)
{
	struct vcpu *vcpu = this_vcpu();
	unsigned long flags;
	u32 bits;

	local_irq_save(flags);
	while ((bits = __atomic_exchange_n(&vcpu->irq_pending, 0, __ATOMIC_SEQ_CST))) {
		irq_enter();
		serve_irqs(vcpu, bits);
		irq_exit();
	}
	local_irq_restore(flags);
}

bool vcpus_idle(void)
{
	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++) {
		if (work_pending_on(&vcpus[cpu]))
			return false;
	}
	return true;
}

void vcpu_relax(void)
{
	udm_relax();
}

void udm_relax(void)
{
	static __thread unsigned int polls;

	if (!udm_exec_sim) {
		if (++polls % 64)
			host_pause();
		else
			sched_yield();
	} else if (udm_current_or_null()) {
		sim_relax();
	}
}

static void reset_vcpu(struct vcpu *vcpu, unsigned int cpu)
{
	*vcpu = (struct vcpu){ .cpu = cpu, .node = cpu_to_node(cpu) };
	INIT_LIST_HEAD(&vcpu->waiters);
	init_llist_head(&vcpu->calls);
}

int vcpu_boot(const struct udm_config *cfg)
{
	may_favour = cfg->mode == UDM_MODE_THREADS && host_membarrier_usable();
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		reset_vcpu(&vcpus[cpu], cpu);
	return 0;
}

void vcpu_shutdown(void)
{
}
