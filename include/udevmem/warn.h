/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Watching WARN() and BUG().
 *
 * Each report is counted and offered to the expectations, in the order they
 * were made: an expectation whose text occurs in the report takes it. What no
 * expectation takes is unexpected, and a test fails on it. The text of a report
 * is "FILE:LINE FUNCTION: CONDITION" and, on the next line, the message if any.
 * All functions may be called from any thread, at any time.
 */
#ifndef UDEVMEM_WARN_H
#define UDEVMEM_WARN_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reports since the start of the process or the last udm_warn_reset(). */
unsigned int udm_warn_count(void);
/* Those of them that no expectation took, and the text of the latest of those ("" if none). */
unsigned int udm_warn_unexpected(void);
const char *udm_warn_last(void);
/* Announced reports that have not come. */
unsigned int udm_warn_missing(void);

/* Announces that n reports containing substring will come; they are not printed. */
void udm_warn_expect(const char *substring, unsigned int n);

/* Sets the counters to 0, drops expectations, and re-arms every WARN_ONCE. */
void udm_warn_reset(void);

/* fn sees every report, expected or not, after it was counted. NULL: none. */
void udm_warn_set_hook(void (*fn)(void *ctx, const char *text), void *ctx);

/*
 * fn sees the text of a BUG() or panic before the process aborts. It may leave
 * with longjmp(); the machine is then in an undefined state and only fit to be
 * abandoned. NULL: none.
 */
void udm_bug_set_hook(void (*fn)(void *ctx, const char *text), void *ctx);

#ifdef __cplusplus
}
#endif

#endif
