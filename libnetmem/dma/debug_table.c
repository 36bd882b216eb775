// SPDX-License-Identifier: GPL-2.0-only
/*
 * The records of dma-debug: a hash table by bus address, its files in debugfs and its boot
 * parameters.
 */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/init.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <stdlib.h>

#include "debug_table.h"

#define BUCKETS		4096
#define BUCKET_SHIFT	13
#define RECORDS_DEFAULT	65536
#define RECORDS_STEP	64		/* added to the total when all are in use */

static struct hlist_head buckets[BUCKETS];
static DEFINE_SPINLOCK(table_lock);
static u64 largest;			/* size of the largest record there was */
static struct dentry *debug_dir;

static struct hlist_head *bucket_of(u64 addr)
{
	return &buckets[(addr >> BUCKET_SHIFT) % BUCKETS];
}

/* --- Records; table_lock is held in the functions that do not take it --- */

static void account(int taken)
{
	if (taken > 0 && !dma_debug.num_free_entries) {
		dma_debug.nr_total_entries += RECORDS_STEP;
		dma_debug.num_free_entries += RECORDS_STEP;
	}
	dma_debug.num_free_entries -= taken;
	dma_debug.min_free_entries = min(dma_debug.min_free_entries, dma_debug.num_free_entries);
}

bool dma_debug_insert(const struct dma_debug_record *rec)
{
	struct dma_debug_record *copy = malloc(sizeof(*copy));
	unsigned long flags;

	if (!copy)
		return false;
	*copy = *rec;
	spin_lock_irqsave(&table_lock, flags);
	hlist_add_head(&copy->node, bucket_of(rec->addr));
	largest = max(largest, rec->size);
	account(1);
	spin_unlock_irqrestore(&table_lock, flags);
	return true;
}

static int fit(const struct dma_debug_record *rec, const struct dma_debug_record *ref)
{
	return (rec->size == ref->size) + (rec->kind == ref->kind) +
	       (rec->direction == ref->direction) + (rec->sg_call_ents == ref->sg_call_ents);
}

/* With several records at one address only a perfect fit counts. */
static struct dma_debug_record *find_best(const struct dma_debug_record *ref)
{
	struct dma_debug_record *rec, *only = NULL;
	int count = 0;

	hlist_for_each_entry(rec, bucket_of(ref->addr), node) {
		if (rec->dev != ref->dev || rec->addr != ref->addr)
			continue;
		if (fit(rec, ref) == 4)
			return rec;
		only = rec;
		count++;
	}
	return count == 1 ? only : NULL;
}

bool dma_debug_look(const struct dma_debug_record *ref, struct dma_debug_record *rec)
{
	struct dma_debug_record *found;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	found = find_best(ref);
	if (found)
		*rec = *found;
	spin_unlock_irqrestore(&table_lock, flags);
	return found;
}

bool dma_debug_take(const struct dma_debug_record *ref, struct dma_debug_record *rec)
{
	struct dma_debug_record *found;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	found = find_best(ref);
	if (found) {
		hlist_del(&found->node);
		account(-1);
		*rec = *found;
	}
	spin_unlock_irqrestore(&table_lock, flags);
	free(found);
	return found;
}

/* A record in this bucket that holds all of ref. */
static struct dma_debug_record *find_around(struct hlist_head *bucket,
					    const struct dma_debug_record *ref)
{
	struct dma_debug_record *rec;

	hlist_for_each_entry(rec, bucket, node)
		if (rec->dev == ref->dev && rec->addr <= ref->addr &&
		    ref->addr + ref->size <= rec->addr + rec->size)
			return rec;
	return NULL;
}

bool dma_debug_look_around(const struct dma_debug_record *ref, struct dma_debug_record *rec)
{
	struct dma_debug_record *found = NULL;
	unsigned long flags;
	u64 back, reach;

	spin_lock_irqsave(&table_lock, flags);
	/* A record that holds the address begins at most the largest size before it. */
	reach = min3(largest + (1ULL << BUCKET_SHIFT), ref->addr, (u64)BUCKETS << BUCKET_SHIFT);
	for (back = 0; !found && back <= reach; back += 1ULL << BUCKET_SHIFT)
		found = find_around(bucket_of(ref->addr - back), ref);
	if (!found)
		found = find_best(ref);
	if (found)
		*rec = *found;
	spin_unlock_irqrestore(&table_lock, flags);
	return found;
}

void dma_debug_mark_checked(struct device *dev, u64 addr)
{
	struct dma_debug_record *rec;
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	hlist_for_each_entry(rec, bucket_of(addr), node) {
		if (rec->dev == dev && rec->addr == addr && rec->state == DMA_DEBUG_NOT_CHECKED) {
			rec->state = DMA_DEBUG_CHECKED;
			break;
		}
	}
	spin_unlock_irqrestore(&table_lock, flags);
}

/* Remove the records of a device, or all; *rec receives one of them if it is not NULL. */
static int drop(struct device *dev, struct dma_debug_record *rec)
{
	struct dma_debug_record *at;
	struct hlist_node *next;
	unsigned int k;
	int count = 0;

	for (k = 0; k < BUCKETS; k++) {
		hlist_for_each_entry_safe(at, next, &buckets[k], node) {
			if (dev && at->dev != dev)
				continue;
			hlist_del(&at->node);
			account(-1);
			if (rec)
				*rec = *at;
			free(at);
			count++;
		}
	}
	return count;
}

int dma_debug_drop_device(struct device *dev, struct dma_debug_record *rec)
{
	unsigned long flags;
	int count;

	spin_lock_irqsave(&table_lock, flags);
	count = drop(dev, rec);
	spin_unlock_irqrestore(&table_lock, flags);
	return count;
}

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

/* Print the records of a device (NULL: all) to a file, or to the log. */
static void dump(struct seq_file *seq, struct device *dev)
{
	struct dma_debug_record *rec;
	unsigned long flags;
	unsigned int k;

	spin_lock_irqsave(&table_lock, flags);
	for (k = 0; k < BUCKETS; k++)
		hlist_for_each_entry(rec, &buckets[k], node)
			if (!dev || rec->dev == dev)
				record_print(seq, rec, k);
	spin_unlock_irqrestore(&table_lock, flags);
}

void debug_dma_dump_mappings(struct device *dev)
{
	dump(NULL, dev);
}
EXPORT_SYMBOL(debug_dma_dump_mappings);

static int dump_show(struct seq_file *seq, void *unused)
{
	dump(seq, NULL);
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
	if (!dma_debug.disabled)
		files_make();
	return 0;
}
core_initcall(dma_debug_init);

static void dma_debug_exit(void)
{
	debugfs_remove(debug_dir);
	debug_dir = NULL;
	drop(NULL, NULL);
	largest = 0;
	dma_debug = (struct dma_debug_state){ .num_errors = 1 };
}
__exitcall(dma_debug_exit);
