// SPDX-License-Identifier: GPL-2.0-only
/* Lists by priority, with a bit lock, with nulls; counts beside locks; static calls; latches. */
#include "fixture.h"

#include <errno.h>
#include <linux/jump_label_ratelimit.h>
#include <linux/lockref.h>
#include <linux/notifier.h>
#include <linux/percpu-rwsem.h>
#include <linux/plist.h>
#include <linux/rculist_bl.h>
#include <linux/rculist_nulls.h>
#include <linux/rcuref.h>
#include <linux/reciprocal_div.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/static_call.h>
#include <linux/string.h>
#include <udevmem/sim.h>
#include <udevmem/warn.h>

/* The order of a plist as text, and that its ring has the first node of each priority only. */
static const char *order_of(struct plist_head *head, struct plist_node *nodes)
{
	static char text[16];
	struct plist_node *at, *ring;
	int n = 0;

	if (plist_head_empty(head))
		return "";
	ring = plist_first(head);
	plist_for_each(at, head) {
		text[n++] = 'a' + (at - nodes);
		if (n == 1 || plist_prev(at)->prio != at->prio) {
			ck_assert_ptr_eq(at, ring);
			ring = list_next_entry(ring, prio_list);
		} else {
			ck_assert(list_empty(&at->prio_list));
		}
	}
	ck_assert_ptr_eq(ring, plist_first(head));
	text[n] = '\0';
	return text;
}

/* The lowest number first, equal ones as they came; a requeued one goes behind its equals. */
START_TEST(plist_keeps_order)
{
	static const int prios[] = { 5, 3, 5, -1, 3 };
	struct plist_node nodes[5];
	PLIST_HEAD(head);

	for (int i = 0; i < 5; i++) {
		plist_node_init(&nodes[i], prios[i]);
		plist_add(&nodes[i], &head);
	}
	ck_assert_str_eq(order_of(&head, nodes), "dbeac");
	plist_requeue(&nodes[1], &head);
	ck_assert_str_eq(order_of(&head, nodes), "debac");
	plist_del(&nodes[3], &head);
	plist_del(&nodes[0], &head);
	ck_assert_str_eq(order_of(&head, nodes), "ebc");
	ck_assert(plist_node_empty(&nodes[0]));
	plist_del(&nodes[4], &head);
	plist_del(&nodes[2], &head);
	plist_del(&nodes[1], &head);
	ck_assert(plist_head_empty(&head));
}
END_TEST

/* The lock bit of the head survives every change, and is not seen by a walk. */
START_TEST(bit_locked_list)
{
	struct hlist_bl_node a = {}, b = {}, c = {}, *pos, *next;
	struct hlist_bl_head head;
	struct entry { struct hlist_bl_node node; } *at;
	int seen = 0;

	INIT_HLIST_BL_HEAD(&head);
	hlist_bl_lock(&head);
	hlist_bl_add_head(&b, &head);
	hlist_bl_add_before(&a, &b);
	hlist_bl_add_behind(&c, &b);
	ck_assert(hlist_bl_is_locked(&head));
	ck_assert_ptr_eq(hlist_bl_first(&head), &a);
	hlist_bl_for_each_entry(at, pos, &head, node)
		seen++;
	ck_assert_int_eq(seen, 3);
	hlist_bl_for_each_entry_safe(at, pos, next, &head, node)
		hlist_bl_del_init(&at->node);
	ck_assert(hlist_bl_empty(&head) && hlist_bl_is_locked(&head) && hlist_bl_unhashed(&c));
	hlist_bl_unlock(&head);
	ck_assert_ptr_null(head.first);
}
END_TEST

/* A walk ends at the value of the list it is in. */
START_TEST(nulls_list)
{
	struct entry { struct hlist_nulls_node node; } a = {}, b = {}, *at;
	struct hlist_nulls_head head;
	struct hlist_nulls_node *pos;
	int seen = 0;

	INIT_HLIST_NULLS_HEAD(&head, 77);
	ck_assert(hlist_nulls_empty(&head));
	hlist_nulls_add_tail_rcu(&a.node, &head);
	hlist_nulls_add_tail_rcu(&b.node, &head);
	ck_assert_ptr_eq(head.first, &a.node);
	rcu_read_lock();
	hlist_nulls_for_each_entry_rcu(at, pos, &head, node)
		seen++;
	rcu_read_unlock();
	ck_assert_int_eq(seen, 2);
	ck_assert_uint_eq(get_nulls_value(pos), 77);
	hlist_nulls_for_each_entry_safe(at, pos, &head, node)
		hlist_nulls_del_init_rcu(&at->node);
	ck_assert(hlist_nulls_empty(&head) && hlist_nulls_unhashed(&b.node));
	hlist_nulls_del_init_rcu(&b.node);
}
END_TEST

