// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers for text that comes from and goes to people: white space, and
 * comparison with lists of words. "sysfs" comparisons ignore one newline at the
 * end of either string.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>

char *skip_spaces(const char *str)
{
	while (isspace(*str))
		str++;
	return (char *)str;
}
EXPORT_SYMBOL(skip_spaces);

char *strim(char *str)
{
	size_t len = strlen(str);

	while (len && isspace(str[len - 1]))
		len--;
	str[len] = '\0';
	return skip_spaces(str);
}
EXPORT_SYMBOL(strim);

static size_t len_without_newline(const char *s)
{
	size_t len = strlen(s);

	return len && s[len - 1] == '\n' ? len - 1 : len;
}

bool sysfs_streq(const char *s1, const char *s2)
{
	size_t len = len_without_newline(s1);

	return len == len_without_newline(s2) && !memcmp(s1, s2, len);
}
EXPORT_SYMBOL(sysfs_streq);

static bool same_text(const char *s1, const char *s2)
{
	return !strcmp(s1, s2);
}

/* A NULL entry ends the list, as does its n-th entry. */
static int find_word(const char *const *array, size_t n, const char *str,
		     bool (*equal)(const char *, const char *))
{
	for (size_t i = 0; i < n && array[i]; i++)
		if (equal(array[i], str))
			return i;
	return -EINVAL;
}

int match_string(const char *const *array, size_t n, const char *string)
{
	return find_word(array, n, string, same_text);
}
EXPORT_SYMBOL(match_string);

int __sysfs_match_string(const char *const *array, size_t n, const char *str)
{
	return find_word(array, n, str, sysfs_streq);
}
EXPORT_SYMBOL(__sysfs_match_string);
