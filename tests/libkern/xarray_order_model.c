// SPDX-License-Identifier: GPL-2.0-only
/*
 * XArray with entries of many indices against a plain array.
 *
 * The model has a cell per index, which says what is there and from where to where
 * that reaches. Random operations on a window of indices, every result compared, and
 * now and then everything: loads, marks, orders, each way of walking, and the nodes.
 * In the runs where memory fails an operation may say so, and then changes nothing.
 * UDM_TEST_SEEDS says how many seeds to run.
 */
#include <linux/bitops.h>
#include <linux/prandom.h>
#include <linux/xarray.h>
#include <udevmem/fault.h>

#include "fixture.h"
#include "xarray_rig.h"

#define MAX_CELLS 8192
#define ROUNDS 600

struct cell {
	void *entry;		/* NULL, an entry, or XA_ZERO_ENTRY */
	unsigned int first, order;
	unsigned int marks;
};

/* The window is the 2^max_order indices from base on. */
struct model {
	struct xarray xa;
	unsigned long base;
	unsigned int cells, max_order;
	bool short_of_memory;
	struct rnd_state rnd;
	struct cell cell[MAX_CELLS];
};

static unsigned int pick(struct model *m, unsigned int n)
{
	return prandom_u32_state(&m->rnd) % n;
}

static void *shown(void *entry)
{
	return xa_is_zero(entry) ? NULL : entry;
}

static unsigned int cell_last(const struct cell *c)
{
	return c->first + (1U << c->order) - 1;
}

/* What a store does: to the larger entry around, or in place of all that is inside. */
static void model_store(struct model *m, unsigned int i, unsigned int order, void *entry)
{
	unsigned int first = i & ~((1U << order) - 1), marks = 0;
	struct cell *old = &m->cell[first];

	if (old->entry && old->order > order) {
		first = old->first;
		order = old->order;
	}
	for (i = first; i < first + (1U << order); i++)
		marks |= m->cell[i].marks;
	for (i = first; i < first + (1U << order); i++)
		m->cell[i] = entry ? (struct cell){ entry, first, order, marks }
				   : (struct cell){ NULL, i, 0, 0 };
}

static void *random_entry(struct model *m)
{
	unsigned int kind = pick(m, 8);

	if (kind == 0)
		return NULL;
	return kind < 4 ? xa_mk_value(pick(m, 1000)) : item(pick(m, 1000));
}

/* Did the operation fail for want of memory, as it may? */
static bool failed(struct model *m, int err)
{
	return m->short_of_memory && err == -ENOMEM;
}

static void do_store_order(struct model *m)
{
	unsigned int i = pick(m, m->cells), order = pick(m, m->max_order + 1);
	void *entry = random_entry(m);
	int err = store_order(&m->xa, m->base + i, order, entry, GFP_KERNEL);

	if (failed(m, err))
		return;
	same(err, 0);
	model_store(m, i, order, entry);
}

static void do_store(struct model *m)
{
	unsigned int i = pick(m, m->cells);
	void *entry = random_entry(m);
	void *old = xa_store(&m->xa, m->base + i, entry, GFP_KERNEL);

	if (failed(m, xa_err(old)))
		return;
	same(old, shown(m->cell[i].entry));
	if (!entry && xa_track_free(&m->xa))
		entry = XA_ZERO_ENTRY;
	model_store(m, i, 0, entry);
}

static void do_erase(struct model *m)
{
	unsigned int i = pick(m, m->cells);

	same(xa_erase(&m->xa, m->base + i), shown(m->cell[i].entry));
	model_store(m, i, 0, NULL);
}

static void do_cmpxchg(struct model *m)
{
	unsigned int i = pick(m, m->cells);
	void *old = pick(m, 2) ? shown(m->cell[i].entry) : NULL, *entry = random_entry(m);
	void *was = xa_cmpxchg(&m->xa, m->base + i, old, entry, GFP_KERNEL);

	if (failed(m, xa_err(was)))
		return;
	same(was, shown(m->cell[i].entry));
	if (m->cell[i].entry == old)
		model_store(m, i, 0, entry);
}

