// SPDX-License-Identifier: GPL-2.0-only
/*
 * The consistency checker finds what is wrong, and nothing where nothing is.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/netlink.h>
#include <udevmem/pagepool.h>

#include "fake_dma.h"
#include "fake_dmabuf.h"
#include "fake_provider.h"
#include "libpagepool/devmem.h"
#include "libpagepool/page_pool_priv.h"
#include "pools.h"

static void ck_sound(void)
{
	ck_assert_uint_eq(udm_pagepool_check(), 0);
}

/* One rule is broken, and the report says so. */
static void ck_broken(const char *report)
{
	udm_warn_expect(report, 1);
	ck_assert_uint_eq(udm_pagepool_check(), 1);
}

#define ck_notices(report, word, wrong)						\
do {										\
	const typeof(word) __right = (word);					\
										\
	(word) = (wrong);							\
	ck_broken(report);							\
	(word) = __right;							\
	ck_sound();								\
} while (0)

START_TEST(buffers_that_wait)
{
	struct page_pool *pool = plain_pool(), *other = plain_pool();
	struct page *out = must_alloc_page(pool), *page = must_alloc_page(pool);

	ck_sound();
	put_ring(pool, page_to_netmem(page));
	ck_sound();
	ck_notices("is not its own", page->pp, other);
	ck_notices("is not its own", page->pp_magic, 0UL);
	ck_notices("with 2 pool references", page->pp_ref_count, (atomic_long_t){ 2 });
	get_page(page);
	ck_broken("with 2 page references");
	put_page(page);
	ck_notices("of the reserves", page->pp_magic, page->pp_magic | 2);
	ck_notices("waits twice", pool->alloc.cache[1], pool->alloc.cache[0]);
	page_pool_destroy(other);
	put_direct(pool, page_to_netmem(out));
	page_pool_destroy(pool);
}
END_TEST

START_TEST(counts)
{
	struct page_pool *pool = plain_pool();

	page_pool_put_full_page(pool, must_alloc_page(pool), true);
	ck_notices("but 64 are there", pool->pages_state_hold_cnt, 63);
	ck_notices("is another one's", pool->user.id, 0);
	page_pool_destroy(pool);
}
END_TEST

/* Part of a ring that has been around, and some of it taken but not freed yet. */
START_TEST(slots_of_a_ring)
{
	struct page_pool_params params = { .nid = NUMA_NO_NODE, .pool_size = 64 };
	struct page_pool *pool = pool_new(&params);
	netmem_ref out[40];
	void *taken[21];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 40; i++)
			out[i] = must_alloc(pool);
		for (int i = 0; i < 40; i++)
			put_ring(pool, out[i]);
		ck_sound();
		for (int i = 0; i < 21; i++) {
			taken[i] = __ptr_ring_consume(&pool->ring);
			ck_sound();
		}
		ck_notices("in use", pool->ring.producer, pool->ring.producer ^ 1);
		ck_notices("in use", pool->ring.consumer_tail, pool->ring.consumer_tail ^ 1);
		for (int i = 0; i < 21; i++)
			ck_assert_int_eq(__ptr_ring_produce(&pool->ring, taken[i]), 0);
		ck_sound();
	}
	page_pool_destroy(pool);
}
END_TEST

START_TEST(mappings)
{
	struct fake_dma *dma = fake_dma_get();
	struct page_pool *pool = pool_new(&DMA_PARAMS(&dma->dev)), *other = plain_pool();
	struct page *page = must_alloc_page(pool);
	const unsigned long magic = page->pp_magic;
	void *entry;

	ck_sound();
	ck_notices("does not say so", page->pp, other);
	ck_notices("does not say so", page->pp_magic, magic ^ 1UL << PP_DMA_INDEX_SHIFT);
	put_ring(pool, page_to_netmem(page));
	entry = xa_erase(&pool->dma_mapped, 1);
	udm_warn_expect("not mapped", 1);
	udm_warn_expect("but 63 mappings", 1);
	ck_assert_uint_eq(udm_pagepool_check(), 2);
	ck_assert_ptr_null(xa_store(&pool->dma_mapped, 1, entry, GFP_KERNEL));
	page = must_alloc_page(pool);
	page_pool_destroy(pool);
	ck_sound();
	ck_notices("recycles directly", pool->cpuid, 0);
	ck_notices("and syncs", pool->dma_sync, true);
	ck_notices("with a cache", pool->frag_page, page_to_netmem(page));
	put_ring(pool, page_to_netmem(page));
	ck_sound();
	pass_ms(1000);
	page_pool_destroy(other);
	fake_dma_put(dma);
}
END_TEST

