/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists that may be changed while they are walked.
 *
 * A node has a reference for being on the list and one from each iterator that stands on
 * it. klist_del() hides it from iterators that come; it leaves the list with its last
 * reference. get() is called when a node is added, put() when it has left, outside the
 * list's lock. Any context, but klist_remove() sleeps.
 * Kernel path: linux/klist.h, lib/klist.c.
 */
#ifndef _UDM_LINUX_KLIST_H
#define _UDM_LINUX_KLIST_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>

struct klist_node;

struct klist {
	spinlock_t k_lock;
	struct list_head k_list;
	void (*get)(struct klist_node *node);
	void (*put)(struct klist_node *node);
} __attribute__((aligned(sizeof(void *))));

/* n_klist: the list, with bit 0 set in a node that was deleted; NULL on no list. */
struct klist_node {
	void *n_klist;
	struct list_head n_node;
	struct kref n_ref;
};

#define KLIST_INIT(_name, _get, _put)                                                              \
	{                                                                                          \
		.k_lock = __SPIN_LOCK_UNLOCKED(_name.k_lock),                                      \
		.k_list = LIST_HEAD_INIT(_name.k_list),                                            \
		.get = _get,                                                                       \
		.put = _put,                                                                       \
	}
#define DEFINE_KLIST(_name, _get, _put) struct klist _name = KLIST_INIT(_name, _get, _put)

/* get and put may be NULL. */
void klist_init(struct klist *k, void (*get)(struct klist_node *),
		void (*put)(struct klist_node *));
void klist_add_tail(struct klist_node *n, struct klist *k);
void klist_add_head(struct klist_node *n, struct klist *k);
void klist_add_behind(struct klist_node *n, struct klist_node *pos);
void klist_add_before(struct klist_node *n, struct klist_node *pos);
void klist_del(struct klist_node *n);
/* As klist_del(), and waits until no iterator stands on the node. May sleep. */
void klist_remove(struct klist_node *n);
int klist_node_attached(struct klist_node *n);

struct klist_iter {
	struct klist *i_klist;
	struct klist_node *i_cur;
};

void klist_iter_init(struct klist *k, struct klist_iter *i);
/* Begins behind @n, or at the head if @n is gone. */
void klist_iter_init_node(struct klist *k, struct klist_iter *i, struct klist_node *n);
/* Must end every walk: drops the reference on the node at hand. */
void klist_iter_exit(struct klist_iter *i);
struct klist_node *klist_prev(struct klist_iter *i);
struct klist_node *klist_next(struct klist_iter *i);

#endif
