/* SPDX-License-Identifier: GPL-2.0-only */
/* Resources and the map of RAM. Kernel path: linux/ioport.h, kernel/resource.c. */
#ifndef _UDM_LINUX_IOPORT_H
#define _UDM_LINUX_IOPORT_H

#include <linux/types.h>

struct resource {
	resource_size_t start;
	resource_size_t end;	/* inclusive */
	const char *name;
	unsigned long flags;
	unsigned long desc;
	struct resource *parent, *sibling, *child;
};

#define IORESOURCE_TYPE_BITS 0x00001f00
#define IORESOURCE_IO 0x00000100
#define IORESOURCE_MEM 0x00000200
#define IORESOURCE_IRQ 0x00000400
#define IORESOURCE_DMA 0x00000800
#define IORESOURCE_BUS 0x00001000
#define IORESOURCE_BITS 0x000000ff
#define IORESOURCE_PREFETCH 0x00002000
#define IORESOURCE_READONLY 0x00004000
#define IORESOURCE_CACHEABLE 0x00008000
#define IORESOURCE_RANGELENGTH 0x00010000
#define IORESOURCE_SHADOWABLE 0x00020000
#define IORESOURCE_SIZEALIGN 0x00040000
#define IORESOURCE_STARTALIGN 0x00080000
#define IORESOURCE_MEM_64 0x00100000
#define IORESOURCE_WINDOW 0x00200000
#define IORESOURCE_MUXED 0x00400000
#define IORESOURCE_SYSRAM 0x01000000
#define IORESOURCE_EXCLUSIVE 0x08000000
#define IORESOURCE_DISABLED 0x10000000
#define IORESOURCE_UNSET 0x20000000
#define IORESOURCE_AUTO 0x40000000
#define IORESOURCE_BUSY 0x80000000
#define IORESOURCE_SYSTEM_RAM (IORESOURCE_MEM | IORESOURCE_SYSRAM)

enum {
	IORES_DESC_NONE,
	IORES_DESC_CRASH_KERNEL,
	IORES_DESC_ACPI_TABLES,
	IORES_DESC_ACPI_NV_STORAGE,
	IORES_DESC_PERSISTENT_MEMORY,
	IORES_DESC_PERSISTENT_MEMORY_LEGACY,
	IORES_DESC_DEVICE_PRIVATE_MEMORY,
	IORES_DESC_RESERVED,
	IORES_DESC_SOFT_RESERVED,
	IORES_DESC_CXL,
};

/* What region_intersects() says. */
enum {
	REGION_INTERSECTS,
	REGION_DISJOINT,
	REGION_MIXED,
};

#define DEFINE_RES_NAMED_DESC(_start, _size, _name, _flags, _desc)                                 \
	(struct resource)                                                                          \
	{                                                                                          \
		.start = (_start), .end = (_start) + (_size) - 1, .name = (_name),                 \
		.flags = (_flags), .desc = (_desc),                                                \
	}
#define DEFINE_RES_NAMED(_start, _size, _name, _flags)                                             \
	DEFINE_RES_NAMED_DESC(_start, _size, _name, _flags, IORES_DESC_NONE)
#define DEFINE_RES(_start, _size, _flags) DEFINE_RES_NAMED(_start, _size, NULL, _flags)
#define DEFINE_RES_IO_NAMED(_start, _size, _name)                                                  \
	DEFINE_RES_NAMED((_start), (_size), (_name), IORESOURCE_IO)
#define DEFINE_RES_IO(_start, _size) DEFINE_RES_IO_NAMED((_start), (_size), NULL)
#define DEFINE_RES_MEM_NAMED(_start, _size, _name)                                                 \
	DEFINE_RES_NAMED((_start), (_size), (_name), IORESOURCE_MEM)
#define DEFINE_RES_MEM(_start, _size) DEFINE_RES_MEM_NAMED((_start), (_size), NULL)
#define DEFINE_RES_IRQ_NAMED(_irq, _name) DEFINE_RES_NAMED((_irq), 1, (_name), IORESOURCE_IRQ)
#define DEFINE_RES_IRQ(_irq) DEFINE_RES_IRQ_NAMED((_irq), NULL)
#define DEFINE_RES_DMA_NAMED(_dma, _name) DEFINE_RES_NAMED((_dma), 1, (_name), IORESOURCE_DMA)
#define DEFINE_RES_DMA(_dma) DEFINE_RES_DMA_NAMED((_dma), NULL)

/* The roots of the trees, in which nothing is at boot. */
extern struct resource ioport_resource;
extern struct resource iomem_resource;

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

static inline unsigned long resource_type(const struct resource *res)
{
	return res->flags & IORESOURCE_TYPE_BITS;
}

/*
 * Calls @func for each run of RAM inside [start_pfn, start_pfn + nr_pages) in
 * ascending order until it returns non-zero. Returns its last value, -EINVAL if
 * no RAM lies in the range. Any context that @func allows.
 */
int walk_system_ram_range(unsigned long start_pfn, unsigned long nr_pages, void *arg,
			  int (*func)(unsigned long start_pfn, unsigned long nr_pages, void *arg));

