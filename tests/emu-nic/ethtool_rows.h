/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tables about family "ethtool" share: abbreviations, and what is done to the NIC. */
#ifndef TESTS_ETHTOOL_ROWS_H
#define TESTS_ETHTOOL_ROWS_H

#include <linux/ethtool.h>

#include "nl_rig.h"
#include "nl_rows.h"

#define ERR(e, rest...)	.err = -(e), ##rest
#define DUMP		.flags = NLM_F_DUMP
/* Of the NIC: 12 bytes, so the next attribute is at 32. */
#define NIC		NEST(1), U32(ETHTOOL_A_HEADER_DEV_INDEX, THE_NIC), CLOSE
#define LOOPBACK	NEST(1), U32(ETHTOOL_A_HEADER_DEV_INDEX, 1), CLOSE
#define RANGE		.text = "integer out of range"
#define UNKNOWN		.text = "Unknown attribute type"
#define UNSUPPORTED	.text = "Unsupported attribute"

/* A copy of the NIC's operations in their place, to be changed; and the real ones back. */
extern const struct ethtool_ops *real_ops;
extern struct ethtool_ops other_ops;
void change_ops(void);
void restore_ops(void);
void without_set_ops(void);

void no_admin(void);
void admin(void);
void detach(void);
void attach(void);

#endif
