/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text for people: sizes with units, escapes, changes of case, lists.
 * Kernel path: linux/string_helpers.h, lib/string_helpers.c.
 */
#ifndef _UDM_LINUX_STRING_HELPERS_H
#define _UDM_LINUX_STRING_HELPERS_H

#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/string.h>
#include <linux/string_choices.h>
#include <linux/types.h>

struct device;
struct file;
struct task_struct;

static inline bool string_is_terminated(const char *s, int len)
{
	return memchr(s, '\0', len) ? true : false;
}

/* One of the first two; the others may be added. */
enum string_size_units {
	STRING_UNITS_10,
	STRING_UNITS_2,
	STRING_UNITS_MASK = BIT(0),
	STRING_UNITS_NO_SPACE = BIT(30),
	STRING_UNITS_NO_BYTES = BIT(31),
};

/* size * blk_size with three significant digits, such as "1.04 kB": snprintf()'s value. */
int string_get_size(u64 size, u64 blk_size, const enum string_size_units units, char *buf, int len);

/*
 * Integers separated by commas, such as a user wrote: *array is allocated, its first
 * element says how many follow. 0, -ENOENT without any, -ENOMEM, -EFAULT.
 */
int parse_int_array(const char *buf, size_t count, int **array);
int parse_int_array_user(const char __user *from, size_t count, int **array);

#define UNESCAPE_SPACE BIT(0)	/* \f \n \r \t \v */
#define UNESCAPE_OCTAL BIT(1)	/* \NNN */
#define UNESCAPE_HEX BIT(2)	/* \xHH */
#define UNESCAPE_SPECIAL BIT(3)	/* \" \\ \a \e */
#define UNESCAPE_ANY (UNESCAPE_SPACE | UNESCAPE_OCTAL | UNESCAPE_HEX | UNESCAPE_SPECIAL)
#define UNESCAPE_ALL_MASK GENMASK(3, 0)

/* The length of what is in @dst, ended by a zero byte; @size 0: room enough for everything. */
int string_unescape(char *src, char *dst, size_t size, unsigned int flags);

static inline int string_unescape_inplace(char *buf, unsigned int flags)
{
	return string_unescape(buf, buf, 0, flags);
}

static inline int string_unescape_any(char *src, char *dst, size_t size)
{
	return string_unescape(src, dst, size, UNESCAPE_ANY);
}

static inline int string_unescape_any_inplace(char *buf)
{
	return string_unescape_any(buf, buf, 0);
}

#define ESCAPE_SPACE BIT(0)	/* \f \n \r \t \v */
#define ESCAPE_SPECIAL BIT(1)	/* \" \\ \a \e */
#define ESCAPE_NULL BIT(2)	/* \0 */
#define ESCAPE_OCTAL BIT(3)	/* \NNN for everything */
#define ESCAPE_ANY (ESCAPE_SPACE | ESCAPE_OCTAL | ESCAPE_SPECIAL | ESCAPE_NULL)
#define ESCAPE_NP BIT(4)	/* not what is printable */
#define ESCAPE_ANY_NP (ESCAPE_ANY | ESCAPE_NP)
#define ESCAPE_HEX BIT(5)	/* \xHH for everything */
#define ESCAPE_NA BIT(6)	/* not what is ASCII */
#define ESCAPE_NAP BIT(7)	/* not what is printable ASCII */
#define ESCAPE_APPEND BIT(8)	/* @only adds to the classes instead of limiting them */
#define ESCAPE_ALL_MASK GENMASK(8, 0)

/*
 * Writes @isz bytes of @src with escapes of the classes of @flags, for the characters of
 * @only alone if given. No zero byte at the end. The length it would need: more than
 * @osz if not everything was written.
 */
int string_escape_mem(const char *src, size_t isz, char *dst, size_t osz, unsigned int flags,
		      const char *only);

static inline int string_escape_mem_any_np(const char *src, size_t isz, char *dst, size_t osz,
					   const char *only)
{
	return string_escape_mem(src, isz, dst, osz, ESCAPE_ANY_NP, only);
}

static inline int string_escape_str(const char *src, char *dst, size_t sz, unsigned int flags,
				    const char *only)
{
	return string_escape_mem(src, strlen(src), dst, sz, flags, only);
}

static inline int string_escape_str_any_np(const char *src, char *dst, size_t sz,
					   const char *only)
{
	return string_escape_str(src, dst, sz, ESCAPE_ANY_NP, only);
}

/* With the zero byte. */
static inline void string_upper(char *dst, const char *src)
{
	do
		*dst++ = toupper(*src);
	while (*src++);
}

static inline void string_lower(char *dst, const char *src)
{
	do
		*dst++ = tolower(*src);
	while (*src++);
}

/* Copies for logs, with escapes for what would spoil them; NULL on failure. */
char *kstrdup_quotable(const char *src, gfp_t gfp);
char *kstrdup_quotable_cmdline(struct task_struct *task, gfp_t gfp);
char *kstrdup_quotable_file(struct file *file, gfp_t gfp);
char *kstrdup_and_replace(const char *src, char old, char new_char, gfp_t gfp);

/* "prefix-0" ... "prefix-(n-1)"; freed with kfree_strarray(), or with the device. */
char **kasprintf_strarray(gfp_t gfp, const char *prefix, size_t n);
void kfree_strarray(char **array, size_t n);
/* ERR_PTR on failure. */
char **devm_kasprintf_strarray(struct device *dev, const char *prefix, size_t n);

#endif
