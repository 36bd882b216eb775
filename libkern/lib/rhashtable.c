// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash tables that grow and shrink.
 *
 * One lock per table excludes changes. A resize makes a table of the new size and moves
 * every entry under that lock, with the table's `resizes` odd meanwhile. Since an entry
 * has one link only, a look-up beside it may be led from one chain to another and miss
 * what is there: finding something is always right, and finding nothing counts only if
 * no entry moved since it began. Every link is stored with release, also those that lead
 * on past a removed or moved entry: what a look-up meets is initialised, whoever linked it.
 */
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#define DEFAULT_SIZE 64U
#define MIN_SIZE 4U

static struct bucket_table *make_table(unsigned int size, gfp_t gfp)
{
	struct bucket_table *tbl = kvzalloc(struct_size(tbl, buckets, size), gfp);

	if (tbl) {
		tbl->size = size;
		tbl->hash_rnd = get_random_u32();
	}
	return tbl;
}

static void free_table(struct rcu_head *head)
{
	kvfree(container_of(head, struct bucket_table, rcu));
}

/* The table, for those who hold the lock or let nobody else in. */
static struct bucket_table *table_of(struct rhashtable *ht)
{
	return rcu_dereference_protected(ht->tbl, true);
}

unsigned int udm_rht_key_hash(struct rhashtable *ht, const struct bucket_table *tbl,
			      const void *key)
{
	return rht_bucket_index(tbl, ht->p.hashfn(key, ht->key_len, tbl->hash_rnd));
}
EXPORT_SYMBOL_GPL(udm_rht_key_hash);

unsigned int udm_rht_head_hash(struct rhashtable *ht, const struct bucket_table *tbl,
			       const struct rhash_head *he)
{
	u32 len = ht->p.key_len ? ht->p.key_len : ht->key_len;

	if (ht->p.obj_hashfn)
		return rht_bucket_index(tbl, ht->p.obj_hashfn(rht_obj(ht, he), len, tbl->hash_rnd));
	return udm_rht_key_hash(ht, tbl, __rht_key_of(ht, he));
}
EXPORT_SYMBOL_GPL(udm_rht_head_hash);

static bool has_key(struct rhashtable *ht, const struct rhash_head *he, const void *key,
		    rht_obj_cmpfn_t cmp)
{
	struct rhashtable_compare_arg arg = { ht, key };

	return !(cmp ? cmp : rhashtable_compare)(&arg, rht_obj(ht, he));
}

struct rhash_head *udm_rht_lookup(struct rhashtable *ht, const void *key, rht_obj_cmpfn_t cmp)
{
	unsigned int before;

	do {
		struct bucket_table *tbl;
		struct rhash_head *he;

		before = smp_load_acquire(&ht->resizes);
		tbl = rcu_dereference_raw(ht->tbl);
		rht_for_each_rcu(he, tbl, udm_rht_key_hash(ht, tbl, key))
			if (has_key(ht, he, key, cmp))
				return he;
		/* The links were read before this looks again. */
		smp_rmb();
		cpu_relax();
	} while ((before & 1) || READ_ONCE(ht->resizes) != before);
	return NULL;
}
EXPORT_SYMBOL_GPL(udm_rht_lookup);

static struct rhlist_head *list_of(struct rhash_head *he)
{
	return container_of(he, struct rhlist_head, rhead);
}

static void *insert_locked(struct rhashtable *ht, const void *key, struct rhash_head *obj,
			   rht_obj_cmpfn_t cmp)
{
	struct bucket_table *tbl = table_of(ht);
	unsigned int slot = key ? udm_rht_key_hash(ht, tbl, key) : udm_rht_head_hash(ht, tbl, obj);
	struct rhash_head **link = &tbl->buckets[slot], *he;

	for (; key && (he = *link); link = &he->next) {
		if (!has_key(ht, he, key, cmp))
			continue;
		if (!ht->rhlist)
			return rht_obj(ht, he);
		/* The new one takes the old one's place and has it behind it. */
		list_of(obj)->next = list_of(he);
		obj->next = he->next;
		rcu_assign_pointer(*link, obj);
		return NULL;
	}
	if (rht_grow_above_max(ht, tbl))
		return ERR_PTR(-E2BIG);
	if (ht->rhlist)
		list_of(obj)->next = NULL;
	obj->next = tbl->buckets[slot];
	rcu_assign_pointer(tbl->buckets[slot], obj);
	atomic_inc(&ht->nelems);
	if (rht_grow_above_75(ht, tbl))
		schedule_work(&ht->run_work);
	return NULL;
}

