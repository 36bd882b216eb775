// SPDX-License-Identifier: GPL-2.0-only
/* linux/rculist.h: what writers leave behind for readers that are on the way. */
#include "fixture.h"

#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/rculist.h>
#include <linux/slab.h>

struct item {
	int key;
	struct list_head link;
	struct hlist_node hlink;
	struct rcu_head rcu;
};

static struct item items[6];
static LIST_HEAD(head);
static HLIST_HEAD(hash);

/* The keys as decimal digits, as a reader finds them. */
static long keys(void)
{
	struct item *it;
	long n = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(it, &head, link)
		n = 10 * n + it->key;
	rcu_read_unlock();
	return n;
}

static long hash_keys(void)
{
	struct item *it;
	long n = 0;

	rcu_read_lock();
	hlist_for_each_entry_rcu(it, &hash, hlink)
		n = 10 * n + it->key;
	rcu_read_unlock();
	return n;
}

static void fill(int n)
{
	INIT_LIST_HEAD_RCU(&head);
	INIT_HLIST_HEAD(&hash);
	for (int i = 0; i < 6; i++) {
		items[i].key = i + 1;
		if (i < n)
			list_add_tail_rcu(&items[i].link, &head);
		if (i < n)
			hlist_add_tail_rcu(&items[i].hlink, &hash);
	}
}

START_TEST(removed_entries_lead_on)
{
	fill(4);
	list_del_rcu(&items[1].link);
	ck_assert_int_eq(keys(), 134);
	ck_assert_ptr_eq(items[1].link.next, &items[2].link);
	ck_assert_ptr_eq(items[1].link.prev, LIST_POISON2);
	list_bidir_del_rcu(&items[2].link);
	ck_assert_ptr_eq(items[2].link.prev, &items[0].link);
	ck_assert_ptr_eq(items[2].link.next, &items[3].link);
	ck_assert_int_eq(keys(), 14);
	list_replace_rcu(&items[3].link, &items[4].link);
	ck_assert_ptr_eq(items[3].link.next, &head);
	ck_assert_ptr_eq(items[3].link.prev, LIST_POISON2);
	list_add_rcu(&items[5].link, &head);
	ck_assert_int_eq(keys(), 615);
	ck_assert_ptr_eq(list_tail_rcu(&head), &items[4].link);
	list_del(&items[5].link);
	ck_assert_ptr_eq(items[5].link.next, LIST_POISON1);
}
END_TEST

START_TEST(removed_hash_nodes_lead_on)
{
	fill(4);
	hlist_del_rcu(&items[1].hlink);
	ck_assert_int_eq(hash_keys(), 134);
	ck_assert_ptr_eq(items[1].hlink.next, &items[2].hlink);
	ck_assert_ptr_eq(items[1].hlink.pprev, LIST_POISON2);
	hlist_del_init_rcu(&items[2].hlink);
	ck_assert(hlist_unhashed(&items[2].hlink));
	ck_assert_ptr_eq(items[2].hlink.next, &items[3].hlink);
	hlist_del_init_rcu(&items[2].hlink);
	hlist_replace_rcu(&items[3].hlink, &items[4].hlink);
	ck_assert_ptr_eq(items[3].hlink.pprev, LIST_POISON2);
	hlist_add_before_rcu(&items[5].hlink, &items[4].hlink);
	hlist_add_behind_rcu(&items[1].hlink, &items[4].hlink);
	ck_assert_int_eq(hash_keys(), 1652);
	ck_assert_ptr_eq(*items[1].hlink.pprev, &items[1].hlink);
}
END_TEST

START_TEST(first_and_next)
{
	fill(0);
	rcu_read_lock();
	ck_assert_ptr_null(list_first_or_null_rcu(&head, struct item, link));
	list_add_rcu(&items[2].link, &head);
	ck_assert_int_eq(list_first_or_null_rcu(&head, struct item, link)->key, 3);
	ck_assert_ptr_null(list_next_or_null_rcu(&head, &items[2].link, struct item, link));
	list_add_tail_rcu(&items[3].link, &head);
	ck_assert_int_eq(list_next_or_null_rcu(&head, &items[2].link, struct item, link)->key, 4);
	rcu_read_unlock();
}
END_TEST

