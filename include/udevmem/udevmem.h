/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host API: all of it but udevmem/file.h and udevmem/socket.h. Those bring the C
 * library's declarations of system calls (listen, bind, open, ...) along, names which
 * kernel-style code has other uses for; their users include them.
 */
#ifndef _UDEVMEM_UDEVMEM_H
#define _UDEVMEM_UDEVMEM_H

#include <udevmem/boot.h>
#include <udevmem/breakpoint.h>
#include <udevmem/bus.h>
#include <udevmem/debugfs.h>
#include <udevmem/dmabuf.h>
#include <udevmem/engine.h>
#include <udevmem/explore.h>
#include <udevmem/fault.h>
#include <udevmem/iommu.h>
#include <udevmem/irq.h>
#include <udevmem/kunit.h>
#include <udevmem/leak.h>
#include <udevmem/log.h>
#include <udevmem/memory.h>
#include <udevmem/mmio.h>
#include <udevmem/netdev.h>
#include <udevmem/netlink.h>
#include <udevmem/netns.h>
#include <udevmem/pagepool.h>
#include <udevmem/provider.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>
#include <udevmem/trace.h>
#include <udevmem/trap.h>
#include <udevmem/warn.h>
#include <udevmem/wire.h>

#endif