void *udm_rht_insert(struct rhashtable *ht, const void *key, struct rhash_head *obj,
		     rht_obj_cmpfn_t cmp)
{
	void *other;

	spin_lock_bh(&ht->lock);
	other = insert_locked(ht, key, obj, cmp);
	spin_unlock_bh(&ht->lock);
	return other;
}
EXPORT_SYMBOL_GPL(udm_rht_insert);

/* Out of a list of equal ones; true if it was there. The bucket's entry is *link. */
static bool remove_from_list(struct rhash_head **link, struct rhlist_head *gone, bool *emptied)
{
	struct rhlist_head *first = list_of(*link), **at;

	*emptied = false;
	if (first == gone) {
		struct rhlist_head *heir = gone->next;

		*emptied = !heir;
		if (heir)
			rcu_assign_pointer(heir->rhead.next, gone->rhead.next);
		rcu_assign_pointer(*link, heir ? &heir->rhead : gone->rhead.next);
		return true;
	}
	for (at = &first->next; *at; at = &(*at)->next) {
		if (*at != gone)
			continue;
		rcu_assign_pointer(*at, gone->next);
		return true;
	}
	return false;
}

static bool remove_alone(struct rhash_head **link, struct rhash_head *gone)
{
	if (*link != gone)
		return false;
	rcu_assign_pointer(*link, gone->next);
	return true;
}

static int remove_locked(struct rhashtable *ht, struct rhash_head *obj)
{
	struct bucket_table *tbl = table_of(ht);
	struct rhash_head **link = &tbl->buckets[udm_rht_head_hash(ht, tbl, obj)];
	bool emptied = true;

	for (;; link = &(*link)->next) {
		if (!*link)
			return -ENOENT;
		if (ht->rhlist ? remove_from_list(link, list_of(obj), &emptied) :
				 remove_alone(link, obj))
			break;
	}
	if (emptied) {
		atomic_dec(&ht->nelems);
		if (ht->p.automatic_shrinking && rht_shrink_below_30(ht, tbl))
			schedule_work(&ht->run_work);
	}
	return 0;
}

int udm_rht_remove(struct rhashtable *ht, struct rhash_head *obj,
		   rht_obj_cmpfn_t cmp __always_unused)
{
	int err;

	spin_lock_bh(&ht->lock);
	err = remove_locked(ht, obj);
	spin_unlock_bh(&ht->lock);
	return err;
}
EXPORT_SYMBOL_GPL(udm_rht_remove);

int udm_rht_replace(struct rhashtable *ht, struct rhash_head *obj_old, struct rhash_head *obj_new)
{
	struct rhash_head **link;
	struct bucket_table *tbl;
	unsigned int slot;
	int err = -ENOENT;

	spin_lock_bh(&ht->lock);
	tbl = table_of(ht);
	slot = udm_rht_head_hash(ht, tbl, obj_old);
	if (slot != udm_rht_head_hash(ht, tbl, obj_new))
		err = -EINVAL;
	for (link = &tbl->buckets[slot]; err == -ENOENT && *link; link = &(*link)->next) {
		if (*link != obj_old)
			continue;
		obj_new->next = obj_old->next;
		rcu_assign_pointer(*link, obj_new);
		err = 0;
		break;
	}
	spin_unlock_bh(&ht->lock);
	return err;
}
EXPORT_SYMBOL_GPL(udm_rht_replace);

static void move_all(struct rhashtable *ht, struct bucket_table *from, struct bucket_table *to)
{
	for (unsigned int slot = 0; slot < from->size; slot++) {
		struct rhash_head *he = from->buckets[slot], *next;

		for (; he; he = next) {
			unsigned int place = udm_rht_head_hash(ht, to, he);

			next = he->next;
			rcu_assign_pointer(he->next, to->buckets[place]);
			smp_store_release(&to->buckets[place], he);
		}
	}
}

/* The size the table should have now: as few as are 75% full at most, if it shrinks. */
static unsigned int wanted_size(struct rhashtable *ht, const struct bucket_table *tbl)
{
	unsigned int n = atomic_read(&ht->nelems), size = tbl->size;

	if (rht_grow_above_75(ht, tbl)) {
		do
			size *= 2;
		while (n > size / 4 * 3 && (!ht->p.max_size || size < ht->p.max_size));
		return size;
	}
	if (!ht->p.automatic_shrinking || !rht_shrink_below_30(ht, tbl))
		return size;
	size = n ? roundup_pow_of_two(n * 3 / 2) : 0;
	return max(size, (unsigned int)ht->p.min_size);
}

