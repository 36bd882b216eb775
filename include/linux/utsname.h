/* SPDX-License-Identifier: GPL-2.0-only */
/* What the machine calls itself: the version of its interfaces. Kernel path: linux/utsname.h. */
#ifndef _KERN_LINUX_UTSNAME_H
#define _KERN_LINUX_UTSNAME_H

#include_next <linux/utsname.h>
#include <generated/utsrelease.h>

/* Constant; any context. */
static inline struct new_utsname *utsname(void)
{
	static struct new_utsname name = {
		.sysname = "Linux",
		.nodename = "udevmem",
		.release = UTS_RELEASE,
		.version = "#1 SMP",
		.machine = "x86_64",
		.domainname = "(none)",
	};

	return &name;
}

#define init_utsname() utsname()

#endif
