/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages that name a network device, and warnings of debug builds. */
#ifndef _LINUX_NET_DEBUG_H
#define _LINUX_NET_DEBUG_H

#include <linux/bug.h>
#include <linux/kern_levels.h>
#include <linux/compiler.h>
#include <linux/once.h>

struct net_device;

__printf(3, 4)
void netdev_printk(const char *level, const struct net_device *dev, const char *format, ...);

#define netdev_emerg(dev, fmt, ...)	netdev_printk(KERN_EMERG, dev, fmt, ##__VA_ARGS__)
#define netdev_alert(dev, fmt, ...)	netdev_printk(KERN_ALERT, dev, fmt, ##__VA_ARGS__)
#define netdev_crit(dev, fmt, ...)	netdev_printk(KERN_CRIT, dev, fmt, ##__VA_ARGS__)
#define netdev_err(dev, fmt, ...)	netdev_printk(KERN_ERR, dev, fmt, ##__VA_ARGS__)
#define netdev_warn(dev, fmt, ...)	netdev_printk(KERN_WARNING, dev, fmt, ##__VA_ARGS__)
#define netdev_notice(dev, fmt, ...)	netdev_printk(KERN_NOTICE, dev, fmt, ##__VA_ARGS__)
#define netdev_info(dev, fmt, ...)	netdev_printk(KERN_INFO, dev, fmt, ##__VA_ARGS__)
/* Printed only in files that define DEBUG. */
#ifdef DEBUG
#define netdev_dbg(dev, fmt, ...)	netdev_printk(KERN_DEBUG, dev, fmt, ##__VA_ARGS__)
#else
#define netdev_dbg(dev, fmt, ...)					\
do {									\
	if (0)								\
		netdev_printk(KERN_DEBUG, dev, fmt, ##__VA_ARGS__);	\
} while (0)
#endif

#define netdev_level_once(level, dev, fmt, ...)				\
do {									\
	if (__ONCE_LITE_IF(true))					\
		netdev_printk(level, dev, fmt, ##__VA_ARGS__);		\
} while (0)
#define netdev_emerg_once(dev, fmt, ...) netdev_level_once(KERN_EMERG, dev, fmt, ##__VA_ARGS__)
#define netdev_alert_once(dev, fmt, ...) netdev_level_once(KERN_ALERT, dev, fmt, ##__VA_ARGS__)
#define netdev_crit_once(dev, fmt, ...)	netdev_level_once(KERN_CRIT, dev, fmt, ##__VA_ARGS__)
#define netdev_err_once(dev, fmt, ...)	netdev_level_once(KERN_ERR, dev, fmt, ##__VA_ARGS__)
#define netdev_warn_once(dev, fmt, ...)	netdev_level_once(KERN_WARNING, dev, fmt, ##__VA_ARGS__)
#define netdev_notice_once(dev, fmt, ...) netdev_level_once(KERN_NOTICE, dev, fmt, ##__VA_ARGS__)
#define netdev_info_once(dev, fmt, ...)	netdev_level_once(KERN_INFO, dev, fmt, ##__VA_ARGS__)

#define netdev_WARN(dev, format, args...)				\
	WARN(1, "netdevice: %s%s: " format, netdev_name(dev), netdev_reg_state(dev), ##args)
#define netdev_WARN_ONCE(dev, format, args...)				\
	WARN_ONCE(1, "netdevice: %s%s: " format, netdev_name(dev), netdev_reg_state(dev), ##args)

/* By the message classes that @priv->msg_enable has on: NETIF_MSG_DRV is class drv. */
#define netif_printk(priv, type, level, dev, fmt, args...)		\
do {									\
	if (netif_msg_##type(priv))					\
		netdev_printk(level, dev, fmt, ##args);			\
} while (0)
#define netif_emerg(priv, type, dev, fmt, args...)			\
	netif_printk(priv, type, KERN_EMERG, dev, fmt, ##args)
#define netif_alert(priv, type, dev, fmt, args...)			\
	netif_printk(priv, type, KERN_ALERT, dev, fmt, ##args)
#define netif_crit(priv, type, dev, fmt, args...)			\
	netif_printk(priv, type, KERN_CRIT, dev, fmt, ##args)
#define netif_err(priv, type, dev, fmt, args...)			\
	netif_printk(priv, type, KERN_ERR, dev, fmt, ##args)
#define netif_warn(priv, type, dev, fmt, args...)			\
	netif_printk(priv, type, KERN_WARNING, dev, fmt, ##args)
#define netif_notice(priv, type, dev, fmt, args...)			\
	netif_printk(priv, type, KERN_NOTICE, dev, fmt, ##args)
#define netif_info(priv, type, dev, fmt, args...)			\
	netif_printk(priv, type, KERN_INFO, dev, fmt, ##args)
#define netif_dbg(priv, type, dev, format, args...)			\
do {									\
	if (netif_msg_##type(priv))					\
		netdev_dbg(dev, format, ##args);			\
} while (0)

#ifdef CONFIG_DEBUG_NET
#define DEBUG_NET_WARN_ON_ONCE(cond)	((void)WARN_ON_ONCE(cond))
#define DEBUG_NET_WARN_ONCE(cond, format...) ((void)WARN_ONCE(cond, format))
#else
#define DEBUG_NET_WARN_ON_ONCE(cond)	BUILD_BUG_ON_INVALID(cond)
#define DEBUG_NET_WARN_ONCE(cond, format...) BUILD_BUG_ON_INVALID(cond)
#endif

#endif
