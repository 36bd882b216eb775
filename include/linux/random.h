/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random numbers.
 *
 * Kernel path: linux/random.h; adds to the UAPI header. Any context. One
 * generator per machine, seeded by udm_config.seed, so that a simulated run can
 * be repeated: not for secrets.
 */
#ifndef _UDM_LINUX_RANDOM_H
#define _UDM_LINUX_RANDOM_H

#include_next <linux/random.h>
#include <linux/bug.h>
#include <linux/limits.h>
#include <linux/once.h>
#include <linux/types.h>

u64 get_random_u64(void);
void get_random_bytes(void *buf, size_t len);
/* 0 <= result < ceil, without bias; ceil 0 means 2^32. */
u32 get_random_u32_below(u32 ceil);

static inline u8 get_random_u8(void)
{
	return get_random_u64();
}

static inline u16 get_random_u16(void)
{
	return get_random_u64();
}

static inline u32 get_random_u32(void)
{
	return get_random_u64();
}

static inline unsigned long get_random_long(void)
{
	return get_random_u64();
}

static inline u32 get_random_u32_above(u32 floor)
{
	return floor + 1 + get_random_u32_below(U32_MAX - floor);
}

static inline u32 get_random_u32_inclusive(u32 floor, u32 ceil)
{
	return floor + get_random_u32_below(ceil - floor + 1);
}

static inline int wait_for_random_bytes(void)
{
	return 0;
}

static inline bool rng_is_initialized(void)
{
	return true;
}

static inline int get_random_bytes_wait(void *buf, size_t nbytes)
{
	get_random_bytes(buf, nbytes);
	return 0;
}

static inline void add_device_randomness(const void *buf __always_unused,
					 size_t len __always_unused)
{
}

#include <linux/prandom.h>

#endif
