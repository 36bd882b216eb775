// SPDX-License-Identifier: GPL-2.0-only
/* UDM_DEBUG: patterns, red zones, quarantine, call chains, and what reports say. */
#include "mem_rig.h"

#include <stdlib.h>

#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/poison.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/stackdepot.h>
#include <linux/vmalloc.h>
#include <udevmem/leak.h>
#include <udevmem/memdebug.h>
#include <udevmem/warn.h>

static void boot_with(const char *words, size_t ram, enum udm_mode mode)
{
	const struct udm_config cfg = { .debug = words, .ram_bytes = ram, .mode = mode };

	unsetenv("UDM_DEBUG");
	machine_boot_with(&cfg);
}

static void boot_all(void)
{
	boot_with("all", 0, UDM_MODE_SIM);
}

/* A sanitizer's build has call chains only. */
static bool objects_are_watched(void)
{
	return udm_debug() & UDM_DEBUG_REDZONE;
}

static const struct {
	const char *words;
	unsigned int on;
	unsigned int off;
} settings[] = {
	{ "none", 0, ~0u },
	{ "none,poison", UDM_DEBUG_POISON, ~0u },
	{ "none,quarantine", UDM_DEBUG_QUARANTINE | UDM_DEBUG_POISON, ~0u },
	{ "redzone,,stacks,", UDM_DEBUG_REDZONE | UDM_DEBUG_STACKS, UDM_DEBUG_POISON },
	{ "all", UDM_DEBUG_POISON | UDM_DEBUG_REDZONE | UDM_DEBUG_QUARANTINE | UDM_DEBUG_STACKS,
	  UDM_DEBUG_VALGRIND },
	{ "all,none,stacks", UDM_DEBUG_STACKS, UDM_DEBUG_POISON },
};

START_TEST(words_switch_things_on)
{
	unsigned int on = settings[_i].on, off = settings[_i].off & ~on;

	boot_with(settings[_i].words, 0, UDM_MODE_SIM);
#ifdef UDM_PLAIN_ALLOC
	on &= UDM_DEBUG_STACKS;
#endif
	if (udm_debug() & UDM_DEBUG_VALGRIND)
		off = 0;
	ck_assert_uint_eq(udm_debug() & on, on);
	ck_assert_uint_eq(udm_debug() & off, 0);
	machine_shutdown();
	ck_assert_uint_eq(udm_debug(), 0);
}
END_TEST

START_TEST(unknown_words_are_refused)
{
	static const char * const bad[] = { "poisson", "red", "all,some", "poison;stacks", "ALL" };
	const struct udm_config cfg = { .debug = bad[_i] };

	unsetenv("UDM_DEBUG");
	ck_assert_int_eq(udm_boot(&cfg), -EINVAL);
	ck_assert_int_eq(udm_boot(NULL), 0);
	ck_assert_int_eq(udm_shutdown(), 0);
}
END_TEST

START_TEST(the_environment_wins)
{
	const struct udm_config cfg = { .debug = "all" };

	setenv("UDM_DEBUG", "none,stacks", 1);
	machine_boot_with(&cfg);
	ck_assert_uint_eq(udm_debug(), UDM_DEBUG_STACKS);
	ck_assert_str_eq(udm_config()->debug, "none,stacks");
	machine_shutdown();
	unsetenv("UDM_DEBUG");
}
END_TEST

START_TEST(contents_say_what_memory_is)
{
	u8 *fresh = kmalloc(100, GFP_KERNEL), *zeroed = kzalloc(100, GFP_KERNEL);
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	u8 *pages = page_address(page);

	if (!objects_are_watched())
		goto out;
	ck_assert_ptr_null(memchr_inv(fresh, POISON_INUSE, 100));
	ck_assert_ptr_null(memchr_inv(zeroed, 0, 100));
	ck_assert_ptr_null(memchr_inv(pages, POISON_INUSE, 2 * PAGE_SIZE));
	kfree(fresh);
	__free_pages(page, 1);
	ck_assert_ptr_null(memchr_inv(fresh, POISON_FREE, 127));
	ck_assert_uint_eq(fresh[127], POISON_END);
	ck_assert_ptr_null(memchr_inv(pages, PAGE_POISON, 2 * PAGE_SIZE));
	fresh = kmalloc(100, GFP_KERNEL);
	page = alloc_pages(GFP_KERNEL, 1);
out:
	kfree(fresh);
	kfree(zeroed);
	__free_pages(page, 1);
}
END_TEST

