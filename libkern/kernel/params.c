// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line: early parameters, __setup() parameters, module parameters.
 *
 * All are registered by constructors. Hyphens and underscores in names are the
 * same. Before the command line first sets a variable its old value is saved;
 * shutdown puts all of them back, so that the next boot starts as the first did.
 */
#include <stdlib.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <udevmem/boot.h>
#include "libkern/kernel/initcall.h"
#include "libkern/subsystem.h"

#define PARAM_BUFFER_SIZE 4096

static struct kernel_param *params;
static struct udm_boot_param *boot_params;

/* Adds at the end, so that parameters are found in the order of their definition. */
#define LIST_APPEND(list, entry)                                                                   \
	do {                                                                                       \
		typeof(list) *__link = &(list);                                                    \
		while (*__link)                                                                    \
			__link = &(*__link)->next;                                                 \
		(entry)->next = NULL;                                                              \
		*__link = (entry);                                                                 \
	} while (0)
#define LIST_DROP(list, entry)                                                                     \
	do {                                                                                       \
		typeof(list) *__link = &(list);                                                    \
		while (*__link && *__link != (entry))                                              \
			__link = &(*__link)->next;                                                 \
		if (*__link)                                                                       \
			*__link = (entry)->next;                                                   \
	} while (0)

void udm_kernel_param_add(struct kernel_param *kp)
{
	LIST_APPEND(params, kp);
}
EXPORT_SYMBOL(udm_kernel_param_add);

void udm_kernel_param_remove(struct kernel_param *kp)
{
	LIST_DROP(params, kp);
}
EXPORT_SYMBOL(udm_kernel_param_remove);

void udm_boot_param_add(struct udm_boot_param *param)
{
	LIST_APPEND(boot_params, param);
}
EXPORT_SYMBOL(udm_boot_param_add);

void udm_boot_param_remove(struct udm_boot_param *param)
{
	LIST_DROP(boot_params, param);
}
EXPORT_SYMBOL(udm_boot_param_remove);

static char plain_char(char c)
{
	return c == '-' ? '_' : c;
}

/* Length of name if text begins with it, else 0. */
static size_t name_prefix(const char *text, const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (plain_char(text[i]) != plain_char(name[i]))
			return 0;
	return i;
}

static bool same_name(const char *a, const char *b)
{
	size_t len = name_prefix(a, b);

	return len && !a[len];
}

/* What a parameter sets: its variable, or the array or the buffer its description names. */
struct storage {
	void *at;
	size_t size;
};

static struct storage param_storage(const struct kernel_param *kp)
{
	if (kp->ops == &param_array_ops)
		return (struct storage){ kp->arr->elem,
					 (size_t)kp->arr->max * kp->arr->elemsize };
	if (kp->ops == &param_ops_string)
		return (struct storage){ kp->str->string, kp->str->maxlen };
	return (struct storage){ kp->arg, kp->size };
}

static void save_value(struct kernel_param *kp)
{
	struct storage value = param_storage(kp);

	if (kp->saved || !value.size)
		return;
	kp->saved = malloc(value.size);
	if (!kp->saved)
		return;
	memcpy(kp->saved, value.at, value.size);
	if (kp->ops == &param_array_ops && kp->arr->num)
		kp->saved_num = *kp->arr->num;
}

/* A value that changed is freed by its type before the old one comes back. */
static void restore_value(struct kernel_param *kp)
{
	struct storage value = param_storage(kp);
	bool array = kp->ops == &param_array_ops;
	void (*free_one)(void *arg) = array ? kp->arr->ops->free : kp->ops->free;
	size_t step = array ? kp->arr->elemsize : value.size;

	for (size_t at = 0; free_one && at < value.size; at += step)
		if (memcmp((char *)kp->saved + at, (char *)value.at + at, step))
			free_one((char *)value.at + at);
	memcpy(value.at, kp->saved, value.size);
	if (array && kp->arr->num)
		*kp->arr->num = kp->saved_num;
	free(kp->saved);
	kp->saved = NULL;
}

static void set_module_param(struct kernel_param *kp, const char *val)
{
	bool wants_value = !(kp->ops->flags & KERNEL_PARAM_OPS_FL_NOARG);
	int err;

	save_value(kp);
	err = !val && wants_value ? -EINVAL : kp->ops->set(val, kp);
	if (err == -ENOSPC)
		pr_err("%s: `%s' too large for parameter `%s'\n", "Booting kernel", val ?: "",
		       kp->name);
	else if (err)
		pr_err("%s: `%s' invalid for parameter `%s'\n", "Booting kernel", val ?: "",
		       kp->name);
}

