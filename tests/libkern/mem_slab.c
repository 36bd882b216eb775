// SPDX-License-Identifier: GPL-2.0-only
/* kmalloc and its relatives: buckets, alignment, resizing, typed allocation, misuse. */
#include "mem_rig.h"

#include <linux/bottom_half.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>
#include <udevmem/warn.h>

static const struct {
	size_t size;
	size_t bucket;
} buckets[] = {
	{ 1, 8 }, { 8, 8 }, { 9, 16 }, { 17, 32 }, { 33, 64 }, { 64, 64 }, { 65, 96 }, { 96, 96 },
	{ 97, 128 }, { 129, 192 }, { 192, 192 }, { 193, 256 }, { 257, 512 }, { 513, 1024 },
	{ 1025, 2048 }, { 2049, 4096 }, { 4097, 8192 }, { 8192, 8192 }, { 8193, 16384 },
	{ 20000, 32768 }, { 4 << 20, 4 << 20 },
};

START_TEST(sizes_go_to_the_kernels_buckets)
{
	size_t size = buckets[_i].size, bucket = buckets[_i].bucket;
	size_t align = bucket & -bucket;
	char *p = kmalloc(size, GFP_KERNEL);

	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(ksize(p), bucket);
	ck_assert_uint_eq(kmalloc_size_roundup(size), bucket);
	ck_assert_uint_eq((unsigned long)p & (align - 1), 0);
	ck_assert(virt_addr_valid(p) && !is_vmalloc_addr(p));
	ck_assert(size > 8192 ? PageLargeKmalloc(virt_to_page(p)) : PageSlab(virt_to_page(p)));
	memset(p, 0x5a, size);
	kfree(p);
}
END_TEST

/* The inline choice for constant sizes and the table for others must agree. */
START_TEST(constant_and_variable_sizes_agree)
{
	volatile size_t variable;

#define SAME_BUCKET(n)								\
	do {									\
		variable = (n);							\
		ck_assert_uint_eq(udm_kmalloc_index(n), udm_kmalloc_index(variable)); \
	} while (0)
	SAME_BUCKET(1);
	SAME_BUCKET(8);
	SAME_BUCKET(9);
	SAME_BUCKET(64);
	SAME_BUCKET(65);
	SAME_BUCKET(96);
	SAME_BUCKET(97);
	SAME_BUCKET(128);
	SAME_BUCKET(129);
	SAME_BUCKET(192);
	SAME_BUCKET(193);
	SAME_BUCKET(256);
	SAME_BUCKET(257);
	SAME_BUCKET(4097);
	SAME_BUCKET(8192);
#undef SAME_BUCKET
}
END_TEST

START_TEST(size_zero_is_a_value_of_its_own)
{
	ck_assert_ptr_eq(kmalloc(0, GFP_KERNEL), (void *)16);
	ck_assert(ZERO_OR_NULL_PTR(kmalloc(0, GFP_KERNEL)));
	ck_assert_uint_eq(ksize(ZERO_SIZE_PTR), 0);
	ck_assert_uint_eq(ksize(NULL), 0);
	ck_assert_uint_eq(kmalloc_size_roundup(0), 0);
	ck_assert_uint_eq(kmalloc_size_roundup(KMALLOC_MAX_SIZE + 1), KMALLOC_MAX_SIZE + 1);
	kfree(ZERO_SIZE_PTR);
	kfree(NULL);
}
END_TEST

START_TEST(too_large_is_refused)
{
	udm_warn_expect("order", 1);
	ck_assert_ptr_null(kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL));
	ck_assert_ptr_null(kmalloc_array(SIZE_MAX / 2, 3, GFP_KERNEL));
	ck_assert_ptr_null(kcalloc(SIZE_MAX, SIZE_MAX, GFP_KERNEL));
	ck_assert_ptr_null(kvmalloc_array(SIZE_MAX / 2, 3, GFP_KERNEL));
	udm_warn_expect("kvmalloc_node", 1);
	ck_assert_ptr_null(kvmalloc_objs(int, SIZE_MAX / 2));
	ck_assert_ptr_null(kmalloc_objs(long, SIZE_MAX, GFP_KERNEL | __GFP_NOWARN));
}
END_TEST

START_TEST(zeroing_covers_the_object)
{
	char *p = kmalloc(100, GFP_KERNEL);

	memset(p, 0xff, 100);
	kfree(p);
	p = kzalloc(100, GFP_KERNEL);
	ck_assert_ptr_null(memchr_inv(p, 0, 100));
	kfree_sensitive(p);
	p = kcalloc(3, 5000, GFP_KERNEL);
	ck_assert_ptr_null(memchr_inv(p, 0, 15000));
	kfree(p);
}
END_TEST

