// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plain backend, for builds with sanitizers.
 *
 * Spans come straight from the zone's range map. Objects come from slabs, page
 * blocks cut into slots of one shape; a slot is the object between two red
 * zones, and everything that is not a live object is poisoned. A freed object
 * waits in its class's queue until QUARANTINE_BYTES of others were freed after it
 * or memory runs short, so that late accesses hit poison. A slab whose objects
 * are all in the queue goes back to the page allocator when memory runs short.
 *
 * One lock per zone covers its classes; the records are in libc's heap.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include <linux/hash.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "slab.h"

#define RED_ZONE 16
#define SLAB_MIN_OBJECTS 8
#define SLAB_MAX_ORDER 3
#define QUARANTINE_BYTES SZ_256K

struct object_queue {
	void **ring;
	unsigned int head;
	unsigned int count;
	unsigned int size;
};

struct object_class {
	struct object_class *next;
	struct object_shape shape;
	unsigned int order;		/* of a slab */
	char *carve;			/* next slot never used, and the end of its slab */
	char *carve_end;
	struct object_queue freed;	/* oldest first */
};

struct zone_objects {
	struct mem_lock lock;
	struct object_class *classes;
};

#ifdef MEM_ASAN
/* Marks live in a shadow of the address space; pages of it that are gone read as "no mark". */
void mem_unpoison_range(void *addr, size_t size)
{
	unsigned long begin, end;
	size_t scale, offset;

	__asan_get_shadow_mapping(&scale, &offset);
	begin = PAGE_ALIGN(((unsigned long)addr >> scale) + offset);
	end = PAGE_ALIGN_DOWN((((unsigned long)addr + size) >> scale) + offset);
	if (begin >= end) {
		mem_unpoison(addr, size);
		return;
	}
	mem_unpoison(addr, ((begin - offset) << scale) - (unsigned long)addr);
	BUG_ON(madvise((void *)begin, end - begin, MADV_DONTNEED));
	end = (end - offset) << scale;
	mem_unpoison((void *)end, (unsigned long)addr + size - end);
}
#endif

void *backend_span_alloc(struct zone *zone, size_t bytes, size_t align)
{
	return zone_range_alloc(zone, bytes >> PAGE_SHIFT, align >> PAGE_SHIFT);
}

void backend_span_free(struct zone *zone, void *addr, size_t bytes)
{
	zone_range_free(zone, addr, bytes >> PAGE_SHIFT);
}

/* The object starts one alignment behind the slot, so both are aligned. */
void backend_shape(struct object_shape *shape)
{
	shape->front = max_t(size_t, RED_ZONE, shape->align);
	shape->rear = RED_ZONE;
	shape->slot = round_up(shape->front + shape->size + shape->rear, shape->align);
}

static unsigned int slab_order(const struct object_shape *shape)
{
	unsigned int order = get_order(shape->slot);

	while (order < SLAB_MAX_ORDER && (PAGE_SIZE << order) / shape->slot < SLAB_MIN_OBJECTS)
		order++;
	return order;
}

static struct zone_objects *zone_objects_create(struct zone *zone)
{
	struct zone_objects *objects = calloc(1, sizeof(*objects));

	mem_lock(&zone->lock);
	if (!zone->backend)
		__atomic_store_n(&zone->backend, objects, __ATOMIC_RELEASE);
	else
		free(objects);
	mem_unlock(&zone->lock);
	return zone->backend;
}

static struct zone_objects *zone_objects_get(struct zone *zone)
{
	struct zone_objects *objects = __atomic_load_n(&zone->backend, __ATOMIC_ACQUIRE);

	return likely(objects) ? objects : zone_objects_create(zone);
}

/* --- Under the zone's lock ------------------------------------------------------------ */

static struct object_class *class_get(struct zone_objects *objects,
				      const struct object_shape *shape)
{
	struct object_class *class;

	for (class = objects->classes; class; class = class->next)
		if (class->shape.slot == shape->slot && class->shape.align == shape->align)
			return class;
	class = calloc(1, sizeof(*class));
	if (!class)
		return NULL;
	class->shape = *shape;
	class->order = slab_order(shape);
	class->next = objects->classes;
	objects->classes = class;
	return class;
}

static bool queue_push(struct object_queue *queue, void *object)
{
	unsigned int size = max(64u, 2 * queue->size);
	void **ring;
	unsigned int i;

	if (queue->count == queue->size) {
		ring = malloc(size * sizeof(*ring));
		if (!ring)
			return false;
		for (i = 0; i < queue->count; i++)
			ring[i] = queue->ring[(queue->head + i) % queue->size];
		free(queue->ring);
		queue->ring = ring;
		queue->head = 0;
		queue->size = size;
	}
	queue->ring[(queue->head + queue->count++) % queue->size] = object;
	return true;
}

