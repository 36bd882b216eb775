// SPDX-License-Identifier: GPL-2.0-only
/*
 * NAPI: who polls when, that no event is lost, that disabling waits, ids.
 */
#include "fixture.h"

#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/busy_poll.h>
#include <net/netdev_lock.h>
#include <udevmem/sim.h>
#include <udevmem/warn.h>

#include "libkern/net/dev.h"

#define NAPIS	3

/* A device that is nothing but poll functions. */
struct toy {
	struct napi_struct napi;
	atomic_t pending;	/* packets */
	atomic_t polled;	/* packets taken */
	atomic_t calls;
	atomic_t inside;
	bool lazy;		/* takes its whole budget whatever there is */
	void (*hook)(struct toy *toy);
	unsigned long contexts;	/* bits: 0 softirq served, 1 task */
	atomic_t armed;		/* completions that said so */
	atomic_t running;	/* polls that have not returned */
};

static struct net_device *dev;
static struct toy toys[NAPIS];

static const struct net_device_ops no_ops = {};

static void toy_setup(struct net_device *d)
{
	d->netdev_ops = &no_ops;
	d->request_ops_lock = true;
}

static int toy_poll(struct napi_struct *napi, int budget)
{
	struct toy *toy = container_of(napi, struct toy, napi);
	int n;

	atomic_inc(&toy->running);
	ck_assert_int_eq(atomic_inc_return(&toy->inside), 1);
	ck_assert(in_softirq());
	ck_assert_int_eq(napi->list_owner, smp_processor_id());
	set_bit(in_serving_softirq() ? 0 : 1, &toy->contexts);
	atomic_inc(&toy->calls);
	n = READ_ONCE(toy->lazy) ? budget : min(atomic_read(&toy->pending), budget);
	atomic_sub(n, &toy->pending);
	atomic_add(n, &toy->polled);
	if (toy->hook)
		toy->hook(toy);
	atomic_dec(&toy->inside);
	if (n < budget && napi_complete_done(napi, n))
		atomic_inc(&toy->armed);
	atomic_dec_return_release(&toy->running);
	return n;
}

static void device_up(void)
{
	int i;

	memset(toys, 0, sizeof(toys));
	dev = alloc_netdev_mqs(0, "toy%d", NET_NAME_ENUM, toy_setup, NAPIS, NAPIS);
	ck_assert_int_eq(register_netdev(dev), 0);
	for (i = 0; i < NAPIS; i++)
		netif_napi_add_config(dev, &toys[i].napi, toy_poll, i);
	for (i = 0; i < NAPIS; i++)
		napi_enable(&toys[i].napi);
}

static void toys_open(void)
{
	machine_boot();
	device_up();
}

static void toys_open_threads(void)
{
	machine_boot_threads();
	device_up();
}

static void toys_close(void)
{
	int i;

	for (i = 0; i < NAPIS; i++) {
		if (!(toys[i].napi.state & NAPIF_STATE_NPSVC))
			napi_disable(&toys[i].napi);
		netif_napi_del(&toys[i].napi);
	}
	unregister_netdev(dev);
	free_netdev(dev);
	machine_shutdown();
}

static bool busy(struct toy *toy)
{
	/* Acquire, as with running: what the poll that gave it up wrote is read next. */
	unsigned long state = smp_load_acquire(&toy->napi.state);

	return (state & NAPIF_STATE_SCHED && !(state & NAPIF_STATE_NPSVC)) ||
	       atomic_read_acquire(&toy->running);
}

/* Until nothing is scheduled any more, and the last poll has returned. */
static void settle(void)
{
	int i;

	udm_run_until_idle();
	for (i = 0; i < NAPIS; i++)
		while (busy(&toys[i]))
			udm_yield();
}

START_TEST(scheduling_polls)
{
	atomic_set(&toys[0].pending, 10);
	ck_assert(napi_schedule(&toys[0].napi));
	settle();
	ck_assert_int_eq(atomic_read(&toys[0].polled), 10);
	ck_assert_int_eq(atomic_read(&toys[0].armed), 1);
	ck_assert_int_eq(toys[0].napi.list_owner, -1);
	ck_assert_int_eq(atomic_read(&toys[1].calls), 0);
}
END_TEST

/* More than a budget: polled again until it completes. */
START_TEST(an_exhausted_budget_means_polled_again)
{
	atomic_set(&toys[0].pending, 2 * NAPI_POLL_WEIGHT);
	napi_schedule(&toys[0].napi);
	settle();
	ck_assert_int_eq(atomic_read(&toys[0].polled), 2 * NAPI_POLL_WEIGHT);
	ck_assert_int_eq(atomic_read(&toys[0].calls), 3);
}
END_TEST

static void schedule_again(struct toy *toy)
{
	toy->hook = NULL;
	atomic_add(5, &toy->pending);
	ck_assert(!napi_schedule(&toy->napi));
}

