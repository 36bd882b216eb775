/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Expectations and assertions: what cases are made of.
 *
 * Kernel path: kunit/assert.h, kunit/test.h, lib/kunit/assert.c. A passing check
 * leaves nothing but its place in test->last_seen. A failing one marks the test
 * failed and reports at level error; then an expectation goes on, an assertion
 * ends the thread. So assertions are for the case's own thread, expectations
 * for any. Arguments are evaluated once, left before right. Reports show the
 * operands as written, macros expanded.
 */
#ifndef _KUNIT_ASSERT_H
#define _KUNIT_ASSERT_H

#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/string.h>
#include <linux/types.h>

struct kunit;

enum kunit_assert_type {
	KUNIT_ASSERTION,
	KUNIT_EXPECTATION,
};

struct kunit_loc {
	int line;
	const char *file;
};

#define KUNIT_CURRENT_LOC { .file = __FILE__, .line = __LINE__ }

enum kunit_check_kind {
	KUNIT_CHECK_FAIL,	/* nothing but the message */
	KUNIT_CHECK_BOOL,	/* left: what was wanted */
	KUNIT_CHECK_INT,
	KUNIT_CHECK_POINTER,
	KUNIT_CHECK_STRING,
	KUNIT_CHECK_MEMORY,
	KUNIT_CHECK_ERR_PTR,	/* left: the pointer */
};

/* A check that failed: everything its report needs. */
struct kunit_check {
	enum kunit_assert_type type;
	enum kunit_check_kind kind;
	struct kunit_loc loc;
	const char *left_text;
	const char *op;
	const char *right_text;
	long long left;		/* or pointers */
	long long right;
	size_t size;		/* KUNIT_CHECK_MEMORY */
};

/* Marks the test failed and prints the report; @fmt NULL: without a message. Any context. */
__printf(3, 4) void __kunit_check_failed(struct kunit *test, const struct kunit_check *check,
					 const char *fmt, ...);
void __noreturn __kunit_abort(struct kunit *test);

/* Notes that the check is reached, before its operands are evaluated. */
#define __KUNIT_SEEN(test) __kunit_seen(test, __FILE__, __LINE__)

