// SPDX-License-Identifier: GPL-2.0-only
/*
 * percpu_ref: the slow paths, where a reference count changes its mode.
 *
 * `data->count` is the atomic counter. While per-CPU counters are in use it
 * carries COUNT_BIAS, so that puts which already count atomically cannot take
 * it to 0 before the sum is known. A switch to atomic mode sets ATOMIC, waits
 * for a grace period, after which no vCPU adds to its own counter, and folds
 * the counters in. It holds a reference of its own meanwhile.
 *
 * switch_lock orders the switches of all refs; data->confirm_switch is not NULL
 * while one is under way, and switch_done says that one has ended.
 */
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/percpu.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#define COUNT_BIAS (1UL << (BITS_PER_LONG - 1))

static DEFINE_SPINLOCK(switch_lock);
static DECLARE_WAIT_QUEUE_HEAD(switch_done);

static unsigned long __percpu *counters_of(const struct percpu_ref *ref)
{
	return (unsigned long __percpu *)(READ_ONCE(ref->percpu_count_ptr) &
					  ~__PERCPU_REF_ATOMIC_DEAD);
}

int percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release, unsigned int flags,
		    gfp_t gfp)
{
	bool atomic = flags & (PERCPU_REF_INIT_ATOMIC | PERCPU_REF_INIT_DEAD);
	bool dead = flags & PERCPU_REF_INIT_DEAD;
	unsigned long __percpu *counters;
	struct percpu_ref_data *data;

	ref->percpu_count_ptr = 0;
	/* The cookie's low bits are spare for the flags. */
	counters = __alloc_percpu_gfp(sizeof(*counters), __alignof__(*counters), gfp);
	if (!counters)
		return -ENOMEM;
	data = kzalloc(sizeof(*data), gfp);
	if (!data) {
		free_percpu(counters);
		return -ENOMEM;
	}
	data->ref = ref;
	data->release = release;
	data->force_atomic = flags & PERCPU_REF_INIT_ATOMIC;
	data->allow_reinit = atomic || (flags & PERCPU_REF_ALLOW_REINIT);
	atomic_long_set(&data->count, (atomic ? 0 : COUNT_BIAS) + !dead);
	ref->data = data;
	ref->percpu_count_ptr = (unsigned long)counters | (atomic ? __PERCPU_REF_ATOMIC : 0) |
				(dead ? __PERCPU_REF_DEAD : 0);
	return 0;
}
EXPORT_SYMBOL_GPL(percpu_ref_init);

/* Leaves the ref without counters, for good; they are the caller's to free. */
static unsigned long __percpu *take_counters(struct percpu_ref *ref)
{
	unsigned long __percpu *counters = counters_of(ref);

	WRITE_ONCE(ref->percpu_count_ptr, __PERCPU_REF_ATOMIC_DEAD);
	return counters;
}

void percpu_ref_exit(struct percpu_ref *ref)
{
	struct percpu_ref_data *data = ref->data;
	unsigned long __percpu *counters;
	unsigned long flags;

	/* Without data there are no counters, and the word may hold a count. */
	if (!data)
		return;
	WARN_ON_ONCE(data->confirm_switch);
	/* percpu_ref_is_zero() finds either the data or what it said last. */
	spin_lock_irqsave(&switch_lock, flags);
	counters = take_counters(ref);
	ref->percpu_count_ptr |= (unsigned long)atomic_long_read(&data->count)
				 << __PERCPU_REF_FLAG_BITS;
	ref->data = NULL;
	spin_unlock_irqrestore(&switch_lock, flags);
	free_percpu(counters);
	kfree(data);
}
EXPORT_SYMBOL_GPL(percpu_ref_exit);

/* The mode may have changed back since the fast path looked, hence the local tries. */
void __percpu_ref_get_slow(struct percpu_ref *ref, unsigned long nr)
{
	rcu_read_lock();
	if (!__percpu_ref_add_local(ref, nr))
		atomic_long_add(nr, &ref->data->count);
	rcu_read_unlock();
}
EXPORT_SYMBOL_GPL(__percpu_ref_get_slow);

