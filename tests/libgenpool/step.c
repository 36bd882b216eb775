// SPDX-License-Identifier: GPL-2.0-only
/*
 * One operation interrupted by another, at every instruction.
 *
 * The processor's trap flag stops the first operation after each instruction;
 * after a chosen number of them the trap handler runs the second one to its end,
 * as an NMI would. Each pair is tried at every point. Afterwards, at rest, the
 * pool must hand out exactly the granules its bitmap shows free, lowest first:
 * a mark that hides room, or an index that lost a chunk, cannot pass.
 */
#include "pool_rig.h"

#include <signal.h>
#include <stdlib.h>
#include <ucontext.h>
#include <linux/bitmap.h>
#include <linux/kernel.h>
#include <linux/list.h>

#define GRANULE 16UL
#define START 0x100000UL
/* Words enough that the map of full words has two levels. */
#define LARGE (65 * 64UL)
/* Points tried per pair: all of them, unless a sanitizer makes the way long. */
#ifdef __UDM_ASAN__
#define MAX_POINTS 60
#else
#define MAX_POINTS 400
#endif

/*
 * The thread sanitizer's own steps hold locks that the second operation needs, and one
 * thread has no races for it to find.
 */
#if defined(__x86_64__) && !defined(__UDM_TSAN__)

struct scene {
	const char *name;
	unsigned long granules;
	unsigned long free_from, free_to;	/* in a chunk that is otherwise full */
	void (*first)(struct gen_pool *pool);
	void (*second)(struct gen_pool *pool);
};

static unsigned long granule(unsigned long i)
{
	return START + i * GRANULE;
}

static void alloc_one(struct gen_pool *pool)
{
	gen_pool_alloc(pool, 1);
}

static void alloc_three_words(struct gen_pool *pool)
{
	gen_pool_alloc(pool, 130 * GRANULE);
}

static void alloc_and_free_low(struct gen_pool *pool)
{
	gen_pool_alloc(pool, 2 * GRANULE);
	gen_pool_free(pool, granule(1), GRANULE);
}

static void free_low(struct gen_pool *pool)
{
	gen_pool_free(pool, granule(1), GRANULE);
}

static void free_high(struct gen_pool *pool)
{
	gen_pool_free(pool, granule(60), GRANULE);
}

static void free_last_word(struct gen_pool *pool)
{
	gen_pool_free(pool, granule(LARGE - 64), 64 * GRANULE);
}

static void free_and_alloc(struct gen_pool *pool)
{
	gen_pool_free(pool, granule(1), GRANULE);
	gen_pool_alloc(pool, 1);
	gen_pool_alloc(pool, 1);
}

static void add_below(struct gen_pool *pool)
{
	gen_pool_add(pool, START / 2, 5 * GRANULE, -1);
}

static void use_another_chunk(struct gen_pool *pool)
{
	unsigned long addr = gen_pool_alloc(pool, 2 * GRANULE);

	if (addr)
		gen_pool_free(pool, addr, 2 * GRANULE);
	gen_pool_has_addr(pool, START / 2 + 5, 3);
}

static const struct scene scenes[] = {
	{ "last granule of a word, one given back", 64, 5, 6, alloc_one, free_high },
	{ "last granule, one given back and both taken", 64, 5, 6, alloc_one, free_and_alloc },
	{ "last granule of many words", LARGE, 5, 6, alloc_one, free_high },
	{ "last granule of many words, its word back", LARGE, 5, 6, alloc_one, free_last_word },
	{ "first room of a full chunk, taken at once", LARGE, 0, 0, free_low, alloc_one },
	{ "first room of a small chunk, taken at once", 64, 0, 0, free_low, alloc_one },
	{ "first room, and more of it", LARGE, 0, 0, free_low, free_last_word },
	{ "a word, while its only free granule goes", LARGE, 5, 6, free_last_word, alloc_one },
	{ "a run of words, its end taken", 256, 60, 192, alloc_three_words, alloc_one },
	{ "a run of words, its start moved", 256, 60, 192, alloc_three_words, alloc_and_free_low },
	{ "a run of words against itself", 256, 60, 192, alloc_three_words, alloc_three_words },
	{ "a new chunk, the pool in use", 64, 5, 7, add_below, use_another_chunk },
	{ "a new chunk, the pool full", 64, 0, 0, add_below, use_another_chunk },
	{ "an allocation, a run taken and given", 256, 60, 192, alloc_one, use_another_chunk },
};

static struct {
	const struct scene *scene;
	struct gen_pool *pool;
	unsigned long at, steps;
	volatile bool stop;
} trap;

#define TRAP_FLAG 0x100

