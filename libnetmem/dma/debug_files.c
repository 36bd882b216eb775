// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-debug seen from outside: its files in debugfs, its boot parameters, the buses it watches,
 * its start and end.
 */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/device/bus.h>
#include <linux/dma-map-ops.h>
#include <linux/init.h>
#include <linux/notifier.h>
#include <linux/platform_device.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <stdlib.h>

#include "debug.h"
#include "debug_table.h"

#define RECORDS_DEFAULT	65536

static struct dentry *debug_dir;

bool dma_debug_filter_passes(struct device *dev)
{
	if (!dma_debug.driver_filter[0])
		return true;
	return dev->driver && !strcmp(dev->driver->name, dma_debug.driver_filter);
}

/* --- debugfs --- */

static const char *const check_text[] = {
	[DMA_DEBUG_NOT_APPLICABLE] = "dma map error check not applicable",
	[DMA_DEBUG_NOT_CHECKED] = "dma map error not checked",
	[DMA_DEBUG_CHECKED] = "dma map error checked",
};

/* One line of dump; cln is the CPU cache line the mapping begins in. */
#define RECORD_FMT "%s %s %s idx %u P=%pa D=%llx L=%llx cln=%pa %s %s\n"

static void record_print(struct seq_file *seq, const struct dma_debug_record *rec,
			 unsigned int idx)
{
	const char *driver = dev_driver_string(rec->dev);
	phys_addr_t line = rec->paddr >> L1_CACHE_SHIFT;
	unsigned long long addr = rec->addr, size = rec->size;

	if (seq)
		seq_printf(seq, RECORD_FMT, driver, dev_name(rec->dev), dma_debug_kind(rec), idx,
			   &rec->paddr, addr, size, &line, dma_debug_direction(rec),
			   check_text[rec->state]);
	else
		pr_info("DMA-API: " RECORD_FMT, driver, dev_name(rec->dev), dma_debug_kind(rec),
			idx, &rec->paddr, addr, size, &line, dma_debug_direction(rec),
			check_text[rec->state]);
}

/* Where records are printed to, and whose. */
struct dump_request {
	struct seq_file *seq;		/* NULL: the log */
	struct device *dev;		/* NULL: everybody's */
};

static void dump_one(void *ctx, const struct dma_debug_record *rec, unsigned int idx)
{
	const struct dump_request *req = ctx;

	if (!req->dev || rec->dev == req->dev)
		record_print(req->seq, rec, idx);
}

void debug_dma_dump_mappings(struct device *dev)
{
	dma_debug_visit(dump_one, &(struct dump_request){ .dev = dev });
}
EXPORT_SYMBOL(debug_dma_dump_mappings);

static int dump_show(struct seq_file *seq, void *unused)
{
	dma_debug_visit(dump_one, &(struct dump_request){ .seq = seq });
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(dump);

static ssize_t filter_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	char text[sizeof(dma_debug.driver_filter) + 1];
	int len = scnprintf(text, sizeof(text), "%s\n", dma_debug.driver_filter);

	/* An empty filter shows as an empty file. */
	return simple_read_from_buffer(buf, count, ppos, text, len > 1 ? len : 0);
}

static ssize_t filter_write(struct file *file, const char __user *buf, size_t count, loff_t *ppos)
{
	char text[sizeof(dma_debug.driver_filter)];
	size_t len = min(count, sizeof(text) - 1);

	if (copy_from_user(text, buf, len))
		return -EFAULT;
	text[len] = '\0';
	strscpy(dma_debug.driver_filter, strim(text), sizeof(dma_debug.driver_filter));
	return count;
}

static const struct file_operations filter_fops = {
	.read = filter_read,
	.write = filter_write,
	.llseek = default_llseek,
};

static void files_make(void)
{
	debug_dir = debugfs_create_dir("dma-api", NULL);
	debugfs_create_bool("disabled", 0444, debug_dir, &dma_debug.disabled);
	debugfs_create_u32("error_count", 0444, debug_dir, &dma_debug.error_count);
	debugfs_create_u32("all_errors", 0644, debug_dir, &dma_debug.all_errors);
	debugfs_create_u32("num_errors", 0644, debug_dir, &dma_debug.num_errors);
	debugfs_create_u32("num_free_entries", 0444, debug_dir, &dma_debug.num_free_entries);
	debugfs_create_u32("min_free_entries", 0444, debug_dir, &dma_debug.min_free_entries);
	debugfs_create_u32("nr_total_entries", 0444, debug_dir, &dma_debug.nr_total_entries);
	debugfs_create_file("driver_filter", 0644, debug_dir, NULL, &filter_fops);
	debugfs_create_file("dump", 0444, debug_dir, NULL, &dump_fops);
}

/* --- Buses --- */

struct watched_bus {
	const struct bus_type *bus;
	struct notifier_block nb;
	struct watched_bus *next;
};

static struct watched_bus *watched_buses;

static int bus_event(struct notifier_block *nb, unsigned long event, void *dev)
{
	if (event == BUS_NOTIFY_UNBOUND_DRIVER)
		debug_dma_driver_unbound(dev);
	return NOTIFY_DONE;
}

void dma_debug_add_bus(const struct bus_type *bus)
{
	struct watched_bus *watched;

	if (dma_debug.disabled)
		return;
	watched = calloc(1, sizeof(*watched));
	if (!watched) {
		pr_err("DMA-API: no memory to watch the bus %s\n", bus->name);
		return;
	}
	watched->bus = bus;
	watched->nb.notifier_call = bus_event;
	if (bus_register_notifier(bus, &watched->nb)) {
		free(watched);
		return;
	}
	watched->next = watched_buses;
	watched_buses = watched;
}

/* A bus that is gone already took its notifiers along. */
static void buses_forget(void)
{
	struct watched_bus *watched;

	while ((watched = watched_buses)) {
		watched_buses = watched->next;
		bus_unregister_notifier(watched->bus, &watched->nb);
		free(watched);
	}
}

/* --- Boot --- */

static int __init parse_dma_debug(char *arg)
{
	if (arg && !strncmp(arg, "off", 3))
		dma_debug.disabled = true;
	return 1;
}
__setup("dma_debug=", parse_dma_debug);

static int __init parse_entries(char *arg)
{
	u32 entries;

	if (arg && !kstrtou32(arg, 0, &entries) && entries)
		dma_debug.nr_total_entries = entries;
	return 1;
}
__setup("dma_debug_entries=", parse_entries);

static int __init parse_driver(char *arg)
{
	if (arg)
		strscpy(dma_debug.driver_filter, arg, sizeof(dma_debug.driver_filter));
	return 1;
}
__setup("dma_debug_driver=", parse_driver);

static int __init dma_debug_init(void)
{
	if (!dma_debug.nr_total_entries)
		dma_debug.nr_total_entries = RECORDS_DEFAULT;
	dma_debug.num_free_entries = dma_debug.nr_total_entries;
	dma_debug.min_free_entries = dma_debug.nr_total_entries;
	if (dma_debug.disabled)
		return 0;
	files_make();
	dma_debug_add_bus(&platform_bus_type);
	return 0;
}
core_initcall(dma_debug_init);

static void dma_debug_exit(void)
{
	struct dma_debug_record last;

	debugfs_remove(debug_dir);
	debug_dir = NULL;
	buses_forget();
	dma_debug_drop_device(NULL, &last);
	dma_debug = (struct dma_debug_state){ .num_errors = 1 };
}
__exitcall(dma_debug_exit);
