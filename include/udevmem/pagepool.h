/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looking at page pools and device-memory bindings: for tools and tests.
 *
 * Snapshots. Counters of a pool that is in use are read while they move, so they
 * may be off by what happens meanwhile; on a quiet pool they are exact. Nothing
 * here changes what it looks at. Process context, may sleep; needs a booted
 * machine. A callback runs with the list it walks locked: it must not create or
 * destroy pools or bindings, nor walk them again.
 */
#ifndef UDEVMEM_PAGEPOOL_H
#define UDEVMEM_PAGEPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct device;

/* The counters of struct page_pool_stats. */
struct udm_pool_counters {
	uint64_t fast, slow, slow_high_order, empty, refill, waive;
	uint64_t cached, cache_full, ring, ring_full, released_refcnt;
};

struct udm_pool_info {
	uint32_t id;
	int ifindex;		/* of its netdev; 0: invisible */
	uint32_t queue;		/* rx queue it feeds, if it has a netdev */
	unsigned int flags;	/* PP_FLAG_* */
	unsigned int order;	/* log2 pages per buffer */
	bool unreadable;	/* its memory comes from a provider */
	bool detached;		/* destroyed, waiting for buffers */
	uint32_t binding;	/* id of its device-memory binding, or 0 */

	uint32_t cache;		/* buffers free in the cache, */
	uint32_t ring;		/* in the ring, */
	uint32_t ring_slots;	/* which has room for so many, */
	uint32_t out;		/* and buffers in use */
	uint32_t inflight;	/* cache + ring + out */
	uint32_t hold;		/* entered since creation, wraps */
	uint32_t release;	/* left since creation, wraps */
	uint32_t mapped;	/* DMA mappings of the pool */
	struct udm_pool_counters counters;
};

struct udm_binding_info {
	uint32_t id;
	int ifindex;		/* 0: its device is gone */
	bool tx;
	bool unbound;		/* given up by its owner, still in use */
	uint32_t queues;	/* rx queues bound to it */
	uint32_t pools;		/* page pools on it, detached ones included */
	uint32_t chunks;	/* DMA segments */
	uint64_t bytes;

	/* RX: total = free + idle + lent + out. TX niovs are not allocated: all are free. */
	uint64_t niovs_total;
	uint64_t niovs_free;	/* in the binding */
	uint64_t niovs_idle;	/* in the caches and rings of its pools */
	uint64_t niovs_lent;	/* with other providers and in their pools (udevmem/provider.h) */
	uint64_t niovs_out;	/* with the device, the stack or the user */
};

enum udm_niov_state {
	UDM_NIOV_FREE,		/* in the binding */
	UDM_NIOV_CACHED,	/* in the cache of its pool */
	UDM_NIOV_RINGED,	/* in the ring of its pool */
	UDM_NIOV_OUT,		/* on its way: with driver, device or stack */
	UDM_NIOV_LENT,		/* with another provider, in no pool */
	UDM_NIOV_POSTED,	/* in a device's ring, to be filled */
	UDM_NIOV_QUEUED,	/* in a socket's receive queue */
	UDM_NIOV_HELD,		/* the application's, until it returns its token */
	UDM_NIOV_SENDING,	/* in a device's ring, to be sent */
};

/* "free", "cached", ... */
const char *udm_niov_state_name(enum udm_niov_state state);

struct udm_niov_info {
	uint64_t offset;	/* in the dma-buf, bytes */
	uint64_t dma_addr;
	enum udm_niov_state state;
	uint32_t pool;		/* id of the pool it belongs to; 0: none */
	long refs;		/* pool references on it, 0 when free */

	/* Who has it. */
	int ifindex;		/* posted, sending: the device, or 0 */
	uint32_t queue;		/* of that */
	uint64_t socket;	/* queued, held: SO_COOKIE of the socket, or 0 */
	uint32_t token;		/* held: one of its tokens */

	/* Since its last event (udm_niov_history()). */
	bool has_age;
	uint64_t age_ns;	/* of udm_now() */
};

