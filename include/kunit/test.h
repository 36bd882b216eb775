/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KUnit: tests of kernel code as suites of cases.
 *
 * Kernel path: kunit/test.h, lib/kunit/test.c, executor.c. A case is a function
 * of a struct kunit, run in a kernel thread of its own and cleaned up in
 * another; a suite is a list of cases with optional set-up and tear-down.
 * Results are KTAP in the kernel log. The suites of a program run at the end of
 * udm_boot(), or when <udevmem/kunit.h> says; -lkunit brings a main() for that.
 */
#ifndef _KUNIT_TEST_H
#define _KUNIT_TEST_H

#include <kunit/assert.h>
#include <kunit/try-catch.h>

#include <asm/rwonce.h>
#include <asm/sections.h>
#include <linux/args.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/kconfig.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/types.h>

struct dentry;
struct file;
struct kunit;
struct string_stream;

/* On while a suite runs. */
DECLARE_STATIC_KEY_FALSE(kunit_running);

/* The longest description of a parameter and comment of a status, with the NUL. */
#define KUNIT_PARAM_DESC_SIZE 128
#define KUNIT_STATUS_COMMENT_SIZE 256

#define KUNIT_INDENT_LEN 4
#define KUNIT_SUBTEST_INDENT "    "
#define KUNIT_SUBSUBTEST_INDENT "        "

enum kunit_status {
	KUNIT_SUCCESS,
	KUNIT_FAILURE,
	KUNIT_SKIPPED,
};

/* The slower, the smaller: filters compare them. */
enum kunit_speed {
	KUNIT_SPEED_UNSET,
	KUNIT_SPEED_VERY_SLOW,
	KUNIT_SPEED_SLOW,
	KUNIT_SPEED_NORMAL,
	KUNIT_SPEED_MAX = KUNIT_SPEED_NORMAL,
};

struct kunit_attributes {
	enum kunit_speed speed;
};

/* One case; an array of them ends with one that is all zero. */
struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	/*
	 * The parameter after @prev (NULL: the first), NULL at the end; @desc has
	 * KUNIT_PARAM_DESC_SIZE bytes, empty on entry. @test is the parent context.
	 */
	const void *(*generate_params)(struct kunit *test, const void *prev, char *desc);
	struct kunit_attributes attr;
	/* Once around all parameters, on the parent context, in the runner's thread. */
	int (*param_init)(struct kunit *test);
	void (*param_exit)(struct kunit *test);

	/* Private. */
	enum kunit_status status;
	char *module_name;
	struct string_stream *log;
};

struct kunit_suite {
	const char name[256];
	/* Once around all cases, in the runner's thread; an error fails the suite unrun. */
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	/* Around each case: init in its thread, exit in the thread that cleans up. */
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
	struct kunit_attributes attr;

	/* Private. */
	char status_comment[KUNIT_STATUS_COMMENT_SIZE];
	struct dentry *debugfs;
	struct string_stream *log;
	int suite_init_err;
	bool is_init;
};

/* Suites from start to before end. */
struct kunit_suite_set {
	struct kunit_suite * const *start;
	struct kunit_suite * const *end;
};

/* Parameters that kunit_array_gen_params() hands out. */
struct kunit_params {
	const void *params;
	void (*get_description)(struct kunit *test, const void *param, char *desc);
	size_t num_params;
	size_t elem_size;
};

/* A run of a case, once or for one parameter; or the parent of such runs. */
struct kunit {
	void *priv;			/* the test's own, NULL at first */
	struct kunit *parent;		/* of a parameter run, else NULL */
	struct kunit_params params_array;

	/* Private, but for param_value and param_index. */
	const char *name;
	struct string_stream *log;
	struct kunit_try_catch try_catch;
	const void *param_value;
	int param_index;		/* from 1; parent: runs made so far */
	spinlock_t lock;		/* resources */
	enum kunit_status status;	/* READ_ONCE, WRITE_ONCE */
	struct list_head resources;	/* oldest first */
	char status_comment[KUNIT_STATUS_COMMENT_SIZE];
	struct kunit_loc last_seen;	/* the check that was reached last */
};

static inline struct kunit *__kunit_seen(struct kunit *test, const char *file, int line)
{
	WRITE_ONCE(test->last_seen.file, file);
	WRITE_ONCE(test->last_seen.line, line);
	return test;
}

