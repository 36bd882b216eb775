/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbering of ioctl commands: libc's view of the host's definitions.
 */
#ifndef _UDM_LINUX_IOCTL_H
#define _UDM_LINUX_IOCTL_H

#include <sys/ioctl.h>
#include_next <linux/ioctl.h>

#endif
