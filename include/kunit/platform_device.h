/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Platform devices and drivers that go with the test.
 *
 * Kernel path: kunit/platform_device.h, lib/kunit/platform.c. Task context, may sleep.
 */
#ifndef _KUNIT_PLATFORM_DEVICE_H
#define _KUNIT_PLATFORM_DEVICE_H

struct completion;
struct kunit;
struct platform_device;
struct platform_driver;

/* NULL: no memory. Put at cleanup unless it was added. */
struct platform_device *kunit_platform_device_alloc(struct kunit *test, const char *name, int id);

/* 0 or what platform_device_add() says. Unregistered at cleanup. */
int kunit_platform_device_add(struct kunit *test, struct platform_device *pdev);

/* @x completes when a driver is bound to @pdev, at once if one is. 0, -ENOMEM. */
int kunit_platform_device_prepare_wait_for_probe(struct kunit *test, struct platform_device *pdev,
						 struct completion *x);

/* 0 or what platform_driver_register() says. Unregistered at cleanup. */
int kunit_platform_driver_register(struct kunit *test, struct platform_driver *drv);

#endif
