/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clocks.
 *
 * Sim mode: all clocks are virtual time plus a fixed offset; the wall clock
 * starts at the same second in every run. Threads mode: the host's clocks.
 * Every function may be called from any context, takes no lock and never
 * fails. Contract: include/linux/timekeeping.h.
 */
#ifndef _LINUX_TIMEKEEPING_H
#define _LINUX_TIMEKEEPING_H

#include <linux/types.h>
#include <linux/time.h>

#ifndef _UDM_KTIME_T
#define _UDM_KTIME_T
typedef s64 ktime_t;
#endif

enum tk_offsets {
	TK_OFFS_REAL,
	TK_OFFS_BOOT,
	TK_OFFS_TAI,
	TK_OFFS_MAX,
};

/* Monotonic time; the base of every timer. */
ktime_t ktime_get(void);
/* Another clock, as monotonic time plus its offset. */
ktime_t ktime_get_with_offset(enum tk_offsets offs);
/* A monotonic time of the caller as that clock would have shown it. */
ktime_t ktime_mono_to_any(ktime_t tmono, enum tk_offsets offs);
/* Monotonic time without frequency correction. */
ktime_t ktime_get_raw(void);

static inline ktime_t ktime_get_real(void)
{
	return ktime_get_with_offset(TK_OFFS_REAL);
}

static inline ktime_t ktime_get_boottime(void)
{
	return ktime_get_with_offset(TK_OFFS_BOOT);
}

static inline ktime_t ktime_get_clocktai(void)
{
	return ktime_get_with_offset(TK_OFFS_TAI);
}

static inline ktime_t ktime_mono_to_real(ktime_t mono)
{
	return ktime_mono_to_any(mono, TK_OFFS_REAL);
}

static inline u64 ktime_get_ns(void)
{
	return ktime_get();
}

static inline u64 ktime_get_real_ns(void)
{
	return ktime_get_real();
}

static inline u64 ktime_get_boottime_ns(void)
{
	return ktime_get_boottime();
}

static inline u64 ktime_get_clocktai_ns(void)
{
	return ktime_get_clocktai();
}

static inline u64 ktime_get_raw_ns(void)
{
	return ktime_get_raw();
}

/* The fast and coarse forms differ from the plain ones only in the kernel. */
static inline u64 ktime_get_mono_fast_ns(void)
{
	return ktime_get_ns();
}

static inline u64 ktime_get_raw_fast_ns(void)
{
	return ktime_get_raw_ns();
}

static inline u64 ktime_get_boot_fast_ns(void)
{
	return ktime_get_boottime_ns();
}

static inline u64 ktime_get_real_fast_ns(void)
{
	return ktime_get_real_ns();
}

static inline ktime_t ktime_get_coarse(void)
{
	return ktime_get();
}

static inline u64 ktime_get_coarse_ns(void)
{
	return ktime_get_ns();
}

static inline ktime_t ktime_get_coarse_real(void)
{
	return ktime_get_real();
}

static inline ktime_t ktime_get_coarse_boottime(void)
{
	return ktime_get_boottime();
}

void ktime_get_ts64(struct timespec64 *ts);
void ktime_get_real_ts64(struct timespec64 *tv);
void ktime_get_boottime_ts64(struct timespec64 *ts);
void ktime_get_clocktai_ts64(struct timespec64 *ts);
void ktime_get_raw_ts64(struct timespec64 *ts);

static inline void ktime_get_coarse_ts64(struct timespec64 *ts)
{
	ktime_get_ts64(ts);
}

static inline void ktime_get_coarse_real_ts64(struct timespec64 *ts)
{
	ktime_get_real_ts64(ts);
}

/* Whole seconds of the monotonic, wall and boot clocks. */
time64_t ktime_get_seconds(void);
time64_t ktime_get_real_seconds(void);
time64_t ktime_get_boottime_seconds(void);

#endif
