/* SPDX-License-Identifier: GPL-2.0-only */
/* The injectable functions, for kernel/fail_function.c. */
#ifndef _UDM_LIBKERN_LIB_ERROR_INJECT_H
#define _UDM_LIBKERN_LIB_ERROR_INJECT_H

#include <linux/error-injection.h>

/* NULL if no function of that name is listed. */
__internal struct error_injection_entry *error_injection_by_name(const char *name);

#endif
