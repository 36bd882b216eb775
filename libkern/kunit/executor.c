// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which suites run, and when.
 *
 * Constructors register what the program brings. A selection of it, narrowed by
 * globs and filters, is listed or set up and run. A filter works on copies, as
 * registered suites are the program's own. What has been set up stays so, with
 * its log in debugfs, until the next selection or shutdown: `chosen`. One run
 * at a time, under run_lock.
 */
#include <kunit/attributes.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/glob.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <udevmem/boot.h>

#include "attributes.h"
#include "debugfs.h"
#include "device-impl.h"
#include "libkern/subsystem.h"
#include "run.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "kunit."

static bool enable = true;
module_param(enable, bool, 0);
MODULE_PARM_DESC(enable, "Enable KUnit tests");
static bool autorun = true;
module_param(autorun, bool, 0);
MODULE_PARM_DESC(autorun, "Run the suites of the program at boot");
static char *action;
module_param(action, charp, 0400);
MODULE_PARM_DESC(action, "list or list_attr instead of running");
static char *filter_glob;
module_param(filter_glob, charp, 0600);
MODULE_PARM_DESC(filter_glob, "Which suites and cases: SUITE or SUITE.CASE");
static char *filter;
module_param(filter, charp, 0600);
MODULE_PARM_DESC(filter, "Attribute filters, separated by commas");
static char *filter_action;
module_param(filter_action, charp, 0600);
MODULE_PARM_DESC(filter_action, "skip: refused cases are shown as skipped");

static DEFINE_MUTEX(run_lock);

/* What udm_kunit_run() and the boot chose last. */
static struct {
	struct kunit_suite_set set;
	bool copies;
} chosen;

bool kunit_enabled(void)
{
	return enable;
}
EXPORT_SYMBOL_GPL(kunit_enabled);

/* Registration. */

static struct udm_kunit_suites *registered;

static bool goes_before(const struct udm_kunit_suites *a, const struct udm_kunit_suites *b)
{
	if (a->init_section != b->init_section)
		return a->init_section;
	return a->order != b->order ? a->order < b->order : a->line < b->line;
}

void udm_kunit_suites_add(struct udm_kunit_suites *entry)
{
	struct udm_kunit_suites **link = &registered;
	static int arrivals;

	for (struct udm_kunit_suites *other = registered; other; other = other->next)
		if (!strcmp(other->file, entry->file))
			entry->order = other->order;
	if (!entry->order)
		entry->order = ++arrivals;
	while (*link && !goes_before(entry, *link))
		link = &(*link)->next;
	entry->next = *link;
	*link = entry;
}
EXPORT_SYMBOL_GPL(udm_kunit_suites_add);

void udm_kunit_suites_remove(struct udm_kunit_suites *entry)
{
	struct udm_kunit_suites **link = &registered;

	while (*link && *link != entry)
		link = &(*link)->next;
	if (*link)
		*link = entry->next;
}
EXPORT_SYMBOL_GPL(udm_kunit_suites_remove);

/* Sets of suites. */

static int start_set(struct kunit_suite_set *set, size_t capacity)
{
	struct kunit_suite **suites = kmalloc_array(capacity, sizeof(*suites), GFP_KERNEL);

	set->start = set->end = suites;
	return suites ? 0 : -ENOMEM;
}

static void add_to_set(struct kunit_suite_set *set, struct kunit_suite *suite)
{
	*(struct kunit_suite **)set->end++ = suite;
}

static size_t set_size(const struct kunit_suite_set *set)
{
	return set->end - set->start;
}

static int collect_registered(struct kunit_suite_set *set)
{
	size_t num = 0;

	for (const struct udm_kunit_suites *entry = registered; entry; entry = entry->next)
		num += entry->num;
	if (start_set(set, num))
		return -ENOMEM;
	for (const struct udm_kunit_suites *entry = registered; entry; entry = entry->next) {
		for (unsigned int i = 0; i < entry->num; i++) {
			entry->suites[i]->is_init = entry->init_section;
			add_to_set(set, entry->suites[i]);
		}
	}
	return 0;
}

