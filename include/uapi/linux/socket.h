/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/socket.h. */
#ifndef _UDM_UAPI_LINUX_SOCKET_H
#define _UDM_UAPI_LINUX_SOCKET_H

#include <linux/socket.h>

#endif
