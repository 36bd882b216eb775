/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects: kmalloc, kmem_cache, kvmalloc. Kernel path: linux/slab.h, mm/slub.c,
 * mm/slab_common.c, mm/util.c.
 *
 * Allocation may sleep if and only if its flags allow blocking and returns NULL
 * on failure; a product that overflows fails silently. The result is aligned to
 * at least 8 bytes, for power-of-two sizes to the size. Objects lie in the
 * direct map. kfree() and kmem_cache_free() may be used in any context but NMI.
 */
#ifndef _UDM_LINUX_SLAB_H
#define _UDM_LINUX_SLAB_H

#include <linux/cache.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#define SLAB_CONSISTENCY_CHECKS ((__force slab_flags_t)0x00000100u)
#define SLAB_RED_ZONE ((__force slab_flags_t)0x00000400u)
#define SLAB_POISON ((__force slab_flags_t)0x00000800u)
#define SLAB_HWCACHE_ALIGN ((__force slab_flags_t)0x00002000u)
#define SLAB_CACHE_DMA ((__force slab_flags_t)0x00004000u)
#define SLAB_CACHE_DMA32 ((__force slab_flags_t)0x00008000u)
#define SLAB_STORE_USER ((__force slab_flags_t)0x00010000u)
#define SLAB_RECLAIM_ACCOUNT ((__force slab_flags_t)0x00020000u)
#define SLAB_TEMPORARY SLAB_RECLAIM_ACCOUNT
#define SLAB_PANIC ((__force slab_flags_t)0x00040000u)
#define SLAB_TYPESAFE_BY_RCU ((__force slab_flags_t)0x00080000u)
#define SLAB_NO_MERGE ((__force slab_flags_t)0x01000000u)
#define SLAB_FAILSLAB ((__force slab_flags_t)0x02000000u)
#define SLAB_ACCOUNT ((__force slab_flags_t)0x04000000u)
#define SLAB_NO_USER_FLAGS ((__force slab_flags_t)0x10000000u)

/* What kmalloc(0) returns: not NULL, not dereferenceable, may be freed. */
#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

#define KMALLOC_MIN_SIZE 8
#define KMALLOC_SHIFT_LOW 3
#define KMALLOC_SHIFT_HIGH (PAGE_SHIFT + 1)
#define KMALLOC_SHIFT_MAX (MAX_PAGE_ORDER + PAGE_SHIFT)
#define KMALLOC_MAX_SIZE (1UL << KMALLOC_SHIFT_MAX)
#define KMALLOC_MAX_CACHE_SIZE (1UL << KMALLOC_SHIFT_HIGH)
#define KMALLOC_MAX_ORDER (KMALLOC_SHIFT_MAX - PAGE_SHIFT)

struct kmem_cache;

struct kmem_cache_args {
	unsigned int align;
	unsigned int useroffset;
	unsigned int usersize;
	unsigned int freeptr_offset;
	bool use_freeptr_offset;
	void (*ctor)(void *object);
};

/*
 * A cache of objects of @size bytes. May sleep. NULL on failure (panic with
 * SLAB_PANIC). @ctor runs once per object of memory, not per allocation, and
 * forbids __GFP_ZERO. @name must stay valid as long as the cache. Both shapes
 * of the third argument exist: an alignment, or struct kmem_cache_args *.
 */
struct kmem_cache *__kmem_cache_create_args(const char *name, unsigned int object_size,
					    struct kmem_cache_args *args, slab_flags_t flags);
struct kmem_cache *udm_kmem_cache_create(const char *name, unsigned int size, unsigned int align,
					 slab_flags_t flags, void (*ctor)(void *object));
struct kmem_cache *udm_kmem_cache_create_args(const char *name, unsigned int size,
					      struct kmem_cache_args *args, slab_flags_t flags);
#define __udm_cache_create_pick(name, size, third, fourth, fifth, pick, ...) pick
#define __udm_cache_create_5(name, size, align, flags, ctor) \
	udm_kmem_cache_create(name, size, align, flags, ctor)
#define __udm_cache_create_4(name, size, args, flags) \
	udm_kmem_cache_create_args(name, size, args, flags)
