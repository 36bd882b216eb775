/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lock checking: who holds what, and in which order.
 *
 * Kernel path: linux/lockdep.h. With CONFIG_LOCKDEP (debug builds) every task
 * keeps a list of the locks it holds and the checker keeps, per class of locks,
 * the classes taken while holding it and the contexts it was taken in. It
 * warns of inversions, of recursion, of a lock taken in softirq or hardirq
 * context and elsewhere with that context enabled, and of unlocking what is
 * not held. Without it all assertions only type-check their lock expression,
 * and lockdep_assert() does not evaluate its condition.
 */
#ifndef _UDM_LINUX_LOCKDEP_H
#define _UDM_LINUX_LOCKDEP_H

#include <asm/current.h>
#include <linux/bug.h>
#include <linux/instruction_pointer.h>
#include <linux/lockdep_types.h>
#include <linux/preempt.h>
#include <linux/types.h>

#define LOCK_STATE_UNKNOWN -1
#define LOCK_STATE_NOT_HELD 0
#define LOCK_STATE_HELD 1

#ifdef CONFIG_LOCKDEP

extern int debug_locks;
extern struct lock_class_key __lockdep_no_validate__;

/* Clears what is known of a map and gives it a class; wait types are only noted. */
void lockdep_init_map_type(struct lockdep_map *map, const char *name, struct lock_class_key *key,
			   int subclass, u8 inner, u8 outer, u8 lock_type);

/*
 * lock_acquire - note that the current task takes a lock
 * @trylock: no waiting, so no order is recorded
 * @read: 0 exclusive, 1 shared, 2 shared and may recurse
 * @nest_lock: locks of this class may nest in any order while it is held
 *
 * Called before the lock is waited for (after success for trylocks).
 */
void lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock, int read, int check,
		  struct lockdep_map *nest_lock, unsigned long ip);
void lock_release(struct lockdep_map *map, unsigned long ip);
/* @read: -1 any, 0 exclusive, 1 shared. LOCK_STATE_*. */
int lock_is_held_type(const struct lockdep_map *map, int read);
void lock_downgrade(struct lockdep_map *map, unsigned long ip);
/* WARNs if the task holds locks; for the places where it must not. */
void debug_check_no_locks_held(void);
void lockdep_register_key(struct lock_class_key *key);
void lockdep_unregister_key(struct lock_class_key *key);
void lockdep_off(void);
void lockdep_on(void);

#define lock_is_held(map) lock_is_held_type(map, -1)
#define lockdep_is_held(lock) lock_is_held(&(lock)->dep_map)
#define lockdep_is_held_type(lock, r) lock_is_held_type(&(lock)->dep_map, (r))
#define lockdep_depth(task) ((task)->lockdep_depth)

#define lockdep_init_map(map, name, key, sub)                                                      \
	lockdep_init_map_type(map, name, key, sub, LD_WAIT_INV, LD_WAIT_INV, 0)
#define lockdep_init_map_wait(map, name, key, sub, inner)                                          \
	lockdep_init_map_type(map, name, key, sub, inner, LD_WAIT_INV, 0)
#define lockdep_set_class(lock, key) lockdep_init_map(&(lock)->dep_map, #key, key, 0)
#define lockdep_set_class_and_name(lock, key, name)                                                \
	lockdep_init_map(&(lock)->dep_map, name, key, 0)
