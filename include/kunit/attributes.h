/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attributes of suites and cases, and choosing by them.
 *
 * Kernel path: kunit/attributes.h, lib/kunit/attributes.c. A filter is
 * ATTRIBUTE OPERATOR VALUE without blanks: speed (< <= > >= = !=) with
 * very_slow, slow, normal; module (= !=); is_init (= !=) with true, false.
 * Errors are reported through the log.
 */
#ifndef _KUNIT_ATTRIBUTES_H
#define _KUNIT_ATTRIBUTES_H

struct kunit_attr;
struct kunit_suite;

/* One filter: what it looks at, and the operator and value it asks for. */
struct kunit_attr_filter {
	struct kunit_attr *attr;
	char *input;
};

const char *kunit_attr_filter_name(struct kunit_attr_filter filter);

/* How many filters a list separated by commas has; 0 for "". */
int kunit_get_filter_count(char *input);

/*
 * kunit_next_attr_filter - cut the next filter off a list
 * @filters: moves behind it; the text is written to
 *
 * *err becomes -EINVAL and attr is NULL for what is no filter.
 */
struct kunit_attr_filter kunit_next_attr_filter(char **filters, int *err);

/*
 * kunit_filter_attr_tests - a copy of @suite with the cases that pass
 * @action: "skip" keeps the others too, with status KUNIT_SKIPPED; or NULL
 *
 * The copy and its test_cases are for kfree(). NULL if no case is left, or with
 * *err set: -EINVAL for a value the attribute does not know, -ENOMEM. May sleep.
 */
struct kunit_suite *kunit_filter_attr_tests(const struct kunit_suite *const suite,
					    struct kunit_attr_filter filter, char *action,
					    int *err);

#endif
