/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/virtio_net.h. */
#ifndef _UDM_UAPI_LINUX_VIRTIO_NET_H
#define _UDM_UAPI_LINUX_VIRTIO_NET_H

#include <linux/virtio_net.h>

#endif
