// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notifier chains. One set of list operations serves the three kinds; they
 * differ in what protects the list: an RCU read section for callers and a spin
 * lock for changes (atomic), a read-write semaphore (blocking), the user (raw).
 */
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>

/* The link behind which @nb belongs: after all of at least its priority. */
static int chain_add(struct notifier_block __rcu **head, struct notifier_block *nb, bool unique)
{
	struct notifier_block __rcu **link = head, **place = NULL;
	struct notifier_block *other;

	for (; (other = rcu_dereference_raw(*link)); link = &other->next) {
		if (other == nb) {
			WARN(1, "notifier callback %ps already registered", nb->notifier_call);
			return -EEXIST;
		}
		if (unique && other->priority == nb->priority)
			return -EBUSY;
		if (!place && other->priority < nb->priority)
			place = link;
	}
	if (!place)
		place = link;
	RCU_INIT_POINTER(nb->next, rcu_dereference_raw(*place));
	rcu_assign_pointer(*place, nb);
	return 0;
}

static int chain_remove(struct notifier_block __rcu **head, struct notifier_block *nb)
{
	struct notifier_block __rcu **link = head;
	struct notifier_block *other;

	for (; (other = rcu_dereference_raw(*link)); link = &other->next) {
		if (other != nb)
			continue;
		rcu_assign_pointer(*link, rcu_dereference_raw(nb->next));
		return 0;
	}
	return -ENOENT;
}

/*
 * Calls the chain from its head, at most @limit of it, and counts the callbacks
 * in @called. A callback may unregister itself, so next is read before it runs.
 */
static int chain_call(struct notifier_block __rcu **head, unsigned long val, void *v, int limit,
		      int *called)
{
	struct notifier_block *nb = rcu_dereference_raw(*head);
	int ret = NOTIFY_DONE;

	for (*called = 0; nb && *called < limit; ++*called) {
		struct notifier_block *next = rcu_dereference_raw(nb->next);

		ret = nb->notifier_call(nb, val, v);
		if (ret & NOTIFY_STOP_MASK) {
			++*called;
			break;
		}
		nb = next;
	}
	return ret;
}

static int chain_call_all(struct notifier_block __rcu **head, unsigned long val, void *v)
{
	int called;

	return chain_call(head, val, v, INT_MAX, &called);
}

/* The callback that refused is not told of the way back. */
static int chain_call_robust(struct notifier_block __rcu **head, unsigned long val_up,
			     unsigned long val_down, void *v)
{
	int called, undone;
	int ret = chain_call(head, val_up, v, INT_MAX, &called);

	if (ret & NOTIFY_STOP_MASK)
		chain_call(head, val_down, v, called - 1, &undone);
	return ret;
}

static int atomic_chain_add(struct atomic_notifier_head *nh, struct notifier_block *nb, bool unique)
{
	unsigned long flags;
	int err;

	spin_lock_irqsave(&nh->lock, flags);
	err = chain_add(&nh->head, nb, unique);
	spin_unlock_irqrestore(&nh->lock, flags);
	return err;
}

int atomic_notifier_chain_register(struct atomic_notifier_head *nh, struct notifier_block *nb)
{
	return atomic_chain_add(nh, nb, false);
}
EXPORT_SYMBOL_GPL(atomic_notifier_chain_register);

int atomic_notifier_chain_register_unique_prio(struct atomic_notifier_head *nh,
					       struct notifier_block *nb)
{
	return atomic_chain_add(nh, nb, true);
}
EXPORT_SYMBOL_GPL(atomic_notifier_chain_register_unique_prio);

int atomic_notifier_chain_unregister(struct atomic_notifier_head *nh, struct notifier_block *nb)
{
	unsigned long flags;
	int err;

	spin_lock_irqsave(&nh->lock, flags);
	err = chain_remove(&nh->head, nb);
	spin_unlock_irqrestore(&nh->lock, flags);
	synchronize_rcu();
	return err;
}
EXPORT_SYMBOL_GPL(atomic_notifier_chain_unregister);

int atomic_notifier_call_chain(struct atomic_notifier_head *nh, unsigned long val, void *v)
{
	int ret;

	rcu_read_lock();
	ret = chain_call_all(&nh->head, val, v);
	rcu_read_unlock();
	return ret;
}
EXPORT_SYMBOL_GPL(atomic_notifier_call_chain);

