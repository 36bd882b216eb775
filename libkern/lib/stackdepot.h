/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of the depot of call chains, for mm. */
#ifndef _UDM_LIBKERN_LIB_STACKDEPOT_H
#define _UDM_LIBKERN_LIB_STACKDEPOT_H

#include <linux/compiler_types.h>

__internal void stack_depot_shutdown(void);

#endif
