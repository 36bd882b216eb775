// SPDX-License-Identifier: GPL-2.0-only
/*
 * Remembered translations: nothing may be different because a device was there before. And an
 * access that is interrupted, after any of its instructions, by an unmap on another CPU.
 */
#include "dma_rig.h"

#include <linux/iommu.h>
#include <linux/slab.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>
#include <udevmem/task.h>

Suite *dma_iotlb_suite(void);

static struct device *dev;
static struct page *page;
static char *bytes;

static void with_page(void)
{
	dev = rig_device("rig");
	page = rig_page('m');
	bytes = page_address(page);
}

static void setup_strict(void)
{
	boot_strict();
	with_page();
}

static void setup_lazy(void)
{
	boot_lazy();
	with_page();
}

static void setup_threads(void)
{
	boot_threads_strict();
	with_page();
}

static void teardown(void)
{
	__free_page(page);
	put_device(dev);
	machine_shutdown();
}

static dma_addr_t map(enum dma_data_direction dir)
{
	dma_addr_t addr = dma_map_page(dev, page, 0, PAGE_SIZE, dir);

	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	return addr;
}

static char read_byte(u64 addr)
{
	char c;

	return udm_bus_read(dev, addr, &c, 1) ? 0 : c;
}

START_TEST(permissions_hold_for_what_is_remembered)
{
	dma_addr_t to = map(DMA_TO_DEVICE), from = map(DMA_FROM_DEVICE);
	u32 word;

	ck_assert_int_eq(read_byte(to), 'm');
	ck_assert_int_eq(udm_bus_write(dev, from, "f", 1), 0);
	ck_assert_uint_eq(rig_stats(dev).iotlb_misses, 2);
	ck_assert_int_eq(udm_bus_write(dev, to, "!", 1), -EFAULT);
	ck_assert_int_eq(udm_bus_store32(dev, to, 5), -EFAULT);
	ck_assert_int_eq(udm_bus_load32(dev, from, &word), -EFAULT);
	ck_assert_uint_eq(word, U32_MAX);
	ck_assert_uint_eq(rig_stats(dev).faults_by_reason[UDM_IOMMU_NO_PERMISSION], 3);
	ck_assert_int_eq(bytes[0], 'f');
	/* They were known all the time. */
	ck_assert_uint_eq(rig_stats(dev).iotlb_misses, 2);
	dma_unmap_page(dev, to, PAGE_SIZE, DMA_TO_DEVICE);
	dma_unmap_page(dev, from, PAGE_SIZE, DMA_FROM_DEVICE);
}
END_TEST

START_TEST(a_new_mapping_at_an_old_address_counts)
{
	struct iommu_domain *domain = iommu_paging_domain_alloc(dev);
	struct page *other = rig_page('o');

	ck_assert_int_eq(iommu_attach_device(domain, dev), 0);
	ck_assert_int_eq(iommu_map(domain, 0x10000, page_to_phys(page), PAGE_SIZE, IOMMU_READ,
				   GFP_KERNEL), 0);
	ck_assert_int_eq(read_byte(0x10000), 'm');
	ck_assert_uint_eq(iommu_unmap(domain, 0x10000, PAGE_SIZE), PAGE_SIZE);
	ck_assert_int_eq(iommu_map(domain, 0x10000, page_to_phys(other), PAGE_SIZE,
				   IOMMU_READ | IOMMU_WRITE, GFP_KERNEL), 0);
	ck_assert_int_eq(read_byte(0x10000), 'o');
	ck_assert_int_eq(udm_bus_write(dev, 0x10000, "n", 1), 0);
	ck_assert_int_eq(bytes[0], 'm');
	iommu_flush_iotlb_all(domain);
	ck_assert_int_eq(read_byte(0x10000), 'n');
	ck_assert_uint_eq(iommu_unmap(domain, 0x10000, PAGE_SIZE), PAGE_SIZE);
	iommu_detach_device(domain, dev);
	iommu_domain_free(domain);
	__free_page(other);
}
END_TEST

