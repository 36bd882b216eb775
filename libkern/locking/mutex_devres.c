// SPDX-License-Identifier: GPL-2.0-only
/* Mutexes that are destroyed with the driver of their device. */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/mutex.h>

static void managed_mutex_end(void *lock)
{
	mutex_destroy(lock);
}

int __devm_mutex_init(struct device *dev, struct mutex *lock)
{
	return devm_add_action_or_reset(dev, managed_mutex_end, lock);
}
EXPORT_SYMBOL_GPL(__devm_mutex_init);
