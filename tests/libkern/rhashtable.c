// SPDX-License-Identifier: GPL-2.0-only
/* Resizable hash tables: insertion, look-up, lists of equals, walks, growing beside readers. */
#include <linux/kthread.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <udevmem/fault.h>

#include "fixture.h"

struct object {
	u32 key;
	struct rhash_head node;
	struct rhlist_head link;
	bool seen;
};

#define OBJECTS 500
static struct object objects[OBJECTS];

static const struct rhashtable_params params = {
	.key_len = sizeof(u32),
	.key_offset = offsetof(struct object, key),
	.head_offset = offsetof(struct object, node),
	.automatic_shrinking = true,
};

static const struct rhashtable_params list_params = {
	.key_len = sizeof(u32),
	.key_offset = offsetof(struct object, key),
	.head_offset = offsetof(struct object, link),
};

static unsigned int buckets(struct rhashtable *ht)
{
	unsigned int size;

	rcu_read_lock();
	size = rht_dereference_rcu(ht->tbl, ht)->size;
	rcu_read_unlock();
	return size;
}

static void fill(struct rhashtable *ht, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		objects[i] = (struct object){ .key = i * 7 };
		ck_assert_int_eq(rhashtable_insert_fast(ht, &objects[i].node, params), 0);
	}
}

START_TEST(table_grows_and_shrinks)
{
	struct rhashtable ht;

	ck_assert_int_eq(rhashtable_init(&ht, &params), 0);
	ck_assert_uint_eq(buckets(&ht), 64);
	fill(&ht, OBJECTS);
	flush_work(&ht.run_work);
	ck_assert_uint_eq(buckets(&ht), 1024);
	for (u32 key = 0; key < OBJECTS * 7; key++) {
		struct object *o = rhashtable_lookup_fast(&ht, &key, params);

		ck_assert_ptr_eq(o, key % 7 ? NULL : &objects[key / 7]);
	}
	for (unsigned int i = 10; i < OBJECTS; i++)
		ck_assert_int_eq(rhashtable_remove_fast(&ht, &objects[i].node, params), 0);
	ck_assert_int_eq(rhashtable_remove_fast(&ht, &objects[10].node, params), -ENOENT);
	flush_work(&ht.run_work);
	ck_assert_uint_le(buckets(&ht), 64);
	ck_assert_int_eq(atomic_read(&ht.nelems), 10);
	rhashtable_destroy(&ht);
}
END_TEST

START_TEST(keys_may_be_unique)
{
	struct object twin = { .key = 14 }, other = { .key = 15 }, heir = { .key = 14 };
	struct rhashtable ht;

	ck_assert_int_eq(rhashtable_init(&ht, &params), 0);
	fill(&ht, 5);
	ck_assert_int_eq(rhashtable_lookup_insert_fast(&ht, &twin.node, params), -EEXIST);
	ck_assert_ptr_eq(rhashtable_lookup_get_insert_fast(&ht, &twin.node, params), &objects[2]);
	ck_assert_int_eq(rhashtable_lookup_insert_fast(&ht, &other.node, params), 0);
	ck_assert_int_eq(rhashtable_replace_fast(&ht, &objects[2].node, &heir.node, params), 0);
	ck_assert_ptr_eq(rhashtable_lookup_fast(&ht, &heir.key, params), &heir);
	ck_assert_int_eq(rhashtable_replace_fast(&ht, &objects[2].node, &heir.node, params),
			 -ENOENT);
	rhashtable_destroy(&ht);
}
END_TEST

START_TEST(limits)
{
	struct rhashtable_params small = params, wrong = {};
	struct rhashtable ht;

	ck_assert_int_eq(rhashtable_init(&ht, &wrong), -EINVAL);
	small.max_size = 9;
	small.nelem_hint = 100;
	small.automatic_shrinking = false;
	ck_assert_int_eq(rhashtable_init(&ht, &small), 0);
	ck_assert_uint_eq(buckets(&ht), 8);
	fill(&ht, 16);
	ck_assert_int_eq(rhashtable_insert_fast(&ht, &objects[20].node, params), -E2BIG);
	flush_work(&ht.run_work);
	ck_assert_uint_eq(buckets(&ht), 8);
	rhashtable_destroy(&ht);
}
END_TEST

/* Without memory for a bigger table it works on with the one it has. */
START_TEST(growing_may_fail)
{
	struct rhashtable ht;
	u32 key = 7 * 99;

	ck_assert_int_eq(rhashtable_init(&ht, &params), 0);
	fill(&ht, 100);
	/* The work itself is only queued yet. */
	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_nth(1);
	ht.run_work.func(&ht.run_work);
	ck_assert_uint_eq(udm_fault_nth_left(), 0);
	ck_assert_uint_eq(buckets(&ht), 64);
	ck_assert_ptr_eq(rhashtable_lookup_fast(&ht, &key, params), &objects[99]);
	flush_work(&ht.run_work);
	ck_assert_uint_eq(buckets(&ht), 256);
	ck_assert_ptr_eq(rhashtable_lookup_fast(&ht, &key, params), &objects[99]);
	rhashtable_destroy(&ht);
}
END_TEST

static void count(void *ptr, void *arg)
{
	++*(unsigned int *)arg;
	((struct object *)ptr)->seen = true;
}

