// SPDX-License-Identifier: GPL-2.0-only
/*
 * XArray against a plain array: random operations on few, clustered indices,
 * every result compared; and readers without locks against writers in threads.
 */
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "fixture.h"

/* Indices are spread over levels: slot i stands for index place(i). */
#define SLOTS 96
#define ROUNDS 20000

struct model {
	struct xarray xa;
	bool alloc;
	/* NULL, a value, or XA_ZERO_ENTRY for a reservation. */
	void *entry[SLOTS];
	bool mark[SLOTS];
};

static unsigned long place(unsigned int slot)
{
	static const unsigned long base[] = {
		0, 60, 4090, 1UL << 18, (1UL << 30) - 4, 0xfffffff0UL,
	};

	return base[slot / 16] + slot % 16;
}

static void *shown(const void *entry)
{
	return xa_is_zero(entry) ? NULL : (void *)entry;
}

/* The lowest free id in [min, max] by looking at every slot; ids are places. */
static bool model_is_free(const struct model *m, unsigned long id)
{
	for (unsigned int i = 0; i < SLOTS; i++)
		if (place(i) == id)
			return !m->entry[i];
	return true;
}

/* SLOTS if the index is none of ours. */
static unsigned int slot_of(unsigned long index)
{
	unsigned int i = 0;

	while (i < SLOTS && place(i) != index)
		i++;
	return i;
}

static void set(struct model *m, unsigned int i, void *entry)
{
	m->entry[i] = entry;
	if (!entry)
		m->mark[i] = false;
}

static void do_store(struct model *m, unsigned int i, void *e)
{
	ck_assert_ptr_eq(xa_store(&m->xa, place(i), e, GFP_KERNEL), shown(m->entry[i]));
	set(m, i, e || !m->alloc ? e : XA_ZERO_ENTRY);
}

static void do_erase(struct model *m, unsigned int i)
{
	ck_assert_ptr_eq(xa_erase(&m->xa, place(i)), shown(m->entry[i]));
	set(m, i, NULL);
}

static void do_cmpxchg(struct model *m, unsigned int i, void *old, void *e)
{
	ck_assert_ptr_eq(xa_cmpxchg(&m->xa, place(i), old, e, GFP_KERNEL), shown(m->entry[i]));
	if (m->entry[i] == old)
		set(m, i, e);
}

static void do_insert(struct model *m, unsigned int i, void *e)
{
	ck_assert_int_eq(xa_insert(&m->xa, place(i), e, GFP_KERNEL), m->entry[i] ? -EBUSY : 0);
	if (!m->entry[i])
		set(m, i, e ? e : XA_ZERO_ENTRY);
}

static void do_mark(struct model *m, unsigned int i, bool on)
{
	if (on)
		xa_set_mark(&m->xa, place(i), XA_MARK_1);
	else
		xa_clear_mark(&m->xa, place(i), XA_MARK_1);
	m->mark[i] = on && m->entry[i];
}

static void do_alloc(struct model *m, unsigned int i, unsigned int j, void *e)
{
	struct xa_limit limit = XA_LIMIT(place(min(i, j)), place(max(i, j)));
	unsigned long want = limit.min;
	u32 id = 0;
	int err;

	if (!m->alloc)
		return;
	while (want <= limit.max && !model_is_free(m, want))
		want++;
	err = xa_alloc(&m->xa, &id, e, limit, GFP_KERNEL);
	ck_assert_int_eq(err, want <= limit.max ? 0 : -EBUSY);
	if (err)
		return;
	ck_assert_uint_eq(id, want);
	i = slot_of(id);
	if (i < SLOTS)
		set(m, i, e ? e : XA_ZERO_ENTRY);
	else
		xa_erase(&m->xa, id);
}

static void check_all(struct model *m)
{
	unsigned long index, marked = 0;
	unsigned int i = 0, in_use = 0;
	void *e;

	xa_for_each(&m->xa, index, e) {
		while (i < SLOTS && !shown(m->entry[i]))
			i++;
		ck_assert_uint_lt(i, SLOTS);
		ck_assert_uint_eq(index, place(i));
		ck_assert_ptr_eq(e, m->entry[i]);
		i++;
	}
	for (; i < SLOTS; i++)
		ck_assert_ptr_null(shown(m->entry[i]));
	for (i = 0; i < SLOTS; i++) {
		ck_assert_ptr_eq(xa_load(&m->xa, place(i)), shown(m->entry[i]));
		ck_assert_int_eq(xa_get_mark(&m->xa, place(i), XA_MARK_1), m->mark[i]);
		in_use += !!m->entry[i];
		marked += m->mark[i];
	}
	ck_assert_int_eq(xa_empty(&m->xa), !in_use);
	ck_assert_int_eq(xa_marked(&m->xa, XA_MARK_1), !!marked);
}

