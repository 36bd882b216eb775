/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hash tables of fixed size: arrays of hlist heads.
 *
 * Kernel path: linux/hashtable.h. A table is an array, never a pointer; its size
 * (a power of two) is taken from its type.
 */
#ifndef _UDM_LINUX_HASHTABLE_H
#define _UDM_LINUX_HASHTABLE_H

#include <linux/array_size.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/rculist.h>
#include <linux/types.h>

#define DEFINE_HASHTABLE(name, bits)                                                               \
	struct hlist_head name[1 << (bits)] = { [0 ...((1 << (bits)) - 1)] = HLIST_HEAD_INIT }
#define DEFINE_READ_MOSTLY_HASHTABLE(name, bits) DEFINE_HASHTABLE(name, bits)
#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]

#define HASH_SIZE(name) (ARRAY_SIZE(name))
#define HASH_BITS(name) ilog2(HASH_SIZE(name))
#define hash_min(val, bits) (sizeof(val) <= 4 ? hash_32(val, bits) : hash_long(val, bits))
#define __hash_bucket(table, key) (&(table)[hash_min(key, HASH_BITS(table))])

static inline void __hash_init(struct hlist_head *ht, unsigned int sz)
{
	while (sz--)
		INIT_HLIST_HEAD(&ht[sz]);
}

static inline bool __hash_empty(struct hlist_head *ht, unsigned int sz)
{
	while (sz--)
		if (!hlist_empty(&ht[sz]))
			return false;
	return true;
}

static inline bool hash_hashed(struct hlist_node *node)
{
	return !hlist_unhashed(node);
}

static inline void hash_del(struct hlist_node *node)
{
	hlist_del_init(node);
}

static inline void hash_del_rcu(struct hlist_node *node)
{
	hlist_del_init_rcu(node);
}

#define hash_init(table) __hash_init(table, HASH_SIZE(table))
#define hash_empty(table) __hash_empty(table, HASH_SIZE(table))
#define hash_add(table, node, key) hlist_add_head(node, __hash_bucket(table, key))
#define hash_add_rcu(table, node, key) hlist_add_head_rcu(node, __hash_bucket(table, key))

/* obj is NULL between buckets, so that break leaves both loops. */
#define __hash_each_bucket(name, bkt, obj)                                                         \
	for ((bkt) = 0, obj = NULL; obj == NULL && (bkt) < HASH_SIZE(name); (bkt)++)
#define hash_for_each(name, bkt, obj, member)                                                      \
	__hash_each_bucket(name, bkt, obj) hlist_for_each_entry(obj, &(name)[bkt], member)
#define hash_for_each_rcu(name, bkt, obj, member)                                                  \
	__hash_each_bucket(name, bkt, obj) hlist_for_each_entry_rcu(obj, &(name)[bkt], member)
#define hash_for_each_safe(name, bkt, tmp, obj, member)                                            \
	__hash_each_bucket(name, bkt, obj) hlist_for_each_entry_safe(obj, tmp, &(name)[bkt], member)
#define hash_for_each_possible(name, obj, member, key)                                             \
	hlist_for_each_entry(obj, __hash_bucket(name, key), member)
#define hash_for_each_possible_rcu(name, obj, member, key)                                         \
	hlist_for_each_entry_rcu(obj, __hash_bucket(name, key), member)
#define hash_for_each_possible_safe(name, obj, tmp, member, key)                                   \
	hlist_for_each_entry_safe(obj, tmp, __hash_bucket(name, key), member)

#endif
