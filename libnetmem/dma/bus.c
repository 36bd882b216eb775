// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bus accesses: from a device's address to bytes in this process and back.
 *
 * An access is announced by the thread's port, resolved granule by granule into pieces of host
 * memory, carried out up to the first granule that did not pass, and withdrawn; a fault is
 * reported after that, so that handlers may do what they like. There is no other way for a device
 * model to reach memory. An access within a page of a granule whose translation the port
 * remembers, to RAM, by a device without peers, takes a short cut with the same result.
 *
 * Runs on any host thread and needs no kernel context.
 */
#include <linux/dma-direct.h>
#include <linux/mm.h>
#include <stdlib.h>

#include "attach.h"
#include "cpu_trap.h"
#include "window.h"

/* One access on its way. */
struct bus_access {
	struct udm_bus *bus;
	struct bus_port *port;
	struct udm_domain *domain;
	bool write;
	bool refused;
	struct udm_iommu_fault fault;
};

/*
 * Memory in a lazy domain may be anybody's by the time it is accessed, or become so meanwhile, as
 * with a real device. The sanitizers, where there are any, have to be kept out of that.
 */
static inline bool is_unwatched(const struct udm_domain *domain)
{
#ifdef UDM_PLAIN_ALLOC
	return domain_is_lazy(domain);
#else
	return false;
#endif
}

/* What a part of an access resolves to. */
struct bus_target {
	u64 phys;
	bool ram;
	bool whole;			/* false: what follows the page may be something else */
};

static bool refuse(struct bus_access *acc, u64 addr, enum udm_iommu_reason reason)
{
	acc->refused = true;
	acc->fault = (struct udm_iommu_fault){
		.addr = addr,
		.granule = addr & ~(u64)IOMMU_GRANULE_MASK,
		.reason = reason,
		.write = acc->write,
	};
	return false;
}

/* --- Translation --- */

static u64 iotlb_miss(struct bus_port *port, struct udm_domain *domain, u64 granule, u64 epoch,
		      struct iotlb_entry *entry)
{
	u64 *slot = page_table_find(&domain->pt, granule);
	/* Sequentially consistent, see port.h: after the announcement, before the copy. */
	u64 pte = slot ? __atomic_load_n(slot, __ATOMIC_SEQ_CST) : 0;

	port_count(&port->counters.misses, 1);
	/* The epoch was read before the word: a flush in between leaves the entry void. */
	if (pte)
		*entry = (struct iotlb_entry){ granule, epoch, pte, slot };
	return pte;
}

/*
 * The leaf word of a granule, 0 if it is not mapped. A remembered word is compared with the
 * page table; if it has gone from there, a strict domain forgets it, while a lazy one goes on
 * using it until its epoch changes.
 */
static u64 iotlb_lookup(struct bus_port *port, struct udm_domain *domain, u64 granule, bool *stale)
{
	struct iotlb_entry *entry = iotlb_entry(port, granule);
	u64 epoch = __atomic_load_n(&domain->epoch, __ATOMIC_SEQ_CST);

	*stale = false;
	if (likely(entry->granule == granule && entry->epoch == epoch)) {
		u64 now = __atomic_load_n(entry->slot, __ATOMIC_SEQ_CST);

		if (likely(now == entry->pte)) {
			port_count(&port->counters.hits, 1);
			return now;
		}
		if (domain_is_lazy(domain)) {
			port_count(&port->counters.stale_hits, 1);
			*stale = true;
			return entry->pte;
		}
	}
	return iotlb_miss(port, domain, granule, epoch, entry);
}

static bool resolve_paged(struct bus_access *acc, u64 addr, size_t len, struct bus_target *target)
{
	struct udm_domain *domain = acc->domain;
	u64 need = acc->write ? IOMMU_WRITE : IOMMU_READ, pte;
	bool stale;

	if (unlikely(addr > domain->api.geometry.aperture_end))
		return refuse(acc, addr, UDM_IOMMU_BEYOND_APERTURE);
	pte = iotlb_lookup(acc->port, domain, addr >> IOMMU_GRANULE_SHIFT, &stale);
	if (unlikely(!pte))
		return refuse(acc, addr, UDM_IOMMU_NOT_MAPPED);
	if (unlikely(stale && __atomic_load_n(&acc->bus->check_stale, __ATOMIC_RELAXED)))
		return refuse(acc, addr, UDM_IOMMU_STALE);
	if (unlikely(!(pte & need)))
		return refuse(acc, addr, UDM_IOMMU_NO_PERMISSION);
	if (unlikely(pte & PTE_EXACT) && !domain_in_exact_part(domain, addr, addr + len - 1))
		return refuse(acc, addr, UDM_IOMMU_PADDING);
	target->phys = (pte & PTE_ADDR) | (addr & IOMMU_GRANULE_MASK);
	target->whole = pte & PTE_RAM;
	/* A granule larger than a page may be RAM in parts. */
	target->ram = target->whole ||
		      (!(pte & IOMMU_MMIO) && pfn_valid(PHYS_PFN(target->phys)));
	return true;
}

