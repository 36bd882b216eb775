// SPDX-License-Identifier: GPL-2.0-only
/* Groups of managed resources: what goes with one, in which order, what stays. */
#include "fixture.h"

#include <errno.h>
#include <string.h>
#include <linux/device.h>
#include <linux/slab.h>
#include <udevmem/fault.h>

static struct device dev;
static char released[32];

static void note_release(struct device *d, void *res)
{
	size_t len = strlen(released);

	released[len] = *(char *)res;
	released[len + 1] = '\0';
}

static void add(const char *names)
{
	for (; *names; names++) {
		char *res = devres_alloc(note_release, 1, GFP_KERNEL);

		ck_assert_ptr_nonnull(res);
		*res = *names;
		devres_add(&dev, res);
	}
}

static void no_release(struct device *d)
{
}

static void setup(void)
{
	machine_boot();
	memset(&dev, 0, sizeof(dev));
	dev.init_name = "groups";
	dev.release = no_release;
	device_initialize(&dev);
	released[0] = '\0';
}

static void teardown(void)
{
	put_device(&dev);
	machine_shutdown();
}

START_TEST(a_group_is_released_alone)
{
	void *id;

	add("a");
	id = devres_open_group(&dev, NULL, GFP_KERNEL);
	ck_assert_ptr_nonnull(id);
	add("bc");
	devres_close_group(&dev, id);
	add("d");
	ck_assert_int_eq(devres_release_group(&dev, id), 2);
	ck_assert_str_eq(released, "cb");
	ck_assert_int_eq(devres_release_all(&dev), 2);
	ck_assert_str_eq(released, "cbda");
}
END_TEST

START_TEST(null_means_the_newest_open_group)
{
	void *outer = devres_open_group(&dev, &dev, GFP_KERNEL), *inner;

	ck_assert_ptr_eq(outer, &dev);
	add("a");
	inner = devres_open_group(&dev, NULL, GFP_KERNEL);
	add("b");
	devres_close_group(&dev, NULL);
	add("c");
	/* The inner one is closed, so this is the outer one, which goes up to the end. */
	ck_assert_int_eq(devres_release_group(&dev, NULL), 3);
	ck_assert_str_eq(released, "cba");
	ck_assert_ptr_ne(inner, outer);
	ck_assert_int_eq(devres_release_all(&dev), 0);
}
END_TEST

START_TEST(nested_groups_go_along_and_others_stay)
{
	void *a = devres_open_group(&dev, NULL, GFP_KERNEL), *b, *c;

	add("1");
	b = devres_open_group(&dev, NULL, GFP_KERNEL);
	add("2");
	devres_close_group(&dev, b);
	c = devres_open_group(&dev, NULL, GFP_KERNEL);
	add("3");
	devres_close_group(&dev, a);
	add("4");
	devres_close_group(&dev, c);
	add("5");
	ck_assert_int_eq(devres_release_group(&dev, a), 3);
	ck_assert_str_eq(released, "321");
	udm_warn_expect("", 1);
	ck_assert_int_eq(devres_release_group(&dev, b), 0);
	/* What is left of the one that reached out. */
	ck_assert_int_eq(devres_release_group(&dev, c), 1);
	ck_assert_str_eq(released, "3214");
}
END_TEST

START_TEST(a_forgotten_group_leaves_its_resources)
{
	void *id = devres_open_group(&dev, NULL, GFP_KERNEL);

	add("ab");
	devres_remove_group(&dev, NULL);
	ck_assert_str_eq(released, "");
	udm_warn_expect("", 2);
	devres_close_group(&dev, id);
	devres_remove_group(&dev, id);
	ck_assert_ptr_nonnull(devres_open_group(&dev, NULL, GFP_KERNEL));
	add("c");
	/* Never closed: it ends with the device. */
	ck_assert_int_eq(devres_release_all(&dev), 3);
	ck_assert_str_eq(released, "cba");
	ck_assert_int_eq(devres_release_group(&dev, id), 0);
}
END_TEST

static void append(struct device *d, void *res, void *text)
{
	strncat(text, res, 1);
}

static int after_a(struct device *d, void *res, void *unused)
{
	return *(char *)res > 'a';
}

START_TEST(every_match_is_visited_newest_first)
{
	char seen[8] = "";

	add("abc");
	devres_for_each_res(&dev, note_release, NULL, NULL, append, seen);
	ck_assert_str_eq(seen, "cba");
	seen[0] = '\0';
	devres_for_each_res(&dev, note_release, after_a, NULL, append, seen);
	ck_assert_str_eq(seen, "cb");
	ck_assert_int_eq(devres_release_all(&dev), 3);
}
END_TEST

static int scenario(void *unused)
{
	void *id = devres_open_group(&dev, NULL, GFP_KERNEL);
	int err = 0;

	if (!id)
		return -ENOMEM;
	if (!devm_kmalloc(&dev, 16, GFP_KERNEL))
		err = -ENOMEM;
	devres_close_group(&dev, id);
	devres_release_group(&dev, id);
	return err;
}

START_TEST(memory_may_run_out)
{
	ck_assert_msg(udm_fault_sweep(scenario, NULL) >= 3, "%s", udm_fault_sweep_message());
}
END_TEST

Suite *devres_suite(void)
{
	Suite *s = suite_create("devres");
	TCase *tc = tcase_create("groups");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_group_is_released_alone);
	tcase_add_test(tc, null_means_the_newest_open_group);
	tcase_add_test(tc, nested_groups_go_along_and_others_stay);
	tcase_add_test(tc, a_forgotten_group_leaves_its_resources);
	tcase_add_test(tc, every_match_is_visited_newest_first);
	tcase_add_test(tc, memory_may_run_out);
	return s;
}
