/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Starting and stopping the emulated machine.
 *
 * One process is one machine. udm_boot() starts it, udm_shutdown() stops it and
 * says what leaked; the pair may be repeated any number of times. Every field
 * of struct udm_config means its default when it is zero. The environment
 * variables UDM_RAM, UDM_NODES, UDM_CPUS, UDM_MODE (sim, threads), UDM_SEED,
 * UDM_IOMMU (strict, lazy, off), UDM_CMDLINE, UDM_PREEMPT, UDM_DEBUG and UDM_FAULT
 * override the fields of the same meaning in any program.
 */
#ifndef _UDEVMEM_BOOT_H
#define _UDEVMEM_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * UDM_MODE_SIM: one host thread, tasks are fibers, virtual time, seeded order.
 * UDM_MODE_THREADS: host threads and wall clock.
 */
enum udm_mode {
	UDM_MODE_SIM = 0,
	UDM_MODE_THREADS,
};

enum udm_iommu {
	UDM_IOMMU_STRICT = 0,
	UDM_IOMMU_LAZY,
	UDM_IOMMU_OFF,
};

/* Receives every log line; @level is the printk level 0 (emergency) to 7 (debug). */
struct udm_log_hook {
	void (*fn)(void *ctx, int level, const char *text);
	void *ctx;
};

struct udm_config {
	size_t ram_bytes;	/* emulated RAM, all nodes together; default 1 GiB */
	unsigned int nodes;	/* NUMA nodes; default 1 */
	unsigned int cpus;	/* emulated CPUs, at most 64; default 8 */
	enum udm_mode mode;
	uint64_t seed;		/* of every random choice; default 1 */
	enum udm_iommu iommu;
	const char *cmdline;	/* kernel command line; copied */
	struct udm_log_hook log;
	bool quiet;		/* no log lines on stderr */
	const char *debug;	/* memory debugging, see udevmem/memdebug.h; copied */
	const char *faults;	/* what shall fail, see udevmem/fault.h; copied */
	/*
	 * Sim only: chance in 1/1000 that a lock release, a wake-up or the taking of
	 * a sleeping lock hands over to another ready task, chosen by the seed. 0: tasks
	 * switch only where they block.
	 */
	unsigned int preempt_permille;
};

/*
 * udm_boot - start the machine and run the initcalls
 * @cfg: NULL for the defaults; not kept after the call
 *
 * The calling thread becomes the main task. Returns 0, -EBUSY if the machine
 * runs already, -EINVAL for an unusable configuration or environment variable,
 * -ENOMEM, or what a subsystem returned; then nothing is left running.
 */
int udm_boot(const struct udm_config *cfg);

/*
 * udm_shutdown - run the exit calls, stop the machine, count what leaked
 *
 * Work that is under way, not what waits for a timer, ends before the exit calls.
 * Called by the thread that booted, outside any lock or non-preemptible region,
 * when no other host thread is in kernel-side code. Returns the number of
 * objects nobody freed (0: clean), each reported through the log by its call
 * site, or -EINVAL when the machine does not run or the caller may not stop it.
 */
int udm_shutdown(void);

/* The configuration in force, defaults and environment applied; NULL when not booted. */
const struct udm_config *udm_config(void);

/* True when the machine runs in sim mode. */
bool udm_sim(void);

/* True between a successful udm_boot() and udm_shutdown(). */
bool udm_booted(void);

#ifdef __cplusplus
}
#endif

#endif
