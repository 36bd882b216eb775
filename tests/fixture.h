/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every test program shares: running suites, and a machine per test.
 *
 * A test that touches the kernel side runs between machine_boot() and
 * machine_shutdown(), as a checked fixture: it starts on a fresh machine and ends
 * only when nothing leaked and nobody warned unexpectedly. A test that expects a
 * warning says so with udm_warn_expect().
 */
#ifndef UDM_TESTS_FIXTURE_H
#define UDM_TESTS_FIXTURE_H

#include <check.h>
#include <stddef.h>
#include <udevmem/udevmem.h>

typedef Suite *(*suite_fn)(void);

/* Run all suites, print "NAME: P passed, F failed"; the program's exit status. */
int run_suites(const char *name, const suite_fn *suites, size_t n);

/* Sim mode, seed 1 (or UDM_SEED). */
void machine_boot(void);
/* Threads mode. */
void machine_boot_threads(void);
/* Boot with this configuration; fails the test when it does not come up. */
void machine_boot_with(const struct udm_config *cfg);
/* Fails the test on a leak or an unexpected warning. */
void machine_shutdown(void);

/* A case whose every test has a machine in sim or threads mode. */
TCase *machine_tcase(Suite *s, const char *name);
TCase *machine_tcase_threads(Suite *s, const char *name);

/* Seeds a schedule test runs under: 1..test_seeds(); UDM_TEST_SEEDS overrides n. */
unsigned int test_seeds(unsigned int n);

/*
 * Repetitions of something random: n, or a fraction of it where ThreadSanitizer slows it
 * down or UDM_TEST_DIVISOR says so.
 */
unsigned int test_rounds(unsigned int n);

#endif
