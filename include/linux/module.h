/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Modules: everything is built in, so THIS_MODULE is NULL and reference counts
 * on modules count nothing. Kernel path: linux/module.h; adds to the UAPI header.
 */
#ifndef _UDM_LINUX_MODULE_H
#define _UDM_LINUX_MODULE_H

#include_next <linux/module.h>
#include <linux/cache.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/error-injection.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/stat.h>
#include <linux/stringify.h>
#include <linux/time.h>
#include <linux/tracepoint-defs.h>
#include <linux/types.h>

#define MODULE_NAME_LEN (64 - sizeof(unsigned long))

enum module_state {
	MODULE_STATE_LIVE,
	MODULE_STATE_COMING,
	MODULE_STATE_GOING,
	MODULE_STATE_UNFORMED,
};

struct module {
	enum module_state state;
	struct list_head list;
	char name[MODULE_NAME_LEN];
};

#define module_init(initfn) device_initcall(initfn)
#define module_exit(exitfn) __exitcall(exitfn)

#define MODULE_INFO(tag, info) _Static_assert(sizeof(info) > 0, #tag)
#define MODULE_LICENSE(license) MODULE_INFO(license, license)
#define MODULE_AUTHOR(author) MODULE_INFO(author, author)
#define MODULE_DESCRIPTION(text) MODULE_INFO(description, text)
#define MODULE_VERSION(version) MODULE_INFO(version, version)
#define MODULE_ALIAS(alias) MODULE_INFO(alias, alias)
#define MODULE_SOFTDEP(dep) MODULE_INFO(softdep, dep)
#define MODULE_FIRMWARE(path) MODULE_INFO(firmware, path)
#define MODULE_IMPORT_NS(ns) MODULE_INFO(import_ns, ns)
#define MODULE_DEVICE_TABLE(type, name) extern typeof(name) name
#define MODULE_ALIAS_NETPROTO(proto) MODULE_INFO(alias, __stringify(proto))
#define MODULE_ALIAS_GENL_FAMILY(family) MODULE_INFO(alias, family)
#define MODULE_ALIAS_RTNL_LINK(kind) MODULE_INFO(alias, kind)

static inline bool try_module_get(struct module *module)
{
	return !module || module->state != MODULE_STATE_GOING;
}

static inline void module_put(struct module *module __always_unused)
{
}

static inline void __module_get(struct module *module __always_unused)
{
}

static inline bool module_is_live(struct module *module)
{
	return try_module_get(module);
}

static inline const char *module_name(struct module *module)
{
	return module ? module->name : "kernel";
}

#define symbol_get(x) (&(x))
#define symbol_put(x) ((void)&(x))

#endif
