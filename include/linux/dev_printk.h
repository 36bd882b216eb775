/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Log messages about a device: "<driver> <device>: text" (the bus name stands in
 * for a missing driver). Any context. Contract: drivers/base/core.c.
 */
#ifndef _LINUX_DEV_PRINTK_H
#define _LINUX_DEV_PRINTK_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/kern_levels.h>
#include <linux/once.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/types.h>

struct device;

#ifndef dev_fmt
#define dev_fmt(fmt) fmt
#endif

const char *dev_driver_string(const struct device *dev);

/* level is a KERN_ prefix; one of the ready-made forms below is what callers use. */
void dev_printk_emit_level(const char *level, const struct device *dev, const char *fmt, ...)
	__printf(3, 4);

#define dev_printk(level, dev, fmt, ...) \
	dev_printk_emit_level(level, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_emerg(dev, fmt, ...) dev_printk(KERN_EMERG, dev, fmt, ##__VA_ARGS__)
#define dev_alert(dev, fmt, ...) dev_printk(KERN_ALERT, dev, fmt, ##__VA_ARGS__)
#define dev_crit(dev, fmt, ...) dev_printk(KERN_CRIT, dev, fmt, ##__VA_ARGS__)
#define dev_err(dev, fmt, ...) dev_printk(KERN_ERR, dev, fmt, ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...) dev_printk(KERN_WARNING, dev, fmt, ##__VA_ARGS__)
#define dev_notice(dev, fmt, ...) dev_printk(KERN_NOTICE, dev, fmt, ##__VA_ARGS__)
#define dev_info(dev, fmt, ...) dev_printk(KERN_INFO, dev, fmt, ##__VA_ARGS__)

/* Printed only in files that define DEBUG. */
#ifdef DEBUG
#define dev_dbg(dev, fmt, ...) dev_printk(KERN_DEBUG, dev, fmt, ##__VA_ARGS__)
#else
#define dev_dbg(dev, fmt, ...)							\
	do {									\
		if (0)								\
			dev_printk(KERN_DEBUG, dev, fmt, ##__VA_ARGS__);	\
	} while (0)
#endif
#ifdef VERBOSE_DEBUG
#define dev_vdbg dev_dbg
#else
#define dev_vdbg(dev, fmt, ...)							\
	do {									\
		if (0)								\
			dev_printk(KERN_DEBUG, dev, fmt, ##__VA_ARGS__);	\
	} while (0)
#endif

#define dev_level_once(dev_level, dev, fmt, ...)			\
	do {								\
		if (__ONCE_LITE_IF(true))				\
			dev_level(dev, fmt, ##__VA_ARGS__);		\
	} while (0)
#define dev_emerg_once(dev, fmt, ...) dev_level_once(dev_emerg, dev, fmt, ##__VA_ARGS__)
#define dev_alert_once(dev, fmt, ...) dev_level_once(dev_alert, dev, fmt, ##__VA_ARGS__)
#define dev_crit_once(dev, fmt, ...) dev_level_once(dev_crit, dev, fmt, ##__VA_ARGS__)
#define dev_err_once(dev, fmt, ...) dev_level_once(dev_err, dev, fmt, ##__VA_ARGS__)
#define dev_warn_once(dev, fmt, ...) dev_level_once(dev_warn, dev, fmt, ##__VA_ARGS__)
#define dev_notice_once(dev, fmt, ...) dev_level_once(dev_notice, dev, fmt, ##__VA_ARGS__)
#define dev_info_once(dev, fmt, ...) dev_level_once(dev_info, dev, fmt, ##__VA_ARGS__)
#define dev_dbg_once(dev, fmt, ...) dev_level_once(dev_dbg, dev, fmt, ##__VA_ARGS__)

#define dev_level_ratelimited(dev_level, dev, fmt, ...)						\
	do {											\
		static DEFINE_RATELIMIT_STATE(__dev_rs, DEFAULT_RATELIMIT_INTERVAL,		\
					      DEFAULT_RATELIMIT_BURST);				\
		if (__ratelimit(&__dev_rs))							\
			dev_level(dev, fmt, ##__VA_ARGS__);					\
	} while (0)
#define dev_emerg_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_emerg, dev, fmt, ##__VA_ARGS__)
#define dev_alert_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_alert, dev, fmt, ##__VA_ARGS__)
#define dev_crit_ratelimited(dev, fmt, ...) dev_level_ratelimited(dev_crit, dev, fmt, ##__VA_ARGS__)
#define dev_err_ratelimited(dev, fmt, ...) dev_level_ratelimited(dev_err, dev, fmt, ##__VA_ARGS__)
#define dev_warn_ratelimited(dev, fmt, ...) dev_level_ratelimited(dev_warn, dev, fmt, ##__VA_ARGS__)
#define dev_notice_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_notice, dev, fmt, ##__VA_ARGS__)
#define dev_info_ratelimited(dev, fmt, ...) dev_level_ratelimited(dev_info, dev, fmt, ##__VA_ARGS__)
#ifdef DEBUG
#define dev_dbg_ratelimited(dev, fmt, ...) dev_level_ratelimited(dev_dbg, dev, fmt, ##__VA_ARGS__)
#else
#define dev_dbg_ratelimited(dev, fmt, ...) dev_dbg(dev, fmt, ##__VA_ARGS__)
#endif

#define dev_WARN(dev, fmt, ...) \
	WARN(1, "%s %s: " fmt, dev_driver_string(dev), dev_name(dev), ##__VA_ARGS__)
#define dev_WARN_ONCE(dev, condition, fmt, ...)						\
	WARN_ONCE(condition, "%s %s: " fmt, dev_driver_string(dev), dev_name(dev),	\
		  ##__VA_ARGS__)

/* Logs (quietly for -EPROBE_DEFER) and returns err. */
int dev_err_probe(const struct device *dev, int err, const char *fmt, ...) __printf(3, 4);

#endif
