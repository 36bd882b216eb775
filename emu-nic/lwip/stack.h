/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A TCP that is somebody else's: lwIP, behind an interface that has neither lwIP's
 * types nor the kernel's.
 *
 * lwIP is given headers and lengths; payload stays with the user of this library. A
 * segment that comes in is announced with its length and comes back, in order and each
 * byte once, as ranges of what was announced. Bytes to send are announced by number, and
 * frames that go out say which bytes of the stream belong behind their headers.
 *
 * lwIP's state is global. All calls are made under one lock of the user's, and so are all
 * calls of struct stack_ops, from inside; none of them may sleep. Addresses are IPv6 ones,
 * IPv4 addresses mapped; ports are in host order.
 */
#ifndef EMUNIC_LWIP_STACK_H
#define EMUNIC_LWIP_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STACK_TICK_MS		250	/* how often stack_tick() wants to be called */
#define STACK_PAYLOAD_BYTES	32	/* what this library keeps for announced payload */

struct stack_if;
struct stack_conn;

struct stack_addr {
	uint8_t bytes[16];
};

/* A connection's ends, seen from here. */
struct stack_ends {
	struct stack_addr local, remote;
	uint16_t local_port, remote_port;
};

/* A frame to send: these headers, then payload_len bytes of owner's stream from seq on. */
struct stack_frame {
	const uint8_t *headers;
	size_t header_len;
	void *owner;		/* of the connection, if there is payload */
	uint32_t seq;
	size_t payload_len;
	bool again;		/* all or some of it was sent before */
};

/*
 * What the user is called for. owner is whom a connection was made for. A connection
 * whose owner was told that it failed does not exist any more.
 */
struct stack_ops {
	void (*output)(void *iface, const struct stack_frame *frame);
	/* Somebody connected to a listener; the owner of the connection, or NULL: refuse. */
	void *(*accepted)(void *listener, struct stack_conn *conn);
	void (*connected)(void *owner);
	/* The next bytes: len from offset on of what was announced with payload. */
	bool (*received)(void *owner, void *payload, size_t offset, size_t len);
	/* Announced payload that brought nothing. */
	void (*dropped)(void *payload);
	/* The peer will not send any more. */
	void (*finished)(void *owner);
	/* All bytes before una have arrived; there may be room for more. */
	void (*acked)(void *owner, uint32_t una);
	/* err: 0 (over, in order), ECONNRESET (also: refused), ETIMEDOUT, ENETDOWN, ECONNABORTED */
	void (*failed)(void *owner, int err);
	uint32_t (*random)(void);
	/* Microseconds since some time. */
	uint64_t (*now)(void);
};

/* 0 or -ENOMEM. ops is kept. Everything may be repeated after stack_stop(). */
int stack_start(const struct stack_ops *ops);
/* Connections fail, interfaces go; nothing is sent any more. */
void stack_stop(void);
/* What is due every STACK_TICK_MS, while stack_busy() says that time matters. */
void stack_tick(void);
bool stack_busy(void);
/*
 * When, by now(), stack_expire() shall be called, or somewhat earlier; 0: never. Any call
 * may change it.
 */
uint64_t stack_due(void);
void stack_expire(void);

/* --- Interfaces ---------------------------------------------------------- */

/* NULL without memory. iface is given to output(). */
struct stack_if *stack_if_add(void *iface, const uint8_t mac[6], unsigned int mtu);
/* Connections from its addresses fail with ENETDOWN. */
void stack_if_remove(struct stack_if *sif);
/*
 * An interface has one IPv4 address (prefix 1 to 30) and a few IPv6 ones (prefix 64). 0,
 * -EINVAL, -EEXIST (has it, or another interface does), -ENOSPC.
 */
int stack_if_add_address(struct stack_if *sif, const struct stack_addr *addr,
			 unsigned int prefix);
