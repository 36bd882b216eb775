// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starting with too little memory: one allocation after the other fails between the command line
 * and the end of the initcalls. A part that did not come up says so in the log; the machine runs
 * without it, ends with nothing left, and the next one is whole.
 */
#include "dma_rig.h"
#include "tests/libkern/exec_rig.h"
#include "tests/libkern/mem_rig.h"

#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/swiotlb.h>
#include <udevmem/dmabuf.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>

#include <errno.h>
#include <fcntl.h>

Suite *boot_fails_suite(void);

/* The command line is read when the memory is there, and before the first initcall. */
static int __init arm(char *text)
{
	unsigned int n;

	if (kstrtouint(text, 0, &n))
		return -EINVAL;
	fail_nth(n);
	return 0;
}
early_param("rig_fail_nth", arm);

/* After so much nothing can be allocated, until all that starts as early as the bounce buffers. */
static int __init arm_space(const char *source, const char *text)
{
	unsigned int space;

	if (kstrtouint(text, 0, &space))
		return -EINVAL;
	udm_fault_set(source, "ignore-gfp-wait", 0);
	udm_fault_set(source, "verbose", 0);
	udm_fault_set(source, "space", space);
	udm_fault_set(source, "times", -1);
	udm_fault_set(source, "probability", 100);
	return 0;
}

static int __init arm_bytes(char *text)
{
	return arm_space("failslab", text);
}
early_param("rig_bytes", arm_bytes);

static int __init arm_pages(char *text)
{
	udm_fault_set("fail_page_alloc", "min-order", 0);
	return arm_space("fail_page_alloc", text);
}
early_param("rig_pages", arm_pages);

static int __init disarm_space(void)
{
	udm_fault_set("failslab", "probability", 0);
	udm_fault_set("fail_page_alloc", "probability", 0);
	return 0;
}
core_initcall_sync(disarm_space);

/* Boots with the n-th allocation failing; false if there were fewer. */
static bool boot_failing(const char *options, unsigned int n)
{
	char cmdline[64];
	const struct udm_config cfg = { .cmdline = cmdline, .ram_bytes = 64 << 20, .quiet = true };
	unsigned int left;

	snprintf(cmdline, sizeof(cmdline), "rig_fail_nth=%u %s", n, options);
	machine_boot_with(&cfg);
	left = udm_fault_nth_left();
	udm_fault_nth(0);
	udm_fault_reset();
	return n && !left;
}

/* Opens a device that may be missing. */
static bool there(const char *path)
{
	int fd = udm_open(path, O_RDWR);

	if (fd < 0)
		ck_assert_msg(errno == ENOENT || errno == ENODEV || errno == ENXIO, "%s: %d", path,
			      errno);
	else
		udm_close(fd);
	return fd >= 0;
}

/* A chained list that needs two of the pools for entries. */
static bool chains(void)
{
	struct sg_table table;

	if (sg_alloc_table_chained(&table, 200, NULL, 0))
		return false;
	sg_free_table_chained(&table, 0);
	return true;
}

struct parts {
	bool udmabuf, heap, bouncing, buffers, chains;
};

/* Whatever is there can be used, and whatever is not says so. */
static struct parts try_parts(void)
{
	int fd = udm_gpu_create_dmabuf(PAGE_SIZE, NULL);
	struct parts parts = {
		.udmabuf = there("/dev/udmabuf"),
		/* Without memory for its path a node has the name of the device. */
		.heap = there("/dev/dma_heap/system") || there("/dev/system"),
		.bouncing = is_swiotlb_allocated(), .buffers = fd >= 0,
		.chains = chains(),
	};

	if (fd >= 0)
		udm_close(fd);
	return parts;
}

static bool whole(struct parts parts, bool bouncing)
{
	return parts.udmabuf && parts.heap && parts.buffers && parts.chains &&
	       parts.bouncing == bouncing;
}

static const char *const options[] = { "", "swiotlb=64", "cma=4M" };

START_TEST(a_machine_runs_without_what_did_not_start)
{
	bool bouncing = strstr(options[_i], "swiotlb"), met = true;
	/* Every allocation; every ninth where everything is slow. */
	unsigned int n, stride = 11 - rounds(10), incomplete = 0;
	struct parts parts;

	for (n = 1; met; n += stride) {
		log_capture();
		met = boot_failing(options[_i], n);
		parts = try_parts();
		if (!whole(parts, bouncing)) {
			ck_assert_msg(met, "incomplete without a failure");
			incomplete++;
			ck_assert_msg(strstr(log_text(), "initcall "), "failure %u is silent", n);
		}
		log_text();
		machine_shutdown();
		ck_assert(!boot_failing("", 0));
		ck_assert_msg(whole(try_parts(), false), "failure %u is felt by the next machine",
			      n);
		machine_shutdown();
	}
	ck_assert_uint_gt(incomplete, 1);
}
END_TEST

/* No block; a block, and whatever describes it only in a single piece; all. */
static const unsigned int pages[] = { 1, MAX_ORDER_NR_PAGES + 1, 1 << 20 };

/* From no byte to many: the buffers are there, with all that describes them, or they are not. */
START_TEST(bounce_buffers_start_whole_or_not_at_all)
{
	unsigned int bytes, with = 0, without = 0;
	char cmdline[64];

	for (bytes = 1; bytes < 1 << 20; bytes *= 2) {
		const struct udm_config cfg = { .cmdline = cmdline, .quiet = true };
		bool allocated;

		snprintf(cmdline, sizeof(cmdline), "rig_bytes=%u rig_pages=%u swiotlb=64", bytes,
			 pages[_i]);
		machine_boot_with(&cfg);
		udm_fault_reset();
		allocated = is_swiotlb_allocated();
		ck_assert_int_eq(default_swiotlb_limit() > default_swiotlb_base(), allocated);
		*(allocated ? &with : &without) += 1;
		machine_shutdown();
	}
	ck_assert_uint_gt(without, 3);
	ck_assert_int_eq(with > 0, _i > 0);
	machine_boot();
	ck_assert(!is_swiotlb_allocated());
	machine_shutdown();
}
END_TEST

Suite *boot_fails_suite(void)
{
	Suite *s = suite_create("boot_fails");
	TCase *tc = tcase_create("boot");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, a_machine_runs_without_what_did_not_start, 0, 3);
	tcase_add_loop_test(tc, bounce_buffers_start_whole_or_not_at_all, 0, ARRAY_SIZE(pages));
	return s;
}
