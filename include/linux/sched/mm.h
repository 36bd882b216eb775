/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation scopes of a task, and address space references.
 *
 * Kernel path: linux/sched/mm.h. The scopes nest by saving the old flag.
 */
#ifndef _UDM_LINUX_SCHED_MM_H
#define _UDM_LINUX_SCHED_MM_H

#include <linux/gfp_types.h>
#include <linux/kernel.h>
#include <linux/mm_types.h>
#include <linux/sched.h>

static inline unsigned int memalloc_flags_save(unsigned int flags)
{
	unsigned int added = flags & ~current->flags;

	WRITE_ONCE(current->flags, current->flags | flags);
	return added;
}

static inline void memalloc_flags_restore(unsigned int added)
{
	WRITE_ONCE(current->flags, current->flags & ~added);
}

static inline unsigned int memalloc_noio_save(void)
{
	return memalloc_flags_save(PF_MEMALLOC_NOIO);
}

static inline void memalloc_noio_restore(unsigned int flags)
{
	memalloc_flags_restore(flags);
}

static inline unsigned int memalloc_nofs_save(void)
{
	return memalloc_flags_save(PF_MEMALLOC_NOFS);
}

static inline void memalloc_nofs_restore(unsigned int flags)
{
	memalloc_flags_restore(flags);
}

static inline unsigned int memalloc_noreclaim_save(void)
{
	return memalloc_flags_save(PF_MEMALLOC);
}

static inline void memalloc_noreclaim_restore(unsigned int flags)
{
	memalloc_flags_restore(flags);
}

/* The flags with what the scopes of the task forbid taken out. */
static inline gfp_t current_gfp_context(gfp_t flags)
{
	unsigned int scopes = current->flags;

	if (scopes & PF_MEMALLOC_NOIO)
		flags &= ~(__GFP_IO | __GFP_FS);
	else if (scopes & PF_MEMALLOC_NOFS)
		flags &= ~__GFP_FS;
	return flags;
}

/* Blocking allocations may sleep: a check only. */
static inline void might_alloc(gfp_t gfp_mask)
{
	might_sleep_if(gfp_mask & __GFP_DIRECT_RECLAIM);
}

static inline void mmgrab(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_count);
}

void __mmdrop(struct mm_struct *mm);

static inline void mmdrop(struct mm_struct *mm)
{
	if (atomic_dec_and_test(&mm->mm_count))
		__mmdrop(mm);
}

#endif
