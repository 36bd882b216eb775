// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random operations on a pool and on the model side by side: every address, every
 * counter must be the same, for several orders, many chunks of odd sizes, every
 * algorithm, and for chunks large enough to have a bitmap of many words.
 */
#include "pool_rig.h"
#include "model.h"

#include <linux/kernel.h>
#include <linux/prandom.h>

#define MAX_LIVE 4096

struct live {
	unsigned long addr;
	size_t size;
};

struct walk {
	struct gen_pool *pool;
	struct model model;
	struct rnd_state rnd;
	struct live live[MAX_LIVE];
	unsigned int nr_live;
	unsigned int wrong;
	size_t largest;
};

static u32 roll(struct walk *w, u32 sides)
{
	return prandom_u32_state(&w->rnd) % sides;
}

static void walk_add(struct walk *w, unsigned long start, size_t size)
{
	model_add(&w->model, start, size);
	ck_assert_int_eq(gen_pool_add(w->pool, start, size, -1), 0);
}

/* A small size mostly, sometimes a large one. */
static size_t roll_size(struct walk *w)
{
	size_t granule = 1UL << w->model.order;
	u32 kind = roll(w, 10);

	if (kind < 5)
		return 1 + roll(w, granule);
	if (kind < 9)
		return 1 + roll(w, 6 * granule);
	return 1 + roll(w, w->largest);
}

static void walk_alloc(struct walk *w)
{
	enum model_algo algo = roll(w, 3) ? FIRST_FIT : roll(w, MODEL_ALGOS);
	struct genpool_data_align align = { .align = 1 << roll(w, 8 + w->model.order / 2) };
	struct genpool_data_fixed fixed = {
		.offset = (unsigned long)roll(w, 40) << w->model.order,
	};
	static const genpool_algo_t algos[] = {
		gen_pool_first_fit, gen_pool_first_fit_align, gen_pool_fixed_alloc,
		gen_pool_first_fit_order_align, gen_pool_best_fit,
	};
	void *data[] = { NULL, &align, &fixed, NULL, NULL };
	unsigned long param[] = { 0, align.align, fixed.offset, 0, 0 }, addr;
	size_t size = roll_size(w);

	addr = gen_pool_alloc_algo(w->pool, size, algos[algo], data[algo]);
	w->wrong += addr != model_alloc(&w->model, size, algo, param[algo]);
	if (addr)
		w->live[w->nr_live++] = (struct live){ addr, size };
}

/* Frees all of an allocation, or (only of one that is whole granules long) its first part. */
static void walk_free(struct walk *w)
{
	size_t granule = 1UL << w->model.order, part;
	struct live *victim = &w->live[roll(w, w->nr_live)];

	part = victim->size;
	if (part > 2 * granule && roll(w, 4) == 0)
		part = granule * (1 + roll(w, part / granule - 1));
	gen_pool_free(w->pool, victim->addr, part);
	model_free(&w->model, victim->addr, part);
	victim->addr += part;
	victim->size -= part;
	if (!victim->size)
		*victim = w->live[--w->nr_live];
}

/* The counters are compared after every `every` steps. */
static void walk_steps_every(struct walk *w, unsigned int steps, unsigned int every)
{
	/* The bias moves, so that the pool fills up and drains again. */
	u32 bias = 60;

	for (unsigned int i = 0; i < steps; i++) {
		if (i % 500 == 0)
			bias = 35 + roll(w, 40);
		if (!w->nr_live || (roll(w, 100) < bias && w->nr_live < MAX_LIVE))
			walk_alloc(w);
		else
			walk_free(w);
		if (i % every == 0)
			w->wrong += gen_pool_avail(w->pool) != model_avail(&w->model);
	}
}

static void walk_steps(struct walk *w, unsigned int steps)
{
	walk_steps_every(w, steps, 1);
}

static void walk_start(struct walk *w, int order, u64 seed)
{
	memset(w, 0, sizeof(*w));
	prandom_seed_state(&w->rnd, seed);
	model_init(&w->model, order);
	w->largest = 1;
	w->pool = gen_pool_create(order, -1);
	ck_assert_ptr_nonnull(w->pool);
}

static void walk_finish(struct walk *w)
{
	ck_assert_uint_eq(w->wrong, 0);
	check_counters(w->pool);
	while (w->nr_live) {
		struct live *last = &w->live[--w->nr_live];

		gen_pool_free(w->pool, last->addr, last->size);
	}
	destroy_empty(w->pool);
	model_destroy(&w->model);
}

static struct walk walk;

static const int orders[] = { 0, 4, 12 };

