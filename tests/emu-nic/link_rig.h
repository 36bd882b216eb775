/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two NICs with addresses, connected by a cable: 10.1.0.1 and fd00::1 at end 0, 10.1.0.2
 * and fd00::2 at end 1; and sockets between them.
 */
#ifndef UDM_TESTS_LINK_RIG_H
#define UDM_TESTS_LINK_RIG_H

#include <netinet/in.h>
#include <udevmem/boot.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/socket.h>
#include <udevmem/wire.h>

struct link_rig {
	struct udm_netdev *nic[2];
	struct udm_wire *wire;
};

extern struct link_rig cable;

/* How a case talks: the loop index of its test. Bit 0: threads mode, bit 1: IPv6. */
#define LINK_WAYS 4
static inline bool way_is_v6(int way)
{
	return way & 2;
}

void link_open(enum udm_mode mode, uint64_t seed);
void link_open_way(int way);
void link_close(void);
/* Without ending the machine, and again. */
void link_up(void);
/* 0, or -1 and errno; link_down() in either case. */
int link_try_up(const struct udm_netdev_config *cfg);
void link_down(void);

/* Address of an end and port, for AF_INET or AF_INET6; its length. */
socklen_t link_addr(struct sockaddr_storage *ss, bool v6, unsigned int end, uint16_t port);
int link_socket(bool v6, int flags);
/* Listening at end 1. */
int link_listen(bool v6, uint16_t port, int backlog);
int link_bind(int fd, bool v6, unsigned int end, uint16_t port);
/* What connect() to end 1 says: 0, or errno. */
int link_connect(int fd, bool v6, uint16_t port);
/* Of connect() to AF_UNSPEC the same. */
int link_disconnect(int fd);

/* A connection from end 0 to end 1; its listener is closed. */
struct link_pair {
	int client, server;
};
struct link_pair link_pair(bool v6);

/* What SO_ERROR, TCP_INFO's state, and a poll() that does not wait for anything say of a socket. */
int link_so_error(int fd);
int link_state(int fd);
short link_events(int fd);
/* Whatever became of it, it connects, and bytes go both ways. */
void link_use_again(int fd, bool v6, uint16_t port);

/* Send n bytes of the stream with this number from fd from to fd to and compare them. */
void link_transfer(int from, int to, unsigned int stream, size_t n);
unsigned char stream_byte(unsigned int stream, size_t at);
/* All of it, blocking; 0 or errno. */
int send_stream(int fd, unsigned int stream, size_t at, size_t n);
/* Until end of stream or n bytes; how many were right, or -errno. */
ssize_t recv_stream(int fd, unsigned int stream, size_t at, size_t n);

/* The devices' pools of buffers grow now and not later: much waits to be read at once. */
void link_grow_pools(void);

#endif