static int syncs;

/* While readers may still be on the list that was taken, it looks empty to new ones. */
static void note_sync(void)
{
	syncs++;
	ck_assert(list_empty(&head));
	ck_assert(!list_empty(&items[0].link));
	synchronize_rcu();
}

START_TEST(splicing_waits_for_readers)
{
	LIST_HEAD(into);
	struct item *it;
	long n = 0;

	syncs = 0;
	fill(0);
	list_splice_init_rcu(&head, &into, note_sync);
	ck_assert_int_eq(syncs, 0);
	fill(2);
	list_add(&items[5].link, &into);
	list_splice_init_rcu(&head, &into, note_sync);
	fill(0);
	list_add_tail_rcu(&items[3].link, &head);
	list_splice_tail_init_rcu(&head, &into, note_sync);
	ck_assert_int_eq(syncs, 2);
	list_for_each_entry(it, &into, link)
		n = 10 * n + it->key;
	ck_assert_int_eq(n, 1264);
	n = 0;
	list_for_each_entry_reverse(it, &into, link)
		n = 10 * n + it->key;
	ck_assert_int_eq(n, 4621);
}
END_TEST

START_TEST(swapped_heads)
{
	HLIST_HEAD(other);

	fill(3);
	hlists_swap_heads_rcu(&hash, &other);
	ck_assert_int_eq(hash_keys(), 0);
	ck_assert_ptr_eq(items[0].hlink.pprev, &other.first);
	hlist_add_head_rcu(&items[4].hlink, &hash);
	hlists_swap_heads_rcu(&hash, &other);
	ck_assert_int_eq(hash_keys(), 123);
	ck_assert_ptr_eq(items[4].hlink.pprev, &other.first);
}
END_TEST

/* Readers walk while entries come and go: each one seen is whole, and the walk ends. */
static bool finished;
static long seen;

static int read_all(void *unused)
{
	while (!READ_ONCE(finished)) {
		struct item *it;
		int before = 0;

		rcu_read_lock();
		list_for_each_entry_rcu(it, &head, link) {
			if (it->key <= before)
				WRITE_ONCE(seen, -1);
			before = it->key;
		}
		rcu_read_unlock();
		cond_resched();
	}
	return 0;
}

START_TEST(readers_among_writers)
{
	struct task_struct *reader;
	struct item *it, *next;

	if (_i)
		machine_boot_threads();
	else
		machine_boot();
	INIT_LIST_HEAD(&head);
	finished = false;
	seen = 0;
	reader = kthread_run(read_all, NULL, "reader");
	ck_assert(!IS_ERR(reader));
	for (int key = 1; key <= 2000; key++) {
		it = kmalloc(sizeof(*it), GFP_KERNEL);
		ck_assert_ptr_nonnull(it);
		it->key = key;
		list_add_tail_rcu(&it->link, &head);
		if (key > 5) {
			it = list_first_entry(&head, struct item, link);
			list_del_rcu(&it->link);
			kfree_rcu(it, rcu);
		}
		if (key % 16 == 0)
			cond_resched();
	}
	WRITE_ONCE(finished, true);
	kthread_stop(reader);
	ck_assert_int_eq(seen, 0);
	list_for_each_entry_safe(it, next, &head, link)
		kfree(it);
	machine_shutdown();
}
END_TEST

Suite *rculist_suite(void)
{
	Suite *s = suite_create("rculist");
	TCase *tc = machine_tcase(s, "writers"), *both = tcase_create("readers");

	tcase_add_test(tc, removed_entries_lead_on);
	tcase_add_test(tc, removed_hash_nodes_lead_on);
	tcase_add_test(tc, first_and_next);
	tcase_add_test(tc, splicing_waits_for_readers);
	tcase_add_test(tc, swapped_heads);
	tcase_add_loop_test(both, readers_among_writers, 0, 2);
	suite_add_tcase(s, both);
	return s;
}
