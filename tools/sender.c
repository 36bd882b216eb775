// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sending what a descriptor gives.
 */
#include "sender.h"

#include <errno.h>
#include <linux/dma-buf.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/socket.h>
#include <unistd.h>

enum {
	HOST_SLOT = 256 << 10,
	MAX_SLOT = 1 << 20,
	CONTROL = 256,		/* of a completion: an address comes along */
};

__attribute__((format(printf, 3, 4)))
static bool trouble(char *err, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, size, fmt, ap);
	va_end(ap);
	return false;
}

static size_t device_slot(const struct buffer *buffer)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = buffer->size / SENDER_SLOTS;

	if (size > MAX_SLOT)
		return MAX_SLOT;
	return size < page ? buffer->size : size / page * page;
}

bool sender_open(struct sender *s, int fd, int input, const struct buffer *buffer,
		 uint32_t binding, struct stream_check *check)
{
	const int on = 1;

	*s = (struct sender){ .fd = fd, .input = input, .buffer = buffer, .binding = binding,
			      .check = check, .eof = input < 0, .slots = 1 };
	if (!buffer) {
		s->slot_size = HOST_SLOT;
		s->memory = malloc(HOST_SLOT);
		return s->memory;
	}
	s->slot_size = device_slot(buffer);
	s->slots = buffer->size / s->slot_size < SENDER_SLOTS ?
		   (unsigned int)(buffer->size / s->slot_size) : SENDER_SLOTS;
	s->memory = buffer->map;
	return !udm_setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on));
}

void sender_close(struct sender *s)
{
	if (!s->buffer)
		free(s->memory);
	s->memory = NULL;
}


/* --- Completions --------------------------------------------------------- */

static bool take_completion(struct sender *s, const struct sock_extended_err *e, char *err,
			    size_t size)
{
	if (e->ee_origin != SO_EE_ORIGIN_ZEROCOPY || e->ee_errno)
		return trouble(err, size, "error queue: %s", strerror((int)e->ee_errno));
	for (uint32_t id = e->ee_info; id - e->ee_info <= e->ee_data - e->ee_info; id++) {
		if (s->next_id - 1 - id >= SENDER_CALLS)
			return trouble(err, size, "completion of a send that was not made");
		s->pending[s->slot_of[id % SENDER_CALLS]]--;
		if (e->ee_code & SO_EE_CODE_ZEROCOPY_COPIED)
			s->copied++;
	}
	s->completed += e->ee_data - e->ee_info + 1;
	return true;
}

static const struct sock_extended_err *extended_error(struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if ((c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR) ||
		    (c->cmsg_level == SOL_IPV6 && c->cmsg_type == IPV6_RECVERR))
			return (const void *)CMSG_DATA(c);
	return NULL;
}

static bool take_completions(struct sender *s, bool *progress, char *err, size_t size)
{
	while (s->completed != s->next_id) {
		union {
			struct cmsghdr align;
			char room[CONTROL];
		} control;
		struct msghdr msg = { .msg_control = &control, .msg_controllen = sizeof(control) };
		const struct sock_extended_err *e;

		if (udm_recvmsg(s->fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return errno == EAGAIN ||
			       trouble(err, size, "MSG_ERRQUEUE: %s", strerror(errno));
		e = extended_error(&msg);
		if (!e)
			return trouble(err, size, "the error queue has something unknown");
		if (!take_completion(s, e, err, size))
			return false;
		*progress = true;
	}
	return true;
}

/* --- Filling and sending ------------------------------------------------- */

static bool input_waits(const struct sender *s)
{
	struct pollfd p = { .fd = s->input, .events = POLLIN };

	return !poll(&p, 1, 0);
}

/* Fill the next slot; true if the slot has something to send now. */
static bool fill(struct sender *s, bool *ok, char *err, size_t size)
{
	unsigned int next = (s->slot + 1) % s->slots;
	size_t start = next * s->slot_size;
	ssize_t n;

	if (s->pending[next])
		return false;
	if (input_waits(s)) {
		s->wants_input = true;
		return false;
	}
	if (s->buffer)
		buffer_sync(s->buffer, DMA_BUF_SYNC_WRITE | DMA_BUF_SYNC_START);
	n = read(s->input, s->memory + start, s->slot_size);
	if (s->buffer)
		buffer_sync(s->buffer, DMA_BUF_SYNC_WRITE | DMA_BUF_SYNC_END);
	if (n < 0)
		*ok = trouble(err, size, "reading the input: %s", strerror(errno));
	s->eof |= n <= 0;
	if (n <= 0)
		return false;
	stream_check_add(s->check, s->memory + start, (size_t)n);
	s->slot = next;
	s->at = start;
	s->len = (size_t)n;
	return true;
}

static ssize_t send_device(struct sender *s)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(s->binding))];
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)s->at, .iov_len = s->len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_DEVMEM_DMABUF;
	c->cmsg_len = CMSG_LEN(sizeof(s->binding));
	memcpy(CMSG_DATA(c), &s->binding, sizeof(s->binding));
	return udm_sendmsg(s->fd, &msg, MSG_ZEROCOPY | MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* A part of the slot; true if it was taken. */
static bool send_part(struct sender *s, bool *ok, char *err, size_t size)
{
	ssize_t n;

	if (s->next_id - s->completed == SENDER_CALLS)
		return false;
	n = s->buffer ? send_device(s) :
			udm_send(s->fd, s->memory + s->at, s->len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0) {
		/* ENOBUFS: too many completions are missing. */
		s->wants_room = errno == EAGAIN;
		if (errno != EAGAIN && errno != ENOBUFS)
			*ok = trouble(err, size, "sendmsg: %s", strerror(errno));
		return false;
	}
	if (s->buffer) {
		s->slot_of[s->next_id++ % SENDER_CALLS] = (uint8_t)s->slot;
		s->pending[s->slot]++;
	}
	s->at += (size_t)n;
	s->len -= (size_t)n;
	s->bytes += (uint64_t)n;
	return true;
}

static bool finish(struct sender *s, bool *progress, char *err, size_t size)
{
	if (!s->eof || s->len || s->completed != s->next_id || s->ended)
		return true;
	s->ended = true;
	*progress = true;
	return s->input < 0 || !udm_shutdown_socket(s->fd, SHUT_WR) || errno == ENOTCONN ||
	       trouble(err, size, "shutdown: %s", strerror(errno));
}

bool sender_progress(struct sender *s, bool *progress, char *err, size_t size)
{
	bool ok = true;

	*progress = false;
	s->wants_input = s->wants_room = false;
	if (!take_completions(s, progress, err, size))
		return false;
	while (ok && (s->len || (!s->eof && fill(s, &ok, err, size))) &&
	       send_part(s, &ok, err, size))
		*progress = true;
	return ok && finish(s, progress, err, size);
}
