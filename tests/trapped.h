/* SPDX-License-Identifier: GPL-2.0-only */
/* Touching what must not be touched, and surviving to read the report. */
#ifndef UDM_TESTS_TRAPPED_H
#define UDM_TESTS_TRAPPED_H

#include <stdbool.h>

/* Takes SIGSEGV, so that reports are followed by a return to the test. Before the boot. */
void trapped_prepare(void);

/*
 * Reads a byte at @addr: the log of the report, "" if there was none; NULL if the read
 * went well. Valid until the next call.
 */
const char *trapped_read(const volatile void *addr);
/* The same of writing the byte that is there. The address must be readable. */
const char *trapped_write(volatile void *addr);

#endif
