// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wound/wait and wait/die mutexes.
 *
 * Everything happens under base.wait_lock: these locks protect long sections
 * and are rarely contended, so there is no lock-free path. The queue has the
 * waiters with a context in order of age among themselves; the unlock hands the
 * mutex to the first one, which finds `granted` set. Three places decide who
 * has to back off:
 *  - a task that starts to wait may die, or wound the holder (may_wait);
 *  - when an older task has joined the queue, younger ones in it die;
 *  - when the mutex has a new holder, the waiters are compared with it.
 * A waiter is told by `die` and a wake-up and gives up by itself.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/ww_mutex.h>

struct mutex_waiter {
	struct list_head list;
	struct task_struct *task;
	struct ww_acquire_ctx *ctx;
	bool granted;
	bool die;
};

#ifdef CONFIG_LOCKDEP
#define note_acquire(lock, trylock, nest) \
	lock_acquire(&(lock)->base.dep_map, 0, trylock, 0, 1, nest, _RET_IP_)
#define note_release(lock) lock_release(&(lock)->base.dep_map, _RET_IP_)
#define nest_of(ctx) ((ctx) ? &(ctx)->dep_map : NULL)
#else
#define note_acquire(lock, trylock, nest) do { } while (0)
#define note_release(lock) do { } while (0)
#endif

void ww_mutex_init(struct ww_mutex *lock, struct ww_class *ww_class)
{
	__mutex_init(&lock->base, ww_class->mutex_name, &ww_class->mutex_key);
	lock->ctx = NULL;
	lock->ww_class = ww_class;
}
EXPORT_SYMBOL(ww_mutex_init);

void ww_mutex_destroy(struct ww_mutex *lock)
{
	mutex_destroy(&lock->base);
}
EXPORT_SYMBOL(ww_mutex_destroy);

void ww_acquire_init(struct ww_acquire_ctx *ctx, struct ww_class *ww_class)
{
	*ctx = (struct ww_acquire_ctx){
		.task = current,
		.stamp = atomic_long_inc_return_relaxed(&ww_class->stamp),
		.is_wait_die = ww_class->is_wait_die,
		.ww_class = ww_class,
	};
#ifdef CONFIG_LOCKDEP
	lockdep_init_map(&ctx->dep_map, ww_class->acquire_name, &ww_class->acquire_key, 0);
	lock_acquire(&ctx->dep_map, 0, 0, 0, 1, NULL, _RET_IP_);
#endif
}
EXPORT_SYMBOL(ww_acquire_init);

void ww_acquire_done(struct ww_acquire_ctx *ctx)
{
	DEBUG_LOCKS_WARN_ON(ctx->done_acquire);
	ctx->done_acquire = 1;
}
EXPORT_SYMBOL(ww_acquire_done);

void ww_acquire_fini(struct ww_acquire_ctx *ctx)
{
#ifdef CONFIG_LOCKDEP
	lock_release(&ctx->dep_map, _RET_IP_);
#endif
	DEBUG_LOCKS_WARN_ON(ctx->acquired);
}
EXPORT_SYMBOL(ww_acquire_fini);

/* The stamp may wrap: the difference decides. */
static bool older(const struct ww_acquire_ctx *a, const struct ww_acquire_ctx *b)
{
	return (long)(a->stamp - b->stamp) < 0;
}

static void tell_to_die(struct mutex_waiter *waiter)
{
	waiter->die = true;
	wake_up_process(waiter->task);
}

/* The holder has locks and is younger: its next contended lock is -EDEADLK. */
static void wound_holder(struct ww_mutex *lock, const struct ww_acquire_ctx *by)
{
	struct ww_acquire_ctx *holder = lock->ctx;

	if (!holder || !older(by, holder) || !READ_ONCE(holder->acquired))
		return;
	WRITE_ONCE(holder->wounded, 1);
	/* It may be asleep, waiting for another mutex. */
	if (holder->task != current)
		wake_up_process(holder->task);
}

/* wait_lock held: @waiter meets @holder, which has the mutex or is before it in the queue. */
static bool must_die_for(const struct mutex_waiter *waiter, const struct ww_acquire_ctx *other)
{
	const struct ww_acquire_ctx *ctx = waiter->ctx;

	return ctx && ctx->is_wait_die && READ_ONCE(ctx->acquired) && other && older(other, ctx);
}

static bool must_back_off(struct ww_mutex *lock, struct mutex_waiter *waiter)
{
	struct mutex_waiter *before = waiter;

	if (!waiter->ctx || !waiter->ctx->acquired)
		return false;
	if (!waiter->ctx->is_wait_die)
		return READ_ONCE(waiter->ctx->wounded);
	if (waiter->die || must_die_for(waiter, lock->ctx))
		return true;
	list_for_each_entry_continue_reverse(before, &lock->base.wait_list, list) {
		if (must_die_for(waiter, before->ctx))
			return true;
	}
	return false;
}

/* Older ones first; those without context keep their place. */
static void enqueue(struct ww_mutex *lock, struct mutex_waiter *waiter)
{
	struct list_head *queue = &lock->base.wait_list;
	struct mutex_waiter *other;
	struct list_head *place = queue;

	if (waiter->ctx) {
		list_for_each_entry_reverse(other, queue, list) {
			if (!other->ctx)
				continue;
			if (older(other->ctx, waiter->ctx))
				break;
			place = &other->list;
		}
	}
	list_add_tail(&waiter->list, place);
}

/* The queue has a new member: the younger ones behind it may have to die. */
static void compare_queue_with(struct ww_mutex *lock, struct mutex_waiter *waiter)
{
	struct mutex_waiter *behind = waiter;

	list_for_each_entry_continue(behind, &lock->base.wait_list, list) {
		if (must_die_for(behind, waiter->ctx))
			tell_to_die(behind);
	}
	if (waiter->ctx && !waiter->ctx->is_wait_die)
		wound_holder(lock, waiter->ctx);
}

