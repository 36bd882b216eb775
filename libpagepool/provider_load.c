// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory providers from shared objects (udevmem/provider.h).
 *
 * The loader counts how often a file is open and gives one handle for all; here is one
 * record per handle. What a pool calls must stay mapped until its destroy returned, so
 * a provider goes only when no queue names it (new pools) and no pool has it.
 *
 * providers_lock is outside RTNL, instance locks and page_pools_lock.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/printk.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <link.h>
#include <net/net_namespace.h>
#include <net/netdev_lock.h>
#include <net/netdev_rx_queue.h>
#include <net/page_pool/memory_provider.h>
#include <stdlib.h>
#include <udevmem/provider.h>
#include <asm/sections.h>

#include "libpagepool/pool_walk.h"

#define SYMBOL	"memory_provider"

struct loaded {
	struct list_head node;
	void *handle;
	const struct memory_provider_ops *ops;
	unsigned int times;
};

static LIST_HEAD(providers);
static DEFINE_MUTEX(providers_lock);

/* Loading. */

static int refuse(const char *path, int err, const char *why, const char *detail)
{
	pr_err("udm_provider_load: %s: %s%s\n", path ? : "(no path)", why, detail ? : "");
	return err;
}

static const struct {
	const char *name;
	size_t at;
} required_ops[] = {
	{ "alloc_netmems", offsetof(struct memory_provider_ops, alloc_netmems) },
	{ "release_netmem", offsetof(struct memory_provider_ops, release_netmem) },
	{ "init", offsetof(struct memory_provider_ops, init) },
	{ "destroy", offsetof(struct memory_provider_ops, destroy) },
	{ "nl_fill", offsetof(struct memory_provider_ops, nl_fill) },
};

static const char *missing_op(const struct memory_provider_ops *ops)
{
	for (size_t i = 0; i < ARRAY_SIZE(required_ops); i++) {
		if (!*(void *const *)((const char *)ops + required_ops[i].at))
			return required_ops[i].name;
	}
	return NULL;
}

/* A variable that is large enough, as far as the symbol tells. */
static bool may_be_ops(const void *addr)
{
	const ElfW(Sym) *sym = NULL;
	Dl_info info;

	if (!dladdr1(addr, &info, (void **)&sym, RTLD_DL_SYMENT) || !sym)
		return true;
	return ELF64_ST_TYPE(sym->st_info) == STT_OBJECT &&
	       sym->st_size >= sizeof(struct memory_provider_ops);
}

static int find_ops(const char *path, void *handle, const struct memory_provider_ops **ops)
{
	const char *missing;

	*ops = dlsym(handle, SYMBOL);
	if (!*ops)
		return refuse(path, -ENOEXEC, "exports no " SYMBOL ", a const struct of ops: ",
			      dlerror());
	if (!may_be_ops(*ops))
		return refuse(path, -ENOEXEC, SYMBOL " is no struct memory_provider_ops", NULL);
	missing = missing_op(*ops);
	if (missing)
		return refuse(path, -EINVAL, SYMBOL " lacks an op, add ", missing);
	if (!is_kernel_rodata((unsigned long)*ops))
		return refuse(path, -EFAULT, SYMBOL " is writable, declare it const", NULL);
	return 0;
}

static struct loaded *find_handle(const void *handle)
{
	struct loaded *p;

	list_for_each_entry(p, &providers, node) {
		if (p->handle == handle)
			return p;
	}
	return NULL;
}

static int provider_add(const char *path, void *handle, const struct memory_provider_ops **ops)
{
	struct loaded *p;
	int err = find_ops(path, handle, ops);

	if (err)
		return err;
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		return refuse(path, -ENOMEM, "out of memory", NULL);
	p->handle = handle;
	p->ops = *ops;
	p->times = 1;
	list_add(&p->node, &providers);
	return 0;
}

