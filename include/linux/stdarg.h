/* SPDX-License-Identifier: GPL-2.0-only */
/* Variable argument lists: the compiler's. Kernel path: linux/stdarg.h. */
#ifndef _UDM_LINUX_STDARG_H
#define _UDM_LINUX_STDARG_H

#include <stdarg.h>

#endif
