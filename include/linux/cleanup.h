/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Things undone when a variable goes out of scope.
 *
 * Kernel path: linux/cleanup.h. DEFINE_FREE(name, type, code) makes
 * __free(name) run code on the variable, called _T. A class is a type with a
 * constructor and a destructor; a guard is a class that holds a lock. Destructors
 * run in reverse order of declaration however the scope is left. Objects of a
 * conditional guard may have failed to lock; then their pointer is NULL or an
 * error and the destructor does nothing.
 */
#ifndef _UDM_LINUX_CLEANUP_H
#define _UDM_LINUX_CLEANUP_H

#include <linux/args.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/err.h>

/* Single objects. */
#define DEFINE_FREE(_name, _type, _free)                                                           \
	static __always_inline __maybe_unused void __free_##_name(void *p)                         \
	{                                                                                          \
		_type _T = *(_type *)p;                                                            \
		_free;                                                                             \
	}
#define __free(_name) __cleanup(__free_##_name)

/* The value of p, which becomes NULL and so is not freed. */
#define __get_and_null(p, nullvalue)                                                               \
	({                                                                                         \
		__auto_type __owned = &(p);                                                        \
		__auto_type __taken = *__owned;                                                    \
		*__owned = (nullvalue);                                                            \
		__taken;                                                                           \
	})

static __always_inline __maybe_unused __must_check const volatile void *
__must_check_fn(const volatile void *val)
{
	return val;
}

#define no_free_ptr(p)                                                                             \
	((typeof(p))__must_check_fn((__force const volatile void *)__get_and_null(p, NULL)))
#define return_ptr(p) return no_free_ptr(p)
#define retain_and_null_ptr(p) ((void)__get_and_null(p, NULL))

/* Classes. */
#define DEFINE_CLASS(_name, _type, _exit, _init, _init_args...)                                    \
	typedef _type class_##_name##_t;                                                           \
	typedef _type lock_##_name##_t;                                                            \
	static __always_inline __maybe_unused void class_##_name##_destructor(_type *p)            \
	{                                                                                          \
		_type _T = *p;                                                                     \
		_exit;                                                                             \
	}                                                                                          \
	static __always_inline __maybe_unused _type class_##_name##_constructor(_init_args)        \
	{                                                                                          \
		_type t = _init;                                                                   \
		return t;                                                                          \
	}
#define EXTEND_CLASS(_name, ext, _init, _init_args...)                                             \
	typedef class_##_name##_t class_##_name##ext##_t;                                          \
	typedef class_##_name##_t lock_##_name##ext##_t;                                           \
	static __always_inline __maybe_unused void                                                 \
	class_##_name##ext##_destructor(class_##_name##_t *p)                                      \
	{                                                                                          \
		class_##_name##_destructor(p);                                                     \
	}                                                                                          \
	static __always_inline __maybe_unused class_##_name##_t                                    \
	class_##_name##ext##_constructor(_init_args)                                               \
	{                                                                                          \
		class_##_name##_t t = _init;                                                       \
		return t;                                                                          \
	}
#define CLASS_INIT(_name, _var, _init_expr)                                                        \
	class_##_name##_t _var __cleanup(class_##_name##_destructor) = (_init_expr)
#define CLASS(_name, var)                                                                          \
	class_##_name##_t var __maybe_unused __cleanup(class_##_name##_destructor) =               \
		class_##_name##_constructor
#define scoped_class(_name, var, args)                                                             \
	for (CLASS(_name, var)(args), *__once __maybe_unused = (void *)1; __once; __once = NULL)

/* Guards: a class with a function that gives the locked object (NULL: not locked). */
#define __is_cond_ptr(_name) class_##_name##_is_conditional
#define __guard_ptr(_name) class_##_name##_lock_ptr
#define __guard_err(_name) class_##_name##_lock_err

#define __DEFINE_CLASS_IS_CONDITIONAL(_name, _is_cond)                                             \
	static __maybe_unused const bool class_##_name##_is_conditional = _is_cond
