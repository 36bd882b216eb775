/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a lock carries for lock checking: nothing unless CONFIG_LOCKDEP.
 *
 * Kernel path: linux/lockdep_types.h.
 */
#ifndef _UDM_LINUX_LOCKDEP_TYPES_H
#define _UDM_LINUX_LOCKDEP_TYPES_H

#include <linux/types.h>

#define MAX_LOCKDEP_SUBCLASSES 8UL

enum lockdep_wait_type {
	LD_WAIT_INV = 0,
	LD_WAIT_FREE,
	LD_WAIT_SPIN,
	LD_WAIT_CONFIG,
	LD_WAIT_SLEEP,
	LD_WAIT_MAX,
};

#ifdef CONFIG_LOCKDEP

/* The address of a key, plus the subclass, is the identity of a class of locks. */
struct lock_class_key {
	char subkeys[MAX_LOCKDEP_SUBCLASSES];
};

/*
 * key NULL: the lock was initialised statically, its own address is the key.
 * class_cache: 1 + number of the class of subclass 0, 0 while unknown; valid
 * while its generation is that of lockdep.c.
 */
struct lockdep_map {
	struct lock_class_key *key;
	const char *name;
	u32 class_cache;
	u32 generation;
	u8 wait_type;
};

#define __DEP_MAP_INIT(lockname, type) .dep_map = { .name = #lockname, .wait_type = (type) },

#else

struct lock_class_key { };
struct lockdep_map { };

#define __DEP_MAP_INIT(lockname, type)

#endif

struct pin_cookie { };

#endif