#define lockdep_set_class_and_subclass(lock, key, sub)                                             \
	lockdep_init_map(&(lock)->dep_map, #key, key, sub)
#define lockdep_set_subclass(lock, sub)                                                            \
	lockdep_init_map(&(lock)->dep_map, (lock)->dep_map.name, (lock)->dep_map.key, sub)
/* Its order and contexts are not checked: for locks of the runtime itself. */
#define lockdep_set_novalidate_class(lock)                                                         \
	lockdep_set_class_and_name(lock, &__lockdep_no_validate__, #lock)
#define lockdep_match_class(lock, k) ((lock)->dep_map.key == (k))
#define STATIC_LOCKDEP_MAP_INIT(_name, _key) { .name = (_name), .key = (void *)(_key) }

#define lockdep_assert(cond)                                                                       \
	do {                                                                                       \
		WARN_ON(debug_locks && !(cond));                                                   \
	} while (0)
#define lockdep_assert_once(cond)                                                                  \
	do {                                                                                       \
		WARN_ON_ONCE(debug_locks && !(cond));                                              \
	} while (0)
#define lockdep_assert_held(l) lockdep_assert(lockdep_is_held(l) != LOCK_STATE_NOT_HELD)
#define lockdep_assert_not_held(l) lockdep_assert(lockdep_is_held(l) != LOCK_STATE_HELD)
#define lockdep_assert_held_write(l) lockdep_assert(lockdep_is_held_type(l, 0))
#define lockdep_assert_held_read(l) lockdep_assert(lockdep_is_held_type(l, 1))
#define lockdep_assert_held_once(l) lockdep_assert_once(lockdep_is_held(l) != LOCK_STATE_NOT_HELD)
#define lockdep_assert_none_held_once() lockdep_assert_once(!current->lockdep_depth)
#define lockdep_recursing(task) ((task)->lockdep_recursion)

#define lockdep_assert_in_softirq()                                                                \
	WARN_ON_ONCE(debug_locks && (!in_softirq() || in_hardirq() || in_nmi()))
#define lockdep_assert_no_hardirq()                                                                \
	WARN_ON_ONCE(debug_locks && (in_hardirq() || irqs_disabled()))
#define lockdep_assert_irqs_enabled() WARN_ON_ONCE(debug_locks && irqs_disabled())
#define lockdep_assert_irqs_disabled() WARN_ON_ONCE(debug_locks && !irqs_disabled())
#define lockdep_assert_in_irq() WARN_ON_ONCE(debug_locks && !in_hardirq())
#define lockdep_assert_preemption_enabled() WARN_ON_ONCE(debug_locks && !preemptible())
#define lockdep_assert_preemption_disabled() WARN_ON_ONCE(debug_locks && preemptible())
#define lockdep_assert_in_softirq_func() lockdep_assert_in_softirq()

#define might_lock(lock)                                                                           \
	do {                                                                                       \
		lock_acquire(&(lock)->dep_map, 0, 0, 0, 1, NULL, _THIS_IP_);                       \
		lock_release(&(lock)->dep_map, _THIS_IP_);                                         \
	} while (0)
#define might_lock_read(lock)                                                                      \
	do {                                                                                       \
		lock_acquire(&(lock)->dep_map, 0, 0, 1, 1, NULL, _THIS_IP_);                       \
		lock_release(&(lock)->dep_map, _THIS_IP_);                                         \
	} while (0)
#define might_lock_nested(lock, subclass)                                                          \
	do {                                                                                       \
		lock_acquire(&(lock)->dep_map, subclass, 0, 0, 1, NULL, _THIS_IP_);                \
		lock_release(&(lock)->dep_map, _THIS_IP_);                                         \
	} while (0)

#define udm_init_dep_map(lock, lockname, key, wait)                                                \
	lockdep_init_map_wait(&(lock)->dep_map, lockname, key, 0, wait)

#else /* !CONFIG_LOCKDEP */

static __always_inline void lock_acquire(struct lockdep_map *map, unsigned int subclass,
					 int trylock, int read, int check,
					 struct lockdep_map *nest_lock, unsigned long ip)
{
	(void)map, (void)subclass, (void)trylock, (void)read, (void)check;
	(void)nest_lock, (void)ip;
}

static __always_inline void lock_release(struct lockdep_map *map, unsigned long ip)
{
	(void)map, (void)ip;
}

#define lock_is_held(map) 1
#define lock_is_held_type(map, r) 1
#define lockdep_is_held(lock) ((void)sizeof(lock), 1)
#define lockdep_is_held_type(lock, r) ((void)sizeof(lock), (void)sizeof(r), 1)
#define lockdep_depth(task) 0
#define lockdep_off() do { } while (0)
#define lockdep_on() do { } while (0)
#define lockdep_recursing(task) 0

#define lockdep_init_map_type(map, name, key, sub, inner, outer, type)                             \
	do { (void)(map); (void)(name); (void)(key); } while (0)
#define lockdep_init_map(map, name, key, sub)                                                      \
	do { (void)(map); (void)(name); (void)(key); } while (0)
#define lockdep_init_map_wait(map, name, key, sub, inner)                                          \
	do { (void)(map); (void)(name); (void)(key); } while (0)
#define lockdep_set_class(lock, key) do { (void)(lock); (void)(key); } while (0)
#define lockdep_set_class_and_name(lock, key, name)                                                \
	do { (void)(lock); (void)(key); (void)(name); } while (0)
#define lockdep_set_class_and_subclass(lock, key, sub) do { (void)(lock); (void)(key); } while (0)
#define lockdep_set_subclass(lock, sub) do { (void)(lock); } while (0)
#define lockdep_set_novalidate_class(lock) do { } while (0)
#define lockdep_match_class(lock, key) 0
#define STATIC_LOCKDEP_MAP_INIT(_name, _key) { }

#define lockdep_assert(c) do { (void)sizeof(c); } while (0)
#define lockdep_assert_once(c) do { (void)sizeof(c); } while (0)
#define lockdep_assert_held(l) do { (void)(l); } while (0)
#define lockdep_assert_not_held(l) do { (void)(l); } while (0)
#define lockdep_assert_held_write(l) do { (void)(l); } while (0)
#define lockdep_assert_held_read(l) do { (void)(l); } while (0)
#define lockdep_assert_held_once(l) do { (void)(l); } while (0)
#define lockdep_assert_none_held_once() do { } while (0)

#define lockdep_assert_in_softirq() do { } while (0)
#define lockdep_assert_no_hardirq() do { } while (0)
#define lockdep_assert_irqs_enabled() do { } while (0)
#define lockdep_assert_irqs_disabled() do { } while (0)
#define lockdep_assert_in_irq() do { } while (0)
#define lockdep_assert_preemption_enabled() do { } while (0)
#define lockdep_assert_preemption_disabled() do { } while (0)
#define lockdep_assert_in_softirq_func() do { } while (0)

#define might_lock(lock) do { (void)(lock); } while (0)
#define might_lock_read(lock) do { (void)(lock); } while (0)
#define might_lock_nested(lock, subclass) do { (void)(lock); } while (0)

#define debug_check_no_locks_held() do { } while (0)
#define lockdep_register_key(key) do { (void)(key); } while (0)
#define lockdep_unregister_key(key) do { (void)(key); } while (0)

#define udm_init_dep_map(lock, lockname, key, wait)                                                \
	do { (void)(lockname); (void)(key); } while (0)

#endif

#define lockdep_pin_lock(l) ((struct pin_cookie){ })
#define lockdep_repin_lock(l, c) do { (void)(l); (void)(c); } while (0)
#define lockdep_unpin_lock(l, c) do { (void)(l); (void)(c); } while (0)
#define lockdep_invariant_state(force) do { } while (0)
#define lockdep_set_lock_cmp_fn(lock, cmp, print) do { } while (0)

#define SINGLE_DEPTH_NESTING 1

#define lock_map_acquire(map) lock_acquire(map, 0, 0, 0, 1, NULL, _THIS_IP_)
#define lock_map_acquire_read(map) lock_acquire(map, 0, 0, 2, 1, NULL, _THIS_IP_)
#define lock_map_acquire_tryread(map) lock_acquire(map, 0, 1, 2, 1, NULL, _THIS_IP_)
#define lock_map_release(map) lock_release(map, _THIS_IP_)

/* Debug builds: an expression that must hold, reported once checking is on. */
#ifdef CONFIG_LOCKDEP
#define DEBUG_LOCKS_WARN_ON(c) WARN_ON(debug_locks && (c))
#else
#define DEBUG_LOCKS_WARN_ON(c) ({ (void)sizeof(c); 0; })
#endif

#endif
