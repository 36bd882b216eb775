/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the two halves of formatted output: vsprintf.c walks the format,
 * vsprintf_pointer.c prints what follows %p.
 */
#ifndef _UDM_LIBKERN_LIB_VSPRINTF_H
#define _UDM_LIBKERN_LIB_VSPRINTF_H

#include <linux/compiler_types.h>
#include <linux/types.h>

/* Output that counts on when the buffer is full; buf is not terminated meanwhile. */
struct text_out {
	char *buf;
	size_t size;
	size_t len;
};

/* One conversion, as written: flags, width and precision (-1: none given). */
struct conversion {
	int width;
	int precision;
	bool left, plus, space, alternate, zero;
};

__internal void text_char(struct text_out *out, char c);
__internal void text_bytes(struct text_out *out, const char *s, size_t n);
/* Text padded to the conversion's width and cut to its precision. */
__internal void text_string(struct text_out *out, const char *s, const struct conversion *conv);
__internal __printf(2, 3) void text_printf(struct text_out *out, const char *fmt, ...);

/*
 * Prints ptr as the letters at ext say (%p<ext>); returns how many letters
 * belonged to the extension, 0 for a plain %p.
 */
__internal int text_pointer(struct text_out *out, const char *ext, void *ptr,
			    const struct conversion *conv);

/* Parts of it, for objects that are there. */
struct resource;
__internal int text_resource(struct text_out *out, const char *ext, const struct resource *res,
			     const struct conversion *conv);
__internal int text_sockaddr(struct text_out *out, const char *ext, const void *addr,
			     const struct conversion *conv);
__internal int text_escaped(struct text_out *out, const char *ext, const void *src,
			    const struct conversion *conv);

#endif