/* No comma outside of parentheses, so that checks may be arguments of other macros. */
#define __KUNIT_BROKEN(test, how, is_a, l_text, op_text, r_text, l, r, n, fmt, ...)	\
	do {										\
		__kunit_check_failed(test, (&(const struct kunit_check) {		\
			.type = how, .kind = is_a, .loc = KUNIT_CURRENT_LOC,		\
			.left_text = l_text, .op = op_text, .right_text = r_text,	\
			.left = (long long)(l), .right = (long long)(r), .size = n,	\
		}), fmt, ##__VA_ARGS__);						\
		if (how == KUNIT_ASSERTION)						\
			__kunit_abort(test);						\
	} while (0)

#define __KUNIT_FAIL(test, how, fmt, ...)						\
	do {										\
		struct kunit *__kunit_test = __KUNIT_SEEN(test);			\
											\
		__KUNIT_BROKEN(__kunit_test, how, KUNIT_CHECK_FAIL, NULL, NULL, NULL,	\
			       0, 0, 0, fmt, ##__VA_ARGS__);				\
	} while (0)

#define __KUNIT_TRUTH(test, how, cond, wanted, fmt, ...)				\
	do {										\
		struct kunit *__kunit_test = __KUNIT_SEEN(test);			\
		const bool __kunit_truth = !!(cond);					\
											\
		if (unlikely(__kunit_truth != wanted))					\
			__KUNIT_BROKEN(__kunit_test, how, KUNIT_CHECK_BOOL, #cond,	\
				       NULL, NULL, wanted, 0, 0, fmt, ##__VA_ARGS__);	\
	} while (0)

/* Kernel builds do not warn of signed against unsigned; the outcome is C's. */
#define __KUNIT_COMPARE(test, how, is_a, l, oper, r, fmt, ...)				\
	do {										\
		struct kunit *__kunit_test = __KUNIT_SEEN(test);			\
		const __auto_type __kunit_left = (l);					\
		const __auto_type __kunit_right = (r);					\
		bool __kunit_passed;							\
											\
		_Pragma("GCC diagnostic push")						\
		_Pragma("GCC diagnostic ignored \"-Wsign-compare\"")			\
		__kunit_passed = __kunit_left oper __kunit_right;			\
		_Pragma("GCC diagnostic pop")						\
		if (unlikely(!__kunit_passed))						\
			__KUNIT_BROKEN(__kunit_test, how, is_a, #l, #oper, #r,		\
				       __kunit_left, __kunit_right, 0, fmt,		\
				       ##__VA_ARGS__);					\
	} while (0)

#define __KUNIT_INTEGER(test, how, l, oper, r, fmt, ...) \
	__KUNIT_COMPARE(test, how, KUNIT_CHECK_INT, l, oper, r, fmt, ##__VA_ARGS__)
/* The level between also has NULL shown as what it stands for. */
#define __KUNIT_POINTER(test, how, l, oper, r, fmt, ...) \
	__KUNIT_COMPARE(test, how, KUNIT_CHECK_POINTER, l, oper, r, fmt, ##__VA_ARGS__)

#define __KUNIT_STRING(test, how, l, oper, r, fmt, ...)					\
	do {										\
		struct kunit *__kunit_test = __KUNIT_SEEN(test);			\
		const char *__kunit_left = (l);						\
		const char *__kunit_right = (r);					\
											\
		if (unlikely(!__kunit_left || !__kunit_right ||				\
			     !(strcmp(__kunit_left, __kunit_right) oper 0)))		\
			__KUNIT_BROKEN(__kunit_test, how, KUNIT_CHECK_STRING, #l,	\
				       #oper, #r, __kunit_left, __kunit_right, 0, fmt,	\
				       ##__VA_ARGS__);					\
	} while (0)

#define __KUNIT_MEMORY(test, how, l, oper, r, len, fmt, ...)				\
	do {										\
		struct kunit *__kunit_test = __KUNIT_SEEN(test);			\
		const void *__kunit_left = (l);						\
		const void *__kunit_right = (r);					\
		const size_t __kunit_len = (len);					\
											\
		if (unlikely(!__kunit_left || !__kunit_right ||				\
			     !(memcmp(__kunit_left, __kunit_right, __kunit_len) oper 0))) \
			__KUNIT_BROKEN(__kunit_test, how, KUNIT_CHECK_MEMORY, #l,	\
				       #oper, #r, __kunit_left, __kunit_right,		\
				       __kunit_len, fmt, ##__VA_ARGS__);		\
	} while (0)

#define __KUNIT_ERR_PTR(test, how, ptr, fmt, ...)					\
	do {										\
		struct kunit *__kunit_test = __KUNIT_SEEN(test);			\
		const void *__kunit_pointer = (ptr);					\
											\
		if (unlikely(IS_ERR_OR_NULL(__kunit_pointer)))				\
			__KUNIT_BROKEN(__kunit_test, how, KUNIT_CHECK_ERR_PTR, #ptr,	\
				       NULL, NULL, __kunit_pointer, 0, 0, fmt,		\
				       ##__VA_ARGS__);					\
	} while (0)

#define KUNIT_SUCCEED(test)								\
	do {										\
		__KUNIT_SEEN(test);							\
	} while (0)
#define KUNIT_FAIL(test, fmt, ...) __KUNIT_FAIL(test, KUNIT_EXPECTATION, fmt, ##__VA_ARGS__)
#define KUNIT_FAIL_AND_ABORT(test, fmt, ...) \
	__KUNIT_FAIL(test, KUNIT_ASSERTION, fmt, ##__VA_ARGS__)

/* Expectations. */
#define KUNIT_EXPECT_TRUE(test, cond) __KUNIT_TRUTH(test, KUNIT_EXPECTATION, cond, true, NULL)
#define KUNIT_EXPECT_TRUE_MSG(test, cond, fmt, ...) \
	__KUNIT_TRUTH(test, KUNIT_EXPECTATION, cond, true, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_FALSE(test, cond) __KUNIT_TRUTH(test, KUNIT_EXPECTATION, cond, false, NULL)
#define KUNIT_EXPECT_FALSE_MSG(test, cond, fmt, ...) \
	__KUNIT_TRUTH(test, KUNIT_EXPECTATION, cond, false, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_EQ(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, ==, right, NULL)
#define KUNIT_EXPECT_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NE(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, !=, right, NULL)
#define KUNIT_EXPECT_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_LT(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, <, right, NULL)
#define KUNIT_EXPECT_LT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, <, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_LE(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, <=, right, NULL)
#define KUNIT_EXPECT_LE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, <=, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_GT(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, >, right, NULL)
#define KUNIT_EXPECT_GT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, >, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_GE(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, >=, right, NULL)
#define KUNIT_EXPECT_GE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_EXPECTATION, left, >=, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_EQ(test, left, right) \
	__KUNIT_POINTER(test, KUNIT_EXPECTATION, left, ==, right, NULL)
#define KUNIT_EXPECT_PTR_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_POINTER(test, KUNIT_EXPECTATION, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_NE(test, left, right) \
	__KUNIT_POINTER(test, KUNIT_EXPECTATION, left, !=, right, NULL)
#define KUNIT_EXPECT_PTR_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_POINTER(test, KUNIT_EXPECTATION, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NULL(test, ptr) __KUNIT_POINTER(test, KUNIT_EXPECTATION, ptr, ==, NULL, NULL)
#define KUNIT_EXPECT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_POINTER(test, KUNIT_EXPECTATION, ptr, ==, NULL, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL(test, ptr) \
	__KUNIT_POINTER(test, KUNIT_EXPECTATION, ptr, !=, NULL, NULL)
#define KUNIT_EXPECT_NOT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_POINTER(test, KUNIT_EXPECTATION, ptr, !=, NULL, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_STREQ(test, left, right) \
	__KUNIT_STRING(test, KUNIT_EXPECTATION, left, ==, right, NULL)
#define KUNIT_EXPECT_STREQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STRING(test, KUNIT_EXPECTATION, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_STRNEQ(test, left, right) \
	__KUNIT_STRING(test, KUNIT_EXPECTATION, left, !=, right, NULL)
#define KUNIT_EXPECT_STRNEQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STRING(test, KUNIT_EXPECTATION, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMEQ(test, left, right, size) \
	__KUNIT_MEMORY(test, KUNIT_EXPECTATION, left, ==, right, size, NULL)
#define KUNIT_EXPECT_MEMEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEMORY(test, KUNIT_EXPECTATION, left, ==, right, size, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMNEQ(test, left, right, size) \
	__KUNIT_MEMORY(test, KUNIT_EXPECTATION, left, !=, right, size, NULL)
#define KUNIT_EXPECT_MEMNEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEMORY(test, KUNIT_EXPECTATION, left, !=, right, size, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, ptr) __KUNIT_ERR_PTR(test, KUNIT_EXPECTATION, ptr, NULL)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_ERR_PTR(test, KUNIT_EXPECTATION, ptr, fmt, ##__VA_ARGS__)

/* Assertions. */
#define KUNIT_ASSERT_TRUE(test, cond) __KUNIT_TRUTH(test, KUNIT_ASSERTION, cond, true, NULL)
#define KUNIT_ASSERT_TRUE_MSG(test, cond, fmt, ...) \
	__KUNIT_TRUTH(test, KUNIT_ASSERTION, cond, true, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_FALSE(test, cond) __KUNIT_TRUTH(test, KUNIT_ASSERTION, cond, false, NULL)
#define KUNIT_ASSERT_FALSE_MSG(test, cond, fmt, ...) \
	__KUNIT_TRUTH(test, KUNIT_ASSERTION, cond, false, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_EQ(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, ==, right, NULL)
#define KUNIT_ASSERT_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NE(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, !=, right, NULL)
#define KUNIT_ASSERT_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_LT(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, <, right, NULL)
#define KUNIT_ASSERT_LT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, <, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_LE(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, <=, right, NULL)
#define KUNIT_ASSERT_LE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, <=, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_GT(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, >, right, NULL)
#define KUNIT_ASSERT_GT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, >, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_GE(test, left, right) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, >=, right, NULL)
#define KUNIT_ASSERT_GE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INTEGER(test, KUNIT_ASSERTION, left, >=, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_EQ(test, left, right) \
	__KUNIT_POINTER(test, KUNIT_ASSERTION, left, ==, right, NULL)
#define KUNIT_ASSERT_PTR_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_POINTER(test, KUNIT_ASSERTION, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_NE(test, left, right) \
	__KUNIT_POINTER(test, KUNIT_ASSERTION, left, !=, right, NULL)
#define KUNIT_ASSERT_PTR_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_POINTER(test, KUNIT_ASSERTION, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NULL(test, ptr) __KUNIT_POINTER(test, KUNIT_ASSERTION, ptr, ==, NULL, NULL)
#define KUNIT_ASSERT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_POINTER(test, KUNIT_ASSERTION, ptr, ==, NULL, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL(test, ptr) __KUNIT_POINTER(test, KUNIT_ASSERTION, ptr, !=, NULL, NULL)
#define KUNIT_ASSERT_NOT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_POINTER(test, KUNIT_ASSERTION, ptr, !=, NULL, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_STREQ(test, left, right) \
	__KUNIT_STRING(test, KUNIT_ASSERTION, left, ==, right, NULL)
#define KUNIT_ASSERT_STREQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STRING(test, KUNIT_ASSERTION, left, ==, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_STRNEQ(test, left, right) \
	__KUNIT_STRING(test, KUNIT_ASSERTION, left, !=, right, NULL)
#define KUNIT_ASSERT_STRNEQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STRING(test, KUNIT_ASSERTION, left, !=, right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMEQ(test, left, right, size) \
	__KUNIT_MEMORY(test, KUNIT_ASSERTION, left, ==, right, size, NULL)
#define KUNIT_ASSERT_MEMEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEMORY(test, KUNIT_ASSERTION, left, ==, right, size, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMNEQ(test, left, right, size) \
	__KUNIT_MEMORY(test, KUNIT_ASSERTION, left, !=, right, size, NULL)
#define KUNIT_ASSERT_MEMNEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEMORY(test, KUNIT_ASSERTION, left, !=, right, size, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ptr) __KUNIT_ERR_PTR(test, KUNIT_ASSERTION, ptr, NULL)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_ERR_PTR(test, KUNIT_ASSERTION, ptr, fmt, ##__VA_ARGS__)

#endif
