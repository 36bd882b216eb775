/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Poll events. libc's header has the same numbers as the UAPI one, and only one
 * of the two can be included.
 */
#ifndef _LINUX_EVENTPOLL_H
#define _LINUX_EVENTPOLL_H

#include <sys/epoll.h>
#include <linux/types.h>

#ifndef EPOLLNVAL
#define EPOLLNVAL ((__force __poll_t)0x00000020)
#endif

#endif
