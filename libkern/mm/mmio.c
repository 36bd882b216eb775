// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register space of emulated devices (asm/io.h, udevmem/mmio.h).
 *
 * One inaccessible range, cut into slots of 1 MiB; a device has one or more in a
 * row. The slot number of an address finds the device without a search. Slots
 * change under a lock; accesses take none, since nobody may touch registers of a
 * device that comes or goes.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/bug.h>
#include <linux/io.h>
#include <linux/minmax.h>

#include "internal.h"

#define SLOT_SHIFT 20
#define NR_SLOTS (UDM_MMIO_SPAN >> SLOT_SHIFT)

struct mmio_slot {
	const struct udm_mmio_ops *ops;	/* NULL: free */
	void *ctx;
	unsigned long base;		/* address of the device's first register */
	size_t size;
};

/* Before boot no address is in the range. */
unsigned long udm_mmio_base = -UDM_MMIO_SPAN;

static struct mmio_slot slots[NR_SLOTS];
static struct mem_lock slots_lock;

int mmio_boot(void)
{
	void *range = mmap(NULL, UDM_MMIO_SPAN, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (range == MAP_FAILED)
		return -ENOMEM;
	memset(slots, 0, sizeof(slots));
	udm_mmio_base = (unsigned long)range;
	return 0;
}

void mmio_shutdown(void)
{
	munmap((void *)udm_mmio_base, UDM_MMIO_SPAN);
	udm_mmio_base = -UDM_MMIO_SPAN;
}

static unsigned int find_free_slots(unsigned int nr)
{
	unsigned int start = 0, i;

	for (i = 0; i < NR_SLOTS && i - start < nr; i++)
		if (slots[i].ops)
			start = i + 1;
	return i - start == nr ? start : NR_SLOTS;
}

void *udm_mmio_register(const struct udm_mmio_ops *ops, void *ctx, size_t size)
{
	unsigned int nr = (size + (1UL << SLOT_SHIFT) - 1) >> SLOT_SHIFT;
	unsigned int start, i;
	unsigned long base;

	if (!size || size > UDM_MMIO_SPAN) {
		errno = size ? ENOMEM : EINVAL;
		return NULL;
	}
	mem_lock(&slots_lock);
	start = find_free_slots(nr);
	base = udm_mmio_base + ((unsigned long)start << SLOT_SHIFT);
	for (i = start; i < NR_SLOTS && i < start + nr; i++)
		slots[i] = (struct mmio_slot){ ops, ctx, base, size };
	mem_unlock(&slots_lock);
	if (start < NR_SLOTS)
		return (void *)base;
	errno = ENOMEM;
	return NULL;
}

void udm_mmio_unregister(void *cookie)
{
	unsigned int i;

	if (!cookie)
		return;
	mem_lock(&slots_lock);
	for (i = 0; i < NR_SLOTS; i++)
		if (slots[i].ops && slots[i].base == (unsigned long)cookie)
			slots[i] = (struct mmio_slot){ .ops = NULL };
	mem_unlock(&slots_lock);
}

/* The device of an access; BUGs where the hardware would raise a machine check. */
static const struct mmio_slot *slot_of(const volatile void __iomem *addr, unsigned int width)
{
	unsigned long offset = (unsigned long)addr - udm_mmio_base;
	const struct mmio_slot *slot = &slots[offset >> SLOT_SHIFT];

	BUG_ON(!slot->ops);
	BUG_ON((unsigned long)addr - slot->base + width > slot->size);
	return slot;
}

u64 udm_mmio_read(const volatile void __iomem *addr, unsigned int width)
{
	const struct mmio_slot *slot = slot_of(addr, width);

	return slot->ops->read(slot->ctx, (unsigned long)addr - slot->base, width);
}

void udm_mmio_write(volatile void __iomem *addr, u64 value, unsigned int width)
{
	const struct mmio_slot *slot = slot_of(addr, width);

	slot->ops->write(slot->ctx, (unsigned long)addr - slot->base, value, width);
}

#define IO_REP(bits, type, rd, wr)						\
void ioread##bits##_rep(const void __iomem *addr, void *buffer, unsigned long count)	\
{										\
	char *to = buffer;							\
										\
	for (; count; count--, to += sizeof(type)) {				\
		type value = rd(addr);						\
										\
		memcpy(to, &value, sizeof(value));				\
	}									\
}										\
void iowrite##bits##_rep(void __iomem *addr, const void *buffer, unsigned long count)	\
{										\
	const char *from = buffer;						\
										\
	for (; count; count--, from += sizeof(type)) {				\
		type value;							\
										\
		memcpy(&value, from, sizeof(value));				\
		wr(value, addr);						\
	}									\
}

IO_REP(8, u8, __raw_readb, __raw_writeb)
IO_REP(16, u16, __raw_readw, __raw_writew)
IO_REP(32, u32, __raw_readl, __raw_writel)

/* Widest access that is aligned and not longer than what is left. */
static unsigned int step(const volatile void __iomem *addr, size_t count)
{
	return count >= 8 && IS_ALIGNED((unsigned long)addr, 8) ? 8 : 1;
}

void memset_io(volatile void __iomem *addr, int value, size_t count)
{
	volatile char __iomem *at = addr;
	u64 fill = (unsigned char)value * 0x0101010101010101ULL;

	while (count) {
		unsigned int width = step(at, count);

		if (width == 8)
			__raw_writeq(fill, at);
		else
			__raw_writeb(value, at);
		at += width;
		count -= width;
	}
}

void memcpy_fromio(void *to, const volatile void __iomem *from, size_t count)
{
	const volatile char __iomem *at = from;

	while (count) {
		unsigned int width = step(at, count);
		u64 value = width == 8 ? __raw_readq(at) : __raw_readb(at);

		memcpy(to, &value, width);
		to = (char *)to + width;
		at += width;
		count -= width;
	}
}

void memcpy_toio(volatile void __iomem *to, const void *from, size_t count)
{
	volatile char __iomem *at = to;

	while (count) {
		unsigned int width = step(at, count);
		u64 value = 0;

		memcpy(&value, from, width);
		if (width == 8)
			__raw_writeq(value, at);
		else
			__raw_writeb(value, at);
		from = (const char *)from + width;
		at += width;
		count -= width;
	}
}
