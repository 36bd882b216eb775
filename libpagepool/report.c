// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools and bindings as text: JSON for programs, lines in the log for what is left over.
 */
#include <jansson.h>

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <udevmem/leak.h>
#include <udevmem/pagepool.h>

/* Lines per binding. */
#define REPORTED_NIOVS 16

static json_t *counters_json(const struct udm_pool_counters *c)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			 "fast", (json_int_t)c->fast, "slow", (json_int_t)c->slow,
			 "slow_high_order", (json_int_t)c->slow_high_order,
			 "empty", (json_int_t)c->empty, "refill", (json_int_t)c->refill,
			 "waive", (json_int_t)c->waive, "cached", (json_int_t)c->cached,
			 "cache_full", (json_int_t)c->cache_full, "ring", (json_int_t)c->ring,
			 "ring_full", (json_int_t)c->ring_full,
			 "released_refcnt", (json_int_t)c->released_refcnt);
}

/* A list being filled by a walk; once it failed, nothing in it is worth having. */
struct list_json {
	json_t *list;
	bool failed;
};

/* Takes @item over; NULL is a failure too. */
static bool list_add(struct list_json *to, json_t *item)
{
	if (json_array_append_new(to->list, item))
		to->failed = true;
	return !to->failed;
}

static bool pool_json(void *ctx, const struct udm_pool_info *i)
{
	json_t *pool = json_pack("{s:i, s:i, s:i, s:i, s:i, s:b, s:b, s:i}", "id", (int)i->id,
				 "ifindex", i->ifindex, "queue", (int)i->queue,
				 "flags", (int)i->flags, "order", (int)i->order,
				 "unreadable", (int)i->unreadable, "detached", (int)i->detached,
				 "binding", (int)i->binding);
	json_t *more = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
				 "cache", (json_int_t)i->cache, "ring", (json_int_t)i->ring,
				 "ring_slots", (json_int_t)i->ring_slots, "out", (json_int_t)i->out,
				 "inflight", (json_int_t)i->inflight, "hold", (json_int_t)i->hold,
				 "release", (json_int_t)i->release, "mapped", (json_int_t)i->mapped,
				 "counters", counters_json(&i->counters));

	if (!pool || !more || json_object_update(pool, more)) {
		json_decref(pool);
		pool = NULL;
	}
	json_decref(more);
	return list_add(ctx, pool);
}

static bool event_json(void *ctx, const struct udm_niov_event *e)
{
	return list_add(ctx, json_pack("{s:I, s:i, s:s, s:s}", "when_ns", (json_int_t)e->when_ns,
				       "cpu", (int)e->cpu, "event", e->name, "fields", e->text));
}

/* What is to be said of a net_iov besides what all have. */
static int niov_owner_json(json_t *niov, const struct udm_niov_info *i)
{
	int err = 0;

	if (i->pool)
		err |= json_object_set_new(niov, "pool", json_integer(i->pool));
	if (i->ifindex) {
		err |= json_object_set_new(niov, "ifindex", json_integer(i->ifindex));
		err |= json_object_set_new(niov, "queue", json_integer(i->queue));
	}
	if (i->socket)
		err |= json_object_set_new(niov, "socket", json_integer(i->socket));
	if (i->state == UDM_NIOV_HELD)
		err |= json_object_set_new(niov, "token", json_integer(i->token));
	if (i->has_age)
		err |= json_object_set_new(niov, "age_ns", json_integer(i->age_ns));
	return err;
}

static bool niov_json(void *ctx, const struct udm_niov_info *i)
{
	json_t *niov;

	if (i->state == UDM_NIOV_FREE)
		return true;
	niov = json_pack("{s:I, s:I, s:s, s:I}", "offset", (json_int_t)i->offset,
			 "dma_addr", (json_int_t)i->dma_addr,
			 "state", udm_niov_state_name(i->state), "refs", (json_int_t)i->refs);
	if (niov && niov_owner_json(niov, i)) {
		json_decref(niov);
		niov = NULL;
	}
	return list_add(ctx, niov);
}

static int history_json(json_t *niov, u32 binding)
{
	struct list_json events = { .list = json_array() };
	const u64 offset = json_integer_value(json_object_get(niov, "offset"));

	if (!events.list)
		return -1;
	udm_niov_history(binding, offset, event_json, &events);
	if (events.failed || !json_array_size(events.list)) {
		json_decref(events.list);
		return events.failed ? -1 : 0;
	}
	return json_object_set_new(niov, "history", events.list);
}

