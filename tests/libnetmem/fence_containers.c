// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arrays and chains of fences beyond waiting for all of them: names, deadlines, fences that are
 * signalled already or while somebody looks, and taking containers apart.
 */
#include <linux/dma-fence-array.h>
#include <linux/dma-fence-chain.h>
#include <linux/dma-fence-unwrap.h>
#include <linux/dma-resv.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/sync_file.h>
#include <linux/workqueue.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/warn.h>

#include <fcntl.h>

#include "fake_exporter.h"
#include "fixture.h"
#include "libkern/exec_rig.h"

Suite *fence_containers_suite(void);

/* A fence that does what a test tells it. */
struct told_fence {
	struct dma_fence base;
	spinlock_t lock;
	ktime_t deadline;
	unsigned int deadlines, waits;
	bool refuses_signalling;
	/* Called, once, by whoever asks whether the fence is signalled. */
	void (*when_asked)(struct told_fence *fence);
};

static struct told_fence *told(struct dma_fence *fence)
{
	return container_of(fence, struct told_fence, base);
}

static const char *told_name(struct dma_fence *fence)
{
	return "told";
}

static bool told_enable(struct dma_fence *fence)
{
	return !told(fence)->refuses_signalling;
}

static bool told_signaled(struct dma_fence *fence)
{
	void (*asked)(struct told_fence *fence) = told(fence)->when_asked;

	told(fence)->when_asked = NULL;
	if (asked)
		asked(told(fence));
	return dma_fence_test_signaled_flag(fence);
}

static signed long told_wait(struct dma_fence *fence, bool intr, signed long timeout)
{
	told(fence)->waits++;
	return timeout / 2;
}

static void told_deadline(struct dma_fence *fence, ktime_t deadline)
{
	told(fence)->deadline = deadline;
	told(fence)->deadlines++;
}

static const struct dma_fence_ops told_ops = {
	.get_driver_name = told_name,
	.get_timeline_name = told_name,
	.enable_signaling = told_enable,
	.signaled = told_signaled,
	.wait = told_wait,
	.set_deadline = told_deadline,
};

static struct told_fence *told_fence(u64 context)
{
	struct told_fence *fence = kzalloc(sizeof(*fence), GFP_KERNEL);

	ck_assert_ptr_nonnull(fence);
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &told_ops, &fence->lock, context, 1);
	return fence;
}

/* Takes over both references. */
static struct dma_fence *array_of(struct dma_fence *a, struct dma_fence *b)
{
	struct dma_fence **list = kmalloc_array(2, sizeof(*list), GFP_KERNEL);
	struct dma_fence_array *array;

	list[0] = a;
	list[1] = b;
	array = dma_fence_array_create(2, list, dma_fence_context_alloc(1), 1, false);
	ck_assert_ptr_nonnull(array);
	return &array->base;
}

/* Takes over both references. */
static struct dma_fence *link_of(struct dma_fence *prev, struct dma_fence *fence, u64 seqno)
{
	struct dma_fence_chain *chain = dma_fence_chain_alloc();

	ck_assert_ptr_nonnull(chain);
	dma_fence_chain_init(chain, prev, fence, seqno);
	return &chain->base;
}

