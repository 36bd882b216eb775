// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two things at once: allocation, return, destruction, queue restart, unbinding, binding
 * and removal of the device, in pairs.
 *
 * A round makes a device with memory bound to one queue, or not, runs the two and looks
 * at what is left: no buffer may be lost or be with two at a time, counters are exact, all
 * rules hold, and everything can be freed. In sim mode each round is a schedule; in
 * threads mode rounds end without waiting for destroyed pools, which takes a second,
 * and the last look is at all of them.
 */
#include "fixture.h"

#include <linux/bottom_half.h>
#include <linux/genalloc.h>
#include <linux/ptr_ring.h>
#include <linux/sched.h>
#include <udevmem/file.h>
#include <udevmem/pagepool.h>
#include <udevmem/trace.h>

#include "fake_dmabuf.h"
#include "fake_provider.h"
#include "libpagepool/devmem.h"
#include "pools.h"

#define QUEUE		1
#define BUFFERS		6
#define SCHEDULES	2000
#define PER_MACHINE	100
#define THREADED	160

static struct netdev_nl_sock owner;
static struct fake_nic *nic;
static struct fake_dmabuf *buf;
static struct net_devmem_dmabuf_binding *binding;	/* of QUEUE, or NULL */
static u32 binding_id;
static struct page_pool *side;		/* a second pool of QUEUE, or NULL */

/* Buffers that are out and in nobody's hands; how many tasks still add to them. */
static struct ptr_ring way;
static atomic_t giving;

static unsigned int taken;		/* under the queue's poll lock */
static atomic_t returned;
static atomic_t wrong;
static atomic_t held, released;		/* by trace events */
static atomic_t there;

/* What goes wrong in a task is told when it has ended. */
#define EXPECT(cond)	((cond) ? (void)0 : (void)atomic_cmpxchg(&wrong, 0, __LINE__))

/* Who has a buffer says so in a word of it, and takes the word away again. */
static void claim(netmem_ref netmem)
{
	EXPECT(!xchg(&netmem_to_nmdesc(netmem)->_pp_mapping_pad, 1UL));
}

static void give_up(netmem_ref netmem)
{
	EXPECT(xchg(&netmem_to_nmdesc(netmem)->_pp_mapping_pad, 0UL) == 1);
	atomic_inc(&returned);
}

static void pass_on(netmem_ref netmem)
{
	claim(netmem);
	EXPECT(!ptr_ring_produce_bh(&way, (void *)netmem));
}

/* As a NAPI of the queue: NULL once the queue has no memory. */
static netmem_ref poll_queue(bool recycle)
{
	netmem_ref netmem = 0;
	struct page_pool *pool;

	spin_lock_bh(&nic->poll[QUEUE]);
	pool = nic->live[QUEUE].pool;
	if (pool)
		netmem = page_pool_alloc_netmems(pool, GFP_ATOMIC);
	taken += !!netmem;
	if (netmem && recycle) {
		claim(netmem);
		give_up(netmem);
		page_pool_put_full_netmem(pool, netmem, true);
		netmem = 0;
	}
	spin_unlock_bh(&nic->poll[QUEUE]);
	return netmem;
}

/* What is done at once. */

static void *allocate(void *unused)
{
	for (int i = 0; i < BUFFERS; i++) {
		netmem_ref netmem = poll_queue(i % 3 == 1);

		if (netmem)
			pass_on(netmem);
	}
	atomic_dec(&giving);
	return NULL;
}

static void give_back_one(netmem_ref netmem, unsigned int how)
{
	struct page_pool *pool = netmem_get_pp(netmem);

	give_up(netmem);
	if (how % 3 == 0) {
		page_pool_put_netmem_bulk(&netmem, 1);
		return;
	}
	if (how % 3 == 1)
		local_bh_disable();
	page_pool_put_full_netmem(pool, netmem, false);
	if (how % 3 == 1)
		local_bh_enable();
}

