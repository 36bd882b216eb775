// SPDX-License-Identifier: GPL-2.0-only
/* linux/refcount.h, linux/kref.h, linux/jump_label.h: counts, saturation, messages. */
#include "plain.h"

#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/refcount.h>

#define SATURATED ((unsigned int)REFCOUNT_SATURATED)

enum op { INC, ADD5, INC_NZ, ADD5_NZ, DEC, DEC_TEST, SUB5_TEST, DEC_NOT_ONE, DEC_IF_ONE };

/* The value of the operation, -1 for those without. */
static int apply(enum op op, refcount_t *r)
{
	switch (op) {
	case INC:
		refcount_inc(r);
		return -1;
	case ADD5:
		refcount_add(5, r);
		return -1;
	case INC_NZ:
		return refcount_inc_not_zero(r);
	case ADD5_NZ:
		return refcount_add_not_zero_acquire(5, r);
	case DEC:
		refcount_dec(r);
		return -1;
	case DEC_TEST:
		return refcount_dec_and_test(r);
	case SUB5_TEST:
		return refcount_sub_and_test(5, r);
	case DEC_NOT_ONE:
		return refcount_dec_not_one(r);
	default:
		return refcount_dec_if_one(r);
	}
}

static const struct {
	enum op op;
	unsigned int before;
	int value;
	unsigned int after;
	const char *message;
} steps[] = {
	{ INC, 1, -1, 2, NULL },
	{ INC, 0, -1, SATURATED, "refcount_t: addition on 0; use-after-free.\n" },
	{ INC, INT_MAX, -1, SATURATED, "refcount_t: saturated; leaking memory.\n" },
	{ INC, SATURATED, -1, SATURATED, "refcount_t: saturated; leaking memory.\n" },
	{ ADD5, INT_MAX - 4, -1, SATURATED, "refcount_t: saturated; leaking memory.\n" },
	{ ADD5, INT_MAX - 5, -1, INT_MAX, NULL },
	{ INC_NZ, 0, 0, 0, NULL },
	{ INC_NZ, 3, 1, 4, NULL },
	{ INC_NZ, INT_MAX, 1, SATURATED, "refcount_t: saturated; leaking memory.\n" },
	{ ADD5_NZ, 1, 1, 6, NULL },
	{ DEC, 2, -1, 1, NULL },
	{ DEC, 1, -1, SATURATED, "refcount_t: decrement hit 0; leaking memory.\n" },
	{ DEC, 0, -1, SATURATED, "refcount_t: decrement hit 0; leaking memory.\n" },
	{ DEC_TEST, 2, 0, 1, NULL },
	{ DEC_TEST, 1, 1, 0, NULL },
	{ DEC_TEST, 0, 0, SATURATED, "refcount_t: underflow; use-after-free.\n" },
	{ DEC_TEST, SATURATED, 0, SATURATED, "refcount_t: underflow; use-after-free.\n" },
	{ SUB5_TEST, 5, 1, 0, NULL },
	{ SUB5_TEST, 6, 0, 1, NULL },
	{ SUB5_TEST, 4, 0, SATURATED, "refcount_t: underflow; use-after-free.\n" },
	{ DEC_NOT_ONE, 1, 0, 1, NULL },
	{ DEC_NOT_ONE, 2, 1, 1, NULL },
	{ DEC_NOT_ONE, SATURATED, 1, SATURATED, NULL },
	{ DEC_NOT_ONE, 0, 1, 0, "refcount_t: underflow; use-after-free.\n" },
	{ DEC_IF_ONE, 1, 1, 0, NULL },
	{ DEC_IF_ONE, 2, 0, 2, NULL },
};

START_TEST(one_step)
{
	refcount_t r = REFCOUNT_INIT(steps[_i].before);

	if (steps[_i].message)
		udm_warn_expect(steps[_i].message, 1);
	ck_assert_int_eq(apply(steps[_i].op, &r), steps[_i].value);
	ck_assert_uint_eq(refcount_read(&r), steps[_i].after);
}
END_TEST

