// SPDX-License-Identifier: GPL-2.0-only
/* Powers of integers, modulo 2^64. */
#include <linux/export.h>
#include <linux/math.h>

u64 int_pow(u64 base, unsigned int exp)
{
	u64 result = 1;

	for (; exp; exp >>= 1, base *= base)
		if (exp & 1)
			result *= base;
	return result;
}
EXPORT_SYMBOL_GPL(int_pow);
