// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page lock (mm/filemap.c): a bit of the folio's flags. Sleepers share a few
 * wait queues, chosen by frame; each waiter tests its own folio again.
 */
#include <linux/init.h>
#include <linux/pagemap.h>
#include <linux/wait.h>

#define WAIT_QUEUES 16

static wait_queue_head_t folio_waiters[WAIT_QUEUES];

static wait_queue_head_t *folio_waitqueue(const struct folio *folio)
{
	return &folio_waiters[folio_pfn(folio) % WAIT_QUEUES];
}

static int __init pagecache_init(void)
{
	unsigned int i;

	for (i = 0; i < WAIT_QUEUES; i++)
		init_waitqueue_head(&folio_waiters[i]);
	return 0;
}
core_initcall(pagecache_init);

void folio_lock(struct folio *folio)
{
	might_sleep();
	wait_event(*folio_waitqueue(folio), folio_trylock(folio));
}

void folio_unlock(struct folio *folio)
{
	VM_BUG_ON_FOLIO(!folio_test_locked(folio), folio);
	clear_bit_unlock(PG_locked, &folio->flags.f);
	/* The bit must be clear before the queue is looked at: pairs with wait_event(). */
	smp_mb__after_atomic();
	wake_up_all(folio_waitqueue(folio));
}
