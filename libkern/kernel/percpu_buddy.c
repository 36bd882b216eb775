// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buddy allocator of the per-CPU units.
 *
 * The unit of account is a granule of 16 bytes. Granule g heads a block of
 * 1 << orders[g] granules when orders[g] is not NOT_A_HEAD; size[g] is 0 for a
 * free block. Free blocks of one order are a list through next/prev, by granule
 * number, so nothing is stored in the memory that is managed. The tables are
 * large but touched only where blocks begin.
 */
#include <string.h>
#include <linux/bug.h>
#include <linux/log2.h>

#include "percpu.h"

#define GRANULES (PCPU_BUDDY_SIZE >> PCPU_BUDDY_MIN_SHIFT)
#define MAX_ORDER_HERE (PCPU_BUDDY_MAX_SHIFT - PCPU_BUDDY_MIN_SHIFT)
#define NOT_A_HEAD 0xff
#define END ~0u

static u8 orders[GRANULES];
static u32 sizes[GRANULES];
static void *owners[GRANULES];
static struct {
	u32 next, prev;
} links[GRANULES];
static u32 free_lists[MAX_ORDER_HERE + 1];

static void insert_free(u32 granule, unsigned int order)
{
	u32 next = free_lists[order];

	orders[granule] = order;
	sizes[granule] = 0;
	links[granule].next = next;
	links[granule].prev = END;
	if (next != END)
		links[next].prev = granule;
	free_lists[order] = granule;
}

static void remove_free(u32 granule)
{
	u32 next = links[granule].next, prev = links[granule].prev;

	if (prev == END)
		free_lists[orders[granule]] = next;
	else
		links[prev].next = next;
	if (next != END)
		links[next].prev = prev;
	orders[granule] = NOT_A_HEAD;
}

void pcpu_buddy_reset(void)
{
	memset(orders, NOT_A_HEAD, sizeof(orders));
	for (unsigned int order = 0; order <= MAX_ORDER_HERE; order++)
		free_lists[order] = END;
	insert_free(0, MAX_ORDER_HERE);
}

static unsigned int order_for(size_t size)
{
	size_t granules = (size + (1UL << PCPU_BUDDY_MIN_SHIFT) - 1) >> PCPU_BUDDY_MIN_SHIFT;

	return order_base_2(granules);
}

unsigned long pcpu_buddy_alloc(size_t size, void *owner)
{
	unsigned int wanted = order_for(size), order = wanted;
	u32 granule;

	while (order <= MAX_ORDER_HERE && free_lists[order] == END)
		order++;
	if (order > MAX_ORDER_HERE)
		return PCPU_BUDDY_NONE;
	granule = free_lists[order];
	remove_free(granule);
	while (order-- > wanted)
		insert_free(granule + (1u << order), order);
	orders[granule] = wanted;
	sizes[granule] = size;
	owners[granule] = owner;
	return (unsigned long)granule << PCPU_BUDDY_MIN_SHIFT;
}

size_t pcpu_buddy_size(unsigned long offset)
{
	u32 granule = offset >> PCPU_BUDDY_MIN_SHIFT;

	return orders[granule] == NOT_A_HEAD ? 0 : sizes[granule];
}

size_t pcpu_buddy_free(unsigned long offset)
{
	u32 granule = offset >> PCPU_BUDDY_MIN_SHIFT;
	size_t size = pcpu_buddy_size(offset);
	unsigned int order = orders[granule];

	if (!size)
		return 0;
	orders[granule] = NOT_A_HEAD;
	for (; order < MAX_ORDER_HERE; order++) {
		u32 buddy = granule ^ (1u << order);

		if (orders[buddy] != order || sizes[buddy])
			break;
		remove_free(buddy);
		granule &= ~(1u << order);
	}
	insert_free(granule, order);
	return size;
}

unsigned int pcpu_buddy_for_each(void (*fn)(size_t size, void *owner))
{
	unsigned int found = 0;

	for (u32 granule = 0; granule < GRANULES;) {
		if (sizes[granule]) {
			fn(sizes[granule], owners[granule]);
			found++;
		}
		granule += 1u << orders[granule];
	}
	return found;
}
