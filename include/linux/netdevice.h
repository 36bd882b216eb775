/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Network devices.
 *
 * A net_device is allocated with alloc_netdev_mqs(), published by
 * register_netdevice() and gone from look-ups after unregister_netdevice();
 * free_netdev() drops the owner's reference. Two locks matter: RTNL, which
 * covers the device lists and everything not said otherwise, and the device's
 * own mutex, the instance lock, which covers queues and NAPIs of devices that
 * ask for it (net/netdev_lock.h). RTNL is outside instance locks.
 * Contract: include/linux/netdevice.h, net/core/dev.c.
 */
#ifndef _KERN_LINUX_NETDEVICE_H
#define _KERN_LINUX_NETDEVICE_H

#include <linux/delay.h>
#include <linux/hashtable.h>
#include <linux/interrupt.h>
#include <linux/nospec.h>
#include <linux/rculist.h>
#include <linux/u64_stats_sync.h>
#include <net/if.h>
#include <linux/types.h>
#include <linux/socket.h>
#include_next <linux/netdevice.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/hrtimer.h>
#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netdev_features.h>
#include <linux/netdevice_xmit.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/prefetch.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <net/net_debug.h>
#include <net/net_namespace.h>
#include <net/net_trackers.h>
#include <net/xdp.h>
#include <uapi/linux/netdev.h>

struct bpf_prog;
struct ethtool_ops;
struct ethtool_netdev_state;
struct napi_struct;
struct net_device;
struct netdev_config;
struct netdev_queue_mgmt_ops;
struct netdev_rx_queue;
struct netdev_stat_ops;
struct task_struct;
struct xsk_buff_pool;
struct xsk_tx_metadata_ops;

#define MAX_HEADER		128
#define NETDEV_ALIGN		32
#define NAPI_POLL_WEIGHT	64
#define MIN_NAPI_ID		((unsigned int)(NR_CPUS + 1))

#define NET_RX_SUCCESS		0
#define NET_RX_DROP		1

enum netdev_tx {
	NETDEV_TX_OK = 0x00,
	NETDEV_TX_BUSY = 0x10,
};
typedef enum netdev_tx netdev_tx_t;

#define NET_XMIT_SUCCESS	0x00
#define NET_XMIT_DROP		0x01
#define NET_XMIT_CN		0x02
#define NET_XMIT_MASK		0x0f

/* Has the packet been taken, sent or not? Else it is still the caller's. */
static inline bool dev_xmit_complete(int rc)
{
	return rc < NET_XMIT_MASK;
}

/* Bits of net_device.state. */
enum netdev_state_t {
	__LINK_STATE_START,
	__LINK_STATE_PRESENT,
	__LINK_STATE_NOCARRIER,
};

/* Bits of napi_struct.state. */
enum {
	NAPI_STATE_SCHED,		/* somebody owns it: it will be polled or is disabled */
	NAPI_STATE_MISSED,		/* scheduled again while owned */
	NAPI_STATE_DISABLE,		/* somebody waits to disable it */
	NAPI_STATE_NPSVC,		/* disabled or in netpoll */
	NAPI_STATE_LISTED,		/* in dev->napi_list */
	NAPI_STATE_NO_BUSY_POLL,	/* never gets an id */
	NAPI_STATE_IN_BUSY_POLL,	/* a busy poller owns it */
	NAPI_STATE_PREFER_BUSY_POLL,
	NAPI_STATE_THREADED,		/* polled by its kthread */
	NAPI_STATE_SCHED_THREADED,	/* the kthread has it */
	NAPI_STATE_THREADED_BUSY_POLL,	/* the kthread polls without waiting */
};

enum {
	NAPIF_STATE_SCHED = BIT(NAPI_STATE_SCHED),
	NAPIF_STATE_MISSED = BIT(NAPI_STATE_MISSED),
	NAPIF_STATE_DISABLE = BIT(NAPI_STATE_DISABLE),
	NAPIF_STATE_NPSVC = BIT(NAPI_STATE_NPSVC),
	NAPIF_STATE_LISTED = BIT(NAPI_STATE_LISTED),
	NAPIF_STATE_NO_BUSY_POLL = BIT(NAPI_STATE_NO_BUSY_POLL),
	NAPIF_STATE_IN_BUSY_POLL = BIT(NAPI_STATE_IN_BUSY_POLL),
	NAPIF_STATE_PREFER_BUSY_POLL = BIT(NAPI_STATE_PREFER_BUSY_POLL),
	NAPIF_STATE_THREADED = BIT(NAPI_STATE_THREADED),
	NAPIF_STATE_SCHED_THREADED = BIT(NAPI_STATE_SCHED_THREADED),
	NAPIF_STATE_THREADED_BUSY_POLL = BIT(NAPI_STATE_THREADED_BUSY_POLL),
};

