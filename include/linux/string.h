/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strings and memory. What libc has comes from libc.
 *
 * Kernel path: linux/string.h, lib/string.c, mm/util.c. Allocating functions
 * follow their gfp flags, return NULL on failure and give memory for kfree().
 */
#ifndef _UDM_LINUX_STRING_H
#define _UDM_LINUX_STRING_H

#include <string.h>
#include <strings.h>
#include <linux/array_size.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/overflow.h>
#include <linux/stdarg.h>
#include <linux/types.h>

/*
 * Copies and terminates. Length copied; -E2BIG if it did not fit (then dst is
 * terminated all the same), or if size is 0 or above INT_MAX (nothing written).
 * The two-argument form takes the size of the array dst.
 */
ssize_t sized_strscpy(char *dst, const char *src, size_t size);
#define __strscpy_pick(a, b, c, which, ...) which
#define __strscpy2(dst, src) sized_strscpy(dst, src, sizeof(dst) + __must_be_array(dst))
#define __strscpy3(dst, src, size) sized_strscpy(dst, src, size)
#define strscpy(...) __strscpy_pick(__VA_ARGS__, __strscpy3, __strscpy2, )(__VA_ARGS__)
/* As strscpy(), and zeroes the rest of dst. */
ssize_t sized_strscpy_pad(char *dst, const char *src, size_t size);
#define __strscpy_pad2(dst, src) sized_strscpy_pad(dst, src, sizeof(dst) + __must_be_array(dst))
#define __strscpy_pad3(dst, src, size) sized_strscpy_pad(dst, src, size)
#define strscpy_pad(...) __strscpy_pick(__VA_ARGS__, __strscpy_pad3, __strscpy_pad2, )(__VA_ARGS__)

/* The end of the string, or of its first @count characters, if @c is not in it. */
char *strnchrnul(const char *s, size_t count, int c);
/* Appends; what it would need. @size must be more than what is in @dst: else BUG. */
size_t udm_strlcat(char *dst, const char *src, size_t size);
#undef strlcat
#define strlcat(dst, src, size) udm_strlcat(dst, src, size)

/* Fill with values of several bytes; @count values. u64 and uint64_t are two types here, so
 * that the 64-bit form takes any pointer. */
#define __UDM_MEMSET(name, type, pointer)                                                          \
	static inline void *name(pointer *to, type v, size_t count)                                \
	{                                                                                          \
		type *s = to;                                                                      \
                                                                                                   \
		for (size_t i = 0; i < count; i++)                                                 \
			s[i] = v;                                                                  \
		return s;                                                                          \
	}
__UDM_MEMSET(memset16, uint16_t, uint16_t)
__UDM_MEMSET(memset32, uint32_t, uint32_t)
__UDM_MEMSET(memset64, uint64_t, void)
__UDM_MEMSET(memset_l, unsigned long, unsigned long)
#undef __UDM_MEMSET
static inline void *memset_p(void **p, void *v, size_t n)
{
	return memset_l((unsigned long *)p, (unsigned long)v, n);
}
#define memcpy_flushcache(dst, src, cnt) memcpy(dst, src, cnt)

/* Two arrays of pointers that NULL ends, one after the other in a new one; kfree(). */
void **__memcat_p(void **a, void **b);
#define memcat_p(a, b) ((typeof(*a) *)__memcat_p((void **)(a), (void **)(b)))

void *memchr_inv(const void *p, int c, size_t n);
char *strreplace(char *str, char old, char with);
char *skip_spaces(const char *str);
char *strim(char *str);
bool sysfs_streq(const char *s1, const char *s2);
int match_string(const char *const *array, size_t n, const char *string);
int __sysfs_match_string(const char *const *array, size_t n, const char *str);
#define sysfs_match_string(a, s) __sysfs_match_string(a, ARRAY_SIZE(a), s)
char *strnchr(const char *s, size_t count, int c);
char *strnstr(const char *s1, const char *s2, size_t len);
void *memscan(void *addr, int c, size_t size);

static inline bool mem_is_zero(const void *s, size_t n)
{
	return !memchr_inv(s, 0, n);
}

static inline char *strstrip(char *str)
{
	return strim(str);
}

static inline bool strstarts(const char *str, const char *prefix)
{
	return strncmp(str, prefix, strlen(prefix)) == 0;
}

static inline bool strends(const char *str, const char *suffix)
{
	size_t len = strlen(str), tail = strlen(suffix);

	return len >= tail && !memcmp(str + len - tail, suffix, tail);
}

