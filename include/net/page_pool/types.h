/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page pool: types, and the functions that drivers call out of line.
 *
 * A pool hands out buffers (pages, or net_iovs of a memory provider) to one
 * consumer, takes them back from any CPU and keeps them DMA mapped in between.
 * Buffers wait in two places: alloc.cache, a stack only the consumer touches,
 * and ring, which anybody may return to.
 *
 * "Allocation side" below means: the caller makes sure that no other allocation
 * side call of this pool runs at the same time. A driver gets that from NAPI.
 */
#ifndef _NET_PAGE_POOL_TYPES_H
#define _NET_PAGE_POOL_TYPES_H

#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/ptr_ring.h>
#include <linux/refcount.h>
#include <linux/sizes.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/netmem.h>

struct napi_struct;
struct net_device;
struct xdp_mem_info;
struct memory_provider_ops;

/* page_pool_params.flags. */
#define PP_FLAG_DMA_MAP			BIT(0)	/* the pool maps and unmaps */
#define PP_FLAG_DMA_SYNC_DEV		BIT(1)	/* the pool syncs for the device */
#define PP_FLAG_SYSTEM_POOL		BIT(2)	/* shares its recycle statistics */
#define PP_FLAG_ALLOW_UNREADABLE_NETMEM	BIT(3)	/* may take its memory from a provider */
#define PP_FLAG_ALL		(PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV |	\
				 PP_FLAG_SYSTEM_POOL | PP_FLAG_ALLOW_UNREADABLE_NETMEM)

/* How many DMA mappings can be told apart; 0 means "not tracked". */
#define PP_DMA_INDEX_LIMIT	XA_LIMIT(1, BIT(PP_DMA_INDEX_BITS) - 1)

/* Buffers taken from the ring or from the page allocator in one go. */
#if PAGE_SIZE >= SZ_64K
#define PP_ALLOC_CACHE_REFILL	4
#elif PAGE_SIZE >= SZ_16K
#define PP_ALLOC_CACHE_REFILL	16
#else
#define PP_ALLOC_CACHE_REFILL	64
#endif
#define PP_ALLOC_CACHE_SIZE	(PP_ALLOC_CACHE_REFILL * 2)

/* A stack: the buffer that came last, and is still warm, leaves first. */
struct pp_alloc_cache {
	u32 count;
	netmem_ref cache[PP_ALLOC_CACHE_SIZE];
};

/*
 * What an rx queue is bound to; all zero: to nothing. Under the
 * device's instance lock.
 */
struct pp_memory_provider_params {
	void *mp_priv;
	const struct memory_provider_ops *mp_ops;
	u32 rx_page_size;	/* buffer size asked of the driver; 0: its default */
};

/*
 * What a pool is created with. Copied group by group; the pool takes no
 * reference on dev, netdev or napi.
 */
struct page_pool_params {
	struct_group_tagged(page_pool_params_fast, fast,
		unsigned int	order;		/* log2 pages per buffer */
		unsigned int	pool_size;	/* ring slots; 0: default */
		int		nid;		/* NUMA_NO_NODE: the running CPU's */
		struct device	*dev;		/* who does the DMA */
		struct napi_struct *napi;	/* the only consumer, or NULL */
		enum dma_data_direction dma_dir;
		unsigned int	max_len;	/* window for sync-for-device, */
		unsigned int	offset;		/* in bytes from the buffer's start */
	);
	struct_group_tagged(page_pool_params_slow, slow,
		struct net_device *netdev;	/* NULL: invisible to user space */
		unsigned int	queue_idx;	/* rx queue this pool feeds */
		unsigned int	flags;		/* PP_FLAG_* */
		/* Called once for each buffer that enters the pool. */
		void (*init_callback)(netmem_ref netmem, void *arg);
		void *init_arg;
	);
};

