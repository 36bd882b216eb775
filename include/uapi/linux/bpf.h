/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel path of the user-space part of linux/bpf.h. */
#ifndef _UDM_UAPI_LINUX_BPF_H
#define _UDM_UAPI_LINUX_BPF_H

#include <linux/bpf.h>

#endif
