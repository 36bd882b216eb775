// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making pools, binding memory and restarting queues, with everything that can fail
 * failing in turn: allocations, one at a time and all from some point on, mappings, calls
 * of the driver and of the exporter. Afterwards everything is as it was before.
 */
#include "fixture.h"

#include <linux/netlink.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/leak.h>
#include <udevmem/pagepool.h>
#include <udevmem/warn.h>

#include "fake_dmabuf.h"
#include "fake_provider.h"
#include "libpagepool/devmem.h"
#include "pools.h"

#define QUEUES	2

static struct netdev_nl_sock owner;
static struct fake_nic *nic;
static struct fake_dmabuf *buf;
static struct net_devmem_dmabuf_binding *binding;

static void sweeps_setup(void)
{
	const size_t len[] = { 3 * PAGE_SIZE, 13 * PAGE_SIZE };

	machine_boot();
	mutex_init(&owner.lock);
	INIT_LIST_HEAD(&owner.bindings);
	nic = fake_nic_get(QUEUES);
	nic->post = 3;
	fake_nic_down(nic);
	fake_nic_up(nic);
	buf = fake_dmabuf_get(len, ARRAY_SIZE(len));
	binding = NULL;
}

static void sweeps_teardown(void)
{
	fake_dmabuf_put(buf);
	fake_nic_put(nic);
	machine_shutdown();
}

/* What is compared. */

struct state {
	unsigned int pools, bindings, listed, maps, attached, mapped;
	u64 ids, inflight;
	size_t objects;
	const struct page_pool *live[QUEUES];
	struct pp_memory_provider_params mp[QUEUES];
};

static bool add_pool(void *ctx, const struct udm_pool_info *info)
{
	struct state *state = ctx;

	state->pools++;
	state->ids += info->id;
	state->inflight += info->inflight;
	return true;
}

static bool add_binding(void *ctx, const struct udm_binding_info *info)
{
	((struct state *)ctx)->bindings++;
	return true;
}

static struct state state_now(void)
{
	struct list_head *at;
	struct state state;

	memset(&state, 0, sizeof(state));
	udm_pools_walk(add_pool, &state);
	udm_bindings_walk(add_binding, &state);
	list_for_each(at, &owner.bindings)
		state.listed++;
	state.maps = fake_dma_live(nic->dma);
	state.attached = buf->attached;
	state.mapped = buf->mapped;
	state.objects = udm_live_objects();
	for (int i = 0; i < QUEUES; i++) {
		state.live[i] = nic->live[i].pool;
		state.mp[i] = nic->netdev->_rx[i].mp_params;
	}
	return state;
}

#define ck_same(field)	ck_assert_uint_eq(after.field, before->field)

/* @all: else the queues may have new memory, with fewer buffers if those were short. */
static void state_check(const struct state *before, bool all)
{
	const struct state after = state_now();

	ck_same(pools);
	ck_same(bindings);
	ck_same(listed);
	ck_same(attached);
	ck_same(mapped);
	ck_assert_mem_eq(after.mp, before->mp, sizeof(after.mp));
	ck_assert_uint_eq(udm_pagepool_check(), 0);
	if (!all)
		return;
	ck_same(ids);
	ck_same(inflight);
	ck_same(maps);
	ck_same(objects);
	ck_assert_mem_eq(after.live, before->live, sizeof(after.live));
}

/* How things fail. */

enum means { ONE_ALLOCATION, ONE_MAPPING_OR_ALLOCATION, ALL_FROM_HERE, DRIVER, EXPORTER, MEANS };

static void arm(enum means means, unsigned int n)
{
	switch (means) {
	case ONE_MAPPING_OR_ALLOCATION:
		ck_assert_int_eq(udm_fault_set("fail_dma_map", "ignore-fail-nth", 0), 0);
		/* fallthrough */
	case ONE_ALLOCATION:
		fail_whatever_flags();
		udm_fault_nth(n);
		break;
	case ALL_FROM_HERE:
		fail_whatever_flags();
		udm_fault_set("failslab", "space", 32 * n);
		udm_fault_set("failslab", "times", -1);
		udm_fault_set("failslab", "probability", 100);
		break;
	case DRIVER:
		nic->fail_call = n;
		break;
	default:
		buf->fail_call = n;
		break;
	}
}