/* Chunks are added while the walk goes on: up and down in address, with odd sizes and starts. */
START_TEST(many_small_chunks)
{
	int order = orders[_i % 3];
	struct walk *w = &walk;

	walk_start(w, order, 100 + _i);
	for (unsigned int i = 0; i < 64; i++) {
		unsigned long place = i % 2 ? 1000 + i : 1000 - i;
		size_t size = ((size_t)roll(w, 150) << order) + roll(w, 1 << order);

		w->largest = max(w->largest, size);
		walk_add(w, (place << (order + 10)) + roll(w, 100), size);
		walk_steps(w, 150);
	}
	walk_finish(w);
}
END_TEST

/*
 * A million operations in one pool, an order per seed, with all five algorithms; a
 * chunk of odd size comes now and then.
 */
START_TEST(a_million_operations)
{
	unsigned int order = _i, steps = test_rounds(1000000), chunks = 30;
	struct walk *w = &walk;

	walk_start(w, order, 7000 + _i);
	for (unsigned int i = 0; i < chunks; i++) {
		unsigned long place = 1 + i * 7 % chunks;
		size_t size = ((size_t)roll(w, 90) << order) + roll(w, 1 << order);

		w->largest = max(w->largest, size);
		walk_add(w, (place << (order + 8)) + roll(w, 100), size);
		walk_steps_every(w, steps / chunks + 1, 64);
	}
	walk_finish(w);
}
END_TEST

/* As a buffer of single pages comes: hundreds of chunks of one granule, or a few. */
START_TEST(hundreds_of_chunks)
{
	struct walk *w = &walk;

	walk_start(w, 12, 300 + _i);
	for (unsigned int i = 0; i < MODEL_MAX_CHUNKS; i++) {
		unsigned long place = _i ? i * 7 % MODEL_MAX_CHUNKS : i;

		walk_add(w, (1000 + 8 * place) << 12, (1 + roll(w, _i + 1)) << 12);
		w->largest = max(w->largest, (size_t)4096 << _i);
		walk_steps(w, 10);
	}
	walk_steps(w, 3000);
	walk_finish(w);
}
END_TEST

/* One chunk of 70 000 granules and two small ones behind it. */
START_TEST(large_chunk)
{
	struct walk *w = &walk;

	walk_start(w, 12, 500 + _i);
	walk_add(w, 0x10000000, 3 << 12);
	walk_add(w, 0x20000000, 64 << 12);
	walk_add(w, 0x40000000, 70000UL << 12);
	w->largest = 9000 << 12;
	walk_steps(w, test_rounds(6000));
	walk_finish(w);
}
END_TEST

/* Filled to the last granule, then single granules come and go at random. */
START_TEST(nearly_full)
{
	struct walk *w = &walk;
	unsigned long nr = test_rounds(20000);

	walk_start(w, 6, 900);
	walk_add(w, 0x1000, nr << 6);
	for (unsigned long i = 0; i < nr; i++) {
		w->wrong += gen_pool_alloc(w->pool, 64) != 0x1000 + (i << 6);
		model_alloc(&w->model, 64, FIRST_FIT, 0);
	}
	ck_assert_uint_eq(gen_pool_alloc(w->pool, 1), 0);
	for (int i = test_rounds(3000); i; i--) {
		unsigned long index = roll(w, nr), addr = 0x1000 + (index << 6);
		bool again = roll(w, 3);

		if (!w->model.chunks[0].used[index])
			continue;
		gen_pool_free(w->pool, addr, 1);
		model_free(&w->model, addr, 1);
		if (again || i % 64 == 0)
			while (model_avail(&w->model))
				w->wrong += gen_pool_alloc(w->pool, 1) !=
					    model_alloc(&w->model, 1, FIRST_FIT, 0);
		else if (gen_pool_avail(w->pool) == 64)
			w->wrong += gen_pool_alloc(w->pool, 65) != 0;
	}
	while (gen_pool_alloc(w->pool, 1))
		;
	gen_pool_free(w->pool, 0x1000, nr << 6);
	walk_finish(w);
}
END_TEST

Suite *random_suite(void)
{
	Suite *s = suite_create("genpool_random");
	TCase *tc = machine_tcase(s, "against the model");

	tcase_add_loop_test(tc, many_small_chunks, 0, 12);
	tcase_add_loop_test(tc, a_million_operations, 0, 11);
	tcase_add_loop_test(tc, hundreds_of_chunks, 0, 3);
	tcase_add_loop_test(tc, large_chunk, 0, 3);
	tcase_add_test(tc, nearly_full);
	return s;
}
