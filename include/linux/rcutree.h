/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/rcutree.h. */
#ifndef _UDM_LINUX_RCUTREE_H
#define _UDM_LINUX_RCUTREE_H

#include <linux/rcupdate.h>

#endif
