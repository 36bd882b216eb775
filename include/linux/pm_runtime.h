/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runtime power management as in a kernel without it (CONFIG_PM off): a device
 * is always on. Kernel path: linux/pm_runtime.h.
 */
#ifndef _UDM_LINUX_PM_RUNTIME_H
#define _UDM_LINUX_PM_RUNTIME_H

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/pm.h>

/* Those that would put a device to sleep say that there is no such thing. */
#define __PM_RUNTIME_NONE(type, name, result)                                                      \
	static inline type name(struct device *dev __always_unused)                                \
	{                                                                                          \
		return result;                                                                     \
	}
__PM_RUNTIME_NONE(int, pm_runtime_suspend, -ENOSYS)
__PM_RUNTIME_NONE(int, pm_runtime_autosuspend, -ENOSYS)
__PM_RUNTIME_NONE(int, pm_runtime_idle, -ENOSYS)
__PM_RUNTIME_NONE(int, pm_request_idle, -ENOSYS)
__PM_RUNTIME_NONE(int, pm_request_autosuspend, -ENOSYS)
__PM_RUNTIME_NONE(int, pm_runtime_put, 0)
__PM_RUNTIME_NONE(int, pm_runtime_put_autosuspend, 0)
__PM_RUNTIME_NONE(int, pm_runtime_put_sync, -ENOSYS)
__PM_RUNTIME_NONE(int, pm_runtime_put_sync_suspend, -ENOSYS)
__PM_RUNTIME_NONE(int, pm_runtime_put_sync_autosuspend, -ENOSYS)
__PM_RUNTIME_NONE(int, pm_runtime_resume, 1)
__PM_RUNTIME_NONE(int, pm_request_resume, 1)
__PM_RUNTIME_NONE(int, pm_runtime_get, 1)
__PM_RUNTIME_NONE(int, pm_runtime_get_sync, 1)
__PM_RUNTIME_NONE(int, pm_runtime_resume_and_get, 0)
__PM_RUNTIME_NONE(int, pm_runtime_get_if_in_use, -EINVAL)
__PM_RUNTIME_NONE(int, pm_runtime_get_if_active, -EINVAL)
__PM_RUNTIME_NONE(int, pm_runtime_set_active, 0)
__PM_RUNTIME_NONE(int, pm_runtime_set_suspended, 0)
__PM_RUNTIME_NONE(int, pm_runtime_force_suspend, 0)
__PM_RUNTIME_NONE(int, pm_runtime_force_resume, 0)
__PM_RUNTIME_NONE(int, pm_runtime_barrier, 0)
__PM_RUNTIME_NONE(int, devm_pm_runtime_enable, 0)
__PM_RUNTIME_NONE(int, devm_pm_runtime_set_active_enabled, 0)
__PM_RUNTIME_NONE(bool, pm_runtime_suspended, false)
__PM_RUNTIME_NONE(bool, pm_runtime_active, true)
__PM_RUNTIME_NONE(bool, pm_runtime_status_suspended, false)
__PM_RUNTIME_NONE(bool, pm_runtime_enabled, false)
#undef __PM_RUNTIME_NONE

#define pm_runtime_enable(dev) ((void)(dev))
#define pm_runtime_disable(dev) ((void)(dev))
#define __pm_runtime_disable(dev, check) ((void)(dev), (void)(check))
#define pm_runtime_get_noresume(dev) ((void)(dev))
#define pm_runtime_put_noidle(dev) ((void)(dev))
#define pm_runtime_allow(dev) ((void)(dev))
#define pm_runtime_forbid(dev) ((void)(dev))
#define pm_runtime_no_callbacks(dev) ((void)(dev))
#define pm_runtime_irq_safe(dev) ((void)(dev))
#define pm_runtime_mark_last_busy(dev) ((void)(dev))
#define pm_runtime_use_autosuspend(dev) ((void)(dev))
#define pm_runtime_dont_use_autosuspend(dev) ((void)(dev))
#define pm_runtime_set_autosuspend_delay(dev, ms) ((void)(dev), (void)(ms))
#define pm_suspend_ignore_children(dev, enable) ((void)(dev), (void)(enable))

#endif