static void *give_back(void *unused)
{
	for (unsigned int i = 0; ; ) {
		const bool last = !atomic_read(&giving);
		netmem_ref netmem = (netmem_ref)ptr_ring_consume_bh(&way);

		if (!netmem && last)
			return NULL;
		if (netmem)
			give_back_one(netmem, i++);
		else
			cond_resched();
	}
}

static void *destroy(void *unused)
{
	page_pool_destroy(side);
	side = NULL;
	return NULL;
}

static void *restart(void *unused)
{
	for (int i = 0; i < 2; i++) {
		netdev_lock(nic->netdev);
		if (nic->netdev->reg_state == NETREG_REGISTERED)
			EXPECT(!netdev_rx_queue_restart(nic->netdev, QUEUE));
		netdev_unlock(nic->netdev);
	}
	return NULL;
}

/* As the owning socket does when it is closed: the device may be about to go. */
static void unbind_this(struct net_devmem_dmabuf_binding *which)
{
	netdevice_tracker tracker;
	struct net_device *netdev;

	mutex_lock(&owner.lock);
	mutex_lock(&which->lock);
	netdev = which->dev;
	if (netdev)
		netdev_hold(netdev, &tracker, GFP_KERNEL);
	mutex_unlock(&which->lock);
	if (netdev)
		netdev_lock(netdev);
	net_devmem_unbind_dmabuf(which);
	if (netdev) {
		netdev_unlock(netdev);
		netdev_put(netdev, &tracker);
	}
	mutex_unlock(&owner.lock);
}

static void *unbind(void *unused)
{
	unbind_this(binding);
	binding = NULL;
	return NULL;
}

static void *remove_device(void *unused)
{
	fake_nic_unregister(nic);
	return NULL;
}

/* Who finds the binding may use it until its reference is put. */
static void *look_up(void *unused)
{
	for (int i = 0; i < 4; i++) {
		struct net_devmem_dmabuf_binding *found = net_devmem_lookup_dmabuf(binding_id);
		struct net_iov *niov;

		cond_resched();
		if (!found)
			continue;
		EXPECT(found->id == binding_id);
		niov = net_devmem_alloc_dmabuf(found);
		EXPECT(niov);
		if (niov)
			net_devmem_free_dmabuf(niov);
		net_devmem_dmabuf_binding_put(found);
	}
	return NULL;
}

static struct net_devmem_dmabuf_binding *bind_queue(unsigned int queue)
{
	struct net_devmem_dmabuf_binding *made = NULL;
	int err;

	udm_call_begin();
	mutex_lock(&owner.lock);
	netdev_lock(nic->netdev);
	if (nic->netdev->reg_state == NETREG_REGISTERED) {
		made = net_devmem_bind_dmabuf(nic->netdev, NULL, fake_nic_dma(nic),
					      DMA_FROM_DEVICE, buf->fd, &owner, NULL);
		EXPECT(!IS_ERR(made));
		err = net_devmem_bind_dmabuf_to_queue(nic->netdev, queue, made, NULL);
		EXPECT(!err);
	}
	netdev_unlock(nic->netdev);
	mutex_unlock(&owner.lock);
	udm_call_end();
	return made;
}

/* Another binding of the same memory, to another queue. */
static void *bind_and_unbind(void *unused)
{
	struct net_devmem_dmabuf_binding *made = bind_queue(0);

	if (made)
		unbind_this(made);
	return NULL;
}

typedef void *(*deed)(void *unused);

