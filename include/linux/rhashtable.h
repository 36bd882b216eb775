/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hash tables that grow and shrink, with look-ups under RCU.
 *
 * Look-ups need rcu_read_lock() and no lock; changes take the table's lock with BH off,
 * so everything but init, destroy and resizing, which a work item does, may be called in
 * process and softirq context. An object must not be freed before a grace period after
 * its removal. The params of each call are those of rhashtable_init(). Chains end with
 * NULL here. Kernel path: linux/rhashtable.h, lib/rhashtable.c.
 */
#ifndef _UDM_LINUX_RHASHTABLE_H
#define _UDM_LINUX_RHASHTABLE_H

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/jhash.h>
#include <linux/list.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <linux/string.h>
#include <linux/workqueue.h>

struct bucket_table {
	unsigned int size;
	u32 hash_rnd;
	struct rcu_head rcu;
	struct rhash_head __rcu *buckets[];
};

#define RHASH_ELASTICITY 16u
#define rht_is_a_nulls(ptr) ((ptr) == NULL)

static inline void *rht_obj(const struct rhashtable *ht, const struct rhash_head *he)
{
	return (char *)he - ht->p.head_offset;
}

static inline unsigned int rht_bucket_index(const struct bucket_table *tbl, unsigned int hash)
{
	return hash & (tbl->size - 1);
}

/* The bucket of a key, and of an object. */
unsigned int udm_rht_key_hash(struct rhashtable *ht, const struct bucket_table *tbl,
			      const void *key);
unsigned int udm_rht_head_hash(struct rhashtable *ht, const struct bucket_table *tbl,
			       const struct rhash_head *he);
#define rht_key_hashfn(ht, tbl, key, params) udm_rht_key_hash((ht), (tbl), (key))
#define rht_head_hashfn(ht, tbl, he, params) udm_rht_head_hash((ht), (tbl), (he))

static inline bool rht_grow_above_75(const struct rhashtable *ht, const struct bucket_table *tbl)
{
	return (u32)atomic_read(&ht->nelems) > tbl->size / 4 * 3 &&
	       (!ht->p.max_size || tbl->size < ht->p.max_size);
}

static inline bool rht_shrink_below_30(const struct rhashtable *ht, const struct bucket_table *tbl)
{
	return (u32)atomic_read(&ht->nelems) < tbl->size * 3ull / 10 && tbl->size > ht->p.min_size;
}

static inline bool rht_grow_above_100(const struct rhashtable *ht, const struct bucket_table *tbl)
{
	return (u32)atomic_read(&ht->nelems) > tbl->size &&
	       (!ht->p.max_size || tbl->size < ht->p.max_size);
}

static inline bool rht_grow_above_max(const struct rhashtable *ht,
				      const struct bucket_table *tbl __always_unused)
{
	return (u32)atomic_read(&ht->nelems) >= ht->max_elems;
}

/* What stands in for obj_cmpfn: the bytes of the key. */
static inline int rhashtable_compare(struct rhashtable_compare_arg *arg, const void *obj)
{
	return memcmp((const char *)obj + arg->ht->p.key_offset, arg->key, arg->ht->p.key_len);
}

#define rht_dereference(p, ht) rcu_dereference_protected(p, 1)
#define rht_dereference_rcu(p, ht) rcu_dereference_raw(p)
#define rht_dereference_bucket(p, tbl, hash) rcu_dereference_protected(p, 1)
#define rht_dereference_bucket_rcu(p, tbl, hash) rcu_dereference_raw(p)
#define rht_entry(tpos, pos, member)                                                               \
	({                                                                                         \
		tpos = container_of(pos, typeof(*tpos), member);                                   \
		1;                                                                                 \
	})

#define rht_for_each_rcu(pos, tbl, hash)                                                           \
	for (pos = rcu_dereference_raw((tbl)->buckets[hash]); pos;                                 \
	     pos = rcu_dereference_raw(pos->next))
#define rht_for_each(pos, tbl, hash) rht_for_each_rcu(pos, tbl, hash)
#define rht_for_each_entry_rcu_from(tpos, pos, head, tbl, hash, member)                            \
	for (pos = (head); pos && rht_entry(tpos, pos, member);                                    \
	     pos = rcu_dereference_raw(pos->next))
