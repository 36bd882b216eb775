/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of should_fail_usercopy(); it is in linux/fault-inject.h. */
#ifndef _UDM_LINUX_FAULT_INJECT_USERCOPY_H
#define _UDM_LINUX_FAULT_INJECT_USERCOPY_H

#include <linux/fault-inject.h>

#endif
