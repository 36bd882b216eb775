/* SPDX-License-Identifier: GPL-2.0-only */
/* The states of a TCP socket: libc's enumeration has the kernel's names and values. */
#ifndef _LINUX_TCP_STATES_H
#define _LINUX_TCP_STATES_H

#include <netinet/tcp.h>

#endif
