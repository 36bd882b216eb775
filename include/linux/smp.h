/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU numbers and calls to other CPUs.
 *
 * Kernel path: linux/smp.h. Called functions run on the named vCPU in hardirq
 * context with irqs off, served by the task that owns it or by its softirq
 * thread; for the own vCPU synchronously, with irqs off and no hardirq count.
 */
#ifndef _UDM_LINUX_SMP_H
#define _UDM_LINUX_SMP_H

#include <asm/thread_info.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/preempt.h>
#include <linux/smp_types.h>
#include <linux/types.h>

typedef void (*smp_call_func_t)(void *info);
typedef bool (*smp_cond_func_t)(int cpu, void *info);

struct __call_single_data {
	struct __call_single_node node;
	smp_call_func_t func;
	void *info;
};

typedef struct __call_single_data call_single_data_t __aligned(sizeof(struct __call_single_data));

#define CSD_INIT(_func, _info) (call_single_data_t){ .func = (_func), .info = (_info) }
#define INIT_CSD(_csd, _func, _info)                                                               \
	do {                                                                                       \
		*(_csd) = CSD_INIT((_func), (_info));                                              \
	} while (0)

/* Never reports; stable only inside a non-preemptible region. */
#define raw_smp_processor_id()                                                                     \
	((int)__atomic_load_n(&current_thread_info()->cpu, __ATOMIC_RELAXED))
#define __smp_processor_id() raw_smp_processor_id()

#ifdef CONFIG_DEBUG_ATOMIC_SLEEP
/* Reports a use outside a non-preemptible region. lib/smp_processor_id.c. */
unsigned int debug_smp_processor_id(void);
#define smp_processor_id() ((int)debug_smp_processor_id())
#else
#define smp_processor_id() raw_smp_processor_id()
#endif

#define get_cpu() ({ preempt_disable(); raw_smp_processor_id(); })
#define put_cpu() preempt_enable()
#define put_cpu_no_resched() preempt_enable()

/*
 * smp_call_function_single - run a function on one vCPU
 * @wait: return after it has run
 *
 * Task context with irqs on (WARN_ON_ONCE otherwise). 0 or -ENXIO for a vCPU that does
 * not exist. A caller that waits serves the calls made to its own vCPU
 * meanwhile. kernel/smp.c.
 */
int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait);

/*
 * smp_call_function_single_async - the same without waiting, from any context
 * @csd: the caller's; free for re-use when the function starts
 *
 * 0, -EBUSY if @csd is still queued, -ENXIO.
 */
int smp_call_function_single_async(int cpu, call_single_data_t *csd);

/* The nearest vCPU of @mask. 0 or -ENXIO. */
int smp_call_function_any(const struct cpumask *mask, smp_call_func_t func, void *info, int wait);
/* All vCPUs of @mask but the caller's; preemption off in the caller. */
void smp_call_function_many(const struct cpumask *mask, smp_call_func_t func, void *info,
			    bool wait);
/* All but the caller's vCPU; on_each_*: the caller's too. Task context, irqs on. */
void smp_call_function(smp_call_func_t func, void *info, int wait);
void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait);
void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait,
			   const struct cpumask *mask);
void kick_all_cpus_sync(void);
/* The caller runs @func on @cpu, in task context; -ENXIO or its result. May sleep. */
int smp_call_on_cpu(unsigned int cpu, int (*func)(void *), void *par, bool phys);

static inline void on_each_cpu(smp_call_func_t func, void *info, int wait)
{
	on_each_cpu_mask(cpu_online_mask, func, info, wait);
}

static inline void on_each_cpu_cond(smp_cond_func_t cond, smp_call_func_t func, void *info,
				    bool wait)
{
	on_each_cpu_cond_mask(cond, func, info, wait, cpu_online_mask);
}

#endif
