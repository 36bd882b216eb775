// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logs of suites and how they are read: see debugfs.h.
 *
 * The log of a suite has everything but its result line, whose number belongs
 * to the run; read alone, it is number 1 of 1. Logs are written in any context,
 * so their memory is taken without sleeping.
 */
#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "debugfs.h"
#include "run.h"
#include "string-stream.h"

static struct dentry *root;

static int results_show(struct seq_file *seq, void *unused)
{
	struct kunit_suite *suite = seq->private;
	enum kunit_status status = kunit_suite_has_succeeded(suite);
	char *text = suite->log ? string_stream_get_string(suite->log) : NULL;

	seq_puts(seq, "KTAP version 1\n1..1\n");
	if (text)
		seq_puts(seq, text);
	seq_printf(seq, "%s 1 %s%s\n", kunit_status_to_ok_not_ok(status), suite->name,
		   status == KUNIT_SKIPPED ? " # SKIP " : "");
	kfree(text);
	return 0;
}

static int results_open(struct inode *inode, struct file *file)
{
	return single_open(file, results_show, inode->i_private);
}

static const struct file_operations results_fops = {
	.open = results_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

static int run_open(struct inode *inode, struct file *file)
{
	file->private_data = inode->i_private;
	return 0;
}

static ssize_t run_write(struct file *file, const char __user *buf, size_t count, loff_t *ppos)
{
	int err = kunit_run_again(file->private_data);

	return err ? err : count;
}

static const struct file_operations run_fops = {
	.open = run_open,
	.write = run_write,
};

static void give_log(struct string_stream **log)
{
	if (*log) {
		string_stream_clear(*log);
		return;
	}
	*log = alloc_string_stream(GFP_ATOMIC);
	if (IS_ERR(*log))
		*log = NULL;
	else
		string_stream_set_append_newlines(*log, true);
}

static void take_log(struct string_stream **log)
{
	string_stream_destroy(*log);
	*log = NULL;
}

static void create_files(struct kunit_suite *suite)
{
	if (!root)
		root = debugfs_create_dir("kunit", NULL);
	suite->debugfs = debugfs_create_dir(suite->name, root);
	debugfs_create_file("results", 0444, suite->debugfs, suite, &results_fops);
	/* What an init suite tests is there only while the machine boots. */
	if (!suite->is_init)
		debugfs_create_file("run", 0644, suite->debugfs, suite, &run_fops);
}

void kunit_debugfs_create_suite(struct kunit_suite *suite)
{
	struct kunit_case *test_case;

	give_log(&suite->log);
	kunit_suite_for_each_test_case(suite, test_case)
		give_log(&test_case->log);
	if (!suite->debugfs)
		create_files(suite);
}

void kunit_debugfs_destroy_suite(struct kunit_suite *suite)
{
	struct kunit_case *test_case;

	debugfs_remove(suite->debugfs);
	suite->debugfs = NULL;
	take_log(&suite->log);
	kunit_suite_for_each_test_case(suite, test_case)
		take_log(&test_case->log);
}

void kunit_debugfs_cleanup(void)
{
	debugfs_remove(root);
	root = NULL;
}
