// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program outside the tree: kernel-style code and libc in one file, built with
 * nothing but pkg-config --cflags --libs libpagepool.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/module.h>
#include <linux/slab.h>
#include <net/page_pool/helpers.h>
#include <udevmem/udevmem.h>

static int recycle_once(void)
{
	struct page_pool_params params = { .pool_size = 64, .nid = NUMA_NO_NODE };
	struct page_pool *pool = page_pool_create(&params);
	struct page *first, *second;

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	local_bh_disable();
	first = page_pool_dev_alloc_pages(pool);
	page_pool_put_full_page(pool, first, false);
	second = page_pool_dev_alloc_pages(pool);
	page_pool_put_full_page(pool, second, false);
	local_bh_enable();
	page_pool_destroy(pool);
	return first && second ? 0 : -ENOMEM;
}

int main(void)
{
	struct msghdr libc_one = { .msg_flags = 0 };
	int ret;

	if (udm_boot(NULL))
		return EXIT_FAILURE;
	ret = recycle_once();
	printf("recycled: %d, flags %d\n", ret, libc_one.msg_flags);
	return ret || udm_shutdown() ? EXIT_FAILURE : EXIT_SUCCESS;
}