START_TEST(an_event_during_a_poll_is_not_missed)
{
	toys[0].hook = schedule_again;
	napi_schedule(&toys[0].napi);
	settle();
	ck_assert_int_eq(atomic_read(&toys[0].polled), 5);
	ck_assert_int_eq(atomic_read(&toys[0].calls), 2);
	ck_assert_int_eq(atomic_read(&toys[0].armed), 1);
}
END_TEST

START_TEST(a_disabled_napi_is_not_scheduled)
{
	napi_disable(&toys[0].napi);
	ck_assert(!napi_schedule(&toys[0].napi));
	settle();
	ck_assert_int_eq(atomic_read(&toys[0].calls), 0);
	napi_enable(&toys[0].napi);
	ck_assert(napi_schedule(&toys[0].napi));
	settle();
	ck_assert_int_eq(atomic_read(&toys[0].calls), 1);
}
END_TEST

/* One that never completes is stopped between two polls. */
START_TEST(disabling_waits_for_the_running_poll)
{
	int calls;

	toys[0].lazy = true;
	napi_schedule(&toys[0].napi);
	napi_disable(&toys[0].napi);
	ck_assert_int_eq(atomic_read(&toys[0].inside), 0);
	calls = atomic_read(&toys[0].calls);
	usleep_range(2000, 3000);
	ck_assert_int_eq(atomic_read(&toys[0].calls), calls);
	toys[0].lazy = false;
	napi_enable(&toys[0].napi);
}
END_TEST

START_TEST(a_greedy_one_does_not_starve_the_others)
{
	WRITE_ONCE(toys[0].lazy, true);
	atomic_set(&toys[1].pending, 3);
	local_bh_disable();
	napi_schedule(&toys[0].napi);
	napi_schedule(&toys[1].napi);
	local_bh_enable();
	if (udm_sim()) {
		/* One softirq polls both, in order, before this task goes on. */
		ck_assert_int_gt(atomic_read(&toys[0].calls), 0);
		ck_assert_int_eq(atomic_read(&toys[1].polled), 3);
	}
	/* Threads of their own take their turns in any order; but each gets its turn. */
	while (atomic_read(&toys[1].polled) < 3 || !atomic_read(&toys[0].calls))
		usleep_range(100, 200);
	WRITE_ONCE(toys[0].lazy, false);
	settle();
	ck_assert_int_eq(atomic_read(&toys[1].polled), 3);
}
END_TEST

START_TEST(ids_are_unique_listed_falling_and_persistent)
{
	unsigned int ids[NAPIS];
	struct napi_struct *at;
	u32 last = U32_MAX;
	int i;

	for (i = 0; i < NAPIS; i++) {
		ids[i] = toys[i].napi.napi_id;
		ck_assert(napi_id_valid(ids[i]));
	}
	ck_assert_uint_eq(ids[0], MIN_NAPI_ID);
	ck_assert_uint_ne(ids[0], ids[1]);
	list_for_each_entry(at, &dev->napi_list, dev_list) {
		ck_assert_uint_lt(at->napi_id, last);
		last = at->napi_id;
	}
	napi_disable(&toys[1].napi);
	ck_assert_ptr_null(netdev_napi_by_id_lock(&init_net, ids[1]));
	netif_napi_del(&toys[1].napi);
	netif_napi_add_config(dev, &toys[1].napi, toy_poll, 1);
	napi_enable(&toys[1].napi);
	ck_assert_uint_eq(toys[1].napi.napi_id, ids[1]);
	at = netdev_napi_by_id_lock(&init_net, ids[1]);
	ck_assert_ptr_eq(at, &toys[1].napi);
	netdev_unlock(dev);
}
END_TEST

START_TEST(misuse_is_noticed)
{
	struct napi_struct never = {};

	udm_warn_expect("napi_life.c", 2);
	netif_napi_add(dev, &toys[0].napi, toy_poll);
	netif_napi_del(&never);
	netif_napi_del(&toys[2].napi);
	netif_napi_add_config(dev, &toys[2].napi, toy_poll, 2);
}
END_TEST

/* With deferral the interrupt stays masked; a timer looks instead. */
START_TEST(deferred_interrupts)
{
	netdev_lock(dev);
	napi_set_defer_hard_irqs(&toys[0].napi, 2);
	napi_set_gro_flush_timeout(&toys[0].napi, 50000);
	netdev_unlock(dev);
	atomic_set(&toys[0].pending, 1);
	napi_schedule(&toys[0].napi);
	settle();
	ck_assert_int_eq(atomic_read(&toys[0].armed), 0);
	udm_advance(60000);
	settle();
	ck_assert_int_eq(atomic_read(&toys[0].calls), 2);
	udm_advance(60000);
	settle();
	ck_assert_int_eq(atomic_read(&toys[0].calls), 3);
	ck_assert_int_eq(atomic_read(&toys[0].armed), 1);
}
END_TEST

