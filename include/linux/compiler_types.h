/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compiler attributes and annotations.
 *
 * Kernel paths: linux/compiler_types.h, linux/compiler_attributes.h. Address
 * space and lock annotations mean something to sparse only; here they are
 * empty. libc headers that use the same names are included first, so nothing
 * defined here can change them.
 */
#ifndef _UDM_LINUX_COMPILER_TYPES_H
#define _UDM_LINUX_COMPILER_TYPES_H

#include <features.h>
#include <sys/cdefs.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/stddef.h>

#ifndef __has_builtin
#define __has_builtin(x) 0
#endif
#ifndef __has_attribute
#define __has_attribute(x) 0
#endif
#ifndef __has_feature
#define __has_feature(x) 0
#endif

#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define __UDM_TSAN__ 1
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define __UDM_ASAN__ 1
#endif

/* sparse: address spaces, integer kinds, lock contexts. */
#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __nocast
#define __safe
#define __private
#define __must_hold(x)
#define __must_not_hold(x)
#define __acquires(x)
#define __releases(x)
#define __cond_acquires(x, ...)
#define __acquires_shared(x)
#define __releases_shared(x)
#define __cond_lock(x, c) (c)
#define __acquire(x) ((void)0)
#define __release(x) ((void)0)
#define __chk_user_ptr(x) ((void)(x))
#define __chk_io_ptr(x) ((void)(x))
#ifndef __bitwise
#define __bitwise
#endif
#ifndef __bitwise__
#define __bitwise__ __bitwise
#endif
#define ACCESS_PRIVATE(p, member) ((p)->member)

/* Functions. */
#ifndef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif
#ifndef __attribute_const__
#define __attribute_const__ __attribute__((__const__))
#endif
#define noinline __attribute__((__noinline__))
#define noinline_for_stack noinline
#define notrace __attribute__((__no_instrument_function__))
#define __gnu_inline __attribute__((__gnu_inline__))
#define __must_check __attribute__((__warn_unused_result__))
#define __pure __attribute__((__pure__))
#define __cold __attribute__((__cold__))
#define __noreturn __attribute__((__noreturn__))
#define __malloc __attribute__((__malloc__))
#define __weak __attribute__((__weak__))
#define __alias(symbol) __attribute__((__alias__(#symbol)))
#define __printf(a, b) __attribute__((__format__(__printf__, a, b)))
#define __scanf(a, b) __attribute__((__format__(__scanf__, a, b)))
#define __deprecated
#define __cleanup(func) __attribute__((__cleanup__(func)))
#define __assume_aligned(a, ...) __attribute__((__assume_aligned__(a, ##__VA_ARGS__)))
#define __alloc_size(x, ...) __attribute__((__alloc_size__(x, ##__VA_ARGS__)))
#define __realloc_size(x, ...) __alloc_size(x, ##__VA_ARGS__)
#define __no_sanitize_address __attribute__((__no_sanitize_address__))
#define __no_kasan_or_inline __no_sanitize_address __maybe_unused
#define __no_kcsan
#define __no_kmsan_checks
#define __no_sanitize_or_inline __always_inline
#define __no_stack_protector
#define __nocfi
#define __noscs
#define __latent_entropy
#define __flatten __attribute__((__flatten__))
#define __visible __attribute__((__visibility__("default")))
/* Used between the files of one library only. */
#define __internal __attribute__((__visibility__("hidden")))
#define asmlinkage
#define asmlinkage_visible asmlinkage
#define inline_for_performance inline
#define __noendbr

/* Objects and types. */
#define __maybe_unused __attribute__((__unused__))
#define __always_unused __attribute__((__unused__))
#define __used __attribute__((__used__))
#define __packed __attribute__((__packed__))
#define __aligned(n) __attribute__((__aligned__(n)))
#define __aligned_largest __attribute__((__aligned__))
#define __section(s) __attribute__((__section__(s)))
#define __mode(x) __attribute__((__mode__(x)))
#define __designated_init
#define __nonstring
#define __randomize_layout
#define __no_randomize_layout
#define randomized_struct_fields_start
#define randomized_struct_fields_end
#define __compiletime_warning(msg)
#if defined(__clang__) ? __has_attribute(error) : 1
#define __compiletime_error(msg) __attribute__((__error__(msg)))
#else
#define __compiletime_error(msg)
#endif
#ifndef __counted_by
#define __counted_by(m)
#endif
#define __counted_by_le(m)
#define __counted_by_be(m)
#define __counted_by_ptr(m)
#define __guarded_by(...)
#define __pt_guarded_by(...)
#define __ref
#define __refdata
#define __refconst

#ifndef fallthrough
#define fallthrough __attribute__((__fallthrough__))
#endif

/* Token pasting and names. */
#define ___PASTE(a, b) a##b
#define __PASTE(a, b) ___PASTE(a, b)
#define __UNIQUE_ID(prefix) __PASTE(__PASTE(__UNIQUE_ID_, prefix), __COUNTER__)

/* Type tests. */
#define __same_type(a, b) __builtin_types_compatible_p(typeof(a), typeof(b))
#define __native_word(t)                                                                           \
	(sizeof(t) == sizeof(char) || sizeof(t) == sizeof(short) || sizeof(t) == sizeof(int) ||    \
	 sizeof(t) == sizeof(long))
/* The type of x as an rvalue: without qualifiers, not promoted. */
#define __unqual_scalar_typeof(x) typeof((void)0, (x))
#define TYPEOF_UNQUAL(x) typeof((void)0, (x))
#define __diag_push()
#define __diag_pop()
#define __diag_ignore_all(option, comment)
#define __diag_ignore(compiler, version, option, comment)

#endif
