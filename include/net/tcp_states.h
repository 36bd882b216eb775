/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The states of a TCP socket, and sets of them. libc's enumeration has the kernel's names
 * and values.
 */
#ifndef _LINUX_TCP_STATES_H
#define _LINUX_TCP_STATES_H

#include <netinet/tcp.h>

enum {
	TCPF_ESTABLISHED = 1 << TCP_ESTABLISHED,
	TCPF_SYN_SENT = 1 << TCP_SYN_SENT,
	TCPF_SYN_RECV = 1 << TCP_SYN_RECV,
	TCPF_FIN_WAIT1 = 1 << TCP_FIN_WAIT1,
	TCPF_FIN_WAIT2 = 1 << TCP_FIN_WAIT2,
	TCPF_TIME_WAIT = 1 << TCP_TIME_WAIT,
	TCPF_CLOSE = 1 << TCP_CLOSE,
	TCPF_CLOSE_WAIT = 1 << TCP_CLOSE_WAIT,
	TCPF_LAST_ACK = 1 << TCP_LAST_ACK,
	TCPF_LISTEN = 1 << TCP_LISTEN,
	TCPF_CLOSING = 1 << TCP_CLOSING,
};

#endif