/* What of a NAPI survives its deletion, per queue index. */
struct napi_config {
	u64 gro_flush_timeout;
	u64 irq_suspend_timeout;
	u32 defer_hard_irqs;
	u32 napi_id;
	u8 threaded;
};

/* The owner of SCHED owns poll_list, the defer counter and the right to poll. */
struct napi_struct {
	unsigned long state;
	struct list_head poll_list;
	int weight;
	u32 defer_hard_irqs_count;
	int (*poll)(struct napi_struct *napi, int budget);
	int list_owner;			/* vCPU polling it, else -1 */
	struct net_device *dev;
	struct sk_buff *skb;
	struct hrtimer timer;
	struct task_struct *thread;
	unsigned long gro_flush_timeout;
	unsigned long irq_suspend_timeout;
	u32 defer_hard_irqs;
	u32 napi_id;
	struct list_head dev_list;
	int irq;
	int index;			/* in dev->napi_config, or -1 */
	struct napi_config *config;
};

typedef int (*napi_poll_fn)(struct napi_struct *napi, int budget);

/* A transmit queue as seen by netlink and the stop/wake helpers. */
struct netdev_queue {
	struct net_device *dev;
	struct napi_struct *napi;
	struct xsk_buff_pool *pool;
	spinlock_t _xmit_lock;		/* one ndo_start_xmit() at a time; softirqs off */
	int xmit_lock_owner;		/* vCPU that holds it, else -1 */
	struct sk_buff_head backlog;	/* _xmit_lock: waits until the queue is woken */
	struct list_head woken;		/* while it is to be looked after */
	unsigned long trans_start;
	unsigned long state;
};

enum netdev_queue_state_t {
	__QUEUE_STATE_DRV_XOFF,
	__QUEUE_STATE_STACK_XOFF,
};

struct softnet_data {
	struct list_head poll_list;	/* NAPIs to poll on this vCPU; interrupts off */
	bool in_net_rx_action;
	int defer_ipi_scheduled;
	call_single_data_t defer_csd;
	struct netdev_xmit xmit;
};
DECLARE_PER_CPU_ALIGNED(struct softnet_data, softnet_data);

enum netdev_stat_type {
	NETDEV_PCPU_STAT_NONE,
	NETDEV_PCPU_STAT_LSTATS,
	NETDEV_PCPU_STAT_TSTATS,
	NETDEV_PCPU_STAT_DSTATS,
};

enum netdev_reg_state {
	NETREG_UNINITIALIZED = 0,
	NETREG_REGISTERED,
	NETREG_UNREGISTERING,
	NETREG_UNREGISTERED,
	NETREG_RELEASED,
	NETREG_DUMMY,
};

enum netmem_tx_mode {
	NETMEM_TX_NONE,
	NETMEM_TX_DMA,
	NETMEM_TX_NO_DMA,
};

enum bpf_netdev_command {
	XDP_SETUP_PROG,
	XDP_SETUP_PROG_HW,
	XDP_SETUP_XSK_POOL,
};

struct netdev_bpf {
	enum bpf_netdev_command command;
	union {
		struct {
			u32 flags;
			struct bpf_prog *prog;
			struct netlink_ext_ack *extack;
		};
		struct {
			struct xsk_buff_pool *pool;
			u16 queue_id;
		} xsk;
	};
};

/**
 * struct net_device_ops - what a driver does for its device
 *
 * Task context under RTNL, and the instance lock where the device asks for it;
 * any may be NULL. @ndo_get_stats64 runs under RTNL or RCU.
 */
