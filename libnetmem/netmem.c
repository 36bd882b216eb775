// SPDX-License-Identifier: GPL-2.0-only
/*
 * The out-of-line part of netmem: references on net_iovs, and what has no address.
 *
 * A net_iov has no refcount of its own. Keeping one means keeping what it was cut
 * from, and only the owner of that kind of net_iov knows what that is: it
 * registers a pair of functions per type at boot. A type without them (io_uring)
 * needs no reference.
 */
#include <linux/compiler.h>
#include <linux/export.h>
#include <net/netmem.h>

#include "libnetmem/netmem.h"

DEFINE_STATIC_KEY_FALSE(page_pool_mem_providers);
EXPORT_SYMBOL(page_pool_mem_providers);

#define NET_IOV_TYPES	(NET_IOV_IOURING + 1)

static const struct udm_net_iov_refs *net_iov_refs[NET_IOV_TYPES];
static __thread netmem_ref refused;

void *udm_netmem_refuse(netmem_ref netmem)
{
	refused = netmem;
	return NULL;
}
EXPORT_SYMBOL(udm_netmem_refuse);

netmem_ref udm_netmem_refused(void)
{
	return refused;
}

void udm_net_iov_set_refs(enum net_iov_type type, const struct udm_net_iov_refs *refs)
{
	WRITE_ONCE(net_iov_refs[type], refs);
}

static const struct udm_net_iov_refs *refs_of(const struct net_iov *niov)
{
	return niov->type < NET_IOV_TYPES ? READ_ONCE(net_iov_refs[niov->type]) : NULL;
}

void __get_netmem(netmem_ref netmem)
{
	struct net_iov *niov = netmem_to_net_iov(netmem);
	const struct udm_net_iov_refs *refs = refs_of(niov);

	if (refs)
		refs->get(niov);
}
EXPORT_SYMBOL(__get_netmem);

void __put_netmem(netmem_ref netmem)
{
	struct net_iov *niov = netmem_to_net_iov(netmem);
	const struct udm_net_iov_refs *refs = refs_of(niov);

	if (refs)
		refs->put(niov);
}
EXPORT_SYMBOL(__put_netmem);
