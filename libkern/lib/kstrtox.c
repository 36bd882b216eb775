// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text to numbers.
 *
 * The simple_ functions take the number a string begins with. The kstrto
 * functions insist that the string is nothing but the number, and that it fits
 * the type; all of them are one signed or unsigned parse and a range check.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* Longest text the _from_user forms take: sign, 64 binary digits, newline. */
#define USER_TEXT_MAX 66

static const char *skip_base_prefix(const char *s, unsigned int *base)
{
	bool hex = s[0] == '0' && (s[1] | 0x20) == 'x' && isxdigit(s[2]);

	if (*base == 0)
		*base = hex ? 16 : s[0] == '0' ? 8 : 10;
	return *base == 16 && hex ? s + 2 : s;
}

/* Reads digits; returns behind the last one (s if none) and says if they overflowed. */
static const char *read_digits(const char *s, unsigned int base, unsigned long long *res,
			       bool *overflow)
{
	*res = 0;
	*overflow = false;
	for (; ; s++) {
		int digit = hex_to_bin(*s);

		if (digit < 0 || digit >= base)
			return s;
		*overflow |= __builtin_mul_overflow(*res, base, res);
		*overflow |= __builtin_add_overflow(*res, digit, res);
	}
}

/* A whole unsigned number, without sign. */
static int parse_whole(const char *s, unsigned int base, unsigned long long *res)
{
	const char *digits, *end;
	bool overflow;

	digits = skip_base_prefix(s, &base);
	end = read_digits(digits, base, res, &overflow);
	if (end == digits)
		return -EINVAL;
	if (overflow)
		return -ERANGE;
	if (*end == '\n')
		end++;
	return *end ? -EINVAL : 0;
}

int kstrtoull(const char *s, unsigned int base, unsigned long long *res)
{
	unsigned long long val;
	int err = parse_whole(*s == '+' ? s + 1 : s, base, &val);

	if (!err)
		*res = val;
	return err;
}
EXPORT_SYMBOL(kstrtoull);

int kstrtoll(const char *s, unsigned int base, long long *res)
{
	unsigned long long val;
	bool negative = *s == '-';
	int err = parse_whole(negative || *s == '+' ? s + 1 : s, base, &val);

	if (err)
		return err;
	if (val > (unsigned long long)LLONG_MAX + negative)
		return -ERANGE;
	*res = negative ? -val : val;
	return 0;
}
EXPORT_SYMBOL(kstrtoll);

/* A narrower type: parsed wide, refused if it does not survive the conversion. */
#define KSTRTO(suffix, type, wide, parser)                                                         \
	int kstrto##suffix(const char *s, unsigned int base, type *res)                            \
	{                                                                                          \
		wide val;                                                                          \
		int err = parser(s, base, &val);                                                   \
		if (err)                                                                           \
			return err;                                                                \
		if (val != (wide)(type)val)                                                        \
			return -ERANGE;                                                            \
		*res = val;                                                                        \
		return 0;                                                                          \
	}                                                                                          \
	EXPORT_SYMBOL(kstrto##suffix)
KSTRTO(ul, unsigned long, unsigned long long, kstrtoull);
KSTRTO(l, long, long long, kstrtoll);
KSTRTO(uint, unsigned int, unsigned long long, kstrtoull);
KSTRTO(int, int, long long, kstrtoll);
KSTRTO(u16, u16, unsigned long long, kstrtoull);
KSTRTO(s16, s16, long long, kstrtoll);
KSTRTO(u8, u8, unsigned long long, kstrtoull);
KSTRTO(s8, s8, long long, kstrtoll);

int kstrtobool(const char *s, bool *res)
{
	const char *on = "yYtTeE1", *off = "nNfFdD0";
	char c = s ? s[0] : 0;

	if ((c | 0x20) == 'o')
		c = (s[1] | 0x20) == 'n' ? '1' : (s[1] | 0x20) == 'f' ? '0' : 0;
	if (!c || (!strchr(on, c) && !strchr(off, c)))
		return -EINVAL;
	*res = strchr(on, c);
	return 0;
}
EXPORT_SYMBOL(kstrtobool);

static int text_from_user(char *buf, size_t room, const char __user *s, size_t count)
{
	count = min(count, room - 1);
	if (copy_from_user(buf, s, count))
		return -EFAULT;
	buf[count] = '\0';
	return 0;
}

#define KSTRTO_FROM_USER(suffix, type)                                                             \
	int kstrto##suffix##_from_user(const char __user *s, size_t count, unsigned int base,      \
				       type *res)                                                  \
	{                                                                                          \
		char buf[USER_TEXT_MAX + 1];                                                       \
		return text_from_user(buf, sizeof(buf), s, count) ?:                               \
			       kstrto##suffix(buf, base, res);                                     \
	}                                                                                          \
	EXPORT_SYMBOL(kstrto##suffix##_from_user)
KSTRTO_FROM_USER(ull, unsigned long long);
KSTRTO_FROM_USER(ul, unsigned long);
KSTRTO_FROM_USER(uint, unsigned int);
KSTRTO_FROM_USER(int, int);

int kstrtobool_from_user(const char __user *s, size_t count, bool *res)
{
	/* Enough to tell "on" from "off". */
	char buf[4];

	return text_from_user(buf, sizeof(buf), s, count) ?: kstrtobool(buf, res);
}
EXPORT_SYMBOL(kstrtobool_from_user);

unsigned long long simple_strtoull(const char *cp, char **endp, unsigned int base)
{
	unsigned long long val;
	bool overflow;

	cp = skip_base_prefix(cp, &base);
	cp = read_digits(cp, base, &val, &overflow);
	if (endp)
		*endp = (char *)cp;
	return val;
}
EXPORT_SYMBOL(simple_strtoull);

unsigned long simple_strtoul(const char *cp, char **endp, unsigned int base)
{
	return simple_strtoull(cp, endp, base);
}
EXPORT_SYMBOL(simple_strtoul);

long long simple_strtoll(const char *cp, char **endp, unsigned int base)
{
	return *cp == '-' ? -simple_strtoull(cp + 1, endp, base) : simple_strtoull(cp, endp, base);
}
EXPORT_SYMBOL(simple_strtoll);

long simple_strtol(const char *cp, char **endp, unsigned int base)
{
	return simple_strtoll(cp, endp, base);
}
EXPORT_SYMBOL(simple_strtol);

int num_to_str(char *buf, int size, unsigned long long num, unsigned int width)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", num);
	int pad = max_t(int, width, len) - len;

	if (len > size || width > (unsigned int)size)
		return 0;
	memset(buf, ' ', pad);
	memcpy(buf + pad, digits, len);
	return pad + len;
}