/* early_param() names the parameter; __setup() matches a prefix of "name=value". */
static void offer_boot_param(struct udm_boot_param *bp, char *param, char *val, bool early)
{
	size_t len;

	if (bp->early != early)
		return;
	if (early) {
		if (same_name(param, bp->str) && bp->setup(val))
			pr_warn("Malformed early option '%s'\n", param);
		return;
	}
	len = strcspn(bp->str, "=");
	if (strlen(param) == len && !strncmp(param, bp->str, len))
		bp->setup(bp->str[len] == '=' ? val ?: "" : val ?: param + len);
}

static void apply_one(char *param, char *val, bool early)
{
	for (struct udm_boot_param *bp = boot_params; bp; bp = bp->next)
		offer_boot_param(bp, param, val, early);
	for (struct kernel_param *kp = params; kp && !early; kp = kp->next)
		if (same_name(param, kp->name))
			set_module_param(kp, val);
}

static void apply_all(const char *cmdline, bool early)
{
	char *copy = strdup(cmdline), *at = copy, *param, *val;

	if (!copy)
		return;
	for (at = skip_spaces(at); *at; ) {
		at = next_arg(at, &param, &val);
		if (!val && !strcmp(param, "--"))
			break;
		apply_one(param, val, early);
	}
	free(copy);
}

void parse_command_line(const char *cmdline)
{
	apply_all(cmdline, true);
	apply_all(cmdline, false);
}

int params_boot(const struct udm_config *cfg)
{
	return 0;
}

void params_shutdown(void)
{
	for (struct kernel_param *kp = params; kp; kp = kp->next)
		if (kp->saved)
			restore_value(kp);
}

/* The types. */
#define STANDARD_PARAM(name, type, format, parse)                                                  \
	int param_set_##name(const char *val, const struct kernel_param *kp)                       \
	{                                                                                          \
		return parse(val, 0, (type *)kp->arg);                                             \
	}                                                                                          \
	EXPORT_SYMBOL(param_set_##name);                                                           \
	int param_get_##name(char *buffer, const struct kernel_param *kp)                          \
	{                                                                                          \
		return scnprintf(buffer, PARAM_BUFFER_SIZE, format "\n", *(type *)kp->arg);        \
	}                                                                                          \
	EXPORT_SYMBOL(param_get_##name);                                                           \
	const struct kernel_param_ops param_ops_##name = {                                         \
		.set = param_set_##name,                                                           \
		.get = param_get_##name,                                                           \
	};                                                                                         \
	EXPORT_SYMBOL(param_ops_##name)
STANDARD_PARAM(byte, unsigned char, "%hhu", kstrtou8);
STANDARD_PARAM(short, short, "%hd", kstrtos16);
STANDARD_PARAM(ushort, unsigned short, "%hu", kstrtou16);
STANDARD_PARAM(int, int, "%d", kstrtoint);
STANDARD_PARAM(uint, unsigned int, "%u", kstrtouint);
STANDARD_PARAM(long, long, "%ld", kstrtol);
STANDARD_PARAM(ulong, unsigned long, "%lu", kstrtoul);
STANDARD_PARAM(ullong, unsigned long long, "%llu", kstrtoull);
STANDARD_PARAM(hexint, unsigned int, "%#08x", kstrtouint);

int param_set_uint_minmax(const char *val, const struct kernel_param *kp, unsigned int lo,
			  unsigned int hi)
{
	unsigned int num;
	int err = kstrtouint(val, 0, &num);

	if (!err && (num < lo || num > hi))
		err = -EINVAL;
	if (!err)
		*(unsigned int *)kp->arg = num;
	return err;
}
EXPORT_SYMBOL_GPL(param_set_uint_minmax);

int param_set_bool(const char *val, const struct kernel_param *kp)
{
	return kstrtobool(val ?: "1", kp->arg);
}
EXPORT_SYMBOL(param_set_bool);

int param_get_bool(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PARAM_BUFFER_SIZE, "%c\n", *(bool *)kp->arg ? 'Y' : 'N');
}
EXPORT_SYMBOL(param_get_bool);

const struct kernel_param_ops param_ops_bool = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set_bool,
	.get = param_get_bool,
};
EXPORT_SYMBOL(param_ops_bool);

