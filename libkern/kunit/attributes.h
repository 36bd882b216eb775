/* SPDX-License-Identifier: GPL-2.0-only */
/* Attributes inside of KUnit, and the copies of suites that filters make. */
#ifndef _LIBKERN_KUNIT_ATTRIBUTES_H
#define _LIBKERN_KUNIT_ATTRIBUTES_H

#include <kunit/test.h>

/* The speed that counts for a case. */
__internal enum kunit_speed kunit_speed_of(const struct kunit_suite *suite,
					   const struct kunit_case *test_case);

/* A line for each attribute that is set, of the suite, or of the case if there is one. */
__internal void kunit_print_attr(struct kunit_suite *suite, struct kunit_case *test_case,
				 bool indented);

/* executor.c: with its cases, or NULL; and freeing it. */
__internal struct kunit_suite *kunit_copy_suite(const struct kunit_suite *suite);
__internal void kunit_free_suite(struct kunit_suite *suite);

#endif
