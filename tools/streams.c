// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receiving streams with the device-memory socket API.
 */
#include "streams.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <udevmem/file.h>
#include <udevmem/socket.h>
#include <unistd.h>

enum {
	BUFFER = 256 << 10,		/* linear bytes of one recvmsg */
	CONTROL_FRAGS = 64,		/* control messages of one recvmsg */
	MAX_TOKENS = 128,		/* entries the kernel takes in one DONTNEED */
};

struct stream {
	struct stream *next;
	struct replay_stream info;
	int fd;
	int file;		/* -1 without --out */
	bool ended;
};

struct streams {
	struct streams_config cfg;
	int listeners[2];	/* IPv4, IPv6 */
	struct stream *first, **last;
	size_t count;
	uint64_t delivered, returned;
	struct dmabuf_token tokens[MAX_TOKENS];
	unsigned int num_tokens;
	unsigned char *buffer;
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

static int listen_on(int family)
{
	struct sockaddr_storage any = { .ss_family = (sa_family_t)family };
	socklen_t len = family == AF_INET ? sizeof(struct sockaddr_in) :
					    sizeof(struct sockaddr_in6);
	int fd = udm_socket(family, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);

	if (fd < 0)
		return -1;
	if (!udm_bind(fd, (struct sockaddr *)&any, len) && !udm_listen(fd, 1024))
		return fd;
	udm_close(fd);
	return -1;
}

struct streams *streams_open(const struct streams_config *cfg, char *err, size_t size)
{
	struct streams *s = calloc(1, sizeof(*s));

	if (!s)
		goto fail;
	s->cfg = *cfg;
	s->last = &s->first;
	s->buffer = malloc(BUFFER);
	s->listeners[0] = listen_on(AF_INET);
	s->listeners[1] = listen_on(AF_INET6);
	if (s->buffer && s->listeners[0] >= 0 && s->listeners[1] >= 0)
		return s;
	streams_close(s);
fail:
	trouble(err, size, "cannot listen: %s", strerror(errno));
	return NULL;
}

static void format_end(const struct sockaddr_storage *addr, char *out, size_t size)
{
	char ip[INET6_ADDRSTRLEN];
	const struct sockaddr_in *v4 = (const void *)addr;
	const struct sockaddr_in6 *v6 = (const void *)addr;
	bool four = addr->ss_family == AF_INET;

	inet_ntop(addr->ss_family, four ? (const void *)&v4->sin_addr : &v6->sin6_addr, ip,
		  sizeof(ip));
	snprintf(out, size, "%s.%u", ip, ntohs(four ? v4->sin_port : v6->sin6_port));
}

static void name_stream(struct stream *st)
{
	struct sockaddr_storage addr;
	char src[64] = "", dst[64] = "";
	socklen_t len = sizeof(addr);

	if (!udm_getpeername(st->fd, (struct sockaddr *)&addr, &len))
		format_end(&addr, src, sizeof(src));
	len = sizeof(addr);
	if (!udm_getsockname(st->fd, (struct sockaddr *)&addr, &len))
		format_end(&addr, dst, sizeof(dst));
	snprintf(st->info.name, sizeof(st->info.name), "%s-%s", src, dst);
}

static bool open_file(struct streams *s, struct stream *st, char *err, size_t size)
{
	char path[4096];

	if (!s->cfg.out)
		return true;
	snprintf(path, sizeof(path), "%s/%s", s->cfg.out, st->info.name);
	st->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	return st->file >= 0 || trouble(err, size, "--out: %s: %s", path, strerror(errno));
}

static bool take_stream(struct streams *s, int fd, char *err, size_t size)
{
	struct stream *st = calloc(1, sizeof(*st));

	if (!st) {
		udm_close(fd);
		return trouble(err, size, "out of memory");
	}
	st->fd = fd;
	st->file = -1;
	name_stream(st);
	*s->last = st;
	s->last = &st->next;
	s->count++;
	return open_file(s, st, err, size);
}

static bool store(struct stream *st, const void *data, size_t len, char *err, size_t size)
{
	const char *p = data;
	ssize_t n;

	for (; st->file >= 0 && len; p += n, len -= (size_t)n) {
		n = write(st->file, p, len);
		if (n < 0)
			return trouble(err, size, "--out: %s: %s", st->info.name, strerror(errno));
	}
	return true;
}

/* Give the tokens back; the kernel says how many buffers that were. */
static bool return_tokens(struct streams *s, struct stream *st, char *err, size_t size)
{
	int n;

	if (!s->num_tokens)
		return true;
	n = udm_setsockopt(st->fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, s->tokens,
			   s->num_tokens * sizeof(s->tokens[0]));
	if (n < 0)
		return trouble(err, size, "SO_DEVMEM_DONTNEED: %s", strerror(errno));
	s->returned += (uint64_t)n;
	s->num_tokens = 0;
	return true;
}

static void dmabuf_sync(struct streams *s, uint64_t step)
{
	struct dma_buf_sync sync = { .flags = DMA_BUF_SYNC_READ | step };

	udm_ioctl(s->cfg.dmabuf_fd, DMA_BUF_IOCTL_SYNC, &sync);
}

/* A piece in device memory. */
static bool take_frag(struct streams *s, struct stream *st, const struct dmabuf_cmsg *frag,
		      char *err, size_t size)
{
	bool ok;

	s->delivered++;
	s->tokens[s->num_tokens++] =
		(struct dmabuf_token){ .token_start = frag->frag_token, .token_count = 1 };
	if (!s->cfg.map || frag->frag_offset > s->cfg.map_len ||
	    frag->frag_size > s->cfg.map_len - frag->frag_offset)
		return trouble(err, size, "%s: fragment outside the dma-buf", st->info.name);
	dmabuf_sync(s, DMA_BUF_SYNC_START);
	ok = store(st, (const char *)s->cfg.map + frag->frag_offset, frag->frag_size, err, size);
	dmabuf_sync(s, DMA_BUF_SYNC_END);
	st->info.bytes += frag->frag_size;
	st->info.dmabuf_bytes += frag->frag_size;
	return ok && (s->num_tokens < MAX_TOKENS || return_tokens(s, st, err, size));
}

static bool take_linear(struct stream *st, const void *data, size_t len, char *err, size_t size)
{
	st->info.bytes += len;
	st->info.linear_bytes += len;
	return store(st, data, len, err, size);
}

/* The pieces of one recvmsg in stream order: control messages say where each is. */
static bool take_pieces(struct streams *s, struct stream *st, struct msghdr *msg, size_t got,
			char *err, size_t size)
{
	const unsigned char *linear = s->buffer;
	bool ok = true, told = false;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c && ok; c = CMSG_NXTHDR(msg, c)) {
		struct dmabuf_cmsg frag;

		if (c->cmsg_level != SOL_SOCKET || (c->cmsg_type != SCM_DEVMEM_DMABUF &&
						    c->cmsg_type != SCM_DEVMEM_LINEAR))
			continue;
		told = true;
		memcpy(&frag, CMSG_DATA(c), sizeof(frag));
		if (c->cmsg_type == SCM_DEVMEM_DMABUF) {
			ok = take_frag(s, st, &frag, err, size);
		} else {
			ok = take_linear(st, linear, frag.frag_size, err, size);
			linear += frag.frag_size;
		}
	}
	if (!told)
		ok = take_linear(st, s->buffer, got, err, size);
	return return_tokens(s, st, err, size) && ok;
}

