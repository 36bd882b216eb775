/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ports: the state of one host thread's accesses to one device's bus.
 *
 * A device model usually runs one engine thread per hardware queue, so a port is in effect the
 * queue's: its IOTLB and its counters have one writer and need no lock.
 *
 * The port also announces the access in progress. Whoever unmaps first clears the page
 * table, then looks at the ports of the device:
 *
 *	thread:		announce [first, last] and an odd seq;	read the page table; copy;
 *			even seq
 *	unmap:		clear the page table; full barrier;	read seq; wait while it is odd
 *			and the range overlaps
 *
 * The announcement is a sequentially consistent exchange and the page-table reads after it
 * are sequentially consistent too, so either the thread sees the cleared word and faults, or
 * the unmapping side sees the announcement and waits for it. Accesses are short copies: the
 * wait is bounded. Neither RCU (an unmap must not sleep or wait for unrelated readers) nor a
 * lock (an access must not wait for mappers) gives this.
 *
 * What the thread remembers of a granule (its IOTLB) is nobody else's, so it may be read before
 * the announcement; that it still holds is found out after it.
 */
#ifndef LIBNETMEM_DMA_PORT_H
#define LIBNETMEM_DMA_PORT_H

#include <linux/cache.h>
#include <linux/limits.h>
#include <linux/types.h>

struct udm_bus;

#define IOTLB_ENTRIES	1024

/* No access is that high: the granule of an entry that holds nothing. */
#define IOTLB_EMPTY	U64_MAX

/* A remembered translation: void unless the epoch is the domain's. */
struct iotlb_entry {
	u64 granule;
	u64 epoch;
	u64 pte;
	u64 *slot;			/* the word it was read from */
};

/* Written by the port's thread alone, with relaxed stores; anyone may add them up. */
struct port_counters {
	u64 reads;
	u64 writes;
	u64 read_bytes;
	u64 write_bytes;
	u64 hits;
	u64 misses;
	u64 stale_hits;
};

/* A piece of host memory an access touches. */
struct bus_piece {
	char *host;
	size_t len;
	bool unwatched;			/* copied behind the sanitizers' back */
};

struct bus_port {
	/* The announcement: written by the thread, read by whoever unmaps. */
	u64 seq;
	u64 first;
	u64 last;
	u64 bus_id;			/* 0 once the device is gone; written under bus_lock */
	struct port_counters counters ____cacheline_aligned;
	/* Lists and ownership: under bus_lock. */
	struct udm_bus *bus;
	struct bus_port *next;		/* of the bus, read without the lock */
	struct bus_port *next_own;	/* of the thread, or spare */
	bool owned;
	/* The thread's. */
	struct bus_piece *pieces;
	size_t max_pieces;
	struct iotlb_entry iotlb[IOTLB_ENTRIES];
};

/* What the calling thread's port on a bus remembers of a granule, if it does. */
static inline struct iotlb_entry *iotlb_entry(struct bus_port *port, u64 granule)
{
	return &port->iotlb[granule % IOTLB_ENTRIES];
}

#define PORT_CACHE	16

/* The ports the calling thread used last, by bus index. */
extern __internal __thread struct bus_port *recent_ports[PORT_CACHE];

/* The calling thread's port on a bus; NULL when out of host memory. See port_get() in attach.h. */
__internal struct bus_port *port_find(struct udm_bus *bus);

/* Called under bus_lock when a device goes: its ports become free for other buses. */
__internal void ports_release(struct udm_bus *bus);

static inline void port_enter(struct bus_port *port, u64 first, u64 last)
{
	/* Release: seeing these values means that the access before is over. */
	__atomic_store_n(&port->first, first, __ATOMIC_RELEASE);
	__atomic_store_n(&port->last, last, __ATOMIC_RELEASE);
	__atomic_exchange_n(&port->seq, port->seq + 1, __ATOMIC_SEQ_CST);
}

static inline void port_leave(struct bus_port *port)
{
	__atomic_store_n(&port->seq, port->seq + 1, __ATOMIC_RELEASE);
}

/* Wait until no access of a port that may have begun before now overlaps [first, last]. */
__internal void port_wait(struct bus_port *port, u64 first, u64 last);

static inline void port_count(u64 *counter, u64 by)
{
	__atomic_store_n(counter, *counter + by, __ATOMIC_RELAXED);
}

#endif
