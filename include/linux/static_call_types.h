/* SPDX-License-Identifier: GPL-2.0-only */
/* What a static call is made of. Kernel path: linux/static_call_types.h. */
#ifndef _UDM_LINUX_STATIC_CALL_TYPES_H
#define _UDM_LINUX_STATIC_CALL_TYPES_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/stringify.h>
#include <linux/types.h>

#define STATIC_CALL_KEY(name) __PASTE(__SCK__, name)
#define STATIC_CALL_TRAMP(name) __PASTE(__SCT__, name)

struct static_call_key {
	void *func;
};

/* The trampoline is a type only: it is declared and never defined. */
#define DECLARE_STATIC_CALL(name, func)                                                            \
	extern struct static_call_key STATIC_CALL_KEY(name);                                       \
	extern typeof(func) STATIC_CALL_TRAMP(name)

long __static_call_return0(void);
void __static_call_nop(void);

#define static_call(name)                                                                          \
	((typeof(&STATIC_CALL_TRAMP(name)))smp_load_acquire(&STATIC_CALL_KEY(name).func))
#define static_call_mod(name) static_call(name)

#endif
