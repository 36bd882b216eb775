/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Character classes of Latin-1, whatever the locale of the process is: characters from
 * 0xa0 on are letters, punctuation and a space that can be printed. The names replace
 * libc's, which is included first. Kernel path: linux/ctype.h, lib/ctype.c.
 */
#ifndef _UDM_LINUX_CTYPE_H
#define _UDM_LINUX_CTYPE_H

#include <ctype.h>
#include <linux/compiler.h>

#define __CT_UPPER 0x01
#define __CT_LOWER 0x02
#define __CT_DIGIT 0x04
#define __CT_CNTRL 0x08
#define __CT_PUNCT 0x10
#define __CT_SPACE 0x20
#define __CT_HEX 0x40
#define __CT_BLANK 0x80	/* the spaces that are printed */

extern const unsigned char _ctype[256];

#define __ctype_is(c, mask) ((_ctype[(int)(unsigned char)(c)] & (mask)) != 0)

#undef isalnum
#undef isalpha
#undef iscntrl
#undef isdigit
#undef isgraph
#undef islower
#undef isprint
#undef ispunct
#undef isspace
#undef isupper
#undef isxdigit
#undef isascii
#undef toascii
#undef tolower
#undef toupper
#undef _tolower
#define isalnum(c) __ctype_is(c, __CT_UPPER | __CT_LOWER | __CT_DIGIT)
#define isalpha(c) __ctype_is(c, __CT_UPPER | __CT_LOWER)
#define iscntrl(c) __ctype_is(c, __CT_CNTRL)
#define isgraph(c) __ctype_is(c, __CT_PUNCT | __CT_UPPER | __CT_LOWER | __CT_DIGIT)
#define islower(c) __ctype_is(c, __CT_LOWER)
#define isprint(c)                                                                                 \
	__ctype_is(c, __CT_PUNCT | __CT_UPPER | __CT_LOWER | __CT_DIGIT | __CT_BLANK)
#define ispunct(c) __ctype_is(c, __CT_PUNCT)
/* Zero is none. */
#define isspace(c) __ctype_is(c, __CT_SPACE)
#define isupper(c) __ctype_is(c, __CT_UPPER)
#define isxdigit(c) __ctype_is(c, __CT_DIGIT | __CT_HEX)
#define isascii(c) (((unsigned char)(c)) <= 0x7f)
#define toascii(c) (((unsigned char)(c)) & 0x7f)
#define isdigit(c) __ctype_isdigit(c)
#define tolower(c) __ctype_tolower(c)
#define toupper(c) __ctype_toupper(c)
/* For ASCII letters alone; quick, and wrong for others. */
#define _tolower(c) ((char)((c) | 0x20))

static inline int __ctype_isdigit(int c)
{
	return c >= '0' && c <= '9';
}

static inline unsigned char __ctype_tolower(unsigned char c)
{
	return isupper(c) ? c + ('a' - 'A') : c;
}

static inline unsigned char __ctype_toupper(unsigned char c)
{
	return islower(c) ? c - ('a' - 'A') : c;
}

static inline int isodigit(const char c)
{
	return c >= '0' && c <= '7';
}

#endif
