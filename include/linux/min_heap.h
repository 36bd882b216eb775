/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Binary heaps in an array of the caller's: the least element is at index 0.
 *
 * less() orders; swp() exchanges two elements, NULL stands for a copy of their bytes.
 * The last argument goes to both. Nothing sleeps or allocates; the caller locks. The
 * _inline names are the same functions here. Kernel path: linux/min_heap.h,
 * lib/min_heap.c.
 */
#ifndef _UDM_LINUX_MIN_HEAP_H
#define _UDM_LINUX_MIN_HEAP_H

#include <linux/bug.h>
#include <linux/string.h>
#include <linux/types.h>

/* A heap of elements of type _type with room for _nr of them inside. */
#define MIN_HEAP_PREALLOCATED(_type, _name, _nr)                                                   \
	struct _name {                                                                             \
		size_t nr;                                                                         \
		size_t size;                                                                       \
		_type *data;                                                                       \
		_type preallocated[_nr];                                                           \
	}
#define DEFINE_MIN_HEAP(_type, _name) MIN_HEAP_PREALLOCATED(_type, _name, 0)

typedef DEFINE_MIN_HEAP(char, min_heap_char) min_heap_char;

#define __minheap_cast(_heap) (typeof((_heap)->data[0]) *)
#define __minheap_obj_size(_heap) sizeof((_heap)->data[0])

struct min_heap_callbacks {
	bool (*less)(const void *lhs, const void *rhs, void *args);
	void (*swp)(void *lhs, void *rhs, void *args);
};

void __min_heap_init(min_heap_char *heap, void *data, size_t size);
void *__min_heap_peek(struct min_heap_char *heap);
bool __min_heap_full(min_heap_char *heap);
void __min_heap_sift_down(min_heap_char *heap, size_t pos, size_t elem_size,
			  const struct min_heap_callbacks *func, void *args);
void __min_heap_sift_up(min_heap_char *heap, size_t elem_size, size_t idx,
			const struct min_heap_callbacks *func, void *args);
void __min_heapify_all(min_heap_char *heap, size_t elem_size,
		       const struct min_heap_callbacks *func, void *args);
bool __min_heap_pop(min_heap_char *heap, size_t elem_size, const struct min_heap_callbacks *func,
		    void *args);
void __min_heap_pop_push(min_heap_char *heap, const void *element, size_t elem_size,
			 const struct min_heap_callbacks *func, void *args);
bool __min_heap_push(min_heap_char *heap, const void *element, size_t elem_size,
		     const struct min_heap_callbacks *func, void *args);
bool __min_heap_del(min_heap_char *heap, size_t elem_size, size_t idx,
		    const struct min_heap_callbacks *func, void *args);

/* An empty heap over _data, or over the elements inside if that is NULL. */
#define min_heap_init(_heap, _data, _size)                                                         \
	__min_heap_init(                                                                           \
		(min_heap_char *)(_heap),                                                          \
		({                                                                                 \
			typeof((_heap)->data) __data = (_data);                                    \
			(void *)(__data ? __data : (_heap)->preallocated);                         \
		}),                                                                                \
		_size)
/* The least element, NULL if there is none. */
#define min_heap_peek(_heap) (__minheap_cast(_heap) __min_heap_peek((min_heap_char *)(_heap)))
#define min_heap_full(_heap) __min_heap_full((min_heap_char *)(_heap))
/* Restore the order after the element at an index became greater, or less. */
#define min_heap_sift_down(_heap, _pos, _func, _args)                                              \
	__min_heap_sift_down((min_heap_char *)(_heap), _pos, __minheap_obj_size(_heap), _func,     \
			     _args)
#define min_heap_sift_up(_heap, _idx, _func, _args)                                                \
	__min_heap_sift_up((min_heap_char *)(_heap), __minheap_obj_size(_heap), _idx, _func, _args)
#define min_heapify_all(_heap, _func, _args)                                                       \
	__min_heapify_all((min_heap_char *)(_heap), __minheap_obj_size(_heap), _func, _args)
/* Takes the least element out; from an empty heap: WARN_ONCE, false. */
#define min_heap_pop(_heap, _func, _args)                                                          \
	__min_heap_pop((min_heap_char *)(_heap), __minheap_obj_size(_heap), _func, _args)
/* Puts *_element in the place of the least one; an empty heap: WARN_ONCE, nothing. */
#define min_heap_pop_push(_heap, _element, _func, _args)                                           \
	__min_heap_pop_push((min_heap_char *)(_heap), _element, __minheap_obj_size(_heap), _func,  \
			    _args)
/* A full heap: WARN_ONCE, false. */
#define min_heap_push(_heap, _element, _func, _args)                                               \
	__min_heap_push((min_heap_char *)(_heap), _element, __minheap_obj_size(_heap), _func, _args)
#define min_heap_del(_heap, _idx, _func, _args)                                                    \
	__min_heap_del((min_heap_char *)(_heap), __minheap_obj_size(_heap), _idx, _func, _args)

#define min_heap_init_inline(_heap, _data, _size) min_heap_init(_heap, _data, _size)
#define min_heap_peek_inline(_heap) min_heap_peek(_heap)
#define min_heap_full_inline(_heap) min_heap_full(_heap)
#define min_heap_sift_down_inline(_heap, _pos, _func, _args)                                       \
	min_heap_sift_down(_heap, _pos, _func, _args)
#define min_heap_sift_up_inline(_heap, _idx, _func, _args)                                         \
	min_heap_sift_up(_heap, _idx, _func, _args)
#define min_heapify_all_inline(_heap, _func, _args) min_heapify_all(_heap, _func, _args)
#define min_heap_pop_inline(_heap, _func, _args) min_heap_pop(_heap, _func, _args)
#define min_heap_pop_push_inline(_heap, _element, _func, _args)                                    \
	min_heap_pop_push(_heap, _element, _func, _args)
#define min_heap_push_inline(_heap, _element, _func, _args)                                        \
	min_heap_push(_heap, _element, _func, _args)
#define min_heap_del_inline(_heap, _idx, _func, _args) min_heap_del(_heap, _idx, _func, _args)

#endif
