/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Socket addresses, message flags and control messages.
 *
 * struct msghdr, struct cmsghdr and struct iovec are the host's: the same
 * translation unit may use POSIX sockets. This header adds the flags and types
 * that an older libc does not know.
 */
#ifndef _KERN_LINUX_SOCKET_H
#define _KERN_LINUX_SOCKET_H

#include <sys/types.h>
#include <sys/uio.h>
#include <sys/socket.h>
#include_next <linux/socket.h>
#include <linux/types.h>
#include <linux/compiler.h>

#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY	0x4000000
#endif
#ifndef MSG_SOCK_DEVMEM
#define MSG_SOCK_DEVMEM	0x2000000
#endif

#ifndef SO_DEVMEM_LINEAR
#define SO_DEVMEM_LINEAR	78
#endif
#ifndef SCM_DEVMEM_LINEAR
#define SCM_DEVMEM_LINEAR	SO_DEVMEM_LINEAR
#endif
#ifndef SO_DEVMEM_DMABUF
#define SO_DEVMEM_DMABUF	79
#endif
#ifndef SCM_DEVMEM_DMABUF
#define SCM_DEVMEM_DMABUF	SO_DEVMEM_DMABUF
#endif
#ifndef SO_DEVMEM_DONTNEED
#define SO_DEVMEM_DONTNEED	80
#endif

#ifndef SOL_NETLINK
#define SOL_NETLINK	270
#endif

/**
 * put_cmsg - append one control message
 *
 * Any task context. With too little room MSG_CTRUNC is set in @msg and what
 * fits is written; nothing at all when not even the header fits. msg_control
 * and msg_controllen move past what was written. 0, or -EFAULT when the buffer
 * cannot be written. Contract: net/core/scm.c.
 */
int put_cmsg(struct msghdr *msg, int level, int type, int len, void *data);

/**
 * put_cmsg_notrunc - append one control message whole or not at all
 *
 * As put_cmsg(), but -ETOOSMALL, with @msg untouched, when there is no room.
 * Contract: net/core/scm.c.
 */
int put_cmsg_notrunc(struct msghdr *msg, int level, int type, int len, void *data);

#endif