void __percpu_ref_put_slow(struct percpu_ref *ref, unsigned long nr)
{
	rcu_read_lock();
	if (!__percpu_ref_add_local(ref, -nr) &&
	    atomic_long_sub_and_test(nr, &ref->data->count))
		ref->data->release(ref);
	rcu_read_unlock();
}
EXPORT_SYMBOL_GPL(__percpu_ref_put_slow);

bool __percpu_ref_tryget_slow(struct percpu_ref *ref, unsigned long nr, bool live)
{
	bool got;

	rcu_read_lock();
	got = __percpu_ref_add_local(ref, nr);
	if (!got && !(live && percpu_ref_is_dying(ref)))
		got = atomic_long_add_unless(&ref->data->count, nr, 0);
	rcu_read_unlock();
	return got;
}
EXPORT_SYMBOL_GPL(__percpu_ref_tryget_slow);

static void nothing_to_confirm(struct percpu_ref *ref)
{
}

static unsigned long sum_counters(const struct percpu_ref *ref)
{
	unsigned long __percpu *counters = counters_of(ref);
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(counters, cpu));
	return sum;
}

/*
 * The end of a switch. Whoever waits for it may take the ref down as soon as it
 * sees confirm_switch NULL, so that, giving up the counters, the switch's own
 * reference and the wake-up are one step under the lock; only what does not
 * touch the ref, and `release`, come after it.
 */
static void end_switch(struct percpu_ref *ref, struct percpu_ref_data *data)
{
	unsigned long __percpu *counters = NULL;
	percpu_ref_func_t *release = data->release;
	unsigned long flags;
	bool last;

	spin_lock_irqsave(&switch_lock, flags);
	if (!data->allow_reinit)
		counters = take_counters(ref);
	data->confirm_switch = NULL;
	last = atomic_long_dec_and_test(&data->count);
	wake_up_all(&switch_done);
	spin_unlock_irqrestore(&switch_lock, flags);
	free_percpu(counters);
	if (last)
		release(ref);
}

/* RCU callback: every vCPU has left its own counter alone since the switch began. */
static void fold_counters(struct rcu_head *rcu)
{
	struct percpu_ref_data *data = container_of(rcu, struct percpu_ref_data, rcu);
	struct percpu_ref *ref = data->ref;
	long total;

	total = atomic_long_add_return(sum_counters(ref) - COUNT_BIAS, &data->count);
	WARN_ONCE(total <= 0, "percpu ref (%ps) <= 0 (%ld) after switching to atomic",
		  data->release, total);
	data->confirm_switch(ref);
	rcu_read_lock();
	end_switch(ref, data);
	rcu_read_unlock();
}

static void start_atomic(struct percpu_ref *ref, percpu_ref_func_t *confirm)
{
	struct percpu_ref_data *data = ref->data;

	if (ref->percpu_count_ptr & __PERCPU_REF_ATOMIC) {
		if (confirm)
			confirm(ref);
		return;
	}
	WRITE_ONCE(ref->percpu_count_ptr, ref->percpu_count_ptr | __PERCPU_REF_ATOMIC);
	data->confirm_switch = confirm ? confirm : nothing_to_confirm;
	percpu_ref_get(ref);
	call_rcu_hurry(&data->rcu, fold_counters);
}

static void start_percpu(struct percpu_ref *ref)
{
	unsigned long __percpu *counters = counters_of(ref);
	unsigned int cpu;

	BUG_ON(!counters);
	if (!(ref->percpu_count_ptr & __PERCPU_REF_ATOMIC))
		return;
	atomic_long_add(COUNT_BIAS, &ref->data->count);
	for_each_possible_cpu(cpu)
		WRITE_ONCE(*per_cpu_ptr(counters, cpu), 0);
	/* Who sees per-CPU mode sees zeroed counters. */
	smp_store_release(&ref->percpu_count_ptr, ref->percpu_count_ptr & ~__PERCPU_REF_ATOMIC);
}