START_TEST(dma_memory_is_low)
{
	void *small = kmalloc(40, GFP_KERNEL | GFP_DMA);
	void *large = kmalloc(3 * PAGE_SIZE, GFP_KERNEL | GFP_DMA);

	ck_assert_uint_lt(virt_to_phys(small), 16UL << 20);
	ck_assert_uint_lt(virt_to_phys(large), 16UL << 20);
	kfree(small);
	kfree(large);
}
END_TEST

START_TEST(zones_that_slab_cannot_honour_are_dropped)
{
	const char *text;
	void *p;

	log_capture();
	p = kmalloc(3 * PAGE_SIZE, GFP_KERNEL | __GFP_HIGHMEM);
	text = log_text();
	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_nonnull(strstr(text, "Unexpected gfp: 0x2 (__GFP_HIGHMEM). Fixing up to gfp: 0xcc0 (GFP_KERNEL). Fix your code!"));
	kfree(p);
}
END_TEST

/* Old and new size, and whether the object may stay where it is. */
static const struct {
	size_t from;
	size_t to;
	bool stays;
} resizes[] = {
	{ 0, 50, false }, { 50, 60, true }, { 60, 65, false }, { 200, 100, true },
	{ 8000, 9000, false }, { 9000, 10000, true }, { 100000, 10, true },
};

START_TEST(resizing_keeps_the_contents)
{
	size_t from = resizes[_i].from, to = resizes[_i].to, kept = min(from, to);
	char *old = kmalloc(from, GFP_KERNEL), *p;

	if (from)
		memset(old, 0x37, from);
	p = krealloc(old, to, GFP_KERNEL | __GFP_ZERO);
	ck_assert_ptr_nonnull(p);
	if (resizes[_i].stays)
		ck_assert_ptr_eq(p, old);
	ck_assert_ptr_null(memchr_inv(p, 0x37, kept));
	if (from && from <= 8192)
		ck_assert_ptr_null(memchr_inv(p + kept, 0, to - kept));
	kfree(p);
}
END_TEST

START_TEST(resizing_at_the_edges)
{
	void *p = krealloc(NULL, 10, GFP_KERNEL);

	udm_fault_set("failslab", "ignore-gfp-wait", 0);
	udm_fault_set("failslab", "verbose", 0);
	udm_fault_nth(1);
	ck_assert_ptr_null(krealloc(p, 1000, GFP_KERNEL));
	ck_assert_uint_eq(ksize(p), 16);
	ck_assert_ptr_null(krealloc_array(p, SIZE_MAX, 8, GFP_KERNEL));
	ck_assert_ptr_eq(krealloc(p, 0, GFP_KERNEL), ZERO_SIZE_PTR);
}
END_TEST

struct flexible {
	int count;
	short items[] __counted_by(count);
};

START_TEST(typed_allocation)
{
	struct flexible *flex = kzalloc_flex(*flex, items, 10);
	struct list_head *one = kmalloc_obj(*one);
	struct list_head *many = kvmalloc_objs(*many, 1000, GFP_KERNEL);
	int *zeroed = kzalloc_obj(int, GFP_ATOMIC);

	ck_assert_uint_eq(ksize(flex), 32);
	ck_assert_uint_eq(ksize(one), 16);
	ck_assert_uint_ge(is_vmalloc_addr(many) ? 16000 : ksize(many), 16000);
	ck_assert_int_eq(*zeroed, 0);
#ifdef __has_builtin
#if __has_builtin(__builtin_counted_by_ref)
	ck_assert_int_eq(flex->count, 10);
#endif
#endif
	kfree(flex);
	kfree(one);
	kvfree(many);
	kfree(zeroed);
}
END_TEST

