// SPDX-License-Identifier: GPL-2.0-only
/*
 * udevmem listen and udevmem connect: make connections, one after the other, and say
 * whether all was well.
 */
#include "endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/file.h>
#include <udevmem/socket.h>
#include <unistd.h>

#include "conversation.h"
#include "echo.h"
#include "station.h"

enum {
	WAIT_MS = 100,
	RETRY_NS = 50 * 1000000,	/* between tries to reach a peer that is starting */
};

struct endpoint {
	struct endpoint_options opt;
	struct endpoint_result result;
	char err[ENDPOINT_ERROR];
	struct station station;
	struct files files;
	int listeners[2];
	struct echo *echo;
	bool peer_over;		/* the peer's command has ended */
};

static volatile int stop;

static void on_signal(int sig)
{
	stop = 1;
}

__attribute__((format(printf, 2, 3)))
static bool fail(struct endpoint *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->err, sizeof(e->err), fmt, ap);
	va_end(ap);
	return false;
}

static socklen_t address_len(const struct sockaddr_storage *addr)
{
	return addr->ss_family == AF_INET ? sizeof(struct sockaddr_in) :
					    sizeof(struct sockaddr_in6);
}

/* --- One connection ------------------------------------------------------ */

static struct connection_result *add_connection(struct endpoint *e)
{
	struct endpoint_result *r = &e->result;
	struct connection_result *list =
		realloc(r->connections, (r->num_connections + 1) * sizeof(*list));

	if (!list) {
		fail(e, "out of memory");
		return NULL;
	}
	r->connections = list;
	list += r->num_connections++;
	memset(list, 0, sizeof(*list));
	return list;
}

static void name_ends(int fd, struct connection_result *r)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);

	if (!udm_getsockname(fd, (struct sockaddr *)&addr, &len))
		format_address(&addr, r->local, sizeof(r->local));
	len = sizeof(addr);
	if (!udm_getpeername(fd, (struct sockaddr *)&addr, &len))
		format_address(&addr, r->peer, sizeof(r->peer));
}

/* The socket is closed in any case. The other end hears the end of it before it goes. */
static bool serve(struct endpoint *e, int fd)
{
	struct connection_result *r = add_connection(e);
	bool ok = r;

	if (ok) {
		name_ends(fd, r);
		ok = converse(&e->station, fd, &e->files, &stop, r, e->err, sizeof(e->err));
	}
	udm_close(fd);
	return ok;
}

/* --- Listening ----------------------------------------------------------- */

static bool listen_on(struct endpoint *e, const struct sockaddr_storage *addr, int *listener)
{
	const int on = 1;
	int fd = udm_socket(addr->ss_family, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);

	*listener = fd;
	if (fd >= 0 && addr->ss_family == AF_INET6)
		udm_setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (fd >= 0 && !udm_bind(fd, (const struct sockaddr *)addr, address_len(addr)) &&
	    !udm_listen(fd, 8))
		return true;
	return fail(e, "cannot listen on port %u: %s", e->opt.port, strerror(errno));
}

static bool open_listeners(struct endpoint *e)
{
	struct sockaddr_storage v4 = { .ss_family = AF_INET }, v6 = { .ss_family = AF_INET6 };

	if (e->opt.address.ss_family)
		return listen_on(e, &e->opt.address, &e->listeners[0]);
	((struct sockaddr_in *)&v4)->sin_port = htons((uint16_t)e->opt.port);
	((struct sockaddr_in6 *)&v6)->sin6_port = htons((uint16_t)e->opt.port);
	return listen_on(e, &v4, &e->listeners[0]) && listen_on(e, &v6, &e->listeners[1]);
}

static int accept_any(struct endpoint *e)
{
	int fd = -1;

	for (unsigned int i = 0; i < 2 && fd < 0 && e->listeners[i] >= 0; i++)
		fd = udm_accept4(e->listeners[i], NULL, NULL, SOCK_NONBLOCK);
	return fd;
}

