// SPDX-License-Identifier: GPL-2.0-only
/* Integer square roots, bit by bit from the top; only shifts and additions. */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/math.h>

u32 int_sqrt64(u64 x)
{
	u64 root = 0;

	for (int bit = x ? (fls64(x) - 1) / 2 : -1; bit >= 0; bit--) {
		u64 tried = root | 1ULL << bit;

		if (tried * tried <= x)
			root = tried;
	}
	return root;
}
EXPORT_SYMBOL(int_sqrt64);

unsigned long int_sqrt(unsigned long x)
{
	return int_sqrt64(x);
}
EXPORT_SYMBOL(int_sqrt);