static void signal_and_put(struct dma_fence *fence)
{
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

static void teardown(void)
{
	flush_workqueue(system_percpu_wq);
	machine_shutdown();
}

START_TEST(containers_have_names)
{
	struct dma_fence *a = fake_fence(1, 1), *b = fake_fence(2, 1);
	struct dma_fence *array = array_of(dma_fence_get(a), dma_fence_get(b));
	struct dma_fence *chain = link_of(NULL, dma_fence_get(a), 1);

	ck_assert_str_eq(dma_fence_driver_name(array), "dma_fence_array");
	ck_assert_str_eq(dma_fence_timeline_name(array), "unbound");
	ck_assert_str_eq(dma_fence_driver_name(chain), "dma_fence_chain");
	ck_assert_str_eq(dma_fence_timeline_name(chain), "unbound");
	signal_and_put(a);
	signal_and_put(b);
	/* Their own flag follows when somebody asks. */
	ck_assert(dma_fence_is_signaled(array) && dma_fence_is_signaled(chain));
	ck_assert_str_eq(dma_fence_driver_name(array), "detached-driver");
	ck_assert_str_eq(dma_fence_timeline_name(chain), "signaled-timeline");
	dma_fence_put(array);
	dma_fence_put(chain);
}
END_TEST

static int make_a_stub(void *ctx)
{
	struct dma_fence *stub = dma_fence_allocate_private_stub(1234);

	if (!stub)
		return -ENOMEM;
	ck_assert_int_eq(dma_fence_get_status(stub), 1);
	ck_assert_int_eq(dma_fence_timestamp(stub), 1234);
	ck_assert_str_eq(stub->ops->get_driver_name(stub), "stub");
	ck_assert_str_eq(stub->ops->get_timeline_name(stub), "stub");
	ck_assert(dma_fence_check_and_signal(stub));
	ck_assert_int_eq(dma_fence_timestamp(stub), 1234);
	dma_fence_put(stub);
	return 0;
}

START_TEST(a_private_stub_has_its_time)
{
	int points = udm_fault_sweep(make_a_stub, NULL);

	ck_assert_msg(points == 1, "%d: %s", points, udm_fault_sweep_message());
}
END_TEST

static void *stamp_it(void *arg)
{
	struct dma_fence *fence = arg;

	fence->timestamp = 77;
	smp_mb__before_atomic();
	set_bit(DMA_FENCE_FLAG_TIMESTAMP_BIT, &fence->flags);
	return NULL;
}

START_TEST(the_time_comes_with_the_signal)
{
	struct dma_fence *f = fake_fence(1, 1), *g = fake_fence(1, 2);
	struct udm_thread *t;
	unsigned long flags;

	udm_warn_expect("", 1);
	dma_fence_timestamp(f);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	udm_advance(5000);
	spin_lock_irqsave(f->lock, flags);
	ck_assert(!dma_fence_check_and_signal_locked(f));
	ck_assert(dma_fence_check_and_signal_locked(f));
	spin_unlock_irqrestore(f->lock, flags);
	udm_advance(5000);
	ck_assert_int_eq(dma_fence_timestamp(f), 5000);
	/* Half way through: who asks waits for the time. */
	set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &g->flags);
	t = udm_thread_create("signaller", stamp_it, g);
	ck_assert_int_eq(dma_fence_timestamp(g), 77);
	udm_thread_join(t);
	dma_fence_put(f);
	dma_fence_put(g);
}
END_TEST

START_TEST(deadlines_reach_what_is_pending)
{
	struct told_fence *a = told_fence(1), *b = told_fence(2), *c = told_fence(3);
	struct dma_fence *array = array_of(dma_fence_get(&a->base), dma_fence_get(&b->base));
	struct dma_fence *old = link_of(NULL, dma_fence_get(&c->base), 1);
	struct dma_fence *chain = link_of(old, array, 2), *plain = fake_fence(4, 1);

	dma_fence_set_deadline(plain, 50);
	dma_fence_set_deadline(chain, 100);
	ck_assert(a->deadline == 100 && b->deadline == 100 && c->deadline == 100);
	dma_fence_signal(&a->base);
	dma_fence_set_deadline(chain, 200);
	ck_assert(a->deadline == 100 && b->deadline == 200 && c->deadline == 200);
	ck_assert(a->deadlines == 1 && b->deadlines == 2 && c->deadlines == 2);
	signal_and_put(plain);
	signal_and_put(&b->base);
	signal_and_put(&c->base);
	dma_fence_put(&a->base);
	dma_fence_put(chain);
}
END_TEST

START_TEST(deadlines_of_an_object_go_by_usage)
{
	struct told_fence *writer = told_fence(1), *reader = told_fence(2);
	struct dma_resv resv;

	dma_resv_init(&resv);
	dma_resv_set_deadline(&resv, DMA_RESV_USAGE_READ, 10);
	fake_add_fence(&resv, &writer->base, DMA_RESV_USAGE_WRITE);
	fake_add_fence(&resv, &reader->base, DMA_RESV_USAGE_READ);
	dma_resv_set_deadline(&resv, DMA_RESV_USAGE_WRITE, 20);
	ck_assert(writer->deadline == 20 && !reader->deadlines);
	dma_resv_set_deadline(&resv, DMA_RESV_USAGE_READ, 30);
	ck_assert(writer->deadline == 30 && reader->deadline == 30);
	signal_and_put(&writer->base);
	signal_and_put(&reader->base);
	dma_resv_fini(&resv);
}
END_TEST

static void never_called(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	ck_abort_msg("called");
}

