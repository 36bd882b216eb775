// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page pool: nanoseconds per allocation and return, by path.
 *
 * The operation sequences and names are those of the kernel's own benchmark:
 *
 *	for_loop, atomic_inc, lock	what the machine can do at best
 *	..page_pool01	allocate, recycle directly: the cache
 *	..page_pool02	allocate, return from elsewhere: the ring
 *	..page_pool03	the same while somebody holds the page: the page allocator
 *
 * "no-softirq-" is process context, as there; "softirq-" has BH off, as a NAPI poll. Then
 * more of the same shape: 16 returned at once, halves of pages, pools that map for a device
 * that is coherent or not, and net_iovs of 16 GiB of device memory:
 *
 *	devmem01, 02	through the cache, through the ring
 *	devmem03	BOUND_PERCENT of all held; the 64 that were taken first leave the pool
 *			for the binding's gen_pool and 64 are taken from there; per pair
 *	devmem03-anywhere	the same with any 64: each net_iov is a line of 256 MiB that
 *			no cache has
 *	return		of 64 buffers at once, the return alone
 *	two threads	one allocates in softirq, the other returns; per buffer
 *	bind		of the 16 GiB, ns per net_iov; beside it writing as many once
 *
 * Where DPDK was there when this was built, its mempools do the same: one object through
 * the cache of a core and through a ring, and from thread to thread; ours and theirs in
 * turns.
 *
 * Each is the median of RUNS runs, in processor time but for the return and the two threads.
 */
#include <linux/bottom_half.h>
#include <linux/dma-map-ops.h>
#include <linux/ethtool.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <net/netdev_queues.h>
#include <net/netdev_lock.h>
#include <net/netdev_netlink.h>
#include <net/page_pool/helpers.h>
#include <net/xdp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <udevmem/dmabuf.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/task.h>
#include <udevmem/udevmem.h>

#include "dpdk.h"
#include "libpagepool/devmem.h"
#include "report.h"

#define RUNS		21
#define LOOPS		200000UL
#define BOUND		(16UL << 30)
#define BOUND_PERCENT	90
#define GROUP		64UL
#define PASSED		(1UL << 20)	/* buffers from thread to thread */
#define CHANNEL		4096UL

static double now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static double cpu_ns(void)
{
	return now_ns(CLOCK_THREAD_CPUTIME_ID);
}

static void show(const char *name, double ns)
{
	printf("%-32s %10.2f\n", name, ns);
	fflush(stdout);
	report_value(name, "ns", ns);
}

static void *must(void *mem)
{
	if (IS_ERR_OR_NULL(mem)) {
		fprintf(stderr, "page_pool: %s\n", mem ? strerror(-PTR_ERR(mem)) : "out of memory");
		exit(EXIT_FAILURE);
	}
	return mem;
}

/* What one run does, LOOPS times. */

static void run_for_loop(struct page_pool *pool)
{
	for (unsigned long i = 0; i < LOOPS; i++)
		barrier();
}

static void run_atomic_inc(struct page_pool *pool)
{
	atomic_t count = ATOMIC_INIT(0);

	for (unsigned long i = 0; i < LOOPS; i++) {
		atomic_inc(&count);
		barrier();
	}
}

static void run_lock(struct page_pool *pool)
{
	DEFINE_SPINLOCK(lock);

	for (unsigned long i = 0; i < LOOPS; i++) {
		spin_lock(&lock);
		barrier();
		spin_unlock(&lock);
	}
}

static void run_01(struct page_pool *pool)
{
	for (unsigned long i = 0; i < LOOPS; i++) {
		struct page *page = page_pool_alloc_pages(pool, GFP_ATOMIC);

		barrier();
		page_pool_recycle_direct(pool, page);
	}
}

static void run_02(struct page_pool *pool)
{
	for (unsigned long i = 0; i < LOOPS; i++) {
		struct page *page = page_pool_alloc_pages(pool, GFP_ATOMIC);

		barrier();
		page_pool_put_page(pool, page, -1, false);
	}
}

static void run_03(struct page_pool *pool)
{
	for (unsigned long i = 0; i < LOOPS; i++) {
		struct page *page = page_pool_alloc_pages(pool, GFP_ATOMIC);

		barrier();
		get_page(page);
		page_pool_put_page(pool, page, -1, false);
		put_page(page);
	}
}