#define __udm_lock_or_null(p) (IS_ERR_OR_NULL((void *)(p)) ? NULL : (void *)(p))
#define __udm_lock_error(p) ((p) ? (IS_ERR((void *)(p)) ? (int)PTR_ERR((void *)(p)) : 0) : -EBUSY)

#define __DEFINE_GUARD_LOCK_PTR(_name, _exp)                                                       \
	static __always_inline __maybe_unused void *                                               \
	class_##_name##_lock_ptr(class_##_name##_t *_T)                                            \
	{                                                                                          \
		return __udm_lock_or_null(*(_exp));                                                \
	}                                                                                          \
	static __always_inline __maybe_unused int class_##_name##_lock_err(class_##_name##_t *_T)  \
	{                                                                                          \
		return __udm_lock_error(*(_exp));                                                  \
	}

#define DEFINE_GUARD(_name, _type, _lock, _unlock)                                                 \
	__DEFINE_CLASS_IS_CONDITIONAL(_name, false);                                               \
	DEFINE_CLASS(_name, _type, if (!IS_ERR_OR_NULL((void *)_T)) { _unlock; },                  \
		     ({ _lock; _T; }), _type _T);                                                  \
	__DEFINE_GUARD_LOCK_PTR(_name, _T)
/* _condlock: true (or, with _cond, an expression over _RET) when it locked. */
#define DEFINE_GUARD_COND_4(_name, _ext, _lock, _cond)                                             \
	__DEFINE_CLASS_IS_CONDITIONAL(_name##_ext, true);                                          \
	EXTEND_CLASS(_name, _ext, ({                                                               \
			     void *_t = _T;                                                        \
			     int _RET = (_lock);                                                   \
			     if (_T && !(_cond))                                                   \
				     _t = ERR_PTR(_RET);                                           \
			     _t;                                                                   \
		     }),                                                                           \
		     class_##_name##_t _T)                                                         \
	static __always_inline __maybe_unused void *                                               \
	class_##_name##_ext##_lock_ptr(class_##_name##_t *_T)                                      \
	{                                                                                          \
		return class_##_name##_lock_ptr(_T);                                               \
	}                                                                                          \
	static __always_inline __maybe_unused int                                                  \
	class_##_name##_ext##_lock_err(class_##_name##_t *_T)                                      \
	{                                                                                          \
		return class_##_name##_lock_err(_T);                                               \
	}
#define DEFINE_GUARD_COND_3(_name, _ext, _lock) DEFINE_GUARD_COND_4(_name, _ext, _lock, _RET)
#define DEFINE_GUARD_COND(X...) CONCATENATE(DEFINE_GUARD_COND_, COUNT_ARGS(X))(X)

#define guard(_name) CLASS(_name, __UNIQUE_ID(guard))

/* The body runs once, with the lock held; break and goto leave it properly. */
#define __scoped_guard(_name, _label, args...)                                                     \
	for (CLASS(_name, scope)(args);                                                            \
	     __guard_ptr(_name)(&scope) || !__is_cond_ptr(_name); ({ goto _label; }))              \
		if (0) {                                                                           \
_label:                                                                                            \
			break;                                                                     \
		} else
#define scoped_guard(_name, args...) __scoped_guard(_name, __UNIQUE_ID(label), args)
/* _fail is a statement that runs when the lock was not taken. */
#define __scoped_cond_guard(_name, _fail, _label, args...)                                         \
	for (CLASS(_name, scope)(args); true; ({ goto _label; }))                                  \
		if (!__guard_ptr(_name)(&scope)) {                                                 \
			BUILD_BUG_ON(!__is_cond_ptr(_name));                                       \
			_fail;                                                                     \
_label:                                                                                            \
			break;                                                                     \
		} else
#define scoped_cond_guard(_name, _fail, args...)                                                   \
	__scoped_cond_guard(_name, _fail, __UNIQUE_ID(label), args)

/* ACQUIRE(cond_guard, var)(lock); error = ACQUIRE_ERR(cond_guard, &var). */
#define ACQUIRE(_name, _var) CLASS(_name, _var)
#define ACQUIRE_ERR(_name, _var) __guard_err(_name)(_var)

/*
 * Guards with more state than the lock's address. _type is the lock, further
 * members follow it; _lock and _unlock see the object as _T, _T->lock the lock.
 */
#define __DEFINE_UNLOCK_GUARD(_name, _type, _unlock, ...)                                          \
	typedef struct {                                                                           \
		_type *lock;                                                                       \
		__VA_ARGS__;                                                                       \
	} class_##_name##_t;                                                                       \
	static __always_inline __maybe_unused void                                                 \
	class_##_name##_destructor(class_##_name##_t *_T)                                          \
	{                                                                                          \
		if (!IS_ERR_OR_NULL((void *)_T->lock)) {                                           \
			_unlock;                                                                   \
		}                                                                                  \
	}                                                                                          \
	__DEFINE_GUARD_LOCK_PTR(_name, &_T->lock)
#define __DEFINE_LOCK_GUARD_1(_name, _type, _lock)                                                 \
	static __always_inline __maybe_unused class_##_name##_t                                    \
	class_##_name##_constructor(_type *l)                                                      \
	{                                                                                          \
		class_##_name##_t _t = { .lock = l }, *_T = &_t;                                   \
		_lock;                                                                             \
		return _t;                                                                         \
	}
#define __DEFINE_LOCK_GUARD_0(_name, _lock)                                                        \
	static __always_inline __maybe_unused class_##_name##_t class_##_name##_constructor(void)  \
	{                                                                                          \
		class_##_name##_t _t = { .lock = (void *)1 }, *_T __maybe_unused = &_t;            \
		_lock;                                                                             \
		return _t;                                                                         \
	}
#define DEFINE_LOCK_GUARD_1(_name, _type, _lock, _unlock, ...)                                     \
	__DEFINE_CLASS_IS_CONDITIONAL(_name, false);                                               \
	__DEFINE_UNLOCK_GUARD(_name, _type, _unlock, __VA_ARGS__)                                  \
	__DEFINE_LOCK_GUARD_1(_name, _type, _lock)
#define DEFINE_LOCK_GUARD_0(_name, _lock, _unlock, ...)                                            \
	__DEFINE_CLASS_IS_CONDITIONAL(_name, false);                                               \
	__DEFINE_UNLOCK_GUARD(_name, void, _unlock, __VA_ARGS__)                                   \
	__DEFINE_LOCK_GUARD_0(_name, _lock)
#define DEFINE_LOCK_GUARD_1_COND_4(_name, _ext, _lock, _cond)                                      \
	__DEFINE_CLASS_IS_CONDITIONAL(_name##_ext, true);                                          \
	EXTEND_CLASS(_name, _ext, ({                                                               \
			     class_##_name##_t _t = { .lock = l }, *_T = &_t;                      \
			     int _RET = (_lock);                                                   \
			     if (_T->lock && !(_cond))                                             \
				     _T->lock = ERR_PTR(_RET);                                     \
			     _t;                                                                   \
		     }),                                                                           \
		     typeof_member(class_##_name##_t, lock) l)                                     \
	static __always_inline __maybe_unused void *                                               \
	class_##_name##_ext##_lock_ptr(class_##_name##_t *_T)                                      \
	{                                                                                          \
		return class_##_name##_lock_ptr(_T);                                               \
	}                                                                                          \
	static __always_inline __maybe_unused int                                                  \
	class_##_name##_ext##_lock_err(class_##_name##_t *_T)                                      \
	{                                                                                          \
		return class_##_name##_lock_err(_T);                                               \
	}
#define DEFINE_LOCK_GUARD_1_COND_3(_name, _ext, _lock)                                             \
	DEFINE_LOCK_GUARD_1_COND_4(_name, _ext, _lock, _RET)
#define DEFINE_LOCK_GUARD_1_COND(X...) CONCATENATE(DEFINE_LOCK_GUARD_1_COND_, COUNT_ARGS(X))(X)

#endif