static void count_calls(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	cb->node.next = NULL;
}

START_TEST(an_array_counts_what_is_signalled_already)
{
	struct dma_fence *a = fake_fence(1, 1), *b = fake_fence(2, 1), *array;
	struct dma_fence_cb cb;

	dma_fence_set_error(a, -EIO);
	dma_fence_signal(a);
	array = array_of(dma_fence_get(a), dma_fence_get(b));
	ck_assert_int_eq(dma_fence_add_callback(array, &cb, count_calls), 0);
	ck_assert(!dma_fence_is_signaled(array));
	dma_fence_signal(b);
	flush_workqueue(system_percpu_wq);
	ck_assert_ptr_null(cb.node.next);
	ck_assert_int_eq(dma_fence_get_status(array), -EIO);
	dma_fence_put(array);
	/* Nothing is left to wait for: no callback, and the error is there at once. */
	array = array_of(a, b);
	ck_assert_int_eq(dma_fence_add_callback(array, &cb, never_called), -ENOENT);
	ck_assert_int_eq(dma_fence_get_status(array), -EIO);
	dma_fence_put(array);
}
END_TEST

START_TEST(contexts_match_if_all_do)
{
	struct dma_fence *a = fake_fence(7, 1), *b = fake_fence(7, 2), *c = fake_fence(8, 1);
	struct dma_fence *same = array_of(dma_fence_get(a), b);
	struct dma_fence *mixed = array_of(dma_fence_get(a), c);

	ck_assert(dma_fence_match_context(a, 7) && !dma_fence_match_context(a, 8));
	ck_assert(dma_fence_match_context(same, 7) && !dma_fence_match_context(same, 8));
	ck_assert(!dma_fence_match_context(mixed, 7) && !dma_fence_match_context(mixed, 8));
	ck_assert_ptr_eq(dma_fence_array_first(a), a);
	ck_assert_ptr_null(dma_fence_array_next(a, 1));
	ck_assert_ptr_null(dma_fence_array_first(NULL));
	ck_assert_ptr_eq(dma_fence_array_next(same, 1), b);
	ck_assert_ptr_null(dma_fence_array_next(same, 2));
	dma_fence_signal(a);
	dma_fence_signal(b);
	dma_fence_signal(c);
	dma_fence_put(same);
	dma_fence_put(mixed);
	dma_fence_put(a);
}
END_TEST

START_TEST(nothing_unwraps_to_nothing)
{
	struct dma_fence_unwrap cursor;

	ck_assert_ptr_null(dma_fence_unwrap_first(NULL, &cursor));
	ck_assert_ptr_null(cursor.chain);
}
END_TEST

/* The lowest link of a chain of many goes first; the stack would not do for one inside another. */
START_TEST(long_chains_end_without_recursion)
{
	unsigned int n = 20000, k;
	struct dma_fence *fence = fake_fence(1, 1), *chain = NULL;

	for (k = 0; k < n; k++)
		chain = link_of(chain, dma_fence_get(fence), k + 1);
	ck_assert_uint_eq(kref_read(&fence->refcount), n + 1);
	dma_fence_put(chain);
	ck_assert_uint_eq(kref_read(&fence->refcount), 1);
	dma_fence_put(fence);
}
END_TEST

/* A node that somebody else holds stays, with everything before it. */
START_TEST(a_held_node_keeps_what_is_before_it)
{
	struct dma_fence *fence = fake_fence(1, 1), *first = link_of(NULL, dma_fence_get(fence), 1);
	struct dma_fence *second = link_of(first, dma_fence_get(fence), 2);
	struct dma_fence *head = link_of(second, dma_fence_get(fence), 3);

	dma_fence_get(second);
	dma_fence_put(head);
	ck_assert_uint_eq(kref_read(&fence->refcount), 3);
	ck_assert_uint_eq(kref_read(&second->refcount), 1);
	dma_fence_put(second);
	ck_assert_uint_eq(kref_read(&fence->refcount), 1);
	dma_fence_put(fence);
}
END_TEST

START_TEST(a_timeline_does_not_go_back)
{
	struct dma_fence *fence = fake_fence(1, 1);
	struct dma_fence *first = link_of(NULL, dma_fence_get(fence), 10);
	struct dma_fence *second = link_of(first, dma_fence_get(fence), 5);

	ck_assert_uint_ne(second->context, first->context);
	ck_assert_uint_eq(second->seqno, 10);
	ck_assert_uint_eq(container_of(second, struct dma_fence_chain, base)->prev_seqno, 0);
	dma_fence_put(second);
	signal_and_put(fence);
}
END_TEST

