/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mapping that is either ordinary memory or device memory. Kernel path:
 * linux/iosys-map.h. The structure is a value; the owner of the mapping says how
 * long it stays valid.
 */
#ifndef _UDM_LINUX_IOSYS_MAP_H
#define _UDM_LINUX_IOSYS_MAP_H

#include <linux/io.h>
#include <linux/string.h>
#include <linux/types.h>

struct iosys_map {
	union {
		void __iomem *vaddr_iomem;
		void *vaddr;
	};
	bool is_iomem;
};

#define IOSYS_MAP_INIT_VADDR(vaddr_) { .vaddr = (vaddr_), .is_iomem = false }
#define IOSYS_MAP_INIT_VADDR_IOMEM(vaddr_iomem_) \
	{ .vaddr_iomem = (vaddr_iomem_), .is_iomem = true }

static inline void iosys_map_set_vaddr(struct iosys_map *map, void *vaddr)
{
	map->is_iomem = false;
	map->vaddr = vaddr;
}

static inline void iosys_map_set_vaddr_iomem(struct iosys_map *map, void __iomem *vaddr_iomem)
{
	map->is_iomem = true;
	map->vaddr_iomem = vaddr_iomem;
}

static inline bool iosys_map_is_equal(const struct iosys_map *a, const struct iosys_map *b)
{
	return a->is_iomem == b->is_iomem && a->vaddr == b->vaddr;
}

static inline bool iosys_map_is_null(const struct iosys_map *map)
{
	return !map->vaddr;
}

static inline bool iosys_map_is_set(const struct iosys_map *map)
{
	return !iosys_map_is_null(map);
}

static inline void iosys_map_clear(struct iosys_map *map)
{
	iosys_map_set_vaddr(map, NULL);
}

static inline void iosys_map_incr(struct iosys_map *map, size_t bytes)
{
	map->vaddr = (char *)map->vaddr + bytes;
}

static inline void iosys_map_memcpy_to(struct iosys_map *map, size_t offset, const void *from,
				       size_t len)
{
	if (map->is_iomem)
		memcpy_toio((char __iomem *)map->vaddr_iomem + offset, from, len);
	else
		memcpy((char *)map->vaddr + offset, from, len);
}

static inline void iosys_map_memcpy_from(void *to, const struct iosys_map *map, size_t offset,
					 size_t len)
{
	if (map->is_iomem)
		memcpy_fromio(to, (const char __iomem *)map->vaddr_iomem + offset, len);
	else
		memcpy(to, (const char *)map->vaddr + offset, len);
}

static inline void iosys_map_memset(struct iosys_map *map, size_t offset, int value, size_t len)
{
	if (map->is_iomem)
		memset_io((char __iomem *)map->vaddr_iomem + offset, value, len);
	else
		memset((char *)map->vaddr + offset, value, len);
}

#endif
