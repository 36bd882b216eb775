// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fences and reservation objects.
 */
#include <linux/dma-fence-array.h>
#include <linux/dma-fence-chain.h>
#include <linux/dma-fence-unwrap.h>
#include <linux/dma-resv.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <udevmem/fault.h>
#include <udevmem/warn.h>

#include "fake_exporter.h"
#include "fixture.h"

static char order[16];

struct noting_cb {
	struct dma_fence_cb cb;
	char name;
};

static void note(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	char name[2] = { container_of(cb, struct noting_cb, cb)->name };

	ck_assert(irqs_disabled());
	ck_assert(spin_is_locked(fence->lock));
	strcat(order, name);
}

START_TEST(callbacks_run_once_in_order)
{
	struct dma_fence *f = fake_fence(1, 1);
	struct noting_cb a = { .name = 'a' }, b = { .name = 'b' }, c = { .name = 'c' };

	order[0] = '\0';
	ck_assert_int_eq(dma_fence_add_callback(f, &a.cb, note), 0);
	ck_assert_int_eq(dma_fence_add_callback(f, &b.cb, note), 0);
	ck_assert_int_eq(dma_fence_add_callback(f, &c.cb, note), 0);
	ck_assert(dma_fence_remove_callback(f, &b.cb));
	ck_assert_int_eq(dma_fence_get_status(f), 0);
	ck_assert_int_eq(dma_fence_signal(f), 0);
	ck_assert_int_eq(dma_fence_signal(f), -EINVAL);
	ck_assert_str_eq(order, "ac");
	ck_assert(!dma_fence_remove_callback(f, &a.cb));
	ck_assert_int_eq(dma_fence_add_callback(f, &a.cb, note), -ENOENT);
	ck_assert_int_eq(dma_fence_get_status(f), 1);
	dma_fence_put(f);
	dma_fence_put(NULL);
}
END_TEST

START_TEST(errors_and_order_of_sequence_numbers)
{
	struct dma_fence *a = fake_fence(1, 0xffffffff), *b = fake_fence(1, 3);

	ck_assert(dma_fence_is_later(b, a));
	set_bit(DMA_FENCE_FLAG_SEQNO64_BIT, &b->flags);
	ck_assert(!dma_fence_is_later(b, a));
	dma_fence_set_error(a, -EIO);
	dma_fence_signal(a);
	ck_assert_int_eq(dma_fence_get_status(a), -EIO);
	ck_assert_str_eq(dma_fence_driver_name(a), "detached-driver");
	dma_fence_signal(b);
	dma_fence_put(a);
	dma_fence_put(b);
	ck_assert(dma_fence_is_signaled(dma_fence_get_stub()));
	dma_fence_put(dma_fence_get_stub());
	dma_fence_put(dma_fence_get_stub());
	ck_assert_uint_eq(dma_fence_context_alloc(3) + 3, dma_fence_context_alloc(1));
}
END_TEST

START_TEST(an_abandoned_fence_is_reported_and_signalled)
{
	struct dma_fence *f = fake_fence(7, 9);
	struct noting_cb a = { .name = 'a' };

	order[0] = '\0';
	dma_fence_add_callback(f, &a.cb, note);
	udm_warn_expect("Fence fake:fake:7:9 released with pending signals!", 1);
	dma_fence_put(f);
	ck_assert_str_eq(order, "a");
}
END_TEST

static void *signal_later(void *fence)
{
	schedule_timeout_uninterruptible(20);
	dma_fence_signal(fence);
	return NULL;
}

START_TEST(waiting_with_and_without_a_limit)
{
	struct dma_fence *f = fake_fence(1, 1);
	struct udm_thread *t;
	long left;

	ck_assert_int_eq(dma_fence_wait_timeout(f, false, 0), 0);
	ck_assert_int_eq(dma_fence_wait_timeout(f, true, 5), 0);
	udm_warn_expect("", 1);
	ck_assert_int_eq(dma_fence_wait_timeout(f, false, -1), -EINVAL);
	udm_task_signal(current, false);
	ck_assert_int_eq(dma_fence_wait_timeout(f, true, 5), -ERESTARTSYS);
	udm_task_clear_signal(current);
	t = udm_thread_create("signaller", signal_later, f);
	left = dma_fence_wait_timeout(f, false, 1000);
	ck_assert_int_gt(left, 900);
	ck_assert_int_eq(dma_fence_wait(f, false), 0);
	ck_assert_int_eq(dma_fence_wait_timeout(f, false, 0), 1);
	udm_thread_join(t);
	dma_fence_put(f);
}
END_TEST

