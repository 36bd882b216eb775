/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of resizable hash tables that structures hold. Kernel path: the same. */
#ifndef _UDM_LINUX_RHASHTABLE_TYPES_H
#define _UDM_LINUX_RHASHTABLE_TYPES_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/mutex.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>
#include <linux/workqueue_types.h>

struct rhash_head {
	struct rhash_head __rcu *next;
};

/* Objects with the same key hang on the newest of them. */
struct rhlist_head {
	struct rhash_head rhead;
	struct rhlist_head __rcu *next;
};

struct bucket_table;

struct rhashtable_compare_arg {
	struct rhashtable *ht;
	const void *key;
};

typedef u32 (*rht_hashfn_t)(const void *data, u32 len, u32 seed);
typedef u32 (*rht_obj_hashfn_t)(const void *data, u32 len, u32 seed);
/* 0: the object has the key. */
typedef int (*rht_obj_cmpfn_t)(struct rhashtable_compare_arg *arg, const void *obj);

/*
 * A table: objects with a key of key_len bytes at key_offset, or with functions that find
 * it. Sizes are buckets, powers of two; 0 stands for the default. Without hashfn it is
 * jhash. With automatic_shrinking the table gets smaller again.
 */
struct rhashtable_params {
	u16 nelem_hint;
	u16 key_len;
	u16 key_offset;
	u16 head_offset;
	unsigned int max_size;
	u16 min_size;
	bool automatic_shrinking;
	rht_hashfn_t hashfn;
	rht_obj_hashfn_t obj_hashfn;
	rht_obj_cmpfn_t obj_cmpfn;
};

struct rhashtable {
	struct bucket_table __rcu *tbl;
	unsigned int key_len;		/* in words of hashfn */
	unsigned int max_elems;
	struct rhashtable_params p;
	bool rhlist;
	struct work_struct run_work;	/* resizes */
	struct mutex mutex;		/* one resize at a time */
	spinlock_t lock;		/* changes of buckets */
	atomic_t nelems;
	unsigned int resizes;		/* odd while entries move */
};

struct rhltable {
	struct rhashtable ht;
};

/* Where a walk stands: behind p, or before bucket `slot` if that is NULL. */
struct rhashtable_iter {
	struct rhashtable *ht;
	struct rhash_head *p;
	struct rhlist_head *list;
	unsigned int resizes;		/* of the table when it last looked */
	unsigned int slot;
	unsigned int skip;
	bool end_of_table;
};

/* Process context. 0 or -EINVAL for parameters without a key or a way to compare. */
int rhashtable_init(struct rhashtable *ht, const struct rhashtable_params *params);
int rhltable_init(struct rhltable *hlt, const struct rhashtable_params *params);
#define rhashtable_init_noprof(ht, params) rhashtable_init(ht, params)
#define rhltable_init_noprof(hlt, params) rhltable_init(hlt, params)

#endif
