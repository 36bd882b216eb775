// SPDX-License-Identifier: GPL-2.0-only
/* Fault injection: how an attribute decides, what each is asked about, and by whom it is set. */
#include "mem_rig.h"

#include <errno.h>
#include <stdlib.h>

#include <linux/completion.h>
#include <linux/error-injection.h>
#include <linux/fault-inject.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <udevmem/debugfs.h>
#include <udevmem/fault.h>

static DECLARE_FAULT_ATTR(own_attr);
static bool own_flag = true;
static u32 own_number = 7;
static const struct udm_fault_knob own_knobs[] = {
	{ .name = "flag", .flag = &own_flag },
	{ .name = "number", .number = &own_number },
	{ }
};
UDM_FAULT_SOURCE(.name = "fail_own", .attr = &own_attr, .knobs = own_knobs)

/* --- The decision --- */

struct decision {
	const char *what;
	const char *settings;	/* of fail_own, as in UDM_FAULT */
	ssize_t size;
	const char *calls;	/* one letter per call: does it fail? */
};

static const struct decision decisions[] = {
	{ "off by default", "", 1, "...." },
	{ "times bounds", "probability=100,times=2", 1, "FF.." },
	{ "one time by default", "probability=100", 1, "F..." },
	{ "no bound", "probability=100,times=-1", 1, "FFFFFF" },
	{ "every third", "probability=100,times=-1,interval=3", 1, "..F..F..F" },
	{ "interval 0 is none", "probability=100,times=-1,interval=0", 1, "FFF" },
	{ "a budget of bytes", "probability=100,times=-1,space=100", 64, ".FFF" },
	{ "a budget used up", "probability=100,times=-1,space=129", 64, "..FF" },
	{ "no times", "probability=100,times=0", 1, "..." },
	{ "nobody is marked", "probability=100,times=-1,task-filter=Y", 1, "..." },
	{ "more than certain", "probability=1000,times=-1", 1, "FF" },
};

static void expect_calls(const char *what, const char *calls, ssize_t size)
{
	for (unsigned int i = 0; calls[i]; i++)
		ck_assert_msg(should_fail_ex(&own_attr, size, FAULT_NOWARN) == (calls[i] == 'F'),
			      "%s: call %u", what, i);
}

static void set_own(const char *settings)
{
	char copy[128], *rest = copy, *one;

	strscpy(copy, settings);
	while ((one = strsep(&rest, ",")) && *one) {
		char *value = strchr(one, '=');

		*value++ = '\0';
		ck_assert_int_eq(udm_fault_set("fail_own", one, *value == 'Y' ? 1 : atoi(value)),
				 0);
	}
}

START_TEST(an_attribute_decides)
{
	const struct decision *d = &decisions[_i];

	set_own(d->settings);
	expect_calls(d->what, d->calls, d->size);
}
END_TEST

START_TEST(marked_tasks_pass_the_filter)
{
	set_own("probability=100,times=-1,task-filter=Y");
	expect_calls("not marked", "..", 1);
	udm_fault_task(true);
	expect_calls("marked", "FF", 1);
	local_bh_disable();
	expect_calls("BH off is still the task", "F", 1);
	local_bh_enable();
	udm_fault_task(false);
	expect_calls("not any more", "..", 1);
}
END_TEST

START_TEST(the_nth_call_ignores_all_settings)
{
	set_own("probability=0,times=0,space=1000");
	udm_fault_nth(3);
	expect_calls("nth", "..F...", 1);
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	udm_fault_nth(5);
	expect_calls("nth", "..", 1);
	ck_assert_uint_eq(udm_fault_nth_left(), 3);
	udm_fault_nth(0);
	expect_calls("disarmed", "....", 1);
}
END_TEST

START_TEST(chance_is_about_what_was_asked)
{
	unsigned int failed = 0;

	set_own("probability=30,times=-1");
	for (unsigned int i = 0; i < 10000; i++)
		failed += should_fail_ex(&own_attr, 1, FAULT_NOWARN);
	ck_assert_uint_gt(failed, 2700);
	ck_assert_uint_lt(failed, 3300);
}
END_TEST

static unsigned long asked_from;

static noinline bool ask_from_here(void)
{
	bool failed = should_fail_ex(&own_attr, 1, FAULT_NOWARN);

	asked_from = _RET_IP_;
	barrier();
	return failed;
}

static noinline bool ask_from_there(void)
{
	bool failed = ask_from_here();

	barrier();
	return failed;
}

