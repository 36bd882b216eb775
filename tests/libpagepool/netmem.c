// SPDX-License-Identifier: GPL-2.0-only
/*
 * netmem handles: pages and net_iovs seen through the same functions.
 */
#include "fixture.h"

#include <linux/dma-mapping.h>
#include <linux/mm.h>

#include "fake_dma.h"
#include "libpagepool/netmem_priv.h"
#include "pools.h"

START_TEST(handles_round_trip)
{
	struct page *page = alloc_page(GFP_KERNEL);
	const struct page *ro = page;
	struct net_iov niov = { };
	netmem_ref p = page_to_netmem(page), n = net_iov_to_netmem(&niov);

	ck_assert(!netmem_is_net_iov(p) && netmem_is_net_iov(n));
	ck_assert(!netmem_is_net_iov(0));
	ck_assert_uint_eq(page_to_netmem((struct page *)NULL), 0);
	ck_assert_uint_eq(page_to_netmem(ro), p);
	ck_assert_ptr_eq(netmem_to_page(p), page);
	ck_assert_ptr_eq(__netmem_to_page(p), page);
	ck_assert_ptr_eq(netmem_to_net_iov(n), &niov);
	ck_assert_uint_eq(virt_to_netmem(page_address(page) + 5), p);
	ck_assert_ptr_eq(netmem_to_nmdesc(n), &niov.desc);
	ck_assert_ptr_eq(netmem_to_nmdesc(p), page);
	__free_page(page);
}
END_TEST

START_TEST(net_iovs_have_no_page)
{
	struct net_iov niov = { };
	netmem_ref n = net_iov_to_netmem(&niov);

	ck_assert_ptr_null(netmem_address(n));
	ck_assert_int_eq(netmem_ref_count(n), 1);
	ck_assert(!netmem_is_pfmemalloc(n));
	ck_assert_uint_eq(netmem_compound_head(n), n);
	ck_assert_uint_eq(netmem_pfn_trace(n), 0);
	for (int nid = 0; nid < MAX_NUMNODES; nid++)
		ck_assert(netmem_is_pref_nid(n, nid));
	udm_warn_expect("", 3);
	ck_assert_ptr_null(netmem_to_page(n));
	ck_assert_uint_eq(netmem_get_dma_index(n), 0);
	netmem_set_dma_index(n, 5);
	ck_assert_uint_eq(niov.desc.pp_magic, 0);
}
END_TEST

START_TEST(pages_are_what_they_are)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
	netmem_ref p = page_to_netmem(page);

	ck_assert_uint_eq(netmem_compound_head(page_to_netmem(page + 1)), p);
	ck_assert_ptr_eq(netmem_address(p), page_address(page));
	ck_assert_uint_eq(netmem_pfn_trace(p), page_to_pfn(page));
	ck_assert(netmem_is_pref_nid(p, page_to_nid(page)));
	get_netmem(p);
	ck_assert_int_eq(netmem_ref_count(p), 2);
	put_netmem(p);
	put_netmem(p);
}
END_TEST

START_TEST(init_touches_owner_and_type_only)
{
	struct net_iov_area area = { };
	struct net_iov niov;
	struct netmem_desc before;

	memset(&niov, 0x5a, sizeof(niov));
	before = niov.desc;
	net_iov_init(&niov, &area, NET_IOV_IOURING);
	ck_assert_mem_eq(&before, &niov.desc, sizeof(before));
	ck_assert_ptr_eq(net_iov_owner(&niov), &area);
	ck_assert(!net_is_devmem_iov(&niov));
	/* Nothing to hold for this type. */
	get_netmem(net_iov_to_netmem(&niov));
	put_netmem(net_iov_to_netmem(&niov));
}
END_TEST

START_TEST(magic_keeps_signature_index_and_flags_apart)
{
	struct page *page = alloc_page(GFP_KERNEL);
	netmem_ref p = page_to_netmem(page);

	page->pp_magic = 0x2;
	ck_assert(!netmem_is_pp(p));
	netmem_or_pp_magic(p, PP_SIGNATURE);
	netmem_set_dma_index(p, 0x12345);
	ck_assert(netmem_is_pp(p));
	ck_assert(page_pool_page_is_pp(page));
	ck_assert(page_is_pfmemalloc(page));
	ck_assert_uint_eq(netmem_get_dma_index(p), 0x12345);
	ck_assert_uint_eq(netmem_get_pp_magic(p), PP_SIGNATURE | 0x2);
	netmem_set_dma_index(p, 7);
	ck_assert_uint_eq(netmem_get_dma_index(p), 7);
	udm_warn_expect("", 1);
	netmem_clear_pp_magic(p);
	ck_assert_uint_eq(page->pp_magic, 0);
	__free_page(page);
}
END_TEST

