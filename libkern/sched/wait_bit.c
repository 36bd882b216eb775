// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wait queues shared by address: a fixed table, a queue per hash value.
 *
 * Waiters and wakers of different words may meet in a queue. So every wake-up wakes the
 * whole queue and each waiter tests its own condition again. The hash takes the place of
 * the word in memory, which decides only who shares a queue with whom.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hash.h>
#include <linux/init.h>
#include <linux/sched.h>
#include <linux/wait_bit.h>

#define TABLE_BITS 8

static struct wait_queue_head table[1 << TABLE_BITS];

static int __init wait_bit_init(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		init_waitqueue_head(&table[i]);
	return 0;
}
pure_initcall(wait_bit_init);

struct wait_queue_head *bit_waitqueue(unsigned long *word, int bit)
{
	return &table[hash_64((unsigned long)word * BITS_PER_LONG + bit, TABLE_BITS)];
}
EXPORT_SYMBOL(bit_waitqueue);

struct wait_queue_head *__var_waitqueue(void *p)
{
	return &table[hash_ptr(p, TABLE_BITS)];
}
EXPORT_SYMBOL(__var_waitqueue);

void wake_up_bit(unsigned long *word, int bit)
{
	wake_up_all(bit_waitqueue(word, bit));
}
EXPORT_SYMBOL(wake_up_bit);

void wake_up_var(void *var)
{
	wake_up_all(__var_waitqueue(var));
}
EXPORT_SYMBOL(wake_up_var);

int wait_on_bit(unsigned long *word, int bit, unsigned int mode)
{
	might_sleep();
	return ___wait_event(*bit_waitqueue(word, bit), !test_bit_acquire(bit, word), mode, 0, 0,
			     schedule()) ? -EINTR : 0;
}
EXPORT_SYMBOL(wait_on_bit);

int wait_on_bit_timeout(unsigned long *word, int bit, unsigned int mode, unsigned long timeout)
{
	long left;

	might_sleep();
	left = ___wait_event(*bit_waitqueue(word, bit),
			     ___wait_cond_timeout(!test_bit_acquire(bit, word)), mode, 0,
			     (long)timeout, __ret = schedule_timeout(__ret));
	if (left < 0)
		return -EINTR;
	return left ? 0 : -EAGAIN;
}
EXPORT_SYMBOL(wait_on_bit_timeout);

int wait_on_bit_lock(unsigned long *word, int bit, unsigned int mode)
{
	might_sleep();
	return ___wait_event(*bit_waitqueue(word, bit), !test_and_set_bit_lock(bit, word), mode, 0,
			     0, schedule()) ? -EINTR : 0;
}
EXPORT_SYMBOL(wait_on_bit_lock);