START_TEST(waiting_for_the_first_of_several)
{
	struct dma_fence *f[2] = { fake_fence(1, 1), fake_fence(2, 1) };
	struct udm_thread *t;
	u32 idx = 9;

	ck_assert_int_eq(dma_fence_wait_any_timeout(f, 2, false, 0, &idx), 0);
	ck_assert_int_eq(dma_fence_wait_any_timeout(f, 2, false, 5, &idx), 0);
	t = udm_thread_create("signaller", signal_later, f[1]);
	ck_assert_int_gt(dma_fence_wait_any_timeout(f, 2, false, 100, &idx), 0);
	ck_assert_uint_eq(idx, 1);
	udm_thread_join(t);
	dma_fence_signal(f[0]);
	dma_fence_put(f[0]);
	dma_fence_put(f[1]);
}
END_TEST

static struct dma_fence_array *array_of_two(struct dma_fence *a, struct dma_fence *b, bool any)
{
	struct dma_fence **list = kmalloc_array(2, sizeof(*list), GFP_KERNEL);

	list[0] = dma_fence_get(a);
	list[1] = dma_fence_get(b);
	return dma_fence_array_create(2, list, dma_fence_context_alloc(1), 1, any);
}

START_TEST(an_array_waits_for_all_or_any)
{
	struct dma_fence *a = fake_fence(1, 1), *b = fake_fence(2, 1);
	struct dma_fence_array *all = array_of_two(a, b, false), *any = array_of_two(a, b, true);
	struct noting_cb cb = { .name = 'x' };

	order[0] = '\0';
	ck_assert(!dma_fence_is_signaled(&all->base) && !dma_fence_is_signaled(&any->base));
	ck_assert_int_eq(dma_fence_add_callback(&all->base, &cb.cb, note), 0);
	dma_fence_set_error(a, -EPERM);
	dma_fence_signal(a);
	ck_assert(dma_fence_is_signaled(&any->base));
	ck_assert(!dma_fence_is_signaled(&all->base));
	dma_fence_signal(b);
	ck_assert_int_eq(dma_fence_wait(&all->base, false), 0);
	ck_assert_str_eq(order, "x");
	ck_assert_int_eq(dma_fence_get_status(&all->base), -EPERM);
	dma_fence_put(&all->base);
	dma_fence_put(&any->base);
	dma_fence_put(a);
	dma_fence_put(b);
	flush_workqueue(system_percpu_wq);
}
END_TEST

START_TEST(a_chain_is_done_when_every_link_is)
{
	struct dma_fence *a = fake_fence(1, 1), *b = fake_fence(2, 1), *one;
	struct dma_fence_chain *first = dma_fence_chain_alloc(), *second = dma_fence_chain_alloc();
	struct dma_fence_unwrap cursor;
	unsigned int n = 0;

	dma_fence_chain_init(first, NULL, dma_fence_get(a), 1);
	dma_fence_chain_init(second, &first->base, dma_fence_get(b), 2);
	ck_assert_uint_eq(first->base.context, second->base.context);
	dma_fence_unwrap_for_each(one, &cursor, &second->base)
		n += one == a || one == b;
	ck_assert_uint_eq(n, 2);
	dma_fence_signal(b);
	ck_assert(!dma_fence_is_signaled(&second->base));
	dma_fence_enable_sw_signaling(&second->base);
	dma_fence_signal(a);
	ck_assert_int_eq(dma_fence_wait(&second->base, false), 0);
	dma_fence_put(&second->base);
	dma_fence_put(a);
	dma_fence_put(b);
	flush_workqueue(system_percpu_wq);
}
END_TEST

/* Reservation objects. */

START_TEST(queries_go_by_usage)
{
	static const enum dma_resv_usage usage[] = { DMA_RESV_USAGE_KERNEL, DMA_RESV_USAGE_WRITE,
						     DMA_RESV_USAGE_READ, DMA_RESV_USAGE_BOOKKEEP };
	struct dma_fence *f[4], *one;
	struct dma_resv_iter cursor;
	struct dma_resv resv;
	unsigned int i, n;

	dma_resv_init(&resv);
	for (i = 0; i < 4; i++) {
		f[i] = fake_fence(10 + i, 1);
		fake_add_fence(&resv, f[i], usage[i]);
	}
	for (i = 0; i < 4; i++) {
		n = 0;
		dma_resv_lock(&resv, NULL);
		dma_resv_for_each_fence(&cursor, &resv, usage[i], one)
			ck_assert_ptr_eq(one, f[n++]);
		dma_resv_unlock(&resv);
		ck_assert_uint_eq(n, i + 1);
		ck_assert(!dma_resv_test_signaled(&resv, usage[i]));
	}
	dma_fence_signal(f[0]);
	ck_assert(dma_resv_test_signaled(&resv, DMA_RESV_USAGE_KERNEL));
	ck_assert_int_eq(dma_resv_wait_timeout(&resv, DMA_RESV_USAGE_KERNEL, false, 0), 1);
	ck_assert_int_eq(dma_resv_wait_timeout(&resv, DMA_RESV_USAGE_WRITE, false, 3), 0);
	for (i = 1; i < 4; i++)
		dma_fence_signal(f[i]);
	ck_assert_int_eq(dma_resv_wait_timeout(&resv, DMA_RESV_USAGE_BOOKKEEP, false, 3), 3);
	dma_resv_fini(&resv);
	for (i = 0; i < 4; i++)
		dma_fence_put(f[i]);
}
END_TEST