/* Takes the mode the ref should be in. The lock is dropped while a switch is awaited. */
static void settle_mode(struct percpu_ref *ref, percpu_ref_func_t *confirm)
{
	lockdep_assert_held(&switch_lock);
	wait_event_lock_irq(switch_done, !ref->data->confirm_switch, switch_lock);
	if (ref->data->force_atomic || percpu_ref_is_dying(ref))
		start_atomic(ref, confirm);
	else
		start_percpu(ref);
}

void percpu_ref_switch_to_atomic(struct percpu_ref *ref, percpu_ref_func_t *confirm_switch)
{
	unsigned long flags;

	spin_lock_irqsave(&switch_lock, flags);
	ref->data->force_atomic = true;
	settle_mode(ref, confirm_switch);
	spin_unlock_irqrestore(&switch_lock, flags);
}
EXPORT_SYMBOL_GPL(percpu_ref_switch_to_atomic);

static bool switch_has_ended(struct percpu_ref *ref)
{
	unsigned long flags;
	bool ended;

	spin_lock_irqsave(&switch_lock, flags);
	ended = !ref->data->confirm_switch;
	spin_unlock_irqrestore(&switch_lock, flags);
	return ended;
}

void percpu_ref_switch_to_atomic_sync(struct percpu_ref *ref)
{
	percpu_ref_switch_to_atomic(ref, NULL);
	wait_event(switch_done, switch_has_ended(ref));
}
EXPORT_SYMBOL_GPL(percpu_ref_switch_to_atomic_sync);

void percpu_ref_switch_to_percpu(struct percpu_ref *ref)
{
	unsigned long flags;

	spin_lock_irqsave(&switch_lock, flags);
	ref->data->force_atomic = false;
	settle_mode(ref, NULL);
	spin_unlock_irqrestore(&switch_lock, flags);
}
EXPORT_SYMBOL_GPL(percpu_ref_switch_to_percpu);

void percpu_ref_kill_and_confirm(struct percpu_ref *ref, percpu_ref_func_t *confirm_kill)
{
	unsigned long flags;

	spin_lock_irqsave(&switch_lock, flags);
	WARN_ONCE(percpu_ref_is_dying(ref), "%s called more than once on %ps!", __func__,
		  ref->data->release);
	WRITE_ONCE(ref->percpu_count_ptr, ref->percpu_count_ptr | __PERCPU_REF_DEAD);
	settle_mode(ref, confirm_kill);
	/* `release` runs with irqs off, but may take the lock in percpu_ref_exit(). */
	spin_unlock(&switch_lock);
	percpu_ref_put(ref);
	local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(percpu_ref_kill_and_confirm);

bool percpu_ref_is_zero(struct percpu_ref *ref)
{
	unsigned long flags;
	bool zero;

	if (!(READ_ONCE(ref->percpu_count_ptr) & __PERCPU_REF_ATOMIC_DEAD))
		return false;
	spin_lock_irqsave(&switch_lock, flags);
	if (ref->data)
		zero = !atomic_long_read(&ref->data->count);
	else
		zero = !(ref->percpu_count_ptr >> __PERCPU_REF_FLAG_BITS);
	spin_unlock_irqrestore(&switch_lock, flags);
	return zero;
}
EXPORT_SYMBOL_GPL(percpu_ref_is_zero);

void percpu_ref_resurrect(struct percpu_ref *ref)
{
	unsigned long flags;

	spin_lock_irqsave(&switch_lock, flags);
	WARN_ON_ONCE(!percpu_ref_is_dying(ref));
	WRITE_ONCE(ref->percpu_count_ptr, ref->percpu_count_ptr & ~__PERCPU_REF_DEAD);
	percpu_ref_get(ref);
	settle_mode(ref, NULL);
	spin_unlock_irqrestore(&switch_lock, flags);
}
EXPORT_SYMBOL_GPL(percpu_ref_resurrect);

void percpu_ref_reinit(struct percpu_ref *ref)
{
	WARN_ON_ONCE(!percpu_ref_is_zero(ref));
	percpu_ref_resurrect(ref);
}
EXPORT_SYMBOL_GPL(percpu_ref_reinit);
