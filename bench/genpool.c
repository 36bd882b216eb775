// SPDX-License-Identifier: GPL-2.0-only
/*
 * gen_pool at the scale of device memory: granules of 4 KiB, one at a time.
 *
 *	create		pool and chunk, against vzalloc() of that much: the cost of clearing it
 *	fill		every granule of an empty pool; ns per allocation
 *	N % full	a free of random granules and as many allocations, in groups of
 *			GROUP, the pool being filled so far; ns per pair
 *	random free	every granule of a full pool, in random order; ns per free
 *	bare load	of a random line of as much memory as the bitmap takes, each
 *			leading to the next: what a pair at a random address cannot do
 *			without, and what a neighbour on the same processor makes slower
 *	2 threads	the pairs of "90 % full" by two threads in one pool, ns of each
 *	pages		the same with a pool of 65,536 chunks of one granule; a free
 *			asks has_addr() first
 *
 * for pools of 1, 4, 16 and 64 GiB. Beside each figure stands that of a linear first
 * fit (word by word from the first bit of the newest chunk; the same bitmaps, the
 * same compare-and-swap), and that of jemalloc's mallocx(4096) with as many objects,
 * up to 4 GiB of them, never touched. What the linear one fills is measured at
 * sixteen depths: filling 64 GiB by it takes half an hour.
 *
 * Each figure is the median of RUNS runs, in processor time of its thread; which
 * granules to free is decided outside of it.
 */
#include <linux/genalloc.h>
#include <linux/kernel.h>
#include <linux/vmalloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <udevmem/leak.h>
#include <udevmem/task.h>
#include <udevmem/udevmem.h>

#include "report.h"

#define PAGE		4096UL
#define LINE		64UL
#define BASE		0x100000000UL
#define GIB		(1UL << 30)
#define MAX_GRANULES	(64 * GIB / PAGE)
#define PAGES		65536UL
#define RUNS		9
#define GROUP		64
#define BATCH		65536UL		/* pairs per run */
#define LINEAR_BATCH	256UL
#define DEPTHS		16UL
#define JEMALLOC_MAX	(4 * GIB / PAGE)

#define MAX_PAIR_NS	120.0		/* in steady state, whatever the size and filling */
#define MAX_SIZE_RATIO	1.5		/* 64 GiB to 1 GiB */
#define MIN_LINEAR_RATIO 200.0		/* at 16 GiB, 90 % full */
#define MAX_BITS	1.1		/* of metadata per granule, besides what every pool needs */

/* libkern brings jemalloc along, except in a build with --enable-asan or --enable-tsan. */
extern void *mallocx(size_t size, int flags) __attribute__((weak));
extern void sdallocx(void *mem, size_t size, int flags) __attribute__((weak));

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static unsigned long next_random(void)
{
	static __thread unsigned long x = 88172645463325252UL;

	x ^= x << 13;
	x ^= x >> 7;
	return x ^= x << 17;
}

static void *must(void *mem)
{
	if (!mem) {
		fprintf(stderr, "genpool: out of memory\n");
		exit(EXIT_FAILURE);
	}
	return mem;
}

/* The linear allocator. */
struct linear_chunk {
	struct linear_chunk *next;
	unsigned long start, granules;
	long avail;
	unsigned long bits[];
};

static struct linear_chunk *linear_chunks;

static void linear_add(unsigned long start, size_t size)
{
	unsigned long words = (size / PAGE + 63) / 64;
	struct linear_chunk *c = must(calloc(1, sizeof(*c) + words * sizeof(long)));

	c->start = start;
	c->granules = size / PAGE;
	c->avail = size;
	c->next = linear_chunks;
	linear_chunks = c;
}

static void linear_drop(void)
{
	while (linear_chunks) {
		struct linear_chunk *c = linear_chunks;

		linear_chunks = c->next;
		free(c);
	}
}