#define rht_for_each_entry_rcu(tpos, pos, tbl, hash, member)                                       \
	rht_for_each_entry_rcu_from(tpos, pos, rcu_dereference_raw((tbl)->buckets[hash]), tbl,     \
				    hash, member)
#define rht_for_each_entry(tpos, pos, tbl, hash, member)                                           \
	rht_for_each_entry_rcu(tpos, pos, tbl, hash, member)
#define rht_for_each_entry_safe(tpos, pos, next_pos, tbl, hash, member)                            \
	for (pos = (tbl)->buckets[hash];                                                           \
	     pos && (next_pos = pos->next, rht_entry(tpos, pos, member)); pos = next_pos)
#define rhl_for_each_rcu(pos, list)                                                                \
	for (pos = (list); pos; pos = rcu_dereference_raw(pos->next))
#define rhl_for_each_entry_rcu(tpos, pos, list, member)                                            \
	for (pos = (list); pos && rht_entry(tpos, pos, member);                                    \
	     pos = rcu_dereference_raw(pos->next))

/* @cmp NULL: by the bytes of the key. */
struct rhash_head *udm_rht_lookup(struct rhashtable *ht, const void *key, rht_obj_cmpfn_t cmp);
/*
 * @key NULL: whatever is there already. NULL when it was inserted; the object with the key
 * if there is one, unless the table collects those; ERR_PTR(-E2BIG) when it is full.
 */
void *udm_rht_insert(struct rhashtable *ht, const void *key, struct rhash_head *obj,
		     rht_obj_cmpfn_t cmp);
int udm_rht_remove(struct rhashtable *ht, struct rhash_head *obj, rht_obj_cmpfn_t cmp);
int udm_rht_replace(struct rhashtable *ht, struct rhash_head *obj_old, struct rhash_head *obj_new);

static inline const void *__rht_key_of(const struct rhashtable *ht, const struct rhash_head *he)
{
	return (const char *)rht_obj(ht, he) + ht->p.key_offset;
}

/* The object with the key, or NULL. RCU read section. */
static inline void *rhashtable_lookup(struct rhashtable *ht, const void *key,
				      const struct rhashtable_params params)
{
	struct rhash_head *he = udm_rht_lookup(ht, key, params.obj_cmpfn);

	return he ? rht_obj(ht, he) : NULL;
}

/* For callers that know otherwise that the object stays. */
static inline void *rhashtable_lookup_fast(struct rhashtable *ht, const void *key,
					   const struct rhashtable_params params)
{
	void *obj;

	rcu_read_lock();
	obj = rhashtable_lookup(ht, key, params);
	rcu_read_unlock();
	return obj;
}

/* The newest of those with the key. RCU read section. */
static inline struct rhlist_head *rhltable_lookup(struct rhltable *hlt, const void *key,
						  const struct rhashtable_params params)
{
	struct rhash_head *he = udm_rht_lookup(&hlt->ht, key, params.obj_cmpfn);

	return he ? container_of(he, struct rhlist_head, rhead) : NULL;
}

/* 0 or -errno; objects with the same key are not looked for. */
static inline int rhashtable_insert_fast(struct rhashtable *ht, struct rhash_head *obj,
					 const struct rhashtable_params params)
{
	return PTR_ERR_OR_ZERO(udm_rht_insert(ht, NULL, obj, params.obj_cmpfn));
}

static inline int rhltable_insert_key(struct rhltable *hlt, const void *key,
				      struct rhlist_head *list,
				      const struct rhashtable_params params)
{
	return PTR_ERR_OR_ZERO(udm_rht_insert(&hlt->ht, key, &list->rhead, params.obj_cmpfn));
}

static inline int rhltable_insert(struct rhltable *hlt, struct rhlist_head *list,
				  const struct rhashtable_params params)
{
	return rhltable_insert_key(hlt, __rht_key_of(&hlt->ht, &list->rhead), list, params);
}

