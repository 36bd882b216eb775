// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers for text that comes from and goes to people: white space, comparison with
 * lists of words, escapes, sizes with units, copies for logs. "sysfs" comparisons
 * ignore one newline at the end of either string.
 */
#include <linux/ctype.h>
#include <linux/dcache.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/hex.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/string_helpers.h>

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

/* What the reader of an escape has at *src after the backslash; true if it was one. */
static bool unescape_one(const char **src, char *to, unsigned int flags)
{
	static const char space[] = "nrtvf", space_value[] = "\n\r\t\v\f";
	static const char special[] = "\"\\ae", special_value[] = "\"\\\a\e";
	const char *at = *src, *found;
	unsigned int value = 0;

	if ((flags & UNESCAPE_SPACE) && (found = strchr(space, *at))) {
		*to = space_value[found - space];
		*src = at + 1;
		return true;
	}
	if ((flags & UNESCAPE_OCTAL) && isodigit(*at)) {
		/* Three digits at most, and no more than a byte holds. */
		for (; at < *src + 3 && isodigit(*at) && value < 32; at++)
			value = value * 8 + *at - '0';
		*to = value;
		*src = at;
		return true;
	}
	if ((flags & UNESCAPE_HEX) && *at == 'x' && isxdigit(at[1])) {
		for (at++; at < *src + 3 && isxdigit(*at); at++)
			value = value * 16 + hex_to_bin(*at);
		*to = value;
		*src = at;
		return true;
	}
	if ((flags & UNESCAPE_SPECIAL) && (found = strchr(special, *at))) {
		*to = special_value[found - special];
		*src = at + 1;
		return true;
	}
	return false;
}

int string_unescape(char *src, char *dst, size_t size, unsigned int flags)
{
	const char *from = src;
	char *to = dst;

	if (!size)
		size = SIZE_MAX;
	/* Room is counted in characters of the source, an escape as two. */
	while (*from && --size) {
		if (from[0] == '\\' && from[1] && size > 1) {
			from++;
			size--;
			if (unescape_one(&from, to, flags)) {
				to++;
				continue;
			}
			*to++ = '\\';
		}
		*to++ = *from++;
	}
	*to = '\0';
	return to - dst;
}
EXPORT_SYMBOL(string_unescape);

/* A character that stays as it is, by its class or for not being among those to escape. */
static bool stays(unsigned char c, unsigned int flags, const char *only)
{
	bool limited = only && *only, listed = limited && strchr(only, c);
	bool append = flags & ESCAPE_APPEND;

	if (limited && !append && !listed)
		return true;
	if (append && listed)
		return false;
	return ((flags & ESCAPE_NAP) && isascii(c) && isprint(c)) ||
	       ((flags & ESCAPE_NP) && isprint(c)) || ((flags & ESCAPE_NA) && isascii(c));
}

/* The escape of c in text[]: its length. */
static int escape_one(unsigned char c, unsigned int flags, char *text)
{
	static const char space[] = "\n\r\t\v\f", space_name[] = "nrtvf";
	static const char special[] = "\\\a\e\"", special_name[] = "\\ae\"";
	const char *found = NULL;

	text[0] = '\\';
	if ((flags & ESCAPE_SPACE) && c && (found = strchr(space, c)))
		text[1] = space_name[found - space];
	else if ((flags & ESCAPE_SPECIAL) && c && (found = strchr(special, c)))
		text[1] = special_name[found - special];
	else if ((flags & ESCAPE_NULL) && !c)
		text[1] = '0';
	else if (flags & ESCAPE_OCTAL)
		return sprintf(text, "\\%03o", c);
	else if (flags & ESCAPE_HEX)
		return sprintf(text, "\\x%02x", c);
	else
		return text[0] = c, 1;
	return 2;
}

int string_escape_mem(const char *src, size_t isz, char *dst, size_t osz, unsigned int flags,
		      const char *only)
{
	size_t len = 0;

	for (; isz--; src++) {
		char text[8] = { *src };
		int n = stays(*src, flags, only) ? 1 : escape_one(*src, flags, text);

		for (int i = 0; i < n; i++, len++)
			if (len < osz)
				dst[len] = text[i];
	}
	return len;
}
EXPORT_SYMBOL(string_escape_mem);

