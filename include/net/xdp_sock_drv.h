/* SPDX-License-Identifier: GPL-2.0-only */
/* AF_XDP for drivers: the pool look-up only, see net/xdp_sock.h. */
#ifndef _LINUX_XDP_SOCK_DRV_H
#define _LINUX_XDP_SOCK_DRV_H

#include <net/xdp_sock.h>

#endif