/* The first trap is the breakpoint that starts the stepping, the last the one that ends it. */
static void on_trap(int sig, siginfo_t *info, void *context)
{
	greg_t *flags = &((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL];

	if (trap.stop) {
		*flags &= ~TRAP_FLAG;
		return;
	}
	*flags |= TRAP_FLAG;
	if (trap.steps++ == trap.at) {
		*flags &= ~TRAP_FLAG;	/* what is left runs at full speed */
		trap.scene->second(trap.pool);
	}
}

static struct gen_pool *set_scene(const struct scene *scene)
{
	struct gen_pool *pool = pool_of(4, START, scene->granules * GRANULE);

	ck_assert_uint_eq(gen_pool_alloc(pool, scene->granules * GRANULE), START);
	if (scene->free_to > scene->free_from)
		gen_pool_free(pool, granule(scene->free_from),
			      (scene->free_to - scene->free_from) * GRANULE);
	return pool;
}

/* Takes the chunk's free granules one by one; each must be the lowest of the bitmap. */
static void drain_chunk(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *data)
{
	unsigned long bits = (chunk->end_addr - chunk->start_addr + 1) / GRANULE;
	unsigned long bit, *wrong = data;

	while ((bit = find_first_zero_bit(chunk->bits, bits)) < bits) {
		if (gen_pool_alloc(pool, 1) == chunk->start_addr + bit * GRANULE)
			continue;
		++*wrong;
		return;
	}
	gen_pool_free(pool, chunk->start_addr, bits * GRANULE);
	if (gen_pool_alloc(pool, bits * GRANULE) != chunk->start_addr)
		++*wrong;
}

static void free_chunk(struct gen_pool *pool, struct gen_pool_chunk *chunk, void *data)
{
	gen_pool_free(pool, chunk->start_addr, chunk->end_addr - chunk->start_addr + 1);
}

/* Runs the pair with the interruption after `at` steps; false when the first ended before. */
static bool interrupt_at(const struct scene *scene, unsigned long at)
{
	unsigned long wrong = 0;

	trap.scene = scene;
	trap.pool = set_scene(scene);
	trap.at = at;
	trap.steps = 0;
	trap.stop = false;
	__asm__ volatile("int3" : : : "memory");
	scene->first(trap.pool);
	trap.stop = true;
	__asm__ volatile("int3" : : : "memory");

	check_counters(trap.pool);
	gen_pool_for_each_chunk(trap.pool, drain_chunk, &wrong);
	ck_assert_msg(!wrong, "%s: interrupted after %lu steps", scene->name, at);
	gen_pool_for_each_chunk(trap.pool, free_chunk, NULL);
	destroy_empty(trap.pool);
	return trap.steps > at;
}

START_TEST(at_every_instruction)
{
	const struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };
	struct sigaction before;
	unsigned long stride;

	sigaction(SIGTRAP, &action, &before);
	/* Lazy binding would make the first way longer than the others. */
	interrupt_at(&scenes[_i], 0);
	interrupt_at(&scenes[_i], ULONG_MAX - 1);
	stride = 1 + trap.steps / MAX_POINTS;
	for (unsigned long at = 0; interrupt_at(&scenes[_i], at); at += stride)
		;
	sigaction(SIGTRAP, &before, NULL);
}
END_TEST

static unsigned long *bits_of(struct gen_pool *pool)
{
	return list_first_entry(&pool->chunks, struct gen_pool_chunk, next_chunk)->bits;
}

/*
 * A run of three words is half claimed: somebody frees a granule of it that he does not
 * own, and its last word is taken. Giving back finds the first missing.
 */
static void steal_from_a_claim(struct gen_pool *pool)
{
	unsigned long *bits = bits_of(pool);

	if (!~bits[0] && !~bits[1] && !(bits[2] & 1)) {
		bits[0] &= ~(1UL << 61);
		bits[2] |= 1;
	}
}

START_TEST(a_claim_that_lost_bits_is_a_bug)
{
	const struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };
	const struct scene scene = { "", 256, 60, 192, alloc_three_words, steal_from_a_claim };
	volatile bool hit = false;
	struct sigaction before;

	sigaction(SIGTRAP, &action, &before);
	for (volatile unsigned long at = 0; !hit && at < 20000; at++) {
		trap.scene = &scene;
		trap.pool = set_scene(&scene);
		trap.at = at;
		trap.steps = 0;
		trap.stop = false;
		hit = HITS_BUG({
			__asm__ volatile("int3" : : : "memory");
			alloc_three_words(trap.pool);
		});
		trap.stop = true;
		__asm__ volatile("int3" : : : "memory");
		/* Whatever is left of the pool's state, it was to end here. */
		bitmap_zero(bits_of(trap.pool), 256);
		gen_pool_destroy(trap.pool);
	}
	sigaction(SIGTRAP, &before, NULL);
	ck_assert(hit);
}
END_TEST

/* Without call chains, which take a hundred times as many instructions as all the rest. */
static void boot_bare(void)
{
	const struct udm_config cfg = { .debug = "none" };

	machine_boot_with(&cfg);
}

Suite *step_suite(void)
{
	Suite *s = suite_create("genpool_step");
	TCase *tc = tcase_create("interruptions");

	tcase_add_checked_fixture(tc, boot_bare, machine_shutdown);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, at_every_instruction, 0, ARRAY_SIZE(scenes));
	tcase_add_test(tc, a_claim_that_lost_bits_is_a_bug);
	return s;
}

#else

/* Nothing to step with. */
Suite *step_suite(void)
{
	return suite_create("genpool_step");
}

#endif
