// SPDX-License-Identifier: GPL-2.0-only
/*
 * What drivers keep for unmapping, in a configuration that needs none of it: the same code
 * compiles, and nothing is kept.
 */
#undef CONFIG_NEED_DMA_MAP_STATE
#include "dma_rig.h"

Suite *dma_unmap_state_suite(void);

struct tx_slot {
	int before;
	DEFINE_DMA_UNMAP_ADDR(addr);
	DEFINE_DMA_UNMAP_LEN(len);
	int after;
};

static unsigned int asked;

static __maybe_unused dma_addr_t ask(void)
{
	return ++asked;
}

START_TEST(nothing_is_kept)
{
	struct tx_slot slot = { .before = 1, .after = 2 };

	dma_unmap_addr_set(&slot, addr, ask());
	dma_unmap_len_set(&slot, len, ask());
	ck_assert_uint_eq(asked, 0);
	ck_assert_uint_eq(dma_unmap_addr(&slot, addr), 0);
	ck_assert_uint_eq(dma_unmap_len(&slot, len), 0);
	ck_assert_uint_eq(sizeof(slot), 2 * sizeof(int));
}
END_TEST

Suite *dma_unmap_state_suite(void)
{
	Suite *s = suite_create("dma_unmap_state");
	TCase *tc = tcase_create("state");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, nothing_is_kept);
	return s;
}
