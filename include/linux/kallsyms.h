/* SPDX-License-Identifier: GPL-2.0-only */
/* Symbols by name, configured out (CONFIG_KALLSYMS). Kernel path: linux/kallsyms.h. */
#ifndef _UDM_LINUX_KALLSYMS_H
#define _UDM_LINUX_KALLSYMS_H

#include <linux/errno.h>
#include <linux/types.h>

#define KSYM_NAME_LEN 512
#define KSYM_SYMBOL_LEN (KSYM_NAME_LEN + 128)

static inline unsigned long kallsyms_lookup_name(const char *name __always_unused)
{
	return 0;
}

static inline int lookup_symbol_name(unsigned long addr __always_unused,
				     char *symname __always_unused)
{
	return -ERANGE;
}

#endif
