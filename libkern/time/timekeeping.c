// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine's clocks: monotonic time plus one constant per other clock.
 *
 * Monotonic time is udm_now(): nanoseconds since boot, virtual in sim mode. The
 * offsets are fixed at boot, so clocks never step against each other and an
 * expiry converts between them once and for all. In sim mode the wall clock
 * starts at a fixed second, which keeps runs equal; in threads mode it starts
 * at the host's.
 */
#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include <udevmem/boot.h>
#include <udevmem/sim.h>

#include "../subsystem.h"

/* 2024-01-01 00:00:00 UTC */
#define SIM_EPOCH_SEC 1704067200LL
#define TAI_MINUS_UTC_SEC 37

static s64 clock_offset[TK_OFFS_MAX];

ktime_t ktime_get(void)
{
	return udm_now();
}

ktime_t ktime_get_raw(void)
{
	return udm_now();
}

ktime_t ktime_mono_to_any(ktime_t tmono, enum tk_offsets offs)
{
	return tmono + clock_offset[offs];
}

ktime_t ktime_get_with_offset(enum tk_offsets offs)
{
	return ktime_mono_to_any(ktime_get(), offs);
}

void ktime_get_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get());
}

void ktime_get_real_ts64(struct timespec64 *tv)
{
	*tv = ns_to_timespec64(ktime_get_real());
}

void ktime_get_boottime_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get_boottime());
}

void ktime_get_clocktai_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get_clocktai());
}

void ktime_get_raw_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get_raw());
}

time64_t ktime_get_seconds(void)
{
	return ktime_get() / NSEC_PER_SEC;
}

time64_t ktime_get_real_seconds(void)
{
	return ktime_get_real() / NSEC_PER_SEC;
}

time64_t ktime_get_boottime_seconds(void)
{
	return ktime_get_boottime() / NSEC_PER_SEC;
}

static s64 host_wall_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (s64)ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

int timekeeping_boot(const struct udm_config *cfg)
{
	if (cfg->mode == UDM_MODE_SIM)
		clock_offset[TK_OFFS_REAL] = SIM_EPOCH_SEC * NSEC_PER_SEC;
	else
		clock_offset[TK_OFFS_REAL] = host_wall_clock() - ktime_get();
	clock_offset[TK_OFFS_TAI] = clock_offset[TK_OFFS_REAL] + TAI_MINUS_UTC_SEC * NSEC_PER_SEC;
	clock_offset[TK_OFFS_BOOT] = 0;
	return 0;
}

void timekeeping_shutdown(void)
{
}
