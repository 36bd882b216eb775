/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Receiving a stream with the device-memory socket API.
 *
 * Payload in device memory is read through the application's own mapping of the dma-buf
 * and its tokens are returned at the end of the call; the rest arrives in the buffer of
 * recvmsg. Either goes to the store function, in stream order.
 */
#ifndef UDM_TOOLS_RECEIVER_H
#define UDM_TOOLS_RECEIVER_H

#include <udevmem/socket.h>

#include "buffer.h"

enum {
	RECEIVE_MAX_TOKENS = 128,	/* entries the kernel takes in one DONTNEED */
};

/* Bytes of a stream; false, with a line in err, when they cannot be kept. */
typedef bool (*store_fn)(void *ctx, const void *data, size_t len, char *err, size_t size);

struct receiver {
	const struct buffer *buffer;	/* fd -1: no device memory */
	store_fn store;
	uint64_t delivered, returned;	/* fragments handed out with a token, and back */
	struct dmabuf_token tokens[RECEIVE_MAX_TOKENS];
	unsigned int num_tokens;
	unsigned char *linear;
};

/* False without memory. receiver_close() in any case. */
bool receiver_open(struct receiver *r, const struct buffer *buffer, store_fn store);
void receiver_close(struct receiver *r);

/* One stream: the counters and the end of it. name is for messages. */
struct received {
	const char *name;
	int fd;
	uint64_t bytes, dmabuf_bytes, linear_bytes;
	bool ended;
};

/*
 * One recvmsg that does not wait. *progress: something arrived. ctx is the store
 * function's. False with a line in err on trouble.
 */
bool receive(struct receiver *r, struct received *st, void *ctx, bool *progress, char *err,
	     size_t size);

#endif
