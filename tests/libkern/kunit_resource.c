// SPDX-License-Identifier: GPL-2.0-only
/* Resources, actions and memory of tests. */
#include "kunit_rig.h"

#include <errno.h>
#include <string.h>

#include <kunit/resource.h>
#include <linux/irqflags.h>
#include <linux/slab.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>

static void say(void *ctx)
{
	leave_trail(ctx);
}

static void adds_another(void *ctx)
{
	leave_trail("first");
	kunit_add_action(ctx, say, "added-late");
}

static void trail_exit(struct kunit *test)
{
	leave_trail("exit");
}

static void three_actions(struct kunit *test)
{
	kunit_add_action(test, adds_another, test);
	kunit_add_action(test, say, "second");
	kunit_add_action(test, say, "third");
	kunit_skip(test, "leaves by an abort");
}

static void actions_body(void)
{
	struct kunit_suite suite = {
		.name = "s", .exit = trail_exit, .test_cases = CASES(KUNIT_CASE(three_actions)),
	};

	run_suite(&suite);
	ck_assert_str_eq(take_trail(), "exit third second first added-late");
}

START_TEST(actions_run_backwards_after_exit)
{
	in_every_mode(actions_body);
}
END_TEST

/* The rest works on a test made by hand. */
static struct kunit test;

static void setup(void)
{
	machine_boot();
	memset(&test, 0, sizeof(test));
	kunit_init_test(&test, "case", NULL);
	take_trail();
}

static void teardown(void)
{
	kunit_cleanup(&test);
	machine_shutdown();
}

static void free_says(struct kunit_resource *res)
{
	leave_trail(res->data);
}

static int init_copies(struct kunit_resource *res, void *context)
{
	res->data = context;
	return 0;
}

static int init_refuses(struct kunit_resource *res, void *context)
{
	return -EPERM;
}

START_TEST(init_decides_over_the_resource)
{
	struct kunit_resource res = { };

	ck_assert_int_eq(kunit_add_resource(&test, init_refuses, free_says, &res, "x"), -EPERM);
	ck_assert(list_empty(&test.resources));
	ck_assert_int_eq(kunit_add_resource(&test, NULL, free_says, &res, "x"), 0);
	ck_assert_str_eq(res.data, "x");
	ck_assert_uint_eq(kref_read(&res.refcount), 1);
	kunit_remove_resource(&test, &res);
	kunit_remove_resource(&test, &res);
	ck_assert_str_eq(take_trail(), "x");
}
END_TEST

START_TEST(allocated_resource_gives_its_data)
{
	struct kunit_resource *res;

	ck_assert_ptr_null(kunit_alloc_resource(&test, init_refuses, free_says, GFP_KERNEL, "x"));
	ck_assert_str_eq(kunit_alloc_resource(&test, init_copies, free_says, GFP_KERNEL, "a"), "a");
	res = kunit_alloc_and_get_resource(&test, NULL, free_says, GFP_KERNEL, "b");
	ck_assert_uint_eq(kref_read(&res->refcount), 2);
	kunit_remove_resource(&test, res);
	ck_assert_str_eq(take_trail(), "");
	kunit_put_resource(res);
	ck_assert_str_eq(take_trail(), "b");
	kunit_cleanup(&test);
	ck_assert_str_eq(take_trail(), "a");
}
END_TEST

START_TEST(names_are_unique)
{
	struct kunit_resource a = { }, b = { }, *found;

	ck_assert_int_eq(kunit_add_named_resource(&test, NULL, NULL, &a, NULL, "1"), -EINVAL);
	ck_assert_int_eq(kunit_add_named_resource(&test, NULL, free_says, &a, "n", "1"), 0);
	ck_assert_int_eq(kunit_add_named_resource(&test, NULL, NULL, &b, "n", "2"), -EEXIST);
	found = kunit_find_named_resource(&test, "n");
	ck_assert_ptr_eq(found, &a);
	ck_assert_uint_eq(kref_read(&a.refcount), 2);
	kunit_put_resource(found);
	ck_assert_ptr_null(kunit_find_named_resource(&test, "m"));
	ck_assert_int_eq(kunit_destroy_named_resource(&test, "n"), 0);
	ck_assert_int_eq(kunit_destroy_named_resource(&test, "n"), -ENOENT);
	ck_assert_str_eq(take_trail(), "1");
}
END_TEST

static bool matches_atomically(struct kunit *test, struct kunit_resource *res, void *data)
{
	ck_assert(irqs_disabled());
	ck_assert(spin_is_locked(&test->lock));
	return !strcmp(res->data, data);
}

START_TEST(newest_match_is_found)
{
	struct kunit_resource old = { }, young = { }, *found;

	kunit_add_resource(&test, NULL, NULL, &old, "x");
	kunit_add_resource(&test, NULL, NULL, &young, "x");
	found = kunit_find_resource(&test, matches_atomically, "x");
	ck_assert_ptr_eq(found, &young);
	kunit_put_resource(found);
	ck_assert_int_eq(kunit_destroy_resource(&test, matches_atomically, "x"), 0);
	found = kunit_find_resource(&test, matches_atomically, "x");
	ck_assert_ptr_eq(found, &old);
	kunit_put_resource(found);
	ck_assert_ptr_null(kunit_find_resource(&test, matches_atomically, "y"));
	kunit_remove_resource(&test, &old);
}
END_TEST

