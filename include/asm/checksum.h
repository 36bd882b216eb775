/* SPDX-License-Identifier: GPL-2.0-only */
/* Checksums of this machine are the plain ones. */
#ifndef _UDM_ASM_CHECKSUM_H
#define _UDM_ASM_CHECKSUM_H

#include <net/checksum.h>

#endif
