// SPDX-License-Identifier: GPL-2.0-only
/*
 * libkern's allocators against jemalloc's: nanoseconds per allocation and free.
 *
 *	kmalloc N	kmalloc(N), kfree(); N known to the compiler
 *	kmalloc var	the same, size from memory
 *	burst N		64 objects allocated, then 64 freed, in that order
 *	kmem_cache N	kmem_cache_alloc(), kmem_cache_free()
 *	page, order N	alloc_pages(), __free_pages()
 *	bulk		alloc_pages_bulk() of 16, freed one by one
 *
 * The baseline of each row is mallocx() and sdallocx() of the same size with
 * jemalloc's own thread cache. Runs of both alternate, RUNS of each; shown are the
 * medians and the median of the ratios of neighbouring runs. UDM_DEBUG shows what
 * memory debugging costs, with fewer loops per run.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <jemalloc/jemalloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <udevmem/memdebug.h>
#include <udevmem/udevmem.h>

#include "report.h"

#define RUNS	31
#define LOOPS	100000
#define LOOPS_DEBUG 1000
#define BURST	64
#define BULK	16
#define LIMIT	1.3

static int loops = LOOPS;
static size_t size;
static unsigned int order;
static struct kmem_cache *cache;

/* The compiler must neither drop a pair nor know what is in the memory. */
#define KEEP(p) __asm__ volatile("" : : "r"(p) : "memory")

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static void base_pair(void)
{
	for (int i = 0; i < loops; i++) {
		void *p = mallocx(size, 0);

		KEEP(p);
		sdallocx(p, size, 0);
	}
}

static void base_burst(void)
{
	void *p[BURST];

	for (int i = 0; i < loops / BURST; i++) {
		for (int k = 0; k < BURST; k++)
			p[k] = mallocx(size, 0);
		KEEP(p);
		for (int k = 0; k < BURST; k++)
			sdallocx(p[k], size, 0);
	}
}

static void run_kmalloc(void)
{
	for (int i = 0; i < loops; i++) {
		void *p = kmalloc(size, GFP_ATOMIC);

		KEEP(p);
		kfree(p);
	}
}

#define DEFINE_CONSTANT_RUN(n)					\
static void run_kmalloc_##n(void)				\
{								\
	for (int i = 0; i < loops; i++) {			\
		void *p = kmalloc(n, GFP_ATOMIC);		\
								\
		KEEP(p);					\
		kfree(p);					\
	}							\
}

DEFINE_CONSTANT_RUN(8)
DEFINE_CONSTANT_RUN(64)
DEFINE_CONSTANT_RUN(256)
DEFINE_CONSTANT_RUN(1024)
DEFINE_CONSTANT_RUN(4096)

static void run_burst(void)
{
	void *p[BURST];

	for (int i = 0; i < loops / BURST; i++) {
		for (int k = 0; k < BURST; k++)
			p[k] = kmalloc(size, GFP_ATOMIC);
		KEEP(p);
		for (int k = 0; k < BURST; k++)
			kfree(p[k]);
	}
}

static void run_cache(void)
{
	for (int i = 0; i < loops; i++) {
		void *p = kmem_cache_alloc(cache, GFP_ATOMIC);

		KEEP(p);
		kmem_cache_free(cache, p);
	}
}

static void run_pages(void)
{
	for (int i = 0; i < loops; i++) {
		struct page *page = alloc_pages(GFP_ATOMIC, order);

		KEEP(page);
		__free_pages(page, order);
	}
}

static void run_bulk(void)
{
	for (int i = 0; i < loops / BULK; i++) {
		struct page *pages[BULK] = { NULL };

		alloc_pages_bulk(GFP_ATOMIC, BULK, pages);
		for (int k = 0; k < BULK; k++)
			__free_page(pages[k]);
	}
}

static double time_run(void (*run)(void))
{
	double start = now_ns();

	run();
	return (now_ns() - start) / loops;
}

/* Prints a row; returns the median ratio. */
static double compare(const char *what, void (*ours)(void), void (*base)(void))
{
	double a[RUNS], b[RUNS], ratio[RUNS], r;

	ours();
	base();
	for (int i = 0; i < RUNS; i++) {
		b[i] = time_run(base);
		a[i] = time_run(ours);
		ratio[i] = a[i] / b[i];
	}
	r = report_median(ratio, RUNS);
	report_value(what, "libkern", report_median(a, RUNS));
	report_value(what, "jemalloc", report_median(b, RUNS));
	printf("%-20s %8.2f ns %8.2f ns %6.2f\n", what, a[RUNS / 2], b[RUNS / 2], r);
	return r;
}

static double compare_sizes(void)
{
	static const struct {
		size_t size;
		void (*run)(void);
	} rows[] = {
		{ 8, run_kmalloc_8 }, { 64, run_kmalloc_64 }, { 256, run_kmalloc_256 },
		{ 1024, run_kmalloc_1024 }, { 4096, run_kmalloc_4096 },
	};
	double worst = 0, r;
	char what[32];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size = rows[i].size;
		snprintf(what, sizeof(what), "kmalloc %zu", size);
		r = compare(what, rows[i].run, base_pair);
		worst = r > worst ? r : worst;
		snprintf(what, sizeof(what), "kmalloc var %zu", size);
		r = compare(what, run_kmalloc, base_pair);
		worst = r > worst ? r : worst;
	}
	return worst;
}

static void compare_rest(void)
{
	char what[32];

	for (size = 64; size <= 1024; size *= 4) {
		snprintf(what, sizeof(what), "burst %zu", size);
		compare(what, run_burst, base_burst);
		snprintf(what, sizeof(what), "kmem_cache %zu", size);
		cache = kmem_cache_create(what, size, 0, 0, NULL);
		compare(what, run_cache, base_pair);
		kmem_cache_destroy(cache);
	}
	for (order = 0; order <= 3; order += 3) {
		size = PAGE_SIZE << order;
		snprintf(what, sizeof(what), "page, order %u", order);
		compare(what, run_pages, base_pair);
	}
	size = PAGE_SIZE;
	compare("bulk", run_bulk, base_burst);
}

int main(int argc, char **argv)
{
	struct udm_config cfg = { .mode = UDM_MODE_THREADS };
	int err;

	report_begin(argc, argv, "libkern_memory",
		     "[threads|sim]\nThe allocators, see libkern_memory.c.");
	if (report_word() && !strcmp(report_word(), "sim"))
		cfg.mode = UDM_MODE_SIM;
	if (udm_boot(&cfg))
		return EXIT_FAILURE;
	if (udm_debug())
		loops = LOOPS_DEBUG;
	printf("%-20s %11s %11s %6s\n", "", "libkern", "jemalloc", "ratio");
	report_at_most("worst kmalloc pair, of jemalloc's", compare_sizes(), LIMIT);
	compare_rest();
	err = udm_shutdown();
	return report_end() || err ? EXIT_FAILURE : EXIT_SUCCESS;
}
