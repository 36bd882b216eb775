/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault injection for programs and tests.
 *
 * Three ways to make a call fail: the n-th eligible call of the calling task
 * (udm_fault_nth), by chance or interval (udm_fault_set on "failslab",
 * "fail_page_alloc", "fail_usercopy", "fail_dma_map", "fail_function" and whatever
 * UDM_FAULT_SOURCE() adds), or a function by name (udm_inject_*). udm_fault_sweep()
 * tries every allocation of a scenario in turn. udm_shutdown() resets everything
 * before it does anything else. All calls are made from a task, in any context
 * unless noted; -1 with errno on failure unless noted.
 *
 * The same without touching the program: the boot parameters failslab=,
 * fail_page_alloc=, fail_usercopy= and fail_dma_map=, each "interval,probability,
 * space,times", in UDM_CMDLINE; and the environment variable UDM_FAULT (or
 * udm_config.faults), which udm_boot() applies when everything has started:
 *
 *	UDM_FAULT="failslab:probability=10,times=-1,ignore-gfp-wait=N;
 *	    fail_dma_map:interval=7,probability=100,times=3;
 *	    fail_function:inject=page_pool_alloc_netmems,times=1;fail-nth=12"
 *
 * (on one line). Values are numbers in any base, or Y and N. fail-nth= is the booting
 * task's. A text with a mistake makes udm_boot() return -EINVAL.
 */
#ifndef _UDEVMEM_FAULT_H
#define _UDEVMEM_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The @n-th eligible call from now on fails; 0 disarms. Kernel: /proc/self/fail-nth. */
void udm_fault_nth(unsigned int n);
/* Calls left before the failure: 0 after it happened, or when not armed. */
unsigned int udm_fault_nth_left(void);

/*
 * Writes one setting of an attribute, named like its debugfs file: probability,
 * interval, times, space, verbose, task-filter, stacktrace-depth, require-start,
 * require-end, reject-start, reject-end, and ignore-gfp-wait, cache-filter (failslab),
 * ignore-gfp-wait, ignore-gfp-highmem, min-order (fail_page_alloc), ignore-fail-nth
 * (fail_dma_map: the calls of a task with udm_fault_nth() neither count nor fail; Y
 * unless set). fail_dma_map makes dma_map_single(), _page(), _phys() and _resource()
 * return DMA_MAPPING_ERROR, dma_map_sg() 0 and dma_map_sgtable() -ENOMEM; the size
 * that counts for space is in bytes.
 * ENOENT for an unknown attribute or setting, EINVAL for a bad value.
 */
int udm_fault_set(const char *attr, const char *setting, long long value);
/* Puts every attribute back to its boot value and disarms all functions. */
void udm_fault_reset(void);
/* Marks the calling task for attributes with task-filter (/proc/<pid>/make-it-fail). */
void udm_fault_task(bool make_it_fail);

/*
 * Runs @scenario once as it is, then with its 1st, 2nd, ... allocation failing,
 * slab and pages with any flags, until it returns without meeting the failure.
 * @scenario returns 0 or a negative errno and must free whatever it allocated in
 * either case; work it defers is waited for. After each run the live objects are
 * compared with those before it. Returns the number of failing points, or -1
 * when a run leaked or when one in which nothing failed returned an error; the
 * log and udm_fault_sweep_message() say which. Task context, may sleep.
 */
int udm_fault_sweep(int (*scenario)(void *ctx), void *ctx);

/* The same, and the failing points are more than allocations: UDM_SWEEP_DMA_MAP, DMA mappings. */
#define UDM_SWEEP_DMA_MAP 0x1u
int udm_fault_sweep_with(unsigned int kinds, int (*scenario)(void *ctx), void *ctx);
/* Why the last sweep of this thread returned -1; "" if it did not. */
const char *udm_fault_sweep_message(void);

/*
 * Functions listed with ALLOW_ERROR_INJECTION(). Armed ones return a value
 * instead of running whenever "fail_function" decides so (probability and times
 * are set to 100 and -1 by the first arming if they were never set). arm: EINVAL
 * for an empty name, ERANGE not listed, EBUSY already armed. disarm: ENOENT; NULL
 * disarms all. retval: EINVAL for a value the function's type does not allow.
 * The same through debugfs: fail_function/inject. May sleep.
 */
int udm_inject_arm(const char *function);
int udm_inject_disarm(const char *function);
int udm_inject_retval(const char *function, unsigned long value);

/*
 * From now on user accesses that touch [start, start + len) fault there: bytes
 * before the range are copied. Up to 64 ranges; ENOSPC beyond. udm_user_ok()
 * removes every range that starts at @start; NULL removes all.
 */
int udm_user_fault(const void *start, size_t len);
void udm_user_ok(const void *start);

#ifdef __cplusplus
}
#endif

#endif
