/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink from the application's side.
 *
 * udm_netlink_socket() gives a descriptor of the host, for clients that know nothing of
 * this machine: see there. udm_netlink_open() gives a generic netlink socket of the
 * emulated machine, to be used with udm_sendmsg() and udm_recvmsg() of udevmem/socket.h
 * and closed with udm_close(). The calls that take one build one request each, send it
 * and read the answer. They return 0, or -1 with errno; what the kernel side says beyond
 * the errno is put into err (empty if nothing). They may block; one caller per socket at
 * a time.
 */
#ifndef UDEVMEM_NETLINK_H
#define UDEVMEM_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * udm_netlink_socket - a generic netlink socket as a descriptor of the host
 *
 * send(), recv(), poll() and close() are the host's, and so is whoever uses them: libmnl, for
 * one (mnl_socket_fdopen()). Requests go to the kernel side whatever their address, and are
 * made in the namespace and with the capabilities the caller has now. Answers come as from a
 * netlink socket: a datagram for each reply and each acknowledgement, several messages in
 * those of a dump (4 KiB at most), notifications of joined groups. What a netlink socket can do
 * and this cannot is to fail a read: NLMSG_OVERRUN comes where that would have been ENOBUFS. A
 * request longer than 207 KiB is dropped.
 *
 * Simulation mode: nothing happens until udm_netlink_serve(); so a read has to come after it.
 * Threads mode: a thread of the library serves.
 *
 * The kernel side closes the socket, and unbinds what was bound through it, when the last
 * descriptor is closed: at the next udm_netlink_serve(), soon (threads mode), or in
 * udm_netlink_close(). udm_shutdown() closes the kernel side of all of them.
 *
 * -1 and errno: EMFILE, ENOMEM. May sleep.
 */
int udm_netlink_socket(void);

/*
 * Answers what is queued on all descriptors of udm_netlink_socket(): how many datagrams of
 * requests that were. Threads mode: 0. May sleep, for what a request does.
 */
int udm_netlink_serve(void);

/*
 * Options of level SOL_NETLINK, which setsockopt() cannot set: NETLINK_CAP_ACK,
 * NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK, NETLINK_NO_ENOBUFS, NETLINK_ADD_MEMBERSHIP,
 * NETLINK_DROP_MEMBERSHIP. 0, or -1 and errno: ENOTSOCK (no such descriptor), ENOPROTOOPT,
 * EINVAL (no such group). May sleep.
 */
int udm_netlink_setsockopt(int fd, int optname, int value);

/* The port of the socket: nlmsg_pid of what it is answered. 0, or -1 and errno: ENOTSOCK. */
int udm_netlink_portid(int fd, uint32_t *portid);

/*
 * close(), after which the kernel side has closed too, unless there are copies of the
 * descriptor. What was written before is still handled. 0, or -1 and errno: ENOTSOCK.
 */
int udm_netlink_close(int fd);

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

/*
 * When interrupts of received frames come (ETHTOOL_MSG_COALESCE_SET): @usecs after the first
 * or with @frames of them, whichever is first; zero for no such limit, both zero for at once.
 */
int udm_ethtool_set_coalesce(int nl, int ifindex, unsigned int usecs, unsigned int frames,
			     char *err, size_t size);

/*
 * A context of receive-side scaling over these queues, in turn; n divides the device's table
 * (ETHTOOL_MSG_RSS_CREATE_ACT). Flow rules can name it: FLOW_RSS, rss_context.
 */
int udm_ethtool_rss_create(int nl, int ifindex, const unsigned int *queues, size_t n,
			   uint32_t *context, char *err, size_t size);
/* EBUSY: flow rules use it (ETHTOOL_MSG_RSS_DELETE_ACT). */
int udm_ethtool_rss_delete(int nl, int ifindex, uint32_t context, char *err, size_t size);

/* Want a feature or not, by its name as in ethtool -k (ETHTOOL_MSG_FEATURES_SET). */
int udm_ethtool_set_feature(int nl, int ifindex, const char *name, bool on, char *err,
			    size_t size);

#ifdef __cplusplus
}
#endif

#endif
