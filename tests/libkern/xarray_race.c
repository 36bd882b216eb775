// SPDX-License-Identifier: GPL-2.0-only
/*
 * XArray: readers without a lock while entries of all orders come, go and are divided;
 * and walks and id allocation under seeded schedules, with memory failing, so that the
 * lock is dropped in the middle of operations.
 */
#include <linux/bitops.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <udevmem/fault.h>

#include "exec_rig.h"
#include "xarray_rig.h"

/* What a reader finds at an index says which indices it was stored for. */
struct object {
	unsigned long first, last;
	struct object *next;
	struct rcu_head rcu;
};

struct race {
	struct xarray xa;
	unsigned int span_order;
	bool splits;
	unsigned int rounds, seed;
	int writers;		/* at work */
};

static void free_objects(struct object *list)
{
	while (list) {
		struct object *next = list->next;

		kfree_rcu(list, rcu);
		list = next;
	}
}

static struct object *new_object(void)
{
	struct object *obj = kmalloc(sizeof(*obj), GFP_KERNEL);

	BUG_ON(!obj);
	return obj;
}

/* Lock held: puts obj there, in place of everything that is touched, which is returned. */
static struct object *replace(struct xa_state *xas, unsigned long index, unsigned int order,
			      struct object *obj)
{
	struct object *old, *list = NULL;

	xas_set_order(xas, index, order);
	old = xas_find_conflict(xas);
	if (old && xas_get_order(xas) > (int)order)
		order = xas_get_order(xas);
	xas_set_order(xas, index, order);
	xas_for_each_conflict(xas, old) {
		old->next = list;
		list = old;
	}
	if (obj) {
		obj->first = xas->xa_index;
		obj->last = xas->xa_index + (1UL << order) - 1;
	}
	xas_store(xas, obj);
	return xas_error(xas) ? NULL : list;
}

static void store_object(struct race *race, unsigned long index, unsigned int order,
			 struct object *obj)
{
	XA_STATE(xas, &race->xa, index);
	struct object *old;

	do {
		xas_lock(&xas);
		old = replace(&xas, index, order, obj);
		xas_unlock(&xas);
	} while (xas_nomem(&xas, GFP_KERNEL));
	BUG_ON(xas_error(&xas));
	free_objects(old);
}

/* Each piece becomes an object of its own, under the same lock. */
static void split_object(struct race *race, unsigned long index)
{
	int order = xa_get_order(&race->xa, index), to = order > 3 ? order - 3 : 0;
	XA_STATE_ORDER(xas, &race->xa, index, to);
	struct object *old, *pieces[8] = { NULL }, *unused = NULL;

	if (!order)
		return;
	for (int i = 0; i < 1 << (order - to); i++)
		pieces[i] = new_object();
	xas_split_alloc(&xas, pieces[0], order, GFP_KERNEL);
	BUG_ON(xas_error(&xas));
	xas_lock(&xas);
	old = xa_load(&race->xa, index);
	if (old && xa_get_order(&race->xa, index) == order) {
		xas_split(&xas, old, order);
		for (int i = 0; i < 1 << (order - to); i++)
			replace(&xas, old->first + ((unsigned long)i << to), to, pieces[i]);
		old->next = NULL;
	} else {
		for (int i = 0; i < 1 << (order - to); i++) {
			pieces[i]->next = unused;
			unused = pieces[i];
		}
		old = unused;
	}
	xas_unlock(&xas);
	xas_destroy(&xas);
	free_objects(old);
}

