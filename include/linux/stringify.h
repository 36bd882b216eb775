/* SPDX-License-Identifier: GPL-2.0-only */
/* __stringify(x): the expansion of x as a string literal. Kernel path: linux/stringify.h. */
#ifndef _UDM_LINUX_STRINGIFY_H
#define _UDM_LINUX_STRINGIFY_H

#define __stringify_1(x...) #x
#define __stringify(x...) __stringify_1(x)

#endif