/* The highest address the device can put on the bus. */
static u64 device_reach(const struct device *dev)
{
	u64 mask = dev->dma_mask ? READ_ONCE(*dev->dma_mask) : 0;

	mask = max(mask, READ_ONCE(dev->coherent_dma_mask));
	return min_not_zero(mask ? mask : DMA_BIT_MASK(32), dev->bus_dma_limit);
}

static bool resolve_identity(struct bus_access *acc, u64 addr, size_t len,
			     struct bus_target *target)
{
	struct device *dev = acc->bus->dev;

	if (unlikely(addr + len - 1 > device_reach(dev)))
		return refuse(acc, addr, UDM_IOMMU_BEYOND_APERTURE);
	target->phys = dma_to_phys(dev, addr);
	target->ram = pfn_valid(PHYS_PFN(target->phys));
	return true;
}

static bool is_peer_address(const struct udm_bus *bus, u64 addr)
{
	const struct bus_peer *peer = __atomic_load_n(&bus->peers, __ATOMIC_ACQUIRE);

	while (peer && (addr < peer->first || addr > peer->last))
		peer = peer->next;
	return peer;
}

static size_t left_of_page(u64 addr, size_t len)
{
	return min_t(size_t, len, PAGE_SIZE - offset_in_page(addr));
}

/*
 * Resolve a part of the access that lies in one granule. The piece is as long, or, where a
 * granule is not all alike, up to the end of the page.
 */
static bool resolve(struct bus_access *acc, u64 addr, size_t len, struct bus_piece *piece)
{
	struct bus_target target = { .phys = addr };
	bool ok = true;

	if (unlikely(acc->domain->api.type == IOMMU_DOMAIN_BLOCKED))
		return refuse(acc, addr, UDM_IOMMU_IS_BLOCKED);
	if (unlikely(__atomic_load_n(&acc->bus->peers, __ATOMIC_RELAXED)))
		len = left_of_page(addr, len);
	if (unlikely(is_peer_address(acc->bus, addr)))
		target.ram = false;
	else if (likely(domain_is_paging(acc->domain)))
		ok = resolve_paged(acc, addr, len, &target);
	else
		ok = resolve_identity(acc, addr, len, &target);
	if (unlikely(!ok))
		return false;
	if (unlikely(!target.whole))
		len = left_of_page(addr, len);
	piece->host = likely(target.ram) ? cpu_trap_host(target.phys) :
					   window_host(target.phys, len);
	piece->len = len;
	piece->unwatched = is_unwatched(acc->domain);
	if (unlikely(!piece->host))
		return refuse(acc, addr, UDM_IOMMU_BEYOND_APERTURE);
	return true;
}

/* --- Carrying out --- */

/* Copy behind the sanitizers' back, see is_unwatched(). */
static noinline __attribute__((no_sanitize("address"), no_sanitize("thread")))
void copy_unwatched(volatile char *to, const volatile char *from, size_t len)
{
	while (len--)
		*to++ = *from++;
}

static void piece_copy(const struct bus_piece *piece, char *buf, bool write)
{
	char *to = write ? piece->host : buf;
	char *from = write ? buf : piece->host;

	if (unlikely(piece->unwatched))
		copy_unwatched(to, from, piece->len);
	else
		memcpy(to, from, piece->len);
}

/* Resolve [addr, addr + len), up to what is refused, into the port's pieces; their number. */
static size_t resolve_all(struct bus_access *acc, u64 addr, size_t len)
{
	struct bus_piece *pieces = acc->port->pieces;
	size_t count = 0, part;

	for (; len; addr += part, len -= part) {
		struct bus_piece *piece = &pieces[count];

		part = min_t(size_t, len, IOMMU_GRANULE - (addr & IOMMU_GRANULE_MASK));
		if (!resolve(acc, addr, part, piece))
			return count;
		part = piece->len;
		if (count && piece->host == piece[-1].host + piece[-1].len)
			piece[-1].len += part;
		else
			count++;
	}
	return count;
}

/* Room for the pieces of an access of len bytes. */
static bool pieces_reserve(struct bus_port *port, size_t len)
{
	size_t need = len / PAGE_SIZE + 2;
	struct bus_piece *more;

	if (likely(port->max_pieces >= need))
		return true;
	more = realloc(port->pieces, need * sizeof(*more));
	if (!more)
		return false;
	port->pieces = more;
	port->max_pieces = need;
	return true;
}