static inline void resource_set_size(struct resource *res, resource_size_t size)
{
	res->end = res->start + size - 1;
}

static inline void resource_set_range(struct resource *res, resource_size_t start,
				      resource_size_t size)
{
	res->start = start;
	resource_set_size(res, size);
}

static inline bool resource_overlaps(const struct resource *r1, const struct resource *r2)
{
	return r1->start <= r2->end && r1->end >= r2->start;
}

/* Whether @r2 lies in @r1: of the same type, and neither without an address. */
static inline bool resource_contains(const struct resource *r1, const struct resource *r2)
{
	if (resource_type(r1) != resource_type(r2) || ((r1->flags | r2->flags) & IORESOURCE_UNSET))
		return false;
	return r1->start <= r2->start && r1->end >= r2->end;
}

/* True if they overlap: @r is what they have in common, or both together. */
static inline bool resource_intersection(const struct resource *r1, const struct resource *r2,
					 struct resource *r)
{
	if (!resource_overlaps(r1, r2))
		return false;
	r->start = r1->start > r2->start ? r1->start : r2->start;
	r->end = r1->end < r2->end ? r1->end : r2->end;
	return true;
}

static inline bool resource_union(const struct resource *r1, const struct resource *r2,
				  struct resource *r)
{
	if (!resource_overlaps(r1, r2))
		return false;
	r->start = r1->start < r2->start ? r1->start : r2->start;
	r->end = r1->end > r2->end ? r1->end : r2->end;
	return true;
}

/*
 * Trees of resources: the children of a node lie in it, in order, and do not overlap. Any
 * context but where noted. request: 0 or -EBUSY. insert: children that lie in the new one
 * become its own. release: 0, or -EINVAL if it is not there.
 */
int request_resource(struct resource *root, struct resource *new_res);
struct resource *request_resource_conflict(struct resource *root, struct resource *new_res);
int insert_resource(struct resource *parent, struct resource *new_res);
int release_resource(struct resource *old);
struct resource *lookup_resource(struct resource *root, resource_size_t start);

/* As release_resource() and insert_resource(); children go to the parent. 0, -EINVAL. */
int remove_resource(struct resource *old);
/* Moves the ends of one that is in a tree: 0, -EBUSY. */
int adjust_resource(struct resource *res, resource_size_t start, resource_size_t size);

/* May move a proposed start: @avail is free, the result must be at or after its start. */
typedef resource_size_t (*resource_alignf)(void *data, const struct resource *avail,
					   resource_size_t size, resource_size_t align);
struct resource_constraint {
	resource_size_t min, max, align;
	resource_alignf alignf;
	void *alignf_data;
};
/* The lowest free @size of @root: @new_res gets it (and with allocate_ takes it) or -EBUSY. */
int find_resource_space(struct resource *root, struct resource *new_res, resource_size_t size,
			struct resource_constraint *constraint);
int allocate_resource(struct resource *root, struct resource *new_res, resource_size_t size,
		      resource_size_t min, resource_size_t max, resource_size_t align,
		      resource_alignf alignf, void *alignf_data);

/* Claims that end with the driver of @dev: 0, -EBUSY, -ENOMEM; NULL. May sleep. */
struct device;
int devm_request_resource(struct device *dev, struct resource *root, struct resource *new_res);
void devm_release_resource(struct device *dev, struct resource *new_res);
struct resource *__devm_request_region(struct device *dev, struct resource *parent,
				       resource_size_t start, resource_size_t n, const char *name);
void __devm_release_region(struct device *dev, struct resource *parent, resource_size_t start,
			   resource_size_t n);
#define devm_request_region(dev, start, n, name)                                                   \
	__devm_request_region(dev, &ioport_resource, (start), (n), (name))
#define devm_request_mem_region(dev, start, n, name)                                               \
	__devm_request_region(dev, &iomem_resource, (start), (n), (name))
#define devm_release_region(dev, start, n)                                                         \
	__devm_release_region(dev, &ioport_resource, (start), (n))
#define devm_release_mem_region(dev, start, n)                                                     \
	__devm_release_region(dev, &iomem_resource, (start), (n))

/* Claims a range for a driver: a busy child of who has it. NULL: taken. May sleep. */
struct resource *__request_region(struct resource *parent, resource_size_t start,
				  resource_size_t n, const char *name, int flags);
void __release_region(struct resource *parent, resource_size_t start, resource_size_t n);
#define request_region(start, n, name) __request_region(&ioport_resource, (start), (n), (name), 0)
#define request_mem_region(start, n, name)                                                         \
	__request_region(&iomem_resource, (start), (n), (name), 0)
#define release_region(start, n) __release_region(&ioport_resource, (start), (n))
#define release_mem_region(start, n) __release_region(&iomem_resource, (start), (n))

/* Whether memory of this kind is in the range, alone or with others: REGION_*. */
int region_intersects(resource_size_t offset, size_t size, unsigned long flags,
		      unsigned long desc);

#endif
