// SPDX-License-Identifier: GPL-2.0-only
/*
 * gen_pool: nanoseconds per operation on pools of 4 KiB granules.
 *
 *	fill		a pool of 1, 4, 16 GiB, one granule at a time
 *	90 %, 99.9 %	a free of a random granule and an allocation, 4 GiB so full
 *	last one	the same when only one granule is ever free
 *	alternating	a request for two granules that cannot be met, every other
 *			granule of 4 GiB being free
 *	best fit	one granule out of the same map
 *	pages		a pool of 2^14, 2^18 chunks of one granule: fill, then free
 *			and allocate at random, with has_addr() before each free
 *
 * One thread, its processor time; each number is the mean of a run. Usage: genpool
 */
#include <linux/genalloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <udevmem/udevmem.h>

#define PAGE 4096UL
#define BASE 0x100000000UL
#define GIB (1UL << 30)

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static unsigned long next_random(void)
{
	static unsigned long x = 88172645463325252UL;

	x ^= x << 13;
	x ^= x >> 7;
	return x ^= x << 17;
}

static void report(const char *what, double ns, unsigned long ops)
{
	printf("%-28s %10.1f ns\n", what, ns / ops);
}

static struct gen_pool *pool_of_chunks(unsigned long chunks, size_t size)
{
	struct gen_pool *pool = gen_pool_create(12, -1);

	for (unsigned long i = 0; pool && i < chunks; i++)
		if (gen_pool_add_virt(pool, BASE + 2 * i * size, i * size, size, -1))
			exit(EXIT_FAILURE);
	return pool;
}

static unsigned long fill(struct gen_pool *pool)
{
	unsigned long n = 0;

	while (gen_pool_alloc(pool, PAGE))
		n++;
	return n;
}

static void bench_fill(size_t size)
{
	struct gen_pool *pool = pool_of_chunks(1, size);
	double start = now_ns();
	unsigned long n = fill(pool);
	char what[32];

	snprintf(what, sizeof(what), "fill %zu GiB", size / GIB);
	report(what, now_ns() - start, n);
	gen_pool_free(pool, BASE, size);
	gen_pool_destroy(pool);
}

/* What is free is always the same number of granules; which ones changes at random. */
static void bench_steady(const char *what, unsigned long free_granules)
{
	struct gen_pool *pool = pool_of_chunks(1, 4 * GIB);
	unsigned long n = 4 * GIB / PAGE, ops = 1000000, *held;
	double start;

	held = malloc(n * sizeof(*held));
	fill(pool);
	for (unsigned long i = 0; i < n; i++)
		held[i] = BASE + i * PAGE;
	for (unsigned long i = 0; i < free_granules; i++) {
		unsigned long at = next_random() % n;

		gen_pool_free(pool, held[at], PAGE);
		held[at] = held[--n];
	}
	start = now_ns();
	for (unsigned long i = 0; i < ops; i++) {
		unsigned long at = next_random() % n;

		gen_pool_free(pool, held[at], PAGE);
		held[at] = gen_pool_alloc(pool, PAGE);
	}
	report(what, now_ns() - start, ops);
	while (n)
		gen_pool_free(pool, held[--n], PAGE);
	gen_pool_destroy(pool);
	free(held);
}

static void bench_fragmented(void)
{
	struct gen_pool *pool = pool_of_chunks(1, 4 * GIB);
	unsigned long n = fill(pool), calls = 100;
	double start;

	for (unsigned long i = 0; i < n; i += 2)
		gen_pool_free(pool, BASE + i * PAGE, PAGE);
	start = now_ns();
	for (unsigned long i = 0; i < calls; i++)
		gen_pool_alloc(pool, 2 * PAGE);
	report("alternating, 2 granules", now_ns() - start, calls);
	start = now_ns();
	for (unsigned long i = 0; i < calls; i++)
		gen_pool_alloc_algo(pool, 2 * PAGE, gen_pool_best_fit, NULL);
	report("alternating, best fit of 2", now_ns() - start, calls);
	fill(pool);
	gen_pool_free(pool, BASE, n * PAGE);
	gen_pool_destroy(pool);
}

static void bench_pages(unsigned int shift)
{
	unsigned long n = 1UL << shift, ops = 500000;
	double start = now_ns();
	struct gen_pool *pool = pool_of_chunks(n, PAGE);
	char what[32];

	snprintf(what, sizeof(what), "2^%u pages, add", shift);
	report(what, now_ns() - start, n);
	start = now_ns();
	fill(pool);
	snprintf(what, sizeof(what), "2^%u pages, fill", shift);
	report(what, now_ns() - start, n);
	start = now_ns();
	for (unsigned long i = 0; i < ops; i++) {
		unsigned long addr = BASE + 2 * (next_random() % n) * PAGE;

		if (!gen_pool_has_addr(pool, addr, PAGE))
			abort();
		gen_pool_free(pool, addr, PAGE);
		gen_pool_alloc(pool, PAGE);
	}
	snprintf(what, sizeof(what), "2^%u pages, free and alloc", shift);
	report(what, now_ns() - start, ops);
	for (unsigned long i = 0; i < n; i++)
		gen_pool_free(pool, BASE + 2 * i * PAGE, PAGE);
	gen_pool_destroy(pool);
}

int main(void)
{
	const struct udm_config cfg = { .mode = UDM_MODE_THREADS };

	if (udm_boot(&cfg))
		return EXIT_FAILURE;
	bench_fill(GIB);
	bench_fill(4 * GIB);
	bench_fill(16 * GIB);
	bench_steady("90 % full, free and alloc", 4 * GIB / PAGE / 10);
	bench_steady("99.9 % full, free and alloc", 4 * GIB / PAGE / 1000);
	bench_steady("last one, free and alloc", 1);
	bench_fragmented();
	bench_pages(14);
	bench_pages(18);
	return udm_shutdown() ? EXIT_FAILURE : EXIT_SUCCESS;
}