static void do_insert(struct model *m)
{
	unsigned int i = pick(m, m->cells);
	void *entry = random_entry(m);
	int err = xa_insert(&m->xa, m->base + i, entry, GFP_KERNEL);

	if (failed(m, err))
		return;
	same(err, m->cell[i].entry ? -EBUSY : 0);
	if (!m->cell[i].entry)
		model_store(m, i, 0, entry ? entry : XA_ZERO_ENTRY);
}

static void do_store_range(struct model *m)
{
	unsigned int first = pick(m, m->cells), last = pick(m, m->cells);
	void *entry = random_entry(m);
	int err = xa_err(xa_store_range(&m->xa, m->base + first, m->base + last, entry,
					GFP_KERNEL));

	if (failed(m, err))
		return;
	same(err, last < first ? -EINVAL : 0);
	while (first <= last) {
		unsigned int order = 0;

		while (order < m->max_order && !(first & ((2U << order) - 1)) &&
		       first + (2U << order) - 1 <= last)
			order++;
		model_store(m, first, order, entry);
		first += 1U << order;
	}
}

/* In ids mark 0 is the array's own. */
static unsigned int pick_mark(struct model *m)
{
	return xa_track_free(&m->xa) ? 1 + pick(m, 2) : pick(m, 3);
}

static void do_mark(struct model *m)
{
	unsigned int i = pick(m, m->cells), mark = pick_mark(m);
	struct cell *c = &m->cell[i];
	bool on = pick(m, 3);

	if (on)
		xa_set_mark(&m->xa, m->base + i, (__force xa_mark_t)mark);
	else
		xa_clear_mark(&m->xa, m->base + i, (__force xa_mark_t)mark);
	for (i = c->first; c->entry && i <= cell_last(c); i++)
		m->cell[i].marks = on ? m->cell[i].marks | BIT(mark)
				      : m->cell[i].marks & ~BIT(mark);
}

/* Divides the entry around i; what the cursor says of it. */
static int split_entry(struct model *m, unsigned int i, unsigned int order, unsigned int to,
		       void *entry, bool ahead)
{
	XA_STATE_ORDER(xas, &m->xa, m->base + i, to);
	int err;

	if (ahead)
		xas_split_alloc(&xas, entry, order, GFP_KERNEL);
	xas_lock(&xas);
	if (ahead)
		xas_split(&xas, entry, order);
	else
		xas_try_split(&xas, entry, order);
	xas_unlock(&xas);
	err = xas_error(&xas);
	xas_destroy(&xas);
	return err;
}

static void do_split(struct model *m)
{
	unsigned int i = pick(m, m->cells), order = m->cell[i].order, to;
	struct cell old = m->cell[m->cell[i].first];
	void *entry = item(pick(m, 1000));
	bool ahead = pick(m, 2);
	int err;

	if (!old.entry || !order)
		return;
	to = pick(m, order);
	err = split_entry(m, i, order, to, entry, ahead);
	if (failed(m, err))
		return;
	same(err, !ahead && to < xas_try_split_min_order(order) ? -EINVAL : 0);
	for (i = old.first; !err && i <= cell_last(&old); i++)
		m->cell[i] = (struct cell){ entry, i & ~((1U << to) - 1), to, old.marks };
}

static void do_alloc(struct model *m)
{
	unsigned int low = pick(m, m->cells), high = pick(m, m->cells), i = low;
	struct xa_limit limit = XA_LIMIT(m->base + low, m->base + high);
	void *entry = random_entry(m);
	u32 id = 4711;
	int err;

	if (!xa_track_free(&m->xa) || limit.max != m->base + high)
		return;
	if (!m->base && !low && m->xa.xa_flags & XA_FLAGS_ZERO_BUSY)
		i = 1;
	while (i <= high && m->cell[i].entry)
		i++;
	err = xa_alloc(&m->xa, &id, entry, limit, GFP_KERNEL);
	same(id, err ? 4711 : m->base + i);
	if (failed(m, err))
		return;
	same(err, i <= high ? 0 : -EBUSY);
	if (!err)
		model_store(m, i, 0, entry ? entry : XA_ZERO_ENTRY);
}