struct net_device_ops {
	int (*ndo_init)(struct net_device *dev);
	void (*ndo_uninit)(struct net_device *dev);
	int (*ndo_open)(struct net_device *dev);
	int (*ndo_stop)(struct net_device *dev);
	netdev_tx_t (*ndo_start_xmit)(struct sk_buff *skb, struct net_device *dev);
	void (*ndo_set_rx_mode)(struct net_device *dev);
	int (*ndo_set_mac_address)(struct net_device *dev, void *addr);
	int (*ndo_validate_addr)(struct net_device *dev);
	int (*ndo_change_mtu)(struct net_device *dev, int new_mtu);
	void (*ndo_get_stats64)(struct net_device *dev, struct rtnl_link_stats64 *storage);
	/* What of these features can be on together. */
	netdev_features_t (*ndo_fix_features)(struct net_device *dev, netdev_features_t features);
	/* 0; 1: and dev->features was set; an error: features are what dev->features says. */
	int (*ndo_set_features)(struct net_device *dev, netdev_features_t features);
	int (*ndo_bpf)(struct net_device *dev, struct netdev_bpf *bpf);
};

struct net_device {
	unsigned long state;
	unsigned int flags;
	unsigned long priv_flags;
	netdev_features_t features;		/* in force */
	netdev_features_t hw_features;		/* can be switched */
	netdev_features_t wanted_features;	/* of those: what the user asked for */
	const struct net_device_ops *netdev_ops;
	const struct ethtool_ops *ethtool_ops;
	char name[IFNAMSIZ];
	int ifindex;
	unsigned int mtu;
	unsigned int min_mtu;
	unsigned int max_mtu;
	unsigned short type;
	unsigned short hard_header_len;
	unsigned char addr_len;
	unsigned char perm_addr[MAX_ADDR_LEN];
	unsigned char dev_addr[MAX_ADDR_LEN];
	possible_net_t nd_net;
	u8 reg_state;			/* enum netdev_reg_state; RTNL and instance lock */
	bool moving_ns;
	bool dismantle;
	bool needs_free_netdev;
	void (*priv_destructor)(struct net_device *dev);
	refcount_t dev_refcnt;
	struct device dev;
	struct list_head todo_list;	/* unregistered, waiting for its references */
	atomic_long_t core_rx_dropped;
	atomic_long_t core_tx_dropped;
	enum netdev_stat_type pcpu_stat_type;

	struct netdev_rx_queue *_rx;
	unsigned int num_rx_queues;
	unsigned int real_num_rx_queues;
	struct netdev_queue *_tx;
	unsigned int num_tx_queues;
	unsigned int real_num_tx_queues;
	int watchdog_timeo;
	unsigned int netmem_tx;		/* enum netmem_tx_mode; zero: unsupported */

	struct mutex lock;		/* the instance lock */
	bool request_ops_lock;
	bool up;			/* instance lock: as IFF_UP, for those without RTNL */
	struct list_head napi_list;	/* instance lock; descending id */
	struct napi_config *napi_config;
	int num_napi_configs;
	u32 napi_defer_hard_irqs;
	unsigned long gro_flush_timeout;
	u8 threaded;

	const struct netdev_queue_mgmt_ops *queue_mgmt_ops;
	const struct netdev_stat_ops *stat_ops;
	struct netdev_config *cfg;		/* in force */
	struct netdev_config *cfg_pending;	/* equal, but during an ethtool change */
	struct ethtool_netdev_state *ethtool;
	struct hlist_head page_pools;	/* under page_pools_lock */

	xdp_features_t xdp_features;
	u32 xdp_zc_max_segs;
	struct bpf_prog *xdp_prog;
	const struct xdp_metadata_ops *xdp_metadata_ops;
	const struct xsk_tx_metadata_ops *xsk_tx_metadata_ops;

	u8 priv[] ____cacheline_aligned;
};

#define to_net_dev(d)		container_of(d, struct net_device, dev)
#define SET_NETDEV_DEV(net, pdev)	((net)->dev.parent = (pdev))

static inline void *netdev_priv(const struct net_device *dev)
{
	return (void *)dev->priv;
}

/* A name with a % in it is a pattern that registration has yet to fill in. */
static inline const char *netdev_name(const struct net_device *dev)
{
	return dev->name[0] && !strchr(dev->name, '%') ? dev->name : "(unnamed net_device)";
}

/* What log messages add to the name: nothing for a registered device. */
const char *netdev_reg_state(const struct net_device *dev);

static inline struct net *dev_net(const struct net_device *dev)
{
	return read_pnet(&dev->nd_net);
}

static inline void dev_net_set(struct net_device *dev, struct net *net)
{
	write_pnet(&dev->nd_net, net);
}

static inline bool netif_running(const struct net_device *dev)
{
	return test_bit(__LINK_STATE_START, &dev->state);
}

