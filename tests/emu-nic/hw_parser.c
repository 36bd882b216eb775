// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device's header parser: shapes it must see, and every length that can lie.
 */
#include <stdlib.h>
#include <string.h>

#include "emu-nic/hw/parser.h"
#include "emu-nic/wire/offload.h"
#include "fixture.h"
#include "frames.h"

static const struct frame_spec shapes[] = {
	{ .payload = 100 },
	{ .payload = 0, .padding = 6 },
	{ .payload = 1, .vlans = 1 },
	{ .payload = 33, .vlans = 2, .ip_options = 40, .tcp_options = 40 },
	{ .payload = 1460, .tcp_options = 12 },
	{ .payload = 65000 },
	{ .payload = 7, .udp = true },
	{ .payload = 99, .ipv6 = true },
	{ .payload = 99, .ipv6 = true, .ip_options = 8, .tcp_options = 20, .padding = 2 },
	{ .payload = 512, .ipv6 = true, .udp = true, .vlans = 1, .ip_options = 64 },
};

static struct frame_spec addressed(struct frame_spec s)
{
	for (int i = 0; i < 16; i++) {
		s.src[i] = (uint8_t)(0x20 + i);
		s.dst[i] = (uint8_t)(0x90 + i);
	}
	s.sport = 1234;
	s.dport = 443;
	s.seq = 77;
	return s;
}

/* A copy of exactly len bytes, so that a sanitizer sees a read past the end. */
static uint8_t *exactly(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len);

	ck_assert_ptr_nonnull(copy);
	return memcpy(copy, data, len);
}

START_TEST(shape_is_recognised)
{
	struct frame_spec s = addressed(shapes[_i]);
	static uint8_t buf[70000];
	size_t len = frame_build(&s, buf), l4 = frame_l4(&s);
	uint8_t *frame = exactly(buf, len);
	struct frame_info info;

	frame_parse(frame, len, &info);
	ck_assert_ptr_null(info.malformed);
	ck_assert_int_eq(info.ipv6, s.ipv6);
	ck_assert_int_eq(info.ipv4, !s.ipv6);
	ck_assert_int_eq(info.udp, s.udp);
	ck_assert_int_eq(info.tcp, !s.udp);
	ck_assert_int_eq(info.vlan, s.vlans > 0);
	ck_assert_uint_eq(info.l4_offset, l4);
	ck_assert_uint_eq(info.payload_offset, l4 + (s.udp ? 8 : 20 + s.tcp_options));
	ck_assert_uint_eq(info.ip_end, len - s.padding);
	ck_assert_uint_eq(info.sport, 1234);
	ck_assert_uint_eq(info.dport, 443);
	ck_assert_mem_eq(info.src, s.src, s.ipv6 ? 16 : 4);
	ck_assert(info.l4_csum_ok);
	ck_assert_int_eq(info.l3_csum_ok, !s.ipv6);
	ck_assert(!info.csum_bad);
	free(frame);
}
END_TEST

/* Whatever one byte says, the parser stays inside the frame and its answers do too. */
START_TEST(one_changed_byte_never_escapes)
{
	struct frame_spec s = addressed(shapes[_i]);
	static uint8_t buf[70000];
	size_t len, limit;
	struct frame_info info;
	uint8_t *frame;

	s.payload = s.payload > 64 ? 64 : s.payload;
	len = frame_build(&s, buf);
	frame = exactly(buf, len);
	limit = frame_l4(&s) + 20 < len ? frame_l4(&s) + 20 : len;
	for (size_t at = 12; at < limit; at++) {
		for (int v = 0; v < 256; v++) {
			frame[at] = (uint8_t)v;
			frame_parse(frame, len, &info);
			ck_assert_uint_le(info.ip_end, len);
			ck_assert_uint_le(info.l4_offset, len);
			ck_assert_uint_le(info.payload_offset, info.ip_end);
		}
		frame[at] = buf[at];
	}
	free(frame);
}
END_TEST

/* Cut at any place, a frame is never read past its end. */
START_TEST(any_cut_is_survived)
{
	struct frame_spec s = addressed(shapes[_i]);
	static uint8_t buf[70000];
	size_t len;

	s.payload = s.payload > 64 ? 64 : s.payload;
	len = frame_build(&s, buf);
	for (size_t n = 14; n < len - s.padding; n++) {
		uint8_t *frame = exactly(buf, n);
		struct frame_info info;

		frame_parse(frame, n, &info);
		if (n >= frame_l4(&s))	/* the IP header is whole and promises more */
			ck_assert_ptr_nonnull(info.malformed);
		ck_assert(!info.l4_csum_ok);
		free(frame);
	}
}
END_TEST

struct lie {
	const char *what;
	struct frame_spec shape;
	size_t at;		/* from the start of the IP header, or of the transport header */
	bool transport;
	uint8_t value;
	const char *why;
};