struct kunit_suite *kunit_copy_suite(const struct kunit_suite *suite)
{
	size_t cases = kunit_suite_num_test_cases((struct kunit_suite *)suite);
	struct kunit_suite *copy = kmemdup(suite, sizeof(*suite), GFP_KERNEL);

	if (!copy)
		return NULL;
	copy->test_cases = kmemdup_array(suite->test_cases, cases + 1, sizeof(*copy->test_cases),
					 GFP_KERNEL);
	if (!copy->test_cases) {
		kfree(copy);
		return NULL;
	}
	copy->debugfs = NULL;
	copy->log = NULL;
	for (size_t i = 0; i < cases; i++)
		copy->test_cases[i].log = NULL;
	return copy;
}

void kunit_free_suite(struct kunit_suite *suite)
{
	kunit_debugfs_destroy_suite(suite);
	kfree(suite->test_cases);
	kfree(suite);
}

void kunit_free_suite_set(struct kunit_suite_set suite_set)
{
	for (struct kunit_suite * const *suite = suite_set.start; suite < suite_set.end; suite++)
		kunit_free_suite(*suite);
	kfree(suite_set.start);
}
EXPORT_SYMBOL_GPL(kunit_free_suite_set);

/* Globs. */

/* "SUITE" or "SUITE.CASE": one of the places where a case may be found. */
static bool glob_wants(const char *glob, const struct kunit_suite *suite,
		       const struct kunit_case *test_case)
{
	const char *dot = strchr(glob, '.');
	char suite_glob[sizeof(suite->name)];

	if (!dot)
		return glob_match(glob, suite->name);
	if (dot - glob >= sizeof(suite_glob))
		return false;
	memcpy(suite_glob, glob, dot - glob);
	suite_glob[dot - glob] = '\0';
	return glob_match(suite_glob, suite->name) && glob_match(dot + 1, test_case->name);
}

static bool globs_want(const char *const *globs, size_t num, const struct kunit_suite *suite,
		       const struct kunit_case *test_case)
{
	for (size_t i = 0; i < num; i++)
		if (glob_wants(globs[i], suite, test_case))
			return true;
	return false;
}

/* A copy with the cases that any of the globs wants. NULL if that is none, or with *err set. */
static struct kunit_suite *copy_wanted(const struct kunit_suite *suite, const char *const *globs,
				       size_t num_globs, int *err)
{
	struct kunit_suite *copy = kunit_copy_suite(suite);
	struct kunit_case *test_case, *kept;

	if (!copy) {
		*err = -ENOMEM;
		return NULL;
	}
	if (!num_globs)
		return copy;
	kept = copy->test_cases;
	kunit_suite_for_each_test_case(copy, test_case)
		if (globs_want(globs, num_globs, copy, test_case))
			*kept++ = *test_case;
	if (kept == copy->test_cases) {
		kunit_free_suite(copy);
		return NULL;
	}
	*kept = (struct kunit_case){ };
	return copy;
}

/* Filters. */

static struct kunit_suite *apply_filter(struct kunit_suite *suite, struct kunit_attr_filter wanted,
					char *how, int *err)
{
	struct kunit_suite *copy = kunit_filter_attr_tests(suite, wanted, how, err);

	kunit_free_suite(suite);
	return copy;
}

static struct kunit_suite *copy_filtered(const struct kunit_suite *suite, const char *const *globs,
					 size_t num_globs, const struct kunit_attr_filter *wanted,
					 int num_wanted, char *how, int *err)
{
	struct kunit_suite *copy = copy_wanted(suite, globs, num_globs, err);

	for (int i = 0; i < num_wanted && copy && !*err; i++)
		copy = apply_filter(copy, wanted[i], how, err);
	return copy;
}

/* @text is cut up; the filters point into it. NULL with *err set. */
static struct kunit_attr_filter *parse_filters(char *text, int *num, int *err)
{
	struct kunit_attr_filter *parsed;

