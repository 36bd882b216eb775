/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of linux/jump_label.h. */
#ifndef _UDM_LINUX_STATIC_KEY_H
#define _UDM_LINUX_STATIC_KEY_H

#include <linux/jump_label.h>

#endif
