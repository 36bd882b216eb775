// SPDX-License-Identifier: GPL-2.0-only
/*
 * Formatted text with the kernel's pointer extensions.
 *
 * The format is walked here; each ordinary conversion is rebuilt with its flags
 * and handed to libc with its one argument, so numbers look exactly as libc
 * prints them. %p and what may follow it is vsprintf_pointer.c's. Results have
 * the meaning of C: the length the whole text would have.
 */
#include <stdio.h>
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <asm/page.h>
#include <asm/sections.h>
#include "libkern/lib/vsprintf.h"

void text_char(struct text_out *out, char c)
{
	if (out->len < out->size)
		out->buf[out->len] = c;
	out->len++;
}

void text_bytes(struct text_out *out, const char *s, size_t n)
{
	if (out->len < out->size)
		memcpy(out->buf + out->len, s, min(n, out->size - out->len));
	out->len += n;
}

static void text_pad(struct text_out *out, int n)
{
	while (n-- > 0)
		text_char(out, ' ');
}

void text_string(struct text_out *out, const char *s, const struct conversion *conv)
{
	size_t n = conv->precision >= 0 ? strnlen(s, conv->precision) : strlen(s);
	int pad = conv->width - (int)min_t(size_t, n, INT_MAX);

	if (!conv->left)
		text_pad(out, pad);
	text_bytes(out, s, n);
	if (conv->left)
		text_pad(out, pad);
}

void text_printf(struct text_out *out, const char *fmt, ...)
{
	size_t room = out->len < out->size ? out->size - out->len : 0;
	va_list args;

	va_start(args, fmt);
	out->len += (vsnprintf)(room ? out->buf + out->len : NULL, room, fmt, args);
	va_end(args);
}

enum length {
	LEN_CHAR,
	LEN_SHORT,
	LEN_INT,
	LEN_LONG,
	LEN_LONG_LONG,
	LEN_SIZE,
	LEN_PTRDIFF,
	LEN_INTMAX,
	LEN_LONG_DOUBLE,
};

static const char *parse_flags(const char *fmt, struct conversion *conv)
{
	for (;; fmt++) {
		switch (*fmt) {
		case '-':
			conv->left = true;
			break;
		case '+':
			conv->plus = true;
			break;
		case ' ':
			conv->space = true;
			break;
		case '#':
			conv->alternate = true;
			break;
		case '0':
			conv->zero = true;
			break;
		default:
			return fmt;
		}
	}
}

/* A va_list that can be passed on by address, however the ABI defines the type. */
struct arguments {
	va_list list;
};

static const char *parse_number(const char *fmt, struct arguments *args, int *number)
{
	char *end;

	if (*fmt == '*') {
		*number = va_arg(args->list, int);
		return fmt + 1;
	}
	*number = isdigit(*fmt) ? simple_strtoul(fmt, &end, 10) : 0;
	return isdigit(*fmt) ? end : fmt;
}

static const char *parse_conversion(const char *fmt, struct arguments *args,
				    struct conversion *conv)
{
	*conv = (struct conversion){ .precision = -1 };
	fmt = parse_flags(fmt, conv);
	fmt = parse_number(fmt, args, &conv->width);
	if (conv->width < 0) {
		conv->left = true;
		conv->width = -conv->width;
	}
	if (*fmt == '.')
		fmt = parse_number(fmt + 1, args, &conv->precision);
	return fmt;
}

static const char *parse_length(const char *fmt, enum length *length)
{
	bool twice = fmt[0] && fmt[0] == fmt[1];

	switch (*fmt) {
	case 'h':
		*length = twice ? LEN_CHAR : LEN_SHORT;
		return fmt + 1 + twice;
	case 'l':
		*length = twice ? LEN_LONG_LONG : LEN_LONG;
		return fmt + 1 + twice;
	case 'q':
		*length = LEN_LONG_LONG;
		return fmt + 1;
	case 'L':
		*length = LEN_LONG_DOUBLE;
		return fmt + 1;
	case 'z':
		*length = LEN_SIZE;
		return fmt + 1;
	case 't':
		*length = LEN_PTRDIFF;
		return fmt + 1;
	case 'j':
		*length = LEN_INTMAX;
		return fmt + 1;
	default:
		*length = LEN_INT;
		return fmt;
	}
}

