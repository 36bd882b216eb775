// SPDX-License-Identifier: GPL-2.0-only
/*
 * Both directions of one connection.
 *
 * One loop moves what can be moved and then waits for the socket or the input. Time
 * here is real time, except the wait for progress, which is the machine's.
 */
#include "conversation.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <udevmem/file.h>
#include <udevmem/socket.h>
#include <unistd.h>

#include "receiver.h"
#include "sender.h"

enum {
	WAIT_MS = 100,		/* how long a signal or a clock may go unnoticed */
	SHOW_S = 1,
	RECEIVE_ROUNDS = 16,	/* calls before the other direction has its turn */
};

struct conversation {
	struct station *st;
	const struct files *files;
	struct receiver receiver;
	struct received in;
	struct sender sender;
	struct stream_check in_check, out_check;
	double start, shown, in_end, out_end;
	uint64_t shown_bytes;
	char *err;
	size_t size;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

void format_address(const struct sockaddr_storage *addr, char *out, size_t size)
{
	const struct sockaddr_in *v4 = (const void *)addr;
	const struct sockaddr_in6 *v6 = (const void *)addr;
	bool four = addr->ss_family == AF_INET;
	char ip[INET6_ADDRSTRLEN] = "?";

	inet_ntop(addr->ss_family, four ? (const void *)&v4->sin_addr : &v6->sin6_addr, ip,
		  sizeof(ip));
	snprintf(out, size, four ? "%s:%u" : "[%s]:%u", ip,
		 ntohs(four ? v4->sin_port : v6->sin6_port));
}

/* The store function: the file, and the check. */
static bool keep(void *ctx, const void *data, size_t len, char *err, size_t size)
{
	struct conversation *c = ctx;
	const char *p = data;

	stream_check_add(&c->in_check, data, len);
	while (c->files->output >= 0 && len) {
		ssize_t n = write(c->files->output, p, len);

		if (n < 0) {
			snprintf(err, size, "--output: %s", strerror(errno));
			return false;
		}
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static bool receive_some(struct conversation *c, bool *progress)
{
	bool more = !c->in.ended, ok = true;

	for (unsigned int i = 0; i < RECEIVE_ROUNDS && more && ok; i++) {
		ok = receive(&c->receiver, &c->in, c, &more, c->err, c->size);
		*progress |= more;
		more &= !c->in.ended;
	}
	if (*progress)
		c->in_end = now();
	return ok;
}

static bool send_some(struct conversation *c, bool *progress)
{
	bool sent = false, ok = c->sender.ended ||
				sender_progress(&c->sender, &sent, c->err, c->size);

	if (sent)
		c->out_end = now();
	*progress |= sent;
	return ok;
}

static void show(struct conversation *c, bool done)
{
	double t = now();
	uint64_t bytes = c->in.bytes + c->sender.bytes;

	if (!isatty(STDERR_FILENO) || (!done && t - c->shown < SHOW_S))
		return;
	fprintf(stderr, "\rreceived %llu MB, sent %llu MB, %.0f MB/s%s",
		(unsigned long long)c->in.bytes / 1000000,
		(unsigned long long)c->sender.bytes / 1000000,
		(double)(bytes - c->shown_bytes) / 1e6 / (t - c->shown),
		done ? "\r\033[K" : "   ");
	fflush(stderr);
	c->shown = t;
	c->shown_bytes = bytes;
}

/* Until there may be something to do. Missing completions show as POLLERR. */
static void wait_for_more(struct conversation *c)
{
	struct pollfd fds[2] = {
		{ .fd = c->in.fd, .events = 0 },
		{ .fd = c->sender.wants_input ? c->files->input : -1, .events = POLLIN },
	};

	if (!c->in.ended)
		fds[0].events |= POLLIN;
	if (c->sender.wants_room)
		fds[0].events |= POLLOUT;
	udm_poll(fds, fds[1].fd >= 0 ? 2 : 1, WAIT_MS);
}

static bool move_all(struct conversation *c, const volatile int *stop)
{
	const uint64_t patience = c->st->opt->timeout * 1000000000ull;
	uint64_t last = udm_now();

	while (!*stop && !(c->in.ended && c->sender.ended)) {
		bool progress = false;

		if (!receive_some(c, &progress) || !send_some(c, &progress))
			return false;
		if (progress) {
			last = udm_now();
		} else if (patience && udm_now() - last > patience) {
			snprintf(c->err, c->size, "nothing happened for %u s (--timeout)",
				 c->st->opt->timeout);
			return false;
		} else {
			wait_for_more(c);
		}
		show(c, false);
	}
	return true;
}

static uint64_t segments_repeated(int fd)
{
	struct tcp_info info = {};
	socklen_t len = sizeof(info);

	udm_getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len);
	return info.tcpi_total_retrans;
}

static void take_notes(struct conversation *c, struct connection_result *r)
{
	r->received = (struct direction_result){
		.bytes = c->in.bytes,
		.dmabuf_bytes = c->in.dmabuf_bytes,
		.linear_bytes = c->in.linear_bytes,
		.seconds = c->in_end - c->start,
	};
	r->sent = (struct direction_result){
		.bytes = c->sender.bytes,
		.dmabuf_bytes = c->sender.buffer ? c->sender.bytes : 0,
		.linear_bytes = c->sender.buffer ? 0 : c->sender.bytes,
		.seconds = c->out_end - c->start,
	};
	stream_check_text(&c->in_check, r->received.sha256);
	stream_check_text(&c->out_check, r->sent.sha256);
	r->delivered = c->receiver.delivered;
	r->returned = c->receiver.returned;
	r->sends = c->sender.next_id;
	r->completions = c->sender.completed;
	r->copied = c->sender.copied;
	r->repeated = segments_repeated(c->in.fd);
	r->mismatches = c->in_check.mismatches;
	r->first_mismatch = c->in_check.first_mismatch;
}

static bool open_all(struct conversation *c, int fd)
{
	const struct endpoint_options *opt = c->st->opt;
	bool digest = opt->sha256 || opt->loop;
	const struct buffer *tx = c->st->tx_id ? &c->st->tx : NULL;

	c->in.fd = fd;
	if (stream_check_open(&c->in_check, digest, opt->verify) &&
	    stream_check_open(&c->out_check, digest, 0) &&
	    receiver_open(&c->receiver, &c->st->rx, keep) &&
	    sender_open(&c->sender, fd, c->files->input, tx, c->st->tx_id, &c->out_check))
		return true;
	snprintf(c->err, c->size, "cannot prepare for a connection: %s", strerror(errno));
	return false;
}

bool converse(struct station *st, int fd, const struct files *files, const volatile int *stop,
	      struct connection_result *r, char *err, size_t size)
{
	struct conversation c = { .st = st, .files = files, .err = err, .size = size };
	bool ok;

	c.in.name = r->peer;
	c.start = c.shown = c.in_end = c.out_end = now();
	ok = open_all(&c, fd) && move_all(&c, stop);
	show(&c, true);
	take_notes(&c, r);
	sender_close(&c.sender);
	receiver_close(&c.receiver);
	stream_check_close(&c.in_check);
	stream_check_close(&c.out_check);
	return ok;
}