/* The ids first: nothing else may be walked from within the walk of bindings. */
static bool binding_json(void *ctx, const struct udm_binding_info *i)
{
	json_t *niovs = json_pack("{s:I, s:I, s:I, s:I, s:I}", "total", (json_int_t)i->niovs_total,
				  "free", (json_int_t)i->niovs_free,
				  "idle", (json_int_t)i->niovs_idle,
				  "lent", (json_int_t)i->niovs_lent,
				  "out", (json_int_t)i->niovs_out);

	return list_add(
		ctx, json_pack("{s:i, s:i, s:b, s:b, s:i, s:i, s:i, s:I, s:o}", "id", (int)i->id,
			       "ifindex", i->ifindex, "tx", (int)i->tx, "unbound", (int)i->unbound,
			       "queues", (int)i->queues, "pools", (int)i->pools,
			       "chunks", (int)i->chunks, "bytes", (json_int_t)i->bytes,
			       "niovs", niovs));
}

static int binding_fill(json_t *binding)
{
	const u32 id = json_integer_value(json_object_get(binding, "id"));
	struct list_json to = { .list = json_array() };
	size_t i;
	json_t *niov;

	if (!to.list)
		return -1;
	/* Gone meanwhile: nothing of it is in use. */
	to.failed = udm_niovs_walk(id, niov_json, &to) == -ENOMEM || to.failed;
	json_array_foreach(to.list, i, niov)
		to.failed = to.failed || history_json(niov, id);
	return json_object_set_new(binding, "in_use", to.list) || to.failed ? -1 : 0;
}

char *udm_pagepool_json(void)
{
	struct list_json pools = { .list = json_array() }, bindings = { .list = json_array() };
	json_t *all, *binding;
	char *text = NULL;
	int err = !pools.list || !bindings.list;
	size_t i;

	if (!err) {
		udm_pools_walk(pool_json, &pools);
		udm_bindings_walk(binding_json, &bindings);
		err = pools.failed || bindings.failed;
	}
	json_array_foreach(bindings.list, i, binding)
		err |= binding_fill(binding);
	all = json_pack("{s:o, s:o}", "pools", pools.list, "bindings", bindings.list);
	if (!err && all)
		text = json_dumps(all, JSON_INDENT(1));
	json_decref(all);
	return text;
}

/* The report. */

struct report {
	size_t lines;
	u32 bindings[64];
	size_t nr_bindings;
	u32 binding;
	size_t niovs;
};

static bool pool_report(void *ctx, const struct udm_pool_info *i)
{
	struct report *report = ctx;

	if (!i->out)
		return true;
	report->lines++;
	pr_info("pool %u%s: %u of %u buffers are out\n", i->id, i->detached ? " (destroyed)" : "",
		i->out, i->inflight);
	return true;
}

static bool binding_report(void *ctx, const struct udm_binding_info *i)
{
	struct report *report = ctx;

	report->lines++;
	pr_info("binding %u%s of device %d: %llu of %llu net_iovs are out\n", i->id,
		i->unbound ? " (unbound)" : "", i->ifindex, (u64)i->niovs_out, (u64)i->niovs_total);
	if (report->nr_bindings < ARRAY_SIZE(report->bindings))
		report->bindings[report->nr_bindings++] = i->id;
	return true;
}

static void owner_text(char *text, size_t size, const struct udm_niov_info *i)
{
	size_t len = 0;

	text[0] = '\0';
	if (i->ifindex)
		len += scnprintf(text + len, size - len, " on queue %u of device %d", i->queue,
				 i->ifindex);
	if (i->socket)
		len += scnprintf(text + len, size - len, " with socket %llu", (u64)i->socket);
	if (i->state == UDM_NIOV_HELD)
		len += scnprintf(text + len, size - len, " as token %u", i->token);
	if (i->has_age)
		scnprintf(text + len, size - len, " for %llu us", (u64)i->age_ns / 1000);
}

static bool niov_report(void *ctx, const struct udm_niov_info *i)
{
	struct report *report = ctx;
	char owner[128];

	if (i->state == UDM_NIOV_FREE || i->state == UDM_NIOV_CACHED ||
	    i->state == UDM_NIOV_RINGED)
		return true;
	if (report->niovs++ == REPORTED_NIOVS)
		return false;
	owner_text(owner, sizeof(owner), i);
	report->lines++;
	pr_info("binding %u: net_iov at %#llx is %s%s, pool %u, %ld references\n", report->binding,
		(u64)i->offset, udm_niov_state_name(i->state), owner, i->pool, i->refs);
	return true;
}

size_t udm_pagepool_report(void)
{
	struct report report = { };

	udm_pools_walk(pool_report, &report);
	udm_bindings_walk(binding_report, &report);
	for (size_t i = 0; i < report.nr_bindings; i++) {
		report.binding = report.bindings[i];
		report.niovs = 0;
		udm_niovs_walk(report.binding, niov_report, &report);
	}
	return report.lines;
}

static void tell(void)
{
	udm_pagepool_report();
}

static struct udm_leak_teller teller = { .tell = tell };

static int __init pagepool_report_start(void)
{
	udm_leak_teller_add(&teller);
	return 0;
}
late_initcall(pagepool_report_start);

static void __exit pagepool_report_stop(void)
{
	udm_leak_teller_remove(&teller);
	udm_pagepool_report();
}
__exitcall(pagepool_report_stop);