/* The entries that overlap an aligned range, each once. */
static void do_conflicts(struct model *m)
{
	unsigned int order = pick(m, m->max_order + 1);
	unsigned int i = pick(m, m->cells) & ~((1U << order) - 1), end = i + (1U << order);
	XA_STATE_ORDER(xas, &m->xa, m->base + i, order);
	void *entry;

	xas_lock(&xas);
	xas_for_each_conflict(&xas, entry) {
		while (!m->cell[i].entry)
			same(++i < end, true);
		same(entry, m->cell[i].entry);
		same(xas_get_order(&xas), m->cell[i].order);
		i = cell_last(&m->cell[i]) + 1;
	}
	xas_unlock(&xas);
	for (; i < end; i++)
		same(m->cell[i].entry, NULL);
}

/* The next cell from i on that a walk shows; m->cells if there is none. */
static unsigned int next_shown(struct model *m, unsigned int i, int mark)
{
	for (; i < m->cells; i++)
		if (shown(m->cell[i].entry) && (mark < 0 || m->cell[i].marks & BIT(mark)))
			break;
	return i;
}

static xa_mark_t filter_of(int mark)
{
	return mark < 0 ? XA_PRESENT : (__force xa_mark_t)mark;
}

static void do_find(struct model *m)
{
	unsigned int i = pick(m, m->cells), max = pick(m, m->cells), want;
	int mark = pick(m, 2) ? -1 : (int)pick_mark(m);
	unsigned long index = m->base + i;
	bool after = pick(m, 2);
	void *entry;

	want = i;
	if (after)
		want = m->cell[i].entry ? cell_last(&m->cell[i]) + 1 : i + 1;
	want = next_shown(m, want, mark);
	if (after)
		entry = xa_find_after(&m->xa, &index, m->base + max, filter_of(mark));
	else
		entry = xa_find(&m->xa, &index, m->base + max, filter_of(mark));
	if (want <= max && want < m->cells) {
		same(entry, m->cell[want].entry);
		same(index, m->base + want);
	} else {
		same(entry, NULL);
		same(index, m->base + i);
	}
}

/* A cursor's walk in two legs, from a place that may be inside an entry. */
static void do_walk(struct model *m)
{
	unsigned int i = pick(m, m->cells), stop = pick(m, m->cells), want;
	int mark = pick(m, 2) ? -1 : (int)pick_mark(m);
	unsigned long max = m->base + stop;
	XA_STATE(xas, &m->xa, m->base + i);
	bool first = true;
	void *entry;

	rcu_read_lock();
	want = next_shown(m, i, mark);
	for (;;) {
		entry = mark < 0 ? xas_find(&xas, max)
				 : xas_find_marked(&xas, max, filter_of(mark));
		if (!entry && max != ULONG_MAX) {
			max = ULONG_MAX;
			same(want == m->cells || want > stop, true);
			continue;
		}
		if (!entry)
			break;
		if (xas_retry(&xas, entry))
			continue;
		same(want < m->cells, true);
		same(entry, m->cell[want].entry);
		same(xas.xa_index, m->base + want);
		same(first || m->cell[want].first == want, true);
		same(xas_reload(&xas), entry);
		same(xas_get_order(&xas), m->cell[want].order);
		want = next_shown(m, cell_last(&m->cell[want]) + 1, mark);
		first = false;
		if (!pick(m, 4))
			xas_pause(&xas);
	}
	rcu_read_unlock();
	same(want, m->cells);
}

/* One index after the other, up or down. */
static void do_steps(struct model *m)
{
	unsigned int i = pick(m, m->cells), n = pick(m, 100);
	XA_STATE(xas, &m->xa, m->base + i);
	bool up = pick(m, 2);

	rcu_read_lock();
	while (n--) {
		void *entry = up ? xas_next(&xas) : xas_prev(&xas);

		same(xas.xa_index, m->base + i);
		if (xa_is_sibling(entry)) {
			same(m->cell[i].first < i, true);
			same(xas_reload(&xas), m->cell[i].entry);
		} else {
			same(entry, m->cell[i].entry);
		}
		i += up ? 1 : -1;
		if (i >= m->cells)
			break;
	}
	rcu_read_unlock();
}