#define kmem_cache_create(...) \
	__udm_cache_create_pick(__VA_ARGS__, __udm_cache_create_5, __udm_cache_create_4) \
	(__VA_ARGS__)
struct kmem_cache *kmem_cache_create_usercopy(const char *name, unsigned int size,
					      unsigned int align, slab_flags_t flags,
					      unsigned int useroffset, unsigned int usersize,
					      void (*ctor)(void *object));
#define KMEM_CACHE(type, flags)								\
	udm_kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type), flags, NULL)

/* May sleep. NULL is ignored. With live objects: a WARN, and the cache stays. */
void kmem_cache_destroy(struct kmem_cache *cache);
/* Gives unused memory of the cache back; 0 if nothing is left, else 1. May sleep. */
int kmem_cache_shrink(struct kmem_cache *cache);
unsigned int kmem_cache_size(struct kmem_cache *cache);
bool slab_is_available(void);

void *kmem_cache_alloc_noprof(struct kmem_cache *cache, gfp_t flags);
void *kmem_cache_alloc_node_noprof(struct kmem_cache *cache, gfp_t flags, int node);
/* All @nr objects (returns @nr) or none (returns 0). */
int kmem_cache_alloc_bulk_noprof(struct kmem_cache *cache, gfp_t flags, size_t nr, void **objects);
#define kmem_cache_alloc(...) alloc_hooks(kmem_cache_alloc_noprof(__VA_ARGS__))
#define kmem_cache_alloc_node(...) alloc_hooks(kmem_cache_alloc_node_noprof(__VA_ARGS__))
#define kmem_cache_alloc_bulk(...) alloc_hooks(kmem_cache_alloc_bulk_noprof(__VA_ARGS__))
#define kmem_cache_zalloc_noprof(cache, flags) kmem_cache_alloc_noprof(cache, (flags) | __GFP_ZERO)
#define kmem_cache_zalloc(cache, flags) kmem_cache_alloc(cache, (flags) | __GFP_ZERO)
void kmem_cache_free(struct kmem_cache *cache, void *object);
/* @cache NULL: objects of any cache, as kfree() takes them. */
void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **objects);

static inline void kfree_bulk(size_t nr, void **objects)
{
	kmem_cache_free_bulk(NULL, nr, objects);
}

/* Bucket of a size up to 192, by (size - 1) / 8. */
extern const unsigned char udm_kmalloc_small[24];

/* Buckets are 8 16 32 64 96 128 192 256 512 ... 8192; @size is 1 ... 8192. */
static __always_inline unsigned int udm_kmalloc_index(size_t size)
{
	if (!__builtin_constant_p(size))
		return size <= 192 ? udm_kmalloc_small[(size - 1) >> 3] :
				     63 - __builtin_clzl(size - 1);
	if (size > 64 && size <= 96)
		return 4;
	if (size > 128 && size <= 192)
		return 6;
	if (size <= 8)
		return 0;
	return 61 - __builtin_clzl(size - 1) + (size > 64) + (size > 128);
}

void *udm_kmalloc_bucket(unsigned int bucket, size_t size, gfp_t flags);
void *__kmalloc_noprof(size_t size, gfp_t flags);
void *kmalloc_node_noprof(size_t size, gfp_t flags, int node);

/* Size 0 gives ZERO_SIZE_PTR; above KMALLOC_MAX_SIZE NULL and a warning. */
static __always_inline void *kmalloc_noprof(size_t size, gfp_t flags)
{
	if (__builtin_constant_p(size) && size && size <= KMALLOC_MAX_CACHE_SIZE)
		return udm_kmalloc_bucket(udm_kmalloc_index(size), size, flags);
	return __kmalloc_noprof(size, flags);
}

#define __kmalloc_node_noprof(size, flags, node) kmalloc_node_noprof(size, flags, node)
#define kmalloc(...) alloc_hooks(kmalloc_noprof(__VA_ARGS__))
#define __kmalloc(...) kmalloc(__VA_ARGS__)
#define kmalloc_node(...) alloc_hooks(kmalloc_node_noprof(__VA_ARGS__))
#define __kmalloc_node(...) kmalloc_node(__VA_ARGS__)
/* Attributed to the place of the outermost macro, as all allocations are. */
void *kmalloc_node_track_caller_noprof(size_t size, gfp_t flags, int node);
#define kmalloc_node_track_caller(...) alloc_hooks(kmalloc_node_track_caller_noprof(__VA_ARGS__))
#define kmalloc_track_caller(size, flags) kmalloc_node_track_caller(size, flags, NUMA_NO_NODE)

