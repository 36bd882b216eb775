// SPDX-License-Identifier: GPL-2.0-only
/* RCU: what a grace period waits for, callbacks, polling, misuse. */
#include "exec_rig.h"

#include <stdlib.h>
#include <linux/completion.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <udevmem/log.h>

static DEFINE_SPINLOCK(lock);

/* Ways to be a reader. */
static void read_lock_enter(void)
{
	rcu_read_lock();
	rcu_read_lock();
	rcu_read_unlock();
}

static void read_lock_leave(void)
{
	rcu_read_unlock();
}

static void bh_enter(void)
{
	local_bh_disable();
}

static void bh_leave(void)
{
	local_bh_enable();
}

static void preempt_enter(void)
{
	preempt_disable();
}

static void preempt_leave(void)
{
	preempt_enable();
}

static DEFINE_SPINLOCK(reader_lock);

static void spin_enter(void)
{
	spin_lock_irq(&reader_lock);
}

static void spin_leave(void)
{
	spin_unlock_irq(&reader_lock);
}

/* A section that begins in a region and outlives it. */
static void outlive_enter(void)
{
	preempt_disable();
	rcu_read_lock();
	preempt_enable();
}

/* From one kind of section straight into another, without a gap. */
static void handover_enter(void)
{
	preempt_disable();
	rcu_read_lock();
	preempt_enable();
	local_irq_disable();
	rcu_read_unlock();
}

static void handover_leave(void)
{
	local_irq_enable();
}

static const struct reader {
	void (*enter)(void);
	void (*leave)(void);
} readers[] = {
	{ read_lock_enter, read_lock_leave },
	{ bh_enter, bh_leave },
	{ preempt_enter, preempt_leave },
	{ spin_enter, spin_leave },
	{ outlive_enter, read_lock_leave },
	{ handover_enter, handover_leave },
};

static int inside, let_go, left;

static void *stay_inside(void *arg)
{
	const struct reader *reader = arg;

	reader->enter();
	set_flag(&inside);
	while (!read_flag(&let_go))
		cpu_relax();
	set_flag(&left);
	reader->leave();
	return NULL;
}

static void *wait_for_reader(void *unused)
{
	synchronize_rcu();
	ck_assert_int_eq(read_flag(&left), 1);
	return NULL;
}

static void wait_for(const struct reader *reader)
{
	struct udm_thread *in, *waiter;

	inside = let_go = left = 0;
	in = udm_thread_create("reader", stay_inside, (void *)reader);
	await_flag(&inside);
	waiter = udm_thread_create("waiter", wait_for_reader, NULL);
	udm_advance(3000000);
	set_flag(&let_go);
	udm_thread_join(waiter);
	udm_thread_join(in);
}

static void sections_body(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(readers); i++)
		wait_for(&readers[i]);
}

START_TEST(grace_period_waits_for_every_kind_of_section)
{
	in_sim(sections_body);
	in_preempted_sim(sections_body);
	in_threads(sections_body);
}
END_TEST

/* A published object is never seen after it was freed. */
struct item {
	struct rcu_head rcu;
	unsigned long magic;
};

static struct item *published;
static int stop;

static void free_item(struct rcu_head *head)
{
	struct item *item = container_of(head, struct item, rcu);

	ck_assert_int_ne(in_softirq(), 0);
	item->magic = 0;
	free(item);
}

static void *read_published(void *unused)
{
	unsigned long seen = 0;

	while (!read_flag(&stop)) {
		/* Many rounds of one kind make the task the favourite of its vCPU. */
		const struct reader *reader = &readers[seen++ / 100 % ARRAY_SIZE(readers)];
		struct item *item;

		reader->enter();
		item = rcu_dereference_raw(published);
		if (item) {
			dawdle();
			ck_assert_uint_eq(item->magic, 0x1234);
		}
		reader->leave();
		if (seen % 16 == 0)
			udm_yield();
	}
	return NULL;
}

static void *replace_published(void *unused)
{
	for (unsigned int i = 0; i < rounds(500); i++) {
		struct item *item = malloc(sizeof(*item)), *old;

		item->magic = 0x1234;
		spin_lock(&lock);
		old = rcu_replace_pointer(published, item, lockdep_is_held(&lock));
		spin_unlock(&lock);
		if (old && i % 50 == 0) {
			synchronize_rcu();
			free(old);
		} else if (old) {
			call_rcu(&old->rcu, free_item);
		}
	}
	return NULL;
}

