/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What libnetmem asks of the libraries above it for net_iovs.
 *
 * get_netmem() and put_netmem() keep whatever lends a net_iov its memory. Who
 * that is, is known above (devmem's binding), so it registers how to do it.
 */
#ifndef LIBNETMEM_NETMEM_H
#define LIBNETMEM_NETMEM_H

#include <net/netmem.h>

struct udm_net_iov_refs {
	void (*get)(struct net_iov *niov);
	void (*put)(struct net_iov *niov);
};

/*
 * Use @refs for every net_iov of @type, or nothing if NULL. @refs is static.
 * Called at boot and shutdown, when no net_iov of the type exists.
 */
void udm_net_iov_set_refs(enum net_iov_type type, const struct udm_net_iov_refs *refs);

/* The net_iov that this thread last got NULL for, as its page or address; it may be gone. */
netmem_ref udm_netmem_refused(void);

#endif