/* Each kind of misuse is reported once, but always acted upon. */
START_TEST(one_report_per_kind)
{
	refcount_t r;

	udm_warn_expect("addition on 0", 1);
	udm_warn_expect("saturated", 2);
	for (int i = 0; i < 3; i++) {
		refcount_set(&r, 0);
		refcount_inc(&r);
		ck_assert_uint_eq(refcount_read(&r), SATURATED);
		refcount_inc(&r);
		ck_assert(refcount_inc_not_zero(&r));
	}
}
END_TEST

/* Whatever the misuse, nobody ever sees the counter drop to 0 again. */
START_TEST(misused_counts_never_end)
{
	static const struct {
		enum op op;
		unsigned int before;
	} misuses[] = {
		{ INC, 0 }, { INC, INT_MAX }, { ADD5, INT_MAX - 2 }, { ADD5_NZ, INT_MAX },
		{ DEC, 1 }, { DEC, 0 }, { DEC_TEST, 0 }, { SUB5_TEST, 3 },
	};

	udm_warn_expect("refcount_t: ", 5);
	for (size_t i = 0; i < ARRAY_SIZE(misuses); i++) {
		refcount_t r = REFCOUNT_INIT(misuses[i].before);

		apply(misuses[i].op, &r);
		for (int k = 0; k < 100; k++) {
			ck_assert_int_lt((int)refcount_read(&r), 0);
			ck_assert(!refcount_dec_and_test(&r) && !refcount_sub_and_test(7, &r));
			ck_assert(!refcount_dec_if_one(&r) && refcount_inc_not_zero(&r));
			refcount_inc(&r);
		}
	}
	/* One of each kind: two saturations, the addition, the leak and the underflow. */
	ck_assert_uint_eq(udm_warn_count(), 5);
}
END_TEST

struct object {
	struct kref ref;
	int released;
};

static void release_object(struct kref *ref)
{
	container_of(ref, struct object, ref)->released++;
}

START_TEST(krefs)
{
	struct object o = { .released = 0 };

	kref_init(&o.ref);
	kref_get(&o.ref);
	ck_assert(kref_get_unless_zero(&o.ref));
	ck_assert_uint_eq(kref_read(&o.ref), 3);
	ck_assert_int_eq(kref_put(&o.ref, release_object), 0);
	ck_assert_int_eq(kref_put(&o.ref, release_object), 0);
	ck_assert_int_eq(kref_put(&o.ref, release_object), 1);
	ck_assert_int_eq(o.released, 1);
	ck_assert(!kref_get_unless_zero(&o.ref));
}
END_TEST

static DEFINE_STATIC_KEY_FALSE(off_key);
static DEFINE_STATIC_KEY_TRUE(on_key);

START_TEST(static_keys)
{
	ck_assert(!static_branch_unlikely(&off_key) && static_branch_likely(&on_key));
	ck_assert(!static_key_fast_inc_not_disabled(&off_key.key));
	static_branch_inc(&off_key);
	ck_assert(static_key_fast_inc_not_disabled(&off_key.key));
	static_branch_dec(&off_key);
	ck_assert(static_branch_unlikely(&off_key));
	static_branch_disable(&off_key);
	ck_assert(!static_key_enabled(&off_key));
	static_branch_disable(&on_key);
	ck_assert(!static_branch_likely(&on_key));
	static_branch_enable(&on_key);
	static_branch_enable(&on_key);
	ck_assert_int_eq(static_key_count(&on_key.key), 1);
}
END_TEST

START_TEST(static_key_misuse)
{
	udm_warn_expect("static_key_slow_dec", 1);
	static_branch_dec(&off_key);
	ck_assert_int_eq(static_key_count(&off_key.key), 0);
	static_branch_inc(&off_key);
	static_branch_inc(&off_key);
	udm_warn_expect("switch_key", 1);
	static_branch_enable(&off_key);
	ck_assert_int_eq(static_key_count(&off_key.key), 2);
	static_branch_dec(&off_key);
	static_branch_dec(&off_key);
}
END_TEST

Suite *refcount_suite(void)
{
	Suite *s = suite_create("refcount");
	TCase *tc = plain_tcase(s, "counts");

	tcase_add_loop_test(tc, one_step, 0, ARRAY_SIZE(steps));
	tcase_add_test(tc, one_report_per_kind);
	tcase_add_test(tc, misused_counts_never_end);
	tcase_add_test(tc, krefs);
	tcase_add_test(tc, static_keys);
	tcase_add_test(tc, static_key_misuse);
	return s;
}
