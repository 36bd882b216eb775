/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Read-copy-update.
 *
 * Kernel path: linux/rcupdate.h. There is one flavour: a grace period waits for
 * every rcu_read_lock() section and every region with preemption, BH or irqs
 * off, softirqs and irq handlers included, that was running when it began.
 * Readers nest, take no lock and must not sleep. Threads mode: liburcu; sim
 * mode: a grace period ends when the fibers that were inside have left.
 */
#ifndef _UDM_LINUX_RCUPDATE_H
#define _UDM_LINUX_RCUPDATE_H

#include <asm/barrier.h>
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/types.h>

#define ULONG_CMP_GE(a, b) (ULONG_MAX / 2 >= (a) - (b))
#define ULONG_CMP_LT(a, b) (ULONG_MAX / 2 < (a) - (b))

/* The first reader section of a task, when it is in no region: libkern/rcu/urcu.c. */
void udm_rcu_enter(struct thread_info *ti);
void udm_rcu_exit(struct thread_info *ti);
void udm_rcu_underflow(void) __cold;

/*
 * rcu_read_lock - keep what RCU-protected pointers point to
 *
 * Any context; nests; no sleeping until the matching rcu_read_unlock().
 * include/linux/rcupdate.h.
 */
static __always_inline void rcu_read_lock(void)
{
	struct thread_info *ti = current_thread_info();

	if (!ti->rcu_nesting++ && !ti->context)
		udm_rcu_enter(ti);
	barrier();
}

static __always_inline void rcu_read_unlock(void)
{
	struct thread_info *ti = current_thread_info();

	barrier();
#ifdef CONFIG_PROVE_LOCKING
	if (unlikely(!ti->rcu_nesting)) {
		udm_rcu_underflow();
		return;
	}
#endif
	if (!--ti->rcu_nesting && !ti->context)
		udm_rcu_exit(ti);
}

#define rcu_read_lock_bh() do { local_bh_disable(); rcu_read_lock(); } while (0)
#define rcu_read_unlock_bh() do { rcu_read_unlock(); local_bh_enable(); } while (0)
#define rcu_read_lock_sched() preempt_disable()
#define rcu_read_unlock_sched() preempt_enable()
#define rcu_read_lock_sched_notrace() preempt_disable()
#define rcu_read_unlock_sched_notrace() preempt_enable()
#define __rcu_read_lock() rcu_read_lock()
#define __rcu_read_unlock() rcu_read_unlock()

#define rcu_preempt_depth() ((int)current_thread_info()->rcu_nesting)
#define rcu_read_lock_held() (current_thread_info()->rcu_nesting != 0)
#define rcu_read_lock_bh_held() (in_softirq() || irqs_disabled())
#define rcu_read_lock_sched_held() (!preemptible())
#define rcu_read_lock_any_held() (rcu_read_lock_held() || !preemptible())
#define rcu_is_watching() true

#ifdef CONFIG_PROVE_LOCKING
/* Reports a use of an RCU-protected pointer outside protection, once per place. */
#define RCU_LOCKDEP_WARN(c, s)                                                                     \
	do {                                                                                       \
		static bool __section_warned;                                                      \
		if (debug_locks && (c) && !__section_warned) {                                     \
			__section_warned = true;                                                   \
			lockdep_rcu_suspicious(__FILE__, __LINE__, s);                             \
		}                                                                                  \
	} while (0)
void lockdep_rcu_suspicious(const char *file, int line, const char *text) __cold;
#else
#define RCU_LOCKDEP_WARN(c, s) do { (void)sizeof(c); } while (0)
#endif

#define rcu_lockdep_assert_cblist_protected(rdp) do { } while (0)
#define lockdep_assert_in_rcu_read_lock() WARN_ON_ONCE(!rcu_read_lock_held())
#define lockdep_assert_in_rcu_reader() WARN_ON_ONCE(!rcu_read_lock_any_held())
#define rcu_sleep_check() do { } while (0)

