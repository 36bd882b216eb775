/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where udevmem listen and udevmem connect work: a machine with an emulated NIC, its
 * peer at the other end of the wire, and device memory bound to the NIC.
 *
 * Receive memory is bound to the last queue. With several queues a flow rule sends the
 * connection there, and all else is spread over the others; header-data split is on.
 */
#ifndef UDM_TOOLS_STATION_H
#define UDM_TOOLS_STATION_H

#include "endpoint.h"

struct station {
	const struct endpoint_options *opt;
	char err[ENDPOINT_ERROR];
	bool booted;
	struct udm_netdev *nic, *peer_nic;	/* peer_nic: with --loop */
	struct udm_netns *ns;			/* without */
	struct udm_wire *wire;
	int netlink, socket;			/* the socket is for ioctls */
	struct buffer rx, tx;
	uint32_t rx_id, tx_id;
	pid_t peer;				/* group of --peer, 0: none was started */
	bool peer_over;				/* its leader has ended, */
	int peer_status;			/* like this; both: see station_peer_ended() */
	bool lent_terminal;			/* the peer may read from it */
};

/* False with one line in err. station_down() in any case. */
bool station_up(struct station *st, const struct endpoint_options *opt);

/* Start the peer's command, or say how to run one. False with a line in err. */
bool station_start_peer(struct station *st);
/*
 * Has the peer's command ended? Its exit status goes to *status. Does not wait. True once.
 * What it started and left running is ended by station_down().
 */
bool station_peer_ended(struct station *st, int *status);
/* Wait for its end, which is brought about after opt->timeout; its exit status. */
int station_await_peer(struct station *st);

/* What can only be seen while everything is there. */
void station_notes(struct station *st, struct endpoint_result *r);
void station_down(struct station *st, struct endpoint_result *r);

#endif
