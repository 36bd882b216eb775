/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions that run when the machine starts and stops.
 *
 * Kernel path: linux/init.h. Each macro defines a constructor that puts an
 * entry on a list in libkern; nothing runs before udm_boot(). Boot calls them
 * by level, within a level library by library from the bottom up, and within a
 * library in link order. Shutdown calls the exitcalls in the reverse order of
 * the initcalls of the same files. Both may happen any number of times.
 */
#ifndef _UDM_LINUX_INIT_H
#define _UDM_LINUX_INIT_H

#include <linux/compiler.h>
#include <linux/stringify.h>
#include <linux/types.h>

#define __init
#define __initdata
#define __initconst
#define __initconst_or_module
#define __initdata_or_module
#define __init_or_module
#define __exit
#define __exitdata
#define __exit_p(x) (x)
#define __meminit
#define __meminitdata
#define __memexit
#define __cpuinit
#define __exitused __used

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

/* Levels in the order they run; the _sync level of n is n + 1. */
enum udm_init_level {
	UDM_INIT_EARLY,
	UDM_INIT_PURE = 2,
	UDM_INIT_CORE = 4,
	UDM_INIT_POSTCORE = 6,
	UDM_INIT_ARCH = 8,
	UDM_INIT_SUBSYS = 10,
	UDM_INIT_FS = 12,
	UDM_INIT_ROOTFS = 14,
	UDM_INIT_DEVICE = 16,
	UDM_INIT_LATE = 18,
	UDM_INIT_LEVELS = 20,
};

/* Rank of the library a file belongs to: lower ones initialise first. */
#ifdef UDM_INIT_RANK
/*
 * Inside of a library the entry has a name, by which the library's initcalls.c
 * refers to it: a static link keeps only objects that something refers to.
 */
#define __udm_initcall_named(fn)                                                                   \
	extern __internal const char __PASTE(udm_initcall_, fn);                                   \
	const char __PASTE(udm_initcall_, fn) = 1;
#else
#define UDM_INIT_RANK 100
#define __udm_initcall_named(fn)
#endif

struct udm_initcall {
	struct udm_initcall *next;
	const char *file;
	const char *name;
	initcall_t init;
	exitcall_t exit;
	int line;
	int rank;
	int level;
	int order;	/* of the file: when its first entry arrived */
	int result;
};

struct udm_boot_param {
	struct udm_boot_param *next;
	const char *str;
	int (*setup)(char *val);
	bool early;
};

/* Called by constructors only. The entry stays linked until udm_initcall_remove(). */
void udm_initcall_add(struct udm_initcall *call);
void udm_initcall_remove(struct udm_initcall *call);
void udm_boot_param_add(struct udm_boot_param *param);
void udm_boot_param_remove(struct udm_boot_param *param);

/*
 * A registry entry, put on its list when the program or shared object is
 * loaded and taken off when it is unloaded.
 */
#define __udm_register(type, entry, adder, remover, inits...)                                      \
	static struct type entry = { inits };                                                      \
	static void __attribute__((__constructor__)) __PASTE(entry, _ctor)(void)                   \
	{                                                                                          \
		adder(&entry);                                                                     \
	}                                                                                          \
	static void __attribute__((__destructor__)) __PASTE(entry, _dtor)(void)                    \
	{                                                                                          \
		remover(&entry);                                                                   \
	}

#define ___define_initcall(fn, lvl, entry)                                                         \
	__udm_initcall_named(fn)                                                                   \
	__udm_register(udm_initcall, entry, udm_initcall_add, udm_initcall_remove,                 \
		       .file = __FILE__, .name = #fn, .init = fn, .line = __LINE__,                \
		       .rank = UDM_INIT_RANK, .level = lvl)
#define __define_initcall(fn, lvl) ___define_initcall(fn, lvl, __UNIQUE_ID(initcall))

#define early_initcall(fn) __define_initcall(fn, UDM_INIT_EARLY)
#define pure_initcall(fn) __define_initcall(fn, UDM_INIT_PURE)
#define core_initcall(fn) __define_initcall(fn, UDM_INIT_CORE)
#define core_initcall_sync(fn) __define_initcall(fn, UDM_INIT_CORE + 1)
#define postcore_initcall(fn) __define_initcall(fn, UDM_INIT_POSTCORE)
#define postcore_initcall_sync(fn) __define_initcall(fn, UDM_INIT_POSTCORE + 1)
#define arch_initcall(fn) __define_initcall(fn, UDM_INIT_ARCH)
#define arch_initcall_sync(fn) __define_initcall(fn, UDM_INIT_ARCH + 1)
#define subsys_initcall(fn) __define_initcall(fn, UDM_INIT_SUBSYS)
#define subsys_initcall_sync(fn) __define_initcall(fn, UDM_INIT_SUBSYS + 1)
#define fs_initcall(fn) __define_initcall(fn, UDM_INIT_FS)
#define fs_initcall_sync(fn) __define_initcall(fn, UDM_INIT_FS + 1)
#define rootfs_initcall(fn) __define_initcall(fn, UDM_INIT_ROOTFS)
#define device_initcall(fn) __define_initcall(fn, UDM_INIT_DEVICE)
#define device_initcall_sync(fn) __define_initcall(fn, UDM_INIT_DEVICE + 1)
#define late_initcall(fn) __define_initcall(fn, UDM_INIT_LATE)
#define late_initcall_sync(fn) __define_initcall(fn, UDM_INIT_LATE + 1)
#define __initcall(fn) device_initcall(fn)

#define ___define_exitcall(fn, entry)                                                              \
	__udm_register(udm_initcall, entry, udm_initcall_add, udm_initcall_remove,                 \
		       .file = __FILE__, .name = #fn, .exit = fn, .line = __LINE__,                \
		       .rank = UDM_INIT_RANK, .level = UDM_INIT_DEVICE)
#define __exitcall(fn) ___define_exitcall(fn, __UNIQUE_ID(exitcall))

/*
 * int fn(char *val), called with the text after "str" before every initcall:
 * early_param("name") returns 0 for success, __setup("name=") returns 1.
 */
#define ___define_boot_param(text, fn, is_early, entry)                                            \
	__udm_register(udm_boot_param, entry, udm_boot_param_add, udm_boot_param_remove,           \
		       .str = text, .setup = fn, .early = is_early)
#define __setup(str, fn) ___define_boot_param(str, fn, false, __UNIQUE_ID(setup))
#define early_param(str, fn) ___define_boot_param(str, fn, true, __UNIQUE_ID(early_param))

enum system_states {
	SYSTEM_BOOTING,
	SYSTEM_SCHEDULING,
	SYSTEM_FREEING_INITMEM,
	SYSTEM_RUNNING,
	SYSTEM_HALT,
	SYSTEM_POWER_OFF,
	SYSTEM_RESTART,
	SYSTEM_SUSPEND,
};
extern enum system_states system_state;

#include <linux/export.h>

#endif
