// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pieces of a command line: options, sizes with suffixes, quoted arguments.
 */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>

/*
 * An integer at *str, which moves behind it: 0 none, 1 an integer, 2 one and a
 * comma (passed over), 3 one and a hyphen (left in place: a range follows).
 */
int get_option(char **str, int *pint)
{
	char *at = *str;
	bool negative;
	int value;

	if (!at || !*at)
		return 0;
	negative = *at == '-';
	at += negative;
	value = simple_strtoull(at, str, 0);
	if (pint)
		*pint = negative ? -value : value;
	if (*str == at)
		return 0;
	switch (**str) {
	case ',':
		(*str)++;
		return 2;
	case '-':
		return 3;
	default:
		return 1;
	}
}
EXPORT_SYMBOL(get_option);

/*
 * Fills ints[1 ...] with integers and ranges "a-b" as far as there is room; ints[0] says
 * how many there were. Without room (@nints 0) it only counts. Returns where it stopped.
 */
char *get_options(const char *str, int nints, int *ints)
{
	char *at = (char *)str;
	bool count_only = !nints;
	int found = 0, kind;

	do {
		int value = 0, above;

		if (!count_only && found + 1 >= nints)
			break;
		kind = get_option(&at, &value);
		if (!count_only)
			ints[found + 1] = value;
		if (!kind)
			break;
		found++;
		if (kind != 3)
			continue;
		/* The end of the range is read again, as the next integer. */
		above = simple_strtol(++at, NULL, 0) - value;
		if (above < 0) {
			found--;
			break;
		}
		for (int i = 1; !count_only && i < above && found - 1 + i + 1 < nints; i++)
			ints[found + i] = value + i;
		found += above - 1;
	} while (kind != 1);
	ints[0] = found;
	return at;
}
EXPORT_SYMBOL(get_options);

unsigned long long memparse(const char *ptr, char **retptr)
{
	static const char suffixes[] = "kmgtpe";
	char *end;
	unsigned long long val = simple_strtoull(ptr, &end, 0);
	const char *suffix = *end ? strchr(suffixes, tolower(*end)) : NULL;

	if (suffix) {
		val <<= 10 * (suffix - suffixes + 1);
		end++;
	}
	if (retptr)
		*retptr = end;
	return val;
}
EXPORT_SYMBOL(memparse);

bool parse_option_str(const char *str, const char *option)
{
	size_t want = strlen(option);

	for (;;) {
		size_t word = strcspn(str, ",");

		if (word && word == want && !memcmp(str, option, want))
			return true;
		if (!str[word])
			return false;
		str += word + 1;
	}
}
EXPORT_SYMBOL(parse_option_str);

/* Ends the argument at s: behind it, or at the end of the string. Quotes protect blanks. */
static char *argument_end(char *s)
{
	bool quoted = false;

	for (; *s && (quoted || !isspace(*s)); s++)
		quoted ^= *s == '"';
	return s;
}

static char *strip_quotes(char *s, char *end)
{
	if (*s != '"')
		return s;
	if (end > s + 1 && end[-1] == '"')
		end[-1] = '\0';
	return s + 1;
}

char *next_arg(char *args, char **param, char **val)
{
	char *end = argument_end(args), *rest = *end ? end + 1 : end, *equals;

	*end = '\0';
	*param = strip_quotes(args, end);
	equals = strchr(*param, '=');
	*val = NULL;
	if (equals) {
		*equals = '\0';
		*val = strip_quotes(equals + 1, end);
	}
	return skip_spaces(rest);
}
EXPORT_SYMBOL(next_arg);
