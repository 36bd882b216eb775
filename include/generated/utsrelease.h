/* SPDX-License-Identifier: GPL-2.0-only */
/* The text of linux/version.h. Kernel path: generated/utsrelease.h. */
#ifndef _UDM_GENERATED_UTSRELEASE_H
#define _UDM_GENERATED_UTSRELEASE_H

#define UTS_RELEASE "7.1.0-udevmem"

#endif