static const struct {
	deed first, second;
	bool bound;
} pairs[] = {
	{ allocate, give_back, false },
	{ allocate, give_back, true },
	{ give_back, destroy, false },
	{ give_back, destroy, true },
	{ allocate, destroy, true },
	{ allocate, restart, false },
	{ allocate, restart, true },
	{ give_back, restart, false },
	{ give_back, restart, true },
	{ give_back, unbind, true },
	{ allocate, unbind, true },
	{ destroy, unbind, true },
	{ restart, unbind, true },
	{ look_up, unbind, true },
	{ bind_and_unbind, unbind, true },
	{ bind_and_unbind, restart, false },
	{ remove_device, allocate, false },
	{ remove_device, allocate, true },
	{ remove_device, give_back, false },
	{ remove_device, give_back, true },
	{ remove_device, destroy, false },
	{ remove_device, destroy, true },
	{ remove_device, restart, false },
	{ remove_device, restart, true },
	{ remove_device, unbind, true },
	{ remove_device, bind_and_unbind, false },
};

static bool has(int pair, deed what)
{
	return pairs[pair].first == what || pairs[pair].second == what;
}

/* A round. */

static struct page_pool *make_side(void)
{
	struct page_pool_params params = DMA_PARAMS(fake_nic_dma(nic));
	struct page_pool *pool;

	params.netdev = nic->netdev;
	params.queue_idx = QUEUE;
	params.pool_size = 4;
	params.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;
	netdev_lock(nic->netdev);
	pool = pool_new(&params);
	netdev_unlock(nic->netdev);
	return pool;
}

/* Without somebody who allocates, some buffers are out from the start. */
static void round_begin(int pair)
{
	const size_t len[] = { 5 * PAGE_SIZE, 11 * PAGE_SIZE };
	struct page_pool *from;

	mutex_init(&owner.lock);
	INIT_LIST_HEAD(&owner.bindings);
	nic = fake_nic_get(QUEUE + 1);
	buf = fake_dmabuf_get(len, ARRAY_SIZE(len));
	binding = pairs[pair].bound ? bind_queue(QUEUE) : NULL;
	binding_id = binding ? binding->id : 0;
	side = has(pair, destroy) ? make_side() : NULL;
	from = side ? : nic->live[QUEUE].pool;
	ck_assert_int_eq(ptr_ring_init(&way, 2 * BUFFERS, GFP_KERNEL), 0);
	taken = 0;
	atomic_set(&returned, 0);
	atomic_set(&giving, has(pair, allocate));
	for (int i = 0; !has(pair, allocate) && i < BUFFERS; i++) {
		pass_on(must_alloc(from));
		taken++;
	}
}

/* Of destroyed pools a worker may be inside, unless this is sim mode. */
static bool nothing_is_out(void *pair, const struct udm_pool_info *info)
{
	if (info->detached && !udm_sim())
		return true;
	ck_assert_msg(!info->out, "pair %d: %u buffers of pool %u are lost", *(int *)pair,
		      info->out, info->id);
	return true;
}

static void look_at_counters(int pair)
{
	struct page_pool *pool = nic->live[QUEUE].pool;
	const struct page_pool_stats s = stats_of(pool);

	ck_assert_uint_eq(s.alloc_stats.fast + s.alloc_stats.refill + s.alloc_stats.slow +
			  (pairs[pair].bound ? pool->pages_state_hold_cnt : 0), taken);
	ck_assert_uint_eq(s.recycle_stats.cached + s.recycle_stats.ring, taken);
	ck_assert_uint_eq(s.recycle_stats.released_refcnt + s.recycle_stats.ring_full, 0);
}

static void round_end(int pair)
{
	ck_assert_int_eq(atomic_read(&giving), 0);
	give_back(NULL);
	ptr_ring_cleanup(&way, NULL);
	ck_assert_msg(!atomic_read(&wrong), "pair %d: line %d", pair, atomic_read(&wrong));
	ck_assert_int_eq(atomic_read(&returned), taken);
	ck_assert_int_eq(atomic_read(&nic->dma->stale_syncs), 0);
	udm_pools_walk(nothing_is_out, &pair);
	if (has(pair, allocate) && has(pair, give_back))
		look_at_counters(pair);
	if (udm_sim())
		ck_assert_uint_eq(udm_pagepool_check(), 0);
	if (side)
		destroy(NULL);
	if (binding)
		unbind(NULL);
	ck_assert(list_empty(&owner.bindings));
	fake_dmabuf_close(buf);
}

