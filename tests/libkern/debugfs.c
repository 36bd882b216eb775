// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs and seq_file: the tree, values by path, long texts, removal under use.
 */
#include <linux/debugfs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <udevmem/debugfs.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"

static char text[1 << 16];

static const char *read_path(const char *path)
{
	ssize_t n = udm_debugfs_read(path, text, sizeof(text));

	if (n < 0)
		return strcpy(text, strerror(errno));
	return text;
}

static int write_path(const char *path, const char *value)
{
	return udm_debugfs_write(path, value, strlen(value)) < 0 ? errno : 0;
}

START_TEST(values_read_and_write_as_text)
{
	struct dentry *dir = debugfs_create_dir("t", NULL);
	char *str = kstrdup("abc", GFP_KERNEL);
	atomic_t a = ATOMIC_INIT(-3);
	unsigned long ul = 1UL << 40;
	bool flag = true;
	u32 x = 0xbeef;
	u8 b = 200;

	debugfs_create_u8("u8", 0644, dir, &b);
	debugfs_create_x32("x32", 0444, dir, &x);
	debugfs_create_ulong("ulong", 0644, dir, &ul);
	debugfs_create_bool("bool", 0644, dir, &flag);
	debugfs_create_atomic_t("atomic", 0644, dir, &a);
	debugfs_create_str("str", 0644, dir, &str);
	ck_assert_str_eq(read_path("t/u8"), "200\n");
	ck_assert_str_eq(read_path("t/x32"), "0x0000beef\n");
	ck_assert_str_eq(read_path("/t//ulong"), "1099511627776\n");
	ck_assert_str_eq(read_path("t/bool"), "Y\n");
	ck_assert_str_eq(read_path("t/atomic"), "-3\n");
	ck_assert_str_eq(read_path("t/str"), "abc\n");
	ck_assert_int_eq(write_path("t/u8", "0x10"), 0);
	ck_assert_int_eq(b, 16);
	ck_assert_int_eq(write_path("t/bool", "n"), 0);
	ck_assert(!flag);
	ck_assert_int_eq(write_path("t/bool", "maybe"), EINVAL);
	ck_assert_int_eq(write_path("t/str", "longer text\n"), 0);
	ck_assert_str_eq(str, "longer text");
	ck_assert_int_eq(write_path("t/x32", "1"), EACCES);
	ck_assert_int_eq(write_path("t/ulong", "rubbish"), EINVAL);
	ck_assert_int_eq(write_path("t/ulong", "-1"), EINVAL);
	ck_assert_int_eq(write_path("t/atomic", "-70"), 0);
	ck_assert_int_eq(atomic_read(&a), -70);
	debugfs_remove(dir);
	kfree(str);
}
END_TEST

START_TEST(errors_of_creation_and_lookup)
{
	struct dentry *dir = debugfs_create_dir("d", NULL), *none, *target;

	ck_assert(!IS_ERR(dir));
	none = debugfs_create_dir("d", NULL);
	ck_assert_int_eq(PTR_ERR(none), -EEXIST);
	ck_assert_ptr_eq(debugfs_create_file("f", 0444, none, NULL, NULL), none);
	ck_assert_str_eq(read_path("d"), strerror(EISDIR));
	ck_assert_str_eq(read_path("d/nothing"), strerror(ENOENT));
	debugfs_remove(NULL);
	debugfs_remove(none);
	debugfs_create_symlink("link", dir, "../e/target");
	debugfs_create_dir("e", NULL);
	ck_assert(!udm_debugfs_exists("d/link"));
	target = debugfs_lookup("e", NULL);
	debugfs_create_dir("target", target);
	dput(target);
	ck_assert(udm_debugfs_exists("d/link"));
	debugfs_lookup_and_remove("d", NULL);
	ck_assert(!udm_debugfs_exists("d"));
	ck_assert(udm_debugfs_exists("e/target"));
}
END_TEST

static int collect(void *ctx, const char *name, bool is_dir)
{
	strcat(ctx, name);
	strcat(ctx, is_dir ? "/ " : " ");
	return 0;
}

