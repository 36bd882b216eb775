/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/eventpoll.h. */
#ifndef _UDM_UAPI_LINUX_EVENTPOLL_H
#define _UDM_UAPI_LINUX_EVENTPOLL_H

#include <linux/eventpoll.h>

#endif
