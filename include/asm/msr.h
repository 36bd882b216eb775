/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model-specific registers: out of a process's reach, so each access fails as that to a
 * register the CPU does not have. Kernel path: asm/msr.h.
 */
#ifndef _UDM_ASM_MSR_H
#define _UDM_ASM_MSR_H

#include <linux/errno.h>
#include <linux/types.h>

/* -EIO, and *@val is 0. */
static inline int rdmsrq_safe(u32 msr __always_unused, u64 *val)
{
	*val = 0;
	return -EIO;
}

static inline int wrmsrq_safe(u32 msr __always_unused, u64 val __always_unused)
{
	return -EIO;
}

#define rdmsrl_safe(msr, p) rdmsrq_safe(msr, p)
#define wrmsrl_safe(msr, val) wrmsrq_safe(msr, val)

#endif
