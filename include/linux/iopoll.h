/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Polling a condition with a time limit.
 *
 * Every form evaluates @op, then @cond; 0 as soon as @cond is true, else
 * -ETIMEDOUT once @timeout_us microseconds have passed and @op and @cond were
 * tried once more. A timeout of 0 means no limit. The plain forms sleep between
 * a quarter of and the whole @sleep_us, which may be 0; the _atomic forms busy-wait @delay_us
 * and may be used anywhere. Contract: include/linux/iopoll.h.
 */
#ifndef _LINUX_IOPOLL_H
#define _LINUX_IOPOLL_H

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/types.h>

/* @pause(us) waits between two tries; the clock is read before the last try. */
#define __udm_poll_until(op, cond, pause, pause_us, timeout_us, pause_first)                       \
	({                                                                                         \
		u64 __poll_us = (timeout_us);                                                      \
		unsigned long __poll_pause = (pause_us);                                           \
		ktime_t __poll_end = ktime_add_us(ktime_get(), __poll_us);                         \
		bool __poll_last;                                                                  \
		int __poll_err;                                                                    \
                                                                                                   \
		if ((pause_first) && __poll_pause)                                                 \
			pause(__poll_pause);                                                       \
		for (;;) {                                                                         \
			__poll_last = __poll_us && ktime_after(ktime_get(), __poll_end);           \
			op;                                                                        \
			__poll_err = (cond) ? 0 : -ETIMEDOUT;                                      \
			if (!__poll_err || __poll_last)                                            \
				break;                                                             \
			if (__poll_pause)                                                          \
				pause(__poll_pause);                                               \
			cpu_relax();                                                               \
		}                                                                                  \
		__poll_err;                                                                        \
	})

#define __udm_poll_sleep(us) usleep_range(((us) >> 2) + 1, (us))

#define poll_timeout_us(op, cond, sleep_us, timeout_us, sleep_before_op)                           \
	({                                                                                         \
		might_sleep_if((sleep_us) != 0);                                                   \
		__udm_poll_until(op, cond, __udm_poll_sleep, sleep_us, timeout_us,                 \
				 sleep_before_op);                                                 \
	})

#define poll_timeout_us_atomic(op, cond, delay_us, timeout_us, delay_before_op)                    \
	__udm_poll_until(op, cond, udelay, delay_us, timeout_us, delay_before_op)

#define read_poll_timeout(op, val, cond, sleep_us, timeout_us, sleep_before_read, args...)         \
	poll_timeout_us((val) = op(args), cond, sleep_us, timeout_us, sleep_before_read)
#define read_poll_timeout_atomic(op, val, cond, delay_us, timeout_us, delay_before_read, args...)  \
	poll_timeout_us_atomic((val) = op(args), cond, delay_us, timeout_us, delay_before_read)

#define readx_poll_timeout(op, addr, val, cond, sleep_us, timeout_us)                              \
	read_poll_timeout(op, val, cond, sleep_us, timeout_us, false, addr)
#define readx_poll_timeout_atomic(op, addr, val, cond, delay_us, timeout_us)                       \
	read_poll_timeout_atomic(op, val, cond, delay_us, timeout_us, false, addr)

#define readb_poll_timeout(addr, val, cond, delay_us, timeout_us)                                  \
	readx_poll_timeout(readb, addr, val, cond, delay_us, timeout_us)
#define readb_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us)                           \
	readx_poll_timeout_atomic(readb, addr, val, cond, delay_us, timeout_us)
#define readw_poll_timeout(addr, val, cond, delay_us, timeout_us)                                  \
	readx_poll_timeout(readw, addr, val, cond, delay_us, timeout_us)
#define readw_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us)                           \
	readx_poll_timeout_atomic(readw, addr, val, cond, delay_us, timeout_us)
#define readl_poll_timeout(addr, val, cond, delay_us, timeout_us)                                  \
	readx_poll_timeout(readl, addr, val, cond, delay_us, timeout_us)
#define readl_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us)                           \
	readx_poll_timeout_atomic(readl, addr, val, cond, delay_us, timeout_us)
#define readq_poll_timeout(addr, val, cond, delay_us, timeout_us)                                  \
	readx_poll_timeout(readq, addr, val, cond, delay_us, timeout_us)
#define readq_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us)                           \
	readx_poll_timeout_atomic(readq, addr, val, cond, delay_us, timeout_us)
#define readl_relaxed_poll_timeout(addr, val, cond, delay_us, timeout_us)                          \
	readx_poll_timeout(readl_relaxed, addr, val, cond, delay_us, timeout_us)
#define readl_relaxed_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us)                   \
	readx_poll_timeout_atomic(readl_relaxed, addr, val, cond, delay_us, timeout_us)

#endif
