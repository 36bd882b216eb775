// SPDX-License-Identifier: GPL-2.0-only
/*
 * Capture files: what can be replayed, and what the message says when not.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/netdev.h>
#include <udevmem/sim.h>
#include <udevmem/wire.h>
#include <unistd.h>

#include "fixture.h"
#include "frames.h"
#include "nic_rig.h"


static char path[] = "/tmp/udevmem-capture-XXXXXX";
static FILE *file;

static void open_file(void)
{
	int fd;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	file = fdopen(fd, "wb");
}

static void remove_file(void)
{
	if (file)
		fclose(file);
	file = NULL;
	unlink(path);
}

static void put_header(uint32_t magic, uint32_t link)
{
	uint32_t h[6] = { magic, 2 | 4 << 16, 0, 0, 65535, link };

	fwrite(h, sizeof(h), 1, file);
}

static void put_frame(size_t length, size_t captured, bool lie)
{
	struct frame_spec s = { .payload = (unsigned int)length - 54 };
	uint8_t frame[2048];
	uint32_t h[4] = { 0, 0, (uint32_t)captured, (uint32_t)length };

	frame_build(&s, frame);
	if (lie)
		frame[14] = 0x4f;
	fwrite(h, sizeof(h), 1, file);
	fwrite(frame, captured, 1, file);
}

static int check(struct udm_capture_summary *sum, char *err)
{
	fflush(file);
	err[0] = 0;
	return udm_capture_check(path, sum, err, 256);
}

static void refused(const char *why)
{
	struct udm_capture_summary sum;
	char err[256];

	ck_assert_int_eq(check(&sum, err), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_msg(strstr(err, why), "%s", err);
	ck_assert_msg(strstr(err, path), "%s", err);
	ck_assert_ptr_null(strchr(err, '\n'));
}

START_TEST(good_file_is_counted)
{
	struct udm_capture_summary sum;
	char err[256];

	put_header(0xa1b2c3d4, 1);
	put_frame(100, 100, false);
	put_frame(70, 70, false);
	ck_assert_int_eq(check(&sum, err), 0);
	ck_assert_uint_eq(sum.frames, 2);
	ck_assert_uint_eq(sum.bytes, 170);
	ck_assert_uint_eq(sum.malformed, 0);
}
END_TEST

START_TEST(empty_capture_is_fine)
{
	struct udm_capture_summary sum;
	char err[256];

	put_header(0xa1b2c3d4, 1);
	ck_assert_int_eq(check(&sum, err), 0);
	ck_assert_uint_eq(sum.frames, 0);
}
END_TEST

START_TEST(lies_are_counted_and_named)
{
	struct udm_capture_summary sum;
	char err[256];

	put_header(0xa1b2c3d4, 1);
	put_frame(60, 60, false);
	put_frame(60, 60, true);
	put_frame(60, 10, false);
	fseek(file, -16 - 10 + 12, SEEK_CUR);
	fwrite(&(uint32_t){ 10 }, 4, 1, file);	/* a frame of ten bytes on the wire */
	ck_assert_int_eq(check(&sum, err), 0);
	ck_assert_uint_eq(sum.malformed, 2);
	ck_assert_uint_eq(sum.first_malformed, 2);
	ck_assert_str_eq(sum.malformed_why, "an IPv4 length is wrong");
}
END_TEST

