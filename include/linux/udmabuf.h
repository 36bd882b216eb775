/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * udmabuf has no kernel-side interface; this is the application's.
 */
#ifndef _UDM_LINUX_UDMABUF_H
#define _UDM_LINUX_UDMABUF_H

#include <uapi/linux/udmabuf.h>

#endif
