// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shell patterns.
 *
 * Only the last star needs to be remembered: what stands before it has matched,
 * and a longer match of an earlier star could not help the rest.
 */
#include <linux/export.h>
#include <linux/glob.h>
#include <linux/string.h>
#include <linux/types.h>

/* The ] that closes the class at @pat, behind the [; NULL if there is none. */
static const char *end_of_class(const char *pat)
{
	if (*pat == '!')
		pat++;
	return *pat ? strchr(pat + 1, ']') : NULL;
}

/* Members are characters and ranges; a ] right at the beginning is one too. */
static bool class_has(const char *pat, const char *end, unsigned char c)
{
	bool inverted = *pat == '!', found = false;

	for (pat += inverted; pat < end; pat++) {
		unsigned char low = *pat, high = low;

		if (pat[1] == '-' && pat + 2 < end) {
			high = pat[2];
			pat += 2;
		}
		found |= low <= c && c <= high;
	}
	return found != inverted;
}

/* Whether the element at *pat takes @c, which is not NUL; then *pat moves behind it. */
static bool take_one(const char **pat, char c)
{
	const char *at = *pat, *end;

	if (*at == '[') {
		end = end_of_class(at + 1);
		if (end) {
			*pat = end + 1;
			return class_has(at + 1, end, c);
		}
	}
	if (*at == '\\' && at[1])
		at++;
	else if (*at == '?')
		c = '?';
	*pat = at + 1;
	return *at == c;
}

bool glob_match(char const *pat, char const *str)
{
	const char *after_star = NULL, *retry = NULL;

	for (;;) {
		if (*pat == '*') {
			after_star = ++pat;
			retry = str;
			continue;
		}
		if (!*str && !*pat)
			return true;
		if (*str && *pat && take_one(&pat, *str)) {
			str++;
			continue;
		}
		if (!after_star || !*retry)
			return false;
		pat = after_star;
		str = ++retry;
	}
}
EXPORT_SYMBOL(glob_match);