int param_set_invbool(const char *val, const struct kernel_param *kp)
{
	bool value;
	int err = kstrtobool(val, &value);

	if (!err)
		*(bool *)kp->arg = !value;
	return err;
}
EXPORT_SYMBOL(param_set_invbool);

int param_get_invbool(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PARAM_BUFFER_SIZE, "%c\n", *(bool *)kp->arg ? 'N' : 'Y');
}
EXPORT_SYMBOL(param_get_invbool);

const struct kernel_param_ops param_ops_invbool = {
	.set = param_set_invbool,
	.get = param_get_invbool,
};
EXPORT_SYMBOL(param_ops_invbool);

/*
 * Strings are copied with the host's allocator: they live from before the
 * kernel's exists until after it is gone. A second setting in one boot frees
 * the first.
 */
static char **built_in_string(const void *arg)
{
	for (const struct kernel_param *kp = params; kp; kp = kp->next) {
		struct storage value = param_storage(kp);
		size_t at = (const char *)arg - (char *)value.at;

		if (kp->saved && (const char *)arg >= (char *)value.at && at < value.size)
			return (char **)((char *)kp->saved + at);
	}
	return NULL;
}

void param_free_charp(void *arg)
{
	char **string = arg, **built_in = built_in_string(arg);

	if (built_in && *string != *built_in) {
		free(*string);
		*string = *built_in;
	}
}
EXPORT_SYMBOL(param_free_charp);

int param_set_charp(const char *val, const struct kernel_param *kp)
{
	char *copy;

	if (strlen(val) > 1024)
		return -ENOSPC;
	copy = strdup(val);
	if (!copy)
		return -ENOMEM;
	param_free_charp(kp->arg);
	*(char **)kp->arg = copy;
	return 0;
}
EXPORT_SYMBOL(param_set_charp);

int param_get_charp(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PARAM_BUFFER_SIZE, "%s\n", *(char **)kp->arg ?: "(null)");
}
EXPORT_SYMBOL(param_get_charp);

const struct kernel_param_ops param_ops_charp = {
	.set = param_set_charp,
	.get = param_get_charp,
	.free = param_free_charp,
};
EXPORT_SYMBOL(param_ops_charp);

int param_set_copystring(const char *val, const struct kernel_param *kp)
{
	if (strnlen(val, kp->str->maxlen) == kp->str->maxlen) {
		pr_err("%s: string doesn't fit in %u chars.\n", kp->name, kp->str->maxlen - 1);
		return -ENOSPC;
	}
	strcpy(kp->str->string, val);
	return 0;
}
EXPORT_SYMBOL(param_set_copystring);

int param_get_string(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PARAM_BUFFER_SIZE, "%s\n", kp->str->string);
}
EXPORT_SYMBOL(param_get_string);

const struct kernel_param_ops param_ops_string = {
	.set = param_set_copystring,
	.get = param_get_string,
};
EXPORT_SYMBOL(param_ops_string);

/* One element of an array as a parameter of its own. */
static struct kernel_param array_element(const struct kernel_param *kp, unsigned int i)
{
	const struct kparam_array *arr = kp->arr;

	return (struct kernel_param){ .name = kp->name,
				      .ops = arr->ops,
				      .level = kp->level,
				      .arg = (char *)arr->elem + arr->elemsize * i };
}

static int param_array_set(const char *val, const struct kernel_param *kp)
{
	char *copy = strdup(val), *rest = copy, *piece;
	unsigned int count = 0;
	int err = copy ? 0 : -ENOMEM;

	while (!err && (piece = strsep(&rest, ","))) {
		struct kernel_param element = array_element(kp, count);

		err = count++ < kp->arr->max ? kp->arr->ops->set(piece, &element) : -EINVAL;
	}
	free(copy);
	if (!err && kp->arr->num)
		*kp->arr->num = count;
	return err;
}

static int param_array_get(char *buffer, const struct kernel_param *kp)
{
	unsigned int count = kp->arr->num ? *kp->arr->num : kp->arr->max;
	int len = 0;

	for (unsigned int i = 0; i < count; i++) {
		struct kernel_param element = array_element(kp, i);
		int n;

		/* The newline the element before ended with becomes the comma. */
		if (len)
			buffer[len - 1] = ',';
		n = kp->arr->ops->get(buffer + len, &element);
		if (n < 0)
			return n;
		len += n;
	}
	return len;
}

const struct kernel_param_ops param_array_ops = {
	.set = param_array_set,
	.get = param_array_get,
};
EXPORT_SYMBOL(param_array_ops);
