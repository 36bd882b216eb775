// SPDX-License-Identifier: GPL-2.0-only
/* What checks evaluate, when they fail, and what they report. */
#include "kunit_rig.h"

#include <string.h>

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

/* Runs one check on a test made by hand; the report without its first line. */
#define REPORT_OF(test, check)                                                                     \
	({                                                                                         \
		kunit_init_test(test, "case", NULL);                                               \
		listen_to_log();                                                                   \
		check;                                                                             \
		behind_head(heard());                                                              \
	})

static const char *behind_head(const char *text)
{
	const char *newline = strchr(text, '\n');

	if (!*text)
		return "";
	ck_assert(!strncmp(text, "    # case: EXPECTATION FAILED at ", 34));
	ck_assert_ptr_nonnull(strstr(text, "kunit_assert.c:"));
	return newline + 1;
}

#define assert_report(test, check, report)                                                         \
	do {                                                                                       \
		ck_assert_str_eq(REPORT_OF(test, check), report);                                  \
		ck_assert_int_eq((test)->status, *(report) ? KUNIT_FAILURE : KUNIT_SUCCESS);       \
	} while (0)

#define PASSES ""

START_TEST(truth)
{
	struct kunit test;
	int two = 2;

	assert_report(&test, KUNIT_EXPECT_TRUE(&test, two), PASSES);
	assert_report(&test, KUNIT_EXPECT_FALSE(&test, !two), PASSES);
	assert_report(&test, KUNIT_EXPECT_TRUE(&test, two == 3),
		      "    Expected two == 3 to be true, but is false\n");
	assert_report(&test, KUNIT_EXPECT_FALSE_MSG(&test, two, "because %d", two),
		      "    Expected two to be false, but is true\nbecause 2\n");
}
END_TEST

START_TEST(numbers_are_shown_unless_they_are_literals)
{
	struct kunit test;
	int x = 4;

	assert_report(&test, KUNIT_EXPECT_EQ(&test, 3, x),
		      "    Expected 3 == x, but\n        x == 4 (0x4)\n");
	assert_report(&test, KUNIT_EXPECT_EQ(&test, 2 + 1, x),
		      "    Expected 2 + 1 == x, but\n        2 + 1 == 3 (0x3)\n"
		      "        x == 4 (0x4)\n");
	assert_report(&test, KUNIT_EXPECT_EQ(&test, x, -EINVAL),
		      "    Expected x == -22, but\n        x == 4 (0x4)\n");
	assert_report(&test, KUNIT_EXPECT_GT(&test, 3, 4), "    Expected 3 > 4, but\n");
	assert_report(&test, KUNIT_EXPECT_EQ(&test, -x, 4),
		      "    Expected -x == 4, but\n        -x == -4 (0xfffffffffffffffc)\n");
}
END_TEST

START_TEST(each_comparison_is_its_own)
{
	struct kunit test;
	int x = 4;

	assert_report(&test, KUNIT_EXPECT_NE(&test, x, 4),
		      "    Expected x != 4, but\n        x == 4 (0x4)\n");
	assert_report(&test, KUNIT_EXPECT_LT(&test, x, 4),
		      "    Expected x < 4, but\n        x == 4 (0x4)\n");
	assert_report(&test, KUNIT_EXPECT_LE(&test, x, 3),
		      "    Expected x <= 3, but\n        x == 4 (0x4)\n");
	assert_report(&test, KUNIT_EXPECT_GE(&test, x, 5),
		      "    Expected x >= 5, but\n        x == 4 (0x4)\n");
	assert_report(&test, KUNIT_EXPECT_NE(&test, x, 5), PASSES);
	assert_report(&test, KUNIT_EXPECT_LT(&test, x, 5), PASSES);
	assert_report(&test, KUNIT_EXPECT_LE(&test, x, 4), PASSES);
	assert_report(&test, KUNIT_EXPECT_GE(&test, x, 4), PASSES);
	assert_report(&test, KUNIT_EXPECT_GT(&test, x, 3), PASSES);
}
END_TEST

START_TEST(mixed_types_compare_as_in_c)
{
	struct kunit test;
	unsigned int big = 1U << 31;
	u8 narrow = 0xff;

	/* -1 becomes unsigned; the report shows what the operands were. */
	assert_report(&test, KUNIT_EXPECT_GT(&test, -1, big), PASSES);
	assert_report(&test, KUNIT_EXPECT_EQ(&test, (int)big, big), PASSES);
	assert_report(&test, KUNIT_EXPECT_EQ(&test, -1, big),
		      "    Expected -1 == big, but\n        big == 2147483648 (0x80000000)\n");
	assert_report(&test, KUNIT_EXPECT_EQ(&test, narrow, -1),
		      "    Expected narrow == -1, but\n        narrow == 255 (0xff)\n");
	assert_report(&test, KUNIT_EXPECT_EQ(&test, U64_MAX, -1LL), PASSES);
}
END_TEST

