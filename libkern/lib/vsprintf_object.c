// SPDX-License-Identifier: GPL-2.0-only
/*
 * What follows %p for larger objects: resources, socket addresses, escaped text.
 */
#include <linux/ctype.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/socket.h>
#include <linux/string_helpers.h>

#include "libkern/lib/vsprintf.h"

static const char *type_name(const struct resource *res)
{
	switch (resource_type(res)) {
	case IORESOURCE_IO:
		return "io  ";
	case IORESOURCE_MEM:
		return "mem ";
	case IORESOURCE_IRQ:
		return "irq ";
	case IORESOURCE_DMA:
		return "dma ";
	case IORESOURCE_BUS:
		return "bus ";
	default:
		return "??? ";
	}
}

static size_t put_number(char *buf, size_t room, const struct resource *res, u64 number)
{
	switch (resource_type(res)) {
	case IORESOURCE_IRQ:
	case IORESOURCE_DMA:
		return scnprintf(buf, room, "%llu", number);
	case IORESOURCE_IO:
		return scnprintf(buf, room, "0x%04llx", number);
	case IORESOURCE_BUS:
		return scnprintf(buf, room, "%02llx", number);
	default:
		return scnprintf(buf, room, "0x%08llx", number);
	}
}

static size_t put_flags(char *buf, size_t room, const struct resource *res, bool decoded)
{
	unsigned long f = res->flags;

	if (!decoded || !resource_type(res))
		return scnprintf(buf, room, " flags 0x%lx", f);
	return scnprintf(buf, room, "%s%s%s%s", f & IORESOURCE_MEM_64 ? " 64bit" : "",
			 f & IORESOURCE_PREFETCH ? " pref" : "",
			 f & IORESOURCE_WINDOW ? " window" : "",
			 f & IORESOURCE_DISABLED ? " disabled" : "");
}

int text_resource(struct text_out *out, const char *ext, const struct resource *res,
		  const struct conversion *conv)
{
	bool decoded = *ext == 'R';
	char buf[96];
	size_t n = scnprintf(buf, sizeof(buf), "[%s", type_name(res));

	if (decoded && (res->flags & IORESOURCE_UNSET)) {
		n += scnprintf(buf + n, sizeof(buf) - n, "size ");
		n += put_number(buf + n, sizeof(buf) - n, res, resource_size(res));
	} else {
		n += put_number(buf + n, sizeof(buf) - n, res, res->start);
		if (res->start != res->end) {
			n += scnprintf(buf + n, sizeof(buf) - n, "-");
			n += put_number(buf + n, sizeof(buf) - n, res, res->end);
		}
	}
	n += put_flags(buf + n, sizeof(buf) - n, res, decoded);
	scnprintf(buf + n, sizeof(buf) - n, "]");
	text_string(out, buf, conv);
	return 1;
}

/* %pIS, %piS with p (port), f (flow), s (scope), c (compact). Unknown families are not read. */
int text_sockaddr(struct text_out *out, const char *ext, const void *addr,
		  const struct conversion *conv)
{
	const struct sockaddr_in *v4 = addr;
	const struct sockaddr_in6 *v6 = addr;
	bool port = false, compact = false, plain = *ext == 'i';
	char buf[72];
	int used = 2;
	size_t n;

	for (; ext[used] && strchr("pfsc", ext[used]); used++) {
		port |= ext[used] == 'p';
		compact |= ext[used] == 'c';
	}
	switch (v4->sin_family) {
	case AF_INET:
		n = scnprintf(buf, sizeof(buf), plain ? "%pi4" : "%pI4", &v4->sin_addr);
		if (port)
			scnprintf(buf + n, sizeof(buf) - n, ":%u", ntohs(v4->sin_port));
		break;
	case AF_INET6:
		n = scnprintf(buf, sizeof(buf), port ? "[" : "");
		n += scnprintf(buf + n, sizeof(buf) - n,
			       plain ? "%pi6" : compact ? "%pI6c" : "%pI6", &v6->sin6_addr);
		if (port)
			scnprintf(buf + n, sizeof(buf) - n, "]:%u", ntohs(v6->sin6_port));
		break;
	default:
		strscpy(buf, "(einval)");
	}
	text_string(out, buf, conv);
	return used;
}

/* %*pE: the width is the length; letters after it choose what is escaped. */
int text_escaped(struct text_out *out, const char *ext, const void *src,
		 const struct conversion *conv)
{
	static const struct { char letter; unsigned int flags; } kinds[] = {
		{ 'a', ESCAPE_ANY }, { 'c', ESCAPE_SPECIAL }, { 'h', ESCAPE_HEX },
		{ 'n', ESCAPE_NULL }, { 'o', ESCAPE_OCTAL }, { 'p', ESCAPE_NP },
		{ 's', ESCAPE_SPACE },
	};
	size_t room = out->len < out->size ? out->size - out->len : 0;
	size_t length = conv->width < 0 ? 1 : conv->width;
	unsigned int flags = 0;
	int used = 1;

	if (!conv->width)
		return used;
	for (bool known = true; known; used += known) {
		known = false;
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
			if (ext[used] != kinds[i].letter)
				continue;
			flags |= kinds[i].flags;
			known = true;
		}
	}
	out->len += string_escape_mem(src, length, room ? out->buf + out->len : NULL, room,
				      flags ?: ESCAPE_ANY_NP, NULL);
	return used;
}
