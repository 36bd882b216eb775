// SPDX-License-Identifier: GPL-2.0-only
/*
 * Per-CPU memory.
 *
 * One address range, reserved on first use and kept: a unit of cookies that is
 * never accessible, then a unit per vCPU. The first half of a unit holds the
 * static variables: each module's section gets a place there once per process, and
 * its copies start from the initialisers at every boot. The second half is
 * allocated dynamically (percpu_buddy.c). Host locks only, so everything works
 * in any context, also before boot.
 */
#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/fault-inject.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <udevmem/boot.h>

#include "../sched/host.h"
#include "../subsystem.h"
#include "leftover.h"
#include "percpu.h"

#ifdef __UDM_ASAN__
#include <sanitizer/asan_interface.h>
#else
#define __asan_poison_memory_region(addr, size) do { } while (0)
#define __asan_unpoison_memory_region(addr, size) do { } while (0)
#endif

#define STATIC_SIZE (UDM_PERCPU_UNIT - PCPU_BUDDY_SIZE)
#define PAGE_BYTES 4096UL
#define MAX_RANGES 128

/* Variables that lie together: a module's section, or one variable outside of any. */
struct percpu_range {
	unsigned long start;
	unsigned long size;
	unsigned long delta;	/* from there to the cookie */
	void *initial;
};

static struct percpu_range ranges[MAX_RANGES];
static unsigned int nr_ranges;		/* grows; entries below it do not change */
static unsigned long static_used;
static u32 lock;

unsigned long udm_percpu_base;

static void *copy_of(unsigned long cookie, unsigned int cpu)
{
	return (void *)(cookie + ((unsigned long)(cpu + 1) << UDM_PERCPU_UNIT_SHIFT));
}

/* The lock is held, here and below. */
static void reserve_units(void)
{
	size_t size = (NR_CPUS + 1) * UDM_PERCPU_UNIT;
	char *base;

	if (udm_percpu_base)
		return;
	base = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (base == MAP_FAILED ||
	    mprotect(base + UDM_PERCPU_UNIT, size - UDM_PERCPU_UNIT, PROT_READ | PROT_WRITE))
		panic("cannot reserve per-CPU memory");
	__atomic_store_n(&udm_percpu_base, (unsigned long)base, __ATOMIC_RELEASE);
}

static void set_initial_values(const struct percpu_range *range)
{
	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++)
		memcpy(copy_of(range->start + range->delta, cpu), range->initial, range->size);
}

static struct percpu_range *find_range(unsigned long addr)
{
	unsigned int n = __atomic_load_n(&nr_ranges, __ATOMIC_ACQUIRE);

	for (unsigned int i = 0; i < n; i++) {
		if (addr - ranges[i].start < ranges[i].size)
			return &ranges[i];
	}
	return NULL;
}

/* The place keeps the position within a page, and with it every alignment. */
static struct percpu_range *add_range(unsigned long start, unsigned long size)
{
	struct percpu_range *range = &ranges[nr_ranges];
	unsigned long offset = static_used + (start - static_used) % PAGE_BYTES;

	if (nr_ranges == MAX_RANGES || offset + size > STATIC_SIZE)
		panic("too many static per-CPU variables");
	range->start = start;
	range->size = size;
	range->delta = udm_percpu_base + offset - start;
	range->initial = malloc(size);
	if (!range->initial)
		panic("no memory for per-CPU initialisers");
	memcpy(range->initial, (void *)start, size);
	static_used = offset + size;
	set_initial_values(range);
	__atomic_store_n(&nr_ranges, nr_ranges + 1, __ATOMIC_RELEASE);
	return range;
}

/*
 * A variable of a shared library that the program refers to by name may have been
 * moved into the program by the linker, out of the section; its symbol tells
 * where it begins and ends.
 */
static struct percpu_range *add_single(unsigned long addr)
{
	const ElfW(Sym) *symbol = NULL;
	Dl_info info;

