// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every function of linux/bitmap.h against arrays of one bool per bit: all lengths up to
 * some words, odd ones above all, at odd starts. Maps lie between guard words, and what is
 * behind their last bit is noise: results must not depend on it, and no word that holds no
 * bit of a map may change.
 */
#include "plain.h"

#include <linux/bitmap.h>
#include <linux/kernel.h>

#define MAX_BITS 199
#define WORDS BITS_TO_LONGS(MAX_BITS)
#define GUARD 0xa5c3e1f00f1e3c5aUL

struct guarded {
	unsigned long before, map[WORDS], after;
};

struct model {
	struct guarded a, b, c, dst;
	bool ma[MAX_BITS], mb[MAX_BITS], mc[MAX_BITS], was[MAX_BITS];
	unsigned int bits;
};

static unsigned long seed;
static unsigned int wrong;

static unsigned long some_word(unsigned int kind)
{
	unsigned long a = test_random(&seed), b = test_random(&seed);

	switch (kind) {
	case 0:
		return a;
	case 1:
		return a & b & test_random(&seed);
	case 2:
		return a | b | test_random(&seed);
	case 3:
		return 0;
	default:
		return ~0UL;
	}
}

/* The bits of a guarded map become what the model says, behind them is noise. */
static void fill(struct guarded *g, bool *model, unsigned int bits)
{
	unsigned int kind = test_random(&seed) % 5;

	g->before = g->after = GUARD;
	for (unsigned int i = 0; i < WORDS; i++)
		g->map[i] = some_word(kind);
	for (unsigned int i = 0; i < bits; i++)
		model[i] = g->map[i / 64] >> i % 64 & 1;
	if (bits % 64)
		g->map[bits / 64] ^= test_random(&seed) << bits % 64;
	for (unsigned int i = BITS_TO_LONGS(bits); i < WORDS; i++)
		g->map[i] = GUARD;
}

static void next_case(struct model *m, unsigned int bits)
{
	m->bits = bits;
	fill(&m->a, m->ma, bits);
	fill(&m->b, m->mb, bits);
	fill(&m->c, m->mc, bits);
	fill(&m->dst, m->was, bits);
}

static bool bit_of(const struct guarded *g, unsigned int i)
{
	return g->map[i / 64] >> i % 64 & 1;
}

/* Nothing outside of the words of the map was written. */
static void check_guards(const struct guarded *g, unsigned int bits)
{
	wrong += g->before != GUARD || g->after != GUARD;
	for (unsigned int i = BITS_TO_LONGS(bits); i < WORDS; i++)
		wrong += g->map[i] != GUARD;
}

/* Every bit of a map is EXPR, an expression in i. */
#define EACH_BIT(g, nbits, expr)                                                                   \
	do {                                                                                       \
		for (unsigned int i = 0; i < (nbits); i++)                                         \
			wrong += bit_of(g, i) != !!(expr);                                         \
		check_guards(g, nbits);                                                            \
	} while (0)

#define COUNT(nbits, expr)                                                                         \
	({                                                                                         \
		unsigned int __n = 0;                                                              \
		for (unsigned int i = 0; i < (nbits); i++)                                         \
			__n += !!(expr);                                                           \
		__n;                                                                               \
	})

static struct model m;

/* The test body runs for every length, several times. */
#define EVERY_LENGTH                                                                               \
	for (unsigned int n = 0, round = 0; n <= MAX_BITS; n += ++round % 6 == 0)                  \
		if (next_case(&m, n), 1)