/*
 * rcu_dereference - load a protected pointer for use in this section
 *
 * What was written before rcu_assign_pointer() is visible through it. The _check
 * forms also allow condition @c instead of a section; _protected is for the
 * update side, under condition @c, without ordering.
 */
#define udm_rcu_load(p) __atomic_load_n(&(p), __ATOMIC_ACQUIRE)
#define __rcu_dereference_check(p, c, text)                                                        \
	({                                                                                         \
		RCU_LOCKDEP_WARN(!(c), text);                                                      \
		(typeof(*(p)) __force *)udm_rcu_load(p);                                           \
	})
#define rcu_dereference_check(p, c)                                                                \
	__rcu_dereference_check(p, (c) || rcu_read_lock_held(),                                    \
				"suspicious rcu_dereference_check() usage")
#define rcu_dereference_bh_check(p, c)                                                             \
	__rcu_dereference_check(p, (c) || rcu_read_lock_bh_held(),                                 \
				"suspicious rcu_dereference_bh_check() usage")
#define rcu_dereference_sched_check(p, c)                                                          \
	__rcu_dereference_check(p, (c) || rcu_read_lock_sched_held(),                              \
				"suspicious rcu_dereference_sched_check() usage")
#define rcu_dereference_all_check(p, c)                                                            \
	__rcu_dereference_check(p, (c) || rcu_read_lock_any_held(),                                \
				"suspicious rcu_dereference_all_check() usage")
#define rcu_dereference(p) rcu_dereference_check(p, 0)
#define rcu_dereference_bh(p) rcu_dereference_bh_check(p, 0)
#define rcu_dereference_sched(p) rcu_dereference_sched_check(p, 0)
#define rcu_dereference_all(p) rcu_dereference_all_check(p, 0)
#define rcu_dereference_raw(p) ((typeof(*(p)) __force *)udm_rcu_load(p))
#define rcu_dereference_raw_check(p) rcu_dereference_raw(p)
#define rcu_dereference_protected(p, c)                                                            \
	({                                                                                         \
		RCU_LOCKDEP_WARN(!(c), "suspicious rcu_dereference_protected() usage");            \
		(typeof(*(p)) __force *)(p);                                                       \
	})
/* The value only; not to be dereferenced. */
#define rcu_access_pointer(p) ((typeof(*(p)) __force *)__atomic_load_n(&(p), __ATOMIC_RELAXED))
#define rcu_pointer_handoff(p) (p)
#define unrcu_pointer(p) ((typeof(*(p)) __force *)(p))

/* Publishes @v: what was written before is visible to rcu_dereference(). */
#define rcu_assign_pointer(p, v)                                                                   \
	do {                                                                                       \
		typeof(p) __published = (typeof(p))(v);                                            \
		__atomic_store_n(&(p), __published, __ATOMIC_RELEASE);                             \
	} while (0)
/* No ordering: for NULL, or before anybody can see the pointer. */
#define RCU_INIT_POINTER(p, v)                                                                     \
	do {                                                                                       \
		__atomic_store_n(&(p), (typeof(p))(v), __ATOMIC_RELAXED);                          \
	} while (0)
#define RCU_INITIALIZER(v) (typeof(*(v)) __force __rcu *)(v)
#define RCU_POINTER_INITIALIZER(p, v) .p = RCU_INITIALIZER(v)
#define rcu_replace_pointer(rcu_ptr, ptr, c)                                                       \
	({                                                                                         \
		typeof(ptr) __replaced = rcu_dereference_protected((rcu_ptr), (c));                \
		rcu_assign_pointer((rcu_ptr), (ptr));                                              \
		__replaced;                                                                        \
	})
#define rcu_check_sparse(p, space)

typedef void (*rcu_callback_t)(struct rcu_head *head);
typedef void (*call_rcu_func_t)(struct rcu_head *head, rcu_callback_t func);

/*
 * synchronize_rcu - wait for a grace period
 *
 * May sleep. A caller inside a read section or a region would wait for itself:
 * that is reported by a WARN, and the call returns at once. Full memory ordering
 * against every section that ended before the return or begins after it.
 * kernel/rcu/tree.c.
 */