static void *writer(void *ctx)
{
	struct race *race = ctx;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 100 * __atomic_add_fetch(&race->seed, 1, __ATOMIC_RELAXED));
	for (unsigned int i = 0; i < race->rounds; i++) {
		unsigned long index = prandom_u32_state(&rnd) % (1U << race->span_order);
		unsigned int order = prandom_u32_state(&rnd) % (race->span_order + 1);

		/* Small ones are more frequent. */
		order = prandom_u32_state(&rnd) % (order + 1);
		switch (prandom_u32_state(&rnd) % 8) {
		case 0 ... 3:
			store_object(race, index, order, new_object());
			break;
		case 4:
			store_object(race, index, order, NULL);
			break;
		case 5:
			if (race->splits)
				split_object(race, index);
			break;
		case 6:
			xa_set_mark(&race->xa, index, XA_MARK_1);
			break;
		default:
			xa_clear_mark(&race->xa, index, XA_MARK_1);
		}
	}
	__atomic_sub_fetch(&race->writers, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void check_found(const struct object *obj, unsigned long index)
{
	BUG_ON(obj && (index < obj->first || index > obj->last));
}

static void walk_all(struct race *race, xa_mark_t filter)
{
	XA_STATE(xas, &race->xa, 0);
	unsigned long behind = 0;
	struct object *obj, *last = NULL;

	rcu_read_lock();
	while ((obj = filter == XA_PRESENT ? xas_find(&xas, ULONG_MAX)
					   : xas_find_marked(&xas, ULONG_MAX, filter))) {
		if (xas_retry(&xas, obj))
			continue;
		BUG_ON(xas.xa_index < behind);
		check_found(obj, xas.xa_index);
		/* An entry is visited once, at its beginning; one that is divided, by pieces. */
		BUG_ON(!race->splits && (obj == last || obj->first != xas.xa_index));
		behind = xas.xa_index + 1;
		last = obj;
	}
	rcu_read_unlock();
}

static void step_along(struct race *race, unsigned long index, bool up)
{
	XA_STATE(xas, &race->xa, index);

	rcu_read_lock();
	for (unsigned int n = 0; n < 100; n++) {
		struct object *obj = up ? xas_next(&xas) : xas_prev(&xas);

		if (xa_is_sibling(obj))
			obj = xas_reload(&xas);
		if (!xa_is_internal(obj))
			check_found(obj, xas.xa_index);
	}
	rcu_read_unlock();
}

static void look_up(struct race *race, unsigned long index)
{
	struct object *obj;

	rcu_read_lock();
	check_found(xa_load(&race->xa, index), index);
	obj = xa_find(&race->xa, &index, ULONG_MAX, XA_PRESENT);
	check_found(obj, index);
	obj = xa_find_after(&race->xa, &index, ULONG_MAX, XA_MARK_1);
	check_found(obj, index);
	BUG_ON(xa_get_order(&race->xa, index) > (int)race->span_order);
	/* Nobody ever set this one. */
	BUG_ON(xa_get_mark(&race->xa, index, XA_MARK_2));
	rcu_read_unlock();
}

static void *reader(void *ctx)
{
	struct race *race = ctx;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 5);
	while (__atomic_load_n(&race->writers, __ATOMIC_ACQUIRE)) {
		walk_all(race, XA_PRESENT);
		walk_all(race, XA_MARK_1);
		for (unsigned int n = 0; n < 100; n++)
			look_up(race, prandom_u32_state(&rnd) % (1U << race->span_order));
		for (unsigned int n = 0; n < 10; n++)
			step_along(race, prandom_u32_state(&rnd) % (1U << race->span_order), n % 2);
	}
	return NULL;
}

static void empty_race(struct race *race)
{
	unsigned long index;
	struct object *obj;

	check_nodes(&race->xa, false);
	xa_for_each(&race->xa, index, obj)
		kfree(obj);
	xa_destroy(&race->xa);
	rcu_barrier();
}

static void run_race(struct race *race, unsigned int writers)
{
	struct udm_thread *threads[4];

	for (unsigned int round = 0; round < test_seeds(1); round++) {
		unsigned int n;

		xa_init(&race->xa);
		race->writers = writers;
		for (n = 0; n < 4; n++)
			threads[n] = udm_thread_create("race", n < writers ? writer : reader, race);
		for (n = 0; n < 4; n++)
			udm_thread_join(threads[n]);
		empty_race(race);
	}
}

/* One node, all ties: how the slots of one entry are put together and undone. */
START_TEST(ties_change_under_readers)
{
	struct race race = { .span_order = 4 + _i, .rounds = test_rounds(8000) };

	run_race(&race, 1);
}
END_TEST

START_TEST(entries_of_all_orders_change_under_readers)
{
	struct race race = { .span_order = 13, .rounds = test_rounds(6000) };

	run_race(&race, 2);
}
END_TEST

START_TEST(entries_are_divided_under_readers)
{
	struct race race = { .span_order = 6 + 3 * _i, .rounds = test_rounds(6000),
			     .splits = true };

	run_race(&race, 1);
}
END_TEST

/*
 * Blocks of eight indices: each third holds an entry that stays, and is to be visited
 * exactly once by each walk; in the others entries of all orders up to 3 come and go.
 */
#define BLOCKS 60

static DEFINE_XARRAY(shared);

static void *churn(void *ctx)
{
	for (unsigned int n = 0; n < 60; n++) {
		unsigned long block = udm_random() % BLOCKS, index = 8 * block + udm_random() % 8;
		unsigned int order = udm_random() % 4;

		if (block % 3 == 0)
			continue;
		if (udm_random() % 3)
			BUG_ON(store_order(&shared, index, order, xa_mk_value(index), GFP_KERNEL));
		else if (udm_random() % 2)
			xa_erase(&shared, index);
		else
			xa_store_range(&shared, 8 * block, index, xa_mk_value(1), GFP_KERNEL);
	}
	return NULL;
}

