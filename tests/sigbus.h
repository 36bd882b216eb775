/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does reading a byte raise SIGBUS? For mappings with pages that are not there.
 */
#ifndef UDM_TESTS_SIGBUS_H
#define UDM_TESTS_SIGBUS_H

#include <stdbool.h>

bool raises_sigbus(const volatile char *p);

#endif
