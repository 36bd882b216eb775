/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls through a pointer that rarely changes.
 *
 * Kernel path: linux/static_call.h. The kernel patches the calls; here a call
 * loads the pointer, with acquire, so that it sees what static_call_update()
 * found prepared. A cond call of a NULL target does nothing; return0 gives 0.
 */
#ifndef _UDM_LINUX_STATIC_CALL_H
#define _UDM_LINUX_STATIC_CALL_H

#include <linux/cpu.h>
#include <linux/static_call_types.h>

#define static_call_update(name, _func)                                                            \
	({                                                                                         \
		typeof(&STATIC_CALL_TRAMP(name)) __func = (_func);                                 \
		smp_store_release(&STATIC_CALL_KEY(name).func, (void *)__func);                    \
	})
#define static_call_query(name) (smp_load_acquire(&STATIC_CALL_KEY(name).func))

#define DEFINE_STATIC_CALL(name, _func)                                                            \
	DECLARE_STATIC_CALL(name, _func);                                                          \
	struct static_call_key STATIC_CALL_KEY(name) = { .func = (void *)(_func) }
#define DEFINE_STATIC_CALL_NULL(name, _func)                                                       \
	DECLARE_STATIC_CALL(name, _func);                                                          \
	struct static_call_key STATIC_CALL_KEY(name) = { .func = NULL }
#define DEFINE_STATIC_CALL_RET0(name, _func)                                                       \
	DECLARE_STATIC_CALL(name, _func);                                                          \
	struct static_call_key STATIC_CALL_KEY(name) = { .func = (void *)__static_call_return0 }

#define static_call_cond(name)                                                                     \
	((typeof(&STATIC_CALL_TRAMP(name)))(static_call_query(name) ?: (void *)__static_call_nop))

#define EXPORT_STATIC_CALL(name) EXPORT_SYMBOL(STATIC_CALL_KEY(name))
#define EXPORT_STATIC_CALL_GPL(name) EXPORT_SYMBOL_GPL(STATIC_CALL_KEY(name))
#define EXPORT_STATIC_CALL_TRAMP(name) EXPORT_SYMBOL(STATIC_CALL_KEY(name))
#define EXPORT_STATIC_CALL_TRAMP_GPL(name) EXPORT_SYMBOL_GPL(STATIC_CALL_KEY(name))

static inline int static_call_text_reserved(void *start __always_unused, void *end __always_unused)
{
	return 0;
}

#endif
