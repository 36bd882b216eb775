/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of a part of linux/align.h. */
#ifndef _UDM_VDSO_ALIGN_H
#define _UDM_VDSO_ALIGN_H

#include <linux/align.h>

#endif
