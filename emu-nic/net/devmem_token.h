/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Steps through a socket's array of tokens, under its lock.
 */
#ifndef EMU_NIC_NET_DEVMEM_TOKEN_H
#define EMU_NIC_NET_DEVMEM_TOKEN_H

#include <linux/xarray.h>

/*
 * Brings @xas to @token; the raw entry there. Tokens mostly follow each other, and a step within a
 * node is short.
 */
static inline void *devmem_token_seek(struct xa_state *xas, u32 token)
{
	if (xas_is_node(xas) && xas->xa_index + 1 == token)
		return xas_next(xas);
	xas_set(xas, token);
	return xas_load(xas);
}

#endif