static struct dma_fence *walked;

/* The other walk sees the fence signalled, and takes the link out. */
static void walk_meanwhile(struct told_fence *fence)
{
	dma_fence_signal(&fence->base);
	ck_assert_ptr_null(dma_fence_chain_walk(dma_fence_get(walked)));
}

/* Two walks replace one link: the later one finds it replaced and drops what it holds. */
START_TEST(two_walks_shorten_a_chain_once)
{
	struct told_fence *middle = told_fence(1);
	struct dma_fence *oldest = link_of(NULL, dma_fence_get_stub(), 1);
	struct dma_fence *old = link_of(oldest, dma_fence_get(&middle->base), 2);
	struct dma_fence *pending = fake_fence(2, 1);

	walked = link_of(old, dma_fence_get(pending), 3);
	dma_fence_get(oldest);
	middle->when_asked = walk_meanwhile;
	ck_assert_ptr_null(dma_fence_chain_walk(dma_fence_get(walked)));
	ck_assert_ptr_null(container_of(walked, struct dma_fence_chain, base)->prev);
	ck_assert_uint_eq(kref_read(&walked->refcount), 1);
	ck_assert_uint_eq(kref_read(&oldest->refcount), 1);
	ck_assert_uint_eq(kref_read(&middle->base.refcount), 1);
	dma_fence_put(oldest);
	dma_fence_put(&middle->base);
	dma_fence_put(walked);
	signal_and_put(pending);
}
END_TEST

START_TEST(providers_may_wait_by_themselves)
{
	struct told_fence *f = told_fence(1);
	struct dma_fence *other = fake_fence(2, 1), *list[2] = { other, &f->base };
	u32 first = 9;

	ck_assert_int_eq(dma_fence_wait_timeout(&f->base, false, 10), 5);
	ck_assert_uint_eq(f->waits, 1);
	dma_fence_signal(&f->base);
	ck_assert_int_eq(dma_fence_wait_any_timeout(list, 2, false, 10, &first), 10);
	ck_assert_uint_eq(first, 1);
	ck_assert_int_eq(dma_fence_wait_any_timeout(list, 2, false, 10, NULL), 10);
	udm_warn_expect("", 1);
	ck_assert_int_eq(dma_fence_wait_any_timeout(list, 2, false, -1, NULL), -EINVAL);
	udm_warn_expect("", 1);
	ck_assert_int_eq(dma_fence_wait_any_timeout(list, 0, false, 1, NULL), -EINVAL);
	/* No callback of a wait is left behind. */
	ck_assert(list_empty(&other->cb_list));
	signal_and_put(other);
	dma_fence_put(&f->base);
}
END_TEST

static int wait_for_any(void *ctx)
{
	struct dma_fence **list = ctx;
	long left = dma_fence_wait_any_timeout(list, 2, false, 3, NULL);

	ck_assert(list_empty(&list[0]->cb_list) && list_empty(&list[1]->cb_list));
	return min(left, 0L);
}

START_TEST(waiting_for_any_needs_memory)
{
	struct dma_fence *list[2] = { fake_fence(1, 1), fake_fence(2, 1) };
	int points = udm_fault_sweep(wait_for_any, list);

	ck_assert_msg(points == 1, "%d: %s", points, udm_fault_sweep_message());
	signal_and_put(list[0]);
	signal_and_put(list[1]);
}
END_TEST

/* Its provider cannot signal it later: it counts as signalled from the first callback on. */
START_TEST(a_fence_may_refuse_to_be_waited_for)
{
	struct told_fence *f = told_fence(1);
	struct dma_fence_cb cb;

	f->refuses_signalling = true;
	ck_assert_int_eq(dma_fence_get_status(&f->base), 0);
	ck_assert_int_eq(dma_fence_add_callback(&f->base, &cb, never_called), -ENOENT);
	ck_assert_int_eq(dma_fence_get_status(&f->base), 1);
	dma_fence_put(&f->base);
}
END_TEST

