// SPDX-License-Identifier: GPL-2.0-only
/* What tasks share, under every schedule: RCU, waits, locks, per-CPU data, calls. */
#include "explore_rig.h"

#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/jump_label.h>
#include <linux/notifier.h>
#include <linux/percpu_counter.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/ww_mutex.h>
#include <udevmem/debugfs.h>

#include <errno.h>

/* RCU: what a reader sees is whole, whatever kind of reader it is. */

struct item {
	struct rcu_head rcu;
	int magic;
};

static struct item *published;
static DEFINE_SPINLOCK(update_lock);
static int freed;

static void look_at_item(void)
{
	struct item *item = rcu_dereference_raw(published);

	sched_point();
	EXPECT(item->magic == 0x1234);
}

static void *read_items(void *unused)
{
	for (int i = 0; i < 3; i++) {
		rcu_read_lock();
		look_at_item();
		rcu_read_unlock();
		local_bh_disable();
		look_at_item();
		local_bh_enable();
		preempt_disable();
		look_at_item();
		preempt_enable();
		udm_yield();
	}
	return NULL;
}

static void free_item(struct rcu_head *head)
{
	struct item *item = container_of(head, struct item, rcu);

	EXPECT(in_softirq() && in_serving_softirq());
	/* The head is the callback's, the runtime is done with it. */
	memset(item, 0x5a, sizeof(*item));
	kfree(item);
	freed++;
}

static void publish(void)
{
	struct item *item = kzalloc(sizeof(*item), GFP_KERNEL), *old;

	item->magic = 0x1234;
	spin_lock(&update_lock);
	old = rcu_replace_pointer(published, item, lockdep_is_held(&update_lock));
	spin_unlock(&update_lock);
	if (old)
		call_rcu(&old->rcu, free_item);
}

static void *replace_items(void *unused)
{
	struct item *old;

	publish();
	udm_yield();
	publish();
	spin_lock(&update_lock);
	old = published;
	rcu_assign_pointer(published, kmemdup(old, sizeof(*old), GFP_ATOMIC));
	spin_unlock(&update_lock);
	synchronize_rcu();
	old->magic = 0;
	kfree(old);
	return NULL;
}

static void readers(void)
{
	published = NULL;
	freed = 0;
	publish();
	both(read_items, replace_items);
	rcu_barrier();
	EXPECT(freed == 2);
	kfree(published);
}

START_TEST(readers_see_what_was_published)
{
	explore(readers);
}
END_TEST

/* A completion on the stack of whoever waits. */

static struct completion *pending;

static void *complete_it(void *unused)
{
	for (int i = 0; i < 4; i++) {
		while (!READ_ONCE(pending))
			udm_yield();
		complete(xchg(&pending, NULL));
	}
	return NULL;
}

static void wait_on_the_stack(void)
{
	struct completion done;

	init_completion(&done);
	smp_store_release(&pending, &done);
	wait_for_completion(&done);
	memset(&done, 0x5a, sizeof(done));
	barrier_data(&done);
}

static void *wait_for_each(void *unused)
{
	for (int i = 0; i < 4; i++)
		wait_on_the_stack();
	return NULL;
}

static void completions(void)
{
	pending = NULL;
	both(wait_for_each, complete_it);
}

START_TEST(a_completion_may_go_when_the_wait_ends)
{
	explore(completions);
}
END_TEST

/* Exclusive waiters, some of which give up: no wake-up gets lost with them. */

static DECLARE_WAIT_QUEUE_HEAD(queue);
static atomic_t stock, got;

static bool take_one(void)
{
	return atomic_add_unless(&stock, -1, 0);
}

static void *give_up_early(void *unused)
{
	for (int i = 0; i < 3; i++) {
		udm_task_signal(current, false);
		if (!wait_event_interruptible_exclusive(queue, take_one()))
			atomic_inc(&got);
		udm_task_clear_signal(current);
		udm_yield();
	}
	return NULL;
}

static void *take_two(void *unused)
{
	for (int i = 0; i < 2; i++)
		if (!wait_event_interruptible_exclusive(queue, take_one()))
			atomic_inc(&got);
	return NULL;
}

static void waiters(void)
{
	struct udm_thread *taker, *leaver;

	atomic_set(&got, 0);
	taker = udm_thread_create("taker", take_two, NULL);
	leaver = udm_thread_create("leaver", give_up_early, NULL);
	for (int i = 0; i < 5; i++) {
		atomic_inc(&stock);
		wake_up(&queue);
		udm_yield();
	}
	udm_thread_join(taker);
	udm_thread_join(leaver);
	EXPECT(atomic_read(&got) + atomic_xchg(&stock, 0) == 5);
	EXPECT(atomic_read(&got) >= 2 && !waitqueue_active(&queue));
}

