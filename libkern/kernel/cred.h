/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Credentials, for the task code: whose they are and when they go.
 */
#ifndef LIBKERN_KERNEL_CRED_H
#define LIBKERN_KERNEL_CRED_H

#include <linux/cred.h>

/* What a task runs with, never NULL. */
__internal const struct cred *task_cred(const struct task_struct *task);
/* The task is going away. Any context. */
__internal void exit_creds(struct task_struct *task);

#endif
