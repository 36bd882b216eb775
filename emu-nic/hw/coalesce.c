// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive coalescing on bytes of frames; see coalesce.h for the idea.
 */
#include "coalesce.h"

#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "queue.h"

enum {
	IPV4_HEADER = 20, IPV6_HEADER = 40, PROTO_TCP = 6,
	/* Offsets in the headers. */
	IP4_LENGTH = 2, IP4_ID = 4, IP4_FRAGMENT = 6, IP4_CHECKSUM = 10,
	IP6_LENGTH = 4, IP6_NEXT = 6,
	TCP_SEQ = 4, TCP_ACK_SEQ = 8, TCP_FLAGS = 13, TCP_WINDOW = 14, TCP_CHECKSUM = 16,
	TCP_URGENT = 18,
	TCP_PSH = 0x08, TCP_ACK = 0x10,
};

void coalesce_init(struct hw_frame *f)
{
	f->own_len = f->len;
	f->more = (struct gathered){ .last = f, .segments = 1, .wire_len = f->len };
}

/* --- Which frames -------------------------------------------------------- */

static const uint8_t *l3_of(const struct hw_frame *f)
{
	return f->data + f->info.l3_offset;
}

static const uint8_t *l4_of(const struct hw_frame *f)
{
	return f->data + f->info.l4_offset;
}

static uint32_t seq_of(const struct hw_frame *f)
{
	return get_be32(l4_of(f) + TCP_SEQ);
}

static bool pushes(const struct hw_frame *f)
{
	return l4_of(f)[TCP_FLAGS] & TCP_PSH;
}

/* Nothing but an IP header and a TCP header, right to the last bit, and payload. */
static bool is_plain_segment(const struct hw_frame *f)
{
	const struct frame_info *i = &f->info;

	if (!i->tcp || !i->l4_csum_ok || i->csum_bad)
		return false;
	if (i->l4_offset - i->l3_offset != (i->ipv6 ? IPV6_HEADER : IPV4_HEADER))
		return false;
	return f->len == i->ip_end && f->len > i->payload_offset &&
	       (l4_of(f)[TCP_FLAGS] & ~TCP_PSH) == TCP_ACK;
}

static bool same_flow(const struct hw_frame *a, const struct hw_frame *b)
{
	return a->info.sport == b->info.sport && a->info.dport == b->info.dport &&
	       a->info.ipv6 == b->info.ipv6 && !memcmp(a->info.src, b->info.src, 16) &&
	       !memcmp(a->info.dst, b->info.dst, 16);
}

/* Some bytes, too few to call somebody; the last words overlap. */
static __attribute__((always_inline)) inline bool same(const uint8_t *a, const uint8_t *b,
						       unsigned int from, unsigned int to)
{
	uint64_t differs = 0;

	if (__builtin_constant_p(to - from))
		return !memcmp(a + from, b + from, to - from);
	if (to - from < 8) {
		for (; from < to; from++)
			differs |= a[from] ^ b[from];
		return !differs;
	}
	for (; to - from > 8; from += 8)
		differs |= get_64(a + from) ^ get_64(b + from);
	differs |= get_64(a + to - 8) ^ get_64(b + to - 8);
	return !differs;
}

/* The identification stays as it is, or counts the segments. */
static bool id_continues(const struct hw_frame *f, const struct hw_frame *next)
{
	uint16_t first = get_be16(l3_of(f) + IP4_ID);
	uint16_t last = get_be16(l3_of(f->more.last) + IP4_ID);
	uint16_t id = get_be16(l3_of(next) + IP4_ID);

	if (id == first)
		return last == first;
	return id == (uint16_t)(last + 1) && (uint16_t)(id - first) == f->more.segments;
}

static bool ip_continues(const struct hw_frame *f, const struct hw_frame *next)
{
	const uint8_t *a = l3_of(f), *b = l3_of(next);

	if (f->info.ipv6)
		return same(a, b, 0, IP6_LENGTH) && same(a, b, IP6_NEXT, IPV6_HEADER);
	return same(a, b, 0, IP4_LENGTH) && same(a, b, IP4_FRAGMENT, IP4_CHECKSUM) &&
	       id_continues(f, next);
}

