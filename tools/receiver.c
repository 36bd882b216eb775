// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receiving a stream with the device-memory socket API.
 */
#include "receiver.h"

#include <errno.h>
#include <linux/dma-buf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BUFFER = 256 << 10,		/* linear bytes of one recvmsg */
	CONTROL_FRAGS = 64,		/* control messages of one recvmsg */
};

/* One call of receive(). */
struct delivery {
	struct receiver *r;
	struct received *st;
	void *ctx;
	char *err;
	size_t size;
};

__attribute__((format(printf, 2, 3)))
static bool trouble(struct delivery *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->err, d->size, fmt, ap);
	va_end(ap);
	return false;
}

bool receiver_open(struct receiver *r, const struct buffer *buffer, store_fn store)
{
	*r = (struct receiver){ .buffer = buffer, .store = store };
	r->linear = malloc(BUFFER);
	return r->linear;
}

void receiver_close(struct receiver *r)
{
	free(r->linear);
	r->linear = NULL;
}

/* Give the tokens back; the kernel says how many buffers that were. */
static bool return_tokens(struct delivery *d)
{
	struct receiver *r = d->r;
	int n;

	if (!r->num_tokens)
		return true;
	n = udm_setsockopt(d->st->fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, r->tokens,
			   r->num_tokens * sizeof(r->tokens[0]));
	if (n < 0)
		return trouble(d, "SO_DEVMEM_DONTNEED: %s", strerror(errno));
	r->returned += (uint64_t)n;
	r->num_tokens = 0;
	return true;
}

/* A piece in device memory. */
static bool take_frag(struct delivery *d, const struct dmabuf_cmsg *frag)
{
	struct receiver *r = d->r;
	bool ok;

	r->delivered++;
	r->tokens[r->num_tokens++] =
		(struct dmabuf_token){ .token_start = frag->frag_token, .token_count = 1 };
	if (!buffer_has(r->buffer, frag->frag_offset, frag->frag_size))
		return trouble(d, "%s: fragment outside the dma-buf", d->st->name);
	buffer_sync(r->buffer, DMA_BUF_SYNC_READ | DMA_BUF_SYNC_START);
	ok = r->store(d->ctx, (const char *)r->buffer->map + frag->frag_offset, frag->frag_size,
		      d->err, d->size);
	buffer_sync(r->buffer, DMA_BUF_SYNC_READ | DMA_BUF_SYNC_END);
	d->st->bytes += frag->frag_size;
	d->st->dmabuf_bytes += frag->frag_size;
	return ok && (r->num_tokens < RECEIVE_MAX_TOKENS || return_tokens(d));
}

static bool take_linear(struct delivery *d, const void *data, size_t len)
{
	d->st->bytes += len;
	d->st->linear_bytes += len;
	return d->r->store(d->ctx, data, len, d->err, d->size);
}

/* The pieces of one recvmsg in stream order: control messages say where each is. */
static bool take_pieces(struct delivery *d, struct msghdr *msg, size_t got)
{
	const unsigned char *linear = d->r->linear;
	bool ok = true, told = false;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c && ok; c = CMSG_NXTHDR(msg, c)) {
		struct dmabuf_cmsg frag;

		if (c->cmsg_level != SOL_SOCKET || (c->cmsg_type != SCM_DEVMEM_DMABUF &&
						    c->cmsg_type != SCM_DEVMEM_LINEAR))
			continue;
		told = true;
		memcpy(&frag, CMSG_DATA(c), sizeof(frag));
		if (c->cmsg_type == SCM_DEVMEM_DMABUF) {
			ok = take_frag(d, &frag);
		} else {
			ok = take_linear(d, linear, frag.frag_size);
			linear += frag.frag_size;
		}
	}
	if (!told)
		ok = take_linear(d, d->r->linear, got);
	return return_tokens(d) && ok;
}

bool receive(struct receiver *r, struct received *st, void *ctx, bool *progress, char *err,
	     size_t size)
{
	char control[CONTROL_FRAGS * CMSG_SPACE(sizeof(struct dmabuf_cmsg))];
	struct delivery d = { .r = r, .st = st, .ctx = ctx, .err = err, .size = size };
	struct iovec iov = { .iov_base = r->linear, .iov_len = BUFFER };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t got = udm_recvmsg(st->fd, &msg, MSG_SOCK_DEVMEM | MSG_DONTWAIT);

	*progress = got > 0;
	if (got > 0)
		return take_pieces(&d, &msg, (size_t)got);
	st->ended |= !got;
	if (got < 0 && errno != EAGAIN)
		return trouble(&d, "%s: recvmsg: %s", st->name, strerror(errno));
	return true;
}