/* The same address in two domains, in turn, and in none. */
START_TEST(domains_are_apart)
{
	struct iommu_domain *domain = iommu_paging_domain_alloc(dev);
	struct page *other = rig_page('o');
	dma_addr_t addr = map(DMA_TO_DEVICE);
	unsigned int round;

	ck_assert_int_eq(iommu_map(domain, addr, page_to_phys(other), PAGE_SIZE, IOMMU_READ,
				   GFP_KERNEL), 0);
	for (round = 0; round < 3; round++) {
		ck_assert_int_eq(read_byte(addr), 'm');
		ck_assert_int_eq(iommu_attach_device(domain, dev), 0);
		ck_assert_int_eq(read_byte(addr), 'o');
		ck_assert_int_eq(read_byte(addr), 'o');
		iommu_detach_device(domain, dev);
	}
	ck_assert_int_eq(read_byte(addr), 'm');
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	iommu_domain_free(domain);
	ck_assert_int_eq(udm_iommu_set_type(dev, UDM_IOMMU_TYPE_BLOCKED), 0);
	ck_assert_int_eq(udm_bus_write(dev, addr, "!", 1), -EFAULT);
	ck_assert_int_eq(udm_iommu_set_type(dev, UDM_IOMMU_TYPE_STRICT), 0);
	ck_assert_int_eq(udm_bus_write(dev, addr, "!", 1), -EFAULT);
	ck_assert_int_eq(udm_iommu_set_type(dev, 99), -EINVAL);
	ck_assert_int_eq(udm_iommu_get_type(dev), UDM_IOMMU_TYPE_STRICT);
	__free_page(other);
}
END_TEST

/* More pages than are remembered: each is still the right one. */
START_TEST(many_pages_displace_each_other)
{
	enum { PAGES = 1500, READS = 3 * PAGES };
	struct scattered s;
	dma_addr_t addr;
	unsigned int k;

	dma_set_max_seg_size(dev, UINT_MAX);
	scattered_init(&s, PAGES);
	ck_assert_int_eq(dma_map_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0), 0);
	addr = sg_dma_address(s.sgt.sgl);
	for (k = 0; k < READS; k++) {
		unsigned int which = k * 7 % PAGES, at = which * PAGE_SIZE + k % PAGE_SIZE;

		ck_assert_int_eq(read_byte(addr + at), 'a' + which % 26);
	}
	ck_assert_uint_gt(rig_stats(dev).iotlb_misses, PAGES);
	ck_assert_uint_eq(rig_stats(dev).iotlb_misses + rig_stats(dev).iotlb_hits, READS);
	dma_unmap_sgtable(dev, &s.sgt, DMA_TO_DEVICE, 0);
	scattered_free(&s);
}
END_TEST

/* Address 0 is what an entry that was never filled might look like. */
START_TEST(nothing_is_known_at_first)
{
	u32 word;

	ck_assert_int_eq(udm_bus_load32(dev, 0, &word), -EFAULT);
	ck_assert_int_eq(udm_iommu_set_type(dev, UDM_IOMMU_TYPE_IDENTITY), 0);
	dev->bus_dma_limit = 1;
	ck_assert_int_eq(udm_bus_load32(dev, 0, &word), -EFAULT);
	ck_assert_uint_eq(rig_stats(dev).iotlb_hits, 0);
}
END_TEST