/* The access is announced; what is behind the bus is found out only now. fault: see refuse(). */
static inline void access_init(struct bus_access *acc, struct udm_bus *bus, struct bus_port *port,
			       bool write)
{
	acc->bus = bus;
	acc->port = port;
	acc->domain = __atomic_load_n(&bus->domain, __ATOMIC_SEQ_CST);
	acc->write = write;
	acc->refused = false;
}

static inline void count_done(struct bus_port *port, size_t len, bool write)
{
	struct port_counters *c = &port->counters;

	port_count(write ? &c->writes : &c->reads, 1);
	port_count(write ? &c->write_bytes : &c->read_bytes, len);
}

/* Withdraw the access and say how it went. */
static int access_end(struct bus_access *acc, size_t len)
{
	port_leave(acc->port);
	if (unlikely(acc->refused)) {
		bus_report_fault(acc->bus, &acc->fault);
		return -EFAULT;
	}
	count_done(acc->port, len, acc->write);
	return 0;
}

/*
 * The short cut: does what was known of the granule before the access was announced still hold,
 * and is it all there is to know? The epoch tells that the entry is of the bus's domain, whose
 * page table cannot go while the access is announced, so that its word may be read; both are
 * read after the announcement, as iotlb_lookup() does. Anything else takes the long way.
 */
static __always_inline bool translation_holds(struct udm_bus *bus, const struct iotlb_entry *known,
					      u64 addr, bool write)
{
	struct udm_domain *domain = __atomic_load_n(&bus->domain, __ATOMIC_SEQ_CST);
	u64 need = PTE_RAM | (write ? IOMMU_WRITE : IOMMU_READ);

	return likely(known->granule == addr >> IOMMU_GRANULE_SHIFT &&
		      known->epoch == __atomic_load_n(&domain->epoch, __ATOMIC_SEQ_CST) &&
		      known->pte == __atomic_load_n(known->slot, __ATOMIC_SEQ_CST) &&
		      (known->pte & (need | PTE_EXACT)) == need &&
		      !__atomic_load_n(&bus->peers, __ATOMIC_RELAXED) && !is_unwatched(domain));
}

/*
 * By the remembered word, not the one it was compared with: the access need not wait for the
 * comparison.
 */
static __always_inline void *known_host(const struct iotlb_entry *known, u64 addr)
{
	return __va((known->pte & PTE_ADDR) | (addr & IOMMU_GRANULE_MASK));
}

static __always_inline int short_cut_end(struct bus_port *port, size_t len, bool write)
{
	port_leave(port);
	port_count(&port->counters.hits, 1);
	count_done(port, len, write);
	return 0;
}

/* An access that cannot even begin: no host memory, or addresses that wrap around. */
static noinline int access_hopeless(struct udm_bus *bus, u64 addr, bool write)
{
	struct bus_access acc = { .bus = bus, .write = write };

	refuse(&acc, addr, UDM_IOMMU_BEYOND_APERTURE);
	bus_report_fault(bus, &acc.fault);
	return -EFAULT;
}

/* Several pages, or nothing at all. */
static noinline int move_pieces(struct udm_bus *bus, struct bus_port *port, u64 addr, char *buf,
				size_t len, bool write)
{
	struct bus_access acc;
	size_t count, k;

	if (!len)
		return 0;
	if (unlikely(!port || addr + len - 1 < addr || !pieces_reserve(port, len)))
		return access_hopeless(bus, addr, write);
	port_enter(port, addr, addr + len - 1);
	access_init(&acc, bus, port, write);
	count = resolve_all(&acc, addr, len);
	for (k = 0; k < count; k++) {
		piece_copy(&port->pieces[k], buf, write);
		buf += port->pieces[k].len;
	}
	return access_end(&acc, len);
}

/* Part of one page, announced already, whose translation is not at hand. */
static noinline int move_part(struct udm_bus *bus, struct bus_port *port, u64 addr, char *buf,
			      size_t len, bool write)
{
	struct bus_piece piece;
	struct bus_access acc;

	access_init(&acc, bus, port, write);
	if (resolve(&acc, addr, len, &piece))
		piece_copy(&piece, buf, write);
	return access_end(&acc, len);
}

