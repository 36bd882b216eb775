/* SPDX-License-Identifier: GPL-2.0-only */
/* Visiting all bindings, also those that are unbound but still in use. */
#ifndef LIBPAGEPOOL_BINDING_WALK_H
#define LIBPAGEPOOL_BINDING_WALK_H

#include <linux/compiler.h>
#include <linux/types.h>

struct net_devmem_dmabuf_binding;

/*
 * @visit every binding, oldest first, until it returns false. It stays for the
 * time of the visit. Process context, may sleep; no binding->lock held.
 */
__internal void binding_walk(bool (*visit)(struct net_devmem_dmabuf_binding *binding, void *ctx),
			     void *ctx);
/* The same in any context; false, and nobody is visited, if the list is in use. */
__internal bool binding_trywalk(bool (*visit)(struct net_devmem_dmabuf_binding *binding,
					      void *ctx), void *ctx);

#endif
