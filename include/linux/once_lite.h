/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Things that happen once per call site.
 *
 * Kernel path: linux/once_lite.h. A site is a static struct udm_once; the first
 * caller claims it and puts it on a process-wide list, so that booting the
 * machine again (or udm_once_reset()) re-arms every site. A site that has fired
 * costs one load.
 */
#ifndef _UDM_LINUX_ONCE_LITE_H
#define _UDM_LINUX_ONCE_LITE_H

#include <linux/compiler.h>
#include <linux/types.h>

struct udm_once {
	bool done;
	struct udm_once *next;
};

/* Any context. True for exactly one caller until the next udm_once_reset(). */
bool udm_once_claim(struct udm_once *site);
/* Re-arms every site that has fired. Nothing may be claiming meanwhile. */
void udm_once_reset(void);

#define __ONCE_LITE_IF(condition)                                                                  \
	({                                                                                         \
		static struct udm_once __once_site;                                                \
		unlikely(condition) && !READ_ONCE(__once_site.done) &&                             \
			udm_once_claim(&__once_site);                                              \
	})
#define DO_ONCE_LITE(func, ...) DO_ONCE_LITE_IF(true, func, ##__VA_ARGS__)
#define DO_ONCE_LITE_IF(condition, func, ...)                                                      \
	({                                                                                         \
		bool __once_cond = !!(condition);                                                  \
		if (__ONCE_LITE_IF(__once_cond))                                                   \
			func(__VA_ARGS__);                                                         \
		unlikely(__once_cond);                                                             \
	})

#endif
