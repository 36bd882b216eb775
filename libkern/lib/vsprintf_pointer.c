// SPDX-License-Identifier: GPL-2.0-only
/*
 * %p and its extensions.
 *
 * A handler prints one object into a small buffer or straight to the output. A
 * pointer that is NULL or an error number is never followed: it is printed as
 * "(null)" or "(efault)".
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <link.h>
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/dcache.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <asm/page.h>
#include "libkern/lib/vsprintf.h"

#define PIECE_MAX 256

/* Addresses are fixed-width hexadecimal, as in the kernel. */
static void print_address(struct text_out *out, void *ptr, const struct conversion *conv)
{
	char buf[24];

	snprintf(buf, sizeof(buf), conv->alternate ? "0x%016lx" : "%016lx", (unsigned long)ptr);
	text_string(out, buf, conv);
}

/* The file's name without its path. */
static const char *object_name(const char *path)
{
	const char *name = path ? kbasename(path) : "";

	return *name ? name : "program";
}

/* symbol+offset/size for %pS, symbol for %ps; unnamed code is object+offset. */
static void print_symbol(struct text_out *out, void *ptr, bool with_offset,
			 const struct conversion *conv)
{
	unsigned long addr = (unsigned long)ptr;
	const ElfW(Sym) *symbol = NULL;
	char buf[PIECE_MAX];
	Dl_info info;

	if (!dladdr1(ptr, &info, (void **)&symbol, RTLD_DL_SYMENT))
		snprintf(buf, sizeof(buf), "0x%lx", addr);
	else if (!info.dli_sname)
		snprintf(buf, sizeof(buf), "%s+0x%lx", object_name(info.dli_fname),
			 addr - (unsigned long)info.dli_fbase);
	else if (with_offset)
		snprintf(buf, sizeof(buf), "%s+0x%lx/0x%lx", info.dli_sname,
			 addr - (unsigned long)info.dli_saddr,
			 symbol ? (unsigned long)symbol->st_size : 0);
	else
		snprintf(buf, sizeof(buf), "%s", info.dli_sname);
	text_string(out, buf, conv);
}

/* The numbers that the C library does not know. */
static const char *kernel_errno_name(int err)
{
	static const char *const names[] = {
#define NAME(number) [number - ERESTARTSYS] = #number
		NAME(ERESTARTSYS), NAME(ERESTARTNOINTR), NAME(ERESTARTNOHAND), NAME(ENOIOCTLCMD),
		NAME(ERESTART_RESTARTBLOCK), NAME(EPROBE_DEFER), NAME(EOPENSTALE), NAME(ENOPARAM),
		NAME(EBADHANDLE), NAME(ENOTSYNC), NAME(EBADCOOKIE), NAME(ENOTSUPP),
		NAME(ETOOSMALL), NAME(ESERVERFAULT), NAME(EBADTYPE), NAME(EJUKEBOX),
		NAME(EIOCBQUEUED), NAME(ERECALLCONFLICT), NAME(ENOGRACE),
#undef NAME
	};

	if (err < ERESTARTSYS)
		return strerrorname_np(err);
	return err - ERESTARTSYS < ARRAY_SIZE(names) ? names[err - ERESTARTSYS] : NULL;
}

static void print_errno(struct text_out *out, void *ptr, const struct conversion *conv)
{
	const char *name = IS_ERR(ptr) ? kernel_errno_name(-PTR_ERR(ptr)) : NULL;
	char buf[32];

	if (name)
		snprintf(buf, sizeof(buf), "-%s", name);
	else if (IS_ERR(ptr))
		snprintf(buf, sizeof(buf), "%ld", PTR_ERR(ptr));
	else
		return print_address(out, ptr, conv);
	text_string(out, buf, conv);
}

struct flag_name {
	unsigned long mask;
	const char *name;
};