/* The data offset is the same where the headers end at the same byte. */
static bool tcp_continues(const struct hw_frame *f, const struct hw_frame *next)
{
	const uint8_t *a = l4_of(f), *b = l4_of(next);
	uint32_t header = f->info.payload_offset - f->info.l4_offset;

	return seq_of(next) == seq_of(f) + (f->len - f->info.payload_offset) &&
	       same(a, b, TCP_ACK_SEQ, TCP_FLAGS) && same(a, b, TCP_WINDOW, TCP_CHECKSUM) &&
	       same(a, b, TCP_URGENT, header);
}

static bool continues(const struct hw_frame *f, const struct hw_frame *next)
{
	return is_plain_segment(next) && f->info.l3_offset == next->info.l3_offset &&
	       f->info.payload_offset == next->info.payload_offset &&
	       same(f->data, next->data, 0, f->info.l3_offset) && ip_continues(f, next) &&
	       tcp_continues(f, next) && coalesce_mss(next) <= coalesce_mss(f);
}

static bool has_room(const struct hw_queue *q, const struct hw_frame *f, uint32_t payload)
{
	uint32_t len = f->len + payload;

	return f->more.segments < EMUNIC_GRO_MAX_SEGMENTS &&
	       len <= atomic_load(&q->gro_bytes) &&
	       len - f->info.l3_offset <= EMUNIC_GRO_MAX_BYTES;
}

/* --- Open packets -------------------------------------------------------- */

static void close_slot(struct hw_queue *q, unsigned int slot, enum emunic_queue_counter why)
{
	struct hw_frame *f = q->open.flow[slot];

	if (f && f->more.segments > 1)
		hw_queue_count(q, why, 1);
	q->open.flow[slot] = NULL;
}

static void chain(struct hw_frame *f, struct hw_frame *next)
{
	uint32_t payload = coalesce_mss(next);

	f->more.last->more.next = next;
	f->more.last = next;
	f->more.segments++;
	f->more.wire_len += next->len;
	f->len += payload;
	f->info.ip_end += payload;
}

static void open_slot(struct hw_queue *q, struct hw_frame *f)
{
	unsigned int slot = 0;

	while (slot < COALESCE_FLOWS && q->open.flow[slot])
		slot++;
	if (slot == COALESCE_FLOWS) {
		slot = q->open.victim++ % COALESCE_FLOWS;
		close_slot(q, slot, EMUNIC_Q_GRO_END_EVICTED);
	}
	q->open.flow[slot] = f;
}

static unsigned int find_slot(const struct hw_queue *q, const struct hw_frame *f)
{
	unsigned int slot = 0;

	while (slot < COALESCE_FLOWS &&
	       (!q->open.flow[slot] || !same_flow(q->open.flow[slot], f)))
		slot++;
	return slot;
}

/* What cannot be continued any more is not left open. */
static bool grow(struct hw_queue *q, unsigned int slot, struct hw_frame *next)
{
	struct hw_frame *f = q->open.flow[slot];

	if (!continues(f, next)) {
		close_slot(q, slot, EMUNIC_Q_GRO_END_ORDER);
		return false;
	}
	if (!has_room(q, f, coalesce_mss(next))) {
		close_slot(q, slot, EMUNIC_Q_GRO_END_FULL);
		return false;
	}
	chain(f, next);
	if (pushes(next) || coalesce_mss(next) < coalesce_mss(f))
		close_slot(q, slot, EMUNIC_Q_GRO_END_PUSH);
	else if (!has_room(q, f, 1))
		close_slot(q, slot, EMUNIC_Q_GRO_END_FULL);
	return true;
}

bool coalesce_take(struct hw_queue *q, struct hw_frame *f)
{
	unsigned int slot;

	if (!atomic_load(&q->gro_bytes) || !f->info.tcp)
		return false;
	slot = find_slot(q, f);
	if (slot < COALESCE_FLOWS && grow(q, slot, f))
		return true;
	if (is_plain_segment(f) && !pushes(f) && has_room(q, f, 1))
		open_slot(q, f);
	return false;
}

