/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink from the application's side.
 *
 * udm_netlink_open() gives a generic netlink socket of the emulated machine, to be
 * used with udm_sendmsg() and udm_recvmsg() of udevmem/socket.h and closed with
 * udm_close(). The calls below build one request each, send it and read the answer.
 * They return 0, or -1 with errno; what the kernel side says beyond the errno is
 * put into err (empty if nothing). They may block; one caller per socket at a time.
 */
#ifndef UDEVMEM_NETLINK_H
#define UDEVMEM_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A socket with extended acknowledgements on; -1 with errno. */
int udm_netlink_open(void);

/*
 * Bind a dma-buf to receive queues (NETDEV_CMD_BIND_RX). The binding is the socket's:
 * it ends when the socket is closed.
 */
int udm_netdev_bind_rx(int nl, int ifindex, int dmabuf_fd, const unsigned int *queues, size_t n,
		       uint32_t *id, char *err, size_t size);

/*
 * Bind a dma-buf for sending (NETDEV_CMD_BIND_TX); id goes into SCM_DEVMEM_DMABUF. The
 * binding is the socket's too.
 */
int udm_netdev_bind_tx(int nl, int ifindex, int dmabuf_fd, uint32_t *id, char *err, size_t size);

/* Header-data split on or off, and the threshold (ETHTOOL_MSG_RINGS_SET). */
int udm_ethtool_set_data_split(int nl, int ifindex, bool on, unsigned int thresh, char *err,
			       size_t size);

#ifdef __cplusplus
}
#endif

#endif
