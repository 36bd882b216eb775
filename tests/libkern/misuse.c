// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that uses kernel memory wrongly, in the way its argument names, for
 * tests/libkern/memcheck.sh. What it does is harmless without valgrind.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/udevmem.h>

static volatile char sink;

static void read_byte(const char *p, long offset)
{
	sink = ((const volatile char *)p)[offset];
}

static void use_after_kfree(void)
{
	char *p = kmalloc(40, GFP_KERNEL);

	kfree(p);
	/* Other objects come and go: this one must not be handed out meanwhile. */
	for (int i = 0; i < 10; i++)
		kfree(kmalloc(40, GFP_KERNEL));
	read_byte(p, 8);
}

static void read_behind(void)
{
	char *p = kzalloc(40, GFP_KERNEL);

	read_byte(p, 40);
	kfree(p);
}

/* The whole bucket is in use: what follows belongs to a neighbour. */
static void read_behind_bucket(void)
{
	char *p = kzalloc(64, GFP_KERNEL), *q = kzalloc(64, GFP_KERNEL);

	read_byte(p, 64);
	read_byte(q, 64);
	kfree(p);
	kfree(q);
}

static void read_before(void)
{
	char *p = kzalloc(40, GFP_KERNEL);

	read_byte(p, -1);
	kfree(p);
}

static void read_behind_large(void)
{
	char *p = kzalloc(9000, GFP_KERNEL);

	read_byte(p, 9000);
	kfree(p);
}

static void use_after_large_kfree(void)
{
	char *p = kzalloc(9000, GFP_KERNEL);

	kfree(p);
	read_byte(p, 8);
}

static void use_after_cache_free(void)
{
	struct kmem_cache *cache = kmem_cache_create("misused", 100, 0, 0, NULL);
	char *p = kmem_cache_zalloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, p);
	read_byte(p, 99);
	kmem_cache_destroy(cache);
}

static void use_free_page(void)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	__free_page(page);
	read_byte(page_address(page), 17);
}

static void read_behind_area(void)
{
	char *p = vzalloc(100);

	read_byte(p, 100);
	vfree(p);
}

static void decide_by_garbage(void)
{
	volatile char *p = kmalloc(40, GFP_KERNEL);

	if (p[3] == 'x')
		puts("x");
	kfree((void *)p);
}

static void construct(void *object)
{
	memset(object, 1, 80);
}

/* Objects that fill their pages: freeing one leaves the neighbours' first and last bytes. */
static void free_between(size_t size)
{
	char *objects[16];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(objects); i++)
		objects[i] = kzalloc(size, GFP_KERNEL);
	for (i = 0; i < ARRAY_SIZE(objects); i += 2)
		kfree(objects[i]);
	for (i = 1; i < ARRAY_SIZE(objects); i += 2) {
		read_byte(objects[i], 0);
		read_byte(objects[i], size - 1);
		kfree(objects[i]);
	}
}

/* Late readers of type-safe memory are right, and constructed memory has contents. */
static void nothing_wrong(void)
{
	struct kmem_cache *cache = kmem_cache_create("kept", 80, 0, SLAB_TYPESAFE_BY_RCU,
						     construct);
	char *p = kmem_cache_alloc(cache, GFP_KERNEL), *q;

	if (p[5] != 1)
		abort();
	kmem_cache_free(cache, p);
	read_byte(p, 5);
	kmem_cache_destroy(cache);
	p = kmalloc(100, GFP_KERNEL);
	memset(p, 2, 100);
	q = krealloc(p, 120, GFP_KERNEL);
	memset(q, 3, 120);
	q = krealloc(q, 20000, GFP_KERNEL);
	if (q[119] != 3)
		abort();
	memset(q, 4, 20000);
	kfree(q);
	free_between(128);
	free_between(PAGE_SIZE);
	free_between(4 * PAGE_SIZE);
}

static const struct {
	const char *name;
	void (*run)(void);
} misuses[] = {
	{ "use-after-kfree", use_after_kfree },
	{ "read-behind", read_behind },
	{ "read-behind-bucket", read_behind_bucket },
	{ "read-before", read_before },
	{ "read-behind-large", read_behind_large },
	{ "use-after-large-kfree", use_after_large_kfree },
	{ "use-after-cache-free", use_after_cache_free },
	{ "use-free-page", use_free_page },
	{ "read-behind-area", read_behind_area },
	{ "decide-by-garbage", decide_by_garbage },
	{ "nothing-wrong", nothing_wrong },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(misuses) / sizeof(misuses[0]); i++) {
		if (strcmp(argv[1], misuses[i].name))
			continue;
		if (udm_boot(NULL))
			return EXIT_FAILURE;
		misuses[i].run();
		return udm_shutdown() ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	fprintf(stderr, "misuse: no such misuse\n");
	return 2;
}
