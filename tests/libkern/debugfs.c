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
	tcase_add_test(tc, an_open_file_outlives_its_removal);
	tcase_add_test(tc, every_allocation_may_fail);
	tc = machine_tcase(s, "seq_file");
	tcase_add_test(tc, a_record_larger_than_the_buffer_is_printed_again);
	tcase_add_test(tc, small_reads_and_seeks_see_one_text);
	return s;
}
