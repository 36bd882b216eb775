// SPDX-License-Identifier: GPL-2.0-only
/* Least common multiple; 0 if either is 0. */
#include <linux/export.h>
#include <linux/math.h>

unsigned long lcm(unsigned long a, unsigned long b)
{
	return a && b ? a / gcd(a, b) * b : 0;
}
EXPORT_SYMBOL_GPL(lcm);