	*num = kunit_get_filter_count(text);
	parsed = kcalloc(*num, sizeof(*parsed), GFP_KERNEL);
	if (!parsed)
		*err = -ENOMEM;
	for (int i = 0; i < *num && !*err; i++)
		parsed[i] = kunit_next_attr_filter(&text, err);
	if (!*err)
		return parsed;
	kfree(parsed);
	return NULL;
}

static void fill_filtered(struct kunit_suite_set *filtered, const struct kunit_suite_set *set,
			  const char *const *globs, size_t num_globs, char *text, char *how,
			  int *err)
{
	struct kunit_attr_filter *wanted;
	struct kunit_suite *copy;
	int num_wanted;

	wanted = parse_filters(text, &num_wanted, err);
	for (struct kunit_suite * const *suite = set->start; suite < set->end && !*err; suite++) {
		copy = copy_filtered(*suite, globs, num_globs, wanted, num_wanted, how, err);
		if (copy)
			add_to_set(filtered, copy);
	}
	kfree(wanted);
}

static struct kunit_suite_set filter_set(const struct kunit_suite_set *set,
					 const char *const *globs, size_t num_globs,
					 const char *filters, char *how, int *err)
{
	struct kunit_suite_set filtered = { };
	char *text;

	*err = 0;
	if (how && strcmp(how, "skip")) {
		pr_err("kunit executor: unknown filter action '%s'\n", how);
		*err = -EINVAL;
		return filtered;
	}
	text = kstrdup(filters ?: "", GFP_KERNEL);
	if (!text || start_set(&filtered, set_size(set)))
		*err = -ENOMEM;
	else
		fill_filtered(&filtered, set, globs, num_globs, text, how, err);
	kfree(text);
	if (*err) {
		kunit_free_suite_set(filtered);
		filtered = (struct kunit_suite_set){ };
	}
	return filtered;
}

struct kunit_suite_set kunit_filter_suites(const struct kunit_suite_set *suite_set,
					   const char *filter_glob, char *filters,
					   char *filter_action, int *err)
{
	return filter_set(suite_set, &filter_glob, filter_glob ? 1 : 0, filters, filter_action,
			  err);
}
EXPORT_SYMBOL_GPL(kunit_filter_suites);

/* Running and listing. */

