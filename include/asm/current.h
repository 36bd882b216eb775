/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calling task.
 *
 * Kernel path: asm/current.h. One thread-local pointer; a host thread that was
 * not made by the library becomes a task the first time it asks. Sim mode
 * switches the pointer with the fiber.
 */
#ifndef _UDM_ASM_CURRENT_H
#define _UDM_ASM_CURRENT_H

#include <linux/compiler.h>

struct task_struct;

extern __thread struct task_struct *udm_current __attribute__((tls_model("initial-exec")));

/* Makes a task of the calling host thread. BUG where there cannot be one. */
struct task_struct *udm_task_adopt(void) __cold;

/* NULL outside kernel context: engine steps, timed events, threads never seen before. */
static __always_inline struct task_struct *udm_current_or_null(void)
{
	return udm_current;
}

static __always_inline struct task_struct *get_current(void)
{
	struct task_struct *task = udm_current;

	if (unlikely(!task))
		return udm_task_adopt();
	return task;
}

#define current get_current()

#endif
