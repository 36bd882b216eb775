// SPDX-License-Identifier: GPL-2.0-only
/* Two arrays of pointers, each ended by NULL, in one. */
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

static size_t pointers_in(void **array)
{
	size_t n = 0;

	while (array[n])
		n++;
	return n;
}

void **__memcat_p(void **a, void **b)
{
	size_t first = pointers_in(a), second = pointers_in(b);
	void **both = kmalloc_array(first + second + 1, sizeof(*both), GFP_KERNEL);

	if (!both)
		return NULL;
	memcpy(both, a, first * sizeof(*a));
	memcpy(both + first, b, (second + 1) * sizeof(*b));
	return both;
}
EXPORT_SYMBOL_GPL(__memcat_p);
