// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls to other vCPUs.
 *
 * A call is queued on the target vCPU and raised there as an interrupt; whoever
 * owns that vCPU, or its softirq thread, runs it (smp_call_service). The LOCK
 * flag of a csd says that it is queued: cleared before the function of an
 * asynchronous call, after that of a synchronous one. A caller that waits is in a
 * region, so it serves the calls made to its own vCPU by itself.
 */
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/llist.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/topology.h>

#include "../sched/vcpu.h"
#include "irq_work.h"

/* For calls without wait, one per calling vCPU, used in its regions only. */
static call_single_data_t unawaited[NR_CPUS];

static bool is_queued(const call_single_data_t *csd)
{
	return __atomic_load_n(&csd->node.u_flags, __ATOMIC_ACQUIRE) & CSD_FLAG_LOCK;
}

static void mark_done(call_single_data_t *csd)
{
	__atomic_fetch_and(&csd->node.u_flags, ~CSD_FLAG_LOCK, __ATOMIC_RELEASE);
}

/* The caller's region keeps others from serving its vCPU. */
static void wait_until_done(const call_single_data_t *csd)
{
	while (is_queued(csd)) {
		if (READ_ONCE(this_vcpu()->irq_pending) && !irqs_disabled())
			vcpu_irq_service();
		vcpu_relax();
	}
}

static void send_call(unsigned int cpu, call_single_data_t *csd)
{
	llist_add(&csd->node.llist, &vcpu_of(cpu)->calls);
	vcpu_irq_raise(cpu, VCPU_IRQ_IPI);
}

static void run_call(call_single_data_t *csd)
{
	smp_call_func_t func = csd->func;
	void *info = csd->info;

	if (csd->node.u_flags & CSD_TYPE_SYNC) {
		func(info);
		mark_done(csd);
	} else {
		mark_done(csd);
		func(info);
	}
}

void smp_call_service(struct vcpu *vcpu)
{
	struct llist_node *list = llist_reverse_order(llist_del_all(&vcpu->calls));

	while (list) {
		call_single_data_t *csd = container_of(list, call_single_data_t, node.llist);

		list = list->next;
		if ((__atomic_load_n(&csd->node.u_flags, __ATOMIC_ACQUIRE) & CSD_FLAG_TYPE_MASK) ==
		    CSD_TYPE_IRQ_WORK)
			irq_work_single(container_of(&csd->node, struct irq_work, node));
		else
			run_call(csd);
	}
}

static void run_here(smp_call_func_t func, void *info)
{
	unsigned long flags;

	local_irq_save(flags);
	func(info);
	local_irq_restore(flags);
}

int smp_call_function_single_async(int cpu, call_single_data_t *csd)
{
	int err = 0;

	if (!cpu_online(cpu))
		return -ENXIO;
	preempt_disable();
	if (__atomic_fetch_or(&csd->node.u_flags, CSD_FLAG_LOCK, __ATOMIC_ACQUIRE) &
	    CSD_FLAG_LOCK) {
		err = -EBUSY;
	} else if (cpu == smp_processor_id()) {
		mark_done(csd);
		run_here(csd->func, csd->info);
	} else {
		send_call(cpu, csd);
	}
	preempt_enable();
	return err;
}
EXPORT_SYMBOL_GPL(smp_call_function_single_async);

static void call_other(int cpu, smp_call_func_t func, void *info, int wait)
{
	call_single_data_t on_stack, *csd = &on_stack;

	if (!wait) {
		csd = &unawaited[smp_processor_id()];
		wait_until_done(csd);
	}
	INIT_CSD(csd, func, info);
	csd->node.u_flags = CSD_FLAG_LOCK | (wait ? CSD_TYPE_SYNC : CSD_TYPE_ASYNC);
	send_call(cpu, csd);
	if (wait)
		wait_until_done(csd);
}