START_TEST(descriptions_are_the_memory_they_describe)
{
	struct page *page = alloc_page(GFP_KERNEL);
	const struct page *ro = page;
	struct net_iov niov = { .desc.pp = (void *)0x1000, .desc.dma_addr = 0x7000 };
	netmem_ref p = page_to_netmem(page), n = net_iov_to_netmem(&niov);

	page->pp = (void *)0x2000;
	page->dma_addr = 0x3000;
	netmem_or_pp_magic(p, PP_SIGNATURE);
	ck_assert_ptr_eq(pp_page_to_nmdesc(page), page);
	ck_assert_ptr_eq(pp_page_to_nmdesc(ro), page);
	ck_assert_ptr_eq(__pp_page_to_nmdesc(page)->pp, (void *)0x2000);
	ck_assert_ptr_eq(__netmem_to_nmdesc(p), page);
	ck_assert_ptr_eq(__netmem_get_pp(p), (void *)0x2000);
	ck_assert_ptr_eq(netmem_get_pp(n), (void *)0x1000);
	ck_assert_uint_eq(netmem_get_dma_addr(p), 0x3000);
	ck_assert_uint_eq(netmem_get_dma_addr(n), 0x7000);
	ck_assert_ptr_eq(__netmem_address(p), page_address(page));
	ck_assert_ptr_eq(netmem_get_pp_ref_count_ref(n), &niov.desc.pp_ref_count);
	page->pp = NULL;
	page->dma_addr = 0;
	netmem_clear_pp_magic(p);
#ifdef UDM_DEBUG
	udm_warn_expect("page_pool_page_is_pp", 1);
#endif
	ck_assert_ptr_eq(pp_page_to_nmdesc(page), page);
	__free_page(page);
}
END_TEST

/* What a transmit ring remembers for its unmap: nothing of a net_iov, whose owner unmaps it. */
START_TEST(only_pages_are_unmapped_after_transmit)
{
	struct {
		DEFINE_DMA_UNMAP_ADDR(addr);
	} slot;
	struct fake_dma *dma = fake_dma_get();
	struct device *dev = &dma->dev;
	struct page *page = alloc_page(GFP_KERNEL);
	struct net_iov niov = { };
	dma_addr_t addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	netmem_dma_unmap_addr_set(net_iov_to_netmem(&niov), &slot, addr, 0x5000);
	ck_assert_uint_eq(dma_unmap_addr(&slot, addr), 0);
	netmem_dma_unmap_page_attrs(dev, dma_unmap_addr(&slot, addr), PAGE_SIZE, DMA_TO_DEVICE, 0);
	ck_assert_int_eq(fake_dma_live(dma), 1);
	netmem_dma_unmap_addr_set(page_to_netmem(page), &slot, addr, addr);
	ck_assert_uint_eq(dma_unmap_addr(&slot, addr), addr);
	netmem_dma_unmap_page_attrs(dev, dma_unmap_addr(&slot, addr), PAGE_SIZE, DMA_TO_DEVICE, 0);
	ck_assert_int_eq(fake_dma_live(dma), 0);
	__free_page(page);
	fake_dma_put(dma);
}
END_TEST

Suite *netmem_suite(void)
{
	Suite *s = suite_create("netmem");
	TCase *tc = machine_tcase(s, "handles");

	tcase_add_test(tc, handles_round_trip);
	tcase_add_test(tc, net_iovs_have_no_page);
	tcase_add_test(tc, pages_are_what_they_are);
	tcase_add_test(tc, init_touches_owner_and_type_only);
	tcase_add_test(tc, magic_keeps_signature_index_and_flags_apart);
	tcase_add_test(tc, descriptions_are_the_memory_they_describe);
	tcase_add_test(tc, only_pages_are_unmapped_after_transmit);
	return s;
}