/* One row: the form with and without flags, and whether its memory is zeroed. */
#define TYPED_ROW(name, free, zeroed) do {						\
	struct flexible *f = name##_flex(*f, items, 100), *g;				\
	long *one = name##_obj(*one), *two = name##_obj(long, GFP_ATOMIC);		\
	long *many = name##_objs(*many, 300), *few = name##_objs(long, 3, GFP_ATOMIC);	\
											\
	g = name##_flex(struct flexible, items, 3, GFP_ATOMIC | __GFP_NOWARN);		\
	ck_assert(f && g && one && two && many && few);					\
	if (zeroed) {									\
		ck_assert_ptr_null(memchr_inv(f->items, 0, 100 * sizeof(f->items[0])));	\
		ck_assert_ptr_null(memchr_inv(many, 0, 300 * sizeof(long)));		\
		ck_assert_int_eq(*one | *two, 0);					\
	}										\
	memset(f->items, 1, 100 * sizeof(f->items[0]));					\
	memset(many, 1, 300 * sizeof(long));						\
	ck_assert_ptr_null(name##_objs(long, SIZE_MAX / 4, GFP_KERNEL | __GFP_NOWARN));	\
	ck_assert_ptr_null(name##_flex(struct flexible, items, SIZE_MAX / 2,		\
				       GFP_KERNEL | __GFP_NOWARN));			\
	free(f);									\
	free(g);									\
	free(one);									\
	free(two);									\
	free(many);									\
	free(few);									\
} while (0)

START_TEST(every_typed_form)
{
	TYPED_ROW(kmalloc, kfree, false);
	TYPED_ROW(kzalloc, kfree, true);
	TYPED_ROW(kvmalloc, kvfree, false);
	TYPED_ROW(kvzalloc, kvfree, true);
}
END_TEST

/* The first argument names a type; the second is used once. */
START_TEST(typed_forms_evaluate_what_they_use)
{
	int looked = 0, counted = 2;
	long *p = kmalloc_objs(*(looked++, (long *)NULL), counted++);

	ck_assert_int_eq(looked, 0);
	ck_assert_int_eq(counted, 3);
	ck_assert_uint_eq(ksize(p), 16);
	kfree(p);
	p = kzalloc_obj((long){ 1 });
	ck_assert_int_eq(*p, 0);
	kfree(p);
}
END_TEST

/* The arrays and nodes of the older spelling. */
START_TEST(arrays_and_nodes)
{
	int *a = kmalloc_array(10, sizeof(*a), GFP_KERNEL);
	int *b = kcalloc(10, sizeof(*b), GFP_KERNEL);
	int *c = kmalloc_array_node(10, sizeof(*c), GFP_KERNEL, 0);
	int *d = kcalloc_node(10, sizeof(*d), GFP_KERNEL, NUMA_NO_NODE);
	int *e = kzalloc_node(40, GFP_KERNEL, 0);
	int *f = kvcalloc(5000, sizeof(*f), GFP_KERNEL), *g = kvzalloc_node(40, GFP_KERNEL, 0);
	int *h = kvmalloc_array(10, sizeof(*h), GFP_KERNEL);

	ck_assert(a && b && c && d && e && f && g && h);
	ck_assert_ptr_null(memchr_inv(b, 0, 40));
	ck_assert_ptr_null(memchr_inv(d, 0, 40));
	ck_assert_ptr_null(memchr_inv(e, 0, 40));
	ck_assert_ptr_null(memchr_inv(f, 0, 5000 * sizeof(*f)));
	ck_assert_ptr_null(memchr_inv(g, 0, 40));
	ck_assert_ptr_null(kmalloc_array_node(SIZE_MAX, 2, GFP_KERNEL, 0));
	ck_assert_ptr_null(kvcalloc_node(SIZE_MAX / 2, 3, GFP_KERNEL, 0));
	kfree(a);
	kfree(b);
	kfree(c);
	kfree(d);
	kfree(e);
	kvfree(f);
	kvfree(g);
	kvfree(h);
}
END_TEST

/* Without blocking too there is vmalloc() to fall back to. */
START_TEST(kvmalloc_works_in_atomic_context)
{
	void *p;

	udm_fault_set("fail_page_alloc", "probability", 100);
	udm_fault_set("fail_page_alloc", "verbose", 0);
	local_bh_disable();
	p = kvmalloc(20000, GFP_ATOMIC);
	ck_assert(is_vmalloc_addr(p));
	local_bh_enable();
	kvfree(p);
}
END_TEST