START_TEST(lockref_counts)
{
	struct lockref ref;

	lockref_init(&ref);
	ck_assert(lockref_get_not_zero(&ref) && !lockref_put_not_zero(&(struct lockref){
		.lock = __SPIN_LOCK_UNLOCKED(none), .count = 1 }));
	ck_assert_int_eq(lockref_put_return(&ref), 1);
	ck_assert(!lockref_put_or_lock(&ref));
	ck_assert(spin_is_locked(&ref.lock));
	lockref_mark_dead(&ref);
	spin_unlock(&ref.lock);
	ck_assert(__lockref_is_dead(&ref) && !lockref_get_not_dead(&ref));
	ck_assert_int_eq(lockref_put_return(&ref), -1);
}
END_TEST

START_TEST(rcuref_dies_once)
{
	rcuref_t ref;

	rcuref_init(&ref, 2);
	ck_assert_uint_eq(rcuref_read(&ref), 2);
	ck_assert(!rcuref_put(&ref));
	ck_assert(rcuref_put(&ref));
	ck_assert(!rcuref_get(&ref));
	ck_assert_uint_eq(rcuref_read(&ref), 0);
	udm_warn_expect("imbalanced put()", 1);
	ck_assert(!rcuref_put(&ref));
}
END_TEST

static int add_one(int x)
{
	return x + 1;
}

static int add_two(int x)
{
	return x + 2;
}

DEFINE_STATIC_CALL(calc, add_one);
DEFINE_STATIC_CALL_NULL(maybe, add_one);
DEFINE_STATIC_CALL_RET0(zero, add_one);

START_TEST(static_calls)
{
	static_call_update(calc, add_one);
	ck_assert_int_eq(static_call(calc)(1), 2);
	static_call_update(calc, add_two);
	ck_assert_int_eq(static_call(calc)(1), 3);
	static_call_cond(maybe)(1);
	ck_assert_ptr_null(static_call_query(maybe));
	ck_assert_int_eq(static_call(zero)(9), 0);
}
END_TEST

/* A key that is taken off late is off only after its time, at once when flushed. */
START_TEST(late_static_key)
{
	static DEFINE_STATIC_KEY_DEFERRED_FALSE(key, HZ);

	static_branch_deferred_inc(&key);
	static_branch_deferred_inc(&key);
	static_branch_slow_dec_deferred(&key);
	ck_assert_int_eq(static_key_count(&key.key.key), 1);
	static_branch_slow_dec_deferred(&key);
	ck_assert(static_branch_unlikely(&key.key));
	static_key_deferred_flush(&key);
	ck_assert(!static_branch_unlikely(&key.key));
}
END_TEST

START_TEST(percpu_rwsem_excludes)
{
	DEFINE_PERCPU_RWSEM(sem);

	percpu_down_read(&sem);
	ck_assert(percpu_down_read_trylock(&sem));
	percpu_up_read(&sem);
	ck_assert(percpu_is_read_locked(&sem) && !percpu_is_write_locked(&sem));
	percpu_up_read(&sem);
	scoped_guard(percpu_write, &sem)
		ck_assert(!percpu_down_read_trylock(&sem));
	percpu_free_rwsem(&sem);
}
END_TEST

/* The copy that is read is never the one that changes. */
START_TEST(latch_has_a_stable_copy)
{
	seqcount_latch_t latch = SEQCNT_LATCH_ZERO(latch);
	int data[2] = { 1, 1 };
	unsigned int seq = read_seqcount_latch(&latch);

	ck_assert_uint_eq(seq & 1, 0);
	write_seqcount_latch_begin(&latch);
	data[0] = 2;
	ck_assert_int_eq(data[read_seqcount_latch(&latch) & 1], 1);
	write_seqcount_latch(&latch);
	data[1] = 2;
	ck_assert_int_eq(data[read_seqcount_latch(&latch) & 1], 2);
	write_seqcount_latch_end(&latch);
	ck_assert(read_seqcount_latch_retry(&latch, seq));
}
END_TEST