int string_get_size(u64 size, u64 blk_size, const enum string_size_units units, char *buf, int len)
{
	static const unsigned int half[] = { 500, 50, 5 };
	bool binary = (units & STRING_UNITS_MASK) == STRING_UNITS_2;
	const char *prefixes = binary ? "KMGTPEZY" : "kMGTPEZY";
	const char *space = units & STRING_UNITS_NO_SPACE ? "" : " ";
	const char *byte = units & STRING_UNITS_NO_BYTES ? "" : "B";
	unsigned __int128 whole = (unsigned __int128)size * blk_size;
	unsigned int unit = binary ? 1024 : 1000, rest = 0, power = 0, digits = 0;
	char fraction[8] = "", prefix[4] = "";

	for (; whole >= unit; whole /= unit, power++)
		rest = whole % unit;
	/* Three significant digits: so many of them follow the point. */
	if (whole) {
		digits = whole >= 100 ? 0 : whole >= 10 ? 1 : 2;
		rest = rest * 1000 / unit + half[digits];
		whole += rest / 1000;
		rest %= 1000;
	}
	if (digits) {
		snprintf(fraction, sizeof(fraction), ".%03u", rest);
		fraction[digits + 1] = '\0';
	}
	if (power > strlen(prefixes))
		strcpy(prefix, "UNK");
	else if (power)
		snprintf(prefix, sizeof(prefix), binary ? "%ci" : "%c", prefixes[power - 1]);
	return snprintf(buf, len, "%u%s%s%s%s", (u32)whole, fraction, space, prefix, byte);
}
EXPORT_SYMBOL(string_get_size);

int parse_int_array(const char *buf, size_t count __always_unused, int **array)
{
	int n, *ints;

	get_options(buf, 0, &n);
	if (!n)
		return -ENOENT;
	ints = kcalloc(n + 1, sizeof(*ints), GFP_KERNEL);
	if (!ints)
		return -ENOMEM;
	get_options(buf, n + 1, ints);
	*array = ints;
	return 0;
}
EXPORT_SYMBOL(parse_int_array);

int parse_int_array_user(const char __user *from, size_t count, int **array)
{
	char *buf = memdup_user_nul(from, count);
	int err;

	if (IS_ERR(buf))
		return PTR_ERR(buf);
	err = parse_int_array(buf, count, array);
	kfree(buf);
	return err;
}
EXPORT_SYMBOL(parse_int_array_user);

char *kstrdup_quotable(const char *src, gfp_t gfp)
{
	static const char spoils[] = "\f\n\r\t\v\a\e\\\"";
	size_t len, room;
	char *copy;

	if (!src)
		return NULL;
	len = strlen(src);
	room = string_escape_mem(src, len, NULL, 0, ESCAPE_HEX, spoils);
	copy = kmalloc(room + 1, gfp);
	if (!copy)
		return NULL;
	string_escape_mem(src, len, copy, room, ESCAPE_HEX, spoils);
	copy[room] = '\0';
	return copy;
}
EXPORT_SYMBOL_GPL(kstrdup_quotable);

/* No task of this machine came from an executable: there are no arguments. */
char *kstrdup_quotable_cmdline(struct task_struct *task __always_unused, gfp_t gfp)
{
	return kstrdup_quotable("", gfp);
}
EXPORT_SYMBOL_GPL(kstrdup_quotable_cmdline);

char *kstrdup_quotable_file(struct file *file, gfp_t gfp)
{
	char *room, *path, *copy;

	if (!file)
		return kstrdup("<unknown>", gfp);
	/* d_path() may write " (deleted)" as well. */
	room = kmalloc(PATH_MAX + 11, gfp);
	if (!room)
		return kstrdup("<no_memory>", gfp);
	path = d_path(&file->f_path, room, PATH_MAX + 11);
	copy = IS_ERR(path) ? kstrdup("<too_long>", gfp) : kstrdup_quotable(path, gfp);
	kfree(room);
	return copy;
}
EXPORT_SYMBOL_GPL(kstrdup_quotable_file);

char *kstrdup_and_replace(const char *src, char old, char new_char, gfp_t gfp)
{
	char *copy = kstrdup(src, gfp);

	return copy ? strreplace(copy, old, new_char) : NULL;
}
EXPORT_SYMBOL_GPL(kstrdup_and_replace);

char **kasprintf_strarray(gfp_t gfp, const char *prefix, size_t n)
{
	char **names = kcalloc(n, sizeof(*names), gfp);

	for (size_t i = 0; names && i < n; i++) {
		names[i] = kasprintf(gfp, "%s-%zu", prefix, i);
		if (!names[i]) {
			kfree_strarray(names, i);
			return NULL;
		}
	}
	return names;
}
EXPORT_SYMBOL_GPL(kasprintf_strarray);

void kfree_strarray(char **array, size_t n)
{
	if (!array)
		return;
	while (n--)
		kfree(array[n]);
	kfree(array);
}
EXPORT_SYMBOL_GPL(kfree_strarray);

struct managed_names {
	char **array;
	size_t n;
};

static void managed_names_release(struct device *dev __always_unused, void *res)
{
	struct managed_names *names = res;

	kfree_strarray(names->array, names->n);
}

char **devm_kasprintf_strarray(struct device *dev, const char *prefix, size_t n)
{
	struct managed_names *names;

	names = devres_alloc(managed_names_release, sizeof(*names), GFP_KERNEL);
	if (!names)
		return ERR_PTR(-ENOMEM);
	names->n = n;
	names->array = kasprintf_strarray(GFP_KERNEL, prefix, n);
	if (!names->array) {
		devres_free(names);
		return ERR_PTR(-ENOMEM);
	}
	devres_add(dev, names);
	return names->array;
}
EXPORT_SYMBOL_GPL(devm_kasprintf_strarray);
