// SPDX-License-Identifier: GPL-2.0-only
/*
 * A peer's memory goes away while a device that may reach it does: the addresses go back to
 * a domain that lives just as long as somebody uses it.
 */
#include "dma_rig.h"

#include <udevmem/bus.h>
#include <udevmem/iommu.h>
#include <udevmem/task.h>

Suite *dma_window_race_suite(void);

#define DEVICES	4
#define WINDOW	(4 * PAGE_SIZE)

static unsigned char memory[WINDOW] __aligned(PAGE_SIZE);
static struct device *devices[DEVICES];
static uint64_t window;

static void *remove_window(void *ctx)
{
	return (void *)(long)udm_bus_remove_window(window);
}

static void *release_devices(void *ctx)
{
	for (unsigned int i = 0; i < DEVICES; i++)
		put_device(devices[i]);
	return NULL;
}

/* The domain changes under the device that stays. */
static void *change_type(void *ctx)
{
	struct device *dev = ctx;
	int err = udm_iommu_set_type(dev, UDM_IOMMU_TYPE_LAZY);

	put_device(dev);
	return (void *)(long)err;
}

static void run(const struct udm_config *cfg)
{
	struct udm_thread *threads[3];
	struct device *stays;

	machine_boot_with(cfg);
	ck_assert_int_eq(udm_bus_alloc_window(WINDOW, memory, &window), 0);
	stays = rig_device("stays");
	ck_assert_int_eq(udm_bus_allow_peer(stays, window), 0);
	for (unsigned int i = 0; i < DEVICES; i++) {
		devices[i] = rig_device("goes");
		ck_assert_int_eq(udm_bus_allow_peer(devices[i], window), 0);
	}
	threads[0] = udm_thread_create("window", remove_window, NULL);
	threads[1] = udm_thread_create("devices", release_devices, NULL);
	threads[2] = udm_thread_create("type", change_type, stays);
	for (unsigned int i = 0; i < ARRAY_SIZE(threads); i++)
		ck_assert_ptr_null(udm_thread_join(threads[i]));
	machine_shutdown();
}

START_TEST(both_go_on_threads)
{
	const struct udm_config cfg = {
		.mode = UDM_MODE_THREADS, .quiet = true, .iommu = UDM_IOMMU_STRICT,
	};

	for (unsigned int round = 0; round < test_rounds(40); round++)
		run(&cfg);
}
END_TEST

START_TEST(both_go_in_any_schedule)
{
	for (unsigned int seed = 1; seed <= test_seeds(300); seed++) {
		const struct udm_config cfg = {
			.seed = seed, .preempt_permille = 400, .quiet = true,
			.iommu = seed & 1 ? UDM_IOMMU_STRICT : UDM_IOMMU_LAZY,
		};

		run(&cfg);
	}
}
END_TEST

Suite *dma_window_race_suite(void)
{
	Suite *s = suite_create("dma_window_race");
	TCase *tc = tcase_create("races");

	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, both_go_on_threads);
	tcase_add_test(tc, both_go_in_any_schedule);
	return s;
}
