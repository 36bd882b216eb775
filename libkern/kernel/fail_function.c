// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions that return an injected value instead of running
 * (kernel/fail_function.c).
 *
 * A listed function asks udm_inject_hit() at its entry; armed ones are found by
 * address. Arming and disarming, by API or by the debugfs file inject, take a
 * mutex of the host; hits walk the short list under the same mutex, which is
 * never reached while nothing is armed. The memory is libc's, so that arming the
 * allocator's own functions cannot recurse.
 */
#include <pthread.h>
#include <stdlib.h>

#include <linux/debugfs.h>
#include <linux/fault-inject.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/list.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <udevmem/fault.h>

#include "../lib/error-inject.h"
#include "../mm/fault.h"

struct armed_function {
	struct list_head link;
	const struct error_injection_entry *entry;
	unsigned long retval;
	struct dentry *dir;
};

unsigned int udm_inject_armed;
static struct fault_attr fail_function = FAULT_ATTR_INITIALIZER;

static LIST_HEAD(armed);
static pthread_mutex_t armed_lock = PTHREAD_MUTEX_INITIALIZER;
static struct dentry *fail_function_dir;

static struct armed_function *armed_find(const char *name)
{
	struct armed_function *function;

	list_for_each_entry(function, &armed, link)
		if (!strcmp(function->entry->name, name))
			return function;
	return NULL;
}

bool udm_inject_hit(unsigned long addr, unsigned long *value)
{
	struct armed_function *function;
	bool hit = false;

	pthread_mutex_lock(&armed_lock);
	list_for_each_entry(function, &armed, link)
		if (function->entry->addr == addr) {
			*value = function->retval;
			hit = true;
		}
	pthread_mutex_unlock(&armed_lock);
	return hit && should_fail(&fail_function, 1);
}

static unsigned long initial_retval(int etype)
{
	switch (etype) {
	case EI_ETYPE_TRUE:
		return 1;
	case EI_ETYPE_ERRNO:
		return -EINVAL;
	default:
		return 0;
	}
}

static bool retval_allowed(int etype, unsigned long value)
{
	switch (etype) {
	case EI_ETYPE_NULL:
		return !value;
	case EI_ETYPE_TRUE:
		return value == 1;
	case EI_ETYPE_ERRNO:
		return IS_ERR_VALUE(value);
	default:
		return !value || IS_ERR_VALUE(value);
	}
}

static int retval_set(struct armed_function *function, unsigned long value)
{
	if (!retval_allowed(function->entry->etype, value))
		return -EINVAL;
	function->retval = value;
	return 0;
}

static int debugfs_retval_get(void *data, u64 *value)
{
	*value = ((struct armed_function *)data)->retval;
	return 0;
}

static int debugfs_retval_set(void *data, u64 value)
{
	int err;

	pthread_mutex_lock(&armed_lock);
	err = retval_set(data, value);
	pthread_mutex_unlock(&armed_lock);
	return err;
}
DEFINE_DEBUGFS_ATTRIBUTE(retval_fops, debugfs_retval_get, debugfs_retval_set, "%llx\n");

static void show_armed(struct armed_function *function)
{
	if (IS_ERR_OR_NULL(fail_function_dir))
		return;
	function->dir = debugfs_create_dir(function->entry->name, fail_function_dir);
	debugfs_create_file("retval", 0600, function->dir, function, &retval_fops);
}

/* 0, -EINVAL for no name, -ERANGE for one that is not listed, -EBUSY, -ENOMEM. */
static int arm(const char *name)
{
	const struct error_injection_entry *entry;
	struct armed_function *function;
	int err = 0;

	if (!name || !*name)
		return -EINVAL;
	entry = error_injection_by_name(name);
	if (!entry)
		return -ERANGE;
	function = calloc(1, sizeof(*function));
	if (!function)
		return -ENOMEM;
	function->entry = entry;
	function->retval = initial_retval(entry->etype);
	pthread_mutex_lock(&armed_lock);
	if (armed_find(name)) {
		err = -EBUSY;
	} else {
		list_add_tail(&function->link, &armed);
		udm_inject_armed++;
	}
	pthread_mutex_unlock(&armed_lock);
	if (err) {
		free(function);
		return err;
	}
	fault_settings_changed();
	show_armed(function);
	return 0;
}

static struct armed_function *armed_detach(const char *name)
{
	struct armed_function *function = NULL;

