// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ports: handing them out and waiting for them. The protocol is described in port.h.
 *
 * A port is in the list of its bus (for whoever unmaps) and in the list of its thread. When
 * the bus goes first, the thread keeps the port and uses it for another bus; when the thread
 * goes first, another thread on the same bus takes it over; when both are gone, it waits in
 * the spare list. Ports are never freed: a thread may still look at one it used to own.
 */
#include <linux/compiler.h>
#include <linux/types.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "attach.h"
#include "port.h"

__thread struct bus_port *recent_ports[PORT_CACHE];

/* The ports of the calling thread. */
static __thread struct {
	struct bus_port *all;
	bool registered;
} own_ports;

static struct bus_port *spare_ports;
static pthread_key_t exit_key;
static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;

static void port_make_spare(struct bus_port *port)
{
	port->next_own = spare_ports;
	spare_ports = port;
}

/* At the end of a thread: its ports are free for others. */
static void thread_exits(void *unused)
{
	struct bus_port *port, *next;

	pthread_mutex_lock(&bus_lock);
	for (port = own_ports.all; port; port = next) {
		next = port->next_own;
		port->owned = false;
		if (!port->bus)
			port_make_spare(port);
	}
	own_ports.all = NULL;
	memset(recent_ports, 0, sizeof(recent_ports));
	pthread_mutex_unlock(&bus_lock);
}

static void make_exit_key(void)
{
	pthread_key_create(&exit_key, thread_exits);
}

/* Have thread_exits() run for this thread. */
static void thread_register(void)
{
	if (own_ports.registered)
		return;
	pthread_once(&exit_key_once, make_exit_key);
	pthread_setspecific(exit_key, &own_ports);
	own_ports.registered = true;
}

static struct bus_port *own_port(const struct udm_bus *bus)
{
	struct bus_port *port = own_ports.all;

	while (port && port->bus != bus)
		port = port->next_own;
	return port;
}

static struct bus_port *abandoned_port(const struct udm_bus *bus)
{
	struct bus_port *port = bus->ports;

	while (port && port->owned)
		port = port->next;
	return port;
}

static struct bus_port *new_port(void)
{
	struct bus_port *port = aligned_alloc(L1_CACHE_BYTES,
					      ALIGN(sizeof(*port), L1_CACHE_BYTES));

	if (port)
		memset(port, 0, sizeof(*port));
	return port;
}

/* A port without a bus: one of this thread's, a spare one, or a new one. */
static struct bus_port *unused_port(void)
{
	struct bus_port *port = own_port(NULL);

	if (port)
		return port;
	port = spare_ports;
	if (port)
		spare_ports = port->next_own;
	else
		port = new_port();
	if (!port)
		return NULL;
	port->next_own = own_ports.all;
	own_ports.all = port;
	port->owned = true;
	return port;
}

static void port_join(struct bus_port *port, struct udm_bus *bus)
{
	unsigned int k;

	for (k = 0; k < IOTLB_ENTRIES; k++)
		port->iotlb[k] = (struct iotlb_entry){ .granule = IOTLB_EMPTY };
	memset(&port->counters, 0, sizeof(port->counters));
	port->bus = bus;
	port->next = bus->ports;
	__atomic_store_n(&port->bus_id, bus->id, __ATOMIC_RELAXED);
	/*
	 * Sequentially consistent, before the port's first announcement: an unmapping thread
	 * that misses the port here has cleared its words before the port reads them.
	 */
	__atomic_store_n(&bus->ports, port, __ATOMIC_SEQ_CST);
}

struct bus_port *port_find(struct udm_bus *bus)
{
	struct bus_port *port;

	thread_register();
	pthread_mutex_lock(&bus_lock);
	port = own_port(bus);
	if (!port) {
		port = abandoned_port(bus);
		if (port) {
			port->owned = true;
			port->next_own = own_ports.all;
			own_ports.all = port;
		}
	}
	if (!port) {
		port = unused_port();
		if (port)
			port_join(port, bus);
	}
	pthread_mutex_unlock(&bus_lock);
	recent_ports[bus->index % PORT_CACHE] = port;
	return port;
}

void ports_release(struct udm_bus *bus)
{
	struct bus_port *port, *next;

	for (port = bus->ports; port; port = next) {
		next = port->next;
		port->bus = NULL;
		__atomic_store_n(&port->bus_id, 0, __ATOMIC_RELAXED);
		if (!port->owned)
			port_make_spare(port);
	}
	__atomic_store_n(&bus->ports, NULL, __ATOMIC_SEQ_CST);
}

void port_wait(struct bus_port *port, u64 first, u64 last)
{
	u64 seen = __atomic_load_n(&port->seq, __ATOMIC_SEQ_CST);
	unsigned int spins = 0;

	if (!(seen & 1))
		return;
	/* Acquire: values of a later access mean that the one seen is over. */
	if (__atomic_load_n(&port->last, __ATOMIC_ACQUIRE) < first ||
	    __atomic_load_n(&port->first, __ATOMIC_ACQUIRE) > last)
		return;
	while (__atomic_load_n(&port->seq, __ATOMIC_ACQUIRE) == seen)
		if (++spins % 64 == 0)
			sched_yield();
}