static __always_inline size_t str_has_prefix(const char *str, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(str, prefix, len) == 0 ? len : 0;
}

static inline const char *kbasename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static inline void memzero_explicit(void *s, size_t count)
{
	memset(s, 0, count);
	barrier_data(s);
}

static inline void memset_after_from(void *obj, int v, size_t from, size_t size)
{
	memset((char *)obj + from, v, size - from);
}
#define memset_after(obj, v, member)                                                               \
	memset_after_from(obj, v, offsetofend(typeof(*(obj)), member), sizeof(*(obj)))
#define memset_startat(obj, v, member)                                                             \
	memset_after_from(obj, v, offsetof(typeof(*(obj)), member), sizeof(*(obj)))
#define memcpy_and_pad(dest, dest_len, src, count, pad)                                            \
	({                                                                                         \
		size_t __room = (dest_len), __n = (count);                                         \
		memcpy((dest), (src), __n < __room ? __n : __room);                                \
		if (__n < __room)                                                                  \
			memset((char *)(dest) + __n, (pad), __room - __n);                         \
	})
#define unsafe_memcpy(dst, src, bytes, justification) memcpy(dst, src, bytes)
/* Up to @room characters of a text; compilers that see its size see that it is respected. */
#define __strnlen_seen(src, room)                                                                  \
	strnlen(src, (room) < __builtin_object_size(src, 1) ? (room)                               \
							    : __builtin_object_size(src, 1))
#define strtomem(dest, src) memcpy(dest, src, __strnlen_seen(src, sizeof(dest)))
#define strtomem_pad(dest, src, pad)                                                               \
	({                                                                                         \
		size_t __len = __strnlen_seen(src, sizeof(dest));                                  \
		memcpy(dest, src, __len);                                                          \
		memset((dest) + __len, pad, sizeof(dest) - __len);                                 \
	})
#define memtostr_pad(dest, src)                                                                    \
	({                                                                                         \
		memset(dest, 0, sizeof(dest));                                                     \
		memtostr(dest, src);                                                               \
	})
#define memtostr(dest, src) __memtostr(dest, sizeof(dest), src, sizeof(src))
static inline void __memtostr(char *dest, size_t room, const char *src, size_t len)
{
	size_t n = strnlen(src, len < room - 1 ? len : room - 1);

	memcpy(dest, src, n);
	dest[n] = '\0';
}

/* A number with an optional suffix k m g t p e (times 1024 to the power 1 ... 6). */
unsigned long long memparse(const char *ptr, char **retptr);
int get_option(char **str, int *pint);
char *get_options(const char *str, int nints, int *ints);
/* Cuts the next parameter off a command line; values may be quoted. */
/* Whether @option is one of the words of @str, which commas part. */
bool parse_option_str(const char *str, const char *option);
/* The words of @str in an array that NULL ends (their number in *argcp unless NULL), or NULL. */
char **argv_split(gfp_t gfp, const char *str, int *argcp);
void argv_free(char **argv);
char *next_arg(char *args, char **param, char **val);

char *kstrdup(const char *s, gfp_t gfp) __malloc;
char *kstrndup(const char *s, size_t len, gfp_t gfp) __malloc;
char *kmemdup_nul(const char *s, size_t len, gfp_t gfp) __malloc;
void *kmemdup(const void *src, size_t len, gfp_t gfp) __malloc;
void *kmemdup_array(const void *src, size_t count, size_t element_size, gfp_t gfp) __malloc;
void *kvmemdup(const void *src, size_t len, gfp_t gfp) __malloc;
/* s itself if it is read-only program data, else a copy; freed by kfree_const(). */
const char *kstrdup_const(const char *s, gfp_t gfp);
void kfree_const(const void *x);

/* Copies from user memory; ERR_PTR(-ENOMEM, -EFAULT, for strings too long -EINVAL). */
void *memdup_user(const void __user *src, size_t len) __must_check;
void *vmemdup_user(const void __user *src, size_t len) __must_check;
void *memdup_array_user(const void __user *src, size_t n, size_t size) __must_check;
void *memdup_user_nul(const void __user *src, size_t len) __must_check;
char *strndup_user(const char __user *s, long n) __must_check;
/* Reads from a buffer at *ppos, which moves: the bytes read, -EINVAL for a negative one. */
ssize_t memory_read_from_buffer(void *to, size_t count, loff_t *ppos, const void *from,
				size_t available);

#endif
