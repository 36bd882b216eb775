/* SPDX-License-Identifier: GPL-2.0-only */
/* The bus of test devices. See kunit/device.h. */
#ifndef _KUNIT_DEVICE_IMPL_H
#define _KUNIT_DEVICE_IMPL_H

#include <linux/compiler_types.h>

/* Takes the bus apart, if a test has brought it up. */
__internal void kunit_bus_shutdown(void);

#endif
