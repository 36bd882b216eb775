/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/rcupdate_wait.h. */
#ifndef _UDM_LINUX_RCUPDATE_WAIT_H
#define _UDM_LINUX_RCUPDATE_WAIT_H

#include <linux/rcupdate.h>

#endif
