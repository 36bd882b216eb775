/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests and what they are answered, as rows of tables: nl_rows.c builds each
 * byte by byte, sends it to an emulated NIC's machine, and compares.
 */
#ifndef TESTS_NL_ROWS_H
#define TESTS_NL_ROWS_H

#include <stddef.h>
#include <stdint.h>

#define ROW_PARTS	14
#define ROW_QUEUES	4

/* One attribute, or the end of a nest. */
struct nl_part {
	enum { P_NONE, P_BYTES, P_TEXT, P_NEST, P_CLOSE, P_RAW } kind;
	uint16_t type, len;
	uint64_t value;
	const char *text;
};

#define U8(t, v)	{ P_BYTES, t, 1, v, NULL }
#define U16(t, v)	{ P_BYTES, t, 2, v, NULL }
#define U32(t, v)	{ P_BYTES, t, 4, v, NULL }
#define U64(t, v)	{ P_BYTES, t, 8, v, NULL }
/* Any length: the value, then zeros. */
#define LONG(t, n)	{ P_BYTES, t, n, 0, NULL }
#define TEXT(t, s)	{ P_TEXT, t, 0, 0, s }
#define NEST(t)		{ P_NEST, t, 0, 0, NULL }
#define CLOSE		{ P_CLOSE, 0, 0, 0, NULL }
/* So many bytes behind the last attribute, which are none. */
#define RAW(n)		{ P_RAW, 0, n, 0, NULL }

/* Values that stand for what the machine has. */
enum {
	THE_NIC = 0xffffff00,	/* its ifindex */
	THE_NAPI,		/* of queue 0 */
	THE_POOL,		/* a page pool of the NIC */
	THE_DMABUF,
	THE_PLAIN_FILE,		/* a descriptor of no dma-buf */
	THE_NETDEV_FAMILY,
	THE_VALUES_END,
};

enum nl_who { NETDEV, ETHTOOL, CTRL };

struct nl_row {
	const char *name;
	enum nl_who who;
	uint8_t cmd;
	uint16_t flags;			/* beside REQUEST and ACK */
	struct nl_part part[ROW_PARTS];
	int err;
	const char *text;		/* NULL: none */
	uint32_t offs, miss_type, miss_nest;
	/* Success: the message's command, and attributes it has, up to a 0. */
	uint8_t reply;
	uint16_t has[16];
	/* Called around it, on the NIC. */
	void (*before)(void);
	void (*after)(void);
};

struct net_device;
struct udm_netdev;
/* The NIC of the machine the row runs on: up, with header split on, nothing bound. */
extern struct udm_netdev *row_nic;
extern struct net_device *row_dev;
extern int row_dmabuf;

/* Checked fixture, and the test of one row. */
void rows_open(void);
void rows_close(void);
void row_check(const struct nl_row *row);

/* The test, by its name with _rows, of any row of a table. */
#define CHECK_ROWS(table)						\
START_TEST(table##_rows)						\
{									\
	row_check(&table[_i]);						\
}									\
END_TEST

#endif
