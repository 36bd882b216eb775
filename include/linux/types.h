/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's basic types.
 *
 * Kernel path: linux/types.h. Fixed-size kernel types (u8 ... s64) are separate
 * from those of <stdint.h>: u64 is unsigned long long, uint64_t is whatever libc
 * says. Names that libc owns (size_t, loff_t, pid_t, uint, ulong ...) come from
 * libc. The UAPI part (__u32, __be16 ...) comes from the system's header.
 */
/* <sys/kd.h> reads the UAPI's <linux/kd.h> with <linux/types.h> disabled. */
#if !defined(_UDM_LINUX_TYPES_H) && !defined(__undef_LINUX_TYPES_H)
#define _UDM_LINUX_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include_next <linux/types.h>
#include <linux/compiler_types.h>

typedef __u8 u8;
typedef __s8 s8;
typedef __u16 u16;
typedef __s16 s16;
typedef __u32 u32;
typedef __s32 s32;
typedef __u64 u64;
typedef __s64 s64;
#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 s128;
__extension__ typedef unsigned __int128 u128;
#endif
typedef __u8 unchar;

#define aligned_u64 __aligned_u64
#define aligned_s64 __aligned_s64
#define aligned_be64 __aligned_be64
#define aligned_le64 __aligned_le64

typedef u64 dma_addr_t;
typedef u64 phys_addr_t;
typedef phys_addr_t resource_size_t;
typedef u64 sector_t;
typedef unsigned short umode_t;
typedef unsigned int __bitwise gfp_t;
typedef unsigned int __bitwise slab_flags_t;
typedef unsigned int __bitwise fmode_t;
typedef s64 ktime_t;
typedef unsigned long irq_hw_number_t;

#define pgoff_t unsigned long

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 __aligned(8) counter;
} atomic64_t;

#define ATOMIC_INIT(i) { (i) }
#define ATOMIC64_INIT(i) { (i) }

typedef struct {
	atomic_t refcnt;
} rcuref_t;
#define RCUREF_INIT(i) { .refcnt = ATOMIC_INIT((i) - 1) }

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_head {
	struct hlist_node *first;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

/* Two words at pointer alignment, so the low bits of its address are free for tags. */
struct callback_head {
	struct callback_head *next;
	void (*func)(struct callback_head *head);
} __aligned(sizeof(void *));
#define rcu_head callback_head

typedef void (*rcu_callback_t)(struct rcu_head *head);
typedef void (*call_rcu_func_t)(struct rcu_head *head, rcu_callback_t func);

typedef void (*swap_r_func_t)(void *a, void *b, int size, const void *priv);
typedef void (*swap_func_t)(void *a, void *b, int size);
typedef int (*cmp_r_func_t)(const void *a, const void *b, const void *priv);
typedef int (*cmp_func_t)(const void *a, const void *b);

#define DECLARE_BITMAP(name, bits) unsigned long name[(((bits) + 63) / 64)]

#endif