static const struct lie lies[] = {
	{ "IPv4 version", { .payload = 8 }, 0, false, 0x65, "IPv4 header" },
	{ "IPv4 header too short", { .payload = 8 }, 0, false, 0x44, "IPv4 length" },
	{ "IPv4 header past the packet", { .payload = 0 }, 0, false, 0x4f, "IPv4 length" },
	{ "IPv4 total too long", { .payload = 8 }, 2, false, 0xff, "IPv4 length" },
	{ "IPv4 total below the header", { .payload = 8 }, 3, false, 19, "IPv4 length" },
	{ "IPv6 payload too long", { .payload = 8, .ipv6 = true }, 4, false, 1, "IPv6 payload" },
	{ "IPv6 extension too long", { .payload = 8, .ipv6 = true, .ip_options = 8 }, 41, false,
	  200, "extension" },
	{ "TCP offset below 5", { .payload = 8 }, 12, true, 0x40, "TCP data offset" },
	{ "TCP offset past the packet", { .payload = 8 }, 12, true, 0xf0, "TCP data offset" },
	{ "UDP length below 8", { .payload = 8, .udp = true }, 5, true, 7, "UDP length" },
	{ "UDP length too long", { .payload = 8, .udp = true }, 5, true, 17, "UDP length" },
};

START_TEST(lie_is_named)
{
	const struct lie *lie = &lies[_i];
	struct frame_spec s = addressed(lie->shape);
	uint8_t buf[256];
	size_t len = frame_build(&s, buf);
	struct frame_info info;

	buf[(lie->transport ? frame_l4(&s) : 14) + lie->at] = lie->value;
	frame_parse(buf, len, &info);
	ck_assert_msg(info.malformed, "%s: not seen", lie->what);
	ck_assert_msg(strstr(info.malformed, lie->why), "%s: %s", lie->what, info.malformed);
	ck_assert_uint_eq(info.payload_offset, 0);
}
END_TEST

START_TEST(fragments_have_no_transport)
{
	struct frame_spec s = addressed((struct frame_spec){ .payload = 64 });
	uint8_t buf[256];
	size_t len = frame_build(&s, buf);
	struct frame_info info;

	buf[14 + 6] = 0x20;	/* more fragments */
	frame_parse(buf, len, &info);
	ck_assert(info.fragment);
	ck_assert(!info.tcp);
	ck_assert_uint_eq(info.payload_offset, 0);
	buf[14 + 6] = 0x40;	/* don't fragment is no fragment */
	frame_parse(buf, len, &info);
	ck_assert(!info.fragment);
	ck_assert(info.tcp);
}
END_TEST

START_TEST(wrong_checksums_are_seen)
{
	struct frame_spec s = addressed((struct frame_spec){ .payload = 64 });
	uint8_t buf[256];
	size_t len = frame_build(&s, buf);
	struct frame_info info;

	buf[len - 1] ^= 1;
	frame_parse(buf, len, &info);
	ck_assert(info.csum_bad && info.l3_csum_ok && !info.l4_csum_ok);
	buf[len - 1] ^= 1;
	buf[14 + 8] ^= 1;	/* time to live: only the IP header's sum covers it */
	frame_parse(buf, len, &info);
	ck_assert(info.csum_bad && !info.l3_csum_ok && info.l4_csum_ok);
}
END_TEST

/* A frame captured above checksum offload is completed; a corrupt one is not repaired. */
START_TEST(offload_completes_partial_checksums)
{
	struct frame_spec s = addressed(shapes[_i]);
	static uint8_t buf[70000], whole[70000];
	size_t len = frame_build(&s, buf), at = frame_l4(&s) + 16;
	uint32_t l4_len = (uint32_t)(len - s.padding - frame_l4(&s)), sum = 6 + l4_len;
	struct frame_info info;

	if (s.udp)
		return;
	memcpy(whole, buf, len);
	for (int i = 0; i < (s.ipv6 ? 16 : 4); i += 2)
		sum += (s.src[i] << 8 | s.src[i + 1]) + (s.dst[i] << 8 | s.dst[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	buf[at] = (uint8_t)(sum >> 8);
	buf[at + 1] = (uint8_t)sum;
	ck_assert(offload_complete_checksum(buf, len));
	frame_parse(buf, len, &info);
	ck_assert(info.l4_csum_ok);
	ck_assert_mem_eq(buf, whole, len);
	ck_assert(!offload_complete_checksum(buf, len));
	buf[at] ^= 0x55;
	ck_assert(!offload_complete_checksum(buf, len));
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *hw_parser_suite(void)
{
	Suite *s = suite_create("hw_parser");
	TCase *tc = tcase_create("parser");

	tcase_add_loop_test(tc, shape_is_recognised, 0, COUNT(shapes));
	tcase_add_loop_test(tc, one_changed_byte_never_escapes, 0, COUNT(shapes));
	tcase_add_loop_test(tc, any_cut_is_survived, 0, COUNT(shapes));
	tcase_add_loop_test(tc, lie_is_named, 0, COUNT(lies));
	tcase_add_test(tc, fragments_have_no_transport);
	tcase_add_test(tc, wrong_checksums_are_seen);
	tcase_add_loop_test(tc, offload_completes_partial_checksums, 0, COUNT(shapes));
	suite_add_tcase(s, tc);
	return s;
}
