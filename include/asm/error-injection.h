/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of ALLOW_ERROR_INJECTION(); it is in linux/error-injection.h. */
#ifndef _UDM_ASM_ERROR_INJECTION_H
#define _UDM_ASM_ERROR_INJECTION_H

#include <linux/error-injection.h>

#endif
