/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a static library brings into a program besides what the program calls.
 *
 * Each library has a file initcalls.c that refers to all its initcalls, below
 * an anchor that static links ask for by name (Libs.private of the .pc file).
 * tests/install/outside.sh holds the programs it links against the archives.
 */
#ifndef _UDM_LIBKERN_INITCALLS_H
#define _UDM_LIBKERN_INITCALLS_H

#include <linux/compiler.h>

#define UDM_INITCALLS_OF(library)                                                                  \
	extern const char udm_initcalls_##library;                                                 \
	const char udm_initcalls_##library = 1

#define UDM_INITCALL(fn)                                                                           \
	extern __internal const char udm_initcall_##fn;                                            \
	static const char *const udm_keep_##fn __used = &udm_initcall_##fn

#endif