START_TEST(wake_ups_are_not_lost_with_who_gives_up)
{
	explore(waiters);
}
END_TEST

/* Locks. */

static DECLARE_RWSEM(sem);
static int value, readers_inside;

static void *write_and_downgrade(void *unused)
{
	for (int i = 0; i < 3; i++) {
		int mine;

		down_write(&sem);
		EXPECT(!readers_inside);
		mine = ++value;
		sched_point();
		downgrade_write(&sem);
		sched_point();
		/* No other writer came in between. */
		EXPECT(value == mine);
		up_read(&sem);
	}
	return NULL;
}

static void *read_shared(void *unused)
{
	for (int i = 0; i < 3; i++) {
		int seen;

		down_read(&sem);
		readers_inside++;
		seen = value;
		sched_point();
		EXPECT(seen == value);
		readers_inside--;
		up_read(&sem);
	}
	return NULL;
}

static void rwsems(void)
{
	struct udm_thread *third;

	value = readers_inside = 0;
	third = udm_thread_create("third", write_and_downgrade, NULL);
	both(write_and_downgrade, read_shared);
	udm_thread_join(third);
	EXPECT(value == 6 && !rwsem_is_locked(&sem));
}

START_TEST(downgrading_lets_no_writer_in)
{
	explore(rwsems);
}
END_TEST

static DEFINE_WD_CLASS(wd_class);
static DEFINE_WW_CLASS(ww_class);
static struct ww_mutex accounts[2];
static int balance[2];

static void lock_both(struct ww_acquire_ctx *ctx, int first)
{
	int at = first, err = ww_mutex_lock(&accounts[at], ctx);

	EXPECT(!err);
	while ((err = ww_mutex_lock(&accounts[!at], ctx)) == -EDEADLK) {
		ww_mutex_unlock(&accounts[at]);
		at = !at;
		ww_mutex_lock_slow(&accounts[at], ctx);
	}
	EXPECT(!err);
}

static void transfer(int from)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, accounts[0].ww_class);
	lock_both(&ctx, from);
	ww_acquire_done(&ctx);
	balance[from]--;
	sched_point();
	balance[!from]++;
	ww_mutex_unlock(&accounts[0]);
	ww_mutex_unlock(&accounts[1]);
	ww_acquire_fini(&ctx);
}

static void *transfer_up(void *unused)
{
	for (int i = 0; i < 4; i++)
		transfer(0);
	return NULL;
}

static void *transfer_down(void *unused)
{
	for (int i = 0; i < 2; i++)
		transfer(1);
	return NULL;
}

static void transfers(struct ww_class *class)
{
	for (int i = 0; i < 2; i++) {
		ww_mutex_init(&accounts[i], class);
		balance[i] = 10;
	}
	both(transfer_up, transfer_down);
	EXPECT(balance[0] == 8 && balance[1] == 12);
	EXPECT(!ww_mutex_is_locked(&accounts[0]) && !ww_mutex_is_locked(&accounts[1]));
}

static void wait_die(void)
{
	transfers(&wd_class);
}

static void wound_wait(void)
{
	transfers(&ww_class);
}

START_TEST(transactions_end_in_any_order)
{
	explore(wait_die);
	explore(wound_wait);
}
END_TEST

/* Data of a CPU that tasks share. */

static DEFINE_PER_CPU(long, slot);
static struct percpu_counter counter;

static void *count_on_cpu_1(void *unused)
{
	EXPECT(udm_task_set_cpu(1) == 0);
	for (int i = 0; i < 5; i++) {
		long *mine;

		this_cpu_inc(slot);
		percpu_counter_add_batch(&counter, 3, 4);
		preempt_disable();
		mine = this_cpu_ptr(&slot);
		EXPECT(smp_processor_id() == 1);
		sched_point();
		*mine += 1;
		preempt_enable();
		percpu_counter_dec(&counter);
	}
	return NULL;
}

static void per_cpu_data(void)
{
	per_cpu(slot, 1) = 0;
	EXPECT(percpu_counter_init(&counter, 100, GFP_KERNEL) == 0);
	both(count_on_cpu_1, count_on_cpu_1);
	EXPECT(per_cpu(slot, 1) == 20);
	EXPECT(percpu_counter_sum(&counter) == 120);
	percpu_counter_sync(&counter);
	EXPECT(percpu_counter_sum(&counter) == 120);
	percpu_counter_destroy(&counter);
}

START_TEST(shared_cpus_lose_no_update)
{
	explore(per_cpu_data);
}
END_TEST

static atomic_t calls[2];