static void check_all(struct model *m)
{
	unsigned int i, in_use = 0, marks = 0;
	unsigned long index;
	void *entry;

	for (i = 0; i < m->cells; i++) {
		struct cell *c = &m->cell[i];

		same(xa_load(&m->xa, m->base + i), shown(c->entry));
		same(xa_get_order(&m->xa, m->base + i), c->entry ? c->order : 0);
		for (unsigned int mark = xa_track_free(&m->xa); mark < XA_MAX_MARKS; mark++)
			same(xa_get_mark(&m->xa, m->base + i, filter_of(mark)),
					 !!(c->marks & BIT(mark)));
		in_use += !!c->entry;
		marks |= c->marks;
	}
	i = 0;
	xa_for_each(&m->xa, index, entry) {
		i = next_shown(m, i, -1);
		same(index, m->base + i);
		same(entry, m->cell[i].entry);
		i = cell_last(&m->cell[i]) + 1;
	}
	same(next_shown(m, i, -1), m->cells);
	same(xa_empty(&m->xa), !in_use);
	for (i = xa_track_free(&m->xa); i < XA_MAX_MARKS; i++)
		same(xa_marked(&m->xa, (__force xa_mark_t)i), !!(marks & BIT(i)));
	check_nodes(&m->xa, false);
}

static void step(struct model *m)
{
	static void (*const ops[])(struct model *m) = {
		do_store_order, do_store_order, do_store_order, do_store, do_store, do_erase,
		do_erase, do_cmpxchg, do_insert, do_store_range, do_mark, do_mark, do_mark,
		do_split, do_split, do_alloc, do_alloc, do_conflicts, do_find, do_find, do_walk,
		do_steps,
	};

	ops[pick(m, ARRAY_SIZE(ops))](m);
}

static void run_model(struct model *m, unsigned int seed, gfp_t flags)
{
	unsigned int i;

	xa_init_flags(&m->xa, flags);
	prandom_seed_state(&m->rnd, seed);
	m->cells = 1U << m->max_order;
	for (i = 0; i < m->cells; i++)
		m->cell[i] = (struct cell){ NULL, i, 0, 0 };
	for (unsigned int round = 0; round < ROUNDS; round++) {
		step(m);
		if (round % (m->cells / 32) == 0)
			check_all(m);
		/* The tree is to shrink as well, now and then. */
		if (round % 200 == 199) {
			same(store_order(&m->xa, m->base, m->max_order, NULL, GFP_KERNEL), 0);
			model_store(m, 0, m->max_order, NULL);
		}
	}
	check_all(m);
	xa_destroy(&m->xa);
	same(xa_empty(&m->xa), true);
}

static void run_kinds(struct model *m, unsigned int first, unsigned int seeds)
{
	static const gfp_t flags[] = { 0, XA_FLAGS_ALLOC, XA_FLAGS_ALLOC1 };

	for (unsigned int seed = 1; seed <= seeds; seed++)
		for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++)
			run_model(m, 100 * seed + first, flags[i]);
}

static const unsigned long bases[] = { 0, 1UL << 30, 4096 - 512, -512UL };

START_TEST(orders_match_a_plain_array)
{
	static struct model m = { .max_order = 9 };

	m.base = bases[_i];
	run_kinds(&m, _i, test_seeds(6));
}
END_TEST

START_TEST(orders_of_three_levels_match)
{
	static struct model m = { .max_order = 13 };

	run_kinds(&m, 50, test_seeds(1));
}
END_TEST

START_TEST(orders_match_when_memory_fails)
{
	static struct model m = { .max_order = 9, .short_of_memory = true };

	m.base = bases[_i];
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "probability", 40);
	udm_fault_set("failslab", "times", -1);
	udm_fault_set("failslab", "verbose", 0);
	run_kinds(&m, 60, test_seeds(4));
	udm_fault_reset();
}
END_TEST

Suite *xarray_order_model_suite(void)
{
	Suite *s = suite_create("xarray_order_model");
	TCase *tc = machine_tcase(s, "model");

	tcase_add_loop_test(tc, orders_match_a_plain_array, 0, 4);
	tcase_add_test(tc, orders_of_three_levels_match);
	tcase_add_loop_test(tc, orders_match_when_memory_fails, 0, 4);
	return s;
}
