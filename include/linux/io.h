/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the register accessors; they are in asm/io.h. */
#ifndef _UDM_LINUX_IO_H
#define _UDM_LINUX_IO_H

#include <linux/types.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <asm/io.h>
#include <asm/page.h>

#endif