static void run_netmem_01(struct page_pool *pool)
{
	for (unsigned long i = 0; i < LOOPS; i++) {
		netmem_ref netmem = page_pool_alloc_netmems(pool, GFP_ATOMIC);

		barrier();
		page_pool_recycle_direct_netmem(pool, netmem);
	}
}

static void run_netmem_02(struct page_pool *pool)
{
	for (unsigned long i = 0; i < LOOPS; i++) {
		netmem_ref netmem = page_pool_alloc_netmems(pool, GFP_ATOMIC);

		barrier();
		page_pool_put_full_netmem(pool, netmem, false);
	}
}

static void run_bulk(struct page_pool *pool)
{
	netmem_ref data[XDP_BULK_QUEUE_SIZE];

	for (unsigned long i = 0; i < LOOPS / XDP_BULK_QUEUE_SIZE; i++) {
		for (int k = 0; k < XDP_BULK_QUEUE_SIZE; k++)
			data[k] = page_pool_alloc_netmems(pool, GFP_ATOMIC);
		page_pool_put_netmem_bulk(data, XDP_BULK_QUEUE_SIZE);
	}
}

static void run_frag(struct page_pool *pool)
{
	for (unsigned long i = 0; i < LOOPS; i++) {
		unsigned int offset;
		struct page *page = page_pool_alloc_frag(pool, &offset, PAGE_SIZE / 2, GFP_ATOMIC);

		barrier();
		page_pool_put_page(pool, page, -1, true);
	}
}

enum { SOFTIRQ = 1, MAPPED = 2, SYNCED = 4 };

static const struct {
	const char *name;
	void (*run)(struct page_pool *pool);
	int how;
} rows[] = {
	{ "for_loop", run_for_loop },
	{ "atomic_inc", run_atomic_inc },
	{ "lock", run_lock },
	{ "no-softirq-page_pool01", run_01 },
	{ "no-softirq-page_pool02", run_02 },
	{ "no-softirq-page_pool03", run_03 },
	{ "softirq-page_pool01", run_01, SOFTIRQ },
	{ "softirq-page_pool02", run_02, SOFTIRQ },
	{ "softirq-page_pool03", run_03, SOFTIRQ },
	{ "softirq-bulk16", run_bulk, SOFTIRQ },
	{ "softirq-fragment", run_frag, SOFTIRQ },
	{ "mapped-page_pool01", run_01, SOFTIRQ | MAPPED },
	{ "mapped-page_pool03", run_03, SOFTIRQ | MAPPED },
	{ "synced-page_pool01", run_01, SOFTIRQ | MAPPED | SYNCED },
	{ "synced-page_pool02", run_02, SOFTIRQ | MAPPED | SYNCED },
};

/* 64 in the ring, nothing in the cache, as in the kernel's benchmark. */
static void prefill(struct page_pool *pool)
{
	netmem_ref out[64];

	for (int i = 0; i < 64; i++)
		out[i] = page_pool_alloc_netmems(pool, GFP_KERNEL);
	for (int i = 0; i < 64; i++)
		page_pool_put_full_netmem(pool, out[i], false);
}

static double measure(struct page_pool *pool, void (*run)(struct page_pool *pool), bool softirq)
{
	double ns[RUNS], start;

	for (int i = 0; i < RUNS; i++) {
		if (softirq)
			local_bh_disable();
		start = cpu_ns();
		run(pool);
		ns[i] = (cpu_ns() - start) / LOOPS;
		if (softirq)
			local_bh_enable();
	}
	return report_median(ns, RUNS);
}

static struct device *bench_device(bool coherent)
{
	static u64 mask = DMA_BIT_MASK(64);
	static struct device dev = { .init_name = "bench", .dma_mask = &mask };

	dev.dma_skip_sync = coherent;
	return &dev;
}

static double measure_row(size_t row)
{
	struct page_pool_params params = {
		.pool_size = 1024, .nid = NUMA_NO_NODE, .dma_dir = DMA_BIDIRECTIONAL,
		.max_len = PAGE_SIZE, .dev = bench_device(!(rows[row].how & SYNCED)),
	};
	struct page_pool *pool;
	double ns;

	if (rows[row].how & MAPPED)
		params.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
	pool = must(page_pool_create(&params));
	prefill(pool);
	ns = measure(pool, rows[row].run, rows[row].how & SOFTIRQ);
	page_pool_destroy(pool);
	show(rows[row].name, ns);
	return ns;
}

static bool have_dpdk;

