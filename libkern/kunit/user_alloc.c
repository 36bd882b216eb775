// SPDX-License-Identifier: GPL-2.0-only
/*
 * User memory for cases, which run in kernel threads.
 *
 * All tasks share one address space, so an mm is only what says that there is
 * one. It goes with the test: the thread that attached it has ended by then.
 */
#include <kunit/resource.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

KUNIT_DEFINE_ACTION_WRAPPER(drop_mm, mmdrop, struct mm_struct *);

static struct mm_struct *make_mm(void)
{
	struct mm_struct *mm = kzalloc(sizeof(*mm), GFP_KERNEL);

	if (!mm)
		return NULL;
	init_rwsem(&mm->mmap_lock);
	atomic_set(&mm->mm_users, 1);
	atomic_set(&mm->mm_count, 1);
	return mm;
}

int kunit_attach_mm(void)
{
	struct kunit *test = kunit_get_current_test();
	struct mm_struct *mm;

	if (current->mm)
		return 0;
	if (!(current->flags & PF_KTHREAD) || !test)
		return -EINVAL;
	mm = make_mm();
	if (!mm || kunit_add_action_or_reset(test, drop_mm, mm))
		return -ENOMEM;
	kthread_use_mm(mm);
	return 0;
}
EXPORT_SYMBOL_GPL(kunit_attach_mm);

struct mapped_range {
	unsigned long addr;
	unsigned long len;
};

static void unmap_range(void *data)
{
	struct mapped_range *range = data;

	vm_munmap(range->addr, range->len);
	kfree(range);
}

unsigned long kunit_vm_mmap(struct kunit *test, struct file *file, unsigned long addr,
			    unsigned long len, unsigned long prot, unsigned long flag,
			    unsigned long offset)
{
	struct mapped_range *range;

	if (kunit_attach_mm())
		return 0;
	range = kmalloc(sizeof(*range), GFP_KERNEL);
	if (!range)
		return -ENOMEM;
	range->addr = vm_mmap(file, addr, len, prot, flag, offset);
	range->len = len;
	if (IS_ERR_VALUE(range->addr)) {
		addr = range->addr;
		kfree(range);
		return addr;
	}
	addr = range->addr;
	return kunit_add_action_or_reset(test, unmap_range, range) ? -ENOMEM : addr;
}
EXPORT_SYMBOL_GPL(kunit_vm_mmap);
