// SPDX-License-Identifier: GPL-2.0-only
/* Devices, packets and user memory for tests. */
#include "kunit_rig.h"

#include <errno.h>
#include <string.h>

#include <kunit/device.h>
#include <kunit/skbuff.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/mman.h>
#include <linux/uaccess.h>
#include <udevmem/fault.h>

static void released(void *unused)
{
	leave_trail("released");
}

static void has_a_device(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "pump");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_EXPECT_STREQ(test, dev_name(dev), "has_a_device.pump");
	KUNIT_EXPECT_STREQ(test, dev_bus_name(dev), "kunit");
	KUNIT_EXPECT_STREQ(test, dev_name(dev->parent), "kunit");
	KUNIT_EXPECT_TRUE(test, device_is_bound(dev));
	KUNIT_EXPECT_STREQ(test, dev->driver->name, "pump");
	KUNIT_EXPECT_EQ(test, *dev->dma_mask, DMA_BIT_MASK(32));
	KUNIT_EXPECT_EQ(test, dev->coherent_dma_mask, DMA_BIT_MASK(32));
	KUNIT_EXPECT_EQ(test, devm_add_action(dev, released, NULL), 0);
}

static void device_body(void)
{
	/* A second run finds neither the device nor its driver in the way. */
	assert_line(run_cases(CASES(KUNIT_CASE(has_a_device))), "ok 1 suite");
	assert_line(run_cases(CASES(KUNIT_CASE(has_a_device))), "ok 2 suite");
	ck_assert_str_eq(take_trail(), "released released");
}

START_TEST(device_goes_with_its_test)
{
	in_every_mode(device_body);
}
END_TEST

static void unregisters(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "pump");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_EXPECT_EQ(test, devm_add_action(dev, released, NULL), 0);
	kunit_device_unregister(test, dev);
	leave_trail("after");
	/* Its driver is gone too, or the name would be taken. */
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, kunit_device_register(test, "pump"));
	KUNIT_EXPECT_PTR_EQ(test, (void *)kunit_device_register(test, "pump"), ERR_PTR(-EBUSY));
}

START_TEST(device_may_go_before)
{
	assert_line(run_cases(CASES(KUNIT_CASE(unregisters))), "ok 1 suite");
	ck_assert_str_eq(take_trail(), "released after");
}
END_TEST

static int probe(struct device *dev)
{
	leave_trail(dev_name(dev));
	return 0;
}

static void brings_its_driver(struct kunit *test)
{
	struct device_driver *driver = kunit_driver_create(test, "drv");
	struct device *a, *b;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, driver);
	KUNIT_EXPECT_PTR_EQ(test, (void *)kunit_driver_create(test, "drv"), ERR_PTR(-EBUSY));
	driver->probe = probe;
	a = kunit_device_register_with_driver(test, "a", driver);
	b = kunit_device_register_with_driver(test, "b", driver);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, a);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, b);
	KUNIT_EXPECT_PTR_EQ(test, a->driver, driver);
	/* One device goes, the driver stays for the other. */
	kunit_device_unregister(test, a);
	KUNIT_EXPECT_TRUE(test, device_is_bound(b));
}

START_TEST(driver_serves_the_devices_made_for_it)
{
	assert_line(run_cases(CASES(KUNIT_CASE(brings_its_driver))), "ok 1 suite");
	ck_assert_str_eq(take_trail(), "brings_its_driver.a brings_its_driver.b");
}
END_TEST

static int try_a_device(void *test)
{
	struct device *dev = kunit_device_register(test, "pump");

	kunit_cleanup(test);
	return PTR_ERR_OR_ZERO(dev);
}

START_TEST(device_without_memory)
{
	struct kunit test = { };

	kunit_init_test(&test, "case", NULL);
	ck_assert_int_gt(udm_fault_sweep(try_a_device, &test), 5);
}
END_TEST

static void uses_packets(struct kunit *test)
{
	struct sk_buff *skb = kunit_zalloc_skb(test, 200, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, 0);
	KUNIT_EXPECT_GE(test, skb_tailroom(skb), 200);
	KUNIT_EXPECT_TRUE(test, mem_is_zero(skb_put(skb, 200), 200));
	kunit_kfree_skb(test, kunit_zalloc_skb(test, 1, GFP_KERNEL));
	kunit_kfree_skb(test, NULL);
}

START_TEST(packet_goes_with_its_test)
{
	assert_line(run_cases(CASES(KUNIT_CASE(uses_packets))), "ok 1 suite");
}
END_TEST

static unsigned long mapped_at;

static void uses_user_memory(struct kunit *test)
{
	char *here = kunit_kzalloc(test, 16, GFP_KERNEL);
	char __user *there;

	KUNIT_EXPECT_NULL(test, current->mm);
	mapped_at = kunit_vm_mmap(test, NULL, 0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
				  MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, mapped_at, 0);
	KUNIT_ASSERT_LT(test, mapped_at, TASK_SIZE);
	KUNIT_EXPECT_NOT_NULL(test, current->mm);
	KUNIT_EXPECT_EQ(test, kunit_attach_mm(), 0);
	there = (char __user *)mapped_at + PAGE_SIZE - 4;
	KUNIT_EXPECT_EQ(test, copy_to_user(there, "across", 7), 0);
	KUNIT_EXPECT_EQ(test, copy_from_user(here, there, 7), 0);
	KUNIT_EXPECT_STREQ(test, here, "across");
	KUNIT_EXPECT_EQ(test, kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE, 5),
			(unsigned long)-EINVAL);
}

static void user_memory_body(void)
{
	unsigned char resident;

	assert_line(run_cases(CASES(KUNIT_CASE(uses_user_memory))), "ok 1 suite");
	ck_assert_int_eq(mincore((void *)mapped_at, PAGE_SIZE, &resident), -1);
	ck_assert_int_eq(errno, ENOMEM);
}

START_TEST(user_memory_goes_with_its_test)
{
	in_every_mode(user_memory_body);
}
END_TEST

START_TEST(only_kernel_threads_get_an_mm)
{
	ck_assert_int_eq(kunit_attach_mm(), -EINVAL);
}
END_TEST

Suite *kunit_device_suite(void)
{
	Suite *s = suite_create("kunit_device");
	TCase *sim = machine_tcase(s, "sim"), *every = tcase_create("every");

	suite_add_tcase(s, every);
	tcase_add_test(every, device_goes_with_its_test);
	tcase_add_test(every, user_memory_goes_with_its_test);
	tcase_add_test(sim, device_may_go_before);
	tcase_add_test(sim, driver_serves_the_devices_made_for_it);
	tcase_add_test(sim, device_without_memory);
	tcase_add_test(sim, packet_goes_with_its_test);
	tcase_add_test(sim, only_kernel_threads_get_an_mm);
	return s;
}
