// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes of suites and cases: see kunit/attributes.h.
 *
 * An attribute knows how to show itself and whether a case passes a filter. A
 * value that a case does not have is its suite's, then the default.
 */
#include <kunit/attributes.h>
#include <kunit/test.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "attributes.h"

#define OPERATORS "<>!="

struct kunit_attr {
	const char *name;
	/* The text of the suite, or of the case if it is not NULL; NULL: not shown. */
	const char *(*show)(const struct kunit_suite *suite, const struct kunit_case *test_case);
	/* @input is operator and value; -EINVAL in *err if they make no sense. */
	bool (*passes)(const struct kunit_suite *suite, const struct kunit_case *test_case,
		       const char *input, int *err);
};

static bool refuse(const char *input, int *err)
{
	pr_err("kunit executor: invalid filter value: %s\n", input);
	*err = -EINVAL;
	return false;
}

/* speed */

static const char *const speeds[] = {
	[KUNIT_SPEED_UNSET] = "unset",
	[KUNIT_SPEED_VERY_SLOW] = "very_slow",
	[KUNIT_SPEED_SLOW] = "slow",
	[KUNIT_SPEED_NORMAL] = "normal",
};

static const char *show_speed(const struct kunit_suite *suite, const struct kunit_case *test_case)
{
	enum kunit_speed speed = test_case ? test_case->attr.speed : suite->attr.speed;

	return speed == KUNIT_SPEED_UNSET ? NULL : speeds[speed];
}

enum kunit_speed kunit_speed_of(const struct kunit_suite *suite,
				const struct kunit_case *test_case)
{
	return test_case->attr.speed ?: suite->attr.speed ?: KUNIT_SPEED_NORMAL;
}

/* Which outcomes of a comparison an operator accepts; 0: no such operator. */
enum { LESS = 1, EQUAL = 2, GREATER = 4 };

static unsigned int take_comparison(const char **input)
{
	static const struct {
		const char *text;
		unsigned int accepts;
	} comparisons[] = {
		/* The longer ones first. */
		{ "<=", LESS | EQUAL }, { ">=", GREATER | EQUAL }, { "!=", LESS | GREATER },
		{ "<", LESS }, { ">", GREATER }, { "=", EQUAL },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(comparisons); i++) {
		size_t length = str_has_prefix(*input, comparisons[i].text);

		if (length) {
			*input += length;
			return comparisons[i].accepts;
		}
	}
	return 0;
}

static bool speed_passes(const struct kunit_suite *suite, const struct kunit_case *test_case,
			 const char *input, int *err)
{
	int speed = kunit_speed_of(suite, test_case), wanted;
	const char *value = input;
	unsigned int accepts = take_comparison(&value);

	for (wanted = KUNIT_SPEED_MAX; wanted > KUNIT_SPEED_UNSET; wanted--)
		if (!strcmp(value, speeds[wanted]))
			break;
	if (!accepts || wanted == KUNIT_SPEED_UNSET)
		return refuse(input, err);
	return accepts & (speed < wanted ? LESS : speed > wanted ? GREATER : EQUAL);
}

/* Attributes that are texts are equal or not. What they are compared with; NULL: an error. */
static const char *take_equality(const char *input, bool *equal, int *err)
{
	*equal = input[0] == '=';
	if (*equal)
		return input + 1;
	if (str_has_prefix(input, "!="))
		return input + 2;
	refuse(input, err);
	return NULL;
}

/* module */

static const char *show_module(const struct kunit_suite *suite, const struct kunit_case *test_case)
{
	const struct kunit_case *first = suite->test_cases;

	return !test_case && first && first->run_case ? first->module_name : NULL;
}

static bool module_passes(const struct kunit_suite *suite, const struct kunit_case *test_case,
			  const char *input, int *err)
{
	const char *module = test_case->module_name ?: "", *wanted;
	bool equal;

	wanted = take_equality(input, &equal, err);
	return wanted && !strcmp(module, wanted) == equal;
}

/* is_init */

