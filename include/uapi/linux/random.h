/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/random.h. */
#ifndef _UDM_UAPI_LINUX_RANDOM_H
#define _UDM_UAPI_LINUX_RANDOM_H

#include <linux/random.h>

#endif