/* As the next ones: the object that was there, NULL if this one was inserted, ERR_PTR. */
static inline void *rhashtable_lookup_get_insert_key(struct rhashtable *ht, const void *key,
						     struct rhash_head *obj,
						     const struct rhashtable_params params)
{
	BUG_ON(!ht->p.obj_hashfn || !key);
	return udm_rht_insert(ht, key, obj, params.obj_cmpfn);
}

static inline void *rhashtable_lookup_get_insert_fast(struct rhashtable *ht,
						      struct rhash_head *obj,
						      const struct rhashtable_params params)
{
	BUG_ON(ht->p.obj_hashfn);
	return udm_rht_insert(ht, __rht_key_of(ht, obj), obj, params.obj_cmpfn);
}

/* 0, -EEXIST or another error. */
static inline int rhashtable_lookup_insert_key(struct rhashtable *ht, const void *key,
					       struct rhash_head *obj,
					       const struct rhashtable_params params)
{
	void *other = rhashtable_lookup_get_insert_key(ht, key, obj, params);

	return IS_ERR(other) ? PTR_ERR(other) : other ? -EEXIST : 0;
}

static inline int rhashtable_lookup_insert_fast(struct rhashtable *ht, struct rhash_head *obj,
						const struct rhashtable_params params)
{
	void *other = rhashtable_lookup_get_insert_fast(ht, obj, params);

	return IS_ERR(other) ? PTR_ERR(other) : other ? -EEXIST : 0;
}

/* 0 or -ENOENT. */
static inline int rhashtable_remove_fast(struct rhashtable *ht, struct rhash_head *obj,
					 const struct rhashtable_params params)
{
	return udm_rht_remove(ht, obj, params.obj_cmpfn);
}

static inline int rhltable_remove(struct rhltable *hlt, struct rhlist_head *list,
				  const struct rhashtable_params params)
{
	return udm_rht_remove(&hlt->ht, &list->rhead, params.obj_cmpfn);
}

/* 0, -ENOENT, or -EINVAL if the two do not belong in one bucket. */
static inline int rhashtable_replace_fast(struct rhashtable *ht, struct rhash_head *obj_old,
					  struct rhash_head *obj_new,
					  const struct rhashtable_params params __always_unused)
{
	return udm_rht_replace(ht, obj_old, obj_new);
}

/*
 * A walk over everything: enter, then start ... next ... stop any number of times (next
 * runs in an RCU read section, between stop and start may be slept), exit. Objects that
 * come or go meanwhile may be missed or come twice. After a resize start_check and next
 * say -EAGAIN, and the walk begins anew.
 */
void rhashtable_walk_enter(struct rhashtable *ht, struct rhashtable_iter *iter);
void rhashtable_walk_exit(struct rhashtable_iter *iter);
int rhashtable_walk_start_check(struct rhashtable_iter *iter);
void *rhashtable_walk_next(struct rhashtable_iter *iter);
/* The object at hand again; at the beginning the first one, which is at hand then. */
void *rhashtable_walk_peek(struct rhashtable_iter *iter);
void rhashtable_walk_stop(struct rhashtable_iter *iter);

static inline void rhashtable_walk_start(struct rhashtable_iter *iter)
{
	(void)rhashtable_walk_start_check(iter);
}

static inline void rhltable_walk_enter(struct rhltable *hlt, struct rhashtable_iter *iter)
{
	rhashtable_walk_enter(&hlt->ht, iter);
}

/* Nobody else uses the table any more. @free_fn may be NULL. May sleep. */
void rhashtable_free_and_destroy(struct rhashtable *ht, void (*free_fn)(void *ptr, void *arg),
				 void *arg);
void rhashtable_destroy(struct rhashtable *ht);

static inline void rhltable_free_and_destroy(struct rhltable *hlt,
					     void (*free_fn)(void *ptr, void *arg), void *arg)
{
	rhashtable_free_and_destroy(&hlt->ht, free_fn, arg);
}

static inline void rhltable_destroy(struct rhltable *hlt)
{
	rhltable_free_and_destroy(hlt, NULL, NULL);
}

#endif