	pthread_mutex_lock(&armed_lock);
	if (name)
		function = armed_find(name);
	else if (!list_empty(&armed))
		function = list_first_entry(&armed, struct armed_function, link);
	if (function) {
		list_del(&function->link);
		udm_inject_armed--;
	}
	pthread_mutex_unlock(&armed_lock);
	if (function)
		fault_settings_changed();
	return function;
}

/* NULL: the next best one. False if there is none. */
static bool disarm(const char *name)
{
	struct armed_function *function = armed_detach(name);

	if (!function)
		return false;
	debugfs_remove(function->dir);
	free(function);
	return true;
}

static void disarm_all(void)
{
	while (disarm(NULL))
		;
}

static ssize_t inject_write(struct file *file, const char __user *buffer, size_t count,
			    loff_t *ppos)
{
	char *text, *name;
	int err = 0;

	if (count > 128)
		return -EINVAL;
	text = memdup_user_nul(buffer, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	name = strstrip(text);
	if (!*name)
		disarm_all();
	else if (*name == '!')
		err = disarm(name + 1) ? 0 : -ENOENT;
	else
		err = arm(name);
	kfree(text);
	return err ? err : (ssize_t)count;
}

static int inject_show(struct seq_file *m, void *unused)
{
	struct armed_function *function;

	pthread_mutex_lock(&armed_lock);
	list_for_each_entry(function, &armed, link)
		seq_printf(m, "%s\n", function->entry->name);
	pthread_mutex_unlock(&armed_lock);
	return 0;
}

static int inject_open(struct inode *inode, struct file *file)
{
	return single_open(file, inject_show, inode->i_private);
}

static const struct file_operations inject_fops = {
	.open = inject_open,
	.read = seq_read,
	.write = inject_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int __init fail_function_debugfs(void)
{
	struct dentry *dir = fault_create_debugfs_attr("fail_function", NULL, &fail_function);

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	fail_function_dir = dir;
	debugfs_create_file("inject", 0600, dir, NULL, &inject_fops);
	debugfs_create_symlink("injectable", dir, "../error_injection/list");
	return 0;
}
late_initcall(fail_function_debugfs);

static void __exit fail_function_exit(void)
{
	disarm_all();
	fail_function_dir = NULL;
}
module_exit(fail_function_exit);

/* --- Host API -------------------------------------------------------------------- */

static int host_result(int err)
{
	if (!err)
		return 0;
	errno = -err;
	return -1;
}

/* What was never set becomes "always". */
static int arm_for_good(const char *name)
{
	int err = arm(name);

	if (!err && !fail_function.probability) {
		fail_function.probability = 100;
		atomic_set(&fail_function.times, -1);
	}
	return err;
}

int udm_inject_arm(const char *function)
{
	return host_result(arm_for_good(function));
}

int udm_inject_disarm(const char *function)
{
	if (!function)
		disarm_all();
	else if (!disarm(function))
		return host_result(-ENOENT);
	return 0;
}

/* Of the function, or, without a name, of the one armed last. */
static int set_retval(const char *name, unsigned long value)
{
	struct armed_function *found = NULL;
	int err = -ENOENT;

	pthread_mutex_lock(&armed_lock);
	if (name)
		found = armed_find(name);
	else if (!list_empty(&armed))
		found = list_last_entry(&armed, struct armed_function, link);
	if (found)
		err = retval_set(found, value);
	pthread_mutex_unlock(&armed_lock);
	return err;
}

int udm_inject_retval(const char *function, unsigned long value)
{
	return host_result(set_retval(function, value));
}

/* inject=NAME, and retval=VALUE of the function named before. */
static int fail_function_text(const char *setting, const char *value, bool apply)
{
	static const struct error_injection_entry *last;
	long long number;

	if (!strcmp(setting, "inject")) {
		last = error_injection_by_name(value);
		if (!last)
			return -ERANGE;
		return apply ? arm_for_good(value) : 0;
	}
	if (strcmp(setting, "retval"))
		return -ENOENT;
	if (kstrtoll(value, 0, &number) || !last || !retval_allowed(last->etype, number))
		return -EINVAL;
	return apply ? set_retval(NULL, number) : 0;
}

UDM_FAULT_SOURCE(.name = "fail_function", .attr = &fail_function, .text = fail_function_text,
		 .reset = disarm_all)
