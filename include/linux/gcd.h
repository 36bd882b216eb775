/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Greatest common divisor; gcd(0, x) is x. Kernel path: linux/gcd.h.
 */
#ifndef _GCD_H
#define _GCD_H

#include <linux/math.h>

#endif
