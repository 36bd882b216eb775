/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Static keys: flags that are read often and changed rarely.
 *
 * Kernel path: linux/jump_label.h. The kernel patches code; here a test is one
 * relaxed load. A key is on while its count is above 0. Changing one may sleep;
 * once the change returns every thread sees it.
 */
#ifndef _UDM_LINUX_JUMP_LABEL_H
#define _UDM_LINUX_JUMP_LABEL_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

struct static_key {
	atomic_t enabled;
};

struct static_key_true {
	struct static_key key;
};

struct static_key_false {
	struct static_key key;
};

#define STATIC_KEY_INIT_TRUE { .enabled = { 1 } }
#define STATIC_KEY_INIT_FALSE { .enabled = { 0 } }
#define STATIC_KEY_TRUE_INIT { .key = STATIC_KEY_INIT_TRUE }
#define STATIC_KEY_FALSE_INIT { .key = STATIC_KEY_INIT_FALSE }

#define DEFINE_STATIC_KEY_TRUE(name) struct static_key_true name = STATIC_KEY_TRUE_INIT
#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name = STATIC_KEY_FALSE_INIT
#define DEFINE_STATIC_KEY_TRUE_RO(name) DEFINE_STATIC_KEY_TRUE(name)
#define DEFINE_STATIC_KEY_FALSE_RO(name) DEFINE_STATIC_KEY_FALSE(name)
#define DECLARE_STATIC_KEY_TRUE(name) extern struct static_key_true name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name
#define DEFINE_STATIC_KEY_ARRAY_TRUE(name, count)                                                  \
	struct static_key_true name[count] = { [0 ...(count)-1] = STATIC_KEY_TRUE_INIT }
#define DEFINE_STATIC_KEY_ARRAY_FALSE(name, count)                                                 \
	struct static_key_false name[count] = { [0 ...(count)-1] = STATIC_KEY_FALSE_INIT }
#define DEFINE_STATIC_KEY_MAYBE(cfg, name)                                                         \
	__PASTE(DEFINE_STATIC_KEY_MAYBE_, IS_ENABLED(cfg))(name)
#define DEFINE_STATIC_KEY_MAYBE_1(name) DEFINE_STATIC_KEY_TRUE(name)
#define DEFINE_STATIC_KEY_MAYBE_0(name) DEFINE_STATIC_KEY_FALSE(name)
#define DECLARE_STATIC_KEY_MAYBE(cfg, name)                                                        \
	__PASTE(DECLARE_STATIC_KEY_MAYBE_, IS_ENABLED(cfg))(name)
#define DECLARE_STATIC_KEY_MAYBE_1(name) DECLARE_STATIC_KEY_TRUE(name)
#define DECLARE_STATIC_KEY_MAYBE_0(name) DECLARE_STATIC_KEY_FALSE(name)

static __always_inline int static_key_count(struct static_key *key)
{
	return atomic_read(&key->enabled);
}

#define __static_key_of(x)                                                                         \
	_Generic((x),                                                                              \
		struct static_key *: (struct static_key *)(void *)(x),                             \
		struct static_key_true *: (struct static_key *)(void *)(x),                        \
		struct static_key_false *: (struct static_key *)(void *)(x))
#define static_key_enabled(x) (static_key_count(__static_key_of(x)) > 0)
#define static_branch_likely(x) likely(static_key_enabled(x))
#define static_branch_unlikely(x) unlikely(static_key_enabled(x))
#define static_branch_maybe(config, x)                                                             \
	(IS_ENABLED(config) ? static_branch_likely(x) : static_branch_unlikely(x))
#define static_key_false(key) static_branch_unlikely(key)
#define static_key_true(key) static_branch_likely(key)

/* kernel: kernel/jump_label.c */
void static_key_slow_inc(struct static_key *key);
void static_key_slow_dec(struct static_key *key);
/* Set to 1 or 0. A key whose count is neither stays as it is and warns. */
void static_key_enable(struct static_key *key);
void static_key_disable(struct static_key *key);

#define static_branch_inc(x) static_key_slow_inc(__static_key_of(x))
#define static_branch_dec(x) static_key_slow_dec(__static_key_of(x))
#define static_branch_enable(x) static_key_enable(__static_key_of(x))
#define static_branch_disable(x) static_key_disable(__static_key_of(x))
#define static_branch_inc_cpuslocked(x) static_branch_inc(x)
#define static_branch_dec_cpuslocked(x) static_branch_dec(x)
#define static_branch_enable_cpuslocked(x) static_branch_enable(x)
#define static_branch_disable_cpuslocked(x) static_branch_disable(x)
#define static_key_slow_inc_cpuslocked(x) static_key_slow_inc(x)
#define static_key_slow_dec_cpuslocked(x) static_key_slow_dec(x)

/* Takes a count on a key that is on; false (and nothing done) when it is off. */
bool static_key_fast_inc_not_disabled(struct static_key *key);
#define static_key_initialized true
#define STATIC_KEY_CHECK_USE(key) ((void)(key))

#endif