/* Device memory: eight pages of it, some with a pool. */

static struct netdev_nl_sock owner;
static struct fake_nic *nic;
static struct fake_dmabuf *buf;
static struct net_devmem_dmabuf_binding *binding;

static void bind_memory(enum dma_data_direction direction)
{
	const size_t len[] = { 3 * PAGE_SIZE, 5 * PAGE_SIZE };

	INIT_LIST_HEAD(&owner.bindings);
	nic = fake_nic_get(1);
	buf = fake_dmabuf_get(len, 2);
	netdev_lock(nic->netdev);
	binding = net_devmem_bind_dmabuf(nic->netdev, NULL, fake_nic_dma(nic), direction,
					 buf->fd, &owner, NULL);
	ck_assert(!IS_ERR(binding));
	if (direction == DMA_FROM_DEVICE)
		ck_assert_int_eq(net_devmem_bind_dmabuf_to_queue(nic->netdev, 0, binding, NULL), 0);
	netdev_unlock(nic->netdev);
}

static void unbind_memory(void)
{
	netdev_lock(nic->netdev);
	net_devmem_unbind_dmabuf(binding);
	netdev_unlock(nic->netdev);
}

static void put_memory(void)
{
	pass_ms(1000);
	ck_sound();
	fake_dmabuf_put(buf);
	fake_nic_put(nic);
}

static void look_at_a_used_niov(struct net_iov *niov)
{
	ck_notices("is not its own", niov->type, NET_IOV_IOURING);
	ck_notices("has DMA address", niov->desc.dma_addr, niov->desc.dma_addr + 1);
	ck_notices("without references", niov->desc.pp_ref_count, (atomic_long_t){ 0 });
	ck_notices("is unmarked", niov->desc.pp_magic, 0UL);
}

START_TEST(received_memory)
{
	struct page_pool *pool;
	struct net_iov *niov, *unused;
	netmem_ref out;

	bind_memory(DMA_FROM_DEVICE);
	ck_sound();
	pool = nic->live[0].pool;
	out = must_alloc(pool);
	niov = netmem_to_net_iov(out);
	unused = niov + 1;
	ck_sound();
	look_at_a_used_niov(niov);
	ck_notices("has a pool", unused->desc.pp_magic, PP_SIGNATURE);
	ck_notices("but 1 net_iovs are its own", pool->pages_state_hold_cnt, 2);
	ck_notices("bound elsewhere", __netif_get_rx_queue(nic->netdev, 0)->mp_params.mp_priv, nic);
	ck_notices("found by its id", binding->unbound, true);
	unbind_memory();
	ck_sound();
	ck_notices("not found by its id", binding->unbound, false);
	put_ring(pool, out);
	ck_sound();
	put_memory();
}
END_TEST

START_TEST(sent_memory)
{
	bind_memory(DMA_TO_DEVICE);
	ck_sound();
	ck_notices("is another one", binding->tx_vec[1], binding->tx_vec[2]);
	unbind_memory();
	put_memory();
}
END_TEST

START_TEST(providers)
{
	bind_memory(DMA_FROM_DEVICE);
	static_branch_inc(&page_pool_mem_providers);
	ck_broken("but 2 are counted");
	static_branch_dec(&page_pool_mem_providers);
	ck_sound();
	unbind_memory();
	put_memory();
}
END_TEST

Suite *consistency_suite(void)
{
	Suite *s = suite_create("consistency");
	TCase *tc = machine_tcase(s, "consistency");

	tcase_add_test(tc, buffers_that_wait);
	tcase_add_test(tc, counts);
	tcase_add_test(tc, slots_of_a_ring);
	tcase_add_test(tc, mappings);
	tcase_add_test(tc, received_memory);
	tcase_add_test(tc, sent_memory);
	tcase_add_test(tc, providers);
	return s;
}
