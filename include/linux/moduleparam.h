/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Module parameters.
 *
 * Kernel path: linux/moduleparam.h. A parameter is set before the initcalls
 * run, by module.name=value on the command line (udm_config.cmdline); values
 * it changed come back at shutdown. A value that does not parse leaves the
 * variable unchanged: -EINVAL or -ERANGE.
 */
#ifndef _UDM_LINUX_MODULEPARAM_H
#define _UDM_LINUX_MODULEPARAM_H

#include <linux/build_bug.h>
#include <linux/init.h>
#include <linux/stringify.h>
#include <linux/types.h>

#ifndef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX KBUILD_MODNAME "."
#endif
#define MODULE_PARM_DESC(param, desc) _Static_assert(sizeof(desc) > 0, #param)

struct kernel_param;

enum {
	KERNEL_PARAM_OPS_FL_NOARG = 1 << 0,
};

enum {
	KERNEL_PARAM_FL_UNSAFE = 1 << 0,
	KERNEL_PARAM_FL_HWPARAM = 1 << 1,
};

struct kernel_param_ops {
	unsigned int flags;
	/* 0 or -errno. */
	int (*set)(const char *val, const struct kernel_param *kp);
	/* Length written to buffer (PAGE_SIZE large), or -errno. */
	int (*get)(char *buffer, const struct kernel_param *kp);
	void (*free)(void *arg);
};

struct kparam_string {
	unsigned int maxlen;
	char *string;
};

struct kparam_array {
	unsigned int max;
	unsigned int elemsize;
	unsigned int *num;
	const struct kernel_param_ops *ops;
	void *elem;
};

struct kernel_param {
	const char *name;
	const struct kernel_param_ops *ops;
	const u16 perm;
	s8 level;
	u8 flags;
	union {
		void *arg;
		const struct kparam_string *str;
		const struct kparam_array *arr;
	};
	/* The variable as it was before the command line set it. */
	size_t size;
	void *saved;
	unsigned int saved_num;
	struct kernel_param *next;
};

void udm_kernel_param_add(struct kernel_param *kp);
void udm_kernel_param_remove(struct kernel_param *kp);

#define ___module_param_call(pname, pops, parg, psize, pperm, plevel, pflags, entry)               \
	__udm_register(kernel_param, entry, udm_kernel_param_add, udm_kernel_param_remove,         \
		       .name = pname, .ops = pops, .perm = pperm, .level = plevel,                 \
		       .flags = pflags, { .arg = parg }, .size = psize)
#define __module_param_call(name, ops, arg, size, perm, level, flags)                              \
	___module_param_call(MODULE_PARAM_PREFIX #name, ops, (void *)(arg), size, perm, level,     \
			     flags, __UNIQUE_ID(param))

/* With <stdbool.h> the type bool arrives here as _Bool. */
#define param_check__Bool param_check_bool
#define param_ops__Bool param_ops_bool

#define module_param(name, type, perm) module_param_named(name, name, type, perm)
#define module_param_named(name, value, type, perm)                                                \
	param_check_##type(name, &(value));                                                        \
	__module_param_call(name, &param_ops_##type, &(value), sizeof(value), perm, -1, 0)
#define module_param_unsafe(name, type, perm) module_param(name, type, perm)
#define module_param_named_unsafe(name, value, type, perm)                                         \
	module_param_named(name, value, type, perm)
#define module_param_hw(name, type, hwtype, perm) module_param(name, type, perm)
#define module_param_cb(name, ops, arg, perm) __module_param_call(name, ops, arg, 0, perm, -1, 0)
#define module_param_cb_unsafe(name, ops, arg, perm) module_param_cb(name, ops, arg, perm)
#define module_param_call(name, set_fn, get_fn, arg, perm)                                         \
	static const struct kernel_param_ops __PASTE(__param_ops_, name) = {                       \
		.set = set_fn, .get = get_fn                                                       \
	};                                                                                         \
	module_param_cb(name, &__PASTE(__param_ops_, name), arg, perm)
#define core_param(name, var, type, perm)                                                          \
	___module_param_call(#name, &param_ops_##type, (void *)&(var), sizeof(var), perm, -1, 0,   \
			     __UNIQUE_ID(param))
#define module_param_string(name, string, len, perm)                                               \
	static const struct kparam_string __PASTE(__param_string_, name) = { len, string };        \
	__module_param_call(name, &param_ops_string, &__PASTE(__param_string_, name), 0, perm, -1, \
			    0)
#define module_param_array(name, type, nump, perm)                                                 \
	module_param_array_named(name, name, type, nump, perm)
#define module_param_array_named(name, array, type, nump, perm)                                    \
	static const struct kparam_array __PASTE(__param_arr_, name) = {                           \
		.max = sizeof(array) / sizeof((array)[0]),                                         \
		.num = nump,                                                                       \
		.ops = &param_ops_##type,                                                          \
		.elemsize = sizeof((array)[0]),                                                    \
		.elem = array                                                                      \
	};                                                                                         \
	__module_param_call(name, &param_array_ops, &__PASTE(__param_arr_, name), 0, perm, -1, 0)

/* Fails the build unless p points at a variable of the type. */
#define __param_check(name, p, type)                                                               \
	static inline type __always_unused *__check_##name(void)                                   \
	{                                                                                          \
		return (p);                                                                        \
	}                                                                                          \
	extern const struct kernel_param_ops param_array_ops

#define __udm_param_type(type)                                                                     \
	extern const struct kernel_param_ops param_ops_##type;                                     \
	int param_set_##type(const char *val, const struct kernel_param *kp);                      \
	int param_get_##type(char *buffer, const struct kernel_param *kp)

__udm_param_type(byte);
__udm_param_type(short);
__udm_param_type(ushort);
__udm_param_type(int);
__udm_param_type(uint);
__udm_param_type(long);
__udm_param_type(ulong);
__udm_param_type(ullong);
__udm_param_type(hexint);
__udm_param_type(charp);
__udm_param_type(bool);
__udm_param_type(invbool);

#define param_check_byte(name, p) __param_check(name, p, unsigned char)
#define param_check_short(name, p) __param_check(name, p, short)
#define param_check_ushort(name, p) __param_check(name, p, unsigned short)
#define param_check_int(name, p) __param_check(name, p, int)
#define param_check_uint(name, p) __param_check(name, p, unsigned int)
#define param_check_long(name, p) __param_check(name, p, long)
#define param_check_ulong(name, p) __param_check(name, p, unsigned long)
#define param_check_ullong(name, p) __param_check(name, p, unsigned long long)
#define param_check_hexint(name, p) __param_check(name, p, unsigned int)
#define param_check_charp(name, p) __param_check(name, p, char *)
#define param_check_bool(name, p) __param_check(name, p, bool)
#define param_check_invbool(name, p) __param_check(name, p, bool)

extern const struct kernel_param_ops param_ops_string;
extern const struct kernel_param_ops param_array_ops;
int param_set_copystring(const char *val, const struct kernel_param *kp);
int param_get_string(char *buffer, const struct kernel_param *kp);
int param_set_uint_minmax(const char *val, const struct kernel_param *kp, unsigned int lo,
			  unsigned int hi);
void param_free_charp(void *arg);

#define kernel_param_lock(mod) ((void)0)
#define kernel_param_unlock(mod) ((void)0)

#endif
