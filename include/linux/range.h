/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An inclusive range. Kernel path: linux/range.h.
 */
#ifndef _LINUX_RANGE_H
#define _LINUX_RANGE_H

#include <linux/types.h>

struct range {
	u64 start;
	u64 end;
};

static inline u64 range_len(const struct range *range)
{
	return range->end - range->start + 1;
}

static inline bool range_contains(const struct range *r1, const struct range *r2)
{
	return r1->start <= r2->start && r2->end <= r1->end;
}

static inline bool range_overlaps(const struct range *r1, const struct range *r2)
{
	return r1->start <= r2->end && r2->start <= r1->end;
}

#endif