static int provider_open(const char *path, const struct memory_provider_ops **ops)
{
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	struct loaded *known;
	int err = 0;

	if (!handle)
		return refuse(path, -ENOEXEC, "cannot be loaded: ", dlerror());
	known = find_handle(handle);
	if (known) {
		known->times++;
		*ops = known->ops;
	} else {
		err = provider_add(path, handle, ops);
	}
	/* One reference of the loader's per record. */
	if (known || err)
		dlclose(handle);
	return err;
}

const struct memory_provider_ops *udm_provider_load(const char *path)
{
	const struct memory_provider_ops *ops = NULL;
	char real[PATH_MAX];
	int err;

	/* With a slash in it, the loader does not go and search for it. */
	if (!path || !realpath(path, real)) {
		err = path ? errno : EINVAL;
		errno = -refuse(path, -err, "no such file can be reached: ", strerror(err));
		return NULL;
	}
	mutex_lock(&providers_lock);
	err = provider_open(real, &ops);
	mutex_unlock(&providers_lock);
	if (!err)
		return ops;
	errno = -err;
	return NULL;
}

/* Unloading. */

static bool device_uses(struct net_device *netdev, const struct memory_provider_ops *ops)
{
	bool uses = false;

	netdev_lock(netdev);
	for (unsigned int i = 0; !uses && i < netdev->num_rx_queues; i++)
		uses = __netif_get_rx_queue(netdev, i)->mp_params.mp_ops == ops;
	netdev_unlock(netdev);
	return uses;
}

static bool queue_uses(const struct memory_provider_ops *ops)
{
	struct net_device *netdev;
	bool uses = false;
	struct net *net;

	rtnl_lock();
	for_each_net(net) {
		for_each_netdev(net, netdev)
			uses = uses || device_uses(netdev, ops);
	}
	rtnl_unlock();
	return uses;
}

struct pools_seen {
	const struct memory_provider_ops *ops;
	int listed, counted;	/* pools with some provider */
	bool uses;
};

static bool pool_see(const struct page_pool *pool, void *ctx)
{
	struct pools_seen *seen = ctx;

	seen->counted = static_key_count(&page_pool_mem_providers.key);
	seen->listed += !!pool->mp_ops;
	seen->uses |= pool->mp_ops == seen->ops;
	return true;
}

/*
 * A pool is listed after init and unlisted before destroy, and counted in the static key
 * until destroy returned. While the list is locked, one that is counted but not listed
 * is on its way, and may be inside of the provider. Without any listed pool nothing hides
 * it, so that the count may be read after the list.
 */
static bool pool_uses(const struct memory_provider_ops *ops)
{
	struct pools_seen seen = { .ops = ops };

	pool_walk(pool_see, &seen);
	if (!seen.listed)
		seen.counted = static_key_count(&page_pool_mem_providers.key);
	return seen.uses || seen.counted != seen.listed;
}

static void provider_forget(struct loaded *p)
{
	list_del(&p->node);
	dlclose(p->handle);
	kfree(p);
}

/* Queues first: without one, no new pool will have it. */
static bool in_use(const struct loaded *p)
{
	return queue_uses(p->ops) || pool_uses(p->ops);
}

static int provider_drop(struct loaded *p)
{
	if (p->times > 1)
		p->times--;
	else if (in_use(p))
		return -EBUSY;
	else
		provider_forget(p);
	return 0;
}

int udm_provider_unload(const struct memory_provider_ops *ops)
{
	struct loaded *p;
	int err = -ENOENT;

	mutex_lock(&providers_lock);
	list_for_each_entry(p, &providers, node) {
		if (p->ops != ops)
			continue;
		err = provider_drop(p);
		break;
	}
	mutex_unlock(&providers_lock);
	return err;
}

/* A record that stays behind is found as leaked. */
static void __exit provider_load_exit(void)
{
	struct loaded *p, *next;

	list_for_each_entry_safe(p, next, &providers, node) {
		if (!in_use(p)) {
			provider_forget(p);
			continue;
		}
		pr_err("a loaded memory provider is in use at shutdown, and stays loaded\n");
		list_del(&p->node);
	}
}
__exitcall(provider_load_exit);
