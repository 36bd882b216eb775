// SPDX-License-Identifier: GPL-2.0-only
/* All suites of libkern. */
#include "fixture.h"

#define SUITES(X) \
	X(bitops) \
	X(bitmap) \
	X(bitmap_model) \
	X(kconfig) \
	X(arith) \
	X(atomic) \
	X(list) \
	X(rculist) \
	X(string) \
	X(vsprintf) \
	X(hash) \
	X(cleanup) \
	X(warn) \
	X(refcount) \
	X(initcall) \
	X(ratelimit) \
	X(trace_record) \
	X(tracepoint) \
	X(jiffies) \
	X(timer_wheel) \
	X(timer) \
	X(hrtimer) \
	X(softirq) \
	X(irq) \
	X(percpu_refcount) \
	X(notifier) \
	X(workqueue) \
	X(workqueue_sync) \
	X(workqueue_race) \
	X(idr) \
	X(xarray) \
	X(xarray_align) \
	X(xarray_cursor) \
	X(xarray_model) \
	X(xarray_order) \
	X(xarray_order_model) \
	X(xarray_race) \
	X(device) \
	X(devres) \
	X(platform) \
	X(kernel_lists) \
	X(debugfs) \
	X(file) \
	X(exec_boot) \
	X(exec_spinlock) \
	X(exec_mutex) \
	X(exec_ww_mutex) \
	X(exec_wait) \
	X(exec_rcu) \
	X(exec_vcpu) \
	X(exec_kthread) \
	X(exec_percpu) \
	X(exec_sim) \
	X(exec_context) \
	X(exec_wait_forms) \
	X(exec_seqcount) \
	X(cpus) \
	X(uaccess) \
	X(scm) \
	X(exec_lockdep) \
	X(breakpoint) \
	X(explore) \
	X(explore_work) \
	X(explore_sync) \
	X(explore_xarray) \
	X(mem_layout) \
	X(mem_pages) \
	X(mem_slab) \
	X(mem_cache) \
	X(mem_oom) \
	X(mem_leak) \
	X(mem_vmalloc) \
	X(trap) \
	X(mempool) \
	X(mmap) \
	X(mem_debug) \
	X(cma) \
	X(fault) \
	X(fault_text) \
	X(small) \
	X(kthread_worker) \
	X(kunit) \
	X(kunit_assert) \
	X(kunit_param) \
	X(kunit_try) \
	X(kunit_resource) \
	X(kunit_filter) \
	X(kunit_boot) \
	X(kunit_log) \
	X(kunit_device) \
	X(rbtree) \
	X(containers) \
	X(text) \
	X(maps) \
	X(rhashtable) \
	X(srcu) \
	X(limits) \
	/* end */

#define DECLARE(name) Suite *name##_suite(void);
SUITES(DECLARE)
#define ENTRY(name) name##_suite,

int main(void)
{
	static const suite_fn suites[] = { SUITES(ENTRY) };

	return run_suites("libkern", suites, sizeof(suites) / sizeof(suites[0]));
}