/* None begins before both are there. */
static void *meet_and_do(void *what)
{
	atomic_inc(&there);
	while (atomic_read(&there) < 2)
		cond_resched();
	return (*(const deed *)what)(NULL);
}

static void run_round(int pair)
{
	struct udm_thread *first, *second;

	round_begin(pair);
	atomic_set(&there, 0);
	first = udm_thread_create("first", meet_and_do, (void *)&pairs[pair].first);
	second = udm_thread_create("second", meet_and_do, (void *)&pairs[pair].second);
	udm_thread_join(first);
	udm_thread_join(second);
	round_end(pair);
}

static bool is_none(void *ctx, const struct udm_pool_info *info)
{
	ck_assert_msg(false, "pool %u: %u inflight", info->id, info->inflight);
	return false;
}

static void all_is_gone(void)
{
	udm_pools_walk(is_none, NULL);
	ck_assert_uint_eq(udm_pagepool_check(), 0);
	ck_assert_int_eq(atomic_read(&held), atomic_read(&released));
}

/* Machines. */

static void count_event(void *count, const struct udm_trace_event *event, const void *record,
			size_t size)
{
	atomic_inc((atomic_t *)count);
}

static void count(const char *event, atomic_t *counter, bool on)
{
	const struct udm_trace_event *found = udm_trace_find("page_pool", event);

	if (on)
		atomic_set(counter, 0);
	ck_assert_int_eq(on ? udm_trace_attach(found, count_event, counter) :
			      udm_trace_detach(found, count_event, counter), 0);
}

static void start(const struct udm_config *cfg)
{
	pools_are_busy();
	machine_boot_with(cfg);
	atomic_set(&wrong, 0);
	count("page_pool_state_hold", &held, true);
	count("page_pool_state_release", &released, true);
}

static void stop(void)
{
	count("page_pool_state_hold", &held, false);
	count("page_pool_state_release", &released, false);
	machine_shutdown();
}

START_TEST(schedules_of_pairs)
{
	const unsigned int machines = test_seeds(SCHEDULES / PER_MACHINE);

	for (unsigned int seed = 1; seed <= machines; seed++) {
		start(&(const struct udm_config){ .seed = seed, .preempt_permille = 200 });
		for (int i = 0; i < PER_MACHINE; i++) {
			run_round(_i);
			fake_nic_put(nic);
			pass_ms(1100);
			fake_dmabuf_put(buf);
			all_is_gone();
		}
		stop();
	}
}
END_TEST

START_TEST(threads_in_pairs)
{
	const unsigned int rounds = test_rounds(THREADED);
	struct fake_dmabuf *bufs[THREADED + 1];

	start(&(const struct udm_config){ .mode = UDM_MODE_THREADS });
	for (unsigned int i = 0; i < rounds; i++) {
		run_round(_i);
		fake_nic_put(nic);
		bufs[i] = buf;
	}
	for (unsigned int i = 0; i < rounds; i++)
		fake_dmabuf_put(bufs[i]);
	for (int i = 0; i < 40 && atomic_read(&held) != atomic_read(&released); i++)
		pass_ms(100);
	pass_ms(100);
	all_is_gone();
	stop();
}
END_TEST

Suite *races_suite(void)
{
	Suite *s = suite_create("races");
	TCase *sim = tcase_create("schedules"), *threads = tcase_create("threads");

	tcase_add_loop_test(sim, schedules_of_pairs, 0, ARRAY_SIZE(pairs));
	tcase_add_loop_test(threads, threads_in_pairs, 0, ARRAY_SIZE(pairs));
	suite_add_tcase(s, sim);
	suite_add_tcase(s, threads);
	return s;
}
