// SPDX-License-Identifier: GPL-2.0-only
/*
 * full_map: see full_map.h for what the bits mean and why they can be trusted.
 */
#include "libgenpool/full_map.h"

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/string.h>

/* Bits of a level that stand for something. */
static inline unsigned long level_bits(unsigned long members, unsigned int k)
{
	return ((members - 1) >> (6 * k)) + 1;
}

static unsigned int level_count(unsigned long members)
{
	unsigned int levels = 0;

	if (members <= 1)
		return 0;
	do
		levels++;
	while (level_bits(members, levels) > 1);
	return levels;
}

size_t full_map_words(unsigned long members)
{
	size_t words = 0;

	for (unsigned int k = 0; k < level_count(members); k++)
		words += BITS_TO_LONGS(level_bits(members, k));
	return words;
}

void full_map_init(struct full_map *map, unsigned long members, unsigned long *words, bool full)
{
	map->members = members;
	map->levels = level_count(members);
	BUG_ON(map->levels > FULL_MAP_LEVELS);
	for (unsigned int k = 0; k < map->levels; k++) {
		unsigned long bits = level_bits(members, k), n = BITS_TO_LONGS(bits);

		map->level[k] = words;
		memset(words, full ? 0xff : 0, n * sizeof(*words));
		if (bits % BITS_PER_LONG)
			words[n - 1] |= ~0UL << (bits % BITS_PER_LONG);
		words += n;
	}
}

/*
 * Climbs while a word has no clear bit left, then descends into the first word
 * that has one. A word that turns out to be full in spite of its clear bit sends
 * the search up again, behind it.
 */
unsigned long full_map_next(const struct full_map *map, unsigned long from)
{
	unsigned long i = from, clear;
	unsigned int k = 0;

	if (!map->levels)
		return from ? map->members : 0;
	while (k < map->levels && i < level_bits(map->members, k)) {
		clear = ~READ_ONCE(map->level[k][BIT_WORD(i)]) & (~0UL << (i % BITS_PER_LONG));
		if (!clear) {
			i = BIT_WORD(i) + 1;
			k++;
			continue;
		}
		i = (i & -(unsigned long)BITS_PER_LONG) + __ffs(clear);
		if (!k)
			return i;
		i *= BITS_PER_LONG;
		k--;
	}
	return map->members;
}

static void clear_from(struct full_map *map, unsigned long member, unsigned int k)
{
	for (; k < map->levels; k++)
		full_map_clear_bit(map, k, member >> (6 * k));
}

bool full_map_set(struct full_map *map, unsigned long member)
{
	unsigned long *word, i = member;
	unsigned int filled = 0;
	bool all = true;

	/* Up, as long as the bit was the last one of its word. */
	for (; all && filled < map->levels; filled += all) {
		word = map->level[filled] + BIT_WORD(i);
		set_bit(i % BITS_PER_LONG, word);
		smp_mb__after_atomic();
		all = !~READ_ONCE(*word);
		i /= BITS_PER_LONG;
	}
	/* Down again: was a word that got its mark opened meanwhile? */
	while (filled--) {
		i = member >> (6 * (filled + 1));
		if (likely(!~READ_ONCE(map->level[filled][i])))
			continue;
		clear_from(map, member, filled + 1);
		all = false;
	}
	return all;
}

void full_map_clear(struct full_map *map, unsigned long member)
{
	clear_from(map, member, 0);
}