/* A row once more, in turns with DPDK's pool doing the same. */
static void beside_dpdk(size_t row, const char *name, void (*theirs)(unsigned long loops),
			double limit)
{
	struct page_pool_params params = { .pool_size = 1024, .nid = NUMA_NO_NODE };
	struct page_pool *pool = must(page_pool_create(&params));
	double ns[RUNS], dpdk_ns[RUNS], ratio, start;

	prefill(pool);
	local_bh_disable();
	for (int i = 0; i < RUNS; i++) {
		start = cpu_ns();
		rows[row].run(pool);
		ns[i] = (cpu_ns() - start) / LOOPS;
		start = cpu_ns();
		theirs(LOOPS);
		dpdk_ns[i] = (cpu_ns() - start) / LOOPS;
	}
	local_bh_enable();
	page_pool_destroy(pool);
	show(name, report_median(dpdk_ns, RUNS));
	ratio = report_median(ns, RUNS) / report_median(dpdk_ns, RUNS);
	report_at_most(rows[row].name, ratio, limit);
}

/* A clock that takes no system call, for pieces of less than a microsecond. */
static double real_ns(void)
{
	return now_ns(CLOCK_MONOTONIC);
}

/* 64 buffers at once, by four bulks, as a driver's TX completion; the return alone. */
static double bench_return(void)
{
	struct page_pool_params params = { .pool_size = 1024, .nid = NUMA_NO_NODE };
	struct page_pool *pool = must(page_pool_create_percpu(&params, raw_smp_processor_id()));
	double ns[RUNS], start;

	local_bh_disable();
	for (int i = 0; i < RUNS; i++) {
		ns[i] = 0;
		for (unsigned long k = 0; k < LOOPS / 64; k++) {
			netmem_ref out[64];

			for (int n = 0; n < 64; n++)
				out[n] = page_pool_alloc_netmems(pool, GFP_ATOMIC);
			start = real_ns();
			page_pool_put_netmem_bulk(out, 64);
			ns[i] += real_ns() - start;
		}
		ns[i] /= LOOPS / 64 * 64;
	}
	local_bh_enable();
	page_pool_destroy(pool);
	return report_median(ns, RUNS);
}

/* What it takes to look at the clock, per buffer of 64. */
static double clock_cost(void)
{
	double start = real_ns();

	for (int i = 0; i < 10000; i++)
		real_ns();
	return (real_ns() - start) / 10000 / 64;
}

/* Two threads. */

static struct {
	netmem_ref slot[CHANNEL];
	unsigned long put ____cacheline_aligned_in_smp;
	unsigned long taken ____cacheline_aligned_in_smp;
	struct page_pool *pool;
} channel;

static void *allocate_all(void *arg)
{
	local_bh_disable();
	for (unsigned long i = 0; i < PASSED; i++) {
		while (i - smp_load_acquire(&channel.taken) == CHANNEL)
			cpu_relax();
		channel.slot[i % CHANNEL] = page_pool_alloc_netmems(channel.pool, GFP_ATOMIC);
		if ((i + 1) % 16 == 0)
			smp_store_release(&channel.put, i + 1);
	}
	local_bh_enable();
	return NULL;
}

static void *return_all(void *arg)
{
	for (unsigned long i = 0; i < PASSED; i += 16) {
		while (smp_load_acquire(&channel.put) == i)
			cpu_relax();
		local_bh_disable();
		page_pool_put_netmem_bulk(&channel.slot[i % CHANNEL], 16);
		local_bh_enable();
		smp_store_release(&channel.taken, i + 16);
	}
	return NULL;
}

static void *take_all(void *arg)
{
	dpdk_take(PASSED);
	return NULL;
}

static void *give_all(void *arg)
{
	dpdk_give(PASSED);
	return NULL;
}

/* Nanoseconds per buffer that goes from the first to the second. */
static double pass(void *(*first)(void *arg), void *(*second)(void *arg))
{
	struct udm_thread *threads[2];
	double start = now_ns(CLOCK_MONOTONIC);

	threads[0] = must(udm_thread_create("first", first, NULL));
	threads[1] = must(udm_thread_create("second", second, NULL));
	udm_thread_join(threads[0]);
	udm_thread_join(threads[1]);
	return (now_ns(CLOCK_MONOTONIC) - start) / PASSED;
}

