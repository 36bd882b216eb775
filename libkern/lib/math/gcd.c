// SPDX-License-Identifier: GPL-2.0-only
/* Greatest common divisor, by Euclid; gcd(0, x) is x. */
#include <linux/export.h>
#include <linux/math.h>

unsigned long gcd(unsigned long a, unsigned long b)
{
	while (b) {
		unsigned long rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}
EXPORT_SYMBOL_GPL(gcd);