START_TEST(listing_is_in_order_of_creation)
{
	struct dentry *dir = debugfs_create_dir("l", NULL);
	char names[64] = "";

	debugfs_create_dir("z", dir);
	debugfs_create_u32("a", 0444, dir, NULL);
	ck_assert_int_eq(udm_debugfs_list("l", collect, names), 0);
	ck_assert_str_eq(names, "z/ a ");
	ck_assert_int_eq(udm_debugfs_list("l/a", collect, names), -1);
	ck_assert_int_eq(errno, ENOTDIR);
	debugfs_remove(dir);
}
END_TEST

struct listed {
	struct dentry *dir;
	char values[32];
};

static int read_and_remove(void *ctx, const char *name, bool is_dir)
{
	struct listed *listed = ctx;
	char path[32];

	snprintf(path, sizeof(path), "w/%s", name);
	strcat(listed->values, read_path(path));
	debugfs_lookup_and_remove(name, listed->dir);
	return 0;
}

/* The function of a walk uses what it walks over. */
START_TEST(entries_may_go_while_they_are_listed)
{
	struct listed seen = { .dir = debugfs_create_dir("w", NULL) };
	u32 one = 1, two = 2;

	debugfs_create_u32("one", 0444, seen.dir, &one);
	debugfs_create_u32("two", 0444, seen.dir, &two);
	ck_assert_int_eq(udm_debugfs_list("w", read_and_remove, &seen), 0);
	ck_assert_str_eq(seen.values, "1\n2\n");
	ck_assert(!udm_debugfs_exists("w/two"));
	debugfs_remove(seen.dir);
}
END_TEST

static int numbers_show(struct seq_file *m, void *v)
{
	int count = *(int *)m->private;

	for (int i = 0; i < count; i++)
		seq_printf(m, "%d\n", i);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(numbers);

START_TEST(a_record_larger_than_the_buffer_is_printed_again)
{
	int count = 5000;

	debugfs_create_file("numbers", 0444, NULL, &count, &numbers_fops);
	ck_assert_ptr_nonnull(strstr(read_path("numbers"), "\n4999\n"));
	ck_assert_int_eq(udm_debugfs_read("numbers", text, 100), -1);
	ck_assert_int_eq(errno, ENOBUFS);
	debugfs_lookup_and_remove("numbers", NULL);
}
END_TEST

/* A walk over ten records, some skipped. */

static void *ten_start(struct seq_file *m, loff_t *pos)
{
	return *pos < 10 ? (void *)(*pos + 1) : NULL;
}

static void *ten_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return ten_start(m, pos);
}

static void ten_stop(struct seq_file *m, void *v)
{
}

static int ten_show(struct seq_file *m, void *v)
{
	long n = (long)v;

	seq_printf(m, "record %ld\n", n);
	return n % 5 ? 0 : SEQ_SKIP;
}

static const struct seq_operations ten_sops = {
	.start = ten_start, .next = ten_next, .stop = ten_stop, .show = ten_show,
};
DEFINE_SEQ_ATTRIBUTE(ten);

START_TEST(small_reads_and_seeks_see_one_text)
{
	char whole[256] = "", part[8];
	size_t len = 0;
	ssize_t n;
	int fd;

	debugfs_create_file("ten", 0444, NULL, NULL, &ten_fops);
	fd = udm_open("/sys/kernel/debug/ten", O_RDONLY);
	ck_assert_int_ge(fd, 0);
	while ((n = udm_read(fd, part, 7)) > 0) {
		memcpy(whole + len, part, n);
		len += n;
	}
	ck_assert_str_eq(whole, read_path("ten"));
	ck_assert_ptr_null(strstr(whole, "record 5"));
	ck_assert_int_eq(udm_lseek(fd, 9, SEEK_SET), 9);
	ck_assert_int_eq(udm_read(fd, part, 8), 8);
	ck_assert_int_eq(memcmp(part, "record 2", 8), 0);
	ck_assert_int_eq(udm_close(fd), 0);
	debugfs_lookup_and_remove("ten", NULL);
}
END_TEST

START_TEST(an_open_file_outlives_its_removal)
{
	u32 value = 5;
	int fd;

	debugfs_create_u32("gone", 0644, NULL, &value);
	fd = udm_open("/sys/kernel/debug/gone", O_RDWR);
	debugfs_lookup_and_remove("gone", NULL);
	ck_assert_int_eq(udm_read(fd, text, 10), -1);
	ck_assert_int_eq(errno, EIO);
	ck_assert_int_eq(udm_close(fd), 0);
}
END_TEST

/* Copying the tree into a directory of the host. */