static __always_inline int bus_move(struct udm_bus *bus, u64 addr, char *buf, size_t len,
				    bool write)
{
	struct bus_port *port = port_get(bus);
	struct iotlb_entry known;
	char *host;

	/* Unsigned: true for a length of 0 too. */
	if (unlikely(!port || len - 1 > ~PAGE_MASK - offset_in_page(addr)))
		return move_pieces(bus, port, addr, buf, len, write);
	known = *iotlb_entry(port, addr >> IOMMU_GRANULE_SHIFT);
	port_enter(port, addr, addr + len - 1);
	if (unlikely(!translation_holds(bus, &known, addr, write)))
		return move_part(bus, port, addr, buf, len, write);
	host = known_host(&known, addr);
	memcpy(write ? host : buf, write ? buf : host, len);
	return short_cut_end(port, len, write);
}

int (udm_bus_read)(struct udm_bus *bus, uint64_t addr, void *buf, size_t len)
{
	int err = bus_move(bus, addr, buf, len, false);

	if (unlikely(err))
		memset(buf, 0xff, len);
	return err;
}

int (udm_bus_write)(struct udm_bus *bus, uint64_t addr, const void *buf, size_t len)
{
	return bus_move(bus, addr, (char *)buf, len, true);
}

/*
 * A word that publishes, or says that something was published. The driver's half is either
 * a release or acquire access, or a plain one beside dma_wmb() or dma_rmb(); the device's
 * is both, so that each pairs with its like. Where barriers are only compiler barriers the
 * second costs nothing, and the thread sanitizer, which matches like with like, needs it.
 */
static __always_inline void __word_move(u32 *host, u32 *val, bool write)
{
	if (write) {
		dma_wmb();
		__atomic_store_n(host, *val, __ATOMIC_RELEASE);
	} else {
		*val = __atomic_load_n(host, __ATOMIC_ACQUIRE);
		dma_rmb();
	}
}

static inline void word_move(u32 *host, u32 *val, bool write)
{
	__word_move(host, val, write);
}

/* The same behind the sanitizers' back. Still atomic, so it still orders. */
static noinline __attribute__((no_sanitize("address")))
void word_move_unwatched(u32 *host, u32 *val, bool write)
{
	__word_move(host, val, write);
}

/* One aligned word, announced already, whose translation is not at hand. */
static noinline int word_part(struct udm_bus *bus, struct bus_port *port, u64 addr, u32 *val,
			      bool write)
{
	struct bus_piece piece;
	struct bus_access acc;

	access_init(&acc, bus, port, write);
	if (resolve(&acc, addr, sizeof(*val), &piece)) {
		if (unlikely(piece.unwatched))
			word_move_unwatched((u32 *)piece.host, val, write);
		else
			word_move((u32 *)piece.host, val, write);
	}
	return access_end(&acc, sizeof(*val));
}

static __always_inline int bus_word(struct udm_bus *bus, u64 addr, u32 *val, bool write)
{
	struct bus_port *port = port_get(bus);
	struct iotlb_entry known;

	if (unlikely(addr % sizeof(*val)))
		return -EINVAL;
	if (unlikely(!port))
		return access_hopeless(bus, addr, write);
	known = *iotlb_entry(port, addr >> IOMMU_GRANULE_SHIFT);
	port_enter(port, addr, addr + sizeof(*val) - 1);
	if (unlikely(!translation_holds(bus, &known, addr, write)))
		return word_part(bus, port, addr, val, write);
	word_move(known_host(&known, addr), val, write);
	return short_cut_end(port, sizeof(*val), write);
}

int (udm_bus_load32)(struct udm_bus *bus, uint64_t addr, uint32_t *val)
{
	int err = bus_word(bus, addr, val, false);

	if (unlikely(err == -EFAULT))
		*val = U32_MAX;
	return err;
}

int (udm_bus_store32)(struct udm_bus *bus, uint64_t addr, uint32_t val)
{
	return bus_word(bus, addr, &val, true);
}

/* By device: attaching it may fail, which leaves it without any mapping either. */
int udm_bus_dev_read(struct device *dev, uint64_t addr, void *buf, size_t len)
{
	struct udm_bus *bus = bus_of(dev);

	if (bus)
		return udm_bus_read(bus, addr, buf, len);
	memset(buf, 0xff, len);
	return -EFAULT;
}

int udm_bus_dev_write(struct device *dev, uint64_t addr, const void *buf, size_t len)
{
	struct udm_bus *bus = bus_of(dev);

	return bus ? udm_bus_write(bus, addr, buf, len) : -EFAULT;
}

int udm_bus_dev_load32(struct device *dev, uint64_t addr, uint32_t *val)
{
	struct udm_bus *bus = bus_of(dev);

	*val = U32_MAX;
	return bus ? udm_bus_load32(bus, addr, val) : -EFAULT;
}

int udm_bus_dev_store32(struct device *dev, uint64_t addr, uint32_t val)
{
	struct udm_bus *bus = bus_of(dev);

	return bus ? udm_bus_store32(bus, addr, val) : -EFAULT;
}
