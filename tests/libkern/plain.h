/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cases that need no machine: what they call works before udm_boot(). Each test
 * starts with re-armed warnings and ends with none unexpected and none missing.
 */
#ifndef UDM_TESTS_PLAIN_H
#define UDM_TESTS_PLAIN_H

#include "fixture.h"

#include <udevmem/warn.h>

static inline void plain_setup(void)
{
	udm_warn_reset();
}

static inline void plain_teardown(void)
{
	ck_assert_msg(udm_warn_unexpected() == 0, "unexpected: %s", udm_warn_last());
	ck_assert_uint_eq(udm_warn_missing(), 0);
}

static inline TCase *plain_tcase(Suite *s, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, plain_setup, plain_teardown);
	suite_add_tcase(s, tc);
	return tc;
}

/* A small generator for test data; the same sequence in every run. */
static inline unsigned long test_random(unsigned long *state)
{
	unsigned long x = *state += 0x9e3779b97f4a7c15UL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9UL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebUL;
	return x ^ x >> 31;
}

#endif
