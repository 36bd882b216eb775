/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exponentially weighted moving averages: a value counts one part in `weight_rcp`, a power
 * of two, against what was; `precision` bits below the point are kept. The first value is
 * the average. The caller locks; readers need not. Kernel path: linux/average.h.
 */
#ifndef _UDM_LINUX_AVERAGE_H
#define _UDM_LINUX_AVERAGE_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/log2.h>

#define DECLARE_EWMA(name, precision, weight_rcp)                                                  \
	struct ewma_##name {                                                                       \
		unsigned long internal;                                                            \
	};                                                                                         \
	static_assert((precision) <= 30, "too many bits below the point");                         \
	static_assert(((weight_rcp) & ((weight_rcp) - 1)) == 0, "the weight is a power of two");   \
	static inline void ewma_##name##_init(struct ewma_##name *e)                               \
	{                                                                                          \
		e->internal = 0;                                                                   \
	}                                                                                          \
	static inline unsigned long ewma_##name##_read(struct ewma_##name *e)                      \
	{                                                                                          \
		return READ_ONCE(e->internal) >> (precision);                                      \
	}                                                                                          \
	static inline void ewma_##name##_add(struct ewma_##name *e, unsigned long val)             \
	{                                                                                          \
		unsigned long was = e->internal, scaled = val << (precision);                      \
                                                                                                   \
		/* What was loses its share before the new value gets it. */                       \
		if (was)                                                                           \
			scaled = (was * ((weight_rcp) - 1) + scaled) / (weight_rcp);               \
		WRITE_ONCE(e->internal, scaled);                                                   \
	}

#endif