/* One recvmsg. *progress: something arrived. */
static bool receive(struct streams *s, struct stream *st, bool *progress, char *err, size_t size)
{
	char control[CONTROL_FRAGS * CMSG_SPACE(sizeof(struct dmabuf_cmsg))];
	struct iovec iov = { .iov_base = s->buffer, .iov_len = BUFFER };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t got = udm_recvmsg(st->fd, &msg, MSG_SOCK_DEVMEM | MSG_DONTWAIT);

	*progress = got > 0;
	if (got > 0)
		return take_pieces(s, st, &msg, (size_t)got, err, size);
	st->ended |= !got;
	if (got < 0 && errno != EAGAIN)
		return trouble(err, size, "%s: recvmsg: %s", st->info.name, strerror(errno));
	return true;
}

static bool accept_all(struct streams *s, bool *progress, char *err, size_t size)
{
	for (int i = 0; i < 2; i++) {
		int fd;

		while ((fd = udm_accept4(s->listeners[i], NULL, NULL, SOCK_NONBLOCK)) >= 0) {
			*progress = true;
			if (!take_stream(s, fd, err, size))
				return false;
		}
		if (errno != EAGAIN)
			return trouble(err, size, "accept: %s", strerror(errno));
	}
	return true;
}

bool streams_progress(struct streams *s, bool *failed, char *err, size_t size)
{
	bool progress = false, ok = accept_all(s, &progress, err, size);

	for (struct stream *st = s->first; st && ok; st = st->next) {
		bool more = !st->ended;

		while (more && ok) {
			ok = receive(s, st, &more, err, size);
			progress |= more;
			more &= !st->ended;
		}
	}
	*failed = !ok;
	return progress;
}

void streams_wait(struct streams *s, int ms)
{
	struct pollfd *fds = calloc(s->count + 2, sizeof(*fds));
	nfds_t n = 0;

	if (!fds)
		return;
	for (int i = 0; i < 2; i++)
		fds[n++] = (struct pollfd){ .fd = s->listeners[i], .events = POLLIN };
	for (struct stream *st = s->first; st; st = st->next)
		if (!st->ended)
			fds[n++] = (struct pollfd){ .fd = st->fd, .events = POLLIN };
	udm_poll(fds, n, ms);
	free(fds);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct replay_stream *)a)->name,
		      ((const struct replay_stream *)b)->name);
}

void streams_result(struct streams *s, struct replay_result *r)
{
	r->delivered = s->delivered;
	r->returned = s->returned;
	r->num_streams = 0;
	r->streams = calloc(s->count + 1, sizeof(*r->streams));
	for (struct stream *st = s->first; st && r->streams; st = st->next)
		r->streams[r->num_streams++] = st->info;
	if (r->streams)
		qsort(r->streams, r->num_streams, sizeof(*r->streams), by_name);
}

void streams_close(struct streams *s)
{
	struct stream *st, *next;

	for (int i = 0; i < 2; i++)
		if (s->listeners[i] >= 0)
			udm_close(s->listeners[i]);
	for (st = s->first; st; st = next) {
		next = st->next;
		udm_close(st->fd);
		if (st->file >= 0)
			close(st->file);
		free(st);
	}
	free(s->buffer);
	free(s);
}
