/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * udevmem listen and udevmem connect: one end of TCP connections, with device memory.
 *
 * endpoint_options.c reads the command line; station.c makes the machine, what it is
 * plugged into, and the bindings; conversation.c moves the bytes of one connection;
 * endpoint.c makes connections and says what happened, endpoint_report.c how.
 */
#ifndef UDM_TOOLS_ENDPOINT_H
#define UDM_TOOLS_ENDPOINT_H

#include <stdio.h>
#include <sys/socket.h>
#include <udevmem/udevmem.h>

#include "arguments.h"
#include "buffer.h"
#include "stream_check.h"

#define ENDPOINT_ERROR 256	/* room for one message */

/* The addresses on the wire: the emulated NIC's, and its peer's. */
#define OUR_IPV4	"10.77.0.2"
#define OUR_IPV6	"fd77::2"
#define PEER_IPV4	"10.77.0.1"
#define PEER_IPV6	"fd77::1"

struct endpoint_options {
	const char *command;		/* "listen" or "connect" */
	bool listens;
	struct sockaddr_storage address;	/* ss_family 0: any */
	unsigned int port;
	bool loop;			/* the peer is an echo service of this process */
	bool offload;			/* of the TAP interface */
	const char *peer;		/* command run at the other end, or NULL */
	struct machine_options machine;
	unsigned int loss;		/* frames per million */
	bool rx_devmem, tx_devmem;
	const char *input, *output;	/* "-": standard streams; NULL: none */
	unsigned int verify;		/* period of the pattern, 0: not checked */
	unsigned int timeout;		/* seconds without progress, 0: for ever */
	bool sha256, once, json;
};

/* 0, or EXIT_BAD_INPUT after one line on stderr; -1 when --help was printed. */
int endpoint_parse(int argc, char **argv, struct endpoint_options *opt);

/* One direction of a connection. */
struct direction_result {
	uint64_t bytes, dmabuf_bytes, linear_bytes;
	double seconds;			/* of real time, from its first byte to its last */
	char sha256[STREAM_SHA256_TEXT];
};

struct connection_result {
	char local[80], peer[80];
	struct direction_result received, sent;
	uint64_t delivered, returned;	/* fragments with a token, and tokens given back */
	uint64_t sends, completions, copied;	/* with MSG_ZEROCOPY */
	uint64_t repeated;			/* segments that had to be sent again */
	uint64_t mismatches, first_mismatch;
};

struct endpoint_result {
	struct connection_result *connections;
	size_t num_connections;
	struct udm_wire_stats wire;
	uint64_t iommu_faults, warnings, leaks;
	int peer_status;		/* exit status of --peer */
};

void endpoint_report_text(FILE *to, const struct endpoint_options *opt,
			  const struct endpoint_result *r);
/* 0, or -1 when writing failed. */
int endpoint_report_json(FILE *to, const struct endpoint_options *opt,
			 const struct endpoint_result *r);

/* The subcommands. */
int listen_main(int argc, char **argv);
int connect_main(int argc, char **argv);

#endif