START_TEST(only_some_call_chains_count)
{
	unsigned long start;

	ask_from_there();
	start = asked_from;
	set_own("probability=100,times=-1");
	udm_fault_set("fail_own", "require-start", start);
	udm_fault_set("fail_own", "require-end", start + 1);
	ck_assert(!ask_from_here());
	ck_assert(ask_from_there());
	udm_fault_nth(1);
	ck_assert(!ask_from_here());
	ck_assert_uint_eq(udm_fault_nth_left(), 1);
	ck_assert(ask_from_there());
	udm_fault_set("fail_own", "stacktrace-depth", 0);
	ck_assert(!ask_from_there());
	udm_fault_set("fail_own", "stacktrace-depth", 32);
	udm_fault_set("fail_own", "require-start", 0);
	udm_fault_set("fail_own", "require-end", -1);
	ck_assert_int_eq(errno, EINVAL);
	own_attr.require_end = ULONG_MAX;
	udm_fault_set("fail_own", "reject-start", start);
	udm_fault_set("fail_own", "reject-end", start + 1);
	ck_assert(ask_from_here());
	ck_assert(!ask_from_there());
}
END_TEST

START_TEST(boot_strings_are_parsed)
{
	DECLARE_FAULT_ATTR(attr);
	char good[] = "3,50,-1,7", bad[] = "3,50,1", worse[] = "none";
	const char *text;

	ck_assert_int_eq(setup_fault_attr(&attr, good), 1);
	ck_assert_uint_eq(attr.interval, 3);
	ck_assert_uint_eq(attr.probability, 50);
	ck_assert_int_eq(atomic_read(&attr.space), -1);
	ck_assert_int_eq(atomic_read(&attr.times), 7);
	log_capture();
	ck_assert_int_eq(setup_fault_attr(&attr, bad), 0);
	ck_assert_int_eq(setup_fault_attr(&attr, worse), 0);
	text = log_text();
	ck_assert_ptr_nonnull(strstr(text, "FAULT_INJECTION: failed to parse arguments"));
	ck_assert_uint_eq(attr.interval, 3);
}
END_TEST

START_TEST(a_failure_is_announced)
{
	const char *text;

	set_own("probability=100,times=5,verbose=1");
	log_capture();
	ck_assert(should_fail(&own_attr, 1));
	text = log_text();
	ck_assert_ptr_nonnull(strstr(text, "FAULT_INJECTION: forcing a failure.\nname fail_own, interval 1, probability 100, space 0, times 5\n"));
	ck_assert_ptr_null(strstr(text, "Call Trace"));
	udm_fault_set("fail_own", "verbose", 2);
	log_capture();
	ck_assert(should_fail(&own_attr, 1));
	ck_assert_ptr_nonnull(strstr(log_text(), "Call Trace"));
	log_capture();
	ck_assert(should_fail_ex(&own_attr, 1, FAULT_NOWARN));
	udm_fault_set("fail_own", "verbose", 0);
	ck_assert(should_fail(&own_attr, 1));
	ck_assert_str_eq(log_text(), "");
}
END_TEST

