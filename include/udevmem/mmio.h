/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of emulated devices.
 *
 * A device registers its functions and gets a cookie, an address in a reserved
 * range that no load or store can touch. readl(), writel() and their relatives
 * (asm/io.h) on the cookie plus an offset call those functions in the thread of
 * the caller. They run below the kernel side: they must not sleep and must
 * serialise themselves when several threads use the device.
 */
#ifndef _UDEVMEM_MMIO_H
#define _UDEVMEM_MMIO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* @width is 1, 2, 4 or 8 bytes; @off is relative to the cookie and in range. */
struct udm_mmio_ops {
	unsigned long long (*read)(void *ctx, unsigned long off, unsigned int width);
	void (*write)(void *ctx, unsigned long off, unsigned long long val, unsigned int width);
};

/*
 * Reserves @size bytes of register space (rounded up to 1 MiB). @ops must stay
 * valid until it is unregistered. NULL with errno ENOMEM when the space is used
 * up, EINVAL for size 0. Any context that may sleep.
 */
void *udm_mmio_register(const struct udm_mmio_ops *ops, void *ctx, size_t size);

/* Ends it. No access may be in progress. NULL is ignored. */
void udm_mmio_unregister(void *cookie);

#ifdef __cplusplus
}
#endif

#endif
