// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hierarchical timer wheel; see timer_wheel.h for the invariants.
 *
 * A `used` bit may be stale (set for an empty slot) because removal does not
 * look for it; it is never missing. Stale bits are dropped when they are found.
 */
#include <linux/bitops.h>
#include <linux/container_of.h>
#include <linux/limits.h>

#include "timer_wheel.h"

void timer_wheel_init(struct timer_wheel *wheel, u64 clk)
{
	*wheel = (struct timer_wheel){ .clk = clk };
}

/* Which time the timer is filed under: the past is due at once. */
static u64 filed_under(const struct timer_wheel *wheel, const struct timer_list *timer)
{
	/* Jiffies stay below 2^63, so a larger difference is a time in the past. */
	if ((s64)(timer->expires - wheel->clk) < 0)
		return wheel->clk;
	return timer->expires;
}

static unsigned int digit_of(u64 when, unsigned int level)
{
	return (when >> (level * WHEEL_DIGIT_BITS)) & (WHEEL_SLOTS - 1);
}

/* The first jiffy of a slot; the higher digits are those of clk. */
static u64 slot_start(const struct timer_wheel *wheel, unsigned int level, unsigned int slot)
{
	unsigned int shift = level * WHEEL_DIGIT_BITS;
	unsigned int above = shift + WHEEL_DIGIT_BITS;
	u64 high = above < 64 ? wheel->clk >> above << above : 0;

	return high | (u64)slot << shift;
}

u64 timer_wheel_add(struct timer_wheel *wheel, struct timer_list *timer)
{
	u64 when = filed_under(wheel, timer);
	u64 differs = when ^ wheel->clk;
	unsigned int level = differs ? (fls64(differs) - 1) / WHEEL_DIGIT_BITS : 0;
	unsigned int slot = digit_of(when, level);

	hlist_add_head(&timer->entry, &wheel->slots[level][slot]);
	wheel->used[level] |= 1ULL << slot;
	return slot_start(wheel, level, slot);
}

void timer_wheel_del(struct timer_list *timer)
{
	hlist_del_init(&timer->entry);
}

/* The first slot of a level with timers in it, or WHEEL_SLOTS. */
static unsigned int first_used(struct timer_wheel *wheel, unsigned int level)
{
	while (wheel->used[level]) {
		unsigned int slot = __builtin_ctzll(wheel->used[level]);

		if (!hlist_empty(&wheel->slots[level][slot]))
			return slot;
		wheel->used[level] &= wheel->used[level] - 1;
	}
	return WHEEL_SLOTS;
}

/*
 * The slot that starts first. Among equal starts the highest level wins: what
 * it holds may expire at that very jiffy, so it is taken apart before the slot
 * of level 0 expires.
 */
static bool first_slot(struct timer_wheel *wheel, unsigned int *level, unsigned int *slot,
		       u64 *start)
{
	bool found = false;

	for (unsigned int l = 0; l < WHEEL_LEVELS; l++) {
		unsigned int s = first_used(wheel, l);
		u64 begins;

		if (s == WHEEL_SLOTS)
			continue;
		begins = slot_start(wheel, l, s);
		if (found && begins > *start)
			continue;
		found = true;
		*level = l;
		*slot = s;
		*start = begins;
	}
	return found;
}

bool timer_wheel_next(struct timer_wheel *wheel, u64 *when)
{
	unsigned int level, slot;

	return first_slot(wheel, &level, &slot, when);
}

static void take_apart(struct timer_wheel *wheel, unsigned int level, unsigned int slot)
{
	struct hlist_head list = HLIST_HEAD_INIT;

	hlist_move_list(&wheel->slots[level][slot], &list);
	while (!hlist_empty(&list)) {
		struct timer_list *timer = hlist_entry(list.first, struct timer_list, entry);

		hlist_del_init(&timer->entry);
		timer_wheel_add(wheel, timer);
	}
}

bool timer_wheel_advance(struct timer_wheel *wheel, u64 now, struct hlist_head *due)
{
	unsigned int level, slot;
	u64 start;

	while (first_slot(wheel, &level, &slot, &start) && start <= now) {
		if (start > wheel->clk)
			wheel->clk = start;
		if (level) {
			take_apart(wheel, level, slot);
			continue;
		}
		hlist_move_list(&wheel->slots[0][slot], due);
		wheel->clk = start + 1;
		return true;
	}
	/* Every slot starts later, so the digits above each slot stay as they are. */
	if (now >= wheel->clk)
		wheel->clk = now + 1;
	return false;
}

struct timer_list *timer_wheel_find(struct timer_wheel *wheel,
				    void (*function)(struct timer_list *))
{
	struct hlist_head *slot = &wheel->slots[0][0];
	struct timer_list *timer;

	for (unsigned int i = 0; i < WHEEL_LEVELS * WHEEL_SLOTS; i++) {
		hlist_for_each_entry(timer, &slot[i], entry) {
			if (!function || timer->function == function)
				return timer;
		}
	}
	return NULL;
}