START_TEST(own_attributes_have_own_settings)
{
	ck_assert_int_eq(udm_fault_set("fail_own", "number", 12), 0);
	ck_assert_int_eq(udm_fault_set("fail_own", "flag", 0), 0);
	ck_assert_uint_eq(own_number, 12);
	ck_assert(!own_flag);
	ck_assert_int_eq(udm_fault_set("fail_own", "min-order", 1), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(udm_fault_set("fail_nothing", "times", 1), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(udm_fault_set("fail_own", "interval", -1), -1);
	ck_assert_int_eq(errno, EINVAL);
	set_own("probability=100,times=9");
	udm_fault_reset();
	ck_assert_uint_eq(own_number, 7);
	ck_assert(own_flag);
	ck_assert_uint_eq(own_attr.probability, 0);
	ck_assert_int_eq(atomic_read(&own_attr.times), 1);
}
END_TEST

/* --- What the memory attributes are asked about --- */

static void always(const char *attr)
{
	ck_assert_int_eq(udm_fault_set(attr, "probability", 100), 0);
	ck_assert_int_eq(udm_fault_set(attr, "times", -1), 0);
	ck_assert_int_eq(udm_fault_set(attr, "verbose", 0), 0);
}

static bool kmalloc_works(size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, gfp | __GFP_NOWARN);

	kfree(p);
	return p;
}

static bool pages_work(unsigned int order, gfp_t gfp)
{
	struct page *page = alloc_pages(gfp | __GFP_NOWARN, order);

	if (page)
		__free_pages(page, order);
	return page;
}

START_TEST(failslab_spares_who_may_block_by_default)
{
	always("failslab");
	ck_assert(kmalloc_works(64, GFP_KERNEL));
	ck_assert(!kmalloc_works(64, GFP_ATOMIC));
	ck_assert(!kmalloc_works(8192, GFP_NOWAIT));
	ck_assert(kmalloc_works(8193, GFP_ATOMIC));
	ck_assert(kmalloc_works(64, GFP_ATOMIC | __GFP_NOFAIL));
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	ck_assert(!kmalloc_works(64, GFP_KERNEL));
}
END_TEST

START_TEST(failslab_counts_bytes_of_the_object)
{
	always("failslab");
	udm_fault_set("failslab", "space", 200);
	/* 96 bytes each: 200, 104, 8. */
	ck_assert(kmalloc_works(90, GFP_ATOMIC));
	ck_assert(kmalloc_works(90, GFP_ATOMIC));
	ck_assert(!kmalloc_works(90, GFP_ATOMIC));
}
END_TEST

START_TEST(a_cache_filter_selects_caches)
{
	struct kmem_cache *marked = kmem_cache_create("marked", 40, 0, SLAB_FAILSLAB, NULL);
	void *objects[8];

	always("failslab");
	udm_fault_set("failslab", "cache-filter", 1);
	udm_fault_set("failslab", "times", 3);
	ck_assert(kmalloc_works(40, GFP_ATOMIC));
	ck_assert_ptr_null(kmem_cache_alloc(marked, GFP_ATOMIC));
	/* A bulk is one question. */
	ck_assert_int_eq(kmem_cache_alloc_bulk(marked, GFP_ATOMIC, 8, objects), 0);
	ck_assert_int_eq(kmem_cache_alloc_bulk(marked, GFP_ATOMIC, 8, objects), 0);
	ck_assert_int_eq(kmem_cache_alloc_bulk(marked, GFP_ATOMIC, 8, objects), 8);
	kmem_cache_free_bulk(marked, 8, objects);
	kmem_cache_destroy(marked);
}
END_TEST

START_TEST(fail_page_alloc_has_its_filters)
{
	always("fail_page_alloc");
	ck_assert(pages_work(0, GFP_ATOMIC));
	ck_assert(!pages_work(1, GFP_ATOMIC));
	ck_assert(pages_work(1, GFP_KERNEL));
	ck_assert(pages_work(1, GFP_ATOMIC | __GFP_HIGHMEM));
	ck_assert(pages_work(1, GFP_ATOMIC | __GFP_NOFAIL));
	ck_assert(!kmalloc_works(10000, GFP_ATOMIC));
	udm_fault_set("fail_page_alloc", "min-order", 0);
	ck_assert(!pages_work(0, GFP_ATOMIC));
	udm_fault_set("fail_page_alloc", "ignore-gfp-wait", 0);
	ck_assert(!pages_work(0, GFP_KERNEL));
	/* The pages of an area may be high ones, its description is an object. */
	vfree(vmalloc(5 * PAGE_SIZE));
	udm_fault_set("fail_page_alloc", "ignore-gfp-highmem", 0);
	log_capture();
	ck_assert_ptr_null(vmalloc(5 * PAGE_SIZE));
	ck_assert_ptr_nonnull(strstr(log_text(), "vmalloc error: size 20480, failed to allocate pages"));
}
END_TEST

START_TEST(page_faults_count_pages)
{
	always("fail_page_alloc");
	udm_fault_set("fail_page_alloc", "space", 5);
	ck_assert(pages_work(2, GFP_ATOMIC));
	ck_assert(!pages_work(2, GFP_ATOMIC));
	ck_assert(!pages_work(1, GFP_ATOMIC));
}
END_TEST

/* Above a page the first attempt does not block, so it may fail under GFP_KERNEL too. */
START_TEST(kvmalloc_survives_default_injection)
{
	void *p;

	always("failslab");
	always("fail_page_alloc");
	p = kvmalloc(PAGE_SIZE, GFP_KERNEL);
	ck_assert(p && !is_vmalloc_addr(p));
	kvfree(p);
	p = kvmalloc(PAGE_SIZE + 1, GFP_KERNEL);
	ck_assert(is_vmalloc_addr(p));
	kvfree(p);
	p = kvmalloc(PAGE_SIZE + 1, GFP_KERNEL | __GFP_RETRY_MAYFAIL);
	ck_assert(p && !is_vmalloc_addr(p));
	kvfree(p);
}
END_TEST

START_TEST(user_copies_fail_whole)
{
	char from[8] = "abcdefg", to[8] = "1234567";

	always("fail_usercopy");
	ck_assert_uint_eq(copy_to_user(to, from, 8), 8);
	ck_assert_str_eq(to, "1234567");
	ck_assert_uint_eq(copy_from_user(to, from, 8), 8);
	ck_assert_ptr_null(memchr_inv(to, 0, 8));
	udm_fault_reset();
	ck_assert_uint_eq(copy_from_user(to, from, 8), 0);
}
END_TEST

struct bystander {
	struct completion done;
	unsigned int worked;
};

static int allocate_many(void *data)
{
	struct bystander *b = data;

	for (unsigned int i = 0; i < 100; i++)
		b->worked += kmalloc_works(64, GFP_ATOMIC);
	complete(&b->done);
	return 0;
}

START_TEST(the_nth_call_is_the_tasks_own)
{
	struct bystander b = { .worked = 0 };

	init_completion(&b.done);
	udm_fault_set("failslab", "verbose", 0);
	kthread_run(allocate_many, &b, "bystander");
	udm_fault_nth(2);
	wait_for_completion(&b.done);
	ck_assert_uint_eq(b.worked, 100);
	ck_assert_uint_eq(udm_fault_nth_left(), 2);
	ck_assert(kmalloc_works(64, GFP_ATOMIC));
	ck_assert(!kmalloc_works(64, GFP_ATOMIC));
	ck_assert(kmalloc_works(64, GFP_ATOMIC));
}
END_TEST

/* The debugfs files act at once, also on threads that allocate without asking anybody. */
START_TEST(debugfs_arms_and_disarms)
{
	char text[16];

	ck_assert(kmalloc_works(64, GFP_ATOMIC));
	ck_assert_int_eq(udm_debugfs_write("failslab/verbose", "0", 1), 1);
	ck_assert_int_eq(udm_debugfs_write("failslab/times", "-1", 2), 2);
	ck_assert_int_eq(udm_debugfs_write("failslab/probability", "100", 3), 3);
	ck_assert(!kmalloc_works(64, GFP_ATOMIC));
	ck_assert_int_gt(udm_debugfs_read("failslab/probability", text, sizeof(text)), 0);
	ck_assert_str_eq(text, "100\n");
	ck_assert_int_eq(udm_debugfs_write("failslab/probability", "0", 1), 1);
	ck_assert(kmalloc_works(64, GFP_ATOMIC));
	ck_assert_int_eq(udm_debugfs_write("failslab/stacktrace-depth", "99", 2), 2);
	ck_assert_int_gt(udm_debugfs_read("failslab/stacktrace-depth", text, sizeof(text)), 0);
	ck_assert_str_eq(text, "32\n");
}
END_TEST

START_TEST(every_attribute_has_its_files)
{
	static const char * const dirs[] = {
		"failslab", "fail_page_alloc", "fail_usercopy", "fail_function",
	};
	static const char * const files[] = {
		"probability", "interval", "times", "space", "verbose",
		"verbose_ratelimit_interval_ms", "verbose_ratelimit_burst", "task-filter",
		"stacktrace-depth", "require-start", "require-end", "reject-start", "reject-end",
	};
	char path[128];

	for (unsigned int i = 0; i < ARRAY_SIZE(dirs); i++)
		for (unsigned int k = 0; k < ARRAY_SIZE(files); k++) {
			snprintf(path, sizeof(path), "%s/%s", dirs[i], files[k]);
			ck_assert_msg(udm_debugfs_exists(path), "%s", path);
		}
	ck_assert(udm_debugfs_exists("failslab/cache-filter"));
	ck_assert(udm_debugfs_exists("fail_page_alloc/min-order"));
	ck_assert(udm_debugfs_exists("fail_function/inject"));
}
END_TEST

Suite *fault_suite(void)
{
	Suite *s = suite_create("fault");
	TCase *tc = machine_tcase(s, "attributes"), *threads;

	tcase_add_loop_test(tc, an_attribute_decides, 0, ARRAY_SIZE(decisions));
	tcase_add_test(tc, marked_tasks_pass_the_filter);
	tcase_add_test(tc, the_nth_call_ignores_all_settings);
	tcase_add_test(tc, chance_is_about_what_was_asked);
	tcase_add_test(tc, only_some_call_chains_count);
	tcase_add_test(tc, boot_strings_are_parsed);
	tcase_add_test(tc, a_failure_is_announced);
	tcase_add_test(tc, own_attributes_have_own_settings);
	tc = machine_tcase(s, "memory");
	tcase_add_test(tc, failslab_spares_who_may_block_by_default);
	tcase_add_test(tc, failslab_counts_bytes_of_the_object);
	tcase_add_test(tc, a_cache_filter_selects_caches);
	tcase_add_test(tc, fail_page_alloc_has_its_filters);
	tcase_add_test(tc, page_faults_count_pages);
	tcase_add_test(tc, kvmalloc_survives_default_injection);
	tcase_add_test(tc, user_copies_fail_whole);
	tcase_add_test(tc, the_nth_call_is_the_tasks_own);
	tcase_add_test(tc, debugfs_arms_and_disarms);
	tcase_add_test(tc, every_attribute_has_its_files);
	threads = machine_tcase_threads(s, "threads");
	tcase_add_test(threads, the_nth_call_is_the_tasks_own);
	tcase_add_test(threads, debugfs_arms_and_disarms);
	return s;
}