static inline void *kzalloc_noprof(size_t size, gfp_t flags)
{
	return kmalloc_noprof(size, flags | __GFP_ZERO);
}

static inline void *kmalloc_array_node_noprof(size_t n, size_t size, gfp_t flags, int node)
{
	size_t bytes;

	return check_mul_overflow(n, size, &bytes) ? NULL : kmalloc_node_noprof(bytes, flags, node);
}

static inline void *kmalloc_array_noprof(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	return check_mul_overflow(n, size, &bytes) ? NULL : kmalloc_noprof(bytes, flags);
}

#define kzalloc(...) alloc_hooks(kzalloc_noprof(__VA_ARGS__))
#define kzalloc_node(size, flags, node) kmalloc_node(size, (flags) | __GFP_ZERO, node)
#define kmalloc_array(...) alloc_hooks(kmalloc_array_noprof(__VA_ARGS__))
#define kcalloc_noprof(n, size, flags) kmalloc_array_noprof(n, size, (flags) | __GFP_ZERO)
#define kcalloc(n, size, flags) kmalloc_array(n, size, (flags) | __GFP_ZERO)
#define kmalloc_array_node(...) alloc_hooks(kmalloc_array_node_noprof(__VA_ARGS__))
#define kcalloc_node(n, size, flags, node) kmalloc_array_node(n, size, (flags) | __GFP_ZERO, node)

/*
 * NULL or ZERO_SIZE_PTR allocate, size 0 frees and returns ZERO_SIZE_PTR. On
 * failure NULL, and @p stays valid. Contents survive up to the smaller size.
 */
void *krealloc_noprof(const void *p, size_t size, gfp_t flags) __must_check;
#define krealloc(...) alloc_hooks(krealloc_noprof(__VA_ARGS__))

static inline void * __must_check krealloc_array_noprof(void *p, size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	return check_mul_overflow(n, size, &bytes) ? NULL : krealloc_noprof(p, bytes, flags);
}

#define krealloc_array(...) alloc_hooks(krealloc_array_noprof(__VA_ARGS__))

/* NULL and ZERO_SIZE_PTR are ignored; anything else must be the start of an object. */
void kfree(const void *object);
void kfree_sensitive(const void *object);
/* Usable bytes: the bucket's size; 0 for NULL and ZERO_SIZE_PTR. */
size_t ksize(const void *object);
/* The size an allocation of @size bytes can really use. */
size_t kmalloc_size_roundup(size_t size);

/*
 * kmalloc() if that works without much effort, else, above one page, vmalloc().
 * The result may be a vmalloc address. Above INT_MAX: NULL and a warning.
 */
void *kvmalloc_node_noprof(size_t size, gfp_t flags, int node);
#define kvmalloc_node(...) alloc_hooks(kvmalloc_node_noprof(__VA_ARGS__))
#define kvmalloc_noprof(size, flags) kvmalloc_node_noprof(size, flags, NUMA_NO_NODE)
#define kvmalloc(size, flags) kvmalloc_node(size, flags, NUMA_NO_NODE)
#define kvzalloc(size, flags) kvmalloc(size, (flags) | __GFP_ZERO)
#define kvzalloc_node(size, flags, node) kvmalloc_node(size, (flags) | __GFP_ZERO, node)

static inline void *kvmalloc_array_node_noprof(size_t n, size_t size, gfp_t flags, int node)
{
	size_t bytes;

	if (check_mul_overflow(n, size, &bytes))
		return NULL;
	return kvmalloc_node_noprof(bytes, flags, node);
}

#define kvmalloc_array_noprof(n, size, flags) \
	kvmalloc_array_node_noprof(n, size, flags, NUMA_NO_NODE)
#define kvcalloc_node_noprof(n, size, flags, node) \
	kvmalloc_array_node_noprof(n, size, (flags) | __GFP_ZERO, node)
