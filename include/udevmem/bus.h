/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bus: how device models reach memory. It needs no kernel header.
 *
 * Every access names the device and a bus address; it is translated by the device's IOMMU
 * domain (or taken as a physical address when there is none) and ends in RAM or in a window,
 * the memory of a peer device. An access is split at granules, and each part is checked on its
 * own; the first that may not be made ends the access as a fault: it is counted, recorded and
 * reported (udevmem/iommu.h), and its memory is not touched.
 *
 * The calls work on any host thread, with or without kernel context, take no lock and never
 * block. In strict mode an access that is running when its range is unmapped finishes before
 * the unmap returns. A handle stays valid until its device is released.
 */
#ifndef UDEVMEM_BUS_H
#define UDEVMEM_BUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct device;
struct udm_bus;

/* udm_bus_of - the bus handle of a device; NULL when out of host memory. */
struct udm_bus *udm_bus_of(struct device *dev);

/*
 * udm_bus_read, udm_bus_write - move len bytes between the device and bus address addr.
 * Returns 0, or -EFAULT after a fault: then a read has filled buf with ones, and a write has
 * changed what lies before the granule that faulted but nothing of that and what follows.
 */
int udm_bus_read(struct udm_bus *bus, uint64_t addr, void *buf, size_t len);
int udm_bus_write(struct udm_bus *bus, uint64_t addr, const void *buf, size_t len);

/*
 * udm_bus_load32, udm_bus_store32 - one aligned word, for flags and indices in descriptors. The
 * load orders everything after it, the store everything before it, accesses of the CPU side
 * with the matching barriers included. 0, -EFAULT, or -EINVAL for an address that is no
 * multiple of 4.
 */
int udm_bus_load32(struct udm_bus *bus, uint64_t addr, uint32_t *val);
int udm_bus_store32(struct udm_bus *bus, uint64_t addr, uint32_t val);

/* The same by device. */
int udm_bus_dev_read(struct device *dev, uint64_t addr, void *buf, size_t len);
int udm_bus_dev_write(struct device *dev, uint64_t addr, const void *buf, size_t len);
int udm_bus_dev_load32(struct device *dev, uint64_t addr, uint32_t *val);
int udm_bus_dev_store32(struct device *dev, uint64_t addr, uint32_t val);

/*
 * udm_bus_add_window - peer memory at physical addresses [phys, phys + len), whose bytes are at
 * mapping (which the caller keeps mapped until the window is removed). 0, -EINVAL if not page
 * aligned or empty, -EEXIST if it overlaps RAM or another window, -ENOMEM.
 * udm_bus_alloc_window - the same at an address of its choice, above all RAM.
 * udm_bus_remove_window - take it away, and every device's leave to use its addresses; on
 * return no access to it is running. No device that has leave may be released meanwhile. 0 or
 * -ENOENT.
 * udm_bus_allow_peer - let a device reach a window by its own, untranslated addresses; 0 (also
 * if it may already), -ENOENT without such a window, -EBUSY if the device's domain has those
 * addresses in use, -ENOMEM.
 */
int udm_bus_add_window(uint64_t phys, size_t len, void *mapping);
int udm_bus_alloc_window(size_t len, void *mapping, uint64_t *phys);
int udm_bus_remove_window(uint64_t phys);
int udm_bus_allow_peer(struct device *dev, uint64_t phys);

#ifdef __cplusplus
}
#else
/* Each access takes either a bus handle or a device. */
#define __UDM_BUS_PICK(who, op) \
	_Generic((who), struct device *: udm_bus_dev_##op, default: (udm_bus_##op))
#define udm_bus_read(who, addr, buf, len)	__UDM_BUS_PICK(who, read)(who, addr, buf, len)
#define udm_bus_write(who, addr, buf, len)	__UDM_BUS_PICK(who, write)(who, addr, buf, len)
#define udm_bus_load32(who, addr, val)		__UDM_BUS_PICK(who, load32)(who, addr, val)
#define udm_bus_store32(who, addr, val)		__UDM_BUS_PICK(who, store32)(who, addr, val)
#endif

#endif