bool atomic_notifier_call_chain_is_empty(struct atomic_notifier_head *nh)
{
	return !rcu_access_pointer(nh->head);
}

static int blocking_chain_add(struct blocking_notifier_head *nh, struct notifier_block *nb,
			      bool unique)
{
	int err;

	down_write(&nh->rwsem);
	err = chain_add(&nh->head, nb, unique);
	up_write(&nh->rwsem);
	return err;
}

int blocking_notifier_chain_register(struct blocking_notifier_head *nh, struct notifier_block *nb)
{
	return blocking_chain_add(nh, nb, false);
}
EXPORT_SYMBOL_GPL(blocking_notifier_chain_register);

int blocking_notifier_chain_register_unique_prio(struct blocking_notifier_head *nh,
						 struct notifier_block *nb)
{
	return blocking_chain_add(nh, nb, true);
}
EXPORT_SYMBOL_GPL(blocking_notifier_chain_register_unique_prio);

int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh,
				       struct notifier_block *nb)
{
	int err;

	down_write(&nh->rwsem);
	err = chain_remove(&nh->head, nb);
	up_write(&nh->rwsem);
	return err;
}
EXPORT_SYMBOL_GPL(blocking_notifier_chain_unregister);

int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long val, void *v)
{
	int ret;

	down_read(&nh->rwsem);
	ret = chain_call_all(&nh->head, val, v);
	up_read(&nh->rwsem);
	return ret;
}
EXPORT_SYMBOL_GPL(blocking_notifier_call_chain);

int blocking_notifier_call_chain_robust(struct blocking_notifier_head *nh, unsigned long val_up,
					unsigned long val_down, void *v)
{
	int ret;

	down_read(&nh->rwsem);
	ret = chain_call_robust(&nh->head, val_up, val_down, v);
	up_read(&nh->rwsem);
	return ret;
}
EXPORT_SYMBOL_GPL(blocking_notifier_call_chain_robust);

int raw_notifier_chain_register(struct raw_notifier_head *nh, struct notifier_block *nb)
{
	return chain_add(&nh->head, nb, false);
}
EXPORT_SYMBOL_GPL(raw_notifier_chain_register);

int raw_notifier_chain_unregister(struct raw_notifier_head *nh, struct notifier_block *nb)
{
	return chain_remove(&nh->head, nb);
}
EXPORT_SYMBOL_GPL(raw_notifier_chain_unregister);

int raw_notifier_call_chain(struct raw_notifier_head *nh, unsigned long val, void *v)
{
	return chain_call_all(&nh->head, val, v);
}
EXPORT_SYMBOL_GPL(raw_notifier_call_chain);

int raw_notifier_call_chain_robust(struct raw_notifier_head *nh, unsigned long val_up,
				   unsigned long val_down, void *v)
{
	return chain_call_robust(&nh->head, val_up, val_down, v);
}
EXPORT_SYMBOL_GPL(raw_notifier_call_chain_robust);

void srcu_init_notifier_head(struct srcu_notifier_head *nh)
{
	mutex_init(&nh->mutex);
	if (init_srcu_struct(&nh->srcu))
		BUG();
	nh->head = NULL;
}
EXPORT_SYMBOL_GPL(srcu_init_notifier_head);

int srcu_notifier_chain_register(struct srcu_notifier_head *nh, struct notifier_block *nb)
{
	guard(mutex)(&nh->mutex);
	return chain_add(&nh->head, nb, false);
}
EXPORT_SYMBOL_GPL(srcu_notifier_chain_register);

int srcu_notifier_chain_unregister(struct srcu_notifier_head *nh, struct notifier_block *nb)
{
	int err;

	scoped_guard(mutex, &nh->mutex)
		err = chain_remove(&nh->head, nb);
	synchronize_srcu(&nh->srcu);
	return err;
}
EXPORT_SYMBOL_GPL(srcu_notifier_chain_unregister);

int srcu_notifier_call_chain(struct srcu_notifier_head *nh, unsigned long val, void *v)
{
	guard(srcu)(&nh->srcu);
	return chain_call_all(&nh->head, val, v);
}
EXPORT_SYMBOL_GPL(srcu_notifier_call_chain);
