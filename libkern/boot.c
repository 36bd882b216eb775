// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starting and stopping the machine.
 *
 * The table below is the order in which the subsystems start; they stop in
 * reverse. After them the command line is applied and the initcalls run. The
 * configuration in force is kept here: defaults, then the caller's, then the
 * environment. Only the thread that booted may shut down.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/file.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/nodemask.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <udevmem/boot.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>

#include "kernel/initcall.h"
#include "kernel/leftover.h"
#include "mm/fault.h"
#include "sched/clock.h"
#include "subsystem.h"

#define DEFAULT_RAM (1UL << 30)
#define DEFAULT_CPUS 8

struct subsystem {
	const char *name;
	int (*boot)(const struct udm_config *cfg);
	void (*shutdown)(void);
};

static int leaks_boot(const struct udm_config *cfg);
static void leaks_shutdown(void);

#define ENTRY(name) { #name, name##_boot, name##_shutdown }

static const struct subsystem subsystems[] = {
	/* No tasks: these run without `current`. */
	ENTRY(printk),
	ENTRY(panic),
	ENTRY(topology),
	ENTRY(lockdep),
	ENTRY(event),
	ENTRY(vcpu),
	ENTRY(percpu),
	ENTRY(task),

	/* Memory; nothing may be allocated after its leaks have been counted. */
	ENTRY(mm),
	ENTRY(leaks),
	ENTRY(leftover_tasks),
	ENTRY(rcu),

	ENTRY(random),
	ENTRY(params),
	ENTRY(tracepoint),
	ENTRY(timekeeping),
	ENTRY(softirq),
	ENTRY(softirqd),
	ENTRY(engine),
	ENTRY(irq),
	ENTRY(timers),
	ENTRY(hrtimers),
	ENTRY(workqueue),
	ENTRY(xarray),
	ENTRY(fs),
	ENTRY(device),
	ENTRY(debugfs),
	ENTRY(net),
	ENTRY(kunit),
};

static pthread_mutex_t boot_lock = PTHREAD_MUTEX_INITIALIZER;
static struct udm_config config;
static bool booted;
static size_t leaked_objects;

static int leaks_boot(const struct udm_config *cfg)
{
	(void)cfg;
	leaked_objects = 0;
	return 0;
}

static void leaks_shutdown(void)
{
	leaked_objects = udm_leak_report();
}

const struct udm_config *udm_config(void)
{
	return config.cpus ? &config : NULL;
}

bool udm_booted(void)
{
	return booted;
}

bool udm_sim(void)
{
	return config.mode == UDM_MODE_SIM;
}

/* The environment. */

static int env_number(const char *name, u64 *value)
{
	const char *text = getenv(name);
	char *end;

	if (!text || !*text)
		return 0;
	*value = memparse(text, &end);
	return *end || end == text ? -EINVAL : 0;
}

/* @words: NULL-terminated; the index of the variable's value goes to @choice. */
static int env_choice(const char *name, const char *const *words, unsigned int *choice)
{
	const char *text = getenv(name);

	if (!text || !*text)
		return 0;
	for (unsigned int i = 0; words[i]; i++) {
		if (!strcmp(text, words[i])) {
			*choice = i;
			return 0;
		}
	}
	return -EINVAL;
}

static int apply_numbers(struct udm_config *cfg)
{
	u64 ram = cfg->ram_bytes, nodes = cfg->nodes, cpus = cfg->cpus;
	u64 seed = cfg->seed, preempt = cfg->preempt_permille;

	if (env_number("UDM_RAM", &ram) || env_number("UDM_NODES", &nodes) ||
	    env_number("UDM_CPUS", &cpus) || env_number("UDM_SEED", &seed) ||
	    env_number("UDM_PREEMPT", &preempt))
		return -EINVAL;
	if (!nodes || nodes > MAX_NUMNODES || !cpus || cpus > NR_CPUS || preempt > 1000)
		return -EINVAL;
	cfg->ram_bytes = ram;
	cfg->nodes = nodes;
	cfg->cpus = cpus;
	cfg->seed = seed;
	cfg->preempt_permille = preempt;
	return 0;
}