#define kvcalloc_noprof(n, size, flags) kvcalloc_node_noprof(n, size, flags, NUMA_NO_NODE)
#define kvmalloc_array(...) alloc_hooks(kvmalloc_array_noprof(__VA_ARGS__))
#define kvcalloc(...) alloc_hooks(kvcalloc_noprof(__VA_ARGS__))
#define kvcalloc_node(...) alloc_hooks(kvcalloc_node_noprof(__VA_ARGS__))

void *kvrealloc_noprof(const void *p, size_t size, gfp_t flags) __must_check;
#define kvrealloc(...) alloc_hooks(kvrealloc_noprof(__VA_ARGS__))

/* Chooses by address: kfree()'s or vfree()'s rules. NULL is ignored; not from NMI. */
void kvfree(const void *addr);
void kvfree_sensitive(const void *addr, size_t len);

DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))
DEFINE_FREE(kvfree, void *, if (!IS_ERR_OR_NULL(_T)) kvfree(_T))

/*
 * Typed allocation. V is a type or an expression of the wanted type (not
 * evaluated); the value is a pointer to that type; the optional last argument is
 * the gfp, GFP_KERNEL without it. Sizes saturate, so overflow gives NULL.
 */
#define __udm_alloc_objs(alloc, V, n, gfp) \
	((typeof(V) *)alloc(size_mul(sizeof(typeof(V)), (n)), gfp))
#define __udm_alloc_flex(alloc, V, fam, n, gfp)						\
({											\
	const size_t __udm_n = (n);							\
	typeof(V) *__udm_flex = alloc(struct_size_t(typeof(V), fam, __udm_n), gfp);	\
	if (__udm_flex)									\
		__udm_set_counter(__udm_flex->fam, __udm_n);				\
	__udm_flex;									\
})

/* Stores @n into the member that __counted_by() names, where the compiler can tell. */
#if defined(__has_builtin)
#if __has_builtin(__builtin_counted_by_ref)
#define __udm_set_counter(fam, n)							\
({											\
	*_Generic(__builtin_counted_by_ref(fam),					\
		  void *: &(size_t){ 0 },						\
		  default: __builtin_counted_by_ref(fam)) = (n);			\
})
#endif
#endif
#ifndef __udm_set_counter
#define __udm_set_counter(fam, n) ((void)(n))
#endif

#define kmalloc_obj(V, ...) __udm_alloc_objs(kmalloc, V, 1, default_gfp(__VA_ARGS__))
#define kmalloc_objs(V, n, ...) __udm_alloc_objs(kmalloc, V, n, default_gfp(__VA_ARGS__))
#define kmalloc_flex(V, fam, n, ...) __udm_alloc_flex(kmalloc, V, fam, n, default_gfp(__VA_ARGS__))
#define kzalloc_obj(V, ...) __udm_alloc_objs(kzalloc, V, 1, default_gfp(__VA_ARGS__))
#define kzalloc_objs(V, n, ...) __udm_alloc_objs(kzalloc, V, n, default_gfp(__VA_ARGS__))
#define kzalloc_flex(V, fam, n, ...) __udm_alloc_flex(kzalloc, V, fam, n, default_gfp(__VA_ARGS__))
#define kvmalloc_obj(V, ...) __udm_alloc_objs(kvmalloc, V, 1, default_gfp(__VA_ARGS__))
#define kvmalloc_objs(V, n, ...) __udm_alloc_objs(kvmalloc, V, n, default_gfp(__VA_ARGS__))
#define kvmalloc_flex(V, fam, n, ...) \
	__udm_alloc_flex(kvmalloc, V, fam, n, default_gfp(__VA_ARGS__))
#define kvzalloc_obj(V, ...) __udm_alloc_objs(kvzalloc, V, 1, default_gfp(__VA_ARGS__))
#define kvzalloc_objs(V, n, ...) __udm_alloc_objs(kvzalloc, V, n, default_gfp(__VA_ARGS__))
#define kvzalloc_flex(V, fam, n, ...) \
	__udm_alloc_flex(kvzalloc, V, fam, n, default_gfp(__VA_ARGS__))

#endif
