// SPDX-License-Identifier: GPL-2.0-only
/*
 * netmem handles: pages and net_iovs seen through the same functions.
 */
#include "fixture.h"

#include <linux/mm.h>

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

Suite *netmem_suite(void)
{
	Suite *s = suite_create("netmem");
	TCase *tc = machine_tcase(s, "handles");

	tcase_add_test(tc, handles_round_trip);
	tcase_add_test(tc, net_iovs_have_no_page);
	tcase_add_test(tc, pages_are_what_they_are);
	tcase_add_test(tc, init_touches_owner_and_type_only);
	tcase_add_test(tc, magic_keeps_signature_index_and_flags_apart);
	return s;
}