static void resize(struct rhashtable *ht, struct bucket_table *bigger)
{
	struct bucket_table *old;

	spin_lock_bh(&ht->lock);
	old = table_of(ht);
	WRITE_ONCE(ht->resizes, ht->resizes + 1);
	/* Whoever meets a moved link sees that entries are moving. */
	smp_wmb();
	move_all(ht, old, bigger);
	rcu_assign_pointer(ht->tbl, bigger);
	smp_store_release(&ht->resizes, ht->resizes + 1);
	spin_unlock_bh(&ht->lock);
	call_rcu(&old->rcu, free_table);
}

/* Without memory the chains get longer until something else asks again. */
static void resize_work(struct work_struct *work)
{
	struct rhashtable *ht = container_of(work, struct rhashtable, run_work);
	struct bucket_table *tbl, *other;
	unsigned int size;

	mutex_lock(&ht->mutex);
	tbl = table_of(ht);
	size = wanted_size(ht, tbl);
	if (size != tbl->size) {
		other = make_table(size, GFP_KERNEL);
		if (other)
			resize(ht, other);
	}
	mutex_unlock(&ht->mutex);
}

static u32 hash_words(const void *key, u32 words, u32 seed)
{
	return jhash2(key, words, seed);
}

static u32 hash_bytes(const void *key, u32 len, u32 seed)
{
	return jhash(key, len, seed);
}

static unsigned int first_size(const struct rhashtable_params *p)
{
	unsigned int size = DEFAULT_SIZE;

	if (p->nelem_hint)
		size = max((unsigned int)roundup_pow_of_two(p->nelem_hint * 4 / 3),
			   (unsigned int)p->min_size);
	return p->max_size ? min(size, p->max_size) : size;
}

int rhashtable_init(struct rhashtable *ht, const struct rhashtable_params *params)
{
	struct bucket_table *tbl;

	if ((!params->key_len && !params->obj_hashfn) || (params->obj_hashfn && !params->obj_cmpfn))
		return -EINVAL;
	memset(ht, 0, sizeof(*ht));
	mutex_init(&ht->mutex);
	spin_lock_init(&ht->lock);
	INIT_WORK(&ht->run_work, resize_work);
	ht->p = *params;
	ht->p.min_size = max(params->min_size ? roundup_pow_of_two(params->min_size) : 0UL,
			     (unsigned long)MIN_SIZE);
	ht->max_elems = 1U << 31;
	if (params->max_size) {
		ht->p.max_size = rounddown_pow_of_two(params->max_size);
		if (ht->p.max_size < ht->max_elems / 2)
			ht->max_elems = ht->p.max_size * 2;
	}
	ht->key_len = params->key_len;
	if (!params->hashfn) {
		bool words = !(params->key_len % sizeof(u32));

		ht->p.hashfn = words ? hash_words : hash_bytes;
		ht->key_len = words ? params->key_len / sizeof(u32) : params->key_len;
	}
	tbl = make_table(first_size(&ht->p), GFP_KERNEL);
	if (!tbl)
		tbl = make_table(ht->p.min_size, GFP_KERNEL | __GFP_NOFAIL);
	RCU_INIT_POINTER(ht->tbl, tbl);
	return 0;
}
EXPORT_SYMBOL_GPL(rhashtable_init);

int rhltable_init(struct rhltable *hlt, const struct rhashtable_params *params)
{
	int err = rhashtable_init(&hlt->ht, params);

	hlt->ht.rhlist = true;
	return err;
}
EXPORT_SYMBOL_GPL(rhltable_init);

void rhashtable_walk_enter(struct rhashtable *ht, struct rhashtable_iter *iter)
{
	*iter = (struct rhashtable_iter){ .ht = ht, .resizes = READ_ONCE(ht->resizes) };
}
EXPORT_SYMBOL_GPL(rhashtable_walk_enter);

void rhashtable_walk_exit(struct rhashtable_iter *iter)
{
	iter->ht = NULL;
}
EXPORT_SYMBOL_GPL(rhashtable_walk_exit);

/* True if entries moved since the walk last looked; it is at the beginning then. */
static bool begin_anew(struct rhashtable_iter *iter)
{
	unsigned int now = smp_load_acquire(&iter->ht->resizes);

	if (now == iter->resizes)
		return false;
	rhashtable_walk_enter(iter->ht, iter);
	iter->resizes = now;
	return true;
}

/*
 * The object at hand may have gone while the walk was stopped: then it stands at the one
 * that has its number in the bucket now, or at the last one there is.
 */
