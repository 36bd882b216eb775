// SPDX-License-Identifier: GPL-2.0-only
/*
 * The probes of tracepoints.
 *
 * Readers walk an immutable array inside an RCU read section; a change
 * publishes a new array. Old arrays go on a list and are freed once a grace
 * period has passed: when somebody asks for that, or at shutdown, when no reader
 * is left. Memory comes from the host, as probes may be registered while no
 * machine is running. One host mutex serialises changes.
 */
#include <pthread.h>
#include <stdlib.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <udevmem/boot.h>
#include "libkern/subsystem.h"

/* An array as published, behind its link in the list of retired ones. */
struct probe_array {
	struct probe_array *next;
	struct tracepoint_func funcs[];
};

static pthread_mutex_t tracepoint_lock = PTHREAD_MUTEX_INITIALIZER;
static struct probe_array *retired;

static size_t count_probes(const struct tracepoint_func *funcs)
{
	size_t n = 0;

	while (funcs && funcs[n].func)
		n++;
	return n;
}

static struct tracepoint_func *find_probe(struct tracepoint_func *funcs, void *probe, void *data)
{
	for (; funcs && funcs->func; funcs++)
		if (funcs->func == probe && funcs->data == data)
			return funcs;
	return NULL;
}

static void retire(struct tracepoint_func *funcs)
{
	struct probe_array *array;

	if (!funcs)
		return;
	array = container_of(funcs, struct probe_array, funcs[0]);
	array->next = retired;
	retired = array;
}

/* An array for n probes and the entry that ends it. */
static struct tracepoint_func *new_array(size_t n)
{
	struct probe_array *array = calloc(1, struct_size(array, funcs, n + 1));

	return array ? array->funcs : NULL;
}

/* Release: a reader that sees the array sees its contents. */
static void publish(struct tracepoint *tp, struct tracepoint_func *funcs)
{
	struct tracepoint_func *old = tp->funcs;

	smp_store_release(&tp->funcs, funcs);
	retire(old);
}

static int add_probe(struct tracepoint *tp, struct tracepoint_func probe)
{
	size_t n = count_probes(tp->funcs), at = 0;
	struct tracepoint_func *funcs;

	if (find_probe(tp->funcs, probe.func, probe.data))
		return -EEXIST;
	funcs = new_array(n + 1);
	if (!funcs)
		return -ENOMEM;
	/* Behind all of the same or a higher priority. */
	while (at < n && tp->funcs[at].prio >= probe.prio)
		at++;
	if (n) {
		memcpy(funcs, tp->funcs, at * sizeof(*funcs));
		memcpy(funcs + at + 1, tp->funcs + at, (n - at) * sizeof(*funcs));
	}
	funcs[at] = probe;
	publish(tp, funcs);
	if (!n)
		static_branch_inc(&tp->key);
	return 0;
}

static int remove_probe(struct tracepoint *tp, void *probe, void *data)
{
	struct tracepoint_func *gone = find_probe(tp->funcs, probe, data), *funcs = NULL;
	size_t n = count_probes(tp->funcs), at = gone - tp->funcs;

	if (!gone)
		return -ENOENT;
	if (n > 1) {
		funcs = new_array(n - 1);
		if (!funcs)
			return -ENOMEM;
		memcpy(funcs, tp->funcs, at * sizeof(*funcs));
		memcpy(funcs + at, gone + 1, (n - 1 - at) * sizeof(*funcs));
	} else {
		static_branch_dec(&tp->key);
	}
	publish(tp, funcs);
	return 0;
}

int tracepoint_probe_register_prio(struct tracepoint *tp, void *probe, void *data, int prio)
{
	struct tracepoint_func func = { probe, data, prio };
	int err;

	pthread_mutex_lock(&tracepoint_lock);
	err = add_probe(tp, func);
	pthread_mutex_unlock(&tracepoint_lock);
	return err;
}
EXPORT_SYMBOL_GPL(tracepoint_probe_register_prio);

int tracepoint_probe_register(struct tracepoint *tp, void *probe, void *data)
{
	return tracepoint_probe_register_prio(tp, probe, data, TRACEPOINT_DEFAULT_PRIO);
}
EXPORT_SYMBOL_GPL(tracepoint_probe_register);

int tracepoint_probe_unregister(struct tracepoint *tp, void *probe, void *data)
{
	int err;

	pthread_mutex_lock(&tracepoint_lock);
	err = remove_probe(tp, probe, data);
	pthread_mutex_unlock(&tracepoint_lock);
	return err;
}
EXPORT_SYMBOL_GPL(tracepoint_probe_unregister);

static struct probe_array *take_retired(void)
{
	struct probe_array *all;

	pthread_mutex_lock(&tracepoint_lock);
	all = retired;
	retired = NULL;
	pthread_mutex_unlock(&tracepoint_lock);
	return all;
}

static void free_arrays(struct probe_array *array)
{
	while (array) {
		struct probe_array *next = array->next;

		free(array);
		array = next;
	}
}

void tracepoint_synchronize_unregister(void)
{
	struct probe_array *old = take_retired();

	if (udm_booted())
		synchronize_rcu();
	free_arrays(old);
}
EXPORT_SYMBOL_GPL(tracepoint_synchronize_unregister);

int tracepoint_boot(const struct udm_config *cfg)
{
	return 0;
}

void tracepoint_shutdown(void)
{
	free_arrays(take_retired());
}
