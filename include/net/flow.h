/* SPDX-License-Identifier: GPL-2.0-only */
/* The interface number every namespace gives its loopback device. */
#ifndef _NET_FLOW_H
#define _NET_FLOW_H

#define LOOPBACK_IFINDEX	1

#endif
