// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lost segments, sent again sooner than lwIP would.
 *
 * lwIP repairs the first hole of a window when three acknowledgements repeat, and all
 * else by a clock that counts half seconds. Added to that, for connections with an owner:
 *
 * - An acknowledgement that ends one hole of a window shows the next one, which is filled
 *   at once (RFC 6582): "recovering" lasts until all has arrived that had been sent when
 *   the first hole was seen.
 * - A clock of microseconds. If nothing is acknowledged for two round trips, the first
 *   segment is repeated, as a probe (RFC 8985, 7), and counts as a hole that was seen.
 *   If that does not help, everything is repeated after a timeout (RFC 6298) as often as
 *   fits before lwIP's own clock strikes, which goes on by itself: it alone gives up.
 *
 * All of it is done with functions lwIP has for itself, under the lock of stack.h.
 */
#include "stack_if.h"

enum {
	PROBE_MIN_US = 10000,
	/* Who waits for a second segment may keep the acknowledgement of the first so long. */
	ACK_DELAY_US = 200000,
	TIMEOUT_MIN_US = 200000,
	SYN_TIMEOUT_US = 1000000,
	ATTEMPTS = 3,
};

static uint64_t earliest;	/* no connection's attempt is due before; 0: none is */

uint64_t stack_due(void)
{
	return earliest;
}

static void attempt_at(struct recovery *r, uint64_t when)
{
	r->due = when;
	if (when && (!earliest || when < earliest))
		earliest = when;
}

/* --- Round trips --------------------------------------------------------- */

/* RFC 6298, 2. */
static void round_trip(struct recovery *r, int64_t us)
{
	const int64_t off = us - r->srtt;

	if (!r->measured) {
		r->srtt = us;
		r->rttvar = us / 2;
		r->measured = true;
		return;
	}
	r->rttvar += ((off < 0 ? -off : off) - r->rttvar) / 4;
	r->srtt += off / 8;
}

static int64_t at_least(int64_t us, int64_t least)
{
	return us > least ? us : least;
}

static int64_t timeout(const struct recovery *r)
{
	if (!r->measured)
		return SYN_TIMEOUT_US;
	return at_least(r->srtt + 4 * r->rttvar, TIMEOUT_MIN_US);
}

static int64_t probe_after(const struct stack_conn *conn)
{
	const struct recovery *r = &conn->recovery;
	int64_t us;

	if (!r->measured)
		return SYN_TIMEOUT_US;
	us = at_least(at_least(2 * r->srtt, r->srtt + 4 * r->rttvar), PROBE_MIN_US);
	if (conn->pcb->snd_nxt - conn->pcb->lastack <= conn->pcb->mss)
		us += ACK_DELAY_US;
	return us;
}

static bool outstanding(const struct tcp_pcb *pcb)
{
	return TCP_SEQ_LT(pcb->lastack, pcb->snd_nxt);
}

/* --- What comes and goes ------------------------------------------------- */

void recovery_start(struct stack_conn *conn)
{
	struct recovery *r = &conn->recovery;

	r->attempts = 0;
	attempt_at(r, outstanding(conn->pcb) ? stack_ops->now() + probe_after(conn) : 0);
}

static void recovery_enter(struct stack_conn *conn)
{
	conn->recovery.recovering = true;
	conn->recovery.recover = conn->pcb->snd_nxt;
}

static void recovery_leave(struct stack_conn *conn)
{
	conn->recovery.recovering = false;
	tcp_clear_flags(conn->pcb, TF_INFR);
}

