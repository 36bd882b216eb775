/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exporting symbols to modules: everything global is exported here, so these
 * only check that the symbol exists. Kernel path: linux/export.h.
 */
#ifndef _UDM_LINUX_EXPORT_H
#define _UDM_LINUX_EXPORT_H

#include <linux/compiler.h>
#include <linux/stringify.h>

#define __EXPORT_SYMBOL(sym) extern typeof(sym) sym
#define EXPORT_SYMBOL(sym) __EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_GPL(sym) __EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_NS(sym, ns) __EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_NS_GPL(sym, ns) __EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_FOR_MODULES(sym, mods) __EXPORT_SYMBOL(sym)

struct module;
/* Everything is built in. */
#define THIS_MODULE ((struct module *)0)

#endif
