/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kinds of namespaces a kobject can be tagged with. Only the network one exists.
 */
#ifndef _LINUX_KOBJECT_NS_H
#define _LINUX_KOBJECT_NS_H

enum kobj_ns_type {
	KOBJ_NS_TYPE_NONE = 0,
	KOBJ_NS_TYPE_NET,
	KOBJ_NS_TYPES
};

#endif
