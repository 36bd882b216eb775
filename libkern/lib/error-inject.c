// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of functions that may be made to fail (lib/error-inject.c).
 *
 * Entries register from constructors and leave with the object that holds them,
 * so the list exists before the first boot and survives every shutdown.
 */
#include <pthread.h>

#include <linux/debugfs.h>
#include <linux/error-injection.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/seq_file.h>

#include "error-inject.h"

static LIST_HEAD(entries);
static pthread_mutex_t entries_lock = PTHREAD_MUTEX_INITIALIZER;

void udm_error_injection_register(struct error_injection_entry *entry)
{
	pthread_mutex_lock(&entries_lock);
	list_add_tail(&entry->udm_link, &entries);
	pthread_mutex_unlock(&entries_lock);
}

void udm_error_injection_unregister(struct error_injection_entry *entry)
{
	pthread_mutex_lock(&entries_lock);
	list_del(&entry->udm_link);
	pthread_mutex_unlock(&entries_lock);
}

static struct error_injection_entry *entry_find(bool (*match)(const struct error_injection_entry *,
							      const void *), const void *key)
{
	struct error_injection_entry *entry, *found = NULL;

	pthread_mutex_lock(&entries_lock);
	list_for_each_entry(entry, &entries, udm_link)
		if (match(entry, key)) {
			found = entry;
			break;
		}
	pthread_mutex_unlock(&entries_lock);
	return found;
}

static bool has_name(const struct error_injection_entry *entry, const void *key)
{
	return !strcmp(entry->name, key);
}

static bool has_addr(const struct error_injection_entry *entry, const void *key)
{
	return entry->addr == (unsigned long)key;
}

struct error_injection_entry *error_injection_by_name(const char *name)
{
	return entry_find(has_name, name);
}

bool within_error_injection_list(unsigned long addr)
{
	return entry_find(has_addr, (const void *)addr);
}

int get_injectable_error_type(unsigned long addr)
{
	struct error_injection_entry *entry = entry_find(has_addr, (const void *)addr);

	return entry ? entry->etype : -EINVAL;
}

static const char *etype_name(int etype)
{
	static const char * const names[] = {
		[EI_ETYPE_NULL] = "NULL",
		[EI_ETYPE_ERRNO] = "ERRNO",
		[EI_ETYPE_ERRNO_NULL] = "ERRNO_NULL",
		[EI_ETYPE_TRUE] = "TRUE",
	};

	return (unsigned int)etype < ARRAY_SIZE(names) ? names[etype] : "(unknown)";
}

static int error_injection_list_show(struct seq_file *m, void *unused)
{
	struct error_injection_entry *entry;

	pthread_mutex_lock(&entries_lock);
	list_for_each_entry(entry, &entries, udm_link)
		seq_printf(m, "%s\t%s\n", entry->name, etype_name(entry->etype));
	pthread_mutex_unlock(&entries_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(error_injection_list);

static int __init error_injection_debugfs(void)
{
	struct dentry *dir = debugfs_create_dir("error_injection", NULL);

	debugfs_create_file("list", 0444, dir, NULL, &error_injection_list_fops);
	return 0;
}
late_initcall(error_injection_debugfs);
