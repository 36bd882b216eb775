// SPDX-License-Identifier: GPL-2.0-only
/* The classes of the characters of Latin-1. Later entries replace earlier ones. */
#include <linux/ctype.h>
#include <linux/export.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#endif
const unsigned char _ctype[256] = {
	[0x00 ... 0x1f] = __CT_CNTRL,
	['\t' ... '\r'] = __CT_CNTRL | __CT_SPACE,
	[' '] = __CT_SPACE | __CT_BLANK,
	['!' ... '~'] = __CT_PUNCT,
	['0' ... '9'] = __CT_DIGIT,
	['A' ... 'Z'] = __CT_UPPER,
	['A' ... 'F'] = __CT_UPPER | __CT_HEX,
	['a' ... 'z'] = __CT_LOWER,
	['a' ... 'f'] = __CT_LOWER | __CT_HEX,
	[0x7f] = __CT_CNTRL,
	[0xa0] = __CT_SPACE | __CT_BLANK,
	[0xa1 ... 0xbf] = __CT_PUNCT,
	[0xc0 ... 0xde] = __CT_UPPER,
	[0xdf ... 0xff] = __CT_LOWER,
	/* The signs of multiplication and division. */
	[0xd7] = __CT_PUNCT,
	[0xf7] = __CT_PUNCT,
};
#pragma GCC diagnostic pop
EXPORT_SYMBOL(_ctype);
