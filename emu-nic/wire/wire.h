/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all kinds of wires have: the first member of each.
 */
#ifndef EMUNIC_WIRE_PRIVATE_H
#define EMUNIC_WIRE_PRIVATE_H

#include <udevmem/wire.h>

struct wire_ops {
	void (*start)(struct udm_wire *wire);	/* NULL: it runs from the beginning */
	bool (*done)(const struct udm_wire *wire);
	void (*stats)(const struct udm_wire *wire, struct udm_wire_stats *stats);
	void (*destroy)(struct udm_wire *wire);
	/* NULL: EINVAL. A direction is 0 or 1, the stats are zero before. */
	void (*direction_stats)(const struct udm_wire *wire, unsigned int direction,
				struct udm_wire_stats *stats);
	void (*set_link)(struct udm_wire *wire, bool up);
	void (*set_loss)(struct udm_wire *wire, unsigned int per_million, uint64_t seed);
	void (*disturb)(struct udm_wire *wire, unsigned int direction, uint64_t lose,
			uint64_t late);
};

struct udm_wire {
	const struct wire_ops *ops;
};

#endif