static void note_call(void *number)
{
	EXPECT(in_hardirq() && irqs_disabled());
	EXPECT(smp_processor_id() == (int)(long)number);
	atomic_inc(&calls[(long)number]);
}

static void call_from_to(long from, long to)
{
	EXPECT(udm_task_set_cpu(from) == 0);
	for (int i = 0; i < 3; i++) {
		local_bh_disable();
		EXPECT(smp_call_function_single(to, note_call, (void *)to, true) == 0);
		local_bh_enable();
	}
}

static void *call_up(void *unused)
{
	call_from_to(0, 1);
	return NULL;
}

static void *call_down(void *unused)
{
	call_from_to(1, 0);
	return NULL;
}

static void cross_calls(void)
{
	atomic_set(&calls[0], 0);
	atomic_set(&calls[1], 0);
	both(call_up, call_down);
	EXPECT(atomic_read(&calls[0]) == 3 && atomic_read(&calls[1]) == 3);
}

START_TEST(callers_serve_each_other)
{
	explore(cross_calls);
}
END_TEST

/* Counted keys and chains. */

static DEFINE_STATIC_KEY_FALSE(key);

static void *switch_key(void *unused)
{
	for (int i = 0; i < 3; i++) {
		static_branch_inc(&key);
		EXPECT(static_branch_unlikely(&key));
		udm_yield();
		EXPECT(static_branch_unlikely(&key));
		static_branch_dec(&key);
	}
	return NULL;
}

static void keys(void)
{
	both(switch_key, switch_key);
	EXPECT(!static_key_enabled(&key));
}

START_TEST(a_counted_key_stays_on)
{
	explore(keys);
}
END_TEST

static BLOCKING_NOTIFIER_HEAD(chain);
static int listening;

static int hear(struct notifier_block *nb, unsigned long event, void *unused)
{
	EXPECT(READ_ONCE(listening));
	udm_yield();
	EXPECT(READ_ONCE(listening));
	return NOTIFY_OK;
}

static void *listen_for_a_while(void *unused)
{
	static struct notifier_block nb = { .notifier_call = hear };

	for (int i = 0; i < 3; i++) {
		WRITE_ONCE(listening, 1);
		EXPECT(blocking_notifier_chain_register(&chain, &nb) == 0);
		udm_yield();
		EXPECT(blocking_notifier_chain_unregister(&chain, &nb) == 0);
		WRITE_ONCE(listening, 0);
	}
	return NULL;
}

static void *call_chain(void *unused)
{
	for (int i = 0; i < 4; i++)
		blocking_notifier_call_chain(&chain, i, NULL);
	return NULL;
}

static void notifiers(void)
{
	both(listen_for_a_while, call_chain);
}

START_TEST(nobody_hears_after_leaving)
{
	explore(notifiers);
}
END_TEST

/* debugfs: removal waits for who is inside. */

static int shown_value_valid;

static int shown_show(struct seq_file *m, void *unused)
{
	EXPECT(READ_ONCE(shown_value_valid));
	udm_yield();
	EXPECT(READ_ONCE(shown_value_valid));
	seq_puts(m, "shown\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(shown);

static void *read_file(void *unused)
{
	char text[16];

	for (int i = 0; i < 3; i++)
		EXPECT(udm_debugfs_read("explored", text, sizeof(text)) == 6 ||
		       errno == ENOENT || errno == EIO);
	return NULL;
}

static void *make_and_remove(void *unused)
{
	for (int i = 0; i < 2; i++) {
		WRITE_ONCE(shown_value_valid, 1);
		debugfs_create_file("explored", 0444, NULL, NULL, &shown_fops);
		udm_yield();
		debugfs_lookup_and_remove("explored", NULL);
		WRITE_ONCE(shown_value_valid, 0);
	}
	return NULL;
}

static void removals(void)
{
	both(read_file, make_and_remove);
}

START_TEST(a_removed_file_is_not_read)
{
	explore(removals);
}
END_TEST

Suite *explore_sync_suite(void)
{
	Suite *s = suite_create("explore_sync");
	TCase *tc = tcase_create("every schedule");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, readers_see_what_was_published);
	tcase_add_test(tc, a_completion_may_go_when_the_wait_ends);
	tcase_add_test(tc, wake_ups_are_not_lost_with_who_gives_up);
	tcase_add_test(tc, downgrading_lets_no_writer_in);
	tcase_add_test(tc, transactions_end_in_any_order);
	tcase_add_test(tc, shared_cpus_lose_no_update);
	tcase_add_test(tc, callers_serve_each_other);
	tcase_add_test(tc, a_counted_key_stays_on);
	tcase_add_test(tc, nobody_hears_after_leaving);
	tcase_add_test(tc, a_removed_file_is_not_read);
	return s;
}