static void free_removes_other(struct kunit_resource *res)
{
	leave_trail("remover");
	kunit_remove_resource(&test, res->data);
}

START_TEST(free_function_may_remove_others)
{
	struct kunit_resource victim = { }, remover = { };

	kunit_add_resource(&test, NULL, free_says, &victim, "victim");
	kunit_add_resource(&test, NULL, free_removes_other, &remover, &victim);
	kunit_cleanup(&test);
	ck_assert_str_eq(take_trail(), "remover victim");
}
END_TEST

START_TEST(actions_are_told_apart)
{
	kunit_add_action(&test, say, "a");
	kunit_add_action(&test, say, "b");
	kunit_add_action(&test, say, "a");
	kunit_release_action(&test, say, "a");
	ck_assert_str_eq(take_trail(), "a");
	kunit_remove_action(&test, say, "b");
	kunit_release_action(&test, say, "b");
	kunit_remove_action(&test, say, "c");
	ck_assert_str_eq(take_trail(), "");
	kunit_cleanup(&test);
	ck_assert_str_eq(take_trail(), "a");
}
END_TEST

static void no_action(struct kunit *test)
{
	kunit_add_action(test, NULL, NULL);
	leave_trail("not-reached");
}

START_TEST(action_has_to_be_one)
{
	assert_line(run_cases(CASES(KUNIT_CASE(no_action))), "    not ok 1 no_action");
	ck_assert_str_eq(take_trail(), "");
}
END_TEST

static void next_allocation_fails(void)
{
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_nth(1);
}

START_TEST(without_memory_the_action_runs_at_once_if_asked)
{
	next_allocation_fails();
	ck_assert_int_eq(kunit_add_action(&test, say, "a"), -ENOMEM);
	ck_assert_str_eq(take_trail(), "");
	next_allocation_fails();
	ck_assert_int_eq(kunit_add_action_or_reset(&test, say, "a"), -ENOMEM);
	ck_assert_str_eq(take_trail(), "a");
	ck_assert(list_empty(&test.resources));
}
END_TEST

START_TEST(memory_goes_with_the_test)
{
	size_t before = udm_live_objects();
	u8 *zeroed = kunit_kzalloc(&test, 100, GFP_KERNEL), *array;

	ck_assert(mem_is_zero(zeroed, 100));
	array = kunit_kcalloc(&test, 10, 10, GFP_KERNEL);
	ck_assert(mem_is_zero(array, 100));
	ck_assert_ptr_nonnull(kunit_kmalloc(&test, 8, GFP_ATOMIC));
	ck_assert_ptr_null(kunit_kmalloc_array(&test, SIZE_MAX / 2, 3, GFP_KERNEL));
	kunit_kfree(&test, zeroed);
	kunit_kfree(&test, NULL);
	kunit_kfree(&test, &before);
	ck_assert_uint_gt(udm_live_objects(), before);
	kunit_cleanup(&test);
	ck_assert_uint_eq(udm_live_objects(), before);
}
END_TEST

START_TEST(memory_that_cannot_be_remembered_is_not_given_out)
{
	size_t before = udm_live_objects();

	next_allocation_fails();
	ck_assert_ptr_null(kunit_kmalloc(&test, 8, GFP_KERNEL));
	next_allocation_fails();
	udm_fault_nth(2);
	ck_assert_ptr_null(kunit_kmalloc(&test, 8, GFP_KERNEL));
	ck_assert_uint_eq(udm_live_objects(), before);
}
END_TEST

START_TEST(strings_are_copied_unless_they_are_constant)
{
	char local[] = "text", *copy;
	const char *constant;

	ck_assert_ptr_null(kunit_kstrdup(&test, NULL, GFP_KERNEL));
	copy = kunit_kstrdup(&test, local, GFP_KERNEL);
	ck_assert_ptr_ne(copy, local);
	ck_assert_str_eq(copy, "text");
	constant = "constant";
	ck_assert_ptr_eq(kunit_kstrdup_const(&test, constant, GFP_KERNEL), constant);
	ck_assert_ptr_ne(kunit_kstrdup_const(&test, local, GFP_KERNEL), local);
	kunit_kfree_const(&test, constant);
	kunit_kfree_const(&test, copy);
}
END_TEST

Suite *kunit_resource_suite(void)
{
	Suite *s = suite_create("kunit_resource");
	TCase *every = tcase_create("every"), *tc = tcase_create("by hand");

	suite_add_tcase(s, every);
	tcase_add_test(every, actions_run_backwards_after_exit);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, init_decides_over_the_resource);
	tcase_add_test(tc, allocated_resource_gives_its_data);
	tcase_add_test(tc, names_are_unique);
	tcase_add_test(tc, newest_match_is_found);
	tcase_add_test(tc, free_function_may_remove_others);
	tcase_add_test(tc, actions_are_told_apart);
	tcase_add_test(tc, action_has_to_be_one);
	tcase_add_test(tc, without_memory_the_action_runs_at_once_if_asked);
	tcase_add_test(tc, memory_goes_with_the_test);
	tcase_add_test(tc, memory_that_cannot_be_remembered_is_not_given_out);
	tcase_add_test(tc, strings_are_copied_unless_they_are_constant);
	return s;
}
