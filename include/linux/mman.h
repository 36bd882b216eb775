/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Protection and mapping flags as libc has them.
 */
#ifndef _LINUX_MMAN_H
#define _LINUX_MMAN_H

#include <sys/mman.h>
#include <linux/mm.h>

#endif
