// SPDX-License-Identifier: GPL-2.0-only
/* Mempools of DPDK: see dpdk.h. */
#define _GNU_SOURCE
#include "dpdk.h"

#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_mempool.h>
#include <rte_ring.h>
#include <sched.h>

#define OBJECTS		8191	/* one less than a power of two: what a ring has room for */
#define CACHE		256
#define OBJECT_SIZE	64
#define BATCH		16U
#define CHANNEL		4096

static struct rte_mempool *cached, *uncached;
static struct rte_ring *channel;

/* The environment pins its first thread; ours are to run where they like. */
static bool environment_begin(void)
{
	static char *args[] = { "page_pool", "--no-huge", "--no-pci", "--no-shconf",
				"--no-telemetry", "-m", "64", "-l", "0", "--log-level=error" };
	cpu_set_t cpus;
	bool begun;

	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		return false;
	begun = rte_eal_init(sizeof(args) / sizeof(args[0]), args) >= 0;
	sched_setaffinity(0, sizeof(cpus), &cpus);
	return begun;
}

static struct rte_mempool *pool_create(const char *name, unsigned int cache)
{
	return rte_mempool_create(name, OBJECTS, OBJECT_SIZE, cache, 0, NULL, NULL, NULL, NULL,
				  SOCKET_ID_ANY, 0);
}

bool dpdk_begin(void)
{
	if (!environment_begin())
		return false;
	cached = pool_create("cached", CACHE);
	uncached = pool_create("uncached", 0);
	channel = rte_ring_create("channel", CHANNEL, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	return cached && uncached && channel;
}

static inline __attribute__((always_inline)) void take_and_give(struct rte_mempool *pool,
								unsigned long loops)
{
	void *object;

	for (unsigned long i = 0; i < loops; i++) {
		if (rte_mempool_get(pool, &object))
			return;
		__asm__ volatile("" : "+r"(object) : : "memory");
		rte_mempool_put(pool, object);
	}
}

void dpdk_cached(unsigned long loops)
{
	take_and_give(cached, loops);
}

void dpdk_uncached(unsigned long loops)
{
	take_and_give(uncached, loops);
}

void dpdk_take(unsigned long n)
{
	void *objects[BATCH];
	const bool registered = !rte_thread_register();

	for (unsigned long i = 0; i < n; i += BATCH) {
		for (unsigned int k = 0; k < BATCH; k++) {
			while (rte_mempool_get(cached, &objects[k]))
				rte_pause();
		}
		while (!rte_ring_enqueue_bulk(channel, objects, BATCH, NULL))
			rte_pause();
	}
	if (registered)
		rte_thread_unregister();
}

void dpdk_give(unsigned long n)
{
	void *objects[BATCH];
	const bool registered = !rte_thread_register();

	for (unsigned long i = 0; i < n; i += BATCH) {
		while (!rte_ring_dequeue_bulk(channel, objects, BATCH, NULL))
			rte_pause();
		rte_mempool_put_bulk(cached, objects, BATCH);
	}
	if (registered)
		rte_thread_unregister();
}