static void *walk_by_index(void *ctx)
{
	for (unsigned int n = 0; n < 3; n++) {
		unsigned long index, next = 0;
		void *e;

		xa_for_each(&shared, index, e) {
			if (index / 8 % 3 == 0) {
				BUG_ON(index / 8 != next || e != item(index / 8));
				next += 3;
			}
			udm_yield();
		}
		BUG_ON(next != BLOCKS);
	}
	return NULL;
}

static void *walk_with_pauses(void *ctx)
{
	for (unsigned int n = 0; n < 3; n++) {
		XA_STATE(xas, &shared, 0);
		unsigned long next = 0;
		void *e;

		xas_lock(&xas);
		xas_for_each(&xas, e, ULONG_MAX) {
			if (xas.xa_index / 8 % 3 == 0) {
				BUG_ON(xas.xa_index / 8 != next || e != item(next));
				next += 3;
			}
			if (udm_random() % 4)
				continue;
			xas_pause(&xas);
			xas_unlock(&xas);
			udm_yield();
			xas_lock(&xas);
		}
		xas_unlock(&xas);
		BUG_ON(next != BLOCKS);
	}
	return NULL;
}

/* GFP_NOWAIT fails one time in three: then the lock is let go and the rest done again. */
static void fail_without_waiting(void)
{
	udm_fault_set("failslab", "probability", 33);
	udm_fault_set("failslab", "times", -1);
	udm_fault_set("failslab", "verbose", 0);
}

static void walks_beside_changes(void)
{
	static void *(*const tasks[])(void *) = { churn, churn, walk_by_index, walk_with_pauses };
	struct udm_thread *threads[ARRAY_SIZE(tasks)];

	for (unsigned long block = 0; block < BLOCKS; block += 3)
		BUG_ON(store_order(&shared, 8 * block, block % 4, item(block), GFP_KERNEL));
	fail_without_waiting();
	for (unsigned int n = 0; n < ARRAY_SIZE(tasks); n++)
		threads[n] = udm_thread_create("task", tasks[n], NULL);
	for (unsigned int n = 0; n < ARRAY_SIZE(tasks); n++)
		udm_thread_join(threads[n]);
	udm_fault_reset();
	check_nodes(&shared, false);
	xa_destroy(&shared);
}

START_TEST(entries_that_stay_are_visited_once)
{
	in_every_mode(walks_beside_changes);
}
END_TEST

static struct xarray ids;
static unsigned char holders[4096];

static u32 take_id(unsigned int n, u32 *next)
{
	struct xa_limit limit = XA_LIMIT(1, ARRAY_SIZE(holders) - 1);
	u32 id;

	if (n % 2)
		BUG_ON(xa_alloc(&ids, &id, item(n), limit, GFP_KERNEL));
	else
		BUG_ON(xa_alloc_cyclic(&ids, &id, item(n), limit, next, GFP_KERNEL));
	BUG_ON(__atomic_fetch_add(&holders[id], 1, __ATOMIC_RELAXED));
	return id;
}

static void *take_ids(void *ctx)
{
	u32 id[10], next = udm_random() % ARRAY_SIZE(holders), k;

	for (unsigned int n = 0; n < 20; n++) {
		for (k = 0; k < ARRAY_SIZE(id); k++)
			id[k] = take_id(k, &next);
		udm_yield();
		for (k = 0; k < ARRAY_SIZE(id); k++) {
			__atomic_fetch_sub(&holders[id[k]], 1, __ATOMIC_RELAXED);
			BUG_ON(xa_erase(&ids, id[k]) != item(k));
		}
	}
	return NULL;
}

static void ids_with_failing_memory(void)
{
	xa_init_flags(&ids, XA_FLAGS_ALLOC1);
	fail_without_waiting();
	run_team(4, take_ids, NULL);
	udm_fault_reset();
	BUG_ON(!xa_empty(&ids));
}

START_TEST(an_id_has_one_holder)
{
	in_every_mode(ids_with_failing_memory);
}
END_TEST

Suite *xarray_race_suite(void)
{
	Suite *s = suite_create("xarray_race");
	TCase *tc = machine_tcase_threads(s, "threads");
	TCase *own = tcase_create("schedules");

	tcase_add_loop_test(tc, ties_change_under_readers, 0, 3);
	tcase_add_test(tc, entries_of_all_orders_change_under_readers);
	tcase_add_loop_test(tc, entries_are_divided_under_readers, 0, 3);
	suite_add_tcase(s, own);
	tcase_add_test(own, entries_that_stay_are_visited_once);
	tcase_add_test(own, an_id_has_one_holder);
	return s;
}
