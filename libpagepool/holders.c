// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has the net_iovs that are out (see holders.h).
 *
 * Holders are asked, and say what they find in their own rings, queues and arrays at
 * that moment: nobody keeps books that could be wrong. A device only knows addresses
 * on its bus; what it says is compared with where the net_iovs are mapped for it.
 */
#include <linux/bsearch.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "libpagepool/holders.h"

static struct udm_holder *holders;
static DEFINE_MUTEX(holders_lock);

void udm_holder_add(struct udm_holder *holder)
{
	guard(mutex)(&holders_lock);
	holder->next = holders;
	holders = holder;
}

void udm_holder_remove(struct udm_holder *holder)
{
	struct udm_holder **at = &holders;

	guard(mutex)(&holders_lock);
	while (*at && *at != holder)
		at = &(*at)->next;
	if (*at)
		*at = holder->next;
}

static void note_one(struct held_set *set, const struct udm_held *held)
{
	struct udm_held *more;

	if (set->count == set->room) {
		more = kvrealloc(set->held, (2 * set->room + 64) * sizeof(*more), GFP_KERNEL);
		if (!more) {
			set->out_of_memory = true;
			return;
		}
		set->held = more;
		set->room = 2 * set->room + 64;
	}
	set->held[set->count++] = *held;
}

/* A range on the bus is noted by its pages. */
static void note(void *ctx, const struct udm_held *held)
{
	u64 end = held->dma_addr + max_t(u64, held->len, 1);
	struct udm_held page = *held;

	if (held->niov) {
		note_one(ctx, held);
		return;
	}
	for (page.dma_addr &= PAGE_MASK; page.dma_addr < end; page.dma_addr += PAGE_SIZE)
		note_one(ctx, &page);
}

/* By net_iov; those that have none behind them, by device and address. */
static int by_key(const void *a, const void *b)
{
	const struct udm_held *x = a, *y = b;

	if (x->niov || y->niov)
		return (x->niov < y->niov) - (x->niov > y->niov);
	if (x->dev != y->dev)
		return (x->dev > y->dev) - (x->dev < y->dev);
	return (x->dma_addr > y->dma_addr) - (x->dma_addr < y->dma_addr);
}

void held_set_fill(struct held_set *set)
{
	scoped_guard(mutex, &holders_lock) {
		for (struct udm_holder *holder = holders; holder; holder = holder->next)
			set->out_of_memory |= holder->walk(holder, note, set) != 0;
	}
	sort(set->held, set->count, sizeof(*set->held), by_key, NULL);
}

const struct udm_held *held_set_find(const struct held_set *set, const struct net_iov *niov,
				     const struct device *dev, u64 dma_addr)
{
	const struct udm_held by_niov = { .niov = niov };
	const struct udm_held by_address = { .dev = dev, .dma_addr = dma_addr };
	const struct udm_held *found;

	if (!set->count)
		return NULL;
	found = bsearch(&by_niov, set->held, set->count, sizeof(*found), by_key);
	return found ?: bsearch(&by_address, set->held, set->count, sizeof(*found), by_key);
}

void held_set_free(struct held_set *set)
{
	kvfree(set->held);
	*set = (struct held_set){ };
}