/* Writes one byte at @offset of an object of @size bytes. */
static const struct {
	size_t size;
	long offset;
	const char *report;
} overruns[] = {
	{ 40, 40, "kmalloc-64: kmalloc Redzone overwritten, 1 bytes at offset 40 of an object of 40 bytes, the first 0x77 instead of 0xcc" },
	{ 40, 63, "kmalloc Redzone overwritten, 1 bytes at offset 63" },
	{ 64, 64, "kmalloc-64: Right Redzone overwritten, 1 bytes at offset 64" },
	{ 64, 79, "Right Redzone overwritten, 1 bytes at offset 79" },
	{ 64, -1, "Left Redzone overwritten, 1 bytes at offset -1" },
	{ 8, -16, "kmalloc-8: Left Redzone overwritten, 1 bytes at offset -16" },
	{ 4096, 4096, "kmalloc-4k: Right Redzone overwritten, 1 bytes at offset 4096" },
	{ 5000, 8191, "kmalloc-8k: kmalloc Redzone overwritten, 1 bytes at offset 8191" },
	{ 9000, 9000, "BUG large kmalloc: Redzone overwritten at offset 9000 of 9000 bytes" },
};

START_TEST(a_write_outside_is_found_at_the_free)
{
	char *p = kmalloc(overruns[_i].size, GFP_KERNEL);

	if (objects_are_watched()) {
		((volatile char *)p)[overruns[_i].offset] = 0x77;
		udm_warn_expect(overruns[_i].report, 1);
	}
	kfree(p);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(a_write_behind_an_area_is_found)
{
	char *p = vmalloc(PAGE_SIZE + 100);

	if (objects_are_watched()) {
		((volatile char *)p)[PAGE_SIZE + 100] = 0;
		udm_warn_expect("BUG vmalloc: Redzone overwritten at offset 4196 of 4196 bytes", 1);
	}
	vfree(p);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(a_report_names_the_call_site)
{
	char *p = kmalloc(10, GFP_KERNEL);

	if (objects_are_watched()) {
		((volatile char *)p)[10] = 1;
		udm_warn_expect("mem_debug.c", 1);
	}
	kfree(p);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	p = kmalloc(10, GFP_KERNEL);
	if (objects_are_watched()) {
		((volatile char *)p)[12] = 1;
		((volatile char *)p)[15] = 1;
		udm_warn_expect("4 bytes at offset 12 of an object of 10 bytes", 1);
	}
	kfree(p);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(all_objects_can_be_looked_at)
{
	char *p = kmalloc(40, GFP_KERNEL), *freed = kmalloc(40, GFP_KERNEL);

	kfree(freed);
	ck_assert_uint_eq(udm_debug_check(), 0);
	if (objects_are_watched()) {
		((volatile char *)p)[50] = 1;
		((volatile char *)freed)[5] = 1;
		udm_warn_expect("kmalloc Redzone overwritten", 1);
		udm_warn_expect("Poison overwritten", 1);
		ck_assert_uint_eq(udm_debug_check(), 2);
	}
	ck_assert_uint_eq(udm_debug_check(), 0);
	kfree(p);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(shutdown_looks_at_what_is_left)
{
	char *p, *freed;

	boot_all();
	p = kmalloc(40, GFP_KERNEL);
	freed = kmalloc(40, GFP_KERNEL);
	kfree(freed);
	if (objects_are_watched()) {
		((volatile char *)p)[41] = 1;
		((volatile char *)freed)[0] = 1;
		udm_warn_expect("kmalloc Redzone overwritten", 1);
		udm_warn_expect("Poison overwritten", 1);
	}
	log_capture();
	ck_assert_int_eq(udm_shutdown(), 1);
	log_text();
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(udm_warn_unexpected(), 0);
}
END_TEST

/* Frees enough of other objects for the quarantine to let the first ones go. */
static void outlast_quarantine(void)
{
	for (unsigned int i = 0; i < 6 * SZ_1M / 8192; i++)
		kfree(kmalloc(8192, GFP_KERNEL));
}

START_TEST(a_write_after_the_free_is_found)
{
	char *p = kmalloc(200, GFP_KERNEL);

	kfree(p);
	if (objects_are_watched()) {
		((volatile char *)p)[33] = 0x11;
		((volatile char *)p)[36] = 0x22;
		udm_warn_expect("kmalloc-256: Poison overwritten, 4 bytes at offset 33 of an object of 256 bytes, the first 0x11 instead of 0x6b: allocated at", 1);
	}
	outlast_quarantine();
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

/* The object is handed out again late, so a late user does not meet another owner's data. */
START_TEST(quarantine_delays_reuse)
{
	void *first = kmalloc(64, GFP_KERNEL), *p;

	kfree(first);
	for (unsigned int i = 0; objects_are_watched() && i < 1000; i++) {
		p = kmalloc(64, GFP_KERNEL);
		ck_assert_ptr_ne(p, first);
		kfree(p);
	}
	udm_warn_expect("double free of object", 1);
	kfree(first);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(without_quarantine_reuse_finds_it)
{
	char *p;

	boot_with("none,poison", 0, UDM_MODE_SIM);
	p = kmalloc(64, GFP_KERNEL);
	kfree(p);
	if (udm_debug() & UDM_DEBUG_POISON) {
		((volatile char *)p)[63] = 0;
		udm_warn_expect("Poison overwritten, 1 bytes at offset 63", 1);
		ck_assert_ptr_eq(kmalloc(64, GFP_KERNEL), p);
		ck_assert_uint_eq(udm_warn_missing(), 0);
		kfree(p);
	}
	machine_shutdown();
}
END_TEST

START_TEST(a_write_to_a_free_page_is_found)
{
	struct page *page = alloc_page(GFP_KERNEL), *again;
	volatile char *p = page_address(page);

	__free_page(page);
	if (objects_are_watched()) {
		p[100] ^= 0x3;
		udm_warn_expect("pagealloc: memory corruption in page", 1);
	}
	again = alloc_page(GFP_KERNEL);
	__free_page(again);
	if (objects_are_watched()) {
		p = page_address(again);
		p[4000] ^= 0x10;
		udm_warn_expect("pagealloc: single bit error in page", 1);
	}
	__free_page(alloc_page(GFP_KERNEL));
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(resizing_moves_the_red_zone)
{
	char *p = kmalloc(40, GFP_KERNEL);

	memset(p, 1, 40);
	p = krealloc(p, 60, GFP_KERNEL);
	memset(p, 2, 60);
	p = krealloc(p, 50, GFP_KERNEL);
	if (objects_are_watched()) {
		((volatile char *)p)[50] = 1;
		udm_warn_expect("at offset 50 of an object of 50 bytes", 1);
	}
	kfree(p);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	p = kmalloc(40, GFP_KERNEL);
	if (objects_are_watched())
		memset(p, 3, ksize(p));
	kfree(p);
	p = kmalloc(9000, GFP_KERNEL);
	p = krealloc(p, 12000, GFP_KERNEL);
	memset(p, 4, 12000);
	kfree(p);
}
END_TEST

static void construct(void *object)
{
	memset(object, 0x31, 48);
}

START_TEST(constructed_and_type_safe_objects_keep_their_contents)
{
	static const slab_flags_t flags[] = { 0, SLAB_TYPESAFE_BY_RCU };
	struct kmem_cache *cache = kmem_cache_create("kept", 48, 0, flags[_i], construct);
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);
	unsigned int i;

	ck_assert_ptr_null(memchr_inv(object, 0x31, 48));
	kmem_cache_free(cache, object);
	if (objects_are_watched() || flags[_i])
		ck_assert_ptr_null(memchr_inv(object, 0x31, 48));
	outlast_quarantine();
	for (i = 0; i < 10; i++) {
		object = kmem_cache_alloc(cache, GFP_KERNEL);
		ck_assert_ptr_null(memchr_inv(object, 0x31, 48));
		kmem_cache_free(cache, object);
	}
	kmem_cache_destroy(cache);
}
END_TEST

START_TEST(one_cache_can_be_watched_alone)
{
	struct kmem_cache *cache;
	char *p;

	boot_with("none", 0, UDM_MODE_SIM);
	cache = kmem_cache_create("watched", 48, 0,
				  SLAB_POISON | SLAB_RED_ZONE | SLAB_STORE_USER, NULL);
	p = kmem_cache_alloc(cache, GFP_KERNEL);
#ifndef UDM_PLAIN_ALLOC
	ck_assert_ptr_null(memchr_inv(p, POISON_INUSE, 48));
	((volatile char *)p)[48] = 1;
	udm_warn_expect("BUG watched: Right Redzone overwritten", 1);
#endif
	log_capture();
	kmem_cache_free(cache, p);
	udm_warn_expect("double free", 1);
	kmem_cache_free(cache, p);
	ck_assert_ptr_nonnull(strstr(log_text(), "freed by main/"));
	ck_assert_uint_eq(udm_warn_missing(), 0);
	kmem_cache_destroy(cache);
	machine_shutdown();
}
END_TEST

/* --- Call chains --- */

static noinline void *allocate_here(const void **site)
{
	*site = __builtin_return_address(0);
	return kmalloc(77, GFP_KERNEL);
}

static noinline struct page *allocate_page_here(const void **site)
{
	*site = __builtin_return_address(0);
	return alloc_pages(GFP_KERNEL, 1);
}

struct found {
	const void *site;
	unsigned int seen;
};

static void look_for_chain(void *ctx, const struct udm_leak_site *site)
{
	const unsigned long *frames;
	unsigned int nr = udm_debug_stack(site->stack, &frames), i;
	struct found *found = ctx;

	ck_assert_str_eq(site->comm, "main");
	for (i = 0; i < nr; i++)
		found->seen += frames[i] == (unsigned long)found->site;
}

START_TEST(leaks_know_their_call_chain)
{
	struct udm_leak_snapshot *before = udm_leak_snapshot();
	struct found found = { .seen = 0 };
	void *p = allocate_here(&found.site);
	struct page *page;

	ck_assert_uint_eq(udm_leak_since(before, look_for_chain, &found), 1);
	ck_assert_uint_eq(found.seen, 1);
	kfree(p);
	page = allocate_page_here(&found.site);
	ck_assert_uint_eq(udm_leak_since(before, look_for_chain, &found), 1);
	ck_assert_uint_eq(found.seen, 2);
	__free_pages(page, 1);
	udm_leak_snapshot_free(before);
}
END_TEST

struct left {
	void *allocated;
	void *freed;
	struct completion done;
};

static int leave_memory(void *data)
{
	struct left *left = data;

	left->allocated = kmalloc(33, GFP_KERNEL);
	kfree(left->freed);
	complete(&left->done);
	return 0;
}

START_TEST(reports_name_the_task)
{
	struct left left = { .freed = kmalloc(500, GFP_KERNEL) };
	const char *text;

	init_completion(&left.done);
	kthread_run(leave_memory, &left, "culprit");
	wait_for_completion(&left.done);
	udm_warn_expect("double free", 1);
	log_capture();
	kfree(left.freed);
	text = log_text();
	ck_assert_ptr_nonnull(strstr(text, "allocated by main/"));
	ck_assert_ptr_nonnull(strstr(text, "freed by culprit/"));
	log_capture();
	ck_assert_uint_gt(udm_leak_report(), 0);
	text = log_text();
	ck_assert_ptr_nonnull(strstr(text, "leak: the latest of them by culprit/"));
	kfree(left.allocated);
}
END_TEST

START_TEST(a_page_freed_twice_shows_both_chains)
{
	struct page *page = alloc_page(GFP_KERNEL);
	const char *text;

	__free_page(page);
	udm_warn_expect("freed again", 1);
	log_capture();
	__free_page(page);
	text = log_text();
	ck_assert_ptr_nonnull(strstr(text, "page last allocated by main/"));
	ck_assert_ptr_nonnull(strstr(text, "page last freed by main/"));
}
END_TEST

START_TEST(the_depot_keeps_a_chain_once)
{
	unsigned long chain[] = { 0x1000, 0x2000, 0x3000 }, *found;
	depot_stack_handle_t handle = stack_depot_save(chain, 3, GFP_ATOMIC);
	char text[64];

	ck_assert_uint_ne(handle, 0);
	ck_assert_uint_eq(stack_depot_save(chain, 3, GFP_ATOMIC), handle);
	ck_assert_uint_ne(stack_depot_save(chain, 2, GFP_ATOMIC), handle);
	ck_assert_uint_eq(stack_depot_save(chain, 0, GFP_ATOMIC), 0);
	ck_assert_uint_eq(stack_depot_fetch(handle, &found), 3);
	ck_assert_mem_eq(found, chain, sizeof(chain));
	ck_assert_uint_eq(stack_depot_fetch(0, &found), 0);
	ck_assert_uint_eq(stack_depot_fetch(~0u, &found), 0);
	ck_assert_int_eq(stack_depot_snprint(handle, text, sizeof(text), 1),
			 (int)strlen(text));
	ck_assert_ptr_eq(strchr(text, '0') ? text : NULL, text);
}
END_TEST

/* --- The whole under load --- */

START_TEST(quarantine_gives_way_to_need)
{
	struct chain {
		struct chain *next;
	} *all = NULL, *one;
	size_t round, count, first = 0;

	boot_with("none,poison,redzone,quarantine", SZ_16M, UDM_MODE_SIM);
	for (round = 0; round < 2; round++) {
		for (count = 0; (one = kmalloc(2000, GFP_KERNEL | __GFP_NOWARN)); count++) {
			one->next = all;
			all = one;
		}
		while ((one = all)) {
			all = one->next;
			kfree(one);
		}
		ck_assert_uint_gt(count, SZ_16M / 2000 / 8);
		ck_assert_uint_ge(count * 10, first * 9);
		first = count;
	}
	machine_shutdown();
}
END_TEST

#define WORKERS 4

static atomic_t passed_on[WORKERS][8];

/* Allocates, and frees what the neighbour allocated. */
static int shuffle(void *data)
{
	unsigned long me = (unsigned long)data;
	static void *slots[WORKERS][8];
	unsigned int i;

	for (i = 0; i < test_rounds(4000); i++) {
		void *p = xchg(&slots[(me + 1) % WORKERS][i % 8], NULL);

		kfree(p);
		p = kmalloc(16 + i * 37 % 3000, GFP_KERNEL);
		if (p)
			memset(p, i, 16);
		kfree(xchg(&slots[me][i % 8], p));
	}
	atomic_inc(&passed_on[me][0]);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	for (i = 0; i < 8; i++)
		kfree(xchg(&slots[me][i], NULL));
	return 0;
}

START_TEST(threads_pass_objects_around)
{
	struct task_struct *tasks[WORKERS];
	unsigned long i;

	boot_with(_i ? "none,poison,redzone,quarantine" : "none", 0, UDM_MODE_THREADS);
	for (i = 0; i < WORKERS; i++)
		tasks[i] = kthread_run(shuffle, (void *)i, "shuffle%lu", i);
	for (i = 0; i < WORKERS; i++)
		while (!atomic_read(&passed_on[i][0]))
			schedule_timeout_uninterruptible(1);
	for (i = 0; i < WORKERS; i++)
		kthread_stop(tasks[i]);
	ck_assert_uint_eq(udm_debug_check(), 0);
	machine_shutdown();
}
END_TEST

Suite *mem_debug_suite(void)
{
	Suite *s = suite_create("mem_debug");
	TCase *tc = tcase_create("settings");

	tcase_add_loop_test(tc, words_switch_things_on, 0, ARRAY_SIZE(settings));
	tcase_add_loop_test(tc, unknown_words_are_refused, 0, 5);
	tcase_add_test(tc, the_environment_wins);
	tcase_add_test(tc, shutdown_looks_at_what_is_left);
	tcase_add_test(tc, without_quarantine_reuse_finds_it);
	tcase_add_test(tc, one_cache_can_be_watched_alone);
	tcase_add_test(tc, quarantine_gives_way_to_need);
	tcase_add_loop_test(tc, threads_pass_objects_around, 0, 2);
	suite_add_tcase(s, tc);
	tc = tcase_create("all");
	tcase_add_checked_fixture(tc, boot_all, machine_shutdown);
	tcase_add_test(tc, contents_say_what_memory_is);
	tcase_add_loop_test(tc, a_write_outside_is_found_at_the_free, 0, ARRAY_SIZE(overruns));
	tcase_add_test(tc, a_write_behind_an_area_is_found);
	tcase_add_test(tc, a_report_names_the_call_site);
	tcase_add_test(tc, all_objects_can_be_looked_at);
	tcase_add_test(tc, a_write_after_the_free_is_found);
	tcase_add_test(tc, quarantine_delays_reuse);
	tcase_add_test(tc, a_write_to_a_free_page_is_found);
	tcase_add_test(tc, resizing_moves_the_red_zone);
	tcase_add_loop_test(tc, constructed_and_type_safe_objects_keep_their_contents, 0, 2);
	tcase_add_test(tc, leaks_know_their_call_chain);
	tcase_add_test(tc, reports_name_the_task);
	tcase_add_test(tc, a_page_freed_twice_shows_both_chains);
	tcase_add_test(tc, the_depot_keeps_a_chain_once);
	suite_add_tcase(s, tc);
	return s;
}
