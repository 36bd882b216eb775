/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cycle counter of the host CPU.
 *
 * get_cycles() may be called from any context; it is not ordered against other
 * instructions. It does not follow virtual time in sim mode: it measures what
 * the host spends. Hosts without a known counter give nanoseconds.
 */
#ifndef _ASM_TIMEX_H
#define _ASM_TIMEX_H

#include <time.h>

typedef unsigned long long cycles_t;

static inline cycles_t get_cycles(void)
{
#if defined(__x86_64__) || defined(__i386__)
	return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
	cycles_t ticks;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
#else
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
#endif
}

#endif
