// SPDX-License-Identifier: GPL-2.0-only
/*
 * String functions that libc lacks.
 */
#include <linux/bug.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

ssize_t sized_strscpy(char *dst, const char *src, size_t size)
{
	size_t len;

	if (!size || WARN_ON_ONCE(size > INT_MAX))
		return -E2BIG;
	len = strnlen(src, size);
	memcpy(dst, src, min(len, size - 1));
	dst[min(len, size - 1)] = '\0';
	return len < size ? (ssize_t)len : -E2BIG;
}
EXPORT_SYMBOL(sized_strscpy);

ssize_t sized_strscpy_pad(char *dst, const char *src, size_t size)
{
	ssize_t copied = sized_strscpy(dst, src, size);

	if (copied >= 0)
		memset(dst + copied, 0, size - copied);
	return copied;
}
EXPORT_SYMBOL(sized_strscpy_pad);

/* If the first byte fits and every byte equals the one before it, all of them fit. */
void *memchr_inv(const void *p, int c, size_t n)
{
	const unsigned char *s = p, want = c;
	size_t i;

	if (!n || (s[0] == want && !memcmp(s, s + 1, n - 1)))
		return NULL;
	for (i = 0; s[i] == want; i++)
		;
	return (void *)(s + i);
}
EXPORT_SYMBOL(memchr_inv);

void *memscan(void *addr, int c, size_t size)
{
	return memchr(addr, c, size) ?: (char *)addr + size;
}
EXPORT_SYMBOL(memscan);

char *strreplace(char *str, char old, char with)
{
	for (char *s = strchr(str, old); old && s; s = strchr(s, old))
		*s++ = with;
	return str;
}
EXPORT_SYMBOL(strreplace);

char *strnchr(const char *s, size_t count, int c)
{
	return memchr(s, c, min(strnlen(s, count) + 1, count));
}
EXPORT_SYMBOL(strnchr);

char *strnstr(const char *s1, const char *s2, size_t len)
{
	size_t want = strlen(s2);

	return want ? memmem(s1, strnlen(s1, len), s2, want) : (char *)s1;
}
EXPORT_SYMBOL(strnstr);

char *strnchrnul(const char *s, size_t count, int c)
{
	while (count-- && *s && *s != (char)c)
		s++;
	return (char *)s;
}
EXPORT_SYMBOL(strnchrnul);

size_t udm_strlcat(char *dst, const char *src, size_t size)
{
	size_t have = strlen(dst), more = strlen(src), n;

	BUG_ON(have >= size);
	n = min(more, size - have - 1);
	memcpy(dst + have, src, n);
	dst[have + n] = '\0';
	return have + more;
}
EXPORT_SYMBOL(udm_strlcat);
