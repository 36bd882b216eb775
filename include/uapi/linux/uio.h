/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What recvmsg and SO_DEVMEM_DONTNEED exchange about device memory.
 *
 * Source of the contract: include/uapi/linux/uio.h. The iovec limits are libc's.
 */
#ifndef _UDM_UAPI_LINUX_UIO_H
#define _UDM_UAPI_LINUX_UIO_H

#include <stdint.h>
#include <sys/uio.h>

/* Payload of SCM_DEVMEM_DMABUF, and with only frag_size set of SCM_DEVMEM_LINEAR. */
struct dmabuf_cmsg {
	__extension__ unsigned long long frag_offset;	/* bytes into the dma-buf */
	uint32_t frag_size;
	uint32_t frag_token;
	uint32_t dmabuf_id;
	uint32_t flags;
};

/* A run of tokens to give back. */
struct dmabuf_token {
	uint32_t token_start;
	uint32_t token_count;
};

#endif