START_TEST(exact_parts_are_checked_every_time)
{
	dma_addr_t addr;
	unsigned int round;
	char buf[64];

	udm_iommu_check_exact(dev, true);
	addr = dma_map_page(dev, page, 100, 1000, DMA_TO_DEVICE);
	ck_assert_int_eq(dma_mapping_error(dev, addr), 0);
	for (round = 0; round < 3; round++) {
		ck_assert_int_eq(udm_bus_read(dev, addr, buf, 64), 0);
		ck_assert_int_eq(udm_bus_read(dev, addr - 1, buf, 2), -EFAULT);
		ck_assert_int_eq(rig_fault(dev).reason, UDM_IOMMU_PADDING);
	}
	ck_assert_uint_gt(rig_stats(dev).page_tables, 4);
	dma_unmap_page(dev, addr, 1000, DMA_TO_DEVICE);
}
END_TEST

/* Leave to use a peer's addresses goes before what is mapped there and known. */
START_TEST(peers_go_before_what_is_remembered)
{
	struct iommu_domain *domain = iommu_paging_domain_alloc(dev);
	char *memory = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	uint64_t phys;

	memset(memory, 'P', PAGE_SIZE);
	ck_assert_int_eq(udm_bus_alloc_window(PAGE_SIZE, memory, &phys), 0);
	ck_assert_int_eq(iommu_map(domain, phys, page_to_phys(page), PAGE_SIZE, IOMMU_READ,
				   GFP_KERNEL), 0);
	ck_assert_int_eq(iommu_attach_device(domain, dev), 0);
	ck_assert_int_eq(read_byte(phys), 'm');
	ck_assert_int_eq(udm_bus_allow_peer(dev, phys), 0);
	ck_assert_int_eq(read_byte(phys), 'P');
	ck_assert_int_eq(udm_bus_remove_window(phys), 0);
	ck_assert_int_eq(read_byte(phys), 'm');
	iommu_detach_device(domain, dev);
	iommu_domain_free(domain);
	munmap(memory, PAGE_SIZE);
}
END_TEST

/* --- Interrupted accesses --- */

/* The thread sanitizer's own steps hold locks that the other thread needs. */
#if defined(__x86_64__) && !defined(__UDM_TSAN__)

#ifdef __UDM_ASAN__
#define MAX_POINTS	200
#else
#define MAX_POINTS	1000
#endif

/* How long an unmap that need not wait may take, when its thread is not run at once. */
#define PATIENCE_NS	2000000

#define TRAP_FLAG	0x100

static struct {
	struct iommu_domain *domain;
	dma_addr_t addr;
	unsigned long at, steps;
	volatile bool stop;
	bool go;			/* the unmapper may begin */
	bool unmapped;			/* its unmap has returned, the page is its own again */
	bool in_time;			/* that was so while the access was interrupted, */
	bool written;			/* which had written by then */
} trap;