START_TEST(pointers)
{
	struct kunit test;
	int *p = (int *)0x1234, *q = (int *)0xffff888000000010;

	assert_report(&test, KUNIT_EXPECT_PTR_EQ(&test, p, p), PASSES);
	assert_report(&test, KUNIT_EXPECT_PTR_NE(&test, p, q), PASSES);
	assert_report(&test, KUNIT_EXPECT_NOT_NULL(&test, p), PASSES);
	assert_report(&test, KUNIT_EXPECT_PTR_EQ(&test, p, q),
		      "    Expected p == q, but\n        p == 0000000000001234\n"
		      "        q == ffff888000000010\n");
	assert_report(&test, KUNIT_EXPECT_NULL_MSG(&test, p, "m"),
		      "    Expected p == ((void *)0), but\n        p == 0000000000001234\n"
		      "        ((void *)0) == 0000000000000000\nm\n");
	p = NULL;
	assert_report(&test, KUNIT_EXPECT_NOT_NULL(&test, p),
		      "    Expected p != ((void *)0), but\n        p == 0000000000000000\n"
		      "        ((void *)0) == 0000000000000000\n");
}
END_TEST

START_TEST(error_pointers)
{
	struct kunit test;
	void *p = &test;

	assert_report(&test, KUNIT_EXPECT_NOT_ERR_OR_NULL(&test, p), PASSES);
	p = NULL;
	assert_report(&test, KUNIT_EXPECT_NOT_ERR_OR_NULL(&test, p),
		      "    Expected p is not null, but is\n");
	p = ERR_PTR(-ENOMEM);
	assert_report(&test, KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(&test, p, "%s", "m"),
		      "    Expected p is not error, but is: -12\nm\n");
}
END_TEST

START_TEST(strings)
{
	struct kunit test;
	const char *x = "abc", *none = NULL;

	assert_report(&test, KUNIT_EXPECT_STREQ(&test, x, "abc"), PASSES);
	assert_report(&test, KUNIT_EXPECT_STRNEQ(&test, x, "abd"), PASSES);
	assert_report(&test, KUNIT_EXPECT_STREQ(&test, x, "xyz"),
		      "    Expected x == \"xyz\", but\n        x == \"abc\"\n");
	assert_report(&test, KUNIT_EXPECT_STRNEQ(&test, "abc", x),
		      "    Expected \"abc\" != x, but\n        x == \"abc\"\n");
	/* Nothing equals NULL, and nothing differs from it. */
	assert_report(&test, KUNIT_EXPECT_STREQ(&test, none, none),
		      "    Expected none == none, but\n        none == \"(null)\"\n"
		      "        none == \"(null)\"\n");
	ck_assert_str_ne(REPORT_OF(&test, KUNIT_EXPECT_STRNEQ(&test, none, x)), PASSES);
	ck_assert_str_ne(REPORT_OF(&test, KUNIT_EXPECT_STRNEQ(&test, x, none)), PASSES);
}
END_TEST

START_TEST(memory)
{
	struct kunit test;
	u8 a[18], b[18];

	memset(a, 0xa0, sizeof(a));
	memcpy(b, a, sizeof(b));
	a[17] = 1;
	b[17] = 2;
	assert_report(&test, KUNIT_EXPECT_MEMEQ(&test, a, b, 17), PASSES);
	assert_report(&test, KUNIT_EXPECT_MEMEQ(&test, a, b, 0), PASSES);
	assert_report(&test, KUNIT_EXPECT_MEMNEQ(&test, a, b, 18), PASSES);
	assert_report(&test, KUNIT_EXPECT_MEMEQ(&test, a, b, 18),
		      "    Expected a == b, but\n        a ==\n"
		      "         a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0 \n"
		      "         a0 <01>\n        b ==\n"
		      "         a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0  a0 \n"
		      "         a0 <02>\n");
	assert_report(&test, KUNIT_EXPECT_MEMNEQ_MSG(&test, a, b, 1, "m"),
		      "    Expected a != b, but\n        a ==\n         a0 \n        b ==\n"
		      "         a0 \nm\n");
}
END_TEST

START_TEST(memory_that_is_not_there)
{
	struct kunit test;
	const char *none = NULL;

	assert_report(&test, KUNIT_EXPECT_MEMEQ_MSG(&test, none, "x", 1, "left out"),
		      "    Expected none is not null, but is\n");
	assert_report(&test, KUNIT_EXPECT_MEMNEQ(&test, "x", none, 1),
		      "    Expected none is not null, but is\n");
	assert_report(&test, KUNIT_EXPECT_MEMEQ(&test, none, none, 0),
		      "    Expected none is not null, but is\n");
}
END_TEST

