/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logs of set-up suites, and their folders kunit/SUITE in debugfs.
 *
 * "results" shows the log of the suite as a document of its own, a write to
 * "run" runs the suite again. All of this may sleep.
 */
#ifndef _KUNIT_DEBUGFS_H
#define _KUNIT_DEBUGFS_H

struct kunit_suite;

/* Without memory a suite has no log; what has one gets it cleared. */
__internal void kunit_debugfs_create_suite(struct kunit_suite *suite);
/* Nothing for a suite that is not set up. */
__internal void kunit_debugfs_destroy_suite(struct kunit_suite *suite);
/* The folder of all, when no suite has one any more. */
__internal void kunit_debugfs_cleanup(void);

#endif