static void *unmapper(void *unused)
{
	while (!__atomic_load_n(&trap.go, __ATOMIC_ACQUIRE))
		sched_yield();
	dma_unmap_page(dev, trap.addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	memset(bytes, 'u', PAGE_SIZE);
	__atomic_store_n(&trap.unmapped, true, __ATOMIC_RELEASE);
	return NULL;
}

static u64 wall_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* Let the unmapper do what it can while this thread stands still: all of it, or wait for us. */
static void let_unmap(void)
{
	u64 until;

	trap.written = bytes[0] != 'm';
	__atomic_store_n(&trap.go, true, __ATOMIC_RELEASE);
	while (iommu_iova_to_phys(trap.domain, trap.addr))
		sched_yield();
	until = wall_ns() + PATIENCE_NS;
	while (!__atomic_load_n(&trap.unmapped, __ATOMIC_ACQUIRE) && wall_ns() < until)
		sched_yield();
	trap.in_time = __atomic_load_n(&trap.unmapped, __ATOMIC_ACQUIRE);
}

static void on_trap(int sig, siginfo_t *info, void *context)
{
	greg_t *flags = &((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL];

	if (trap.stop) {
		*flags &= ~TRAP_FLAG;
		return;
	}
	*flags |= TRAP_FLAG;
	if (trap.steps++ == trap.at) {
		*flags &= ~TRAP_FLAG;	/* what is left runs at full speed */
		let_unmap();
	}
}

static int write_some(u64 addr)
{
	return (udm_bus_write)(udm_bus_of(dev), addr, "written", 8);
}

static int store_word(u64 addr)
{
	return (udm_bus_store32)(udm_bus_of(dev), addr, 0x21212121);
}

static int (*const accesses[])(u64 addr) = { write_some, store_word };

/* One access, interrupted at one point; false if it was over before. */
static bool interrupted(int (*access)(u64 addr), bool remembered, unsigned long at)
{
	struct udm_thread *other;
	bool reached;
	int err;

	trap = (typeof(trap)){ .domain = iommu_get_dma_domain(dev), .at = at };
	trap.addr = map(DMA_BIDIRECTIONAL);
	iommu_flush_iotlb_all(trap.domain);
	if (remembered)
		ck_assert_int_eq(access(trap.addr), 0);
	memset(bytes, 'm', PAGE_SIZE);
	other = udm_thread_create("unmapper", unmapper, NULL);
	asm volatile("int3");
	err = access(trap.addr);
	trap.stop = true;
	asm volatile("int3");
	reached = trap.go;
	__atomic_store_n(&trap.go, true, __ATOMIC_RELEASE);
	udm_thread_join(other);
	/* Nothing was written after the unmap had returned, and whoever tried was told. */
	ck_assert_msg(all_bytes(bytes, 'u', PAGE_SIZE), "point %lu", at);
	ck_assert_msg(err || !trap.in_time || trap.written, "point %lu", at);
	ck_assert(!err || err == -EFAULT);
	return reached;
}

static void at_every_point(int (*access)(u64 addr), bool remembered)
{
	unsigned int waited = 0, refused = 0;
	unsigned long stride, at;

	/* Lazy binding would make the first way longer than the others. */
	interrupted(access, remembered, 0);
	interrupted(access, remembered, ULONG_MAX - 1);
	stride = 1 + trap.steps / MAX_POINTS;
	for (at = 0; interrupted(access, remembered, at); at += stride) {
		waited += !trap.in_time;
		refused += trap.in_time && !trap.written;
	}
	/* Both ways to come out were seen. */
	ck_assert_uint_gt(waited, 0);
	ck_assert_uint_gt(refused, 0);
}

START_TEST(unmaps_at_every_instruction)
{
	const struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };
	struct sigaction before;

	sigaction(SIGTRAP, &action, &before);
	at_every_point(accesses[_i / 2], _i % 2);
	sigaction(SIGTRAP, &before, NULL);
}
END_TEST

#define STEPPED	4
#else

START_TEST(unmaps_at_every_instruction)
{
}
END_TEST

#define STEPPED	0
#endif

static void add_common(TCase *tc)
{
	tcase_add_test(tc, permissions_hold_for_what_is_remembered);
	tcase_add_test(tc, a_new_mapping_at_an_old_address_counts);
	tcase_add_test(tc, domains_are_apart);
	tcase_add_test(tc, many_pages_displace_each_other);
	tcase_add_test(tc, nothing_is_known_at_first);
	tcase_add_test(tc, exact_parts_are_checked_every_time);
	tcase_add_test(tc, peers_go_before_what_is_remembered);
}

Suite *dma_iotlb_suite(void)
{
	Suite *s = suite_create("dma_iotlb");
	TCase *tc = tcase_create("strict");

	tcase_add_checked_fixture(tc, setup_strict, teardown);
	suite_add_tcase(s, tc);
	add_common(tc);

	tc = tcase_create("lazy");
	tcase_add_checked_fixture(tc, setup_lazy, teardown);
	suite_add_tcase(s, tc);
	add_common(tc);

	tc = tcase_create("interrupted");
	tcase_add_checked_fixture(tc, setup_threads, teardown);
	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, unmaps_at_every_instruction, 0, STEPPED);
	return s;
}