/* Longer than any buffer between here and the log. */
START_TEST(long_reports_are_whole)
{
	static u8 a[2048], b[2048];
	struct kunit test;
	const char *text;
	size_t bytes = 0;

	memset(a, 0x11, sizeof(a));
	memset(b, 0x22, sizeof(b));
	text = REPORT_OF(&test, KUNIT_EXPECT_MEMEQ_MSG(&test, a, b, sizeof(a), "the end"));
	for (const char *at = text; (at = strchr(at, '<')); at++)
		bytes++;
	ck_assert_uint_eq(bytes, sizeof(a) + sizeof(b));
	assert_line(text, "the end");
}
END_TEST

START_TEST(failing_is_only_the_message)
{
	struct kunit test;

	assert_report(&test, KUNIT_FAIL(&test, "%d%%", 5), "5%\n");
	assert_report(&test, KUNIT_SUCCEED(&test), PASSES);
}
END_TEST

START_TEST(every_check_is_seen)
{
	struct kunit test;
	int line;

	kunit_init_test(&test, "case", NULL);
	KUNIT_EXPECT_EQ(&test, 1, 1); line = __LINE__;
	ck_assert_int_eq(test.last_seen.line, line);
	ck_assert_ptr_nonnull(strstr(test.last_seen.file, "kunit_assert.c"));
	KUNIT_SUCCEED(&test); line = __LINE__;
	ck_assert_int_eq(test.last_seen.line, line);
}
END_TEST

static int order;

static int step(int expected)
{
	ck_assert_int_eq(++order, expected);
	return order;
}

static struct kunit *step_test(struct kunit *test, int expected)
{
	step(expected);
	return test;
}

START_TEST(arguments_are_evaluated_once_in_order)
{
	static const char bytes[8];
	struct kunit test;

	kunit_init_test(&test, "case", NULL);
	listen_to_log();
	order = 0;
	KUNIT_EXPECT_GT(step_test(&test, 1), step(2), step(3));
	KUNIT_EXPECT_LT(step_test(&test, 4), step(5), step(6));
	KUNIT_EXPECT_TRUE(step_test(&test, 7), step(8));
	KUNIT_EXPECT_STREQ(step_test(&test, 9), bytes + step(10) - 10, bytes + step(11) - 11);
	KUNIT_EXPECT_MEMEQ(step_test(&test, 12), bytes + step(13) - 13, bytes + step(14) - 14,
			   step(15) - 14);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(step_test(&test, 16), bytes + step(17) - 17);
	KUNIT_EXPECT_PTR_NE(step_test(&test, 18), bytes + step(19), bytes + step(20));
	ck_assert_int_eq(order, 20);
	heard();
	ck_assert_int_eq(test.status, KUNIT_FAILURE);
}
END_TEST

/* A statement wherever one may stand. */
START_TEST(checks_are_single_statements)
{
	struct kunit test;
	bool yes = true;

	kunit_init_test(&test, "case", NULL);
	if (yes)
		KUNIT_EXPECT_EQ(&test, 1, 1);
	else
		KUNIT_EXPECT_EQ(&test, 1, 2);
	for (int i = 0; i < 2; i++)
		KUNIT_EXPECT_STREQ(&test, "a", "a");
	ck_assert_int_eq(test.status, KUNIT_SUCCESS);
}
END_TEST

START_TEST(expectations_fail_in_any_context)
{
	static DEFINE_SPINLOCK(lock);
	struct kunit test;

	kunit_init_test(&test, "case", NULL);
	listen_to_log();
	spin_lock_irq(&lock);
	KUNIT_EXPECT_EQ(&test, 1, 2);
	spin_unlock_irq(&lock);
	rcu_read_lock();
	kunit_info(&test, "from a read section\n");
	rcu_read_unlock();
	assert_line(heard(), "    # case: from a read section");
	ck_assert_int_eq(test.status, KUNIT_FAILURE);
}
END_TEST

Suite *kunit_assert_suite(void)
{
	Suite *s = suite_create("kunit_assert");
	TCase *tc = machine_tcase(s, "sim");

	tcase_add_test(tc, truth);
	tcase_add_test(tc, numbers_are_shown_unless_they_are_literals);
	tcase_add_test(tc, each_comparison_is_its_own);
	tcase_add_test(tc, mixed_types_compare_as_in_c);
	tcase_add_test(tc, pointers);
	tcase_add_test(tc, error_pointers);
	tcase_add_test(tc, strings);
	tcase_add_test(tc, memory);
	tcase_add_test(tc, memory_that_is_not_there);
	tcase_add_test(tc, long_reports_are_whole);
	tcase_add_test(tc, failing_is_only_the_message);
	tcase_add_test(tc, every_check_is_seen);
	tcase_add_test(tc, arguments_are_evaluated_once_in_order);
	tcase_add_test(tc, checks_are_single_statements);
	tcase_add_test(tc, expectations_fail_in_any_context);
	return s;
}