/* The argument of an integer conversion, widened; `is_signed` decides how. */
static long long take_integer(struct arguments *args, enum length length, bool is_signed)
{
	int value;

	switch (length) {
	case LEN_LONG:
	case LEN_LONG_LONG:
	case LEN_SIZE:
	case LEN_PTRDIFF:
	case LEN_INTMAX:
	case LEN_LONG_DOUBLE:
		return va_arg(args->list, long long);
	default:
		break;
	}
	value = va_arg(args->list, int);
	if (length == LEN_CHAR)
		return is_signed ? (signed char)value : (unsigned char)value;
	if (length == LEN_SHORT)
		return is_signed ? (short)value : (unsigned short)value;
	return is_signed ? value : (long long)(unsigned int)value;
}

/* The conversion as a libc format with both numbers as arguments. */
static void rebuild(char *spec, const struct conversion *conv, const char *type)
{
	*spec++ = '%';
	if (conv->left)
		*spec++ = '-';
	if (conv->plus)
		*spec++ = '+';
	if (conv->space)
		*spec++ = ' ';
	if (conv->alternate)
		*spec++ = '#';
	if (conv->zero)
		*spec++ = '0';
	strcpy(spec, "*.*");
	strcat(spec, type);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
static void convert_integer(struct text_out *out, const struct conversion *conv, char type,
			    enum length length, struct arguments *args)
{
	char spec[16], letters[] = { 'l', 'l', type, '\0' };

	rebuild(spec, conv, letters);
	text_printf(out, spec, conv->width, conv->precision,
		    take_integer(args, length, type == 'd' || type == 'i'));
}

static void convert_float(struct text_out *out, const struct conversion *conv, char type,
			  enum length length, struct arguments *args)
{
	char spec[16], letters[] = { 'L', type, '\0' };

	rebuild(spec, conv, letters);
	text_printf(out, spec, conv->width, conv->precision,
		    length == LEN_LONG_DOUBLE ? va_arg(args->list, long double) :
						(long double)va_arg(args->list, double));
}
#pragma GCC diagnostic pop

static void convert_string(struct text_out *out, const struct conversion *conv,
			   struct arguments *args)
{
	const char *s = va_arg(args->list, const char *);

	if (!s)
		s = "(null)";
	else if ((unsigned long)s < PAGE_SIZE || IS_ERR(s))
		s = "(efault)";
	text_string(out, s, conv);
}

/* One conversion; fmt is behind the '%'. Returns behind what belonged to it. */
static const char *convert(struct text_out *out, const char *fmt, struct arguments *args)
{
	struct conversion conv;
	enum length length;
	char c;

	fmt = parse_length(parse_conversion(fmt, args, &conv), &length);
	switch (*fmt) {
	case '\0':
		return fmt;
	case 'd':
	case 'i':
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		convert_integer(out, &conv, *fmt, length, args);
		break;
	case 'a':
	case 'A':
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
		convert_float(out, &conv, *fmt, length, args);
		break;
	case 'c':
		c = va_arg(args->list, int);
		text_pad(out, conv.left ? 0 : conv.width - 1);
		text_char(out, c);
		text_pad(out, conv.left ? conv.width - 1 : 0);
		break;
	case 's':
		convert_string(out, &conv, args);
		break;
	case 'p':
		fmt += text_pointer(out, fmt + 1, va_arg(args->list, void *), &conv);
		break;
	default:
		text_char(out, *fmt);
		break;
	}
	return fmt + 1;
}

int udm_vsnprintf(char *buf, size_t size, const char *fmt, va_list list)
{
	struct text_out out = { buf, size, 0 };
	struct arguments args;

	va_copy(args.list, list);
	while (*fmt) {
		size_t plain = strcspn(fmt, "%");

		text_bytes(&out, fmt, plain);
		fmt += plain;
		if (*fmt)
			fmt = convert(&out, fmt + 1, &args);
	}
	va_end(args.list);
	if (size)
		buf[min(out.len, size - 1)] = '\0';
	return out.len;
}
EXPORT_SYMBOL(udm_vsnprintf);

int udm_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = udm_vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(udm_snprintf);

int udm_vsprintf(char *buf, const char *fmt, va_list args)
{
	return udm_vsnprintf(buf, INT_MAX, fmt, args);
}
EXPORT_SYMBOL(udm_vsprintf);

int udm_sprintf(char *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = udm_vsprintf(buf, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(udm_sprintf);

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	size_t len = udm_vsnprintf(buf, size, fmt, args);

	return size ? min(len, size - 1) : 0;
}
EXPORT_SYMBOL(vscnprintf);

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(scnprintf);