/* The mutex has a new holder. */
static void compare_queue_with_holder(struct ww_mutex *lock)
{
	struct mutex_waiter *waiter;

	list_for_each_entry(waiter, &lock->base.wait_list, list) {
		if (must_die_for(waiter, lock->ctx))
			tell_to_die(waiter);
		else if (waiter->ctx && !waiter->ctx->is_wait_die)
			wound_holder(lock, waiter->ctx);
	}
}

/*
 * The new holder's context counts the lock at once, before its task runs: an
 * older task that comes now must see that there is something to be wounded.
 */
static void set_holder(struct ww_mutex *lock, struct task_struct *task, struct ww_acquire_ctx *ctx)
{
	atomic_long_set(&lock->base.owner, (long)task);
	WRITE_ONCE(lock->ctx, ctx);
	if (ctx)
		WRITE_ONCE(ctx->acquired, ctx->acquired + 1);
}

static bool take_free(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	if (mutex_is_locked(&lock->base))
		return false;
	set_holder(lock, current, ctx);
	return true;
}

static int reason_to_give_up(struct ww_mutex *lock, struct mutex_waiter *waiter,
			     unsigned int state)
{
	if (must_back_off(lock, waiter))
		return -EDEADLK;
	return signal_pending_state(state, current) ? -EINTR : 0;
}

/* wait_lock held before and after. */
static int wait_for_grant(struct ww_mutex *lock, struct mutex_waiter *waiter, unsigned int state)
{
	int err = 0;

	while (!waiter->granted) {
		/*
		 * First the state, then the look: a wound by a waiter for another mutex comes
		 * without this wait_lock, and wakes only who is about to sleep.
		 */
		set_current_state(state);
		err = reason_to_give_up(lock, waiter, state);
		if (err)
			break;
		raw_spin_unlock(&lock->base.wait_lock);
		schedule();
		raw_spin_lock(&lock->base.wait_lock);
	}
	__set_current_state(TASK_RUNNING);
	return err;
}

static int queue_and_wait(struct ww_mutex *lock, struct ww_acquire_ctx *ctx, unsigned int state)
{
	struct mutex_waiter waiter = { .task = current, .ctx = ctx };
	int err;

	enqueue(lock, &waiter);
	compare_queue_with(lock, &waiter);
	err = wait_for_grant(lock, &waiter, state);
	if (err)
		list_del(&waiter.list);
	return err;
}

static int take(struct ww_mutex *lock, struct ww_acquire_ctx *ctx, unsigned int state)
{
	int err = 0;

	might_sleep();
	if (ctx && READ_ONCE(lock->ctx) == ctx)
		return -EALREADY;
	if (ctx && !ctx->acquired)
		WRITE_ONCE(ctx->wounded, 0);
	DEBUG_LOCKS_WARN_ON(ctx && (ctx->done_acquire || ctx->ww_class != lock->ww_class));
	note_acquire(lock, 0, nest_of(ctx));
	raw_spin_lock(&lock->base.wait_lock);
	if (!take_free(lock, ctx))
		err = queue_and_wait(lock, ctx, state);
	raw_spin_unlock(&lock->base.wait_lock);
	if (err)
		note_release(lock);
	return err;
}

int ww_mutex_lock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	return take(lock, ctx, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(ww_mutex_lock);

int ww_mutex_lock_interruptible(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	return take(lock, ctx, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(ww_mutex_lock_interruptible);

void ww_mutex_lock_slow(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	DEBUG_LOCKS_WARN_ON(ctx->acquired);
	WARN_ON(take(lock, ctx, TASK_UNINTERRUPTIBLE));
}
EXPORT_SYMBOL(ww_mutex_lock_slow);

int ww_mutex_lock_slow_interruptible(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	DEBUG_LOCKS_WARN_ON(ctx->acquired);
	return take(lock, ctx, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(ww_mutex_lock_slow_interruptible);

int ww_mutex_trylock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	bool taken;

	if (ctx && !ctx->acquired)
		WRITE_ONCE(ctx->wounded, 0);
	raw_spin_lock(&lock->base.wait_lock);
	taken = take_free(lock, ctx);
	raw_spin_unlock(&lock->base.wait_lock);
	if (taken)
		note_acquire(lock, 1, nest_of(ctx));
	return taken;
}
EXPORT_SYMBOL(ww_mutex_trylock);

/* wait_lock held. The first waiter becomes the holder; it wakes up to find that out. */
static void hand_over(struct ww_mutex *lock)
{
	struct mutex_waiter *first = list_first_entry_or_null(&lock->base.wait_list,
							      struct mutex_waiter, list);

	set_holder(lock, first ? first->task : NULL, first ? first->ctx : NULL);
	if (!first)
		return;
	list_del(&first->list);
	first->granted = true;
	wake_up_process(first->task);
	compare_queue_with_holder(lock);
}

void ww_mutex_unlock(struct ww_mutex *lock)
{
	note_release(lock);
	DEBUG_LOCKS_WARN_ON(atomic_long_read(&lock->base.owner) != (long)current);
	raw_spin_lock(&lock->base.wait_lock);
	if (lock->ctx) {
		DEBUG_LOCKS_WARN_ON(!lock->ctx->acquired);
		WRITE_ONCE(lock->ctx->acquired, lock->ctx->acquired - 1);
	}
	hand_over(lock);
	raw_spin_unlock(&lock->base.wait_lock);
	sched_point();
}
EXPORT_SYMBOL(ww_mutex_unlock);