static void publish_body(void)
{
	struct udm_thread *threads[2];

	stop = 0;
	published = NULL;
	for (unsigned int i = 0; i < 2; i++)
		threads[i] = udm_thread_create("reader", read_published, NULL);
	run_team(2, replace_published, NULL);
	set_flag(&stop);
	for (unsigned int i = 0; i < 2; i++)
		udm_thread_join(threads[i]);
	rcu_barrier();
	free(published);
	published = NULL;
}

START_TEST(readers_never_see_freed_objects)
{
	in_every_mode(publish_body);
}
END_TEST

struct counted {
	struct rcu_head rcu;
	unsigned int number;
};

static unsigned int calls, rest;

static void count_call(struct rcu_head *head)
{
	ck_assert_uint_eq(container_of(head, struct counted, rcu)->number, calls);
	ck_assert_int_ne(in_serving_softirq(), 0);
	ck_assert(!in_task());
	calls++;
}

static void queue_again(struct rcu_head *head)
{
	if (--rest)
		call_rcu(head, queue_again);
}

static void callbacks_body(void)
{
	static struct counted items[100];
	struct rcu_head again;

	calls = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(items); i++) {
		items[i].number = i;
		call_rcu(&items[i].rcu, count_call);
	}
	rcu_barrier();
	ck_assert_uint_eq(calls, ARRAY_SIZE(items));
	rest = 3;
	call_rcu(&again, queue_again);
	for (unsigned int i = 0; i < 3; i++)
		rcu_barrier();
	ck_assert_uint_eq(rest, 0);
}

START_TEST(callbacks_run_once_and_in_order)
{
	in_every_mode(callbacks_body);
}
END_TEST

struct awaited {
	struct rcu_head rcu;
	struct completion called;
};

static void tell(struct rcu_head *head)
{
	complete(&container_of(head, struct awaited, rcu)->called);
}

/* Nobody but the callback itself says that it is wanted; each third is, from the start. */
static void unasked_body(void)
{
	static struct awaited items[64];

	for (unsigned int i = 0; i < ARRAY_SIZE(items); i++) {
		init_completion(&items[i].called);
		if (i % 3)
			call_rcu(&items[i].rcu, tell);
		else
			call_rcu_hurry(&items[i].rcu, tell);
		if (i % 5 == 0)
			wait_for_completion(&items[i].called);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(items); i++)
		if (i % 5)
			wait_for_completion(&items[i].called);
}

START_TEST(callbacks_come_unasked)
{
	in_every_mode(unasked_body);
}
END_TEST

#ifdef CONFIG_DEBUG_OBJECTS_RCU_HEAD
static void drop_line(void *ctx, int level, const char *text)
{
}

/* As many heads as it takes for the record of them to grow; each third comes twice. */
static void twice_body(void)
{
	static struct counted many[1000];
	unsigned int n = ARRAY_SIZE(many);

	calls = 0;
	udm_warn_expect("call_rcu(): Double-freed CB", DIV_ROUND_UP(n, 3));
	udm_log_set_hook(drop_line, NULL);
	rcu_read_lock();
	for (unsigned int i = 0; i < n; i++) {
		many[i].number = i;
		call_rcu(&many[i].rcu, count_call);
		if (i % 3 == 0)
			call_rcu(&many[i / 2].rcu, count_call);
	}
	rcu_read_unlock();
	udm_log_set_hook(NULL, NULL);
	rcu_barrier();
	ck_assert_uint_eq(calls, n);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	/* They are free to be queued again. */
	rest = 1;
	call_rcu(&many[0].rcu, queue_again);
	rcu_barrier();
}

START_TEST(a_head_cannot_wait_twice)
{
	in_every_mode(twice_body);
}
END_TEST
#endif

static void kfree_body(void)
{
	struct item *item = NULL;

	kfree_rcu(item, rcu);
	item = kmalloc(sizeof(*item), GFP_KERNEL);
	kfree_rcu(item, rcu);
	item = kvmalloc(1 << 20, GFP_KERNEL);
	kvfree_rcu(item, rcu);
	item = kmalloc(sizeof(*item), GFP_KERNEL);
	kfree_rcu_mightsleep(item);
	kvfree_rcu_barrier();
}