/* Cases. */
#define __KUNIT_CASE_OF(fn, fn_name, ...) \
	{ .run_case = fn, .name = fn_name, .module_name = KBUILD_MODNAME, ##__VA_ARGS__ }
#define KUNIT_CASE(test_name) __KUNIT_CASE_OF(test_name, #test_name)
#define KUNIT_CASE_ATTR(test_name, attributes) \
	__KUNIT_CASE_OF(test_name, #test_name, .attr = attributes)
#define KUNIT_CASE_SLOW(test_name) \
	__KUNIT_CASE_OF(test_name, #test_name, .attr.speed = KUNIT_SPEED_SLOW)
#define KUNIT_CASE_PARAM(test_name, gen_params) \
	__KUNIT_CASE_OF(test_name, #test_name, .generate_params = gen_params)
#define KUNIT_CASE_PARAM_ATTR(test_name, gen_params, attributes) \
	__KUNIT_CASE_OF(test_name, #test_name, .generate_params = gen_params, .attr = attributes)
#define KUNIT_CASE_PARAM_WITH_INIT(test_name, gen_params, init, exit) \
	__KUNIT_CASE_OF(test_name, #test_name, .generate_params = gen_params, \
			.param_init = init, .param_exit = exit)

#define kunit_suite_for_each_test_case(suite, test_case) \
	for (test_case = (suite)->test_cases; test_case->run_case; test_case++)

/*
 * Registering suites. What one use lists keeps its order; uses are ordered by
 * line within a file, and files as they are linked. Those of the init section
 * run before all others.
 */
struct udm_kunit_suites {
	struct udm_kunit_suites *next;
	struct kunit_suite *const *suites;
	unsigned int num;
	bool init_section;
	const char *file;
	int line;
	int order;	/* of the file: when its first entry arrived */
};

/* Called by constructors and destructors, not while suites run. */
void udm_kunit_suites_add(struct udm_kunit_suites *entry);
void udm_kunit_suites_remove(struct udm_kunit_suites *entry);

#define ___kunit_register(array, entry, in_init_section, ...)				\
	static struct kunit_suite *const array[] = { __VA_ARGS__ };			\
	__udm_register(udm_kunit_suites, entry, udm_kunit_suites_add,			\
		       udm_kunit_suites_remove, .suites = array,			\
		       .num = sizeof(array) / sizeof(array[0]),				\
		       .init_section = in_init_section, .file = __FILE__, .line = __LINE__)
#define __kunit_register(in_init_section, ...)						\
	___kunit_register(__UNIQUE_ID(kunit_array), __UNIQUE_ID(kunit_entry),		\
			  in_init_section, __VA_ARGS__)
#define kunit_test_suites(...) __kunit_register(false, __VA_ARGS__)
#define kunit_test_suite(suite) kunit_test_suites(&suite)
#define kunit_test_init_section_suites(...) __kunit_register(true, __VA_ARGS__)
#define kunit_test_init_section_suite(suite) kunit_test_init_section_suites(&suite)

/*
 * Parameters from a static array. get_desc is void (*)(element *, char *) or
 * NULL; the second form takes the description from a member that is a string.
 */
#define KUNIT_ARRAY_PARAM(name, array, get_desc)					\
	static const void *name##_gen_params(struct kunit *test __always_unused,	\
					     const void *prev, char *desc)		\
	{										\
		void (*__describe)(typeof(&(array)[0]), char *) = get_desc;		\
		typeof(&(array)[0]) __param = prev ? (typeof(&(array)[0]))prev + 1 : (array); \
											\
		if (__param >= (array) + sizeof(array) / sizeof((array)[0]))		\
			return NULL;							\
		if (__describe)								\
			__describe(__param, desc);					\
		return __param;								\
	}
#define KUNIT_ARRAY_PARAM_DESC(name, array, desc_member)				\
	static const void *name##_gen_params(struct kunit *test __always_unused,	\
					     const void *prev, char *desc)		\
	{										\
		typeof(&(array)[0]) __param = prev ? (typeof(&(array)[0]))prev + 1 : (array); \
											\
		if (__param >= (array) + sizeof(array) / sizeof((array)[0]))		\
			return NULL;							\
		sized_strscpy(desc, __param->desc_member, KUNIT_PARAM_DESC_SIZE);	\
		return __param;								\
	}

/*
 * In param_init: parameters that need not be static, for the generator
 * kunit_array_gen_params. get_desc(test, param, desc) may be NULL.
 */
#define kunit_register_params_array(test, array, param_count, get_desc)			\
	do {										\
		struct kunit *__parent = (test);					\
		const typeof((array)[0]) *__params = (array);				\
											\
		__parent->params_array = (struct kunit_params) {			\
			.params = __params, .get_description = get_desc,		\
			.num_params = (param_count), .elem_size = sizeof(*__params),	\
		};									\
	} while (0)
const void *kunit_array_gen_params(struct kunit *test, const void *prev, char *desc);

/* Status. */
void kunit_set_failure(struct kunit *test);

#define kunit_mark_skipped(test_or_suite, fmt, ...)					\
	do {										\
		WRITE_ONCE((test_or_suite)->status, KUNIT_SKIPPED);			\
		scnprintf((test_or_suite)->status_comment, KUNIT_STATUS_COMMENT_SIZE,	\
			  fmt, ##__VA_ARGS__);						\
	} while (0)
/* The same, and ends the case. */
#define kunit_skip(test_or_suite, fmt, ...)						\
	do {										\
		kunit_mark_skipped((test_or_suite), fmt, ##__VA_ARGS__);		\
		kunit_try_catch_throw(&((test_or_suite)->try_catch));			\
	} while (0)

const char *kunit_status_to_ok_not_ok(enum kunit_status status);
enum kunit_status kunit_suite_has_succeeded(struct kunit_suite *suite);

/*
 * Messages. kunit_log() prints and appends to the log of the test or suite as
 * it is; the others put "    # NAME: " in front. Any context.
 */
__printf(2, 3) void kunit_log_append(struct string_stream *log, const char *fmt, ...);

#define kunit_log(lvl, test_or_suite, fmt, ...)						\
	do {										\
		printk(lvl fmt, ##__VA_ARGS__);						\
		kunit_log_append((test_or_suite)->log, fmt, ##__VA_ARGS__);		\
	} while (0)
#define kunit_printk(lvl, test, fmt, ...) \
	kunit_log(lvl, test, KUNIT_SUBTEST_INDENT "# %s: " fmt, (test)->name, ##__VA_ARGS__)
#define kunit_info(test, fmt, ...) kunit_printk(KERN_INFO, test, fmt, ##__VA_ARGS__)
#define kunit_warn(test, fmt, ...) kunit_printk(KERN_WARNING, test, fmt, ##__VA_ARGS__)
#define kunit_err(test, fmt, ...) kunit_printk(KERN_ERR, test, fmt, ##__VA_ARGS__)

/*
 * Memory that is freed with the test; NULL on failure. kunit_kfree() frees it
 * before, and ignores NULL and what is not the test's. May sleep.
 */
void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp);
void kunit_kfree(struct kunit *test, const void *ptr);

static inline void *kunit_kmalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, 1, size, gfp);
}

static inline void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc(test, size, gfp | __GFP_ZERO);
}

static inline void *kunit_kcalloc(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, n, size, gfp | __GFP_ZERO);
}

/* A copy; NULL gives NULL. The const form hands read-only program data back as it is. */
char *kunit_kstrdup(struct kunit *test, const char *str, gfp_t gfp);
const char *kunit_kstrdup_const(struct kunit *test, const char *str, gfp_t gfp);
void kunit_kfree_const(struct kunit *test, const void *x);

/*
 * User memory for the case, which runs in a kernel thread. kunit_attach_mm():
 * 0, -EINVAL in a task that is no kernel thread, -ENOMEM. kunit_vm_mmap() maps
 * @file, or anonymous memory if it is NULL, until the end of the test: the
 * address, 0 if the thread could not be given an mm, or a negative errno.
 */
int kunit_attach_mm(void);
unsigned long kunit_vm_mmap(struct kunit *test, struct file *file, unsigned long addr,
			    unsigned long len, unsigned long prot, unsigned long flag,
			    unsigned long offset);

/* For a struct kunit made by hand: everything but priv. */
void kunit_init_test(struct kunit *test, const char *name, struct string_stream *log);
/* Releases the resources of a test, the newest first. May sleep. */
void kunit_cleanup(struct kunit *test);

/*
 * Runners. A set-up suite has its log and its folder in debugfs. All may sleep;
 * one run at a time.
 */
bool kunit_enabled(void);
/* Runs one suite and prints its lines; 0. The caller keeps others from running. */
int kunit_run_tests(struct kunit_suite *suite);
size_t kunit_suite_num_test_cases(struct kunit_suite *suite);
/* The number in the result line: from 1. */
unsigned int kunit_test_case_num(struct kunit_suite *suite, struct kunit_case *test_case);
/* Sets suites up and, if asked, runs them: 0, or -EINTR if a signal came first. */
int __kunit_test_suites_init(struct kunit_suite * const * const suites, int num_suites,
			     bool run_tests);
void __kunit_test_suites_exit(struct kunit_suite **suites, int num_suites);

/*
 * kunit_filter_suites - copies of the suites with the cases that are wanted
 * @filter_glob: SUITE or SUITE.CASE, or NULL
 * @filters: separated by commas, or NULL; not changed
 * @filter_action: "skip" keeps what the filters refuse as skipped, or NULL
 *
 * On failure *err is -EINVAL or -ENOMEM and the set is empty.
 */
struct kunit_suite_set kunit_filter_suites(const struct kunit_suite_set *suite_set,
					   const char *filter_glob, char *filters,
					   char *filter_action, int *err);
/* Frees such copies, set up or not. */
void kunit_free_suite_set(struct kunit_suite_set suite_set);
/* Prints the header (@builtin false: not for an empty set), sets up and runs. */
void kunit_exec_run_tests(struct kunit_suite_set *suite_set, bool builtin);
void kunit_exec_list_tests(struct kunit_suite_set *suite_set, bool include_attr);
/* The registered suites, as the parameters kunit.* say: 0 or a negative errno. */
int kunit_run_all_tests(void);

#include <kunit/resource.h>

/* Reports show what it stands for; compilers disagree about a blank. */
#undef NULL
#define NULL ((void *)0)

#endif