/* Connections from it fail. -EADDRNOTAVAIL: it is not there. */
int stack_if_remove_address(struct stack_if *sif, const struct stack_addr *addr);
/* For IPv4; the zero address for none. -EINVAL. */
int stack_if_set_gateway(struct stack_if *sif, const struct stack_addr *addr);
bool stack_if_has(const struct stack_if *sif, const struct stack_addr *addr);
/* Is addr in a subnet of the interface, or reached through its gateway? */
bool stack_if_on_link(const struct stack_if *sif, const struct stack_addr *addr);
bool stack_if_routes(const struct stack_if *sif, const struct stack_addr *addr);
/* Which of its addresses talks to remote; false if none can. */
bool stack_if_source(const struct stack_if *sif, const struct stack_addr *remote,
		     struct stack_addr *local);
/* May frames with this source come in? Own and impossible addresses may not. */
bool stack_if_credible(const struct stack_if *sif, const struct stack_addr *source);

/* A packet for ARP or ICMP to be filled in; NULL without memory. */
struct stack_packet;
struct stack_packet *stack_packet_alloc(size_t len, void **data);
/* Consumes the packet, which begins with its ARP or IP header. */
void stack_if_packet(struct stack_if *sif, struct stack_packet *packet, bool arp);

/* A TCP segment for one of the interface's addresses: headers here, payload elsewhere. */
struct stack_segment {
	const void *headers;	/* IP and TCP headers, consistent, checksums verified */
	size_t ip_len, tcp_len;
	void *payload;		/* STACK_PAYLOAD_BYTES, aligned, kept until it comes back */
	size_t payload_len;
	bool gathered;		/* it was several on the wire: one acknowledgement is due */
	void *listener;		/* who accepts, if this is a SYN; may be NULL */
};
/* The payload always comes back, by received() or dropped(), now or later. */
void stack_if_segment(struct stack_if *sif, const struct stack_segment *seg);

/* --- Connections --------------------------------------------------------- */

/*
 * 0, -EADDRINUSE (exists, or did a minute ago), -ENOMEM, -ENETUNREACH. connected() or
 * failed() follows, never from inside.
 */
int stack_connect(struct stack_if *sif, void *owner, const struct stack_ends *ends,
		  struct stack_conn **conn);
void stack_conn_ends(const struct stack_conn *conn, struct stack_ends *ends);
/* The number of the first byte that was not announced for sending; of the next expected. */
uint32_t stack_conn_next_seq(const struct stack_conn *conn);
uint32_t stack_conn_expects(const struct stack_conn *conn);
/* What is known of the way there; times in microseconds, the rest in bytes. */
struct stack_info {
	uint32_t rtt, rttvar, rto;	/* 0: not measured */
	uint32_t mss, unacked, cwnd, ssthresh;
	unsigned int attempts;		/* to get something across since something arrived */
	bool recovering;		/* from a loss */
};
void stack_conn_info(const struct stack_conn *conn, struct stack_info *info);
/* So many more bytes are to be sent; how many of them were taken. */
size_t stack_conn_send(struct stack_conn *conn, size_t len);
void stack_conn_nodelay(struct stack_conn *conn, bool on);
/* So many bytes were read: the peer may send as many more. */
void stack_conn_read(struct stack_conn *conn, size_t len);
/* A FIN follows what was taken. */
void stack_conn_finish(struct stack_conn *conn);
/* The owner is gone, all its bytes have arrived: end in order, or with a reset. */
void stack_conn_close(struct stack_conn *conn);
void stack_conn_abort(struct stack_conn *conn);
/* Is there a connection between these ends, or was there? */
bool stack_conn_exists(const struct stack_ends *ends);
/* Connections to a listener whose handshake is under way: how many; forget them. */
unsigned int stack_listener_pending(const void *listener);
void stack_listener_gone(const void *listener);
/* Calls fn for payload that waits for bytes before it. */
void stack_conn_waiting(const struct stack_conn *conn, void (*fn)(void *ctx, void *payload),
			void *ctx);

#endif
