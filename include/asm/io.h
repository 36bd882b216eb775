/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Access to device registers. Kernel path: asm/io.h, asm-generic/iomap.h.
 *
 * An address inside the register range (udevmem/mmio.h) calls its device; any
 * other is ordinary memory and is accessed once, at its width. Ordering is the
 * kernel's: a writeX() comes after all earlier stores to memory, a readX() before
 * all later loads; the _relaxed forms order nothing but each other per device.
 * Any context.
 */
#ifndef _UDM_ASM_IO_H
#define _UDM_ASM_IO_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <asm/barrier.h>
#include <asm/byteorder.h>
#include <asm/page.h>
#include <udevmem/mmio.h>

/* Start of the register range, 0 before boot; its length is fixed. */
extern unsigned long udm_mmio_base;
#define UDM_MMIO_SPAN (256UL << 20)

static inline bool udm_is_mmio(const volatile void __iomem *addr)
{
	return (unsigned long)addr - udm_mmio_base < UDM_MMIO_SPAN;
}

u64 udm_mmio_read(const volatile void __iomem *addr, unsigned int width);
void udm_mmio_write(volatile void __iomem *addr, u64 value, unsigned int width);

/* Devices are little-endian; so are the hosts this runs on. */
#define UDM_IO_ACCESSORS(suffix, type)							\
static inline type __raw_read##suffix(const volatile void __iomem *addr)		\
{											\
	if (likely(udm_is_mmio(addr)))							\
		return (type)udm_mmio_read(addr, sizeof(type));				\
	return __atomic_load_n((const volatile type __force *)addr, __ATOMIC_RELAXED);	\
}											\
static inline void __raw_write##suffix(type value, volatile void __iomem *addr)		\
{											\
	if (likely(udm_is_mmio(addr)))							\
		udm_mmio_write(addr, value, sizeof(type));				\
	else										\
		__atomic_store_n((volatile type __force *)addr, value, __ATOMIC_RELAXED);\
}											\
static inline type read##suffix##_relaxed(const volatile void __iomem *addr)		\
{											\
	return __raw_read##suffix(addr);						\
}											\
static inline void write##suffix##_relaxed(type value, volatile void __iomem *addr)	\
{											\
	__raw_write##suffix(value, addr);						\
}											\
static inline type read##suffix(const volatile void __iomem *addr)			\
{											\
	type value = __raw_read##suffix(addr);						\
											\
	rmb();										\
	return value;									\
}											\
static inline void write##suffix(type value, volatile void __iomem *addr)		\
{											\
	wmb();										\
	__raw_write##suffix(value, addr);						\
}

UDM_IO_ACCESSORS(b, u8)
UDM_IO_ACCESSORS(w, u16)
UDM_IO_ACCESSORS(l, u32)
UDM_IO_ACCESSORS(q, u64)

#undef UDM_IO_ACCESSORS

#define readb readb
#define readw readw
#define readl readl
#define readq readq
#define writeb writeb
#define writew writew
#define writel writel
#define writeq writeq

#define ioread8(addr) readb(addr)
#define ioread16(addr) readw(addr)
#define ioread32(addr) readl(addr)
#define ioread64(addr) readq(addr)
#define ioread16be(addr) __builtin_bswap16(readw(addr))
#define ioread32be(addr) __builtin_bswap32(readl(addr))
#define ioread64be(addr) __builtin_bswap64(readq(addr))
#define iowrite8(value, addr) writeb(value, addr)
#define iowrite16(value, addr) writew(value, addr)
#define iowrite32(value, addr) writel(value, addr)
#define iowrite64(value, addr) writeq(value, addr)
#define iowrite16be(value, addr) writew(__builtin_bswap16(value), addr)
#define iowrite32be(value, addr) writel(__builtin_bswap32(value), addr)
#define iowrite64be(value, addr) writeq(__builtin_bswap64(value), addr)

/* @count accesses of one register, in order, from or to an array. */
void ioread8_rep(const void __iomem *addr, void *buffer, unsigned long count);
void ioread16_rep(const void __iomem *addr, void *buffer, unsigned long count);
void ioread32_rep(const void __iomem *addr, void *buffer, unsigned long count);
void iowrite8_rep(void __iomem *addr, const void *buffer, unsigned long count);
void iowrite16_rep(void __iomem *addr, const void *buffer, unsigned long count);
void iowrite32_rep(void __iomem *addr, const void *buffer, unsigned long count);

/* Byte ranges of device memory, in accesses of at most 8 bytes; no ordering. */
void memset_io(volatile void __iomem *addr, int value, size_t count);
void memcpy_fromio(void *to, const volatile void __iomem *from, size_t count);
void memcpy_toio(volatile void __iomem *to, const void *from, size_t count);

#endif
