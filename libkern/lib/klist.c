// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists whose nodes are counted.
 *
 * All links, marks and counts change under the list's lock; whether a node is attached
 * may be asked without it. put() is called after the lock and may free the node, so those
 * who wait in klist_remove() are told before, and find the node by its address only.
 */
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/klist.h>

#define DEAD 1UL

static struct klist *list_of(const struct klist_node *n)
{
	return (struct klist *)((unsigned long)READ_ONCE(n->n_klist) & ~DEAD);
}

static bool is_dead(const struct klist_node *n)
{
	return (unsigned long)n->n_klist & DEAD;
}

/* Somebody in klist_remove(). */
struct remover {
	struct list_head list;
	struct klist_node *node;
	struct completion gone;
};

static DEFINE_SPINLOCK(removers_lock);
static LIST_HEAD(removers);

static void tell_removers(struct klist_node *n)
{
	struct remover *r, *next;

	spin_lock(&removers_lock);
	list_for_each_entry_safe(r, next, &removers, list) {
		if (r->node != n)
			continue;
		list_del(&r->list);
		/* r is the waiter's again. */
		complete(&r->gone);
	}
	spin_unlock(&removers_lock);
}

static void node_leaves(struct kref *ref)
{
	struct klist_node *n = container_of(ref, struct klist_node, n_ref);

	WARN_ON(!is_dead(n));
	list_del(&n->n_node);
	WRITE_ONCE(n->n_klist, NULL);
	tell_removers(n);
}

/* Drops a reference; true if the node left, so that put() is due. Under the lock. */
static bool drop(struct klist_node *n)
{
	return kref_put(&n->n_ref, node_leaves);
}

void klist_init(struct klist *k, void (*get)(struct klist_node *),
		void (*put)(struct klist_node *))
{
	INIT_LIST_HEAD(&k->k_list);
	spin_lock_init(&k->k_lock);
	k->get = get;
	k->put = put;
}
EXPORT_SYMBOL_GPL(klist_init);

/* Puts a fresh node behind or in front of `where`, a link of k. */
static void insert(struct klist *k, struct klist_node *n, struct list_head *where, bool behind)
{
	INIT_LIST_HEAD(&n->n_node);
	kref_init(&n->n_ref);
	n->n_klist = k;
	if (k->get)
		k->get(n);
	spin_lock(&k->k_lock);
	if (behind)
		list_add(&n->n_node, where);
	else
		list_add_tail(&n->n_node, where);
	spin_unlock(&k->k_lock);
}

void klist_add_head(struct klist_node *n, struct klist *k)
{
	insert(k, n, &k->k_list, true);
}
EXPORT_SYMBOL_GPL(klist_add_head);

void klist_add_tail(struct klist_node *n, struct klist *k)
{
	insert(k, n, &k->k_list, false);
}
EXPORT_SYMBOL_GPL(klist_add_tail);

void klist_add_behind(struct klist_node *n, struct klist_node *pos)
{
	insert(list_of(pos), n, &pos->n_node, true);
}
EXPORT_SYMBOL_GPL(klist_add_behind);

void klist_add_before(struct klist_node *n, struct klist_node *pos)
{
	insert(list_of(pos), n, &pos->n_node, false);
}
EXPORT_SYMBOL_GPL(klist_add_before);

void klist_del(struct klist_node *n)
{
	struct klist *k = list_of(n);
	void (*put)(struct klist_node *) = k->put;
	bool left;

	spin_lock(&k->k_lock);
	WARN_ON(is_dead(n));
	WRITE_ONCE(n->n_klist, (void *)((unsigned long)k | DEAD));
	left = drop(n);
	spin_unlock(&k->k_lock);
	if (left && put)
		put(n);
}
EXPORT_SYMBOL_GPL(klist_del);

void klist_remove(struct klist_node *n)
{
	struct remover self = { .node = n };

	init_completion(&self.gone);
	spin_lock(&removers_lock);
	list_add(&self.list, &removers);
	spin_unlock(&removers_lock);
	klist_del(n);
	wait_for_completion(&self.gone);
}
EXPORT_SYMBOL_GPL(klist_remove);

int klist_node_attached(struct klist_node *n)
{
	return READ_ONCE(n->n_klist) != NULL;
}
EXPORT_SYMBOL_GPL(klist_node_attached);

void klist_iter_init_node(struct klist *k, struct klist_iter *i, struct klist_node *n)
{
	i->i_klist = k;
	i->i_cur = n && kref_get_unless_zero(&n->n_ref) ? n : NULL;
}
EXPORT_SYMBOL_GPL(klist_iter_init_node);

void klist_iter_init(struct klist *k, struct klist_iter *i)
{
	klist_iter_init_node(k, i, NULL);
}
EXPORT_SYMBOL_GPL(klist_iter_init);

/* To the next live node or, when leaving the list, to none; the node left behind may go. */
static struct klist_node *step(struct klist_iter *i, bool forwards, bool leave)
{
	struct klist *k = i->i_klist;
	void (*put)(struct klist_node *) = k->put;
	struct klist_node *from = i->i_cur, *to = NULL;
	struct list_head *at;
	bool left = false;

	spin_lock(&k->k_lock);
	at = from ? &from->n_node : &k->k_list;
	while (!leave && !to) {
		at = forwards ? at->next : at->prev;
		if (at == &k->k_list)
			break;
		to = list_entry(at, struct klist_node, n_node);
		if (is_dead(to))
			to = NULL;
		else
			kref_get(&to->n_ref);
	}
	if (from)
		left = drop(from);
	i->i_cur = to;
	spin_unlock(&k->k_lock);
	if (left && put)
		put(from);
	return to;
}

void klist_iter_exit(struct klist_iter *i)
{
	if (i->i_cur)
		step(i, true, true);
}
EXPORT_SYMBOL_GPL(klist_iter_exit);

struct klist_node *klist_prev(struct klist_iter *i)
{
	return step(i, false, false);
}
EXPORT_SYMBOL_GPL(klist_prev);

struct klist_node *klist_next(struct klist_iter *i)
{
	return step(i, true, false);
}
EXPORT_SYMBOL_GPL(klist_next);
