/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows: physical ranges that are the memory of peer devices (udm_bus_add_window). */
#ifndef LIBNETMEM_DMA_WINDOW_H
#define LIBNETMEM_DMA_WINDOW_H

#include <linux/compiler.h>
#include <linux/types.h>

/*
 * window_host - where the bytes [phys, phys + len) of a window are, NULL if they are not all in
 * one. Called within an announced access: a window's removal waits for it.
 */
__internal char *window_host(u64 phys, size_t len);

#endif