#ifdef CONFIG_PAGE_POOL_STATS
struct page_pool_alloc_stats {
	u64 fast;		/* cache hits */
	u64 slow;		/* order-0 refills from the page allocator */
	u64 slow_high_order;
	u64 empty;		/* cache and ring empty */
	u64 refill;		/* cache refills from the ring */
	u64 waive;		/* ring entries given back: wrong node */
};

struct page_pool_recycle_stats {
	u64 cached;
	u64 cache_full;
	u64 ring;
	u64 ring_full;
	u64 released_refcnt;	/* left the pool: somebody else holds the page */
};

struct page_pool_stats {
	struct page_pool_alloc_stats alloc_stats;
	struct page_pool_recycle_stats recycle_stats;
};
#endif

/* The fragment fields share one block of this size. */
#define PAGE_POOL_FRAG_GROUP_ALIGN	(4 * sizeof(long))

/*
 * The pool. Who writes what:
 *   allocation side     alloc, pages_state_hold_cnt, frag_*, alloc_stats,
 *                       direct_stats, the ring's consumer side, p.nid
 *   any returning CPU   the ring's producer side (under ring.producer_lock),
 *                       pages_state_release_cnt, recycle_stats, dma_mapped
 *   page_pools_lock     user.*, slow.netdev after creation, p.napi
 * p.napi, cpuid, dma_sync and the counters are read without a lock, by
 * single-copy reads; the flags are bytes of their own for that reason.
 */
struct page_pool {
	struct page_pool_params_fast p;

	int cpuid;
	u32 pages_state_hold_cnt;

	bool has_init_callback;	/* slow.init_callback is set */
	bool dma_map;
	bool dma_sync_for_cpu;	/* cleared by the provider */
	/* A return looks at all of these at once; as a rule none is set, or dma_sync. */
	union {
		u32 detours;
		struct {
			bool dma_sync;	/* cleared by the provider or when the pool is scrubbed */
			bool mark_idle;	/* UDM_DEBUG_RETURNS: see idle_mark.h */
#ifdef CONFIG_PAGE_POOL_STATS
			bool system;	/* shares the recycle statistics of the system pools */
#endif
		};
	};

	__cacheline_group_begin_aligned(frag, PAGE_POOL_FRAG_GROUP_ALIGN);
	long frag_users;
	netmem_ref frag_page;
	unsigned int frag_offset;
	__cacheline_group_end_aligned(frag, PAGE_POOL_FRAG_GROUP_ALIGN);

	struct delayed_work release_dw;
	void (*disconnect)(void *pool);
	unsigned long defer_start;
	unsigned long defer_warn;

#ifdef CONFIG_PAGE_POOL_STATS
	struct page_pool_alloc_stats alloc_stats;
	/* What only the allocation side counts: no atomics, a line already here. */
	struct {
		u64 cached;
		u64 cache_full;
	} direct_stats;
#endif
	u32 xdp_mem_id;
	u32 usual_count;	/* alloc.count at an earlier allocation; UINT_MAX: none */

	struct pp_alloc_cache alloc ____cacheline_aligned_in_smp;

	struct ptr_ring ring;

	void *mp_priv;
	const struct memory_provider_ops *mp_ops;

	struct xarray dma_mapped;

#ifdef CONFIG_PAGE_POOL_STATS
	struct page_pool_recycle_stats __percpu *recycle_stats;
	/* What is counted under the ring's producer lock. */
	struct {
		u64 ring;
		u64 ring_full;
	} ring_stats;
#endif
	atomic_t pages_state_release_cnt;

	refcount_t user_cnt;
	u64 destroy_cnt;

	struct page_pool_params_slow slow;

	struct {
		struct hlist_node list;
		ktime_t detach_time;
		u32 id;
		bool detached;	/* detach_time, which may be 0, is set */
	} user;
};

/*
 * A whole buffer, or 0/NULL. Allocation side; sleeps only if @gfp allows. The
 * caller owns the buffer's one pool reference. The page form is not for pools
 * with a memory provider. net/core/page_pool.c.
 */