int __kunit_test_suites_init(struct kunit_suite * const * const suites, int num_suites,
			     bool run_tests)
{
	if (num_suites <= 0)
		return 0;
	if (!kunit_enabled()) {
		pr_info("kunit: disabled\n");
		return 0;
	}
	if (mutex_lock_interruptible(&run_lock))
		return -EINTR;
	kunit_restart_numbers();
	for (int i = 0; i < num_suites; i++) {
		kunit_debugfs_create_suite(suites[i]);
		if (run_tests)
			kunit_run_tests(suites[i]);
	}
	mutex_unlock(&run_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(__kunit_test_suites_init);

void __kunit_test_suites_exit(struct kunit_suite **suites, int num_suites)
{
	for (int i = 0; i < num_suites; i++) {
		kunit_debugfs_destroy_suite(suites[i]);
		kunit_forget_results(suites[i]);
	}
	kunit_restart_numbers();
}
EXPORT_SYMBOL_GPL(__kunit_test_suites_exit);

int kunit_run_again(struct kunit_suite *suite)
{
	if (mutex_lock_interruptible(&run_lock))
		return -EINTR;
	kunit_restart_numbers();
	kunit_forget_results(suite);
	kunit_debugfs_create_suite(suite);
	kunit_run_tests(suite);
	mutex_unlock(&run_lock);
	return 0;
}

static int run_set(const struct kunit_suite_set *set, bool builtin, bool run)
{
	size_t num = set_size(set);

	if (!kunit_enabled()) {
		pr_info("kunit: disabled\n");
		return 0;
	}
	if (run && (num || builtin)) {
		pr_info("KTAP version 1\n");
		pr_info("1..%zu\n", num);
	}
	return __kunit_test_suites_init(set->start, num, run);
}

void kunit_exec_run_tests(struct kunit_suite_set *suite_set, bool builtin)
{
	run_set(suite_set, builtin, autorun);
}
EXPORT_SYMBOL_GPL(kunit_exec_run_tests);

static void list_suite(struct kunit_suite *suite, bool include_attr)
{
	struct kunit_case *test_case;

	pr_info("%s\n", suite->name);
	if (include_attr)
		kunit_print_attr(suite, NULL, false);
	kunit_suite_for_each_test_case(suite, test_case) {
		pr_info("%s.%s\n", suite->name, test_case->name);
		if (include_attr)
			kunit_print_attr(suite, test_case, false);
	}
}

void kunit_exec_list_tests(struct kunit_suite_set *suite_set, bool include_attr)
{
	pr_info("KTAP version 1\n");
	for (struct kunit_suite * const *suite = suite_set->start; suite < suite_set->end; suite++)
		list_suite(*suite, include_attr);
}
EXPORT_SYMBOL_GPL(kunit_exec_list_tests);

/* The program's suites. */

static void drop_chosen(void)
{
	__kunit_test_suites_exit((struct kunit_suite **)chosen.set.start, set_size(&chosen.set));
	if (chosen.copies)
		kunit_free_suite_set(chosen.set);
	else
		kfree(chosen.set.start);
	chosen.set = (struct kunit_suite_set){ };
	chosen.copies = false;
}

/* What a selection leaves open is for the parameters. */
static struct udm_kunit_selection complete_selection(const struct udm_kunit_selection *what)
{
	struct udm_kunit_selection full = { };

	if (what)
		full = *what;
	full.filter = full.filter ?: filter;
	full.filter_action = full.filter_action ?: filter_action;
	full.action = full.action ?: action;
	if (!full.num_globs && filter_glob) {
		full.globs = (const char *const *)&filter_glob;
		full.num_globs = 1;
	}
	return full;
}

/* Fills `chosen`. */
static int choose(const struct udm_kunit_selection *what)
{
	struct kunit_suite_set all;
	int err = 0;

	drop_chosen();
	if (collect_registered(&all))
		return -ENOMEM;
	if (!what->num_globs && !what->filter) {
		chosen.set = all;
		return 0;
	}
	chosen.set = filter_set(&all, what->globs, what->num_globs, what->filter,
				(char *)what->filter_action, &err);
	chosen.copies = !err;
	kfree(all.start);
	return err;
}

static int act_on_chosen(const char *what, bool run)
{
	if (!what || !*what)
		return run_set(&chosen.set, true, run);
	if (strcmp(what, "list") && strcmp(what, "list_attr")) {
		pr_err("kunit executor: unknown action '%s'\n", what);
		return -EINVAL;
	}
	kunit_exec_list_tests(&chosen.set, !strcmp(what, "list_attr"));
	return 0;
}

static int run_registered(const struct udm_kunit_selection *what, bool run)
{
	struct udm_kunit_selection full = complete_selection(what);
	int err;

	kunit_restart_result();
	if (!kunit_enabled()) {
		pr_info("kunit: disabled\n");
		return 0;
	}
	err = choose(&full) ?: act_on_chosen(full.action, run);
	return err ?: (int)set_size(&chosen.set);
}

int udm_kunit_run(const struct udm_kunit_selection *what)
{
	return run_registered(what, true);
}
EXPORT_SYMBOL_GPL(udm_kunit_run);

/* Programs without suites are not bothered with an empty document. */
int kunit_run_all_tests(void)
{
	int num = registered ? run_registered(NULL, autorun) : 0;

	return min(num, 0);
}
EXPORT_SYMBOL_GPL(kunit_run_all_tests);

int kunit_boot(const struct udm_config *cfg)
{
	kunit_restart_result();
	return 0;
}

void kunit_shutdown(void)
{
	drop_chosen();
	kunit_debugfs_cleanup();
	kunit_bus_shutdown();
}
