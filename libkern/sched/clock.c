// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time since boot, virtual or real, and seeded random numbers.
 *
 * The generator is splitmix64: a counter with an odd step and a mixing function,
 * so one atomic addition makes it usable by every thread, and sequences of
 * different seeds do not meet.
 */
#include <time.h>
#include <linux/types.h>
#include <udevmem/sim.h>

#include "clock.h"

#define NS_PER_SEC 1000000000ULL
#define GOLDEN_STEP 0x9e3779b97f4a7c15ULL

static bool virtual_time = true;
static u64 virtual_now;
static u64 boot_time;
static u64 program_stream;
static unsigned int runs;

static u64 monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * NS_PER_SEC + (u64)ts.tv_nsec;
}

static u64 mix(u64 x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

void clock_start(bool sim, u64 seed)
{
	virtual_time = sim;
	virtual_now = 0;
	boot_time = monotonic_ns();
	__atomic_fetch_add(&runs, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&program_stream, mix(seed), __ATOMIC_RELAXED);
}

unsigned int clock_run(void)
{
	return __atomic_load_n(&runs, __ATOMIC_RELAXED);
}

uint64_t udm_now(void)
{
	return virtual_time ? virtual_now : monotonic_ns() - boot_time;
}

void clock_advance_to(u64 when)
{
	if (when > virtual_now)
		virtual_now = when;
}

struct timespec clock_deadline(u64 when)
{
	u64 absolute = when + boot_time;

	/* Saturates some 140 years ahead: far beyond, and no overflow of tv_sec. */
	if (absolute < when || absolute >> 62)
		absolute = 1ULL << 62;
	return (struct timespec){
		.tv_sec = absolute / NS_PER_SEC,
		.tv_nsec = absolute % NS_PER_SEC,
	};
}

uint64_t udm_random(void)
{
	return mix(__atomic_add_fetch(&program_stream, GOLDEN_STEP, __ATOMIC_RELAXED));
}

u32 clock_hash_below(u64 stream, u32 number, u32 n)
{
	u64 bits = mix(mix(stream) + GOLDEN_STEP * (number + 1ULL)) >> 32;

	return (u32)((bits * n) >> 32);
}