static ssize_t fail_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	return *pos ? -EIO : (*pos = 1);
}

static const struct file_operations failing_fops = { .open = simple_open, .read = fail_read };

static char host_dir[64];

static const char *host_path(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", host_dir, name);
	return path;
}

static const char *read_host(const char *name)
{
	FILE *f = fopen(host_path(name), "r");

	if (!f)
		return strcpy(text, strerror(errno));
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	return text;
}

static void make_host_dir(void)
{
	strcpy(host_dir, "/tmp/udm-debugfs-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(host_dir));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static void remove_host_dir(void)
{
	ck_assert_int_eq(nftw(host_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

START_TEST(the_tree_is_copied)
{
	struct dentry *x = debugfs_create_dir("x", NULL), *y = debugfs_create_dir("y", x);
	int count = 2000, files;
	u32 value = 7;
	struct stat st;

	make_host_dir();
	debugfs_create_u32("deep", 0644, y, &value);
	debugfs_create_u32("secret", 0200, y, &value);
	debugfs_create_file("numbers", 0444, y, &count, &numbers_fops);
	debugfs_create_file("fails", 0444, y, NULL, &failing_fops);
	debugfs_create_symlink("link", x, "y/deep");
	files = udm_debugfs_export(host_path("copy"));
	ck_assert_int_ge(files, 2);
	ck_assert_str_eq(read_host("copy/x/y/deep"), "7\n");
	ck_assert_str_eq(read_host("copy/x/link"), "7\n");
	ck_assert_int_eq(stat(host_path("copy/x/y/secret"), &st), -1);
	ck_assert_int_eq(stat(host_path("copy/x/y/fails"), &st), -1);
	ck_assert_int_eq(stat(host_path("copy/x/y/numbers"), &st), 0);
	ck_assert_int_gt(st.st_size, 4096);
	ck_assert_int_eq(strlen(read_path("x/y/numbers")), st.st_size);
	value = 123456;
	ck_assert_int_eq(udm_debugfs_export(host_path("copy")), files);
	ck_assert_str_eq(read_host("copy/x/y/deep"), "123456\n");
	debugfs_remove(x);
	remove_host_dir();
}
END_TEST

START_TEST(the_host_may_refuse_the_copy)
{
	u32 value = 7;
	FILE *f;

	make_host_dir();
	debugfs_create_u32("v", 0444, NULL, &value);
	ck_assert_int_eq(udm_debugfs_export(host_path("no/such/parent")), -1);
	ck_assert_int_eq(errno, ENOENT);
	f = fopen(host_path("file"), "w");
	fclose(f);
	ck_assert_int_eq(udm_debugfs_export(host_path("file")), -1);
	ck_assert_int_eq(errno, ENOTDIR);
	debugfs_lookup_and_remove("v", NULL);
	remove_host_dir();
}
END_TEST

static int scenario(void *ctx)
{
	struct dentry *dir = debugfs_create_dir("sweep", NULL);
	int count = 10;
	ssize_t n;

	debugfs_create_file("numbers", 0444, dir, &count, &numbers_fops);
	n = udm_debugfs_read("sweep/numbers", text, sizeof(text));
	debugfs_remove(dir);
	return n < 0 ? -errno : 0;
}

START_TEST(every_allocation_may_fail)
{
	ck_assert_msg(udm_fault_sweep(scenario, NULL) > 5, "%s", udm_fault_sweep_message());
}
END_TEST

Suite *debugfs_suite(void)
{
	Suite *s = suite_create("debugfs");
	TCase *tc = machine_tcase(s, "debugfs");

	tcase_add_test(tc, values_read_and_write_as_text);
	tcase_add_test(tc, errors_of_creation_and_lookup);
	tcase_add_test(tc, listing_is_in_order_of_creation);
	tcase_add_test(tc, entries_may_go_while_they_are_listed);
	tcase_add_test(tc, the_tree_is_copied);
	tcase_add_test(tc, the_host_may_refuse_the_copy);
	tcase_add_test(tc, an_open_file_outlives_its_removal);
	tcase_add_test(tc, every_allocation_may_fail);
	tc = machine_tcase(s, "seq_file");
	tcase_add_test(tc, a_record_larger_than_the_buffer_is_printed_again);
	tcase_add_test(tc, small_reads_and_seeks_see_one_text);
	return s;
}
