/* SPDX-License-Identifier: GPL-2.0-only */
/* Character classes: libc's, and two more. Kernel path: linux/ctype.h. */
#ifndef _UDM_LINUX_CTYPE_H
#define _UDM_LINUX_CTYPE_H

#include <ctype.h>



static inline int isodigit(const char c)
{
	return c >= '0' && c <= '7';
}

#endif