/* Nor is it waited for by who polls a buffer: its direction is ready. */
START_TEST(pollers_do_not_wait_for_one_that_refuses)
{
	struct told_fence *f = told_fence(1);
	struct fake_exporter fake;
	struct dma_buf *dmabuf;
	struct pollfd pfd = { .events = POLLIN };

	fake_exporter_init(&fake, PAGE_SIZE);
	dmabuf = fake_export(&fake, PAGE_SIZE, O_RDWR, NULL);
	pfd.fd = dma_buf_fd(dmabuf, 0);
	f->refuses_signalling = true;
	fake_add_fence(dmabuf->resv, &f->base, DMA_RESV_USAGE_WRITE);
	ck_assert_int_eq(udm_poll(&pfd, 1, 0), 1);
	ck_assert_int_eq(pfd.revents, POLLIN);
	ck_assert_int_eq(dma_fence_get_status(&f->base), 1);
	ck_assert_uint_eq(kref_read(&f->base.refcount), 2);
	dma_fence_put(&f->base);
	udm_close(pfd.fd);
}
END_TEST

/* Nor by who waits for a sync file of it. */
START_TEST(a_sync_file_of_one_that_refuses_is_ready)
{
	struct told_fence *f = told_fence(1);
	struct pollfd pfd = { .fd = get_unused_fd_flags(0), .events = POLLIN };

	f->refuses_signalling = true;
	fd_install(pfd.fd, sync_file_create(&f->base)->file);
	ck_assert_int_eq(udm_poll(&pfd, 1, 0), 0);
	ck_assert_int_eq(udm_poll(&pfd, 1, -1), 1);
	ck_assert_int_eq(pfd.revents, POLLIN);
	udm_close(pfd.fd);
	dma_fence_put(&f->base);
}
END_TEST

/* Signalled when a wait is about to give up, by threads. */

struct late_signal {
	struct dma_fence *fence;
	struct dma_fence_cb first;
	unsigned long until;
	bool any;
};

/* Others who wait learn of the signal when this ends, by which time they have given up. */
static void keep_busy(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	unsigned long until = container_of(cb, struct late_signal, first)->until;

	while (time_before(jiffies, until))
		cpu_relax();
}

static void *wait_a_moment(void *arg)
{
	struct late_signal *late = arg;

	if (late->any)
		return (void *)dma_fence_wait_any_timeout(&late->fence, 1, false, 10, NULL);
	return (void *)dma_fence_wait_timeout(late->fence, false, 10);
}

/* Signals it if the wait has begun and has not ended. */
static bool signal_a_waiter(struct late_signal *late)
{
	bool waits;

	spin_lock_irq(late->fence->lock);
	waits = !list_is_singular(&late->fence->cb_list);
	late->until = jiffies + 20;
	if (waits)
		dma_fence_signal_locked(late->fence);
	spin_unlock_irq(late->fence->lock);
	return waits;
}

static bool signal_late(bool any)
{
	struct late_signal late = { .fence = fake_fence(1, 1), .any = any };
	struct udm_thread *t;
	bool signalled;
	long left;

	ck_assert_int_eq(dma_fence_add_callback(late.fence, &late.first, keep_busy), 0);
	t = udm_thread_create("waiter", wait_a_moment, &late);
	while (task_is_running(udm_thread_task(t)))
		udm_yield();
	signalled = signal_a_waiter(&late);
	left = (long)udm_thread_join(t);
	/* No timing makes a wait miss a signal that came before its end. */
	ck_assert(signalled ? left > 0 : !left);
	dma_fence_signal(late.fence);
	dma_fence_put(late.fence);
	return signalled;
}

START_TEST(a_late_signal_counts)
{
	while (!signal_late(_i))
		;
}
END_TEST

/* The pointer leads to a fence that is being freed until somebody replaces it. */

static struct dma_fence *dying, *living;
static struct dma_fence __rcu *place;
static int looking;

static void *look_at_the_place(void *unused)
{
	struct dma_fence *found;

	rcu_read_lock();
	set_flag(&looking);
	found = dma_fence_get_rcu_safe(&place);
	rcu_read_unlock();
	return found;
}

START_TEST(a_dying_fence_is_not_taken)
{
	struct udm_thread *t;

	dying = fake_fence(1, 1);
	living = fake_fence(1, 2);
	looking = 0;
	refcount_set(&dying->refcount.refcount, 0);
	rcu_assign_pointer(place, dying);
	t = udm_thread_create("reader", look_at_the_place, NULL);
	await_flag(&looking);
	rcu_assign_pointer(place, living);
	ck_assert_ptr_eq(udm_thread_join(t), living);
	ck_assert_uint_eq(kref_read(&living->refcount), 2);
	ck_assert_uint_eq(kref_read(&dying->refcount), 0);
	RCU_INIT_POINTER(place, NULL);
	ck_assert_ptr_null(dma_fence_get_rcu_safe(&place));
	refcount_set(&dying->refcount.refcount, 1);
	dma_fence_put(dying);
	dma_fence_put(living);
	dma_fence_put(living);
}
END_TEST