void synchronize_rcu(void);
void synchronize_rcu_expedited(void);

/*
 * call_rcu - run a function after a grace period
 *
 * Any context. @func runs once, in softirq context (BH off, must not sleep);
 * it may queue @head again or free it. Queuing a head twice before it ran is a
 * bug. In threads mode callbacks are collected for up to 3 ms before a grace period
 * begins for them; call_rcu_hurry() and whoever waits, as in rcu_barrier(), end that at once.
 * kernel/rcu/tree.c.
 */
void call_rcu(struct rcu_head *head, rcu_callback_t func);
void call_rcu_hurry(struct rcu_head *head, rcu_callback_t func);

/* Waits until all callbacks queued before the call, by anybody, have run. May sleep. */
void rcu_barrier(void);
/* The same for kfree_rcu(). */
void kvfree_rcu_barrier(void);

/* Grace periods by number: a cookie now, and whether one has passed since. */
unsigned long get_state_synchronize_rcu(void);
unsigned long start_poll_synchronize_rcu(void);
bool poll_state_synchronize_rcu(unsigned long oldstate);
void cond_synchronize_rcu(unsigned long oldstate);

static inline bool same_state_synchronize_rcu(unsigned long oldstate1, unsigned long oldstate2)
{
	return oldstate1 == oldstate2;
}

/* A cookie whose grace period is over. */
#define RCU_GET_STATE_COMPLETED 0x1

static inline unsigned long get_completed_synchronize_rcu(void)
{
	return RCU_GET_STATE_COMPLETED;
}

#define rcu_expedite_gp() do { } while (0)
#define rcu_unexpedite_gp() do { } while (0)
#define rcu_momentary_eqs() do { } while (0)
#define rcu_softirq_qs_periodic(old_ts) do { (void)(old_ts); } while (0)
#define rcu_all_qs() do { } while (0)
#define rcu_note_voluntary_context_switch(t) do { } while (0)

static inline void init_rcu_head(struct rcu_head *head)
{
	(void)head;
}

static inline void destroy_rcu_head(struct rcu_head *head)
{
	(void)head;
}

static inline void init_rcu_head_on_stack(struct rcu_head *head)
{
	(void)head;
}

static inline void destroy_rcu_head_on_stack(struct rcu_head *head)
{
	(void)head;
}

/*
 * kfree_rcu - free memory after a grace period
 * @ptr: from kmalloc, kvmalloc or a kmem_cache; NULL does nothing
 * @rhf: name of the struct rcu_head in it, at an offset below 4096
 *
 * Any context. kfree_rcu_mightsleep() needs no head and may sleep.
 */
#define kfree_rcu(ptr, rhf) kvfree_rcu_arg_2(ptr, rhf)
#define kvfree_rcu(ptr, rhf) kvfree_rcu_arg_2(ptr, rhf)
#define kfree_rcu_mightsleep(ptr) kvfree_rcu_arg_1(ptr)
#define kvfree_rcu_mightsleep(ptr) kvfree_rcu_arg_1(ptr)
#define kvfree_rcu_arg_2(ptr, rhf)                                                                 \
	do {                                                                                       \
		typeof(ptr) __freed = (ptr);                                                       \
		BUILD_BUG_ON(offsetof(typeof(*(ptr)), rhf) >= 4096);                               \
		if (__freed)                                                                       \
			kvfree_call_rcu(&__freed->rhf, (void *)__freed);                           \
	} while (0)
#define kvfree_rcu_arg_1(ptr)                                                                      \
	do {                                                                                       \
		typeof(ptr) __freed = (ptr);                                                       \
		if (__freed)                                                                       \
			kvfree_call_rcu(NULL, (void *)__freed);                                    \
	} while (0)

/* @head NULL: may sleep. mm/slab_common.c. */
void kvfree_call_rcu(struct rcu_head *head, void *ptr);

DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())

#endif
