// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binary heaps: the children of element i are 2i + 1 and 2i + 2, and none is less than
 * its parent. The element type is known by its size only.
 */
#include <linux/export.h>
#include <linux/min_heap.h>
#include <linux/minmax.h>

/* The heap at work. */
struct heap {
	char *data;
	size_t nr, size;
	const struct min_heap_callbacks *func;
	void *args;
};

static struct heap heap_of(min_heap_char *h, size_t elem_size,
			   const struct min_heap_callbacks *func, void *args)
{
	return (struct heap){ h->data, h->nr, elem_size, func, args };
}

static char *element(const struct heap *h, size_t i)
{
	return h->data + i * h->size;
}

static bool less(const struct heap *h, size_t a, size_t b)
{
	return h->func->less(element(h, a), element(h, b), h->args);
}

static void exchange(const struct heap *h, size_t a, size_t b)
{
	char piece[64];

	if (h->func->swp) {
		h->func->swp(element(h, a), element(h, b), h->args);
		return;
	}
	for (size_t at = 0, n; at < h->size; at += n) {
		n = min(h->size - at, sizeof(piece));
		memcpy(piece, element(h, a) + at, n);
		memcpy(element(h, a) + at, element(h, b) + at, n);
		memcpy(element(h, b) + at, piece, n);
	}
}

static void sink(const struct heap *h, size_t at)
{
	for (;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < h->nr; child++)
			if (less(h, child, least))
				least = child;
		if (least == at)
			return;
		exchange(h, at, least);
		at = least;
	}
}

static void rise(const struct heap *h, size_t at)
{
	for (size_t parent; at && less(h, at, parent = (at - 1) / 2); at = parent)
		exchange(h, at, parent);
}

void __min_heap_init(min_heap_char *heap, void *data, size_t size)
{
	heap->nr = 0;
	heap->size = size;
	heap->data = data;
}
EXPORT_SYMBOL(__min_heap_init);

void *__min_heap_peek(struct min_heap_char *heap)
{
	return heap->nr ? heap->data : NULL;
}
EXPORT_SYMBOL(__min_heap_peek);

bool __min_heap_full(min_heap_char *heap)
{
	return heap->nr == heap->size;
}
EXPORT_SYMBOL(__min_heap_full);

void __min_heap_sift_down(min_heap_char *heap, size_t pos, size_t elem_size,
			  const struct min_heap_callbacks *func, void *args)
{
	struct heap h = heap_of(heap, elem_size, func, args);

	sink(&h, pos);
}
EXPORT_SYMBOL(__min_heap_sift_down);

void __min_heap_sift_up(min_heap_char *heap, size_t elem_size, size_t idx,
			const struct min_heap_callbacks *func, void *args)
{
	struct heap h = heap_of(heap, elem_size, func, args);

	rise(&h, idx);
}
EXPORT_SYMBOL(__min_heap_sift_up);

void __min_heapify_all(min_heap_char *heap, size_t elem_size,
		       const struct min_heap_callbacks *func, void *args)
{
	struct heap h = heap_of(heap, elem_size, func, args);

	for (size_t at = h.nr / 2; at--; )
		sink(&h, at);
}
EXPORT_SYMBOL(__min_heapify_all);

bool __min_heap_del(min_heap_char *heap, size_t elem_size, size_t idx,
		    const struct min_heap_callbacks *func, void *args)
{
	struct heap h;

	if (WARN_ONCE(heap->nr <= 0, "Popping an empty heap"))
		return false;
	heap->nr--;
	h = heap_of(heap, elem_size, func, args);
	if (idx >= h.nr)
		return true;
	/* The last element may belong above its new place as well as below. */
	memcpy(element(&h, idx), element(&h, h.nr), elem_size);
	rise(&h, idx);
	sink(&h, idx);
	return true;
}
EXPORT_SYMBOL(__min_heap_del);

bool __min_heap_pop(min_heap_char *heap, size_t elem_size, const struct min_heap_callbacks *func,
		    void *args)
{
	return __min_heap_del(heap, elem_size, 0, func, args);
}
EXPORT_SYMBOL(__min_heap_pop);

void __min_heap_pop_push(min_heap_char *heap, const void *new_element, size_t elem_size,
			 const struct min_heap_callbacks *func, void *args)
{
	if (WARN_ONCE(heap->nr <= 0, "Popping an empty heap"))
		return;
	memcpy(heap->data, new_element, elem_size);
	__min_heap_sift_down(heap, 0, elem_size, func, args);
}
EXPORT_SYMBOL(__min_heap_pop_push);

bool __min_heap_push(min_heap_char *heap, const void *new_element, size_t elem_size,
		     const struct min_heap_callbacks *func, void *args)
{
	if (WARN_ONCE(heap->nr >= heap->size, "Pushing on a full heap"))
		return false;
	memcpy(heap->data + heap->nr * elem_size, new_element, elem_size);
	heap->nr++;
	__min_heap_sift_up(heap, elem_size, heap->nr - 1, func, args);
	return true;
}
EXPORT_SYMBOL(__min_heap_push);