START_TEST(kvmalloc_falls_back)
{
	char *large = kvmalloc((4 << 20) + 1, GFP_KERNEL | __GFP_ZERO);
	char *small = kvmalloc(100, GFP_KERNEL);

	ck_assert(is_vmalloc_addr(large) && !is_vmalloc_addr(small));
	ck_assert_ptr_null(memchr_inv(large, 0, (4 << 20) + 1));
	kvfree(large);
	kvfree(small);
	ck_assert_ptr_eq(kvmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	kvfree(ZERO_SIZE_PTR);
	udm_warn_expect("kvmalloc_node_noprof", 1);
	ck_assert_ptr_null(kvmalloc(INT_MAX + 1UL, GFP_KERNEL));
}
END_TEST

START_TEST(kvrealloc_crosses_over)
{
	char *p = kvmalloc(6000, GFP_KERNEL);

	memset(p, 0x11, 6000);
	p = kvrealloc(p, (4 << 20) + 100, GFP_KERNEL);
	ck_assert(is_vmalloc_addr(p));
	ck_assert_ptr_null(memchr_inv(p, 0x11, 6000));
	p = kvrealloc(p, 100, GFP_KERNEL);
	ck_assert_ptr_null(memchr_inv(p, 0x11, 100));
	ck_assert_ptr_eq(kvrealloc(p, 0, GFP_KERNEL), ZERO_SIZE_PTR);
}
END_TEST

static void free_it(void *p)
{
	kfree(p);
}

START_TEST(a_double_free_names_all_places)
{
	void *p = kmalloc(40, GFP_KERNEL);

	free_it(p);
	udm_warn_expect("double free of object", 1);
	free_it(p);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	p = kmalloc(40, GFP_KERNEL);
	kfree(p);
}
END_TEST

START_TEST(an_inner_pointer_is_not_an_object)
{
	char *small = kmalloc(64, GFP_KERNEL);
	char *large = kmalloc(9000, GFP_KERNEL);

	udm_warn_expect("inside of an object of kmalloc-64, not its start: allocated at", 1);
	kfree(small + 8);
	udm_warn_expect("inside of a large kmalloc area", 1);
	kfree(large + PAGE_SIZE);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	kfree(small);
	kfree(large);
}
END_TEST

/* Whatever the distance of neighbours, each inner address belongs to its object. */
START_TEST(every_inner_address_names_its_object)
{
	static const size_t sizes[] = { 8, 96, 192, 512, 4096, 8192 };
	size_t size = sizes[_i], at;
	char *objects[4];

	for (unsigned int k = 0; k < 4; k++)
		objects[k] = kmalloc(size, GFP_KERNEL);
	udm_warn_expect("is inside of an object of kmalloc-", 4 * (size - 1));
	/* Thousands of reports are for nobody to read. */
	log_capture();
	for (unsigned int k = 0; k < 4; k++)
		for (at = 1; at < size; at++)
			kfree(objects[k] + at);
	log_text();
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(udm_live_objects_of(__func__), 4);
	for (unsigned int k = 0; k < 4; k++)
		kfree(objects[k]);
}
END_TEST

START_TEST(foreign_memory_is_not_freed)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *area = vmalloc(10);
	static int global;

	udm_warn_expect("not kernel memory", 2);
	kfree(&global);
	kfree(&area);
	udm_warn_expect("a vmalloc address", 1);
	kfree(area);
	udm_warn_expect("a page that is not slab memory", 1);
	kfree(page_address(page));
	ck_assert_uint_eq(udm_warn_missing(), 0);
	vfree(area);
	__free_page(page);
}
END_TEST

Suite *mem_slab_suite(void)
{
	Suite *s = suite_create("mem_slab");
	TCase *tc = machine_tcase(s, "kmalloc");

	tcase_add_loop_test(tc, sizes_go_to_the_kernels_buckets, 0, ARRAY_SIZE(buckets));
	tcase_add_test(tc, constant_and_variable_sizes_agree);
	tcase_add_test(tc, size_zero_is_a_value_of_its_own);
	tcase_add_test(tc, too_large_is_refused);
	tcase_add_test(tc, zeroing_covers_the_object);
	tcase_add_test(tc, dma_memory_is_low);
	tcase_add_test(tc, zones_that_slab_cannot_honour_are_dropped);
	tcase_add_loop_test(tc, resizing_keeps_the_contents, 0, ARRAY_SIZE(resizes));
	tcase_add_test(tc, resizing_at_the_edges);
	tcase_add_test(tc, typed_allocation);
	tcase_add_test(tc, every_typed_form);
	tcase_add_test(tc, typed_forms_evaluate_what_they_use);
	tcase_add_test(tc, arrays_and_nodes);
	tcase_add_test(tc, kvmalloc_works_in_atomic_context);
	tcase_add_test(tc, kvmalloc_falls_back);
	tcase_add_test(tc, kvrealloc_crosses_over);
	tc = machine_tcase(s, "misuse");
	tcase_add_test(tc, a_double_free_names_all_places);
	tcase_add_test(tc, an_inner_pointer_is_not_an_object);
	tcase_add_loop_test(tc, every_inner_address_names_its_object, 0, 6);
	tcase_add_test(tc, foreign_memory_is_not_freed);
	return s;
}
