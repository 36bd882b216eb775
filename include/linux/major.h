/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Major device numbers: the host's list.
 */
#ifndef _UDM_LINUX_MAJOR_H
#define _UDM_LINUX_MAJOR_H

#include_next <linux/major.h>

#ifndef MISC_MAJOR
#define MISC_MAJOR 10
#endif

#endif