static int apply_choices(struct udm_config *cfg)
{
	static const char *const modes[] = { "sim", "threads", NULL };
	static const char *const iommus[] = { "strict", "lazy", "off", NULL };
	unsigned int mode = cfg->mode, iommu = cfg->iommu;

	if (env_choice("UDM_MODE", modes, &mode) || env_choice("UDM_IOMMU", iommus, &iommu))
		return -EINVAL;
	if (mode > UDM_MODE_THREADS || iommu > UDM_IOMMU_OFF)
		return -EINVAL;
	cfg->mode = mode;
	cfg->iommu = iommu;
	return 0;
}

/* The machine's own copy of a text: the environment's, else the caller's, else none. */
static const char *settle_text(const char *variable, const char *asked)
{
	const char *text = getenv(variable);

	return strdup(text ?: asked ?: "");
}

static void forget_config(void)
{
	free((void *)config.cmdline);
	free((void *)config.debug);
	free((void *)config.faults);
	config = (struct udm_config){ };
}

/* 0 or an error, then nothing is held. */
static int settle_config(const struct udm_config *asked)
{
	config = asked ? *asked : (struct udm_config){ };
	config.ram_bytes = config.ram_bytes ?: DEFAULT_RAM;
	config.nodes = config.nodes ?: 1;
	config.cpus = config.cpus ?: DEFAULT_CPUS;
	config.seed = config.seed ?: 1;
	config.cmdline = settle_text("UDM_CMDLINE", config.cmdline);
	config.debug = settle_text("UDM_DEBUG", config.debug);
	config.faults = settle_text("UDM_FAULT", config.faults);
	if (!config.cmdline || !config.debug || !config.faults) {
		forget_config();
		return -ENOMEM;
	}
	if (!apply_numbers(&config) && !apply_choices(&config) &&
	    !fault_apply_text(config.faults, false))
		return 0;
	forget_config();
	return -EINVAL;
}

/* Boot. */

static void stop_subsystems(unsigned int started)
{
	while (started--)
		subsystems[started].shutdown();
}

static int start_subsystems(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(subsystems); i++) {
		int err = subsystems[i].boot(&config);

		if (err) {
			pr_err("boot: %s failed: %d\n", subsystems[i].name, err);
			stop_subsystems(i);
			return err;
		}
	}
	return 0;
}

static int boot_locked(const struct udm_config *cfg)
{
	int err;

	if (booted)
		return -EBUSY;
	err = settle_config(cfg);
	if (err)
		return err;
	leftover_take_count();
	clock_start(config.mode == UDM_MODE_SIM, config.seed);
	err = start_subsystems();
	if (err) {
		forget_config();
		return err;
	}
	booted = true;
	parse_command_line(config.cmdline);
	initcalls_run();
	fault_apply_text(config.faults, true);
	return 0;
}

int udm_boot(const struct udm_config *cfg)
{
	int err;

	pthread_mutex_lock(&boot_lock);
	err = boot_locked(cfg);
	pthread_mutex_unlock(&boot_lock);
	if (!err)
		kunit_run_all_tests();
	return err;
}

/* Shutdown. */

static bool may_stop(void)
{
	return booted && udm_current_or_null() == udm_main_task &&
	       !current_thread_info()->context && !current_thread_info()->rcu_nesting;
}

/*
 * What is under way may use what the exit calls take apart: an item that unmaps a dma-buf
 * uses the IOMMU. Files, callbacks and items give rise to each other, so this is repeated,
 * though not for ever, until there was no item.
 */
static void let_work_end(void)
{
	unsigned int rounds = 16;

	do {
		flush_delayed_fput();
		rcu_barrier();
	} while (!workqueue_settle() && --rounds);
}

int udm_shutdown(void)
{
	int left;

	if (!may_stop())
		return -EINVAL;
	pthread_mutex_lock(&boot_lock);
	/* What retries until it has memory must get some. */
	udm_fault_reset();
	let_work_end();
	exitcalls_run();
	stop_subsystems(ARRAY_SIZE(subsystems));
	booted = false;
	forget_config();
	left = leaked_objects + leftover_take_count();
	pthread_mutex_unlock(&boot_lock);
	return left;
}
