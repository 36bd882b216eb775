// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every TCP direction becomes a file.
 */
#include "streams.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <udevmem/file.h>
#include <unistd.h>

#include "receiver.h"

struct stream {
	struct stream *next;
	char name[sizeof(((struct replay_stream *)0)->name)];
	struct received in;
	int file;		/* -1 without --out */
};

struct streams {
	struct streams_config cfg;
	int listeners[2];	/* IPv4, IPv6 */
	struct stream *first, **last;
	size_t count;
	struct receiver receiver;
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

static bool store(void *ctx, const void *data, size_t len, char *err, size_t size)
{
	struct stream *st = ctx;
	const char *p = data;
	ssize_t n;

	for (; st->file >= 0 && len; p += n, len -= (size_t)n) {
		n = write(st->file, p, len);
		if (n < 0)
			return trouble(err, size, "--out: %s: %s", st->name, strerror(errno));
	}
	return true;
}

struct streams *streams_open(const struct streams_config *cfg, char *err, size_t size)
{
	struct streams *s = calloc(1, sizeof(*s));

	if (!s)
		goto fail;
	s->cfg = *cfg;
	s->last = &s->first;
	s->listeners[0] = listen_on(AF_INET);
	s->listeners[1] = listen_on(AF_INET6);
	if (receiver_open(&s->receiver, cfg->buffer, store) && s->listeners[0] >= 0 &&
	    s->listeners[1] >= 0)
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

	if (!udm_getpeername(st->in.fd, (struct sockaddr *)&addr, &len))
		format_end(&addr, src, sizeof(src));
	len = sizeof(addr);
	if (!udm_getsockname(st->in.fd, (struct sockaddr *)&addr, &len))
		format_end(&addr, dst, sizeof(dst));
	snprintf(st->name, sizeof(st->name), "%s-%s", src, dst);
}

static bool open_file(struct streams *s, struct stream *st, char *err, size_t size)
{
	char path[4096];

	if (!s->cfg.out)
		return true;
	snprintf(path, sizeof(path), "%s/%s", s->cfg.out, st->name);
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
	st->in.fd = fd;
	st->file = -1;
	name_stream(st);
	st->in.name = st->name;
	*s->last = st;
	s->last = &st->next;
	s->count++;
	return open_file(s, st, err, size);
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
		bool more = !st->in.ended;

		while (more && ok) {
			ok = receive(&s->receiver, &st->in, st, &more, err, size);
			progress |= more;
			more &= !st->in.ended;
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
		if (!st->in.ended)
			fds[n++] = (struct pollfd){ .fd = st->in.fd, .events = POLLIN };
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
	r->delivered = s->receiver.delivered;
	r->returned = s->receiver.returned;
	r->num_streams = 0;
	r->streams = calloc(s->count + 1, sizeof(*r->streams));
	for (struct stream *st = s->first; st && r->streams; st = st->next) {
		struct replay_stream *out = &r->streams[r->num_streams++];

		strcpy(out->name, st->name);
		out->bytes = st->in.bytes;
		out->dmabuf_bytes = st->in.dmabuf_bytes;
		out->linear_bytes = st->in.linear_bytes;
	}
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
		udm_close(st->in.fd);
		if (st->file >= 0)
			close(st->file);
		free(st);
	}
	receiver_close(&s->receiver);
	free(s);
}
