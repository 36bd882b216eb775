// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trying every failure point of a scenario. See udevmem/fault.h.
 *
 * Run n makes the n-th eligible call of the task fail, with all filters of failslab
 * and fail_page_alloc open, and of fail_dma_map if asked. A run before the first one,
 * without any failure, creates what is only created once. What a run defers (RCU
 * callbacks, work, the final release of files) is given time before objects are counted.
 */
#include <stdarg.h>
#include <stdio.h>

#include <linux/delay.h>
#include <linux/file.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>
#include <udevmem/sim.h>

#include "../mm/fault.h"

#define SETTLE_TRIES 50
#define SETTLE_MS 20

struct fault_settings {
	struct failslab_state slab;
	struct fail_page_alloc_state pages;
	/* NULL when mapping is not swept, or does not exist in this process. */
	struct udm_fault_source *dma;
	struct fault_attr dma_attr;
	bool dma_ignored;
	unsigned int nth;
};

static __thread char message[256];

static __printf(1, 2) int sweep_fails(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	pr_err("fault sweep: %s\n", message);
	return -1;
}

/* The knob of fail_dma_map that keeps fail_nth away from it. */
static bool *dma_ignored(const struct fault_settings *saved)
{
	return saved->dma->knobs[0].flag;
}

static void open_dma_filter(struct fault_settings *saved, unsigned int kinds)
{
	saved->dma = kinds & UDM_SWEEP_DMA_MAP ? fault_source_by_name("fail_dma_map") : NULL;
	saved->dma_ignored = true;
	if (!saved->dma)
		return;
	saved->dma_attr = *saved->dma->attr;
	saved->dma_ignored = *dma_ignored(saved);
	saved->dma->attr->probability = 0;
	saved->dma->attr->verbose = 0;
	*dma_ignored(saved) = false;
}

static void open_filters(struct fault_settings *saved, unsigned int kinds)
{
	saved->slab = udm_failslab;
	saved->pages = udm_fail_page_alloc;
	saved->nth = current->fail_nth;
	udm_failslab.attr.probability = 0;
	udm_failslab.attr.verbose = 0;
	udm_failslab.ignore_gfp_reclaim = false;
	udm_failslab.cache_filter = false;
	udm_fail_page_alloc.attr.probability = 0;
	udm_fail_page_alloc.attr.verbose = 0;
	udm_fail_page_alloc.ignore_gfp_highmem = false;
	udm_fail_page_alloc.ignore_gfp_reclaim = false;
	udm_fail_page_alloc.min_order = 0;
	open_dma_filter(saved, kinds);
	fault_set_nth(0);
}

static void restore_filters(const struct fault_settings *saved)
{
	udm_failslab = saved->slab;
	udm_fail_page_alloc = saved->pages;
	if (saved->dma) {
		*saved->dma->attr = saved->dma_attr;
		*dma_ignored(saved) = saved->dma_ignored;
	}
	fault_set_nth(saved->nth);
	fault_settings_changed();
}

static void settle(void)
{
	rcu_barrier();
	kvfree_rcu_barrier();
	flush_delayed_fput();
	udm_run_until_idle();
}

/* Objects that are still there after deferred work had time to run. */
static size_t leaked_since(const struct udm_leak_snapshot *before)
{
	size_t leaked;
	unsigned int i;

	for (i = 0; i < SETTLE_TRIES; i++) {
		settle();
		leaked = udm_leak_since(before, NULL, NULL);
		if (!leaked)
			return 0;
		msleep(SETTLE_MS);
	}
	return leaked;
}

struct first_site {
	struct udm_leak_site site;
	bool seen;
};

static void note_first(void *ctx, const struct udm_leak_site *site)
{
	struct first_site *first = ctx;

	if (!first->seen)
		first->site = *site;
	first->seen = true;
}

static int report_leak(const struct udm_leak_snapshot *before, unsigned int nth, size_t leaked)
{
	struct first_site first = { .seen = false };

	udm_leak_since(before, note_first, &first);
	if (!first.seen)
		return sweep_fails("with failure %u: %zu objects leaked", nth, leaked);
	return sweep_fails("with failure %u: %zu objects leaked, %zu of them from %s:%u %s()", nth,
			   leaked, first.site.objects, first.site.file, first.site.line,
			   first.site.function);
}

/* 0: the failure was met and undone. 1: it was not reached. -1: stop. */
static int sweep_once(int (*scenario)(void *ctx), void *ctx, unsigned int nth)
{
	struct udm_leak_snapshot *before = udm_leak_snapshot();
	unsigned int left;
	size_t leaked;
	int err, ret;

	if (!before)
		return sweep_fails("no memory for a snapshot");
	fault_set_nth(nth);
	err = scenario(ctx);
	left = current->fail_nth;
	fault_set_nth(0);
	leaked = leaked_since(before);
	if (leaked)
		ret = report_leak(before, nth, leaked);
	else if (left && err)
		ret = sweep_fails("error %d although nothing failed, after %u failures", err,
				  nth - 1);
	else
		ret = left ? 1 : 0;
	udm_leak_snapshot_free(before);
	return ret;
}

static int sweep(int (*scenario)(void *ctx), void *ctx)
{
	unsigned int nth;
	int err, ret;

	err = scenario(ctx);
	if (err)
		return sweep_fails("error %d without any failure", err);
	settle();
	for (nth = 1;; nth++) {
		ret = sweep_once(scenario, ctx, nth);
		if (ret)
			return ret < 0 ? -1 : (int)nth - 1;
	}
}

int udm_fault_sweep_with(unsigned int kinds, int (*scenario)(void *ctx), void *ctx)
{
	struct fault_settings saved;
	int ret;

	message[0] = '\0';
	if ((kinds & UDM_SWEEP_DMA_MAP) && !fault_source_by_name("fail_dma_map"))
		return sweep_fails("nothing in this program maps for DMA");
	open_filters(&saved, kinds);
	ret = sweep(scenario, ctx);
	restore_filters(&saved);
	return ret;
}

int udm_fault_sweep(int (*scenario)(void *ctx), void *ctx)
{
	return udm_fault_sweep_with(0, scenario, ctx);
}

const char *udm_fault_sweep_message(void)
{
	return message;
}
