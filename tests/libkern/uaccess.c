// SPDX-License-Identifier: GPL-2.0-only
/* User memory: what faults, what is copied up to there, copies of strings. */
#include "fixture.h"

#include <errno.h>
#include <string.h>
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <udevmem/fault.h>

#define GOOD 40

/* 64 bytes, the last 24 of which fault. */
static char user[64] __aligned(64);

static void setup(void)
{
	machine_boot();
	for (unsigned int i = 0; i < sizeof(user); i++)
		user[i] = 'a' + i % 26;
	ck_assert_int_eq(udm_user_fault(user + GOOD, sizeof(user) - GOOD), 0);
}

static void teardown(void)
{
	udm_user_ok(user + GOOD);
	machine_shutdown();
}

START_TEST(a_faulting_tail_is_counted_and_zeroed)
{
	char kernel[64];

	memset(kernel, '#', sizeof(kernel));
	ck_assert_uint_eq(copy_from_user(kernel, user, GOOD), 0);
	ck_assert_int_eq(kernel[GOOD], '#');
	ck_assert_uint_eq(copy_from_user(kernel, user + 10, 50), 20);
	ck_assert_int_eq(memcmp(kernel, user + 10, 30), 0);
	ck_assert_ptr_null(memchr_inv(kernel + 30, 0, 20));
	ck_assert_int_eq(kernel[50], '#');
	ck_assert_uint_eq(copy_from_user(kernel, NULL, 8), 8);
	ck_assert_ptr_null(memchr_inv(kernel, 0, 8));
	ck_assert_uint_eq(copy_from_user(kernel, (void *)-4096UL, 8), 8);
	ck_assert_uint_eq(copy_from_user(kernel, user, 0), 0);
}
END_TEST

START_TEST(writing_stops_at_the_fault)
{
	char kernel[64] = { };

	ck_assert_uint_eq(copy_to_user(user + 32, kernel, 32), 24);
	ck_assert_int_eq(user[31], 'f');
	ck_assert_ptr_null(memchr_inv(user + 32, 0, 8));
	ck_assert_uint_eq(clear_user(user, 64), 24);
	ck_assert_ptr_null(memchr_inv(user, 0, GOOD));
}
END_TEST

START_TEST(single_values)
{
	const u32 __user *from = (const u32 *)user;
	u32 value = 7;

	ck_assert_int_eq(get_user(value, from), 0);
	ck_assert_int_eq(memcmp(&value, "abcd", 4), 0);
	ck_assert_int_eq(get_user(value, (u32 *)(user + 38)), -EFAULT);
	ck_assert_uint_eq(value, 0);
	ck_assert_int_eq(put_user(0x64636261, (u32 *)(user + 8)), 0);
	ck_assert_int_eq(memcmp(user + 8, "abcd", 4), 0);
	ck_assert_int_eq(put_user(1, (u32 *)(user + 38)), -EFAULT);
}
END_TEST

START_TEST(strings_are_measured)
{
	ck_assert_int_eq(strnlen_user("abc", 10), 4);
	ck_assert_int_eq(strnlen_user("abc", 4), 4);
	ck_assert_int_gt(strnlen_user("abc", 3), 3);
	ck_assert_int_eq(strnlen_user("abc", 0), 0);
	ck_assert_int_eq(strnlen_user("abc", -1), 0);
	ck_assert_int_eq(strnlen_user(user, 64), 0);
	ck_assert_int_gt(strnlen_user(user, GOOD), GOOD);
}
END_TEST

static int dup_error(const char *s, long n)
{
	char *copy = strndup_user(s, n);

	if (IS_ERR(copy))
		return PTR_ERR(copy);
	ck_assert_str_eq(copy, s);
	kfree(copy);
	return 0;
}

START_TEST(strings_are_copied)
{
	ck_assert_int_eq(dup_error("abc", 4), 0);
	ck_assert_int_eq(dup_error("abc", 100), 0);
	ck_assert_int_eq(dup_error("abc", 3), -EINVAL);
	ck_assert_int_eq(dup_error("abc", 0), -EFAULT);
	ck_assert_int_eq(dup_error(user, 64), -EFAULT);
	ck_assert_int_eq(dup_error(NULL, 64), -EFAULT);
}
END_TEST

START_TEST(memory_is_copied)
{
	void *copy = memdup_user(user, GOOD);

	ck_assert(!IS_ERR(copy));
	ck_assert_int_eq(memcmp(copy, user, GOOD), 0);
	kfree(copy);
	ck_assert_int_eq(PTR_ERR(memdup_user(user, GOOD + 1)), -EFAULT);
	ck_assert_int_eq(PTR_ERR(memdup_user_nul(user, 64)), -EFAULT);
	copy = memdup_user_nul(user, 3);
	ck_assert_str_eq(copy, "abc");
	kfree(copy);
}
END_TEST

START_TEST(truth_from_the_user)
{
	bool value = false;

	ck_assert_int_eq(kstrtobool_from_user("y\n", 2, &value), 0);
	ck_assert(value);
	ck_assert_int_eq(kstrtobool_from_user("off", 3, &value), 0);
	ck_assert(!value);
	ck_assert_int_eq(kstrtobool_from_user("maybe", 5, &value), -EINVAL);
	ck_assert_int_eq(kstrtobool_from_user(user + GOOD, 2, &value), -EFAULT);
	ck_assert(!value);
}
END_TEST

START_TEST(structures_of_another_size)
{
	struct { u32 a, b; } k;
	const u32 larger[3] = { 1, 2, 0 }, strange[3] = { 1, 2, 3 };

	k.b = 9;
	ck_assert_int_eq(copy_struct_from_user(&k, sizeof(k), larger, 4), 0);
	ck_assert(k.a == 1 && k.b == 0);
	ck_assert_int_eq(copy_struct_from_user(&k, sizeof(k), larger, 12), 0);
	ck_assert(k.a == 1 && k.b == 2);
	ck_assert_int_eq(copy_struct_from_user(&k, sizeof(k), strange, 12), -E2BIG);
	ck_assert_int_eq(copy_struct_from_user(&k, sizeof(k), user + 36, 8), -EFAULT);
}
END_TEST

static int scenario(void *unused)
{
	char *copy = strndup_user("text", 10);

	if (IS_ERR(copy))
		return PTR_ERR(copy);
	kfree(copy);
	return 0;
}

START_TEST(memory_may_run_out)
{
	ck_assert_msg(udm_fault_sweep(scenario, NULL) > 0, "%s", udm_fault_sweep_message());
}
END_TEST

Suite *uaccess_suite(void)
{
	Suite *s = suite_create("uaccess");
	TCase *tc = tcase_create("uaccess");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_faulting_tail_is_counted_and_zeroed);
	tcase_add_test(tc, writing_stops_at_the_fault);
	tcase_add_test(tc, single_values);
	tcase_add_test(tc, strings_are_measured);
	tcase_add_test(tc, strings_are_copied);
	tcase_add_test(tc, memory_is_copied);
	tcase_add_test(tc, truth_from_the_user);
	tcase_add_test(tc, structures_of_another_size);
	tcase_add_test(tc, memory_may_run_out);
	return s;
}