static void find_place_again(struct rhashtable_iter *iter, struct bucket_table *tbl)
{
	struct rhashtable_iter there = *iter;
	struct rhash_head *he;
	unsigned int n = 0;

	there.p = NULL;
	there.list = NULL;
	rht_for_each_rcu(he, tbl, iter->slot) {
		struct rhlist_head *list = iter->ht->rhlist ? list_of(he) : NULL;

		do {
			n++;
			if (list ? list == iter->list : he == iter->p) {
				iter->skip = n;
				return;
			}
			if (n <= iter->skip) {
				there.p = he;
				there.list = list;
			}
			list = list ? rcu_dereference_raw(list->next) : NULL;
		} while (list);
	}
	there.skip = min(n, iter->skip);
	*iter = there;
}

int rhashtable_walk_start_check(struct rhashtable_iter *iter)
{
	rcu_read_lock();
	if (begin_anew(iter))
		return -EAGAIN;
	if (iter->p)
		find_place_again(iter, rcu_dereference_raw(iter->ht->tbl));
	return 0;
}
EXPORT_SYMBOL_GPL(rhashtable_walk_start_check);

void rhashtable_walk_stop(struct rhashtable_iter *iter __always_unused)
{
	rcu_read_unlock();
}
EXPORT_SYMBOL_GPL(rhashtable_walk_stop);

static void *object_at(const struct rhashtable_iter *iter)
{
	if (!iter->p)
		return NULL;
	return rht_obj(iter->ht, iter->list ? &iter->list->rhead : iter->p);
}

/* To the object behind the one at hand, in this bucket or a later one. */
static void *advance(struct rhashtable_iter *iter, struct bucket_table *tbl)
{
	struct rhlist_head *more = iter->list ? rcu_dereference_raw(iter->list->next) : NULL;

	if (more) {
		iter->list = more;
		iter->skip++;
		return object_at(iter);
	}
	if (iter->p) {
		iter->p = rcu_dereference_raw(iter->p->next);
		if (!iter->p) {
			iter->slot++;
			iter->skip = 0;
		}
	}
	while (!iter->p && iter->slot < tbl->size) {
		iter->skip = 0;
		iter->p = rcu_dereference_raw(tbl->buckets[iter->slot]);
		if (!iter->p)
			iter->slot++;
	}
	iter->list = iter->p && iter->ht->rhlist ? list_of(iter->p) : NULL;
	iter->skip++;
	iter->end_of_table = !iter->p;
	return object_at(iter);
}

void *rhashtable_walk_next(struct rhashtable_iter *iter)
{
	struct bucket_table *tbl = rcu_dereference_raw(iter->ht->tbl);
	void *obj;

	if (iter->end_of_table)
		return NULL;
	if (begin_anew(iter))
		return ERR_PTR(-EAGAIN);
	obj = advance(iter, tbl);
	return begin_anew(iter) ? ERR_PTR(-EAGAIN) : obj;
}
EXPORT_SYMBOL_GPL(rhashtable_walk_next);

void *rhashtable_walk_peek(struct rhashtable_iter *iter)
{
	return iter->p ? object_at(iter) : rhashtable_walk_next(iter);
}
EXPORT_SYMBOL_GPL(rhashtable_walk_peek);

static void free_entry(struct rhashtable *ht, struct rhash_head *he,
		       void (*free_fn)(void *ptr, void *arg), void *arg)
{
	struct rhlist_head *list, *next;

	if (!ht->rhlist) {
		free_fn(rht_obj(ht, he), arg);
		return;
	}
	for (list = list_of(he); list; list = next) {
		next = list->next;
		free_fn(rht_obj(ht, &list->rhead), arg);
	}
}

void rhashtable_free_and_destroy(struct rhashtable *ht, void (*free_fn)(void *ptr, void *arg),
				 void *arg)
{
	struct bucket_table *tbl;
	struct rhash_head *he, *next;

	cancel_work_sync(&ht->run_work);
	mutex_lock(&ht->mutex);
	tbl = table_of(ht);
	for (unsigned int slot = 0; free_fn && slot < tbl->size; slot++) {
		for (he = tbl->buckets[slot]; he; he = next) {
			next = he->next;
			free_entry(ht, he, free_fn, arg);
		}
	}
	kvfree(tbl);
	mutex_unlock(&ht->mutex);
}
EXPORT_SYMBOL_GPL(rhashtable_free_and_destroy);

void rhashtable_destroy(struct rhashtable *ht)
{
	rhashtable_free_and_destroy(ht, NULL, NULL);
}
EXPORT_SYMBOL_GPL(rhashtable_destroy);