static const char *show_is_init(const struct kunit_suite *suite,
				const struct kunit_case *test_case)
{
	return !test_case && suite->is_init ? "true" : NULL;
}

static bool is_init_passes(const struct kunit_suite *suite, const struct kunit_case *test_case,
			   const char *input, int *err)
{
	bool equal;
	const char *wanted = take_equality(input, &equal, err);

	if (!wanted)
		return false;
	if (strcmp(wanted, "true") && strcmp(wanted, "false"))
		return refuse(input, err);
	return (suite->is_init == !strcmp(wanted, "true")) == equal;
}

static struct kunit_attr attributes[] = {
	{ .name = "speed", .show = show_speed, .passes = speed_passes },
	{ .name = "module", .show = show_module, .passes = module_passes },
	{ .name = "is_init", .show = show_is_init, .passes = is_init_passes },
};

void kunit_print_attr(struct kunit_suite *suite, struct kunit_case *test_case, bool indented)
{
	const char *indent = indented ? KUNIT_SUBTEST_INDENT : "";

	for (unsigned int i = 0; i < ARRAY_SIZE(attributes); i++) {
		const char *text = attributes[i].show(suite, test_case);

		if (text && test_case)
			kunit_log(KERN_INFO, test_case, "%s# %s.%s: %s\n", indent,
				  test_case->name, attributes[i].name, text);
		else if (text)
			kunit_log(KERN_INFO, suite, "%s# %s: %s\n", indent, attributes[i].name,
				  text);
	}
}

/* Filters. */

const char *kunit_attr_filter_name(struct kunit_attr_filter filter)
{
	return filter.attr->name;
}
EXPORT_SYMBOL_GPL(kunit_attr_filter_name);

int kunit_get_filter_count(char *input)
{
	int count = input && *input;

	for (; count && *input; input++)
		count += *input == ',';
	return count;
}
EXPORT_SYMBOL_GPL(kunit_get_filter_count);

struct kunit_attr_filter kunit_next_attr_filter(char **filters, int *err)
{
	struct kunit_attr_filter filter = { .attr = NULL };
	char *text = strim(strsep(filters, ","));
	size_t length = strcspn(text, OPERATORS);

	filter.input = text + length;
	if (!*filter.input) {
		pr_err("kunit executor: filter operation not found: %s\n", text);
		*err = -EINVAL;
		return filter;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(attributes); i++)
		if (strlen(attributes[i].name) == length &&
		    !strncmp(attributes[i].name, text, length))
			filter.attr = &attributes[i];
	if (!filter.attr) {
		pr_err("kunit executor: attribute not found: %.*s\n", (int)length, text);
		*err = -EINVAL;
	}
	return filter;
}
EXPORT_SYMBOL_GPL(kunit_next_attr_filter);

/* Moves the cases that stay to the front; how many those are. */
static size_t keep_passing(struct kunit_suite *suite, struct kunit_attr_filter filter, bool skip,
			   int *err)
{
	struct kunit_case *test_case, *kept = suite->test_cases;

	kunit_suite_for_each_test_case(suite, test_case) {
		bool passes = filter.attr->passes(suite, test_case, filter.input, err);

		if (*err)
			return 0;
		if (!passes && !skip)
			continue;
		*kept = *test_case;
		if (!passes)
			kept->status = KUNIT_SKIPPED;
		kept++;
	}
	*kept = (struct kunit_case){ };
	return kept - suite->test_cases;
}

struct kunit_suite *kunit_filter_attr_tests(const struct kunit_suite *const suite,
					    struct kunit_attr_filter filter, char *action,
					    int *err)
{
	struct kunit_suite *copy = kunit_copy_suite(suite);
	bool skip = action && !strcmp(action, "skip");

	if (!copy) {
		*err = -ENOMEM;
		return NULL;
	}
	if (keep_passing(copy, filter, skip, err) || (skip && !*err))
		return copy;
	kunit_free_suite(copy);
	return NULL;
}
EXPORT_SYMBOL_GPL(kunit_filter_attr_tests);