/* The first n granules become used, all others free. */
static void linear_fill_to(unsigned long n)
{
	struct linear_chunk *c = linear_chunks;

	memset(c->bits, 0, (c->granules + 63) / 64 * sizeof(long));
	memset(c->bits, 0xff, n / 64 * sizeof(long));
	if (n % 64)
		c->bits[n / 64] = (1UL << n % 64) - 1;
	c->avail = (c->granules - n) * PAGE;
}

static unsigned long linear_take(struct linear_chunk *c)
{
	for (unsigned long i = 0; i < c->granules; i += 64) {
		unsigned long *word = &c->bits[i / 64];
		unsigned long seen = __atomic_load_n(word, __ATOMIC_RELAXED);

		while (~seen) {
			unsigned int bit = __builtin_ctzl(~seen);

			if (i + bit >= c->granules)
				return 0;
			if (!__atomic_compare_exchange_n(word, &seen, seen | 1UL << bit, false,
							 __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
				continue;
			__atomic_fetch_sub(&c->avail, PAGE, __ATOMIC_SEQ_CST);
			return c->start + (i + bit) * PAGE;
		}
	}
	return 0;
}

static unsigned long linear_alloc(void)
{
	unsigned long addr;

	for (struct linear_chunk *c = linear_chunks; c; c = c->next) {
		if (__atomic_load_n(&c->avail, __ATOMIC_RELAXED) < (long)PAGE)
			continue;
		addr = linear_take(c);
		if (addr)
			return addr;
	}
	return 0;
}

static struct linear_chunk *linear_find(unsigned long addr)
{
	struct linear_chunk *c = linear_chunks;

	while (c && addr - c->start >= c->granules * PAGE)
		c = c->next;
	return c;
}

static void linear_free(unsigned long addr)
{
	struct linear_chunk *c = linear_find(addr);
	unsigned long i = (addr - c->start) / PAGE;

	__atomic_fetch_and(&c->bits[i / 64], ~(1UL << i % 64), __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&c->avail, PAGE, __ATOMIC_SEQ_CST);
}

static void linear_ask_and_free(unsigned long addr)
{
	if (!linear_find(addr))
		abort();
	linear_free(addr);
}

static struct gen_pool *pool;

static unsigned long pool_alloc(void)
{
	return gen_pool_alloc(pool, PAGE);
}

static void pool_free(unsigned long addr)
{
	gen_pool_free(pool, addr, PAGE);
}

static void pool_ask_and_free(unsigned long addr)
{
	if (!gen_pool_has_addr(pool, addr, PAGE))
		abort();
	gen_pool_free(pool, addr, PAGE);
}

static unsigned long jemalloc_alloc(void)
{
	return (unsigned long)must(mallocx(PAGE, 0));
}

static void jemalloc_free(unsigned long addr)
{
	sdallocx((void *)addr, PAGE, 0);
}

struct allocator {
	unsigned long (*alloc)(void);
	void (*free)(unsigned long addr);
};

static const struct allocator ours = { pool_alloc, pool_free };
static const struct allocator ours_asking = { pool_alloc, pool_ask_and_free };
static const struct allocator linear = { linear_alloc, linear_free };
static const struct allocator linear_asking = { linear_alloc, linear_ask_and_free };
static const struct allocator jemalloc = { jemalloc_alloc, jemalloc_free };

/* What an allocator has handed out and not got back. */
struct held {
	unsigned long *addr;
	unsigned long nr;
};

/* Those to be freed next come last. */
static void choose(struct held *held, unsigned long n)
{
	for (unsigned long i = 0; i < n; i++) {
		unsigned long last = held->nr - 1 - i, at = next_random() % (last + 1);
		unsigned long addr = held->addr[at];

		held->addr[at] = held->addr[last];
		held->addr[last] = addr;
	}
}

static double take(const struct allocator *a, struct held *held, unsigned long n)
{
	double start = now_ns();

	for (unsigned long i = 0; i < n; i++) {
		unsigned long addr = a->alloc();

		if (!addr)
			abort();
		held->addr[held->nr++] = addr;
	}
	return n ? (now_ns() - start) / n : 0;
}

static double give(const struct allocator *a, struct held *held, unsigned long n)
{
	double start = now_ns();

	for (unsigned long i = 0; i < n; i++)
		a->free(held->addr[--held->nr]);
	return n ? (now_ns() - start) / n : 0;
}

/* Nanoseconds per pair, with those that come last. */
static double pairs(const struct allocator *a, struct held *held, unsigned long n)
{
	unsigned long *at = held->addr + held->nr - n;
	double start = now_ns();

	for (; at < held->addr + held->nr; at += GROUP) {
		for (unsigned int i = 0; i < GROUP; i++)
			a->free(at[i]);
		for (unsigned int i = 0; i < GROUP; i++)
			at[i] = a->alloc();
	}
	return (now_ns() - start) / n;
}

/*
 * The same n of all that is held, anywhere in the pool, in another order each time: to
 * choose from all of it between the runs would leave nothing of the pool in the caches.
 */
static double median_pairs(const struct allocator *a, struct held *held, unsigned long n)
{
	struct held some;
	double runs[RUNS];

	n = min(n, held->nr) / GROUP * GROUP;
	choose(held, n);
	some = (struct held){ held->addr + held->nr - n, n };
	pairs(a, &some, n);
	for (int i = 0; i < RUNS; i++) {
		choose(&some, n);
		runs[i] = pairs(a, &some, n);
	}
	return report_median(runs, RUNS);
}

/* Zero stands for what was not measured. */
static void show(const char *what, double ns, double base, double malloc_ns)
{
	static bool again;

	if (!again)
		printf("%-24s %10s %12s %8s %10s %8s\n", "ns", "gen_pool", "linear", "ratio",
		       "jemalloc", "ratio");
	again = true;
	printf("%-24s %10.1f", what, ns);
	if (base)
		printf(" %12.1f %7.1fx", base, base / ns);
	else
		printf(" %12s %8s", "-", "-");
	if (malloc_ns)
		printf(" %10.1f %7.2fx", malloc_ns, malloc_ns / ns);
	printf("\n");
	fflush(stdout);
	report_value(what, "gen_pool", ns);
	if (base)
		report_value(what, "linear", base);
	if (malloc_ns)
		report_value(what, "jemalloc", malloc_ns);
}

static struct gen_pool *pool_of_chunks(unsigned long chunks, size_t size)
{
	struct gen_pool *p = must(gen_pool_create(12, -1));

	for (unsigned long i = 0; i < chunks; i++)
		if (gen_pool_add_virt(p, BASE + 2 * i * size, i * size, size, -1))
			must(NULL);
	return p;
}

static const unsigned int sizes[] = { 1, 4, 16, 64 };
static const unsigned int levels[] = { 50, 90, 99 };

#define SIZES ARRAY_SIZE(sizes)
#define LEVELS ARRAY_SIZE(levels)

/* Steady state, by size and level. */
static double steady[SIZES][LEVELS], steady_linear[SIZES][LEVELS], steady_malloc[SIZES][LEVELS];
static struct held held;

/* Returns the bytes of the metadata. */
static size_t bench_create(unsigned int gib)
{
	double runs[RUNS], clears[RUNS], start;
	size_t before = udm_live_bytes(), bytes;
	char what[32];
	void *mem;

	pool = pool_of_chunks(1, gib * GIB);
	bytes = udm_live_bytes() - before;
	gen_pool_destroy(pool);
	/* Of both the second one, which finds the memory of the first: else it is the order. */
	for (int i = 0; i < 2 * RUNS; i++) {
		start = now_ns();
		pool = pool_of_chunks(1, gib * GIB);
		runs[i / 2] = now_ns() - start;
		gen_pool_destroy(pool);
	}
	for (int i = 0; i < 2 * RUNS; i++) {
		start = now_ns();
		mem = must(vzalloc(bytes));
		clears[i / 2] = now_ns() - start;
		vfree(mem);
	}
	snprintf(what, sizeof(what), "%2u GiB create", gib);
	show(what, report_median(runs, RUNS), 0, 0);
	snprintf(what, sizeof(what), "%2u GiB vzalloc", gib);
	show(what, report_median(clears, RUNS), 0, 0);
	return bytes;
}

static double ours_fill(unsigned long n)
{
	double runs[RUNS];

	for (int i = 0; i < RUNS; i++) {
		held.nr = 0;
		runs[i] = take(&ours, &held, n);
		gen_pool_free(pool, BASE, n * PAGE);
	}
	held.nr = 0;
	return report_median(runs, RUNS);
}

static double linear_fill(unsigned long n)
{
	double sum = 0;

	for (unsigned long i = 0; i < DEPTHS; i++) {
		linear_fill_to((2 * i + 1) * (n / (2 * DEPTHS)));
		held.nr = 0;
		sum += take(&linear, &held, LINEAR_BATCH);
	}
	held.nr = 0;
	return sum / DEPTHS;
}

static double ours_random_free(unsigned long n)
{
	double runs[RUNS];

	for (int i = 0; i < RUNS; i++) {
		take(&ours, &held, n - held.nr);
		choose(&held, n);
		runs[i] = give(&ours, &held, n);
	}
	return report_median(runs, RUNS);
}

static double linear_random_free(unsigned long n)
{
	linear_fill_to(n);
	for (held.nr = 0; held.nr < n; held.nr++)
		held.addr[held.nr] = BASE + held.nr * PAGE;
	choose(&held, n);
	return give(&linear, &held, n);
}

static double bare_load(size_t bytes)
{
	unsigned long nr = bytes / LINE, *lines = must(aligned_alloc(PAGE, bytes));
	struct held order = { must(malloc(nr * sizeof(long))), 0 };
	unsigned long at = 0;
	double runs[RUNS], start;

	for (; order.nr < nr; order.nr++)
		order.addr[order.nr] = order.nr * (LINE / sizeof(long));
	choose(&order, nr - 1);
	for (unsigned long i = 0; i < nr; i++)
		lines[order.addr[i]] = order.addr[(i + 1) % nr];
	for (int run = 0; run < RUNS; run++) {
		start = now_ns();
		for (unsigned long i = 0; i < BATCH; i++)
			at = READ_ONCE(lines[at]);
		runs[run] = (now_ns() - start) / BATCH;
	}
	free(order.addr);
	free(lines);
	return report_median(runs, RUNS);
}

static void steady_ours(unsigned int s, unsigned long n)
{
	for (unsigned int l = 0; l < LEVELS; l++) {
		take(&ours, &held, n * levels[l] / 100 - held.nr);
		steady[s][l] = median_pairs(&ours, &held, BATCH);
	}
}

static void steady_by_linear(unsigned int s, unsigned long n)
{
	for (unsigned int l = 0; l < LEVELS; l++) {
		linear_fill_to(n * levels[l] / 100);
		for (held.nr = 0; held.nr < n * levels[l] / 100; held.nr++)
			held.addr[held.nr] = BASE + held.nr * PAGE;
		steady_linear[s][l] = median_pairs(&linear, &held, LINEAR_BATCH);
	}
	held.nr = 0;
}

/* Fills, keeps and empties as the pool of n granules was; 0 where that is too much. */
static void bench_malloc(unsigned int s, unsigned long n, double *fill, double *drain)
{
	*fill = *drain = 0;
	if (!mallocx || n > JEMALLOC_MAX)
		return;
	held.nr = 0;
	*fill = take(&jemalloc, &held, n);
	choose(&held, n);
	*drain = give(&jemalloc, &held, n);
	for (unsigned int l = 0; l < LEVELS; l++) {
		take(&jemalloc, &held, n * levels[l] / 100 - held.nr);
		steady_malloc[s][l] = median_pairs(&jemalloc, &held, BATCH);
	}
	give(&jemalloc, &held, held.nr);
}

static void bench_size(unsigned int s)
{
	unsigned long n = sizes[s] * (GIB / PAGE);
	double fill, drain, fill_linear, drain_linear, fill_malloc, drain_malloc;
	char what[32];

	bench_malloc(s, n, &fill_malloc, &drain_malloc);
	linear_add(BASE, n * PAGE);
	fill_linear = linear_fill(n);
	steady_by_linear(s, n);
	drain_linear = linear_random_free(n);
	linear_drop();
	pool = pool_of_chunks(1, n * PAGE);
	fill = ours_fill(n);
	steady_ours(s, n);
	drain = ours_random_free(n);
	gen_pool_destroy(pool);

	snprintf(what, sizeof(what), "%2u GiB fill", sizes[s]);
	show(what, fill, fill_linear, fill_malloc);
	for (unsigned int l = 0; l < LEVELS; l++) {
		snprintf(what, sizeof(what), "%2u GiB %u %% full", sizes[s], levels[l]);
		show(what, steady[s][l], steady_linear[s][l], steady_malloc[s][l]);
	}
	snprintf(what, sizeof(what), "%2u GiB random free", sizes[s]);
	show(what, drain, drain_linear, drain_malloc);
	snprintf(what, sizeof(what), "%2u GiB bare load", sizes[s]);
	show(what, bare_load(n / 8), 0, 0);
}

/*
 * The largest pool beside the smallest, their runs in turn, so that what else the machine
 * does meanwhile meets both alike: the median ratio of neighbours, at its worst level.
 * Each run follows one that is not measured: a steady state is that of a pool in use, not
 * of one whose turn it has just become.
 */
static double bench_scale(void)
{
	unsigned long n[2] = { sizes[0] * (GIB / PAGE), sizes[SIZES - 1] * (GIB / PAGE) };
	struct gen_pool *pools[2] = { pool_of_chunks(1, n[0] * PAGE),
				      pool_of_chunks(1, n[1] * PAGE) };
	struct held all[2] = { { must(malloc(n[0] * sizeof(long))), 0 }, { held.addr, 0 } };
	struct held some[2];
	double ratios[RUNS], ns[2], worst = 0;

	for (unsigned int l = 0; l < LEVELS; l++) {
		for (int i = 0; i < 2; i++) {
			pool = pools[i];
			take(&ours, &all[i], n[i] * levels[l] / 100 - all[i].nr);
			choose(&all[i], BATCH);
			some[i] = (struct held){ all[i].addr + all[i].nr - BATCH, BATCH };
		}
		for (int run = 0; run < RUNS; run++) {
			for (int i = 0; i < 2; i++) {
				pool = pools[i];
				choose(&some[i], BATCH);
				pairs(&ours, &some[i], BATCH);
				choose(&some[i], BATCH);
				ns[i] = pairs(&ours, &some[i], BATCH);
			}
			ratios[run] = ns[1] / ns[0];
		}
		worst = max(worst, report_median(ratios, RUNS));
	}
	for (int i = 0; i < 2; i++) {
		pool = pools[i];
		give(&ours, &all[i], all[i].nr);
		gen_pool_destroy(pool);
	}
	free(all[0].addr);
	return worst;
}

/* Two threads, each with what it holds itself. */
struct party {
	const struct allocator *a;
	struct held held;
	unsigned long batch;
	double ns;
};

static void *party_run(void *arg)
{
	struct party *p = arg;

	p->ns = median_pairs(p->a, &p->held, p->batch);
	return NULL;
}

/* The mean of both; what is held is given to them half and half. */
static double two_threads(const struct allocator *a, unsigned long batch)
{
	struct udm_thread *threads[2];
	struct party parties[2];
	unsigned long half = held.nr / 2;

	for (int i = 0; i < 2; i++) {
		parties[i] = (struct party){ a, { held.addr + i * half, half }, batch, 0 };
		threads[i] = must(udm_thread_create("bench", party_run, &parties[i]));
	}
	for (int i = 0; i < 2; i++)
		udm_thread_join(threads[i]);
	return (parties[0].ns + parties[1].ns) / 2;
}

static void bench_threads(void)
{
	unsigned long n = 4 * GIB / PAGE, used = n * 9 / 10;
	double ns, base, malloc_ns = 0;

	pool = pool_of_chunks(1, n * PAGE);
	held.nr = 0;
	take(&ours, &held, used);
	ns = two_threads(&ours, 4 * BATCH);
	give(&ours, &held, used);
	gen_pool_destroy(pool);

	linear_add(BASE, n * PAGE);
	linear_fill_to(used);
	for (held.nr = 0; held.nr < used; held.nr++)
		held.addr[held.nr] = BASE + held.nr * PAGE;
	base = two_threads(&linear, 16 * LINEAR_BATCH);
	linear_drop();
	held.nr = 0;
	if (mallocx) {
		take(&jemalloc, &held, used);
		malloc_ns = two_threads(&jemalloc, 4 * BATCH);
		give(&jemalloc, &held, used);
	}
	show(" 4 GiB 2 threads", ns, base, malloc_ns);
}

static void bench_pages(void)
{
	double start = now_ns(), add, fill, full, fill_linear, full_linear, ns, base;

	pool = pool_of_chunks(PAGES, PAGE);
	add = (now_ns() - start) / PAGES;
	held.nr = 0;
	fill = take(&ours, &held, PAGES * 9 / 10);
	full = median_pairs(&ours_asking, &held, BATCH);
	take(&ours, &held, PAGES - held.nr);
	choose(&held, PAGES);
	ns = give(&ours_asking, &held, PAGES);
	gen_pool_destroy(pool);

	for (unsigned long i = 0; i < PAGES; i++)
		linear_add(BASE + 2 * i * PAGE, PAGE);
	fill_linear = take(&linear, &held, PAGES * 9 / 10);
	full_linear = median_pairs(&linear_asking, &held, LINEAR_BATCH);
	choose(&held, LINEAR_BATCH);
	base = give(&linear_asking, &held, LINEAR_BATCH);
	linear_drop();

	show("pages add", add, 0, 0);
	show("pages fill to 90 %", fill, fill_linear, 0);
	show("pages 90 % full", full, full_linear, 0);
	show("pages random free", ns, base, 0);
}

static void judge(double bits, double scale)
{
	double worst = 0, ratio;

	for (unsigned int l = 0; l < LEVELS; l++)
		for (unsigned int s = 0; s < SIZES; s++)
			worst = max(worst, steady[s][l]);
	report_at_most("worst ns per pair", worst, MAX_PAIR_NS);
	report_at_most("64 GiB to 1 GiB, worst level", scale, MAX_SIZE_RATIO);
	ratio = steady_linear[2][1] / steady[2][1];
	report_at_least("linear to gen_pool, 16 GiB 90 % full", ratio, MIN_LINEAR_RATIO);
	report_at_most("metadata, bits per granule", bits, MAX_BITS);
}

int main(int argc, char **argv)
{
	const struct udm_config cfg = { .mode = UDM_MODE_THREADS };
	size_t bytes[SIZES];
	double bits;
	int err;

	report_begin(argc, argv, "genpool",
		     "\ngen_pool at the scale of device memory, see genpool.c.");
	if (udm_boot(&cfg))
		return EXIT_FAILURE;
	held.addr = must(malloc(MAX_GRANULES * sizeof(*held.addr)));
	for (unsigned int s = 0; s < SIZES; s++)
		bytes[s] = bench_create(sizes[s]);
	bits = (bytes[SIZES - 1] - bytes[0]) * 8.0 / ((sizes[SIZES - 1] - sizes[0]) * (GIB / PAGE));
	for (unsigned int s = 0; s < SIZES; s++)
		bench_size(s);
	bench_threads();
	bench_pages();
	judge(bits, bench_scale());
	free(held.addr);
	err = udm_shutdown();
	return report_end() || err ? EXIT_FAILURE : EXIT_SUCCESS;
}