/* Copying: all of another object's fences, or none if there is no memory. */

struct copies {
	struct dma_resv from, to;
	struct dma_fence *fence[6];
};

static unsigned int pending_in(struct dma_resv *resv)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	unsigned int n = 0;

	dma_resv_lock(resv, NULL);
	dma_resv_for_each_fence(&cursor, resv, DMA_RESV_USAGE_BOOKKEEP, fence)
		n++;
	dma_resv_unlock(resv);
	return n;
}

static int copy(void *ctx)
{
	struct copies *c = ctx;
	unsigned int before = pending_in(&c->to);
	int err;

	dma_resv_lock(&c->to, NULL);
	err = dma_resv_copy_fences(&c->to, &c->from);
	dma_resv_unlock(&c->to);
	ck_assert_uint_eq(pending_in(&c->to), err ? before : ARRAY_SIZE(c->fence));
	ck_assert_uint_eq(kref_read(&c->fence[0]->refcount), err && !before ? 2 : 3);
	/* Start over with an empty object. */
	dma_resv_fini(&c->to);
	dma_resv_init(&c->to);
	return err;
}

START_TEST(copies_are_whole)
{
	struct copies c;
	unsigned int k;
	int points;

	dma_resv_init(&c.from);
	dma_resv_init(&c.to);
	for (k = 0; k < ARRAY_SIZE(c.fence); k++) {
		c.fence[k] = fake_fence(10 + k, 1);
		fake_add_fence(&c.from, c.fence[k], DMA_RESV_USAGE_READ);
	}
	points = udm_fault_sweep(copy, &c);
	ck_assert_msg(points == 1, "%d: %s", points, udm_fault_sweep_message());
	fake_add_fence(&c.to, c.fence[0], DMA_RESV_USAGE_WRITE);
	for (k = 0; k < ARRAY_SIZE(c.fence); k++)
		signal_and_put(c.fence[k]);
	/* Nothing pending there: nothing here. */
	dma_resv_lock(&c.to, NULL);
	ck_assert_int_eq(dma_resv_copy_fences(&c.to, &c.from), 0);
	ck_assert_ptr_null(c.to.fences);
	dma_resv_unlock(&c.to);
	dma_resv_fini(&c.from);
	dma_resv_fini(&c.to);
}
END_TEST

Suite *fence_containers_suite(void)
{
	Suite *s = suite_create("fence_containers");
	TCase *tc = tcase_create("containers");

	tcase_add_checked_fixture(tc, machine_boot, teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, containers_have_names);
	tcase_add_test(tc, a_private_stub_has_its_time);
	tcase_add_test(tc, the_time_comes_with_the_signal);
	tcase_add_test(tc, deadlines_reach_what_is_pending);
	tcase_add_test(tc, deadlines_of_an_object_go_by_usage);
	tcase_add_test(tc, an_array_counts_what_is_signalled_already);
	tcase_add_test(tc, contexts_match_if_all_do);
	tcase_add_test(tc, nothing_unwraps_to_nothing);
	tcase_add_test(tc, long_chains_end_without_recursion);
	tcase_add_test(tc, a_held_node_keeps_what_is_before_it);
	tcase_add_test(tc, a_timeline_does_not_go_back);
	tcase_add_test(tc, two_walks_shorten_a_chain_once);
	tcase_add_test(tc, providers_may_wait_by_themselves);
	tcase_add_test(tc, waiting_for_any_needs_memory);
	tcase_add_test(tc, a_fence_may_refuse_to_be_waited_for);
	tcase_add_test(tc, pollers_do_not_wait_for_one_that_refuses);
	tcase_add_test(tc, a_sync_file_of_one_that_refuses_is_ready);
	tcase_add_test(tc, copies_are_whole);
	tc = machine_tcase_threads(s, "threads");
	tcase_add_loop_test(tc, a_late_signal_counts, 0, 2);
	tcase_add_test(tc, a_dying_fence_is_not_taken);
	return s;
}