/* Composite names first, so that they swallow their parts. */
static const struct flag_name gfp_names[] = {
	{ GFP_HIGHUSER, "GFP_HIGHUSER" },
	{ GFP_USER, "GFP_USER" },
	{ GFP_KERNEL_ACCOUNT, "GFP_KERNEL_ACCOUNT" },
	{ GFP_KERNEL, "GFP_KERNEL" },
	{ GFP_NOFS, "GFP_NOFS" },
	{ GFP_ATOMIC, "GFP_ATOMIC" },
	{ GFP_NOIO, "GFP_NOIO" },
	{ GFP_NOWAIT, "GFP_NOWAIT" },
	{ GFP_DMA, "GFP_DMA" },
	{ __GFP_HIGHMEM, "__GFP_HIGHMEM" },
	{ GFP_DMA32, "GFP_DMA32" },
	{ __GFP_HIGH, "__GFP_HIGH" },
	{ __GFP_IO, "__GFP_IO" },
	{ __GFP_FS, "__GFP_FS" },
	{ __GFP_NOWARN, "__GFP_NOWARN" },
	{ __GFP_RETRY_MAYFAIL, "__GFP_RETRY_MAYFAIL" },
	{ __GFP_NOFAIL, "__GFP_NOFAIL" },
	{ __GFP_NORETRY, "__GFP_NORETRY" },
	{ __GFP_COMP, "__GFP_COMP" },
	{ __GFP_ZERO, "__GFP_ZERO" },
	{ __GFP_NOMEMALLOC, "__GFP_NOMEMALLOC" },
	{ __GFP_MEMALLOC, "__GFP_MEMALLOC" },
	{ __GFP_HARDWALL, "__GFP_HARDWALL" },
	{ __GFP_THISNODE, "__GFP_THISNODE" },
	{ __GFP_RECLAIMABLE, "__GFP_RECLAIMABLE" },
	{ __GFP_MOVABLE, "__GFP_MOVABLE" },
	{ __GFP_ACCOUNT, "__GFP_ACCOUNT" },
	{ __GFP_WRITE, "__GFP_WRITE" },
	{ __GFP_RECLAIM, "__GFP_RECLAIM" },
	{ __GFP_DIRECT_RECLAIM, "__GFP_DIRECT_RECLAIM" },
	{ __GFP_KSWAPD_RECLAIM, "__GFP_KSWAPD_RECLAIM" },
	{ __GFP_ZEROTAGS, "__GFP_ZEROTAGS" },
};

static void print_gfp(struct text_out *out, gfp_t flags, const struct conversion *conv)
{
	char buf[PIECE_MAX];
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(gfp_names) && flags; i++) {
		if ((flags & gfp_names[i].mask) != gfp_names[i].mask)
			continue;
		len += scnprintf(buf + len, sizeof(buf) - len, "%s%s", len ? "|" : "",
				 gfp_names[i].name);
		flags &= ~gfp_names[i].mask;
	}
	if (flags)
		scnprintf(buf + len, sizeof(buf) - len, "%s%#x", len ? "|" : "", flags);
	text_string(out, buf, conv);
}

/* %pI4 %pi4 %pI6 %pi6 %pI6c: the lower-case forms without separators, with leading zeros. */
static int print_ip(struct text_out *out, const char *ext, void *ptr,
		    const struct conversion *conv)
{
	bool plain = ext[0] == 'i', six = ext[1] == '6', compressed = six && ext[2] == 'c';
	char buf[INET6_ADDRSTRLEN];
	const u8 *b = ptr;
	size_t len = 0;

	if (compressed) {
		inet_ntop(AF_INET6, ptr, buf, sizeof(buf));
	} else if (!six) {
		snprintf(buf, sizeof(buf), plain ? "%03u.%03u.%03u.%03u" : "%u.%u.%u.%u", b[0],
			 b[1], b[2], b[3]);
	} else {
		for (int i = 0; i < 16; i += 2)
			len += scnprintf(buf + len, sizeof(buf) - len, "%s%02x%02x",
					 i && !plain ? ":" : "", b[i], b[i + 1]);
	}
	text_string(out, buf, conv);
	return 2 + compressed;
}

/* Bytes as hexadecimal with a separator (0: none). */
static void print_bytes(struct text_out *out, const u8 *b, int n, char separator, int step)
{
	for (int i = 0; i < n; i++, b += step) {
		if (i && separator)
			text_char(out, separator);
		text_char(out, hex_asc_hi(*b));
		text_char(out, hex_asc_lo(*b));
	}
}

/* %pM %pMR %pMF %pm %pmR */
static int print_mac(struct text_out *out, const char *ext, void *ptr)
{
	bool reversed = ext[1] == 'R', dashes = ext[1] == 'F';
	char separator = ext[0] == 'm' ? 0 : dashes ? '-' : ':';

	print_bytes(out, (const u8 *)ptr + (reversed ? 5 : 0), 6, separator, reversed ? -1 : 1);
	return 1 + (reversed || dashes);
}

/* %*ph with C, D or N: the width is the number of bytes, at most 64. */
static int print_hex_string(struct text_out *out, const char *ext, void *ptr,
			    const struct conversion *conv)
{
	char separator = ext[1] == 'C' ? ':' : ext[1] == 'D' ? '-' : ext[1] == 'N' ? 0 : ' ';

	print_bytes(out, ptr, clamp(conv->width, 1, 64), separator, 1);
	return 1 + (separator != ' ');
}

