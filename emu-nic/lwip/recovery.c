// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lost segments, sent again sooner than lwIP would.
 *
 * lwIP repairs the first hole of a window when three acknowledgements repeat, and all
 * else by a clock that counts half seconds. Added to that, for connections with an owner:
 *
 * - An acknowledgement that ends one hole of a window shows the next one, which is filled
 *   at once (RFC 6582). That goes on until all has arrived that had been sent when the
 *   first hole was seen.
 * - A clock of microseconds. If nothing is acknowledged for two round trips, the first
 *   segments are repeated, as a probe (RFC 8985, 7). If just they are acknowledged then,
 *   the others are lost, too. If nothing is, everything is repeated after a timeout
 *   (RFC 6298), as often as fits before lwIP's own clock strikes, which goes on by itself:
 *   it alone gives up.
 * - Who receives says at once that a gap was filled, and does not wait for another segment
 *   (RFC 5681, 4.2).
 *
 * All of it is done with functions lwIP has for itself, under the lock of stack.h.
 */
#include "stack_if.h"

enum {
	PROBE_MIN_US = 10000,
	/* Who waits for a second segment may keep the acknowledgement of the first so long. */
	ACK_DELAY_US = 1000 * STACK_TICK_MS,
	TIMEOUT_MIN_US = ACK_DELAY_US + 50000,
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

static void time_begin(struct recovery *r, uint32_t end)
{
	r->timing = true;
	r->timed_end = end;
	r->timed_at = stack_ops->now();
}

/*
 * With nothing behind it the acknowledgement of a segment may have been kept back: then it
 * was no slower than that.
 */
static void time_end(struct recovery *r, uint32_t acked)
{
	const int64_t us = stack_ops->now() - r->timed_at;

	if (TCP_SEQ_GT(acked, r->timed_end) || !r->measured || us < r->srtt)
		round_trip(r, us);
	r->timing = false;
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

static uint32_t flight(const struct tcp_pcb *pcb)
{
	return pcb->snd_nxt - pcb->lastack;
}

static int64_t probe_after(const struct stack_conn *conn, uint32_t bytes)
{
	const struct recovery *r = &conn->recovery;
	int64_t us;

	if (!r->measured)
		return SYN_TIMEOUT_US;
	us = at_least(at_least(2 * r->srtt, r->srtt + 4 * r->rttvar), PROBE_MIN_US);
	if (bytes <= conn->pcb->mss)
		us += ACK_DELAY_US;
	return us;
}

/* --- What comes and goes ------------------------------------------------- */

void recovery_start(struct stack_conn *conn)
{
	const uint32_t bytes = flight(conn->pcb);

	conn->recovery.attempts = 0;
	attempt_at(&conn->recovery, bytes ? stack_ops->now() + probe_after(conn, bytes) : 0);
}

/* Everything is on its way anew; what is let out begins with so many segments. */
static void repeat_all(struct stack_conn *conn, unsigned int segments)
{
	struct tcp_pcb *pcb = conn->pcb;

	if (tcp_rexmit_rto_prepare(pcb) != ERR_OK)
		return;
	conn->recovery.state = NOT_RECOVERING;
	tcp_clear_flags(pcb, TF_INFR);
	pcb->cwnd = segments * pcb->mss;
	pcb->bytes_acked = 0;
}

void recovery_connecting(struct stack_conn *conn)
{
	time_begin(&conn->recovery, conn->pcb->snd_nxt);
	recovery_start(conn);
}

void recovery_connected(struct stack_conn *conn)
{
	struct recovery *r = &conn->recovery;

	if (r->timing && !r->attempts)
		time_end(r, conn->pcb->lastack);
	r->timing = false;
	recovery_start(conn);
}

bool recovery_sending(struct stack_conn *conn, uint32_t seq, size_t len)
{
	struct recovery *r = &conn->recovery;
	const struct tcp_pcb *pcb = conn->pcb;

	if (TCP_SEQ_LT(seq, pcb->snd_nxt)) {
		/* Whose round trip it was, the first one's or this one's, cannot be told. */
		r->timing = false;
		if (pcb->flags & TF_RTO) {
			r->state = NOT_RECOVERING;
		} else if ((pcb->flags & TF_INFR) && !r->state) {
			r->state = SEEN;
			r->recover = pcb->snd_nxt;
		}
		return true;
	}
	if (!r->timing)
		time_begin(r, seq + len);
	/* The second segment will be acknowledged at once. */
	if (!r->attempts && (!r->due || flight(pcb) <= pcb->mss))
		attempt_at(r, stack_ops->now() + probe_after(conn, flight(pcb) + len));
	return false;
}

/* A second acknowledgement that is due makes lwIP send it. */
void recovery_before(struct stack_conn *conn, bool payload)
{
	conn->recovery.cwnd = conn->pcb->cwnd;
	if (payload && conn->pcb->ooseq)
		tcp_set_flags(conn->pcb, TF_ACK_DELAY);
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
	const bool partial = r->state && TCP_SEQ_LT(pcb->lastack, r->recover);

	if (r->timing && TCP_SEQ_GEQ(pcb->lastack, r->timed_end))
		time_end(r, pcb->lastack);
	if (partial && r->state == SEEN)
		next_hole(conn, acked);
	else if (partial && pcb->lastack == r->probe_end)
		repeat_all(conn, 2);
	else
		r->state = NOT_RECOVERING;
	recovery_start(conn);
}

void stack_conn_info(const struct stack_conn *conn, struct stack_info *info)
{
	const struct recovery *r = &conn->recovery;
	const struct tcp_pcb *pcb = conn->pcb;

	*info = (struct stack_info){
		.rtt = r->srtt,
		.rttvar = r->rttvar,
		.rto = timeout(r),
		.mss = pcb->mss,
		.unacked = flight(pcb),
		.cwnd = pcb->cwnd,
		.ssthresh = pcb->ssthresh,
		.attempts = r->attempts,
		.recovering = r->state || (pcb->flags & TF_RTO),
	};
}

/* --- Time ---------------------------------------------------------------- */

static uint32_t segment_end(const struct tcp_seg *seg)
{
	return lwip_ntohl(seg->tcphdr->seqno) + TCP_TCPLEN(seg);
}

/* One segment alone might be acknowledged late, unless it fills a gap. */
static void probe_silence(struct stack_conn *conn)
{
	struct recovery *r = &conn->recovery;
	struct tcp_pcb *pcb = conn->pcb;

	r->state = PROBED;
	r->probe_end = segment_end(pcb->unacked);
	if (pcb->unacked->next)
		r->probe_end = segment_end(pcb->unacked->next);
	tcp_rexmit_fast(pcb);
	tcp_rexmit(pcb);
}

/*
 * Half of the window, and nothing but repetitions lets more out than that. In a recovery
 * it was the repeated segment that was lost.
 */
static void probe(struct stack_conn *conn)
{
	struct recovery *r = &conn->recovery;
	struct tcp_pcb *pcb = conn->pcb;

	if (r->state || pcb->state == SYN_SENT || !pcb->unacked) {
		tcp_rexmit(pcb);
		return;
	}
	if (pcb->dupacks) {
		r->state = SEEN;
		tcp_rexmit_fast(pcb);
	} else {
		probe_silence(conn);
	}
	r->recover = pcb->snd_nxt;
	pcb->cwnd = pcb->ssthresh;
	pcb->dupacks = 3;
}

static void attempt(struct stack_conn *conn)
{
	struct recovery *r = &conn->recovery;
	struct tcp_pcb *pcb = conn->pcb;
	const u8_t counted = pcb->nrtx;

	if (!flight(pcb)) {
		attempt_at(r, 0);
		return;
	}
	if (!r->attempts)
		probe(conn);
	else
		repeat_all(conn, 1);
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
