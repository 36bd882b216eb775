/* SPDX-License-Identifier: GPL-2.0-only */
/* The attribute of armed functions, for lib/fault_control.c. */
#ifndef _UDM_LIBKERN_KERNEL_FAIL_FUNCTION_H
#define _UDM_LIBKERN_KERNEL_FAIL_FUNCTION_H

#include <linux/fault-inject.h>

__internal extern struct fault_attr udm_fail_function;

/* Disarms all and restores the attribute while the machine runs. */
__internal void fail_function_restore(void);

#endif
