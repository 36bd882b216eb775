/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the calls of <udevmem/netdev.h> share.
 */
#ifndef EMUNIC_NETDEV_HOST_H
#define EMUNIC_NETDEV_HOST_H

#include <errno.h>

/* What a call returns to the host for 0 or a negative error of the kernel side. */
static inline int host_result(int err)
{
	if (!err)
		return 0;
	errno = -err;
	return -1;
}

#endif
