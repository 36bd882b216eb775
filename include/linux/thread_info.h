/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path: linux/thread_info.h. */
#ifndef _UDM_LINUX_THREAD_INFO_H
#define _UDM_LINUX_THREAD_INFO_H

#include <asm/thread_info.h>
#include <linux/bug.h>

static inline int test_ti_thread_flag(const struct thread_info *ti, int flag)
{
	return (__atomic_load_n(&ti->flags, __ATOMIC_RELAXED) >> flag) & 1;
}

static inline void set_ti_thread_flag(struct thread_info *ti, int flag)
{
	__atomic_fetch_or(&ti->flags, 1UL << flag, __ATOMIC_SEQ_CST);
}

static inline void clear_ti_thread_flag(struct thread_info *ti, int flag)
{
	__atomic_fetch_and(&ti->flags, ~(1UL << flag), __ATOMIC_SEQ_CST);
}

#define test_thread_flag(flag) test_ti_thread_flag(current_thread_info(), flag)
#define set_thread_flag(flag) set_ti_thread_flag(current_thread_info(), flag)
#define clear_thread_flag(flag) clear_ti_thread_flag(current_thread_info(), flag)

#endif