static void await_listeners(struct endpoint *e)
{
	struct pollfd fds[2] = { { .fd = e->listeners[0], .events = POLLIN },
				 { .fd = e->listeners[1], .events = POLLIN } };

	udm_poll(fds, e->listeners[1] >= 0 ? 2 : 1, WAIT_MS);
}

/* The next connection; -1 when there is none to come, with *ok false and a line in err if bad. */
static int accept_next(struct endpoint *e, bool *ok)
{
	const uint64_t patience = e->opt.timeout * 1000000000ull, start = udm_now();

	for (; !stop; await_listeners(e)) {
		int fd;

		/* Asked before the last look, so that no connection slips in between. */
		e->peer_over |= station_peer_ended(&e->station, &e->result.peer_status);
		fd = accept_any(e);
		if (fd >= 0)
			return fd;
		if (e->peer_over) {
			*ok = e->result.num_connections ||
			      fail(e, "--peer: it ended with status %d without a connection",
				   e->result.peer_status);
			return -1;
		}
		if (patience && udm_now() - start > patience) {
			*ok = fail(e, "nobody connected for %u s (--timeout)", e->opt.timeout);
			return -1;
		}
	}
	return -1;
}

static bool start_echo(struct endpoint *e, bool connects)
{
	struct sockaddr_storage addr = e->opt.address;

	if (connects && !addr.ss_family) {
		struct sockaddr_in *v4 = (struct sockaddr_in *)&addr;

		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)e->opt.port);
		inet_pton(AF_INET, OUR_IPV4, &v4->sin_addr);
	}
	e->echo = echo_start(udm_netdev_name(e->station.peer_nic), &addr, connects, e->err,
			     sizeof(e->err));
	return e->echo;
}

static bool run_listen(struct endpoint *e)
{
	bool ok = open_listeners(e) && station_start_peer(&e->station) &&
		  (!e->opt.loop || start_echo(e, true));

	while (ok) {
		int fd = accept_next(e, &ok);

		if (fd < 0)
			break;
		ok = serve(e, fd);
		if (e->opt.once)
			break;
	}
	return ok;
}

/* --- Connecting ---------------------------------------------------------- */

static int connect_socket(struct endpoint *e)
{
	const struct sockaddr_storage *addr = &e->opt.address;
	const char *ifname = udm_netdev_name(e->station.nic);
	int fd = udm_socket(addr->ss_family, SOCK_STREAM, IPPROTO_TCP), error;

	if (fd >= 0 &&
	    !udm_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, ifname,
			    (socklen_t)strlen(ifname) + 1) &&
	    !udm_connect(fd, (const struct sockaddr *)addr, address_len(addr)))
		return fd;
	error = errno;
	if (fd >= 0)
		udm_close(fd);
	errno = error;
	return -1;
}

/* A peer of ours may not listen yet; somebody else's either is there or not. */
static bool run_connect(struct endpoint *e)
{
	const uint64_t end = udm_now() + (e->opt.timeout ? e->opt.timeout : 10) * 1000000000ull;
	char where[80];
	int fd;

	if (!station_start_peer(&e->station) || (e->opt.loop && !start_echo(e, false)))
		return false;
	while ((fd = connect_socket(e)) < 0) {
		int error = errno;

		format_address(&e->opt.address, where, sizeof(where));
		if (stop || error != ECONNREFUSED || !e->opt.peer || udm_now() > end ||
		    station_peer_ended(&e->station, &e->result.peer_status))
			return fail(e, "cannot connect to %s: %s", where, strerror(error));
		udm_advance(RETRY_NS);
	}
	return serve(e, fd);
}

/* --- From the beginning to the end --------------------------------------- */

static bool open_files(struct endpoint *e)
{
	const char *in = e->opt.input, *out = e->opt.output;

	if (in)
		e->files.input = !strcmp(in, "-") ? STDIN_FILENO : open(in, O_RDONLY | O_CLOEXEC);
	if (in && e->files.input < 0)
		return fail(e, "--input %s: %s", in, strerror(errno));
	if (out)
		e->files.output = !strcmp(out, "-") ? STDOUT_FILENO :
				  open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (out && e->files.output < 0)
		return fail(e, "--output %s: %s", out, strerror(errno));
	return true;
}