START_TEST(kfree_rcu_frees)
{
	in_every_mode(kfree_body);
}
END_TEST

static void polling_body(void)
{
	unsigned long cookie = get_state_synchronize_rcu();

	ck_assert(!poll_state_synchronize_rcu(cookie));
	synchronize_rcu();
	ck_assert(poll_state_synchronize_rcu(cookie));
	cond_synchronize_rcu(cookie);
	cookie = start_poll_synchronize_rcu();
	while (!poll_state_synchronize_rcu(cookie))
		udm_yield();
	ck_assert(poll_state_synchronize_rcu(get_completed_synchronize_rcu()));
}

START_TEST(grace_periods_can_be_polled)
{
	in_every_mode(polling_body);
}
END_TEST

static void self_deadlock_body(void)
{
	udm_warn_expect("Illegal synchronize_rcu()", 3);
	rcu_read_lock();
	synchronize_rcu();
	rcu_read_unlock();
	local_bh_disable();
	synchronize_rcu();
	local_bh_enable();
	preempt_disable();
	synchronize_rcu_expedited();
	preempt_enable();
	ck_assert_uint_eq(udm_warn_missing(), 0);
}

START_TEST(waiting_for_oneself_is_reported)
{
	in_sim(self_deadlock_body);
	in_threads(self_deadlock_body);
}
END_TEST

static atomic_t ticks;

static void tick(struct timer_list *timer)
{
	atomic_inc(&ticks);
}

/*
 * The threads that served softirqs leave one after the other while the machine stops,
 * and queue the end of their tasks just before RCU stops too.
 */
START_TEST(threads_leave_while_the_machine_stops)
{
	const struct udm_config cfg = { .mode = UDM_MODE_THREADS, .cpus = 4 };
	struct timer_list timers[4];

	for (unsigned int round = test_rounds(300); round; round--) {
		machine_boot_with(&cfg);
		atomic_set(&ticks, 0);
		for (int cpu = 0; cpu < ARRAY_SIZE(timers); cpu++) {
			timer_setup(&timers[cpu], tick, 0);
			timers[cpu].expires = jiffies;
			add_timer_on(&timers[cpu], cpu);
		}
		while (atomic_read(&ticks) < ARRAY_SIZE(timers))
			udm_yield();
		for (int cpu = 0; cpu < ARRAY_SIZE(timers); cpu++)
			timer_delete_sync(&timers[cpu]);
		machine_shutdown();
	}
}
END_TEST

START_TEST(held_predicates)
{
	ck_assert(!rcu_read_lock_held());
	ck_assert(!rcu_read_lock_any_held());
	scoped_guard(rcu)
		ck_assert(rcu_read_lock_held());
	rcu_read_lock_bh();
	ck_assert(rcu_read_lock_bh_held());
	ck_assert(rcu_read_lock_any_held());
	rcu_read_unlock_bh();
	rcu_read_lock_sched();
	ck_assert(rcu_read_lock_sched_held());
	ck_assert(!rcu_read_lock_held());
	rcu_read_unlock_sched();
}
END_TEST

Suite *exec_rcu_suite(void)
{
	Suite *s = suite_create("exec_rcu");
	TCase *modes = tcase_create("modes");
	TCase *one = machine_tcase(s, "one task");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, grace_period_waits_for_every_kind_of_section);
	tcase_add_test(modes, readers_never_see_freed_objects);
	tcase_add_test(modes, callbacks_run_once_and_in_order);
	tcase_add_test(modes, callbacks_come_unasked);
#ifdef CONFIG_DEBUG_OBJECTS_RCU_HEAD
	tcase_add_test(modes, a_head_cannot_wait_twice);
#endif
	tcase_add_test(modes, kfree_rcu_frees);
	tcase_add_test(modes, grace_periods_can_be_polled);
	tcase_add_test(modes, waiting_for_oneself_is_reported);
	tcase_add_test(modes, threads_leave_while_the_machine_stops);
	tcase_add_test(one, held_predicates);
	return s;
}
