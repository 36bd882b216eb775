/* SPDX-License-Identifier: GPL-2.0-only */
/* The types behind a tracepoint. Kernel path: linux/tracepoint-defs.h. */
#ifndef _UDM_LINUX_TRACEPOINT_DEFS_H
#define _UDM_LINUX_TRACEPOINT_DEFS_H

#include <linux/jump_label.h>

struct tracepoint_func {
	void *func;
	void *data;
	int prio;
};

/* funcs ends at an entry without function; NULL when nobody listens. */
struct tracepoint {
	const char *name;
	struct static_key_false key;
	struct tracepoint_func *funcs;
};

#define DECLARE_TRACEPOINT(tp) extern struct tracepoint __tracepoint_##tp
#define tracepoint_enabled(tp) static_branch_unlikely(&(__tracepoint_##tp).key)

#endif