static void bench_two_threads(void)
{
	struct page_pool_params params = { .pool_size = 8192, .nid = NUMA_NO_NODE };
	double ns[RUNS], dpdk_ns[RUNS];

	channel.pool = must(page_pool_create(&params));
	for (int i = 0; i < RUNS; i++) {
		channel.put = channel.taken = 0;
		ns[i] = pass(allocate_all, return_all);
		dpdk_ns[i] = have_dpdk ? pass(take_all, give_all) : 0;
	}
	page_pool_destroy(channel.pool);
	show("two-threads", report_median(ns, RUNS));
	report_at_least("two threads, M returns/s", 1e3 / report_median(ns, RUNS), 60);
	if (!have_dpdk)
		return;
	show("two-threads-dpdk", report_median(dpdk_ns, RUNS));
	report_at_most("two-threads", report_median(ns, RUNS) / report_median(dpdk_ns, RUNS), 1);
}

/* Device memory. */

static unsigned long next_random(void)
{
	static unsigned long x = 88172645463325252UL;

	x ^= x << 13;
	x ^= x >> 7;
	return x ^= x << 17;
}

static struct {
	struct udm_netdev *nic;
	struct net_device *netdev;
	struct netdev_nl_sock owner;
	struct net_devmem_dmabuf_binding *binding;
	int fd;
} devmem;

static double devmem_bind(void)
{
	double start;

	netdev_lock(devmem.netdev);
	start = cpu_ns();
	devmem.binding = must(net_devmem_bind_dmabuf(devmem.netdev, NULL,
						     udm_netdev_device(devmem.nic), DMA_FROM_DEVICE,
						     devmem.fd, &devmem.owner, NULL));
	start = cpu_ns() - start;
	netdev_unlock(devmem.netdev);
	return start;
}

static void devmem_unbind(void)
{
	netdev_lock(devmem.netdev);
	net_devmem_unbind_dmabuf(devmem.binding);
	netdev_unlock(devmem.netdev);
	udm_run_until_idle();
}

static void devmem_open(void)
{
	const struct udm_gpu_config memory = { .path = UDM_GPU_PATH_BUS };

	devmem.nic = must(udm_netdev_create(NULL));
	devmem.netdev = must(dev_get_by_index(&init_net, udm_netdev_ifindex(devmem.nic)));
	dev_put(devmem.netdev);
	devmem.netdev->cfg->hds_config = ETHTOOL_TCP_DATA_SPLIT_ENABLED;
	mutex_init(&devmem.owner.lock);
	INIT_LIST_HEAD(&devmem.owner.bindings);
	devmem.fd = udm_gpu_create_dmabuf(BOUND, &memory);
	if (devmem.fd < 0)
		must(NULL);
}

static void devmem_close(void)
{
	udm_close(devmem.fd);
	udm_netdev_destroy(devmem.nic);
}

static double write_niovs(void)
{
	struct net_iov_area area = { .num_niovs = BOUND / PAGE_SIZE };
	double start = cpu_ns();

	area.niovs = must(kvmalloc_array(area.num_niovs, sizeof(*area.niovs), GFP_KERNEL));
	for (size_t i = 0; i < area.num_niovs; i++)
		area.niovs[i] = (struct net_iov){ .type = NET_IOV_DMABUF, .owner = &area,
						  .desc.dma_addr = i * PAGE_SIZE };
	barrier_data(area.niovs);
	start = cpu_ns() - start;
	kvfree(area.niovs);
	return start;
}

static void bench_bind(void)
{
	double bind[5], written[5];

	for (int i = 0; i < 5; i++) {
		written[i] = write_niovs() / (BOUND / PAGE_SIZE);
		bind[i] = devmem_bind() / (BOUND / PAGE_SIZE);
		devmem_unbind();
	}
	show("devmem-bind", report_median(bind, 5));
	show("devmem-written", report_median(written, 5));
	report_at_most("bind 16 GiB, to writing its net_iovs once", bind[2] / written[2], 1.5);
}

static struct page_pool *devmem_pool(void)
{
	const struct page_pool_params params = {
		.pool_size = 1024, .nid = NUMA_NO_NODE, .dma_dir = DMA_FROM_DEVICE,
		.max_len = PAGE_SIZE, .dev = udm_netdev_device(devmem.nic),
		.netdev = devmem.netdev, .queue_idx = 0,
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM,
	};
	struct page_pool *pool;

