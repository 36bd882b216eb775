/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices for tests that need one.
 *
 * Kernel path: kunit/device.h, lib/kunit/device.c. They live on the bus "kunit"
 * below a device of that name, are called CASE.NAME, and have DMA masks of 32
 * bits. Whatever the test does not unregister goes at its cleanup. All of this
 * may sleep; failures are ERR_PTR.
 */
#ifndef _KUNIT_DEVICE_H
#define _KUNIT_DEVICE_H

#include <kunit/test.h>

struct device;
struct device_driver;

/* A driver that does nothing. ERR_PTR: -ENOMEM, -EBUSY if the name is taken. */
struct device_driver *kunit_driver_create(struct kunit *test, const char *name);

/* A device that is bound to a driver of its own, called @name too. */
struct device *kunit_device_register(struct kunit *test, const char *name);

/* The same with a driver of the caller's choice, which is probed. */
struct device *kunit_device_register_with_driver(struct kunit *test, const char *name,
						 const struct device_driver *drv);

/* Before the end of the test; its own driver goes as well. */
void kunit_device_unregister(struct kunit *test, struct device *dev);

#endif
