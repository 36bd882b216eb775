// SPDX-License-Identifier: GPL-2.0-only
/* Choosing suites and cases: globs and attribute filters. */
#include "kunit_rig.h"

#include <errno.h>
#include <string.h>

#include <kunit/attributes.h>
#include <udevmem/fault.h>

static void body(struct kunit *test)
{
}

#define CASE_OF(module, case_name, ...) \
	{ .run_case = body, .name = case_name, .module_name = module, __VA_ARGS__ }
#define CASE(...) CASE_OF("mod", __VA_ARGS__)

static struct kunit_suite alpha = {
	.name = "alpha",
	.test_cases = CASES(CASE("a_ok"), CASE("b_bad"), CASE("c_ok")),
};
static struct kunit_suite beta = {
	.name = "beta", .attr.speed = KUNIT_SPEED_SLOW,
	.test_cases = CASES(CASE("a_ok"), CASE("quick", .attr.speed = KUNIT_SPEED_NORMAL),
			    CASE("crawl", .attr.speed = KUNIT_SPEED_VERY_SLOW),
			    CASE_OF("om", "other")),
};
static struct kunit_suite nothing = { .name = "nothing", .test_cases = CASES({ }) };

static struct kunit_suite *const all[] = { &alpha, &beta, &nothing };
static const struct kunit_suite_set all_set = { all, all + ARRAY_SIZE(all) };

/* "suite:case,case suite:" of what passes; skipped cases in brackets. */
static const char *names_of(const struct kunit_suite_set *set)
{
	static char text[512];
	struct kunit_case *test_case;

	text[0] = '\0';
	for (struct kunit_suite * const *suite = set->start; suite < set->end; suite++) {
		strcat(strcat(strcat(text, *text ? " " : ""), (*suite)->name), ":");
		kunit_suite_for_each_test_case(*suite, test_case) {
			bool skipped = test_case->status == KUNIT_SKIPPED;

			sprintf(text + strlen(text), "%s%s%s%s",
				test_case == (*suite)->test_cases ? "" : ",", skipped ? "[" : "",
				test_case->name, skipped ? "]" : "");
		}
	}
	return text;
}

static const char *chosen_by(const char *glob, const char *filters, char *action)
{
	char *copy = filters ? strdup(filters) : NULL;
	struct kunit_suite_set set;
	const char *names;
	int err = -1;

	set = kunit_filter_suites(&all_set, glob, copy, action, &err);
	ck_assert_int_eq(err, 0);
	if (filters)
		ck_assert_str_eq(copy, filters);
	free(copy);
	names = names_of(&set);
	kunit_free_suite_set(set);
	return names;
}

START_TEST(globs_choose_suites_and_cases)
{
	ck_assert_str_eq(chosen_by("a*.*_ok", NULL, NULL), "alpha:a_ok,c_ok");
	ck_assert_str_eq(chosen_by("*.*_ok", NULL, NULL), "alpha:a_ok,c_ok beta:a_ok");
	ck_assert_str_eq(chosen_by("alpha", NULL, NULL), "alpha:a_ok,b_bad,c_ok");
	ck_assert_str_eq(chosen_by("Alpha", NULL, NULL), "");
	ck_assert_str_eq(chosen_by("alp", NULL, NULL), "");
	ck_assert_str_eq(chosen_by("*.nosuch", NULL, NULL), "");
	/* Empty suites go as soon as there is a glob. */
	ck_assert_str_eq(chosen_by("*", NULL, NULL),
			 "alpha:a_ok,b_bad,c_ok beta:a_ok,quick,crawl,other");
	ck_assert_str_eq(chosen_by(NULL, NULL, NULL),
			 "alpha:a_ok,b_bad,c_ok beta:a_ok,quick,crawl,other nothing:");
	/* Only the first dot parts suite and case. */
	ck_assert_str_eq(chosen_by("alpha.a_ok.x", NULL, NULL), "");
}
END_TEST

static const struct {
	const char *filter;
	const char *passes;
} filters[] = {
	{ "speed>slow", "alpha:a_ok,b_bad,c_ok beta:quick" },
	{ "speed>=slow", "alpha:a_ok,b_bad,c_ok beta:a_ok,quick,other" },
	{ "speed<slow", "beta:crawl" },
	{ "speed<=slow", "beta:a_ok,crawl,other" },
	{ "speed=slow", "beta:a_ok,other" },
	{ "speed!=slow", "alpha:a_ok,b_bad,c_ok beta:quick,crawl" },
	{ "speed<very_slow", "" },
	{ "module=om", "beta:other" },
	{ "module!=mod", "beta:other" },
	{ "module=", "" },
	{ "is_init=true", "" },
	{ "is_init!=true", "alpha:a_ok,b_bad,c_ok beta:a_ok,quick,crawl,other" },
	{ "speed=slow, module=om", "beta:other" },
	{ "speed=slow,module!=om", "beta:a_ok" },
	{ "  speed=slow ,  speed=normal ", "" },
};

START_TEST(filter_passes)
{
	ck_assert_str_eq(chosen_by(NULL, filters[_i].filter, NULL), filters[_i].passes);
}
END_TEST

START_TEST(filter_and_glob_both_have_to_pass)
{
	ck_assert_str_eq(chosen_by("*.a*", "speed=slow", NULL), "beta:a_ok");
}
END_TEST