static void *queue_pop(struct object_queue *queue)
{
	void *object;

	if (!queue->count)
		return NULL;
	object = queue->ring[queue->head];
	queue->head = (queue->head + 1) % queue->size;
	queue->count--;
	return object;
}

static bool class_new_slab(struct zone *zone, struct object_class *class)
{
	size_t bytes = PAGE_SIZE << class->order;
	struct page *page = zone_block_take(zone, class->order);

	if (!page)
		return false;
	class->carve = page_address(page);
	class->carve_end = class->carve + bytes;
	mem_poison(class->carve, bytes);
	return true;
}

static void *carve_object(struct object_class *class)
{
	char *slot = class->carve;

	if (!slot || slot + class->shape.slot > class->carve_end)
		return NULL;
	class->carve += class->shape.slot;
	return slot + class->shape.front;
}

static void *class_take(struct zone *zone, struct object_class *class)
{
	void *object = NULL;

	if (class->freed.count * class->shape.size > QUARANTINE_BYTES)
		return queue_pop(&class->freed);
	object = carve_object(class);
	if (!object && class_new_slab(zone, class))
		object = carve_object(class);
	return object ? object : queue_pop(&class->freed);
}

/* --- Interface --------------------------------------------------------------------------- */

unsigned int backend_objects_alloc(struct zone *zone, const struct object_shape *shape,
				   void **objects, unsigned int nr)
{
	struct zone_objects *all = zone_objects_get(zone);
	struct object_class *class;
	unsigned int got = 0;

	if (!all)
		return 0;
	mem_lock(&all->lock);
	class = class_get(all, shape);
	while (class && got < nr && (objects[got] = class_take(zone, class)))
		got++;
	mem_unlock(&all->lock);
	return got;
}

/* An object that cannot be queued for want of libc memory is never used again. */
void backend_objects_free(struct zone *zone, const struct object_shape *shape,
			  void **objects, unsigned int nr)
{
	struct zone_objects *all = zone_objects_get(zone);
	struct object_class *class;

	mem_lock(&all->lock);
	class = class_get(all, shape);
	while (class && nr--) {
		mem_poison(objects[nr], class->shape.size);
		queue_push(&class->freed, objects[nr]);
	}
	mem_unlock(&all->lock);
}

/* --- Giving slabs back ---------------------------------------------------------------------- */

static char *slab_of(const struct object_class *class, const void *object)
{
	return (char *)ALIGN_DOWN((unsigned long)object, PAGE_SIZE << class->order);
}

static int compare_addresses(const void *left, const void *right)
{
	const char *a = *(char * const *)left, *b = *(char * const *)right;

	return a < b ? -1 : a > b;
}

static unsigned int slab_objects(const struct object_class *class)
{
	return (PAGE_SIZE << class->order) / class->shape.slot;
}

static void slab_give(struct zone *zone, char *slab, unsigned int order)
{
	slab_block_forget(virt_to_page(slab), order);
	zone_block_give(zone, virt_to_page(slab), order);
}

static void queue_push_all(struct object_queue *queue, void **objects, unsigned int nr)
{
	while (nr--)
		queue_push(queue, *objects++);
}

/*
 * Sorted by address, the objects of a slab are neighbours: a run as long as a
 * slab holds means that the slab is free. Survivors keep the order of addresses.
 */
static void class_trim(struct zone *zone, struct object_class *class)
{
	struct object_queue old = class->freed;
	unsigned int nr = old.count, i = 0, run;
	void **sorted = malloc(max(nr, 1u) * sizeof(*sorted));

	if (!sorted)
		return;
	for (i = 0; i < nr; i++)
		sorted[i] = queue_pop(&class->freed);
	qsort(sorted, nr, sizeof(*sorted), compare_addresses);
	for (i = 0; i < nr; i += run) {
		char *slab = slab_of(class, sorted[i]);

		for (run = 1; i + run < nr && slab_of(class, sorted[i + run]) == slab; run++)
			;
		if (run == slab_objects(class) &&
		    !(class->carve && slab_of(class, class->carve - 1) == slab))
			slab_give(zone, slab, class->order);
		else
			queue_push_all(&class->freed, sorted + i, run);
	}
	free(sorted);
}

void backend_trim(struct zone *zone)
{
	struct zone_objects *all = zone->backend;
	struct object_class *class;

	if (!all)
		return;
	mem_lock(&all->lock);
	for (class = all->classes; class; class = class->next)
		class_trim(zone, class);
	mem_unlock(&all->lock);
}

void backend_zone_exit(struct zone *zone)
{
	struct zone_objects *all = zone->backend;
	struct object_class *class;

	while (all && (class = all->classes)) {
		all->classes = class->next;
		free(class->freed.ring);
		free(class);
	}
	free(all);
	zone->backend = NULL;
}
