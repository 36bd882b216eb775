// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports of checks that failed: see kunit/assert.h.
 *
 * A report is one message. It is put together on the stack, because checks may
 * fail in any context and without memory; what does not fit is printed in
 * pieces of whole lines, as continuations.
 */
#include <kunit/assert.h>
#include <kunit/test.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/stdarg.h>
#include <linux/string.h>

#define BYTES_PER_LINE 16

struct report {
	struct kunit *test;
	bool begun;		/* the first piece has been printed */
	size_t length;
	char text[1024];
};

static void print_piece(struct report *report)
{
	if (report->begun)
		printk(KERN_CONT "%s", report->text);
	else
		printk(KERN_ERR "%s", report->text);
	kunit_log_append(report->test->log, "%s", report->text);
	report->begun = true;
	report->length = 0;
}

static void report_vadd(struct report *report, const char *fmt, va_list args)
{
	size_t room = sizeof(report->text) - report->length;
	va_list again;

	va_copy(again, args);
	if (vsnprintf(report->text + report->length, room, fmt, again) >= room &&
	    report->length) {
		report->text[report->length] = '\0';
		print_piece(report);
		room = sizeof(report->text);
	}
	va_end(again);
	report->length += vscnprintf(report->text + report->length, room, fmt, args);
}

__printf(2, 3) static void report_add(struct report *report, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report_vadd(report, fmt, args);
	va_end(args);
}

/* Reports end their last line, cut ones too. */
static void report_print(struct report *report)
{
	if (report->text[report->length - 1] != '\n') {
		if (report->length == sizeof(report->text) - 1)
			report->length--;
		report->text[report->length++] = '\n';
		report->text[report->length] = '\0';
	}
	print_piece(report);
}

static void report_expected(struct report *report, const struct kunit_check *check)
{
	report_add(report, KUNIT_SUBTEST_INDENT "Expected %s %s %s, but\n",
		   check->left_text, check->op, check->right_text);
}

static void report_truth(struct report *report, const struct kunit_check *check)
{
	report_add(report, KUNIT_SUBTEST_INDENT "Expected %s to be %s, but is %s\n",
		   check->left_text, check->left ? "true" : "false",
		   check->left ? "false" : "true");
}

/* A number is not shown again where it is the operand itself. */
static void report_integer(struct report *report, const char *text, long long value)
{
	char literal[24];

	snprintf(literal, sizeof(literal), "%lld", value);
	if (strcmp(text, literal))
		report_add(report, KUNIT_SUBSUBTEST_INDENT "%s == %lld (0x%llx)\n", text, value,
			   value);
}

static void report_pointer(struct report *report, const char *text, long long value)
{
	report_add(report, KUNIT_SUBSUBTEST_INDENT "%s == %px\n", text, (void *)value);
}

static bool is_literal_of(const char *text, const char *value)
{
	size_t length = strlen(value);

	return text[0] == '"' && strlen(text) == length + 2 && text[length + 1] == '"' &&
	       !strncmp(text + 1, value, length);
}

static void report_string(struct report *report, const char *text, long long value)
{
	const char *string = (const char *)value;

	if (!string || !is_literal_of(text, string))
		report_add(report, KUNIT_SUBSUBTEST_INDENT "%s == \"%s\"\n", text,
			   string ?: "(null)");
}

static void report_line_of_bytes(struct report *report, const u8 *bytes, const u8 *other,
				 size_t size)
{
	char line[BYTES_PER_LINE * 4 + 1];

	for (size_t i = 0; i < size; i++)
		snprintf(line + i * 4, 5, bytes[i] == other[i] ? " %02x " : "<%02x>", bytes[i]);
	report_add(report, KUNIT_SUBSUBTEST_INDENT "%s\n", line);
}

static void report_bytes(struct report *report, const char *text, const u8 *bytes,
			 const u8 *other, size_t size)
{
	report_add(report, KUNIT_SUBSUBTEST_INDENT "%s ==\n", text);
	for (size_t at = 0; at < size; at += BYTES_PER_LINE)
		report_line_of_bytes(report, bytes + at, other + at,
				     min_t(size_t, size - at, BYTES_PER_LINE));
}

static void report_not_null(struct report *report, const char *text)
{
	report_add(report, KUNIT_SUBTEST_INDENT "Expected %s is not null, but is\n", text);
}

static void report_err_ptr(struct report *report, const struct kunit_check *check)
{
	if (!check->left)
		report_not_null(report, check->left_text);
	else
		report_add(report, KUNIT_SUBTEST_INDENT "Expected %s is not error, but is: %ld\n",
			   check->left_text, (long)check->left);
}

static void report_both(struct report *report, const struct kunit_check *check,
			void (*side)(struct report *report, const char *text, long long value))
{
	report_expected(report, check);
	side(report, check->left_text, check->left);
	side(report, check->right_text, check->right);
}

/* False if there was nothing to compare; then the message is left out too. */
static bool report_memory(struct report *report, const struct kunit_check *check)
{
	const u8 *left = (const u8 *)check->left, *right = (const u8 *)check->right;

	if (!left || !right) {
		report_not_null(report, left ? check->right_text : check->left_text);
		return false;
	}
	report_expected(report, check);
	report_bytes(report, check->left_text, left, right, check->size);
	report_bytes(report, check->right_text, right, left, check->size);
	return true;
}

/* What was compared; true if the message belongs behind it. */
static bool report_operands(struct report *report, const struct kunit_check *check)
{
	switch (check->kind) {
	case KUNIT_CHECK_BOOL:
		report_truth(report, check);
		break;
	case KUNIT_CHECK_INT:
		report_both(report, check, report_integer);
		break;
	case KUNIT_CHECK_POINTER:
		report_both(report, check, report_pointer);
		break;
	case KUNIT_CHECK_STRING:
		report_both(report, check, report_string);
		break;
	case KUNIT_CHECK_MEMORY:
		return report_memory(report, check);
	case KUNIT_CHECK_ERR_PTR:
		report_err_ptr(report, check);
		break;
	case KUNIT_CHECK_FAIL:
		break;
	}
	return true;
}

void __kunit_check_failed(struct kunit *test, const struct kunit_check *check, const char *fmt,
			  ...)
{
	struct report report = { .test = test };
	va_list args;

	kunit_set_failure(test);
	report_add(&report, KUNIT_SUBTEST_INDENT "# %s: %s FAILED at %s:%d\n", test->name,
		   check->type == KUNIT_ASSERTION ? "ASSERTION" : "EXPECTATION",
		   check->loc.file, check->loc.line);
	if (report_operands(&report, check) && fmt) {
		va_start(args, fmt);
		report_vadd(&report, fmt, args);
		va_end(args);
	}
	report_print(&report);
}
EXPORT_SYMBOL_GPL(__kunit_check_failed);

void __noreturn __kunit_abort(struct kunit *test)
{
	kunit_try_catch_throw(&test->try_catch);
}
EXPORT_SYMBOL_GPL(__kunit_abort);