/* %pU: big-endian; l and L are little-endian GUIDs, B and L in capitals. */
static int print_uuid(struct text_out *out, const char *ext, void *ptr,
		      const struct conversion *conv)
{
	static const u8 big[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	static const u8 little[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	bool letter = ext[1] && strchr("bBlL", ext[1]), guid = (ext[1] | 0x20) == 'l' && letter;
	const char *digits = letter && isupper(ext[1]) ? hex_asc_upper : hex_asc;
	char buf[37], *at = buf;

	for (int i = 0; i < 16; i++) {
		u8 byte = ((const u8 *)ptr)[guid ? little[i] : big[i]];

		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		*at++ = digits[byte >> 4];
		*at++ = digits[byte & 15];
	}
	*at = '\0';
	text_string(out, buf, conv);
	return 1 + letter;
}

/* %*pb and %*pbl: the width is the number of bits. */
static int print_bitmap(struct text_out *out, const char *ext, void *ptr,
			const struct conversion *conv)
{
	bool list = ext[1] == 'l';
	char *buf = (char[4096]){ 0 };
	int len;

	len = bitmap_print_to_pagebuf(list, buf, ptr, conv->width);
	text_bytes(out, buf, len ? len - 1 : 0);
	return 1 + list;
}

static void print_va_format(struct text_out *out, struct va_format *vaf)
{
	size_t room = out->len < out->size ? out->size - out->len : 0;
	va_list args;

	va_copy(args, *vaf->va);
	out->len += vsnprintf(room ? out->buf + out->len : NULL, room, vaf->fmt, args);
	va_end(args);
}

/* %pd, %pd2 ... %pd4: the last components of a path; the root adds its slash only. */
static int print_dentry(struct text_out *out, const char *ext, const struct dentry *dentry,
			const struct conversion *conv)
{
	bool counted = ext[1] >= '2' && ext[1] <= '4';
	int depth = counted ? ext[1] - '0' : 1, n = 0;
	const char *names[4];
	char buf[PIECE_MAX];
	size_t len = 0;

	while (dentry && n < depth) {
		const struct dentry *parent = READ_ONCE(dentry->d_parent);
		bool root = !parent || parent == dentry;

		names[n] = root && n ? "" : (const char *)READ_ONCE(dentry->d_name.name);
		n++;
		dentry = root ? NULL : parent;
	}
	for (buf[0] = '\0'; n--; )
		len += scnprintf(buf + len, sizeof(buf) - len, n ? "%s/" : "%s", names[n] ?: "");
	text_string(out, buf, conv);
	return 1 + counted;
}

/* %pa[p] and %pad: physical and DMA addresses by reference, 64 bits wide. */
static int print_phys(struct text_out *out, const char *ext, void *ptr,
		      const struct conversion *conv)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "0x%016llx", *(u64 *)ptr);
	text_string(out, buf, conv);
	return 1 + (ext[1] == 'p' || ext[1] == 'd');
}

/* Extensions that read the object; ptr is neither NULL nor an error. */
static int print_object(struct text_out *out, const char *ext, void *ptr,
			const struct conversion *conv)
{
	switch (*ext) {
	case 'a':
		return print_phys(out, ext, ptr, conv);
	case 'I':
	case 'i':
		if (ext[1] == 'S')
			return text_sockaddr(out, ext, ptr, conv);
		return ext[1] == '4' || ext[1] == '6' ? print_ip(out, ext, ptr, conv) : 0;
	case 'R':
	case 'r':
		return text_resource(out, ext, ptr, conv);
	case 'E':
		return text_escaped(out, ext, ptr, conv);
	case 'M':
	case 'm':
		return print_mac(out, ext, ptr);
	case 'h':
		return print_hex_string(out, ext, ptr, conv);
	case 'U':
		return print_uuid(out, ext, ptr, conv);
	case 'b':
		return print_bitmap(out, ext, ptr, conv);
	case 'V':
		print_va_format(out, ptr);
		return 1;
	case 'd':
		return print_dentry(out, ext, ptr, conv);
	case 'D':
		return print_dentry(out, ext, ((struct file *)ptr)->f_path.dentry, conv);
	case 'G':
		if (ext[1] == 'g')
			print_gfp(out, *(gfp_t *)ptr, conv);
		else
			print_address(out, (void *)*(unsigned long *)ptr, conv);
		return ext[1] ? 2 : 1;
	default:
		return 0;
	}
}

int text_pointer(struct text_out *out, const char *ext, void *ptr, const struct conversion *conv)
{
	static const char readers[] = "aIiMmhUbVdDGRrE";
	int used = 0;

	switch (*ext) {
	case 'S':
	case 's':
	case 'B':
		print_symbol(out, ptr, *ext != 's', conv);
		return 1 + (ext[0] == 'S' && ext[1] == 'R');
	case 'e':
		print_errno(out, ptr, conv);
		return 1;
	case 'x':
	case 'K':
		print_address(out, ptr, conv);
		return 1;
	default:
		break;
	}
	if (!*ext || !strchr(readers, *ext)) {
		print_address(out, ptr, conv);
	} else if ((unsigned long)ptr < PAGE_SIZE || IS_ERR(ptr)) {
		text_string(out, ptr ? "(efault)" : "(null)", conv);
		while (isalnum(ext[used]))
			used++;
	} else {
		used = print_object(out, ext, ptr, conv);
		if (!used)
			print_address(out, ptr, conv);
	}
	return used;
}