/* A trace event that named a net_iov. */
struct udm_niov_event {
	uint64_t when_ns;	/* as udm_now() tells it */
	uint32_t cpu;		/* emulated CPU */
	const char *system;	/* the event, for udm_trace_find(): page_pool, devmem, ... */
	const char *name;
	const char *text;	/* of its fields */
};

/* Events kept per net_iov. */
#define UDM_NIOV_HISTORY 16

/* Return false to stop. */
typedef bool (*udm_pool_fn)(void *ctx, const struct udm_pool_info *info);
typedef bool (*udm_binding_fn)(void *ctx, const struct udm_binding_info *info);
typedef bool (*udm_niov_fn)(void *ctx, const struct udm_niov_info *info);
typedef bool (*udm_niov_event_fn)(void *ctx, const struct udm_niov_event *event);

/* Every pool, visible or not, by rising id. */
void udm_pools_walk(udm_pool_fn fn, void *ctx);
/* One pool. 0, or -ENOENT. */
int udm_pool_get(uint32_t id, struct udm_pool_info *info);

/* Every binding until it is freed, oldest first. */
void udm_bindings_walk(udm_binding_fn fn, void *ctx);
/* One binding. 0, or -ENOENT. */
int udm_binding_get(uint32_t id, struct udm_binding_info *info);
/* Every niov of a binding by offset. 0, -ENOENT, or -ENOMEM. */
int udm_niovs_walk(uint32_t binding, udm_niov_fn fn, void *ctx);

/*
 * The last UDM_NIOV_HISTORY events of the niov at byte @offset of a binding, oldest
 * first: it entered and left a pool, was posted, filled, delivered, returned, and
 * whatever else has a trace event with a field "netmem". -ENOENT: no such binding or
 * offset. -EOPNOTSUPP: no history is kept; UDM_DEBUG=history switches it on, and builds
 * with --enable-debug have it on (udevmem/memdebug.h).
 */
int udm_niov_history(uint32_t binding, uint64_t offset, udm_niov_event_fn fn, void *ctx);

/*
 * Who else knows where net_iovs are. The emulated NIC and the sockets are asked; a driver
 * or a stack of your own adds itself. @walk calls @found for each net_iov that is with it
 * at that moment, by its address or, where there is only that, by where it is on the bus
 * of @dev. 0, or -ENOMEM when it cannot tell all. Process context, may sleep; it must not
 * look at pools or bindings.
 */
struct udm_held {
	enum udm_niov_state state;	/* POSTED, QUEUED, HELD, SENDING or OUT */
	const void *niov;		/* struct net_iov, or NULL */
	const struct device *dev;	/* for which it is mapped */
	uint64_t dma_addr;
	size_t len;			/* from there on; all of its pages are meant */
	int ifindex;
	uint32_t queue;
	uint64_t socket;
	uint32_t token;
};

typedef void (*udm_held_fn)(void *ctx, const struct udm_held *held);

struct udm_holder {
	int (*walk)(struct udm_holder *holder, udm_held_fn found, void *ctx);
	struct udm_holder *next;
};

/* The holder stays the caller's; it is not asked any more when remove returns. May sleep. */
void udm_holder_add(struct udm_holder *holder);
void udm_holder_remove(struct udm_holder *holder);

/*
 * All pools and bindings, and each net_iov that is not free with its history, as a JSON
 * object in memory for free(). NULL without memory. docs/debugging.md has an example.
 */
char *udm_pagepool_json(void);

/*
 * Writes a line to the log for each pool that has buffers out, each binding and each of
 * its net_iovs that is neither free nor idle (of many, the first ones); returns how many
 * lines. udm_leak_report() does this too, and udm_shutdown() for what is left then.
 */
size_t udm_pagepool_report(void);

/*
 * Holds every pool, mapping, binding and net_iov against the rules that hold between
 * them (docs/invariants.md). Returns how many are broken; each is a WARN() that names
 * the object. At rest only: nobody else may be inside a function of a pool or binding
 * meanwhile, which in sim mode is so wherever nobody was preempted there.
 */
size_t udm_pagepool_check(void);

#ifdef __cplusplus
}
#endif

#endif