/* A round that a writer spoilt is repeated with the lock, which a break gives back, too. */
START_TEST(scoped_seqlock_rounds)
{
	DEFINE_SEQLOCK(sl);
	int rounds = 0, locked = 0;

	scoped_seqlock_read (&sl, ss_lock) {
		locked += spin_is_locked(&sl.lock);
		if (!rounds++) {
			write_seqlock(&sl);
			write_sequnlock(&sl);
		}
	}
	ck_assert_int_eq(rounds, 2);
	ck_assert_int_eq(locked, 1);
	ck_assert(!spin_is_locked(&sl.lock));
	scoped_seqlock_read (&sl, ss_lock_irqsave) {
		if (irqs_disabled())
			break;
		write_seqlock(&sl);
		write_sequnlock(&sl);
	}
	ck_assert(!irqs_disabled() && !spin_is_locked(&sl.lock));
}
END_TEST

static int refuse_five(struct notifier_block *nb, unsigned long action, void *data)
{
	++*(int *)data;
	return notifier_from_errno(action == 5 ? -EIO : 0);
}

START_TEST(srcu_chain)
{
	static struct srcu_notifier_head chain;
	struct notifier_block first = { .notifier_call = refuse_five, .priority = 1 };
	struct notifier_block second = { .notifier_call = refuse_five };
	int calls = 0;

	srcu_init_notifier_head(&chain);
	ck_assert_int_eq(srcu_notifier_chain_register(&chain, &second), 0);
	ck_assert_int_eq(srcu_notifier_chain_register(&chain, &first), 0);
	ck_assert_int_eq(srcu_notifier_call_chain(&chain, 1, &calls), NOTIFY_OK);
	ck_assert_int_eq(calls, 2);
	ck_assert_int_eq(notifier_to_errno(srcu_notifier_call_chain(&chain, 5, &calls)), -EIO);
	ck_assert_int_eq(calls, 3);
	ck_assert_int_eq(srcu_notifier_chain_unregister(&chain, &first), 0);
	ck_assert_int_eq(srcu_notifier_chain_unregister(&chain, &first), -ENOENT);
	ck_assert_int_eq(srcu_notifier_chain_unregister(&chain, &second), 0);
	srcu_cleanup_notifier_head(&chain);
}
END_TEST

/* Exact for every dividend, also at the ends. */
START_TEST(reciprocal_is_exact)
{
	static const u32 values[] = { 1, 2, 3, 7, 10, 641, 65535, 65536, 1U << 31, ~0U - 1, ~0U };

	for (size_t d = 0; d < ARRAY_SIZE(values); d++) {
		struct reciprocal_value r = reciprocal_value(values[d]);

		for (size_t a = 0; a < ARRAY_SIZE(values); a++)
			ck_assert_uint_eq(reciprocal_divide(values[a], r), values[a] / values[d]);
	}
}
END_TEST

/* Words, options and numbers of a line; the limits of what fits. */
START_TEST(words_of_a_line)
{
	char text[8] = "xxxxxxx";
	char **argv;
	int argc;

	argv = argv_split(GFP_KERNEL, "  one two\tthree ", &argc);
	ck_assert_int_eq(argc, 3);
	ck_assert_str_eq(argv[2], "three");
	ck_assert_ptr_null(argv[3]);
	argv_free(argv);
	argv = argv_split(GFP_KERNEL, "", NULL);
	ck_assert_ptr_null(argv[0]);
	argv_free(argv);
	ck_assert(parse_option_str("a,bc,d", "bc") && parse_option_str("a,bc,d", "d"));
	ck_assert(!parse_option_str("a,bc,d", "b") && !parse_option_str("", "b"));
	ck_assert_int_eq(num_to_str(text, 7, 42, 5), 5);
	ck_assert_mem_eq(text, "   42xx", 7);
	ck_assert_int_eq(num_to_str(text, 2, 123, 0), 0);
	ck_assert_int_eq(num_to_str(text, 4, 1, 5), 0);
}
END_TEST

Suite *kernel_lists_suite(void)
{
	Suite *s = suite_create("kernel_lists");
	TCase *tc = tcase_create("kernel_lists");

	tcase_add_checked_fixture(tc, machine_boot, machine_shutdown);
	tcase_add_test(tc, plist_keeps_order);
	tcase_add_test(tc, bit_locked_list);
	tcase_add_test(tc, nulls_list);
	tcase_add_test(tc, lockref_counts);
	tcase_add_test(tc, rcuref_dies_once);
	tcase_add_test(tc, static_calls);
	tcase_add_test(tc, late_static_key);
	tcase_add_test(tc, percpu_rwsem_excludes);
	tcase_add_test(tc, latch_has_a_stable_copy);
	tcase_add_test(tc, scoped_seqlock_rounds);
	tcase_add_test(tc, srcu_chain);
	tcase_add_test(tc, reciprocal_is_exact);
	tcase_add_test(tc, words_of_a_line);
	suite_add_tcase(s, tc);
	return s;
}