START_TEST(refused_cases_may_be_kept_as_skipped)
{
	ck_assert_str_eq(chosen_by("*a", "speed>slow", "skip"),
			 "alpha:a_ok,b_bad,c_ok beta:[a_ok],quick,[crawl],[other]");
	ck_assert_str_eq(chosen_by("beta", "speed>slow, module=om", "skip"),
			 "beta:[a_ok],[quick],[crawl],[other]");
	/* The originals are as they were. */
	ck_assert_str_eq(names_of(&all_set),
			 "alpha:a_ok,b_bad,c_ok beta:a_ok,quick,crawl,other nothing:");
}
END_TEST

static const char *const bad_filters[] = {
	"speed", "speed slow", ">slow", "sped>slow", "speed>snail", "speed>", "speed>>slow",
	"speed==slow", "speed>unset", "speed> slow", "module>mod", "module<mod", "is_init>true",
	"is_init=yes", "is_init=xtrue", "speed>slow,", ",speed>slow", "speed>slow module=mod", "!",
};

START_TEST(filter_is_refused)
{
	char *copy = strdup(bad_filters[_i]);
	struct kunit_suite_set set;
	const char *text;
	int err = 0;

	listen_to_log();
	set = kunit_filter_suites(&all_set, NULL, copy, NULL, &err);
	text = heard();
	free(copy);
	ck_assert_int_eq(err, -EINVAL);
	ck_assert_ptr_eq(set.start, set.end);
	ck_assert_msg(!strncmp(text, "kunit executor: ", 16), "\"%s\"", text);
	kunit_free_suite_set(set);
}
END_TEST

START_TEST(unknown_filter_action_is_refused)
{
	int err = 0;

	listen_to_log();
	kunit_filter_suites(&all_set, NULL, NULL, "drop", &err);
	ck_assert_str_eq(heard(), "kunit executor: unknown filter action 'drop'\n");
	ck_assert_int_eq(err, -EINVAL);
}
END_TEST

START_TEST(filters_are_cut_off_one_by_one)
{
	char text[] = "speed>slow, module!=example,is_init=true", *rest = text;
	struct kunit_attr_filter filter;
	int err = 0;

	ck_assert_int_eq(kunit_get_filter_count(text), 3);
	ck_assert_int_eq(kunit_get_filter_count(""), 0);
	filter = kunit_next_attr_filter(&rest, &err);
	ck_assert_str_eq(kunit_attr_filter_name(filter), "speed");
	ck_assert_str_eq(filter.input, ">slow");
	filter = kunit_next_attr_filter(&rest, &err);
	ck_assert_str_eq(kunit_attr_filter_name(filter), "module");
	ck_assert_str_eq(filter.input, "!=example");
	filter = kunit_next_attr_filter(&rest, &err);
	ck_assert_str_eq(kunit_attr_filter_name(filter), "is_init");
	ck_assert_str_eq(filter.input, "=true");
	ck_assert_int_eq(err, 0);
}
END_TEST

START_TEST(one_suite_can_be_filtered)
{
	char slow[] = "speed=slow", init[] = "is_init=true", *rest = slow;
	struct kunit_attr_filter filter;
	struct kunit_suite *copy;
	int err = 0;

	filter = kunit_next_attr_filter(&rest, &err);
	copy = kunit_filter_attr_tests(&beta, filter, NULL, &err);
	ck_assert_ptr_nonnull(copy);
	ck_assert_uint_eq(kunit_suite_num_test_cases(copy), 2);
	kfree(copy->test_cases);
	kfree(copy);
	rest = init;
	filter = kunit_next_attr_filter(&rest, &err);
	ck_assert_ptr_null(kunit_filter_attr_tests(&beta, filter, NULL, &err));
	ck_assert_int_eq(err, 0);
}
END_TEST

static int filter_everything(void *unused)
{
	char text[] = "speed>very_slow, module=mod";
	struct kunit_suite_set set;
	int err;

	set = kunit_filter_suites(&all_set, "*.*", text, "skip", &err);
	if (!err)
		ck_assert_ptr_ne(set.start, set.end);
	kunit_free_suite_set(set);
	return err;
}

START_TEST(filtering_without_memory_leaves_nothing)
{
	ck_assert_int_gt(udm_fault_sweep(filter_everything, NULL), 5);
}
END_TEST

START_TEST(filtered_suites_run)
{
	struct kunit_suite_set set;
	char text[] = "speed=slow";
	const char *log;
	int err;

	set = kunit_filter_suites(&all_set, NULL, text, "skip", &err);
	listen_to_log();
	kunit_exec_run_tests(&set, true);
	log = heard();
	assert_ktap(log);
	assert_line(log, "1..3");
	assert_line(log, "ok 1 alpha # SKIP ");
	assert_line(log, "    ok 2 quick # SKIP ");
	assert_line(log, "ok 2 beta");
	assert_line(log, "ok 3 nothing # SKIP ");
	kunit_free_suite_set(set);
}
END_TEST

Suite *kunit_filter_suite(void)
{
	Suite *s = suite_create("kunit_filter");
	TCase *tc = machine_tcase(s, "sim");

	tcase_add_test(tc, globs_choose_suites_and_cases);
	tcase_add_loop_test(tc, filter_passes, 0, ARRAY_SIZE(filters));
	tcase_add_test(tc, filter_and_glob_both_have_to_pass);
	tcase_add_test(tc, refused_cases_may_be_kept_as_skipped);
	tcase_add_loop_test(tc, filter_is_refused, 0, ARRAY_SIZE(bad_filters));
	tcase_add_test(tc, unknown_filter_action_is_refused);
	tcase_add_test(tc, filters_are_cut_off_one_by_one);
	tcase_add_test(tc, one_suite_can_be_filtered);
	tcase_add_test(tc, filtering_without_memory_leaves_nothing);
	tcase_add_test(tc, filtered_suites_run);
	return s;
}