static inline bool netif_device_present(const struct net_device *dev)
{
	return test_bit(__LINK_STATE_PRESENT, &dev->state);
}

static inline bool netif_carrier_ok(const struct net_device *dev)
{
	return !test_bit(__LINK_STATE_NOCARRIER, &dev->state);
}

static inline void netif_carrier_on(struct net_device *dev)
{
	clear_bit(__LINK_STATE_NOCARRIER, &dev->state);
}

static inline void netif_carrier_off(struct net_device *dev)
{
	set_bit(__LINK_STATE_NOCARRIER, &dev->state);
}

static inline void netif_device_detach(struct net_device *dev)
{
	clear_bit(__LINK_STATE_PRESENT, &dev->state);
}

static inline void netif_device_attach(struct net_device *dev)
{
	set_bit(__LINK_STATE_PRESENT, &dev->state);
}

/* Attached XDP programs: 0 or 1. RTNL or instance lock. */
static inline u8 dev_xdp_prog_count(struct net_device *dev)
{
	return dev->xdp_prog != NULL;
}

/* --- References ---------------------------------------------------------- */

static inline void dev_hold(struct net_device *dev)
{
	if (dev)
		refcount_inc(&dev->dev_refcnt);
}

void dev_put(struct net_device *dev);

/* Any context; NULL is fine. unregister_netdevice() waits until all are put. */
static inline void netdev_hold(struct net_device *dev, netdevice_tracker *tracker __always_unused,
			       gfp_t gfp __always_unused)
{
	dev_hold(dev);
}

static inline void netdev_put(struct net_device *dev, netdevice_tracker *tracker __always_unused)
{
	dev_put(dev);
}

/* --- The instance lock --------------------------------------------------- */

static inline void netdev_lock(struct net_device *dev)
{
	mutex_lock(&dev->lock);
}

static inline void netdev_unlock(struct net_device *dev)
{
	mutex_unlock(&dev->lock);
}

DEFINE_FREE(netdev_unlock, struct net_device *, if (_T) netdev_unlock(_T));

/* --- Life: libkern/net/dev.c --------------------------------------------- */

/**
 * alloc_netdev_mqs - a device with its private area and queues
 *
 * Task context, may sleep. @name may hold one %d. @setup fills in the link
 * type. Both queue counts must be at least 1. NULL on failure.
 */
struct net_device *alloc_netdev_mqs(int sizeof_priv, const char *name,
				    unsigned char name_assign_type,
				    void (*setup)(struct net_device *dev),
				    unsigned int txqs, unsigned int rxqs);

#define alloc_netdev(sizeof_priv, name, type, setup)			\
	alloc_netdev_mqs(sizeof_priv, name, type, setup, 1, 1)
#define alloc_netdev_mq(sizeof_priv, name, type, setup, count)		\
	alloc_netdev_mqs(sizeof_priv, name, type, setup, count, count)

/* Drops the owner's reference of an unregistered device. */
void free_netdev(struct net_device *dev);

/* 0; -EINVAL (bad name), -EEXIST (name taken), -ENFILE, or what ndo_init said. RTNL held. */
int register_netdevice(struct net_device *dev);
/* As above, taking RTNL. */
int register_netdev(struct net_device *dev);
/* Closes, unpublishes and waits for all references. RTNL held; may sleep. */
void unregister_netdevice(struct net_device *dev);
void unregister_netdev(struct net_device *dev);

/* RTNL held; take the instance lock where the device asks for it. 0 or the driver's error. */
int dev_open(struct net_device *dev, struct netlink_ext_ack *extack);
void dev_close(struct net_device *dev);
/* As dev_open()/dev_close(), instance lock held where the device asks for it. */
int netif_open(struct net_device *dev, struct netlink_ext_ack *extack);
void netif_close(struct net_device *dev);

/* -EINVAL outside 1..num queues. RTNL or instance lock once registered. */
int netif_set_real_num_rx_queues(struct net_device *dev, unsigned int rxq);
int netif_set_real_num_tx_queues(struct net_device *dev, unsigned int txq);
int netif_set_real_num_queues(struct net_device *dev, unsigned int txq, unsigned int rxq);

/* --- Look-up ------------------------------------------------------------- */