netmem_ref page_pool_alloc_netmems(struct page_pool *pool, gfp_t gfp);
struct page *page_pool_alloc_pages(struct page_pool *pool, gfp_t gfp);

/*
 * @size bytes of a buffer, at *@offset. Allocation side. 0/NULL on failure; a
 * size above the buffer's WARNs. Each fragment is returned with one put.
 */
netmem_ref page_pool_alloc_frag_netmem(struct page_pool *pool, unsigned int *offset,
				       unsigned int size, gfp_t gfp);
struct page *page_pool_alloc_frag(struct page_pool *pool, unsigned int *offset,
				  unsigned int size, gfp_t gfp);

/*
 * Create a pool. Process context, may sleep; with
 * PP_FLAG_ALLOW_UNREADABLE_NETMEM the caller holds the instance lock of
 * slow.netdev. Returns the pool (owned by the caller, see page_pool_destroy())
 * or ERR_PTR: -EINVAL bad parameters, -ENOMEM, -EOPNOTSUPP provider without
 * both DMA flags, -EFAULT provider ops not in read-only data, -EBUSY no id
 * left, or what the provider's init said. @cpuid >= 0 names the CPU whose
 * softirq may recycle straight into the cache. net/core/page_pool.c.
 */
struct page_pool *page_pool_create(const struct page_pool_params *params);
struct page_pool *page_pool_create_percpu(const struct page_pool_params *params, int cpuid);

#ifdef CONFIG_PAGE_POOL
/*
 * Drop one user; the last one stops all DMA of the pool and frees it as soon as
 * every buffer came back, at once or from a worker. Process context, may
 * sleep; nobody allocates any more. NULL is fine.
 */
void page_pool_destroy(struct page_pool *pool);

/*
 * XDP registered the pool as memory model @mem: one more user, and @disconnect
 * is called with the pool just before it is freed.
 */
void page_pool_use_xdp_mem(struct page_pool *pool, void (*disconnect)(void *),
			   const struct xdp_mem_info *mem);

/*
 * Drop one reference on each of @count <= XDP_BULK_QUEUE_SIZE buffers, of any
 * pools; @data is overwritten. Softirq or process context.
 */
void page_pool_put_netmem_bulk(netmem_ref *data, u32 count);
#else
static inline void page_pool_destroy(struct page_pool *pool)
{
}

static inline void page_pool_use_xdp_mem(struct page_pool *pool, void (*disconnect)(void *),
					 const struct xdp_mem_info *mem)
{
}

static inline void page_pool_put_netmem_bulk(netmem_ref *data, u32 count)
{
}
#endif

/*
 * Take back a buffer whose last pool reference is gone. Any context but hard
 * interrupt. @allow_direct: the caller is the allocation side (trusted).
 * @dma_sync_size: bytes to sync for the device; -1 means all of max_len.
 */
void page_pool_put_unrefed_netmem(struct page_pool *pool, netmem_ref netmem,
				  unsigned int dma_sync_size, bool allow_direct);
void page_pool_put_unrefed_page(struct page_pool *pool, struct page *page,
				unsigned int dma_sync_size, bool allow_direct);

/*
 * Name or forget the NAPI whose softirq may recycle straight into the cache.
 * Process context, may sleep. Not counted: one disable undoes everything, and
 * the NAPI must be disabled first. net/core/page_pool.c.
 */
void page_pool_enable_direct_recycling(struct page_pool *pool, struct napi_struct *napi);
void page_pool_disable_direct_recycling(struct page_pool *pool);

static inline bool is_page_pool_compiled_in(void)
{
	return IS_ENABLED(CONFIG_PAGE_POOL);
}

/* Allocation side: take new pages from @new_nid and drop what the cache holds. */
void page_pool_update_nid(struct page_pool *pool, int new_nid);

/* Has the pool a memory provider, i.e. may its buffers be unreadable? */
bool page_pool_is_unreadable(struct page_pool *pool);

#endif