static bool run(struct endpoint *e)
{
	bool ok = station_up(&e->station, &e->opt);

	if (!ok)
		return fail(e, "%s", e->station.err);
	ok = e->opt.listens ? run_listen(e) : run_connect(e);
	if (!ok && !*e->err)
		fail(e, "%s", e->station.err);
	ok &= echo_finish(e->echo, !ok, e->err, sizeof(e->err));
	if (ok && e->station.peer && !stop)
		e->result.peer_status = station_await_peer(&e->station);
	return ok;
}

static void tear_down(struct endpoint *e)
{
	for (unsigned int i = 0; i < 2; i++)
		if (e->listeners[i] >= 0)
			udm_close(e->listeners[i]);
	station_notes(&e->station, &e->result);
	station_down(&e->station, &e->result);
	if (e->files.input > STDERR_FILENO)
		close(e->files.input);
	if (e->files.output > STDERR_FILENO)
		close(e->files.output);
}

/* What was wrong with a connection that ended; NULL: nothing. */
static const char *complaint(const struct endpoint_options *opt, const struct connection_result *c)
{
	if (c->mismatches)
		return "--verify: the stream is not the pattern";
	if (c->delivered != c->returned)
		return "not every fragment was returned";
	if (c->sends != c->completions)
		return "not every send was completed";
	if (c->copied)
		return "device memory was copied";
	if (opt->rx_devmem && c->received.bytes && !c->received.dmabuf_bytes)
		return "nothing arrived in device memory";
	if (opt->loop && strcmp(c->received.sha256, c->sent.sha256))
		return "what came back is not what was sent";
	return NULL;
}

static bool complain(const struct endpoint *e)
{
	const struct endpoint_result *r = &e->result;
	bool bad = r->iommu_faults || r->warnings || r->leaks || r->peer_status;

	if (r->peer_status)
		fprintf(stderr, "udevmem: --peer: it ended with status %d\n", r->peer_status);
	for (size_t i = 0; i < r->num_connections; i++) {
		const char *why = complaint(&e->opt, &r->connections[i]);

		if (why)
			fprintf(stderr, "udevmem: %s: %s\n", r->connections[i].peer, why);
		bad |= why != NULL;
	}
	return bad;
}

static int verdict(struct endpoint *e, bool ok)
{
	const char *out = e->opt.output;
	FILE *to = out && !strcmp(out, "-") ? stderr : stdout;
	int ret = 0;

	if (!ok)
		fprintf(stderr, "udevmem: %s\n", e->err);
	if (ok || e->result.num_connections) {
		if (e->opt.json)
			ret = endpoint_report_json(to, &e->opt, &e->result);
		else
			endpoint_report_text(to, &e->opt, &e->result);
	}
	if (ret || fflush(to)) {
		fprintf(stderr, "udevmem: cannot write the report: %s\n", strerror(errno));
		return EXIT_UNCLEAN;
	}
	return complain(e) || !ok ? EXIT_UNCLEAN : EXIT_CLEAN;
}

static int endpoint_main(int argc, char **argv)
{
	struct endpoint e = { .files = { -1, -1 }, .listeners = { -1, -1 } };
	const struct sigaction act = { .sa_handler = on_signal };
	int ret = endpoint_parse(argc, argv, &e.opt);
	bool ok;

	if (ret)
		return ret < 0 ? EXIT_CLEAN : ret;
	if (!open_files(&e))
		return refuse("%s", e.err);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	ok = run(&e);
	tear_down(&e);
	ret = verdict(&e, ok);
	free(e.result.connections);
	return ret;
}

int listen_main(int argc, char **argv)
{
	return endpoint_main(argc, argv);
}

int connect_main(int argc, char **argv)
{
	return endpoint_main(argc, argv);
}