void coalesce_close(struct hw_queue *q, const struct hw_frame *f)
{
	for (unsigned int slot = 0; slot < COALESCE_FLOWS; slot++)
		if (q->open.flow[slot] == f)
			close_slot(q, slot, EMUNIC_Q_GRO_END_TURN);
}

void coalesce_close_all(struct hw_queue *q)
{
	memset(&q->open, 0, sizeof(q->open));
}

/* --- Closed ones --------------------------------------------------------- */

struct hw_frame *coalesce_cut(struct hw_frame *f, uint32_t n)
{
	struct hw_frame *end = f, *rest;
	uint32_t bytes = f->own_len, payload;

	for (uint32_t i = 1; i < n; i++) {
		end = end->more.next;
		bytes += end->own_len;
	}
	rest = end->more.next;
	end->more.next = NULL;
	payload = f->len - f->info.payload_offset - n * coalesce_mss(f);
	rest->more.last = f->more.last;
	rest->more.segments = f->more.segments - n;
	rest->more.wire_len = f->more.wire_len - bytes;
	rest->len = rest->info.ip_end = rest->info.payload_offset + payload;
	f->more.last = end;
	f->more.segments = n;
	f->more.wire_len = bytes;
	f->len = f->info.ip_end = f->info.payload_offset + n * coalesce_mss(f);
	return rest;
}

/* The same for all segments of a packet. */
static uint64_t address_sum(const struct hw_frame *f)
{
	unsigned int addr_len = f->info.ipv6 ? 16 : 4;

	return checksum_add(checksum_add(0, f->info.src, addr_len), f->info.dst, addr_len);
}

/* With the addresses: of pseudo header and header of so many bytes from the header on. */
static uint64_t front_sum(const struct hw_frame *f, uint64_t addresses, uint32_t len)
{
	return addresses + (len >> 16) + (len & 0xffff) + PROTO_TCP +
	       checksum_add(0, l4_of(f), f->info.payload_offset - f->info.l4_offset);
}

/*
 * The checksum of a segment is right: with the pseudo header all of it sums up to zero, so
 * its payload alone sums up to the complement of what is in front of it.
 */
static uint16_t payload_sum(const struct hw_frame *f, uint64_t addresses)
{
	return (uint16_t)~checksum_fold(front_sum(f, addresses, f->own_len - f->info.l4_offset));
}

/* Of all segments in a row: behind an odd number of bytes, the bytes of words change places. */
static uint64_t payload_sums(const struct hw_frame *f, uint64_t addresses)
{
	uint32_t at = 0;
	uint64_t sum = 0;

	for (const struct hw_frame *s = f; s; s = s->more.next) {
		uint16_t part = payload_sum(s, addresses);

		sum += at & 1 ? checksum_swap(part) : part;
		at += coalesce_mss(s);
	}
	return sum;
}

static void finish_ip(struct hw_frame *f)
{
	uint8_t *ip = f->data + f->info.l3_offset;
	uint32_t len = f->len - f->info.l3_offset;

	if (f->info.ipv6) {
		put_be(ip + IP6_LENGTH, 2, len - IPV6_HEADER);
		return;
	}
	put_be(ip + IP4_LENGTH, 2, len);
	put_be(ip + IP4_CHECKSUM, 2, 0);
	put_be(ip + IP4_CHECKSUM, 2, (uint16_t)~checksum_fold(checksum_add(0, ip, IPV4_HEADER)));
}

void coalesce_finish(struct hw_frame *f)
{
	uint8_t *tcp = f->data + f->info.l4_offset;
	uint64_t addresses, sum;

	if (f->more.segments == 1)
		return;
	addresses = address_sum(f);
	sum = payload_sums(f, addresses);
	finish_ip(f);
	if (pushes(f->more.last))
		tcp[TCP_FLAGS] |= TCP_PSH;
	put_be(tcp + TCP_CHECKSUM, 2, 0);
	sum += front_sum(f, addresses, f->len - f->info.l4_offset);
	put_be(tcp + TCP_CHECKSUM, 2, (uint16_t)~checksum_fold(sum));
}
