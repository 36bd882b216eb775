// SPDX-License-Identifier: GPL-2.0-only
/*
 * A benchmark module for page pools: clocks and cycle counters around loops, in task
 * context, in a tasklet, and in one kthread per CPU that start together.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/time.h>
#include <linux/perf_event.h>
#include <linux/interrupt.h>
#include <linux/version.h>
#include <linux/workqueue.h>
#include <net/page_pool/helpers.h>

int bench_result = -EAGAIN;
EXPORT_SYMBOL_GPL(bench_result);

static unsigned long loops = 1000;
module_param(loops, ulong, 0);
MODULE_PARM_DESC(loops, "iterations");
static unsigned long run_flags = 0xFFFFFFFF;
module_param(run_flags, ulong, 0);

enum { bench_bit_pages, bench_bit_ring, bench_bit_tasklet, bench_bit_threads };
#define bit(b) (1 << (b))
#define enabled(b) (run_flags & bit(b))

struct record {
	u64 cycles, ns, loops;
	struct timespec64 from, to;
};

static inline unsigned long long tsc_begin(void)
{
	barrier();
	return get_cycles();
}

static __always_inline void begin(struct record *rec)
{
	ktime_get_real_ts64(&rec->from);
	barrier();
	rec->cycles = tsc_begin();
}

static __always_inline void end(struct record *rec, u64 n)
{
	rec->cycles = tsc_begin() - rec->cycles;
	barrier();
	ktime_get_real_ts64(&rec->to);
	rec->loops = n;
	rec->ns = timespec64_to_ns(&rec->to) - timespec64_to_ns(&rec->from);
}

static void report(const char *what, struct record *rec)
{
	u32 rem;
	u64 sec = div_u64_rem(rec->ns, NSEC_PER_SEC, &rem);

	pr_info("%s: %llu loops %llu cycles %llu.%09u s, %llu ns each\n", what, rec->loops,
		rec->cycles, sec, rem, div64_u64(rec->ns, max_t(u64, rec->loops, 1)));
}

static struct page_pool *make_pool(unsigned int size)
{
	struct page_pool_params pp_params = {
		.order = 0,
		.flags = 0,
		.pool_size = size,
		.nid = NUMA_NO_NODE,
		.dev = NULL,
		.dma_dir = DMA_BIDIRECTIONAL,
	};

	return page_pool_create(&pp_params);
}

static int time_fast(struct record *rec, struct page_pool *pp)
{
	struct page *page;
	unsigned long i;

	if (!in_serving_softirq())
		pr_info("%s(): not in softirq\n", __func__);
	begin(rec);
	for (i = 0; i < loops; i++) {
		page = page_pool_alloc_pages(pp, GFP_ATOMIC | __GFP_NOWARN);
		if (unlikely(!page))
			break;
		page_pool_put_full_page(pp, page, in_serving_softirq());
	}
	end(rec, i);
	return i == loops ? 0 : -ENOMEM;
}

static struct {
	struct tasklet_struct t;
	struct record rec;
	struct completion done;
	struct page_pool *pp;
	int ret;
} soft;

static void soft_fn(struct tasklet_struct *t)
{
	soft.ret = time_fast(&soft.rec, soft.pp);
	complete(&soft.done);
}

struct per_cpu_run {
	struct task_struct *task;
	struct record rec;
	int cpu;
	bool ok;
	struct start_line {
		struct completion go;
		atomic_t running;
	} *line;
};

static int worker(void *arg)
{
	struct per_cpu_run *run = arg;
	struct page_pool *pp;
	cpumask_t newmask = CPU_MASK_NONE;

	cpumask_set_cpu(run->cpu, &newmask);
	set_cpus_allowed_ptr(current, &newmask);
	pp = make_pool(64);
	atomic_inc(&run->line->running);
	wait_for_completion(&run->line->go);
	preempt_disable();
	if (smp_processor_id() == run->cpu)
		run->ok = true;
	preempt_enable();
	if (!IS_ERR(pp)) {
		run->ok &= !time_fast(&run->rec, pp);
		page_pool_destroy(pp);
	}
	atomic_dec(&run->line->running);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

static int run_threads(const struct cpumask *mask)
{
	struct per_cpu_run *runs;
	struct start_line line;
	int cpu, n = 0, ret = 0;

	runs = kcalloc(nr_cpu_ids, sizeof(*runs), GFP_KERNEL);
	if (!runs)
		return -ENOMEM;
	init_completion(&line.go);
	atomic_set(&line.running, 0);
	for_each_cpu(cpu, mask) {
		struct per_cpu_run *r = &runs[n++];

		r->cpu = cpu;
		r->line = &line;
		r->task = kthread_run(worker, r, "bench%d", cpu);
		if (IS_ERR(r->task))
			return PTR_ERR(r->task);
	}
	while (atomic_read(&line.running) < n) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule_timeout(1);
	}
	complete_all(&line.go);
	while (atomic_read(&line.running)) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule_timeout(10);
	}
	while (n--) {
		kthread_stop(runs[n].task);
		if (!runs[n].ok)
			ret = -EIO;
	}
	kfree(runs);
	return ret;
}

static int run_bench(void)
{
	struct record rec = {};
	struct perf_event_attr attr = { .type = PERF_TYPE_RAW, .size = sizeof(attr), .pinned = 1 };
	struct perf_event *ev;
	struct page_pool *pp;
	cpumask_t mask = CPU_MASK_NONE;
	int ret = 0, cpu;

	ev = perf_event_create_kernel_counter(&attr, 0, NULL, NULL, NULL);
	if (!IS_ERR(ev))
		perf_event_enable(ev);
	pp = make_pool(1024);
	if (IS_ERR(pp))
		return PTR_ERR(pp);
	if (enabled(bench_bit_pages))
		ret = time_fast(&rec, pp);
	report("task", &rec);
	if (!ret && enabled(bench_bit_tasklet)) {
		soft.pp = pp;
		init_completion(&soft.done);
		tasklet_setup(&soft.t, soft_fn);
		tasklet_schedule(&soft.t);
		wait_for_completion(&soft.done);
		tasklet_kill(&soft.t);
		ret = soft.ret;
		report("tasklet", &soft.rec);
	}
	page_pool_destroy(pp);
	for_each_online_cpu(cpu)
		if (cpu < 3)
			cpumask_set_cpu(cpu, &mask);
	if (!ret && enabled(bench_bit_threads))
		ret = run_threads(&mask);
	pr_info("result %d cycles %llu\n", ret, (unsigned long long)get_cycles());
	return ret;
}

static int __init bench_module_init(void)
{
	if (loops > U32_MAX)
		return -ECHRNG;
	bench_result = run_bench();
	return bench_result;
}
module_init(bench_module_init);

static void __exit bench_module_exit(void)
{
}
module_exit(bench_module_exit);
MODULE_DESCRIPTION("page pool benchmark");
MODULE_LICENSE("GPL");