	netdev_lock(devmem.netdev);
	if (net_devmem_bind_dmabuf_to_queue(devmem.netdev, 0, devmem.binding, NULL))
		must(NULL);
	pool = must(page_pool_create(&params));
	netdev_unlock(devmem.netdev);
	return pool;
}

/* The first n become random ones of all. */
static void shuffle(netmem_ref *held, unsigned long n, unsigned long all)
{
	for (unsigned long i = 0; i < n; i++) {
		const unsigned long other = i + next_random() % (all - i);

		swap(held[i], held[other]);
	}
}

static void some_leave_and_come(struct page_pool *pool, netmem_ref *held, unsigned long n)
{
	for (unsigned long i = 0; i < n; i += GROUP) {
		for (unsigned long k = i; k < i + GROUP; k++)
			page_pool_put_full_netmem(pool, held[k], true);
		page_pool_update_nid(pool, NUMA_NO_NODE);
		for (unsigned long k = i; k < i + GROUP; k++)
			held[k] = page_pool_alloc_netmems(pool, GFP_ATOMIC);
	}
}

static double through_gen_pool(struct page_pool *pool, netmem_ref *held, unsigned long n,
			       bool anywhere)
{
	double ns[RUNS], start;

	local_bh_disable();
	for (int run = 0; run < RUNS; run++) {
		if (anywhere)
			shuffle(held, n, n);
		start = cpu_ns();
		some_leave_and_come(pool, held, n);
		ns[run] = (cpu_ns() - start) / n;
	}
	local_bh_enable();
	return report_median(ns, RUNS);
}

static void bench_through_gen_pool(struct page_pool *pool)
{
	const unsigned long total = BOUND / PAGE_SIZE / 100 * BOUND_PERCENT, n = 65536;
	netmem_ref *held = must(malloc(total * sizeof(*held)));
	double ns;

	for (unsigned long i = 0; i < total; i++)
		held[i] = page_pool_alloc_netmems(pool, GFP_KERNEL);
	ns = through_gen_pool(pool, held, n, false);
	show("devmem03", ns);
	report_at_most("device memory through gen_pool, ns", ns, 150);
	shuffle(held, n, total);
	show("devmem03-anywhere", through_gen_pool(pool, held, n, true));
	for (unsigned long i = 0; i < total; i++)
		page_pool_put_full_netmem(pool, held[i], false);
	free(held);
}

static void bench_devmem(void)
{
	struct page_pool *pool;

	devmem_open();
	bench_bind();
	devmem_bind();
	pool = devmem_pool();
	prefill(pool);
	show("devmem01", measure(pool, run_netmem_01, true));
	show("devmem02", measure(pool, run_netmem_02, true));
	bench_through_gen_pool(pool);
	page_pool_destroy(pool);
	devmem_unbind();
	devmem_close();
}

int main(int argc, char **argv)
{
	struct udm_config cfg = { .mode = UDM_MODE_THREADS, .iommu = UDM_IOMMU_OFF,
				  .ram_bytes = 2UL << 30 };
	double ns[ARRAY_SIZE(rows)];
	int err;

	report_begin(argc, argv, "page_pool",
		     "[threads|sim]\nPaths of the page pool, see page_pool.c.");
	if (report_word() && !strcmp(report_word(), "sim"))
		cfg.mode = UDM_MODE_SIM;
	err = udm_boot(&cfg);
	if (err) {
		fprintf(stderr, "page_pool: udm_boot: %s\n", strerror(-err));
		return EXIT_FAILURE;
	}
	printf("%-32s %10s\n", "ns", "median");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ns[i] = measure_row(i);
	report_at_most("direct recycle in softirq, ns", ns[6], 3.0);
	report_at_most("through the ring in softirq, ns", ns[7], 12);
	report_at_most("through the page allocator in softirq, ns", ns[8], 35);
	ns[0] = bench_return() - clock_cost();
	show("return-64", ns[0]);
	report_at_most("return of 64 at once, ns each", ns[0], 2.0);
	have_dpdk = dpdk_begin();
	if (have_dpdk) {
		beside_dpdk(6, "dpdk-cached", dpdk_cached, 0.8);
		beside_dpdk(7, "dpdk-uncached", dpdk_uncached, 1.0);
	}
	if (cfg.mode == UDM_MODE_THREADS)
		bench_two_threads();
	bench_devmem();
	err = udm_shutdown();
	return report_end() || err ? EXIT_FAILURE : EXIT_SUCCESS;
}
