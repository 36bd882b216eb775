// SPDX-License-Identifier: GPL-2.0-only
/* A kernel module as it would stand in a kernel tree: no header of the host, nothing of ours. */
#include <linux/module.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <net/page_pool/helpers.h>

struct recycler {
	struct page_pool *pool;
	unsigned int cycles;
};

static struct recycler *recycler;

int recycler_cycles(void);

int recycler_cycles(void)
{
	return recycler ? recycler->cycles : -ENODEV;
}
EXPORT_SYMBOL(recycler_cycles);

static int recycler_run(struct recycler *r)
{
	struct page *first, *second;

	local_bh_disable();
	first = page_pool_dev_alloc_pages(r->pool);
	if (!first) {
		local_bh_enable();
		return -ENOMEM;
	}
	page_pool_recycle_direct(r->pool, first);
	second = page_pool_dev_alloc_pages(r->pool);
	page_pool_put_full_page(r->pool, second, true);
	local_bh_enable();
	r->cycles = first == second ? 2 : 1;
	return 0;
}

static int __init recycler_init(void)
{
	struct page_pool_params params = { .pool_size = 64, .nid = NUMA_NO_NODE };
	int err;

	recycler = kzalloc(sizeof(*recycler), GFP_KERNEL);
	if (!recycler)
		return -ENOMEM;
	recycler->pool = page_pool_create(&params);
	if (IS_ERR(recycler->pool)) {
		err = PTR_ERR(recycler->pool);
		goto free;
	}
	err = recycler_run(recycler);
	if (!err)
		return 0;
	page_pool_destroy(recycler->pool);
free:
	kfree(recycler);
	recycler = NULL;
	return err;
}

static void __exit recycler_exit(void)
{
	page_pool_destroy(recycler->pool);
	kfree(recycler);
	recycler = NULL;
}

module_init(recycler_init);
module_exit(recycler_exit);

MODULE_AUTHOR("udevmem");
MODULE_DESCRIPTION("Recycles a page of a pool");
MODULE_LICENSE("GPL");