START_TEST(equal_keys_hang_together)
{
	struct rhlist_head *list, *pos;
	struct object *o;
	struct rhltable hlt;
	u32 key = 1;
	unsigned int n = 0;

	ck_assert_int_eq(rhltable_init(&hlt, &list_params), 0);
	for (unsigned int i = 0; i < 90; i++) {
		objects[i] = (struct object){ .key = i / 3 };
		ck_assert_int_eq(rhltable_insert(&hlt, &objects[i].link, list_params), 0);
	}
	flush_work(&hlt.ht.run_work);
	rcu_read_lock();
	list = rhltable_lookup(&hlt, &key, list_params);
	rhl_for_each_entry_rcu(o, pos, list, link)
		ck_assert_ptr_eq(o, &objects[5 - n++]);
	ck_assert_uint_eq(n, 3);
	rcu_read_unlock();
	ck_assert_int_eq(rhltable_remove(&hlt, &objects[5].link, list_params), 0);
	ck_assert_int_eq(rhltable_remove(&hlt, &objects[3].link, list_params), 0);
	ck_assert_int_eq(rhltable_remove(&hlt, &objects[3].link, list_params), -ENOENT);
	rcu_read_lock();
	ck_assert_ptr_eq(rhltable_lookup(&hlt, &key, list_params), &objects[4].link);
	rcu_read_unlock();
	ck_assert_int_eq(rhltable_remove(&hlt, &objects[4].link, list_params), 0);
	ck_assert_int_eq(atomic_read(&hlt.ht.nelems), 29);
	n = 0;
	rhltable_free_and_destroy(&hlt, count, &n);
	ck_assert_uint_eq(n, 87);
}
END_TEST

/* Each object is met once, also when the walk is stopped in between and its place goes. */
START_TEST(walks_meet_everything)
{
	struct rhashtable_params fixed = params;
	struct rhashtable_iter iter;
	struct rhashtable ht;
	unsigned int met = 0;
	struct object *o;

	fixed.automatic_shrinking = false;
	ck_assert_int_eq(rhashtable_init(&ht, &fixed), 0);
	fill(&ht, 300);
	flush_work(&ht.run_work);
	rhashtable_walk_enter(&ht, &iter);
	ck_assert_int_eq(rhashtable_walk_start_check(&iter), 0);
	o = rhashtable_walk_peek(&iter);
	ck_assert_ptr_nonnull(o);
	ck_assert_ptr_eq(rhashtable_walk_peek(&iter), o);
	for (; o; o = rhashtable_walk_next(&iter)) {
		ck_assert(!IS_ERR(o) && !o->seen);
		o->seen = true;
		if (++met % 10)
			continue;
		rhashtable_walk_stop(&iter);
		ck_assert_int_eq(rhashtable_walk_start_check(&iter), 0);
		ck_assert_ptr_eq(rhashtable_walk_peek(&iter), o);
	}
	ck_assert_uint_eq(met, 300);
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	rhashtable_destroy(&ht);
}
END_TEST

START_TEST(walks_begin_anew_after_a_resize)
{
	struct rhashtable_iter iter;
	struct rhashtable ht;

	ck_assert_int_eq(rhashtable_init(&ht, &params), 0);
	fill(&ht, 40);
	rhashtable_walk_enter(&ht, &iter);
	rhashtable_walk_start(&iter);
	ck_assert_ptr_nonnull(rhashtable_walk_next(&iter));
	rhashtable_walk_stop(&iter);
	fill(&ht, 0);
	for (unsigned int i = 40; i < 80; i++) {
		objects[i] = (struct object){ .key = i * 7 };
		rhashtable_insert_fast(&ht, &objects[i].node, params);
	}
	flush_work(&ht.run_work);
	ck_assert_int_eq(rhashtable_walk_start_check(&iter), -EAGAIN);
	for (unsigned int n = 0; n < 80; n++)
		ck_assert_ptr_nonnull(rhashtable_walk_next(&iter));
	ck_assert_ptr_null(rhashtable_walk_next(&iter));
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	rhashtable_destroy(&ht);
}
END_TEST

static int reader(void *data)
{
	struct rhashtable *ht = data;

	while (!kthread_should_stop()) {
		/* The first ones never go, so they are always found. */
		for (u32 i = 0, key; i < 20; i++) {
			key = i * 7;
			if (rhashtable_lookup_fast(ht, &key, params) != &objects[i])
				return -EIO;
		}
		schedule_timeout_interruptible(1);
	}
	return 0;
}

START_TEST(readers_miss_nothing_while_it_grows)
{
	struct task_struct *t[2];
	struct rhashtable ht;

	ck_assert_int_eq(rhashtable_init(&ht, &params), 0);
	fill(&ht, 20);
	for (int i = 0; i < 2; i++) {
		t[i] = kthread_create(reader, &ht, "reader");
		ck_assert(!IS_ERR(t[i]));
		get_task_struct(t[i]);
		wake_up_process(t[i]);
	}
	for (unsigned int round = 0; round < test_rounds(40); round++) {
		for (unsigned int i = 20; i < OBJECTS; i++) {
			objects[i] = (struct object){ .key = i * 7 };
			rhashtable_insert_fast(&ht, &objects[i].node, params);
		}
		schedule_timeout_uninterruptible(1);
		for (unsigned int i = 20; i < OBJECTS; i++)
			rhashtable_remove_fast(&ht, &objects[i].node, params);
		synchronize_rcu();
	}
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(kthread_stop_put(t[i]), 0);
	rhashtable_destroy(&ht);
}
END_TEST

static void add_all(TCase *tc)
{
	tcase_add_test(tc, table_grows_and_shrinks);
	tcase_add_test(tc, keys_may_be_unique);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, equal_keys_hang_together);
	tcase_add_test(tc, walks_meet_everything);
	tcase_add_test(tc, walks_begin_anew_after_a_resize);
	tcase_add_test(tc, readers_miss_nothing_while_it_grows);
}

Suite *rhashtable_suite(void)
{
	Suite *s = suite_create("rhashtable");
	TCase *sim = machine_tcase(s, "sim");

	add_all(sim);
	tcase_add_test(sim, growing_may_fail);
	add_all(machine_tcase_threads(s, "threads"));
	return s;
}