bool recovery_sending(struct stack_conn *conn, uint32_t seq, size_t len)
{
	struct recovery *r = &conn->recovery;
	const struct tcp_pcb *pcb = conn->pcb;

	if (TCP_SEQ_LT(seq, pcb->snd_nxt)) {
		/* Whose round trip it was, the first one's or this one's, cannot be told. */
		r->timing = false;
		if (pcb->flags & TF_RTO)
			r->recovering = false;
		else if ((pcb->flags & TF_INFR) && !r->recovering)
			recovery_enter(conn);
		return true;
	}
	if (!r->timing) {
		r->timing = true;
		r->timed_end = seq + len;
		r->timed_at = stack_ops->now();
	}
	if (!r->due && !r->attempts)
		attempt_at(r, stack_ops->now() + probe_after(conn));
	return false;
}

void recovery_before(struct stack_conn *conn)
{
	conn->recovery.cwnd = conn->pcb->cwnd;
}

/*
 * lwIP thinks that the recovery is over, and has taken back what its window grew by. It
 * shrinks by what has arrived, and each further repetition lets one more segment out.
 */
static void next_hole(struct stack_conn *conn, size_t acked)
{
	const struct recovery *r = &conn->recovery;
	struct tcp_pcb *pcb = conn->pcb;

	tcp_rexmit(pcb);
	tcp_set_flags(pcb, TF_INFR);
	pcb->cwnd = r->cwnd > acked ? r->cwnd - acked : 0;
	if (acked >= pcb->mss || pcb->cwnd < pcb->mss)
		pcb->cwnd += pcb->mss;
	pcb->dupacks = 3;
}

void recovery_acked(struct stack_conn *conn, size_t acked)
{
	struct recovery *r = &conn->recovery;
	const struct tcp_pcb *pcb = conn->pcb;

	if (r->timing && TCP_SEQ_GEQ(pcb->lastack, r->timed_end)) {
		r->timing = false;
		round_trip(r, stack_ops->now() - r->timed_at);
	}
	if (r->recovering && TCP_SEQ_LT(pcb->lastack, r->recover))
		next_hole(conn, acked);
	else
		r->recovering = false;
	recovery_start(conn);
}

/* --- Time ---------------------------------------------------------------- */

/* Half of the window, and nothing but repetitions lets more out than that. */
static void probe(struct stack_conn *conn)
{
	struct tcp_pcb *pcb = conn->pcb;

	if (pcb->flags & TF_INFR || pcb->state == SYN_SENT) {
		tcp_rexmit(pcb);
		return;
	}
	tcp_rexmit_fast(pcb);
	if (!(pcb->flags & TF_INFR))
		return;
	pcb->cwnd = pcb->ssthresh;
	pcb->dupacks = 3;
}

static void repeat_all(struct stack_conn *conn)
{
	struct tcp_pcb *pcb = conn->pcb;

	if (tcp_rexmit_rto_prepare(pcb) != ERR_OK)
		return;
	recovery_leave(conn);
	pcb->cwnd = pcb->mss;
	pcb->bytes_acked = 0;
	tcp_rexmit_rto_commit(pcb);
}

static void attempt(struct stack_conn *conn)
{
	struct recovery *r = &conn->recovery;
	struct tcp_pcb *pcb = conn->pcb;
	const u8_t counted = pcb->nrtx;

	if (!outstanding(pcb)) {
		attempt_at(r, 0);
		return;
	}
	if (!r->attempts)
		probe(conn);
	else
		repeat_all(conn);
	tcp_output(pcb);
	/* lwIP gives up after so many attempts of its own. */
	pcb->nrtx = counted;
	r->attempts++;
	attempt_at(r, r->attempts < ATTEMPTS && r->measured ?
		   stack_ops->now() + (timeout(r) << (r->attempts - 1)) : 0);
}

void stack_expire(void)
{
	const uint64_t now = stack_ops->now();
	struct stack_conn *conn;

	earliest = 0;
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
		conn = stack_conn_of(pcb);
		if (!conn || !conn->recovery.due)
			continue;
		if (conn->recovery.due <= now)
			attempt(conn);
		else
			attempt_at(&conn->recovery, conn->recovery.due);
	}
}

void recovery_forget(void)
{
	earliest = 0;
}