static unsigned int pending(struct dma_resv *resv)
{
	struct dma_fence **fences;
	unsigned int n, i;

	ck_assert_int_eq(dma_resv_get_fences(resv, DMA_RESV_USAGE_BOOKKEEP, &n, &fences), 0);
	for (i = 0; i < n; i++)
		dma_fence_put(fences[i]);
	kfree(fences);
	return n;
}

START_TEST(a_later_fence_of_the_context_replaces_an_earlier_one)
{
	struct dma_fence *f1 = fake_fence(1, 1), *f2 = fake_fence(1, 2), *f3 = fake_fence(1, 3);
	struct dma_resv resv;

	dma_resv_init(&resv);
	fake_add_fence(&resv, f1, DMA_RESV_USAGE_READ);
	fake_add_fence(&resv, f2, DMA_RESV_USAGE_READ);
	ck_assert_uint_eq(pending(&resv), 1);
	/* A weaker usage must not push out a stronger one. */
	fake_add_fence(&resv, f3, DMA_RESV_USAGE_BOOKKEEP);
	ck_assert_uint_eq(pending(&resv), 2);
	fake_add_fence(&resv, f3, DMA_RESV_USAGE_WRITE);
	ck_assert_uint_eq(pending(&resv), 2);
	dma_fence_signal(f1);
	dma_fence_signal(f2);
	dma_fence_signal(f3);
	ck_assert_uint_eq(pending(&resv), 0);
	dma_resv_fini(&resv);
	dma_fence_put(f1);
	dma_fence_put(f2);
	dma_fence_put(f3);
}
END_TEST

/* All of a context give way to one fence, whatever their age. */
START_TEST(a_context_can_be_replaced)
{
	struct dma_fence *old = fake_fence(1, 9), *other = fake_fence(2, 1);
	struct dma_fence *now = fake_fence(3, 1);
	struct dma_resv resv;

	dma_resv_init(&resv);
	fake_add_fence(&resv, old, DMA_RESV_USAGE_READ);
	fake_add_fence(&resv, other, DMA_RESV_USAGE_READ);
	dma_resv_lock(&resv, NULL);
	dma_resv_replace_fences(&resv, 1, now, DMA_RESV_USAGE_BOOKKEEP);
	dma_resv_unlock(&resv);
	ck_assert_uint_eq(pending(&resv), 2);
	dma_fence_signal(other);
	ck_assert(dma_resv_test_signaled(&resv, DMA_RESV_USAGE_READ));
	ck_assert(!dma_resv_test_signaled(&resv, DMA_RESV_USAGE_BOOKKEEP));
	dma_fence_signal(now);
	dma_fence_signal(old);
	dma_resv_fini(&resv);
	dma_fence_put(old);
	dma_fence_put(other);
	dma_fence_put(now);
}
END_TEST

START_TEST(many_fences_and_one_for_all)
{
	struct dma_fence *f[20], *all;
	struct dma_resv resv, copy;
	unsigned int i;

	dma_resv_init(&resv);
	dma_resv_init(&copy);
	ck_assert_int_eq(dma_resv_get_singleton(&resv, DMA_RESV_USAGE_READ, &all), 0);
	ck_assert_ptr_null(all);
	for (i = 0; i < 20; i++) {
		f[i] = fake_fence(100 + i, 1);
		fake_add_fence(&resv, f[i], DMA_RESV_USAGE_READ);
	}
	ck_assert_uint_eq(pending(&resv), 20);
	dma_resv_lock(&copy, NULL);
	ck_assert_int_eq(dma_resv_copy_fences(&copy, &resv), 0);
	dma_resv_unlock(&copy);
	ck_assert_uint_eq(pending(&copy), 20);
	ck_assert_int_eq(dma_resv_get_singleton(&resv, DMA_RESV_USAGE_READ, &all), 0);
	ck_assert(dma_fence_is_array(all));
	for (i = 0; i < 20; i++)
		dma_fence_signal(f[i]);
	ck_assert(dma_fence_is_signaled(all));
	dma_fence_put(all);
	dma_resv_fini(&resv);
	dma_resv_fini(&copy);
	for (i = 0; i < 20; i++)
		dma_fence_put(f[i]);
}
END_TEST