/* A caller with irqs off could not serve others while it waits. */
static void check_caller(void)
{
	WARN_ON_ONCE(irqs_disabled() || !in_task());
}

int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait)
{
	check_caller();
	if (!cpu_online(cpu))
		return -ENXIO;
	preempt_disable();
	if (cpu == smp_processor_id())
		run_here(func, info);
	else
		call_other(cpu, func, info, wait);
	preempt_enable();
	return 0;
}
EXPORT_SYMBOL(smp_call_function_single);

int smp_call_function_any(const struct cpumask *mask, smp_call_func_t func, void *info, int wait)
{
	unsigned int cpu;
	int ret;

	preempt_disable();
	cpu = smp_processor_id();
	if (!cpumask_test_cpu(cpu, mask))
		cpu = cpumask_first_and(mask, cpumask_of_node(cpu_to_node(cpu)));
	if (cpu >= nr_cpu_ids)
		cpu = cpumask_first(mask);
	ret = smp_call_function_single(cpu, func, info, wait);
	preempt_enable();
	return ret;
}
EXPORT_SYMBOL_GPL(smp_call_function_any);

static void call_all_and_wait(const struct cpumask *mask, smp_call_func_t func, void *info)
{
	call_single_data_t csds[NR_CPUS];
	unsigned int cpu, self = smp_processor_id();

	for_each_cpu(cpu, mask) {
		if (cpu == self)
			continue;
		INIT_CSD(&csds[cpu], func, info);
		csds[cpu].node.u_flags = CSD_FLAG_LOCK | CSD_TYPE_SYNC;
		send_call(cpu, &csds[cpu]);
	}
	for_each_cpu(cpu, mask) {
		if (cpu != self)
			wait_until_done(&csds[cpu]);
	}
}

void smp_call_function_many(const struct cpumask *mask, smp_call_func_t func, void *info,
			    bool wait)
{
	unsigned int cpu, self = smp_processor_id();

	check_caller();
	if (wait) {
		call_all_and_wait(mask, func, info);
		return;
	}
	for_each_cpu(cpu, mask) {
		if (cpu != self)
			call_other(cpu, func, info, 0);
	}
}
EXPORT_SYMBOL(smp_call_function_many);

void smp_call_function(smp_call_func_t func, void *info, int wait)
{
	preempt_disable();
	smp_call_function_many(cpu_online_mask, func, info, wait);
	preempt_enable();
}
EXPORT_SYMBOL(smp_call_function);

void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait,
			   const struct cpumask *mask)
{
	struct cpumask chosen = CPU_MASK_NONE;
	unsigned int cpu;

	preempt_disable();
	for_each_cpu(cpu, mask) {
		if (!cond || cond(cpu, info))
			__cpumask_set_cpu(cpu, &chosen);
	}
	smp_call_function_many(&chosen, func, info, wait);
	if (cpumask_test_cpu(smp_processor_id(), &chosen))
		run_here(func, info);
	preempt_enable();
}
EXPORT_SYMBOL(on_each_cpu_cond_mask);

void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait)
{
	on_each_cpu_cond_mask(NULL, func, info, wait, mask);
}
EXPORT_SYMBOL(on_each_cpu_mask);

static void do_nothing(void *unused)
{
	(void)unused;
}

void kick_all_cpus_sync(void)
{
	smp_mb();
	smp_call_function(do_nothing, NULL, 1);
}
EXPORT_SYMBOL_GPL(kick_all_cpus_sync);

int smp_call_on_cpu(unsigned int cpu, int (*func)(void *), void *par, bool phys)
{
	struct cpumask before = current->cpus_mask;
	int ret;

	(void)phys;
	if (!cpu_online(cpu) || set_cpus_allowed_ptr(current, cpumask_of(cpu)))
		return -ENXIO;
	ret = func(par);
	set_cpus_allowed_ptr(current, &before);
	return ret;
}
EXPORT_SYMBOL_GPL(smp_call_on_cpu);