START_TEST(missing_file_says_so)
{
	struct udm_capture_summary sum;
	char err[256];

	ck_assert_int_eq(udm_capture_check("/nonexistent/x.pcap", &sum, err, sizeof(err)), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_str_eq(err, "/nonexistent/x.pcap: No such file or directory");
}
END_TEST

START_TEST(other_files_are_refused)
{
	fputs("GIF89a and then some text that is no capture", file);
	refused("not a capture file");
}
END_TEST

START_TEST(empty_files_are_refused)
{
	refused("not a capture file");
}
END_TEST

START_TEST(other_links_are_refused)
{
	put_header(0xa1b2c3d4, 101);
	refused("unsupported link type");
}
END_TEST

START_TEST(snapped_frames_are_refused)
{
	put_header(0xa1b2c3d4, 1);
	put_frame(100, 100, false);
	put_frame(100, 96, false);
	refused("frame 2 is snapped: 96 of 100 bytes");
}
END_TEST

START_TEST(truncated_files_are_refused)
{
	put_header(0xa1b2c3d4, 1);
	put_frame(100, 100, false);
	put_frame(100, 100, false);
	fflush(file);
	ck_assert_int_eq(ftruncate(fileno(file), 24 + 2 * 116 - _i), 0);
	refused("damaged or truncated after frame 1");
}
END_TEST

static void note_runts(void *ctx, const char *reason, uint64_t count)
{
	if (!strcmp(reason, "runt"))
		*(uint64_t *)ctx += count;
}

/* A frame of no bytes, before there was any other, is a runt like others. */
START_TEST(frame_of_no_bytes_is_dropped)
{
	uint32_t nothing[4] = { 0 };
	struct udm_netdev *nic;
	struct udm_wire_stats stats;
	struct udm_wire *wire;
	uint64_t runts = 0;
	char err[256];

	put_header(0xa1b2c3d4, 1);
	fwrite(nothing, sizeof(nothing), 1, file);
	put_frame(100, 100, false);
	fflush(file);
	machine_boot();
	nic = udm_netdev_create(NULL);
	ck_assert_ptr_nonnull(nic);
	ck_assert_int_eq(udm_netdev_up(nic), 0);
	wire = udm_wire_capture(path, udm_netdev_hw(nic), err, sizeof(err));
	ck_assert_ptr_nonnull(wire);
	udm_wire_start(wire);
	udm_run_until_idle();
	ck_assert(udm_wire_done(wire));
	udm_wire_stats(wire, &stats);
	ck_assert_uint_eq(stats.frames, 2);
	udm_netdev_drops(nic, note_runts, &runts);
	ck_assert_uint_eq(runts, 1);
	udm_wire_destroy(wire);
	udm_netdev_destroy(nic);
	machine_shutdown();
}
END_TEST

/* --- What a device sends ------------------------------------------------- */

static struct udm_netdev *device(void)
{
	struct udm_netdev *dev = udm_netdev_create(NULL);

	ck_assert_ptr_nonnull(dev);
	ck_assert_int_eq(udm_netdev_up(dev), 0);
	return dev;
}

static struct udm_wire *record(struct udm_netdev *dev)
{
	char err[256];
	struct udm_wire *wire = udm_wire_capture_out(path, udm_netdev_hw(dev), err, sizeof(err));

	ck_assert_msg(wire, "%s", err);
	udm_run_until_idle();
	return wire;
}

static void send_three(struct udm_netdev *dev)
{
	static const struct shape s[] = {
		{ .payload = 10 }, { .payload = 700, .udp = true, .tagged = true },
		{ .payload = 5000, .ipv6 = true, .gso = 1000 },
	};

	nic.dev = dev_get_by_index(&init_net, udm_netdev_ifindex(dev));
	dev_put(nic.dev);
	for (unsigned int i = 0; i < 3; i++)
		ck_assert_int_eq(nic_send(&s[i]), NET_XMIT_SUCCESS);
	ck_assert(udm_netdev_quiesce(dev, 1000));
}

/* The file is one that can be replayed, and the replay is received. */
START_TEST(sent_frames_are_recorded)
{
	struct udm_capture_summary sum;
	struct udm_wire_stats stats;
	struct udm_netdev *dev;
	struct udm_wire *wire;
	char err[256];

	machine_boot();
	dev = device();
	wire = record(dev);
	send_three(dev);
	udm_wire_stats(wire, &stats);
	ck_assert_uint_eq(stats.frames, 7);
	ck_assert(udm_wire_done(wire));
	udm_wire_destroy(wire);
	ck_assert_int_eq(udm_capture_check(path, &sum, err, sizeof(err)), 0);
	ck_assert_uint_eq(sum.frames, 7);
	ck_assert_uint_eq(sum.bytes, stats.bytes);
	ck_assert_uint_eq(sum.malformed, 0);
	wire = udm_wire_capture(path, udm_netdev_hw(dev), err, sizeof(err));
	ck_assert_msg(wire, "%s", err);
	udm_wire_start(wire);
	ck_assert(udm_netdev_quiesce(dev, 1000));
	udm_wire_stats(wire, &stats);
	ck_assert_uint_eq(stats.checksums_completed, 0);	/* they were all right */
	udm_wire_destroy(wire);
	udm_netdev_destroy(dev);
	machine_shutdown();
}
END_TEST

START_TEST(device_may_go_before_its_wire)
{
	struct udm_netdev *dev;
	struct udm_wire *out, *in;
	char err[256];

	put_header(0xa1b2c3d4, 1);
	put_frame(100, 100, false);
	fflush(file);
	machine_boot();
	dev = device();
	in = udm_wire_capture(path, udm_netdev_hw(dev), err, sizeof(err));
	ck_assert_ptr_nonnull(in);
	ck_assert_ptr_null(udm_wire_capture_out("/dev/null", udm_netdev_hw(dev), err, sizeof(err)));
	ck_assert_int_eq(errno, EBUSY);
	ck_assert_ptr_null(udm_wire_capture(path, udm_netdev_hw(dev), err, sizeof(err)));
	ck_assert_int_eq(errno, EBUSY);
	udm_netdev_destroy(dev);
	udm_wire_start(in);
	udm_run_until_idle();
	ck_assert(udm_wire_done(in));
	udm_wire_destroy(in);
	dev = device();
	out = record(dev);
	ck_assert_int_eq(udm_wire_set_link(out, true), -1);
	udm_netdev_destroy(dev);
	udm_wire_destroy(out);
	ck_assert_ptr_null(udm_wire_capture_out("/nowhere/x", NULL, err, sizeof(err)));
	ck_assert_int_eq(errno, ENOENT);
	machine_shutdown();
}
END_TEST

Suite *wire_capture_suite(void)
{
	Suite *s = suite_create("wire_capture");
	TCase *tc = tcase_create("files");

	tcase_add_checked_fixture(tc, open_file, remove_file);
	tcase_add_test(tc, good_file_is_counted);
	tcase_add_test(tc, empty_capture_is_fine);
	tcase_add_test(tc, lies_are_counted_and_named);
	tcase_add_test(tc, missing_file_says_so);
	tcase_add_test(tc, other_files_are_refused);
	tcase_add_test(tc, empty_files_are_refused);
	tcase_add_test(tc, other_links_are_refused);
	tcase_add_test(tc, snapped_frames_are_refused);
	tcase_add_test(tc, frame_of_no_bytes_is_dropped);
	tcase_add_test(tc, sent_frames_are_recorded);
	tcase_add_test(tc, device_may_go_before_its_wire);
	tcase_add_loop_test(tc, truncated_files_are_refused, 1, 116);
	suite_add_tcase(s, tc);
	return s;
}
