// SPDX-License-Identifier: GPL-2.0-only
/*
 * An HTTP server whose file is in device memory.
 *
 *	examples/http FILE curl http://10.77.0.2/
 *
 * The file is put into a dma-buf once. GET sends it from there: the server tells the
 * socket offsets, and the NIC reads the memory. PUT replaces it: the body arrives in
 * another dma-buf, through a queue that this memory is bound to, and is copied over by
 * the application, the only one here who touches payload.
 *
 * The client is a program of Linux, which runs in a network namespace of its own; the
 * emulated NIC is at the other end of the TAP interface in there. The server ends when
 * the client does, with its exit status.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <udevmem/file.h>
#include <udevmem/socket.h>
#include <udevmem/udevmem.h>

#define MEMORY	(64u << 20)	/* bytes of each dma-buf */
#define HEADER	4096		/* bytes of a request before its body */
#define WAIT_MS 50

static void die(const char *what)
{
	fprintf(stderr, "http: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- Device memory ------------------------------------------------------- */

struct memory {
	int fd;
	char *map;
	uint32_t binding;
};

static struct memory sent, received;
static size_t file_size;	/* of what is at the beginning of sent */

static void make_memory(struct memory *m)
{
	m->fd = udm_gpu_create_dmabuf(MEMORY, NULL);
	m->map = m->fd < 0 ? MAP_FAILED :
		 udm_mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED, m->fd, 0);
	if (m->map == MAP_FAILED)
		die("device memory");
}

/* One queue has it all; sending needs no queue of its own. */
static int bind_memory(struct udm_netdev *nic)
{
	const int ifindex = udm_netdev_ifindex(nic), nl = udm_netlink_open();
	const unsigned int queue = 0;
	char why[128] = "";

	if (udm_ethtool_set_data_split(nl, ifindex, true, 0, why, sizeof(why)) ||
	    udm_netdev_bind_rx(nl, ifindex, received.fd, &queue, 1, &received.binding, why,
			       sizeof(why)) ||
	    udm_netdev_bind_tx(nl, ifindex, sent.fd, &sent.binding, why, sizeof(why))) {
		fprintf(stderr, "http: binding: %s %s\n", strerror(errno), why);
		exit(1);
	}
	return nl;
}

/* --- One connection ------------------------------------------------------ */

struct request {
	int fd;
	char header[HEADER + 1];
	size_t header_len;	/* all of the header is there when body_at is not 0 */
	size_t body_at, body_len, body_got;
	bool put;
};

/* Bytes of the request, wherever they came from. */
static void take(struct request *rq, const char *data, size_t len)
{
	while (len && !rq->body_at && rq->header_len < HEADER) {
		const char *length;

		rq->header[rq->header_len++] = *data++;
		len--;
		if (rq->header_len < 4 || memcmp(rq->header + rq->header_len - 4, "\r\n\r\n", 4))
			continue;
		rq->body_at = rq->header_len;
		rq->put = !strncmp(rq->header, "PUT ", 4);
		length = strcasestr(rq->header, "\r\nContent-Length:");
		rq->body_len = rq->put && length ? strtoul(length + 17, NULL, 10) : 0;
	}
	if (rq->body_len > MEMORY || len > rq->body_len - rq->body_got)
		return;
	memcpy(sent.map + rq->body_got, data, len);
	rq->body_got += len;
}

/* A message of the control buffer: where a piece of the stream is. True: it has a token. */
static bool take_piece(struct request *rq, const struct cmsghdr *c, const char **linear,
		       struct dmabuf_token *token)
{
	struct dmabuf_cmsg piece;

	memcpy(&piece, CMSG_DATA(c), sizeof(piece));
	if (c->cmsg_type == SCM_DEVMEM_LINEAR) {
		take(rq, *linear, piece.frag_size);
		*linear += piece.frag_size;
		return false;
	}
	take(rq, received.map + piece.frag_offset, piece.frag_size);
	*token = (struct dmabuf_token){ .token_start = piece.frag_token, .token_count = 1 };
	return true;
}

/* False at the end of the stream. */
static bool receive(struct request *rq)
{
	char control[64 * CMSG_SPACE(sizeof(struct dmabuf_cmsg))], buffer[4096];
	struct iovec iov = { .iov_base = buffer, .iov_len = sizeof(buffer) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct dmabuf_token tokens[64];
	const char *linear = buffer;
	unsigned int n = 0;
	ssize_t got = udm_recvmsg(rq->fd, &msg, MSG_SOCK_DEVMEM);

	if (got <= 0)
		return false;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
		n += take_piece(rq, c, &linear, &tokens[n]);
	if (!msg.msg_controllen)
		take(rq, buffer, (size_t)got);
	if (n)
		udm_setsockopt(rq->fd, SOL_SOCKET, SO_DEVMEM_DONTNEED, tokens,
			       n * sizeof(tokens[0]));
	return true;
}

static bool send_text(int fd, const char *text)
{
	return udm_send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

/* The file, out of device memory: what the iovec has is an offset, not an address. */
static bool send_file(int fd)
{
	for (size_t at = 0; at < file_size;) {
		char control[CMSG_SPACE(sizeof(uint32_t))] = { 0 };
		struct iovec iov = { .iov_base = (void *)at, .iov_len = file_size - at };
		struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
				      .msg_controllen = sizeof(control) };
		struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
		ssize_t n;

		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_DEVMEM_DMABUF;
		c->cmsg_len = CMSG_LEN(sizeof(uint32_t));
		memcpy(CMSG_DATA(c), &sent.binding, sizeof(uint32_t));
		n = udm_sendmsg(fd, &msg, MSG_ZEROCOPY | MSG_NOSIGNAL);
		if (n < 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

static bool answer(struct request *rq)
{
	char header[128];

	if (!rq->put && strncmp(rq->header, "GET ", 4))
		return send_text(rq->fd, "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, PUT\r\n"
					 "Content-Length: 0\r\nConnection: close\r\n\r\n");
	if (rq->put && (rq->body_len > MEMORY || rq->body_got < rq->body_len))
		return send_text(rq->fd, "HTTP/1.1 413 Content Too Large\r\n"
					 "Content-Length: 0\r\nConnection: close\r\n\r\n");
	if (rq->put) {
		file_size = rq->body_len;
		return send_text(rq->fd, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
	}
	snprintf(header, sizeof(header),
		 "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", file_size);
	return send_text(rq->fd, header) && send_file(rq->fd);
}

/* The client closes when it has everything; then device memory is not in use any more. */
static void serve(int fd)
{
	struct request rq = { .fd = fd };
	const int on = 1;

	udm_setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on));
	while ((!rq.body_at || rq.body_got < rq.body_len) && rq.header_len < HEADER && receive(&rq))
		if (rq.body_len > MEMORY)
			break;
		else if (rq.body_at && strcasestr(rq.header, "\r\nExpect: 100-continue") &&
			 !rq.body_got)
			send_text(fd, "HTTP/1.1 100 Continue\r\n\r\n");
	if (rq.body_at && answer(&rq))
		udm_shutdown_socket(fd, SHUT_WR);
	while (receive(&rq))
		;
	udm_close(fd);
}

/* --- The machine --------------------------------------------------------- */

static struct udm_netdev *make_nic(const struct udm_netns *ns, struct udm_wire **wire)
{
	const struct udm_netdev_config cfg = { .queues = 1, .pause = true };
	struct udm_netdev *nic = udm_netdev_create(&cfg);
	char why[128];

	if (!nic || udm_netdev_up(nic) || udm_netdev_add_address(nic, "10.77.0.2/24") ||
	    udm_netdev_add_address(nic, "fd77::2/64"))
		die("making the NIC");
	*wire = udm_wire_tap(udm_netns_tap(ns), udm_netdev_hw(nic), why, sizeof(why));
	if (!*wire) {
		fprintf(stderr, "http: %s\n", why);
		exit(1);
	}
	return nic;
}

static void load(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f)
		die(path);
	make_memory(&sent);
	make_memory(&received);
	file_size = fread(sent.map, 1, MEMORY, f);
	fclose(f);
}

static int listen_on_80(void)
{
	const struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(80) };
	int fd = udm_socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0 || udm_bind(fd, (const struct sockaddr *)&any, sizeof(any)) ||
	    udm_listen(fd, 16))
		die("listening");
	return fd;
}

/* Until the client has ended; its exit status. */
static int serve_while(pid_t client, int listener)
{
	int how;

	while (waitpid(client, &how, WNOHANG) != client) {
		struct pollfd p = { .fd = listener, .events = POLLIN };
		int fd = udm_poll(&p, 1, WAIT_MS) > 0 ? udm_accept(listener, NULL, NULL) : -1;

		if (fd >= 0)
			serve(fd);
	}
	return WIFEXITED(how) ? WEXITSTATUS(how) : 1;
}

int main(int argc, char **argv)
{
	static const char *const addresses[] = { "10.77.0.1/24", "fd77::1/64", NULL };
	const struct udm_netns_config there = { .addresses = addresses };
	const struct udm_config machine = { .mode = UDM_MODE_THREADS };
	struct udm_netdev *nic;
	struct udm_netns *ns;
	struct udm_wire *wire;
	int nl, listener, status;
	char why[128];

	if (argc < 3) {
		fprintf(stderr, "usage: %s FILE CLIENT [ARGUMENT]...\n", argv[0]);
		return 2;
	}
	ns = udm_netns_create(&there, why, sizeof(why));
	if (!ns) {
		fprintf(stderr, "http: %s\n", why);
		return 77;
	}
	if (udm_boot(&machine))
		return 1;
	load(argv[1]);
	nic = make_nic(ns, &wire);
	nl = bind_memory(nic);
	listener = listen_on_80();
	status = serve_while(udm_netns_spawn(ns, argv + 2), listener);
	udm_close(listener);
	udm_wire_destroy(wire);
	udm_netns_destroy(ns);
	udm_close(nl);
	udm_netdev_destroy(nic);
	udm_munmap(sent.map, MEMORY);
	udm_munmap(received.map, MEMORY);
	udm_close(sent.fd);
	udm_close(received.fd);
	return udm_shutdown() ? 1 : status;
}