	if (!dladdr1((void *)addr, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
		panic("%p is not a per-CPU variable", (void *)addr);
	return add_range((unsigned long)info.dli_saddr, symbol->st_size);
}

unsigned long udm_percpu_resolve(unsigned long addr, char *start, char *stop, unsigned long *delta)
{
	bool own = addr - (unsigned long)start < (unsigned long)(stop - start);
	struct percpu_range *range = find_range(addr);

	if (!range) {
		host_lock(&lock);
		reserve_units();
		range = find_range(addr);
		if (!range && own)
			range = add_range((unsigned long)start, stop - start);
		else if (!range)
			range = add_single(addr);
		host_unlock(&lock);
	}
	if (own)
		__atomic_store_n(delta, range->delta, __ATOMIC_RELEASE);
	return addr + range->delta;
}
EXPORT_SYMBOL(udm_percpu_resolve);

/* Dynamic allocation. */

static unsigned long dynamic_base(void)
{
	return udm_percpu_base + STATIC_SIZE;
}

static void zero_copies(unsigned long cookie, size_t size)
{
	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++) {
		__asan_unpoison_memory_region(copy_of(cookie, cpu), size);
		memset(copy_of(cookie, cpu), 0, size);
	}
}

static bool is_legal(size_t size, size_t align)
{
	return size && size <= PCPU_BUDDY_SIZE && align <= PAGE_BYTES && !(align & (align - 1));
}

void __percpu *pcpu_alloc_noprof(size_t size, size_t align, bool reserved, gfp_t gfp)
{
	unsigned long offset;

	(void)reserved;
	might_sleep_if(gfpflags_allow_blocking(gfp));
	if (WARN(!is_legal(size, align),
		 "illegal size (%zu) or align (%zu) for percpu allocation\n", size, align))
		return NULL;
	if (should_failslab(NULL, gfp))
		return NULL;
	host_lock(&lock);
	/* Blocks are aligned to their size, so a large alignment is a large size. */
	offset = pcpu_buddy_alloc(size > align ? size : align, __builtin_return_address(0));
	host_unlock(&lock);
	if (offset == PCPU_BUDDY_NONE) {
		if (!(gfp & __GFP_NOWARN))
			pr_warn_ratelimited("percpu: allocation failed, size=%zu align=%zu\n", size,
					    align);
		return NULL;
	}
	zero_copies(dynamic_base() + offset, size);
	return (void __percpu *)(dynamic_base() + offset);
}
EXPORT_SYMBOL_GPL(pcpu_alloc_noprof);

void free_percpu(void __percpu *pdata)
{
	unsigned long offset = (unsigned long)pdata - dynamic_base();
	size_t size;

	if (!pdata)
		return;
	if (WARN(offset >= PCPU_BUDDY_SIZE, "free_percpu(%p): not dynamic per-CPU memory\n", pdata))
		return;
	host_lock(&lock);
	size = pcpu_buddy_size(offset);
	for (unsigned int cpu = 0; size && cpu < nr_cpu_ids; cpu++)
		__asan_poison_memory_region(copy_of((unsigned long)pdata, cpu), size);
	pcpu_buddy_free(offset);
	host_unlock(&lock);
	WARN(!size, "free_percpu(%p): not allocated\n", pdata);
}
EXPORT_SYMBOL_GPL(free_percpu);

size_t pcpu_alloc_size(void __percpu *pdata)
{
	size_t size;

	host_lock(&lock);
	size = pcpu_buddy_size((unsigned long)pdata - dynamic_base());
	host_unlock(&lock);
	return size;
}

/* An address in somebody's copy, not a cookie. */
bool is_kernel_percpu_address(unsigned long addr)
{
	return addr - udm_percpu_base - UDM_PERCPU_UNIT < NR_CPUS * UDM_PERCPU_UNIT;
}

int percpu_boot(const struct udm_config *cfg)
{
	(void)cfg;
	host_lock(&lock);
	reserve_units();
	pcpu_buddy_reset();
	for (unsigned int i = 0; i < nr_ranges; i++)
		set_initial_values(&ranges[i]);
	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++)
		__asan_poison_memory_region(copy_of(dynamic_base(), cpu), PCPU_BUDDY_SIZE);
	host_unlock(&lock);
	return 0;
}

static void report_leak(size_t size, void *owner)
{
	leftover_report("per-CPU memory of %zu bytes, allocated by %pS", size, owner);
}

/* The pages go back to the host; the next boot starts from zeroes. */
void percpu_shutdown(void)
{
	pcpu_buddy_for_each(report_leak);
	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++) {
		__asan_unpoison_memory_region(copy_of(dynamic_base(), cpu), PCPU_BUDDY_SIZE);
		madvise(copy_of(udm_percpu_base, cpu), UDM_PERCPU_UNIT, MADV_DONTNEED);
	}
}
