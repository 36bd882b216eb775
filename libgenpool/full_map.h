/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * full_map: which of many members have nothing left to give.
 *
 * Level 0 has one bit per member, set if the member is full; each level above
 * has one bit per word of the level below, set if that word is all ones; the
 * root is one word. So the first member that may have room is found by looking
 * at two words per level. Bits for members that do not exist are set. A map of
 * at most one member has no levels: its owner knows the member.
 *
 * The map is a hint in one direction only. At rest a set bit tells the truth:
 * what it stands for is full. A clear bit promises nothing. That takes two rules:
 *
 *  - who makes a member not full does so first, and then clears bits upwards;
 *  - who finds something full sets its bit, and then looks again: if it is not
 *    full any more, the bit is cleared upwards.
 *
 * A full barrier stands between the two halves of each. Either the look comes
 * after the change, and the setter takes the bit back, or the bit was set before
 * the other looked at it, and that one clears it. Nobody waits, so all
 * functions work in any context, also one that interrupted another.
 */
#ifndef _UDM_LIBGENPOOL_FULL_MAP_H
#define _UDM_LIBGENPOOL_FULL_MAP_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define FULL_MAP_LEVELS 6
#define FULL_MAP_MAX (1UL << (6 * FULL_MAP_LEVELS))	/* members */

struct full_map {
	unsigned long *level[FULL_MAP_LEVELS];
	unsigned long members;
	unsigned int levels;
};

/* Words of memory that a map of this many members needs. */
__internal size_t full_map_words(unsigned long members);
/* All members start as full, or all as not full. */
__internal void full_map_init(struct full_map *map, unsigned long members, unsigned long *words,
			      bool full);

/* The first member at or after `from` that is not marked full; members if there is none. */
__internal unsigned long full_map_next(const struct full_map *map, unsigned long from);

/*
 * full_map_next() from 0, straight down from the root. False where that does not lead to
 * a member: all are marked full, or a clear bit promised too much.
 */
static inline bool full_map_descend(const struct full_map *map, unsigned long *member)
{
	unsigned long i = 0, clear;

	for (unsigned int k = map->levels; k--; i = i * BITS_PER_LONG + __ffs(clear)) {
		clear = ~READ_ONCE(map->level[k][i]);
		if (unlikely(!clear))
			return false;
	}
	*member = i;
	return true;
}

static inline unsigned long full_map_first(const struct full_map *map)
{
	unsigned long member;

	return likely(full_map_descend(map, &member)) ? member : full_map_next(map, 0);
}

/* Clears bit i of level k. */
static __always_inline void full_map_clear_bit(struct full_map *map, unsigned int k,
					       unsigned long i)
{
	unsigned long *word = map->level[k] + BIT_WORD(i);

	if (READ_ONCE(*word) & BIT_MASK(i)) {
		clear_bit(i % BITS_PER_LONG, word);
		smp_mb__after_atomic();
	}
}

/*
 * The member was seen full. True if all members are full now, so that the owner
 * has to mark the map itself elsewhere. The owner looks at the member again
 * afterwards and calls full_map_clear() if it is not full any more.
 */
__internal bool full_map_set(struct full_map *map, unsigned long member);
/* The member was made not full before this call, with a full barrier after it. */
__internal void full_map_clear(struct full_map *map, unsigned long member);

/*
 * The same for a map of 1 to 3 levels. One by one rather than in a loop, and without a
 * call: that there is another level is easily foreseen at each of them, and the caller's
 * registers stay where they are, so a processor gets on to the next member while it
 * still waits for the memory of this one.
 */
static __always_inline void full_map_clear_low(struct full_map *map, unsigned long member)
{
	unsigned int levels = map->levels;

	full_map_clear_bit(map, 0, member);
	if (levels > 1)
		full_map_clear_bit(map, 1, member >> 6);
	if (levels > 2)
		full_map_clear_bit(map, 2, member >> 12);
}

/* True if every member is marked; a map without levels knows nothing, so never. */
static inline bool full_map_is_full(const struct full_map *map)
{
	return map->levels && !~READ_ONCE(*map->level[map->levels - 1]);
}

#endif
