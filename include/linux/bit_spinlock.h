/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A spinlock in one bit of a word. The holder is not preemptible and must not sleep;
 * not recursive, not fair. Acquire on lock, release on unlock.
 * Kernel path: linux/bit_spinlock.h.
 */
#ifndef __LINUX_BIT_SPINLOCK_H
#define __LINUX_BIT_SPINLOCK_H

#include <asm/processor.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/preempt.h>

/* 1 if the lock was taken, 0 if somebody has it. Any context. */
static inline int bit_spin_trylock(int bitnum, unsigned long *addr)
{
	preempt_disable();
	if (!test_and_set_bit_lock(bitnum, addr))
		return 1;
	preempt_enable();
	return 0;
}

static inline void bit_spin_lock(int bitnum, unsigned long *addr)
{
	/* Preemptible while waiting, so that the holder gets its turn. */
	while (!bit_spin_trylock(bitnum, addr))
		cpu_relax();
}

static inline void bit_spin_unlock(int bitnum, unsigned long *addr)
{
	BUG_ON(!test_bit(bitnum, addr));
	clear_bit_unlock(bitnum, addr);
	preempt_enable();
}

/* The lock also protects the other bits of the word, so the store need not be atomic. */
static inline void __bit_spin_unlock(int bitnum, unsigned long *addr)
{
	bit_spin_unlock(bitnum, addr);
}

static inline int bit_spin_is_locked(int bitnum, unsigned long *addr)
{
	return test_bit(bitnum, addr);
}

#endif