static bool ten_times(void *arg, unsigned long start)
{
	return ++*(int *)arg == 10;
}

START_TEST(busy_polling_owns_the_napi)
{
	int turns = 0;

	atomic_set(&toys[0].pending, 30);
	napi_busy_loop(toys[0].napi.napi_id, ten_times, &turns, false, BUSY_POLL_BUDGET);
	settle();
	ck_assert_int_eq(turns, 10);
	ck_assert_int_eq(atomic_read(&toys[0].polled), 30);
	/* Only the last poll, which gave it up, armed the interrupt. */
	ck_assert_int_eq(atomic_read(&toys[0].armed), 1);
	napi_busy_loop(4000000, ten_times, &turns, false, BUSY_POLL_BUDGET);
	ck_assert_int_eq(turns, 10);
	ck_assert(napi_schedule(&toys[0].napi));
	settle();
}
END_TEST

START_TEST(threads_can_be_turned_on_and_off)
{
	struct toy *toy = &toys[0];

	netdev_lock(dev);
	ck_assert_int_eq(napi_set_threaded(&toy->napi, NETDEV_NAPI_THREADED_ENABLED), 0);
	netdev_unlock(dev);
	ck_assert_ptr_nonnull(toy->napi.thread);
	toy->contexts = 0;
	atomic_set(&toy->pending, 100);
	napi_schedule(&toy->napi);
	settle();
	ck_assert_int_eq(atomic_read(&toy->polled), 100);
	ck_assert_uint_eq(toy->contexts, 2);
	netdev_lock(dev);
	ck_assert_int_eq(napi_set_threaded(&toy->napi, NETDEV_NAPI_THREADED_DISABLED), 0);
	netdev_unlock(dev);
	ck_assert_ptr_null(toy->napi.thread);
	toy->contexts = 0;
	napi_schedule(&toy->napi);
	settle();
	ck_assert_uint_eq(toy->contexts, 1);
}
END_TEST

START_TEST(a_thread_that_polls_by_itself)
{
	struct toy *toy = &toys[0];

	netdev_lock(dev);
	ck_assert_int_eq(napi_set_threaded(&toy->napi, NETDEV_NAPI_THREADED_BUSY_POLL), 0);
	ck_assert_int_eq(napi_get_threaded(&toy->napi), NETDEV_NAPI_THREADED_BUSY_POLL);
	netdev_unlock(dev);
	atomic_set(&toy->pending, 10);
	/* Nobody schedules it: only its own thread can get there. */
	while (atomic_read(&toy->polled) < 10)
		usleep_range(100, 200);
	ck_assert_int_eq(atomic_read(&toy->polled), 10);
	napi_disable(&toy->napi);
}
END_TEST

/* Nothing that is announced stays behind, whoever announces it and whenever. */
START_TEST(no_event_is_ever_lost)
{
	int i, n = 2000;

	for (i = 0; i < n; i++) {
		struct toy *toy = &toys[i % NAPIS];

		atomic_inc(&toy->pending);
		napi_schedule(&toy->napi);
		if (i % 97 == 0) {
			napi_disable(&toy->napi);
			napi_enable(&toy->napi);
			napi_schedule(&toy->napi);
		}
	}
	settle();
	for (i = 0; i < NAPIS; i++)
		ck_assert_int_eq(atomic_read(&toys[i].pending), 0);
}
END_TEST

static void add_common(TCase *tc)
{
	tcase_add_test(tc, scheduling_polls);
	tcase_add_test(tc, an_exhausted_budget_means_polled_again);
	tcase_add_test(tc, an_event_during_a_poll_is_not_missed);
	tcase_add_test(tc, a_disabled_napi_is_not_scheduled);
	tcase_add_test(tc, disabling_waits_for_the_running_poll);
	tcase_add_test(tc, a_greedy_one_does_not_starve_the_others);
	tcase_add_test(tc, ids_are_unique_listed_falling_and_persistent);
	tcase_add_test(tc, misuse_is_noticed);
	tcase_add_test(tc, busy_polling_owns_the_napi);
	tcase_add_test(tc, threads_can_be_turned_on_and_off);
	tcase_add_test(tc, a_thread_that_polls_by_itself);
	tcase_add_test(tc, no_event_is_ever_lost);
}

Suite *napi_suite(void)
{
	Suite *s = suite_create("napi");
	TCase *tc = tcase_create("sim"), *threads = tcase_create("threads");

	tcase_add_checked_fixture(tc, toys_open, toys_close);
	suite_add_tcase(s, tc);
	add_common(tc);
	tcase_add_test(tc, deferred_interrupts);
	tcase_add_checked_fixture(threads, toys_open_threads, toys_close);
	suite_add_tcase(s, threads);
	add_common(threads);
	return s;
}
