// SPDX-License-Identifier: GPL-2.0-only
/*
 * The set of rcu_heads that wait for their callback, in debug builds.
 *
 * An open hash table with linear probing, at most half full, in libc's heap: kernel
 * memory would be counted with the program's. Its lock is a leaf. If it cannot grow,
 * heads are no longer noted, and a second queueing of those is not noticed.
 */
#include <stdlib.h>

#include <linux/hash.h>
#include <linux/rcupdate.h>

#include "../mm/internal.h"
#include "pending.h"

#ifdef CONFIG_DEBUG_OBJECTS_RCU_HEAD

#define FIRST_BITS 8

static struct {
	struct mem_lock lock;
	const struct rcu_head **slots;
	unsigned int bits;
	size_t nr;
} set;

static size_t mask(void)
{
	return (1UL << set.bits) - 1;
}

/* Where @head is, or the free slot where it would be. */
static size_t find(const struct rcu_head *head)
{
	size_t at = hash_ptr(head, set.bits);

	while (set.slots[at] && set.slots[at] != head)
		at = (at + 1) & mask();
	return at;
}

static bool grow(void)
{
	const struct rcu_head **old = set.slots;
	size_t nr_old = old ? mask() + 1 : 0;
	unsigned int bits = old ? set.bits + 1 : FIRST_BITS;
	const struct rcu_head **slots = calloc(1UL << bits, sizeof(*slots));

	if (!slots)
		return false;
	set.slots = slots;
	set.bits = bits;
	for (size_t i = 0; i < nr_old; i++)
		if (old[i])
			slots[find(old[i])] = old[i];
	free(old);
	return true;
}

static bool has_room(void)
{
	return (set.slots && 2 * (set.nr + 1) <= mask()) || grow();
}

bool rcu_pending_add(const struct rcu_head *head)
{
	bool fresh = true;
	size_t at;

	mem_lock(&set.lock);
	if (has_room()) {
		at = find(head);
		fresh = !set.slots[at];
		set.slots[at] = head;
		set.nr += fresh;
	}
	mem_unlock(&set.lock);
	return fresh;
}

/*
 * Empties the slot @at. What follows moves up unless that would put it before the
 * slot where the search for it begins.
 */
static void close_gap(size_t at)
{
	for (size_t next = (at + 1) & mask(); set.slots[next]; next = (next + 1) & mask()) {
		size_t home = hash_ptr(set.slots[next], set.bits);

		if (((next - home) & mask()) < ((next - at) & mask()))
			continue;
		set.slots[at] = set.slots[next];
		at = next;
	}
	set.slots[at] = NULL;
}

static void forget(const struct rcu_head *head)
{
	size_t at = find(head);

	if (!set.slots[at])
		return;
	close_gap(at);
	if (--set.nr)
		return;
	/* The last one: a stopped machine keeps nothing. */
	free(set.slots);
	set.slots = NULL;
}

void rcu_pending_del(const struct rcu_head *head)
{
	mem_lock(&set.lock);
	if (set.slots)
		forget(head);
	mem_unlock(&set.lock);
}

#endif
