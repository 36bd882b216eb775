/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sockets of the emulated machine: POSIX-shaped calls.
 *
 * Each call takes what the system call of its name takes and behaves as it does
 * on a machine whose only network devices are the emulated ones. On failure it
 * returns -1 and sets errno. udm_poll(), udm_ioctl() and udm_close() of
 * udevmem/file.h work on sockets too. In simulation mode a call that has to wait
 * lets the rest of the machine run; if nothing can ever wake it, that is
 * reported as a deadlock.
 *
 * TCP is active between addresses of the interfaces (udm_netdev_add_address()) and
 * whoever is at the other end of their wires, and passive for all other traffic: there a
 * listener does not take part in connections, it follows flows that go by. udm_accept()
 * returns connections, and one socket per direction of a flow that has carried data;
 * udm_getsockname() gives that direction's destination, udm_getpeername() its source. A
 * listener bound to port 0 follows flows to every port, and accepts no connection.
 *
 * AF_PACKET sockets (SOCK_RAW, SOCK_DGRAM) receive what goes by on the interfaces, in and out, as
 * packet taps do: of what is in device memory the headers, with the true length in
 * PACKET_AUXDATA. They have no filters and no rings, and send nothing (EOPNOTSUPP).
 */
#ifndef UDEVMEM_SOCKET_H
#define UDEVMEM_SOCKET_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <uapi/linux/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef SO_ZEROCOPY
#define SO_ZEROCOPY 60
#endif
#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY 0x4000000
#endif
#ifndef MSG_SOCK_DEVMEM
#define MSG_SOCK_DEVMEM 0x2000000
#endif
#ifndef SO_DEVMEM_LINEAR
#define SO_DEVMEM_LINEAR 78
#endif
#ifndef SCM_DEVMEM_LINEAR
#define SCM_DEVMEM_LINEAR SO_DEVMEM_LINEAR
#endif
#ifndef SO_DEVMEM_DMABUF
#define SO_DEVMEM_DMABUF 79
#endif
#ifndef SCM_DEVMEM_DMABUF
#define SCM_DEVMEM_DMABUF SO_DEVMEM_DMABUF
#endif
#ifndef SO_DEVMEM_DONTNEED
#define SO_DEVMEM_DONTNEED 80
#endif

/*
 * Payload of SCM_DEVMEM_DMABUF in a sendmsg with MSG_ZEROCOPY on a socket with SO_ZEROCOPY:
 * the iovec then names bytes of the dma-buf by their offsets. Completions are read with
 * MSG_ERRQUEUE, see linux/errqueue.h.
 */
struct dmabuf_tx_cmsg {
	uint32_t dmabuf_id;
};

int udm_socket(int domain, int type, int protocol);
/*
 * EINPROGRESS at once on a non-blocking socket, or when SO_SNDTIMEO is over; then EALREADY
 * until it is connected (EPOLLOUT), and EISCONN. ECONNREFUSED, ETIMEDOUT, ENETUNREACH,
 * EADDRNOTAVAIL, EADDRINUSE. To an address of family AF_UNSPEC: disconnect, from a peer or from
 * listening; the socket may be used for another connection, and what it received into device
 * memory is still to be given back. EPIPE if another thread did that meanwhile.
 */
int udm_connect(int fd, const struct sockaddr *addr, socklen_t len);
/*
 * shutdown(2): SHUT_RD, SHUT_WR, SHUT_RDWR. A listener stops, unless it is SHUT_WR, and a socket
 * that is connecting gives up; whoever waits is told. ENOTCONN, EINVAL.
 */
int udm_shutdown_socket(int fd, int how);
int udm_bind(int fd, const struct sockaddr *addr, socklen_t len);
int udm_listen(int fd, int backlog);
/* EAGAIN on a non-blocking listener without a flow to take. */
int udm_accept(int fd, struct sockaddr *addr, socklen_t *len);
int udm_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags);
int udm_getsockname(int fd, struct sockaddr *addr, socklen_t *len);
int udm_getpeername(int fd, struct sockaddr *addr, socklen_t *len);
/* SO_DEVMEM_DONTNEED returns how many buffers were given back. */
int udm_setsockopt(int fd, int level, int optname, const void *optval, socklen_t optlen);
int udm_getsockopt(int fd, int level, int optname, void *optval, socklen_t *optlen);
/* EPIPE comes with SIGPIPE unless MSG_NOSIGNAL is given. */
ssize_t udm_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t udm_send(int fd, const void *buf, size_t len, int flags);
/*
 * MSG_SOCK_DEVMEM, MSG_PEEK, MSG_DONTWAIT, MSG_TRUNC, MSG_WAITALL, MSG_ERRQUEUE; ETOOSMALL is
 * errno 525.
 */
ssize_t udm_recvmsg(int fd, struct msghdr *msg, int flags);
ssize_t udm_recv(int fd, void *buf, size_t len, int flags);

#ifdef __cplusplus
}
#endif

#endif