/* No reference; RTNL or RCU held. */
struct net_device *__dev_get_by_index(struct net *net, int ifindex);
struct net_device *__dev_get_by_name(struct net *net, const char *name);
struct net_device *dev_get_by_index_rcu(struct net *net, int ifindex);
struct net_device *dev_get_by_name_rcu(struct net *net, const char *name);
/* With a reference; any context. */
struct net_device *dev_get_by_index(struct net *net, int ifindex);
struct net_device *dev_get_by_name(struct net *net, const char *name);
struct net_device *netdev_get_by_index(struct net *net, int ifindex, netdevice_tracker *tracker,
				       gfp_t gfp);
/* The registered device, its instance lock taken, without a reference; or NULL. May sleep. */
struct net_device *netdev_get_by_index_lock(struct net *net, int ifindex);

/* Devices of @net by ascending index from @ifindex (unsigned long) on; RTNL or RCU held. */
#define for_each_netdev_dump(net, d, ifindex)				\
	for (; (d = xa_find(&(net)->dev_by_index, &ifindex, ULONG_MAX, XA_PRESENT)); ifindex++)

#define for_each_netdev(net, d)						\
	for (unsigned long udm_ifindex = 0;				\
	     (d = xa_find(&(net)->dev_by_index, &udm_ifindex, ULONG_MAX, XA_PRESENT)); \
	     udm_ifindex++)

/* --- Notifiers ----------------------------------------------------------- */

enum netdev_cmd {
	NETDEV_UP = 1,
	NETDEV_DOWN,
	NETDEV_REBOOT,
	NETDEV_CHANGE,
	NETDEV_REGISTER,
	NETDEV_UNREGISTER,
	NETDEV_CHANGEMTU,
	NETDEV_CHANGEADDR,
	NETDEV_PRE_CHANGEADDR,
	NETDEV_GOING_DOWN,
	NETDEV_CHANGENAME,
	NETDEV_FEAT_CHANGE,
	NETDEV_BONDING_FAILOVER,
	NETDEV_PRE_UP,
	NETDEV_XDP_FEAT_CHANGE,
};

struct netdev_notifier_info {
	struct net_device *dev;
	struct netlink_ext_ack *extack;
};

static inline struct net_device *
netdev_notifier_info_to_dev(const struct netdev_notifier_info *info)
{
	return info->dev;
}

/* Task context, takes RTNL; replays REGISTER and UP of what exists. 0 or -EEXIST. */
int register_netdevice_notifier(struct notifier_block *nb);
int unregister_netdevice_notifier(struct notifier_block *nb);
/* RTNL held. Returns the last notifier's word. */
int call_netdevice_notifiers(unsigned long val, struct net_device *dev);

/*
 * Requests on devices made through a socket (SIOCGIF*, SIOCSIFFLAGS, SIOCETHTOOL);
 * @arg is the application's struct ifreq. Task context, takes RTNL. -ENODEV for an
 * unknown name, -EPERM, -ENOTTY for an unknown request. Contract:
 * net/core/dev_ioctl.c, net/ethtool/ioctl.c.
 */
int dev_ioctl(struct net *net, unsigned int cmd, void __user *arg);
int dev_ethtool(struct net *net, struct ifreq *ifr, void __user *useraddr);

/*
 * A receiver of packets beside the stack. @func gets each one of @type (ETH_P_ALL: of any, and
 * what is sent, unless ignore_outgoing), of @dev or of all devices, with the Ethernet header and a
 * VLAN tag taken off; what is sent still has the header. It owns a reference, to a packet
 * that others may have too: see skb_share_check(). RCU read side, BH disabled.
 */
struct packet_type {
	__be16 type;
	bool ignore_outgoing;
	struct net_device *dev;		/* NULL: all */
	netdevice_tracker dev_tracker;
	int (*func)(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt,
		    struct net_device *orig_dev);
	void *af_packet_priv;
	struct list_head list;
};

/*
 * dev_add_pack - begin; any context but hard interrupts.
 * dev_remove_pack - end: on return @pt->func does not run and will not. May sleep.
 * __dev_remove_pack - the same without waiting: @pt stays until synchronize_net().
 * Contract: net/core/dev.c.
 */
void dev_add_pack(struct packet_type *pt);
void dev_remove_pack(struct packet_type *pt);
void __dev_remove_pack(struct packet_type *pt);

/* Waits for readers of the network code; expedited when RTNL is held. May sleep. */
void synchronize_net(void);

#include <linux/netdevice_msg.h>
#include <linux/netdevice_queue.h>
#include <net/netdev_lock.h>

#endif