/* Has it happened? */
static bool disarm(enum means means, unsigned int n, int err)
{
	bool met = err;

	if (means == ONE_ALLOCATION || means == ONE_MAPPING_OR_ALLOCATION)
		met = !udm_fault_nth_left();
	else if (means == DRIVER)
		met = !nic->fail_call;
	else if (means == EXPORTER)
		met = !buf->fail_call;
	udm_fault_nth(0);
	udm_fault_reset();
	nic->fail_call = 0;
	buf->fail_call = 0;
	return met;
}

/* What is done. */

static struct page_pool *made;

static int create_pool(void)
{
	struct page_pool_params params = DMA_PARAMS(fake_nic_dma(nic));

	params.netdev = nic->netdev;
	made = page_pool_create(&params);
	return PTR_ERR_OR_ZERO(made);
}

/* Of order 1: each buffer is allocated and mapped by itself. */
static int create_and_fill(void)
{
	struct page_pool_params params = DMA_PARAMS(fake_nic_dma(nic));
	netmem_ref out[3];
	int n = 0;

	params.order = 1;
	made = page_pool_create(&params);
	if (IS_ERR(made))
		return PTR_ERR(made);
	while (n < 3 && (out[n] = page_pool_alloc_netmems(made, GFP_KERNEL)))
		n++;
	for (int i = 0; i < n; i++)
		page_pool_put_full_netmem(made, out[i], i & 1);
	if (n < 3)
		page_pool_destroy(made);
	return n < 3 ? -ENOMEM : 0;
}

static void destroy_made(void)
{
	page_pool_destroy(made);
}

/* Netlink would do this in one call: what it did is undone if a queue says no. */
static int bind_to(enum dma_data_direction dir, unsigned int queues)
{
	int err = 0;

	udm_call_begin();
	mutex_lock(&owner.lock);
	netdev_lock(nic->netdev);
	binding = net_devmem_bind_dmabuf(nic->netdev, NULL, fake_nic_dma(nic), dir, buf->fd,
					 &owner, NULL);
	if (IS_ERR(binding))
		err = PTR_ERR(binding);
	for (unsigned int i = 0; !err && i < queues; i++)
		err = net_devmem_bind_dmabuf_to_queue(nic->netdev, i, binding, NULL);
	netdev_unlock(nic->netdev);
	mutex_unlock(&owner.lock);
	udm_call_end();
	return err;
}

static void unbind(void)
{
	mutex_lock(&owner.lock);
	netdev_lock(nic->netdev);
	net_devmem_unbind_dmabuf(binding);
	netdev_unlock(nic->netdev);
	mutex_unlock(&owner.lock);
	settle();
	binding = NULL;
}

static int bind_rx(void)
{
	return bind_to(DMA_FROM_DEVICE, 0);
}

static int bind_tx(void)
{
	return bind_to(DMA_TO_DEVICE, 0);
}

static int bind_first_queue(void)
{
	int err;

	netdev_lock(nic->netdev);
	err = net_devmem_bind_dmabuf_to_queue(nic->netdev, 0, binding, NULL);
	netdev_unlock(nic->netdev);
	return err;
}

/* The array of queues needs memory for its second entry. */
static int bind_second_queue(void)
{
	int err;

	netdev_lock(nic->netdev);
	err = net_devmem_bind_dmabuf_to_queue(nic->netdev, 1, binding, NULL);
	netdev_unlock(nic->netdev);
	return err;
}

static void close_queue(void)
{
	const struct pp_memory_provider_params p = nic->netdev->_rx[0].mp_params;

	netdev_lock(nic->netdev);
	netif_mp_close_rxq(nic->netdev, 0, &p);
	xa_erase(&binding->bound_rxqs, 0);
	netdev_unlock(nic->netdev);
}

static void close_second_queue(void)
{
	const struct pp_memory_provider_params p = nic->netdev->_rx[1].mp_params;

	netdev_lock(nic->netdev);
	netif_mp_close_rxq(nic->netdev, 1, &p);
	xa_erase(&binding->bound_rxqs, 1);
	netdev_unlock(nic->netdev);
}

static int restart(void)
{
	int err;

	netdev_lock(nic->netdev);
	err = netdev_rx_queue_restart(nic->netdev, 0);
	netdev_unlock(nic->netdev);
	return err;
}

