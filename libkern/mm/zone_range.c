// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which frames of a zone are handed out.
 *
 * One bit per frame, set while a backend holds it. Runs are handed out lowest
 * first, so the same requests give the same addresses. A request is rare (spans
 * of megabytes, pages of small objects), so a search under a lock is enough.
 */
#include <stdlib.h>

#include <linux/bitmap.h>
#include <linux/minmax.h>

#include "internal.h"

static unsigned long zone_nr_frames(const struct zone *zone)
{
	return zone->end_pfn - zone->start_pfn;
}

int zone_range_init(struct zone *zone)
{
	unsigned long frames = zone_nr_frames(zone);

	zone->range_map = calloc(BITS_TO_LONGS(frames), sizeof(unsigned long));
	zone->nr_unused = frames;
	return zone->range_map ? 0 : -ENOMEM;
}

void zone_range_exit(struct zone *zone)
{
	free(zone->range_map);
	zone->range_map = NULL;
}

/* Bits count from start_pfn; the offset makes alignment count from frame 0. */
static unsigned long find_run(struct zone *zone, unsigned long from, unsigned long nr,
			      unsigned long align)
{
	return bitmap_find_next_zero_area_off(zone->range_map, zone_nr_frames(zone),
					      max(from, zone->range_hint), nr, align - 1,
					      zone->start_pfn);
}

static void take_run(struct zone *zone, unsigned long bit, unsigned long nr)
{
	bitmap_set(zone->range_map, bit, nr);
	zone->nr_unused -= nr;
	if (bit == zone->range_hint)
		zone->range_hint = bit + nr;
}

void *zone_range_alloc_within(struct zone *zone, unsigned long nr, unsigned long align,
			      unsigned long first, unsigned long end)
{
	unsigned long from = max(first, zone->start_pfn) - zone->start_pfn;
	unsigned long bit;
	void *addr = NULL;

	end = min(end, zone->end_pfn);
	mem_lock(&zone->range_lock);
	if (nr <= zone->nr_unused) {
		bit = find_run(zone, from, nr, align);
		if (zone->start_pfn + bit + nr <= end) {
			take_run(zone, bit, nr);
			addr = pfn_to_kaddr(zone->start_pfn + bit);
		}
	}
	mem_unlock(&zone->range_lock);
	return addr;
}

void *zone_range_alloc(struct zone *zone, unsigned long nr, unsigned long align)
{
	return zone_range_alloc_within(zone, nr, align, zone->start_pfn, zone->end_pfn);
}

bool zone_range_claim(struct zone *zone, void *addr, unsigned long nr)
{
	unsigned long pfn = virt_to_pfn(addr);
	unsigned long bit = pfn - zone->start_pfn;
	bool free;

	if (pfn < zone->start_pfn || pfn + nr > zone->end_pfn)
		return false;
	mem_lock(&zone->range_lock);
	free = find_next_bit(zone->range_map, bit + nr, bit) >= bit + nr;
	if (free)
		take_run(zone, bit, nr);
	mem_unlock(&zone->range_lock);
	return free;
}

void zone_range_free(struct zone *zone, void *addr, unsigned long nr)
{
	unsigned long bit = virt_to_pfn(addr) - zone->start_pfn;

	mem_lock(&zone->range_lock);
	bitmap_clear(zone->range_map, bit, nr);
	zone->nr_unused += nr;
	if (bit < zone->range_hint)
		zone->range_hint = bit;
	mem_unlock(&zone->range_lock);
}