static void step(struct model *m, struct rnd_state *rnd)
{
	unsigned int i = prandom_u32_state(rnd) % SLOTS, j = prandom_u32_state(rnd) % SLOTS;
	void *e = prandom_u32_state(rnd) % 4 ? xa_mk_value(prandom_u32_state(rnd)) : NULL;

	switch (prandom_u32_state(rnd) % 10) {
	case 0 ... 1:
		do_store(m, i, e);
		break;
	case 2 ... 4:
		do_erase(m, i);
		break;
	case 5:
		do_cmpxchg(m, i, prandom_u32_state(rnd) % 2 ? shown(m->entry[i]) : NULL, e);
		break;
	case 6:
		do_insert(m, i, e);
		break;
	case 7 ... 8:
		do_mark(m, i, prandom_u32_state(rnd) % 2);
		break;
	default:
		do_alloc(m, i, j, e);
	}
}

START_TEST(random_operations_match_a_plain_array)
{
	static const gfp_t flags[] = { 0, XA_FLAGS_ALLOC, XA_FLAGS_LOCK_IRQ | XA_FLAGS_ALLOC };
	struct model m = { .alloc = flags[_i] & XA_FLAGS_TRACK_FREE };
	struct rnd_state rnd;

	xa_init_flags(&m.xa, 0);
	m.xa.xa_flags = flags[_i] & ~XA_FLAGS_LOCK_IRQ;
	prandom_seed_state(&rnd, 4711 + _i);
	for (unsigned int round = 0; round < ROUNDS; round++) {
		step(&m, &rnd);
		if (round % 64 == 0)
			check_all(&m);
	}
	check_all(&m);
	xa_destroy(&m.xa);
	ck_assert(xa_empty(&m.xa));
}
END_TEST

/* Readers see, at each index, nothing or the object of that index. */

struct object {
	unsigned long index;
	struct rcu_head rcu;
};

struct race {
	struct xarray xa;
	bool stop;
};

#define RACE_SPAN 5000

static void *race_writer(void *ctx)
{
	struct race *race = ctx;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 99);
	for (int i = 0; i < 30000; i++) {
		unsigned long index = prandom_u32_state(&rnd) % RACE_SPAN;
		struct object *obj = NULL, *old;

		if (prandom_u32_state(&rnd) % 2) {
			obj = kmalloc(sizeof(*obj), GFP_KERNEL);
			obj->index = index;
		}
		old = xa_store(&race->xa, index, obj, GFP_KERNEL);
		kfree_rcu(old, rcu);
	}
	WRITE_ONCE(race->stop, true);
	return NULL;
}

static void *race_reader(void *ctx)
{
	struct race *race = ctx;
	unsigned long index, seen = 0;
	struct object *obj;

	while (!READ_ONCE(race->stop)) {
		XA_STATE(xas, &race->xa, 0);

		rcu_read_lock();
		xas_for_each(&xas, obj, ULONG_MAX) {
			if (xas_retry(&xas, obj))
				continue;
			BUG_ON(obj->index != xas.xa_index);
			seen++;
		}
		for (index = 0; index < RACE_SPAN; index += 7) {
			obj = xa_load(&race->xa, index);
			BUG_ON(obj && obj->index != index);
		}
		rcu_read_unlock();
	}
	return (void *)seen;
}

START_TEST(readers_need_no_lock)
{
	struct race race = { .stop = false };
	struct udm_thread *writer, *readers[2];
	unsigned long index;
	struct object *obj;

	xa_init(&race.xa);
	writer = udm_thread_create("writer", race_writer, &race);
	for (int i = 0; i < 2; i++)
		readers[i] = udm_thread_create("reader", race_reader, &race);
	udm_thread_join(writer);
	for (int i = 0; i < 2; i++)
		udm_thread_join(readers[i]);
	xa_for_each(&race.xa, index, obj)
		kfree(obj);
	xa_destroy(&race.xa);
	rcu_barrier();
}
END_TEST

static void *id_churn(void *ctx)
{
	struct xarray *xa = ctx;

	for (int i = 0; i < 3000; i++) {
		u32 id[8];

		for (int k = 0; k < 8; k++)
			BUG_ON(xa_alloc(xa, &id[k], xa_mk_value(k), xa_limit_32b, GFP_KERNEL));
		for (int k = 0; k < 8; k++)
			BUG_ON(xa_erase(xa, id[k]) != xa_mk_value(k));
	}
	return NULL;
}

START_TEST(ids_are_unique_among_threads)
{
	DEFINE_XARRAY_ALLOC(xa);
	struct udm_thread *threads[4];

	for (int i = 0; i < 4; i++)
		threads[i] = udm_thread_create("churn", id_churn, &xa);
	for (int i = 0; i < 4; i++)
		udm_thread_join(threads[i]);
	ck_assert(xa_empty(&xa));
}
END_TEST

Suite *xarray_model_suite(void)
{
	Suite *s = suite_create("xarray_model");
	TCase *tc = machine_tcase(s, "model");

	tcase_add_loop_test(tc, random_operations_match_a_plain_array, 0, 3);
	tc = machine_tcase_threads(s, "threads");
	tcase_add_test(tc, readers_need_no_lock);
	tcase_add_test(tc, ids_are_unique_among_threads);
	return s;
}