START_TEST(whole_maps)
{
	EVERY_LENGTH {
		bitmap_zero(m.dst.map, n);
		EACH_BIT(&m.dst, n, 0);
		bitmap_fill(m.dst.map, n);
		EACH_BIT(&m.dst, n, 1);
		bitmap_copy(m.dst.map, m.a.map, n);
		EACH_BIT(&m.dst, n, m.ma[i]);
		bitmap_complement(m.dst.map, m.a.map, n);
		EACH_BIT(&m.dst, n, !m.ma[i]);
		bitmap_copy_clear_tail(m.dst.map, m.a.map, n);
		EACH_BIT(&m.dst, n, m.ma[i]);
		for (unsigned int i = n; i < BITS_TO_LONGS(n) * 64; i++)
			wrong += bit_of(&m.dst, i);
		EACH_BIT(&m.a, n, m.ma[i]);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(two_operands)
{
	EVERY_LENGTH {
		wrong += bitmap_and(m.dst.map, m.a.map, m.b.map, n) !=
			 (COUNT(n, m.ma[i] && m.mb[i]) > 0);
		EACH_BIT(&m.dst, n, m.ma[i] && m.mb[i]);
		wrong += bitmap_andnot(m.dst.map, m.a.map, m.b.map, n) !=
			 (COUNT(n, m.ma[i] && !m.mb[i]) > 0);
		EACH_BIT(&m.dst, n, m.ma[i] && !m.mb[i]);
		bitmap_or(m.dst.map, m.a.map, m.b.map, n);
		EACH_BIT(&m.dst, n, m.ma[i] || m.mb[i]);
		bitmap_xor(m.dst.map, m.a.map, m.b.map, n);
		EACH_BIT(&m.dst, n, m.ma[i] != m.mb[i]);
		bitmap_replace(m.dst.map, m.a.map, m.b.map, m.c.map, n);
		EACH_BIT(&m.dst, n, m.mc[i] ? m.mb[i] : m.ma[i]);
		/* In place. */
		bitmap_or(m.a.map, m.a.map, m.b.map, n);
		EACH_BIT(&m.a, n, m.ma[i] || m.mb[i]);
		EACH_BIT(&m.b, n, m.mb[i]);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(questions)
{
	EVERY_LENGTH {
		unsigned int set = COUNT(n, m.ma[i]);

		wrong += bitmap_weight(m.a.map, n) != set;
		wrong += bitmap_empty(m.a.map, n) != (set == 0);
		wrong += bitmap_full(m.a.map, n) != (set == n);
		wrong += bitmap_weight_and(m.a.map, m.b.map, n) != COUNT(n, m.ma[i] && m.mb[i]);
		wrong += bitmap_weight_andnot(m.a.map, m.b.map, n) !=
			 COUNT(n, m.ma[i] && !m.mb[i]);
		wrong += bitmap_equal(m.a.map, m.b.map, n) != !COUNT(n, m.ma[i] != m.mb[i]);
		wrong += bitmap_intersects(m.a.map, m.b.map, n) != !!COUNT(n, m.ma[i] && m.mb[i]);
		wrong += bitmap_subset(m.a.map, m.b.map, n) != !COUNT(n, m.ma[i] && !m.mb[i]);
		wrong += bitmap_or_equal(m.a.map, m.b.map, m.c.map, n) !=
			 !COUNT(n, (m.ma[i] || m.mb[i]) != m.mc[i]);
		bitmap_or(m.dst.map, m.a.map, m.b.map, n);
		wrong += !bitmap_or_equal(m.a.map, m.b.map, m.dst.map, n);
		wrong += !bitmap_subset(m.a.map, m.dst.map, n);
		bitmap_copy(m.b.map, m.a.map, n);
		if (n % 64)
			m.b.map[n / 64] ^= ~0UL << n % 64;
		wrong += !bitmap_equal(m.a.map, m.b.map, n);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(ranges_and_shifts)
{
	EVERY_LENGTH {
		unsigned int start = test_random(&seed) % (n + 1);
		unsigned int len = test_random(&seed) % (n - start + 1);
		unsigned int shift = test_random(&seed) % (n + 1);

		bitmap_set(m.a.map, start, len);
		EACH_BIT(&m.a, n, m.ma[i] || (i >= start && i < start + len));
		bitmap_clear(m.b.map, start, len);
		EACH_BIT(&m.b, n, m.mb[i] && (i < start || i >= start + len));
		if (!n)
			continue;
		bitmap_shift_right(m.dst.map, m.c.map, shift, n);
		EACH_BIT(&m.dst, n, i + shift < n && m.mc[i + shift]);
		bitmap_shift_left(m.dst.map, m.c.map, shift, n);
		EACH_BIT(&m.dst, n, i >= shift && m.mc[i - shift]);
		if (test_random(&seed) & 1) {
			bitmap_shift_right(m.c.map, m.c.map, shift, n);
			EACH_BIT(&m.c, n, i + shift < n && m.mc[i + shift]);
		} else {
			bitmap_shift_left(m.c.map, m.c.map, shift, n);
			EACH_BIT(&m.c, n, i >= shift && m.mc[i - shift]);
		}
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* The n-th bit of combinations, and the bytes that are not 0. */
START_TEST(counting_bits)
{
	EVERY_LENGTH {
		unsigned int both = 0, only = 0, two = 0, bytes = 0, at;
		unsigned long clump;

		for (unsigned int i = 0; i < n; i++) {
			if (m.ma[i] && m.mb[i])
				wrong += find_nth_and_bit(m.a.map, m.b.map, n, both++) != i;
			if (m.ma[i] && !m.mb[i])
				wrong += find_nth_andnot_bit(m.a.map, m.b.map, n, only++) != i;
			if (m.ma[i] && m.mb[i] && !m.mc[i])
				wrong += find_nth_and_andnot_bit(m.a.map, m.b.map, m.c.map, n,
								 two++) != i;
		}
		wrong += find_nth_and_bit(m.a.map, m.b.map, n, both) != n;
		wrong += find_nth_andnot_bit(m.a.map, m.b.map, n, only) != n;
		wrong += find_nth_and_andnot_bit(m.a.map, m.b.map, m.c.map, n, two) != n;
		for (at = 0; at < n; at++)
			if (m.ma[at] && m.mb[at] && m.mc[at])
				break;
		wrong += find_first_and_and_bit(m.a.map, m.b.map, m.c.map, n) != at;
		at = find_random_bit(m.a.map, n);
		wrong += COUNT(n, m.ma[i]) ? at >= n || !m.ma[at] : at != n;
		for_each_set_clump8(at, clump, m.a.map, n) {
			wrong += at % 8 || !clump;
			for (unsigned int i = 0; i < 8 && at + i < n; i++)
				wrong += (clump >> i & 1) != m.ma[at + i];
			bytes++;
		}
		wrong += bytes != COUNT((n + 7) / 8,
					find_next_bit(m.a.map, min(n, 8 * i + 8), 8 * i) <
						min(n, 8 * i + 8));
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* The bits from first on move down over the ones that are cut out. */
START_TEST(cutting_out)
{
	EVERY_LENGTH {
		unsigned int first = n ? test_random(&seed) % n : 0;
		unsigned int cut = test_random(&seed) % (n - first + 1);

		if (!n)
			continue;
		bitmap_cut(m.dst.map, m.a.map, first, cut, n);
		EACH_BIT(&m.dst, n, i < first ? m.ma[i] : i + cut < n && m.ma[i + cut]);
		bitmap_cut(m.a.map, m.a.map, first, cut, n);
		EACH_BIT(&m.a, n, bit_of(&m.dst, i));
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(words_and_arrays)
{
	u32 arr32[2 * WORDS + 1];
	u64 arr64[WORDS + 1];

	EVERY_LENGTH {
		unsigned int len = 1 + test_random(&seed) % 64;
		unsigned int start = n > len ? test_random(&seed) % (n - len + 1) : 0;
		unsigned long value = test_random(&seed);

		memset(arr32, 0x5a, sizeof(arr32));
		memset(arr64, 0x5a, sizeof(arr64));
		bitmap_to_arr32(arr32, m.a.map, n);
		bitmap_to_arr64(arr64, m.a.map, n);
		for (unsigned int i = 0; i < BITS_TO_U32(n) * 32; i++)
			wrong += (arr32[i / 32] >> i % 32 & 1) != (i < n && m.ma[i]);
		for (unsigned int i = 0; i < BITS_TO_U64(n) * 64; i++)
			wrong += (arr64[i / 64] >> i % 64 & 1) != (i < n && m.ma[i]);
		wrong += arr32[BITS_TO_U32(n)] != 0x5a5a5a5a;
		wrong += arr64[BITS_TO_U64(n)] != 0x5a5a5a5a5a5a5a5a;
		bitmap_from_arr32(m.dst.map, arr32, n);
		EACH_BIT(&m.dst, n, m.ma[i]);
		bitmap_from_arr64(m.dst.map, arr64, n);
		EACH_BIT(&m.dst, n, m.ma[i]);
		if (len > n)
			continue;
		for (unsigned int i = 0; i < len; i++)
			wrong += (bitmap_read(m.a.map, start, len) >> i & 1) != m.ma[start + i];
		wrong += len < 64 && bitmap_read(m.a.map, start, len) >> len;
		bitmap_write(m.b.map, value, start, len);
		EACH_BIT(&m.b, n, i >= start && i < start + len ? value >> (i - start) & 1 :
								  m.mb[i]);
	}
	wrong += bitmap_read(m.a.map, 7, 0);
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* scatter: bit k of the source goes to the k-th set bit of the mask; gather: the way back. */
START_TEST(scattering_and_gathering)
{
	EVERY_LENGTH {
		unsigned int taken[MAX_BITS], k = 0;

		for (unsigned int i = 0; i < n; i++)
			taken[i] = m.mb[i] ? k++ : 0;
		bitmap_scatter(m.dst.map, m.a.map, m.b.map, n);
		EACH_BIT(&m.dst, n, m.mb[i] && m.ma[taken[i]]);
		bitmap_gather(m.c.map, m.dst.map, m.b.map, n);
		EACH_BIT(&m.c, n, i < k && m.ma[i]);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* Position of bit i among the set bits of a model, the number of them in *total. */
static int rank_of(const bool *model, unsigned int n, unsigned int i, int *total)
{
	int rank = -1, count = 0;

	for (unsigned int k = 0; k < n; k++) {
		if (k == i && model[k])
			rank = count;
		count += model[k];
	}
	*total = count;
	return rank;
}

/* Where remapping from the bits of old to those of new takes bit i. */
static unsigned int remapped(unsigned int n, unsigned int i)
{
	int olds, news, rank = rank_of(m.mb, n, i, &olds), want, unused;

	rank_of(m.mc, n, 0, &news);
	if (rank < 0 || !news)
		return i;
	want = rank % news;
	for (unsigned int k = 0; k < n; k++)
		if (m.mc[k] && rank_of(m.mc, n, k, &unused) == want)
			return k;
	return n;
}

START_TEST(remapping)
{
	for (unsigned int n = 1; n <= 130; n += 3) {
		bool moved[MAX_BITS] = { false };

		next_case(&m, n);
		for (unsigned int i = 0; i < n; i++) {
			if (m.ma[i])
				moved[remapped(n, i)] = true;
			wrong += bitmap_bitremap(i, m.b.map, m.c.map, n) != (int)remapped(n, i);
		}
		bitmap_remap(m.dst.map, m.a.map, m.b.map, m.c.map, n);
		EACH_BIT(&m.dst, n, moved[i]);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* onto: bit k of the origin selects the k-th set bit of the relative map; fold: modulo. */
START_TEST(onto_and_fold)
{
	for (unsigned int n = 1; n <= 130; n += 3) {
		unsigned int size = 1 + test_random(&seed) % n;
		bool folded[MAX_BITS] = { false };
		int total, rank;

		next_case(&m, n);
		bitmap_onto(m.dst.map, m.a.map, m.b.map, n);
		for (unsigned int i = 0; i < n; i++) {
			rank = rank_of(m.mb, n, i, &total);
			wrong += bit_of(&m.dst, i) != (rank >= 0 && m.ma[rank]);
			if (m.ma[i])
				folded[i % size] = true;
		}
		check_guards(&m.dst, n);
		bitmap_fold(m.c.map, m.a.map, size, n);
		EACH_BIT(&m.c, n, folded[i]);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

static unsigned long naive_area(unsigned long start, unsigned int nr, unsigned long mask,
				unsigned long offset)
{
	for (unsigned long i = start; i + nr <= m.bits; i++) {
		unsigned int clear = 0;

		while (clear < nr && !m.ma[i + clear])
			clear++;
		if (clear == nr && !((i + offset) & mask))
			return i;
	}
	return m.bits + 1;
}

/* All masks and many offsets, starts behind the end and runs longer than the map included. */
START_TEST(zero_areas)
{
	EVERY_LENGTH for (unsigned int order = 0; order < 7; order++) {
		unsigned long start = test_random(&seed) % (n + 4), want, got;
		unsigned long mask = (1UL << order) - 1, offset = test_random(&seed) % 130;
		unsigned int nr = 1 + test_random(&seed) % (round & 1 ? 7 : n + 3);

		want = naive_area(start, nr, mask, offset);
		got = bitmap_find_next_zero_area_off(m.a.map, n, start, nr, mask, offset);
		wrong += want > n ? got <= n : got != want;
		EACH_BIT(&m.a, n, m.ma[i]);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

static void start_afresh(void)
{
	plain_setup();
	wrong = 0;
	seed = 20;
}

Suite *bitmap_model_suite(void)
{
	Suite *s = suite_create("bitmap_model");
	TCase *tc = tcase_create("models");

	tcase_add_checked_fixture(tc, start_afresh, plain_teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, whole_maps);
	tcase_add_test(tc, two_operands);
	tcase_add_test(tc, questions);
	tcase_add_test(tc, ranges_and_shifts);
	tcase_add_test(tc, counting_bits);
	tcase_add_test(tc, cutting_out);
	tcase_add_test(tc, words_and_arrays);
	tcase_add_test(tc, scattering_and_gathering);
	tcase_add_test(tc, remapping);
	tcase_add_test(tc, onto_and_fold);
	tcase_add_test(tc, zero_areas);
	return s;
}