/*
 * @bound: with a binding before it, to so many queues, -1: with none. @undo: NULL if there
 * is nothing to be undone. @points: how often it fails at least, by the means; the id of a
 * pool or binding and a large ring have a second try. -1: not tried, as what undoes the
 * first part fails as well.
 */
static const struct {
	const char *what;
	int (*perform)(void);
	void (*undo)(void);
	int bound;
	int points[MEANS];
} operations[] = {
	{ "create a pool", create_pool, destroy_made, -1, { 2, 2, 20, 0, 0 } },
	{ "fill a pool", create_and_fill, destroy_made, -1, { 5, 8, 20, 0, 0 } },
	{ "bind rx", bind_rx, unbind, -1, { 12, 12, 20, 0, 2 } },
	{ "bind tx", bind_tx, unbind, -1, { 13, 13, 20, 0, 2 } },
	{ "bind to a queue", bind_first_queue, close_queue, 0, { 4, 4, 10, 4, 0 } },
	{ "bind to a second queue", bind_second_queue, close_second_queue, 1, { 4, 4, -1, 4, 0 } },
	{ "restart a queue", restart, NULL, -1, { 4, 4, 10, 3, 0 } },
	{ "restart a bound queue", restart, NULL, 1, { 4, 4, 10, 3, 0 } },
};

static int sweep(int op, enum means means)
{
	unsigned int nth = 0;
	int failed = 0;
	bool met;

	/* A way out of a failure might sleep where it must not. */
	log_look_for("sleeping function called from invalid context");
	/* What was freed by those before is gone. */
	pass_ms(2000);
	do {
		const struct state before = state_now();
		int err;

		arm(means, ++nth);
		err = operations[op].perform();
		met = disarm(means, nth, err);
		ck_assert_msg(met || !err, "%s: %d", operations[op].what, err);
		if (!err && operations[op].undo)
			operations[op].undo();
		settle();
		state_check(&before, err);
		failed += err != 0;
	} while (met);
	ck_assert_uint_eq(log_found(), 0);
	return failed;
}

START_TEST(everything_fails_in_turn)
{
	const int op = _i / MEANS, bound = operations[op].bound;
	const enum means means = _i % MEANS;
	int points = -1;

	if (bound >= 0)
		ck_assert_int_eq(bind_to(DMA_FROM_DEVICE, bound), 0);
	if (operations[op].points[means] >= 0)
		points = sweep(op, means);
	ck_assert_msg(points >= operations[op].points[means], "%s by %d: %d points",
		      operations[op].what, means, points);
	if (bound >= 0)
		unbind();
}
END_TEST

/*
 * Bound, but there is no memory to note that: the queue is to be closed again, for which
 * there is none either. It is not bound then, and restarts when there is memory.
 */
START_TEST(a_queue_that_cannot_be_noted)
{
	unsigned int n = 0;
	int err, warned = 0;

	ck_assert_int_eq(bind_to(DMA_FROM_DEVICE, 1), 0);
	do {
		const unsigned int warnings = udm_warn_count();

		udm_warn_expect("", 1);
		arm(ALL_FROM_HERE, ++n);
		err = bind_second_queue();
		disarm(ALL_FROM_HERE, n, err);
		warned += udm_warn_count() > warnings;
		ck_assert(err == 0 || err == -ENOMEM || err == -EINVAL);
		ck_assert_int_eq(netif_rxq_has_mp(nic->netdev, 1), !err);
		ck_assert_int_eq(xa_load(&binding->bound_rxqs, 1) != NULL, !err);
		netdev_lock(nic->netdev);
		ck_assert_int_eq(netdev_rx_queue_restart(nic->netdev, 1), 0);
		netdev_unlock(nic->netdev);
		ck_assert_int_eq(page_pool_is_unreadable(nic->live[1].pool), !err);
	} while (err);
	ck_assert_int_ge(warned, 1);
	unbind();
}
END_TEST

Suite *fault_sweeps_suite(void)
{
	Suite *s = suite_create("fault_sweeps");
	TCase *tc = tcase_create("sweeps");

	tcase_add_checked_fixture(tc, sweeps_setup, sweeps_teardown);
	tcase_add_loop_test(tc, everything_fails_in_turn, 0, ARRAY_SIZE(operations) * MEANS);
	tcase_add_test(tc, a_queue_that_cannot_be_noted);
	suite_add_tcase(s, tc);
	return s;
}