START_TEST(reserving_nothing_warns)
{
	struct dma_resv resv;

	dma_resv_init(&resv);
	dma_resv_lock(&resv, NULL);
	udm_warn_expect("", 1);
	ck_assert_int_eq(dma_resv_reserve_fences(&resv, 0), -EINVAL);
	dma_resv_unlock(&resv);
	dma_resv_fini(&resv);
}
END_TEST

static int resv_scenario(void *ctx)
{
	struct dma_fence *a = fake_fence(1, 1), *b = fake_fence(2, 1), *all = NULL;
	struct dma_resv resv;
	int err = -ENOMEM;

	dma_resv_init(&resv);
	if (a && b) {
		dma_resv_lock(&resv, NULL);
		err = dma_resv_reserve_fences(&resv, 2);
		if (!err) {
			dma_resv_add_fence(&resv, a, DMA_RESV_USAGE_READ);
			dma_resv_add_fence(&resv, b, DMA_RESV_USAGE_READ);
		}
		dma_resv_unlock(&resv);
	}
	if (!err)
		err = dma_resv_get_singleton(&resv, DMA_RESV_USAGE_READ, &all);
	if (a)
		dma_fence_signal(a);
	if (b)
		dma_fence_signal(b);
	dma_fence_put(all);
	dma_fence_put(a);
	dma_fence_put(b);
	dma_resv_fini(&resv);
	rcu_barrier();
	return err;
}

START_TEST(every_allocation_may_fail)
{
	ck_assert_msg(udm_fault_sweep(resv_scenario, NULL) >= 5, "%s", udm_fault_sweep_message());
}
END_TEST

/* Readers without the lock, against adding, signalling and growing. */

struct resv_race {
	struct dma_resv resv;
	bool stop;
};

static void *resv_writer(void *ctx)
{
	struct resv_race *race = ctx;

	for (u64 i = 1; i <= 3000; i++) {
		struct dma_fence *f = fake_fence(i % 7, i);

		fake_add_fence(&race->resv, f, i % 4);
		dma_fence_signal(f);
		dma_fence_put(f);
	}
	WRITE_ONCE(race->stop, true);
	return NULL;
}

static void *resv_reader(void *ctx)
{
	struct resv_race *race = ctx;
	struct dma_fence *fence;

	while (!READ_ONCE(race->stop)) {
		dma_resv_wait_timeout(&race->resv, DMA_RESV_USAGE_BOOKKEEP, false, 100);
		if (!dma_resv_get_singleton(&race->resv, DMA_RESV_USAGE_READ, &fence))
			dma_fence_put(fence);
	}
	return NULL;
}

START_TEST(unlocked_readers_survive_writers)
{
	struct resv_race race = { .stop = false };
	struct udm_thread *t[3];

	dma_resv_init(&race.resv);
	t[0] = udm_thread_create("writer", resv_writer, &race);
	t[1] = udm_thread_create("reader", resv_reader, &race);
	t[2] = udm_thread_create("reader", resv_reader, &race);
	for (int i = 0; i < 3; i++)
		udm_thread_join(t[i]);
	dma_resv_fini(&race.resv);
	flush_workqueue(system_percpu_wq);
	rcu_barrier();
}
END_TEST

Suite *dma_fence_suite(void)
{
	Suite *s = suite_create("dma_fence");
	TCase *tc = machine_tcase(s, "fence");

	tcase_add_test(tc, callbacks_run_once_in_order);
	tcase_add_test(tc, errors_and_order_of_sequence_numbers);
	tcase_add_test(tc, an_abandoned_fence_is_reported_and_signalled);
	tcase_add_test(tc, waiting_with_and_without_a_limit);
	tcase_add_test(tc, waiting_for_the_first_of_several);
	tcase_add_test(tc, an_array_waits_for_all_or_any);
	tcase_add_test(tc, a_chain_is_done_when_every_link_is);
	tc = machine_tcase(s, "resv");
	tcase_add_test(tc, queries_go_by_usage);
	tcase_add_test(tc, a_later_fence_of_the_context_replaces_an_earlier_one);
	tcase_add_test(tc, a_context_can_be_replaced);
	tcase_add_test(tc, many_fences_and_one_for_all);
	tcase_add_test(tc, reserving_nothing_warns);
	tcase_add_test(tc, every_allocation_may_fail);
	tc = machine_tcase_threads(s, "threads");
	tcase_add_test(tc, waiting_with_and_without_a_limit);
	tcase_add_test(tc, unlocked_readers_survive_writers);
	return s;
}
