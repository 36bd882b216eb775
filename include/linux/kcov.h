/* SPDX-License-Identifier: GPL-2.0-only */
/* Coverage collection: the host tools do it. Kernel path: linux/kcov.h; adds to the UAPI header. */
#ifndef _UDM_LINUX_KCOV_H
#define _UDM_LINUX_KCOV_H

#include_next <linux/kcov.h>
#include <linux/types.h>

#define kcov_remote_start(handle) ((void)(handle))
#define kcov_task_init(t) ((void)(t))
#define kcov_task_exit(t) ((void)(t))
#define kcov_prepare_switch(t) ((void)(t))
#define kcov_finish_switch(t) ((void)(t))
#define kcov_remote_start_common(id) ((void)(id))
#define kcov_remote_start_usb(id) ((void)(id))
#define kcov_remote_stop() ((void)0)
#define kcov_common_handle() 0ULL

#endif
