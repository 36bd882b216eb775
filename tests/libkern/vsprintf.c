// SPDX-License-Identifier: GPL-2.0-only
/* linux/sprintf.h: like libc where libc has it, the kernel's %p extensions otherwise. */
#include "plain.h"

#include <stdio.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

static char ours[256], libc[256];

/* The same format and arguments through both, in every buffer size. */
#define SAME_AS_LIBC(fmt, args...)                                                                 \
	do {                                                                                       \
		int want = (snprintf)(libc, sizeof(libc), fmt, ##args);                            \
		for (size_t size = 0; size <= (size_t)want + 2; size++) {                          \
			memset(ours, '#', sizeof(ours));                                           \
			ck_assert_int_eq(snprintf(ours, size, fmt, ##args), want);                 \
			ck_assert_int_eq(ours[size], '#');                                         \
			if (size)                                                                  \
				ck_assert_int_eq(strlen(ours), min_t(int, size - 1, want));        \
			if (size)                                                                  \
				ck_assert(!strncmp(ours, libc, size - 1));                         \
		}                                                                                  \
	} while (0)

START_TEST(ordinary_conversions)
{
	SAME_AS_LIBC("plain %% text");
	SAME_AS_LIBC("%d %5d|%-5d|%05d|%+d|% d", 42, 42, 42, 42, 42, 42);
	SAME_AS_LIBC("%i %u %x %X %#x %o %#o", -1, -1, 255, 255, 255, 8, 8);
	SAME_AS_LIBC("%.3d|%8.3d|%-8.3d|%.0d", 7, 7, 7, 0);
	SAME_AS_LIBC("%hhd %hd %ld %lld %zd %jd %td", 300, 70000, -5L, 1LL << 40, (ssize_t)-3,
		     (intmax_t)9, (ptrdiff_t)-9);
	SAME_AS_LIBC("%hhu %hu %lu %llu %zu", 300, 70000, ~0UL, ~0ULL, (size_t)7);
	SAME_AS_LIBC("%*d %-*d %.*d", 6, 1, 6, 2, 3, 4);
	SAME_AS_LIBC("%*d", -6, 5);
	SAME_AS_LIBC("%c|%3c|%-3c|", 'a', 'b', 'c');
	SAME_AS_LIBC("%s|%5s|%-5s|%.2s|%5.1s", "abc", "abc", "abc", "abc", "abc");
	SAME_AS_LIBC("%f %.2f %e %g %10.3f %Lf", 1.5, 2.345, 12345.678, 0.0001, -1.0, 2.5L);
}
END_TEST

/* Text of one pointer extension. */
static const char *text_of(const char *fmt, const void *ptr)
{
	snprintf(ours, sizeof(ours), fmt, ptr);
	return ours;
}

static const u8 ip[16] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
static const u8 mac[6] = { 0, 0x11, 0x22, 0xaa, 0xbb, 0xff };
static const u8 uuid[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
static const u64 phys = 0x1234;

/* ERR_PTR() as a constant. */
#define ERROR(n) ((void *)-(long)(n))

static const struct {
	const char *fmt;
	const void *ptr;
	const char *want;
} extensions[] = {
	{ "%pI4", "\xc0\xa8\x01\x0a", "192.168.1.10" },
	{ "%pi4", "\xc0\xa8\x01\x0a", "192.168.001.010" },
	{ "%pI6", ip, "2001:0db8:0000:0000:0000:0000:0000:0001" },
	{ "%pi6", ip, "20010db8000000000000000000000001" },
	{ "%pI6c", ip, "2001:db8::1" },
	{ "%pM", mac, "00:11:22:aa:bb:ff" },
	{ "%pm", mac, "001122aabbff" },
	{ "%pMF", mac, "00-11-22-aa-bb-ff" },
	{ "%pMR", mac, "ff:bb:aa:22:11:00" },
	{ "%6ph", mac, "00 11 22 aa bb ff" },
	{ "%3phC", mac, "00:11:22" },
	{ "%3phN.", mac, "001122." },
	{ "%pUb", uuid, "00010203-0405-0607-0809-0a0b0c0d0e0f" },
	{ "%pUL", uuid, "03020100-0504-0706-0809-0A0B0C0D0E0F" },
	{ "%pU!", uuid, "00010203-0405-0607-0809-0a0b0c0d0e0f!" },
	{ "%pad", &phys, "0x0000000000001234" },
	{ "%pap|", &phys, "0x0000000000001234|" },
	{ "%px", (void *)0xabc, "0000000000000abc" },
	{ "%p.", NULL, "0000000000000000." },
	{ "%20p", (void *)1, "    0000000000000001" },
	{ "%pe", ERROR(EINVAL), "-EINVAL" },
	{ "%pe", ERROR(EPROBE_DEFER), "-EPROBE_DEFER" },
	{ "%pe", ERROR(ENOTSUPP), "-ENOTSUPP" },
	{ "%pe", ERROR(ERESTARTSYS), "-ERESTARTSYS" },
	{ "%pe", ERROR(EBADHANDLE), "-EBADHANDLE" },
	{ "%pe", ERROR(520), "-520" },
	{ "%pe", ERROR(ENOGRACE + 1), "-532" },
	{ "%pe", ERROR(4000), "-4000" },
	{ "%pe", NULL, "0000000000000000" },
	{ "%12pe|", ERROR(EIO), "        -EIO|" },
	{ "%s", ERROR(EFAULT), "(efault)" },
	{ "%pM", NULL, "(null)" },
	{ "%pI4,", ERROR(EPERM), "(efault)," },
	{ "%10s|", NULL, "    (null)|" },
};

START_TEST(pointer_extensions)
{
	ck_assert_str_eq(text_of(extensions[_i].fmt, extensions[_i].ptr), extensions[_i].want);
}
END_TEST

START_TEST(allocation_flags)
{
	static const struct {
		gfp_t flags;
		const char *want;
	} cases[] = {
		{ GFP_KERNEL, "GFP_KERNEL" },
		{ GFP_KERNEL | GFP_DMA, "GFP_KERNEL|GFP_DMA" },
		{ GFP_ATOMIC | __GFP_ZERO, "GFP_ATOMIC|__GFP_ZERO" },
		{ GFP_KERNEL_ACCOUNT, "GFP_KERNEL_ACCOUNT" },
		{ 0x80000000u, "0x80000000" },
		{ GFP_ATOMIC | __GFP_DMA | 0x80000000u, "GFP_ATOMIC|GFP_DMA|0x80000000" },
		{ 0, "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_str_eq(text_of("%pGg", &cases[i].flags), cases[i].want);
}
END_TEST

static __printf(1, 2) const char *nested(const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	snprintf(ours, sizeof(ours), "<%pV|%pV>", &vaf, &vaf);
	va_end(args);
	return ours;
}

START_TEST(objects)
{
	static struct dentry root = { .d_parent = &root, .d_name.name = (const u8 *)"/" };
	struct dentry dir = { .d_parent = &root, .d_name.name = (const u8 *)"dir" };
	struct dentry dentry = { .d_parent = &dir, .d_name.name = (const u8 *)"leaf" };
	struct file file = { .f_path.dentry = &dentry };
	char symbol[64];

	ck_assert_str_eq(nested("%d,%s", 5, "x"), "<5,x|5,x>");
	ck_assert_str_eq(text_of("%pd", &dentry), "leaf");
	ck_assert_str_eq(text_of("%pd2", &dentry), "dir/leaf");
	ck_assert_str_eq(text_of("%pd3", &dentry), "/dir/leaf");
	ck_assert_str_eq(text_of("%pd4.", &dentry), "/dir/leaf.");
	ck_assert_str_eq(text_of("%pd", &root), "/");
	ck_assert_str_eq(text_of("%pD2", &file), "dir/leaf");
	ck_assert_str_eq(text_of("%ps", udm_vsnprintf), "udm_vsnprintf");
	snprintf(symbol, sizeof(symbol), "%pS", (char *)udm_vsnprintf + 1);
	ck_assert(strstarts(symbol, "udm_vsnprintf+0x1/0x"));
}
END_TEST

/* Resources, socket addresses, escaped text; an address in the first page is none. */
START_TEST(larger_objects)
{
	const struct resource mem = DEFINE_RES_MEM(0x1000, 0x100), irq = DEFINE_RES_IRQ(5);
	const struct resource unset = { .end = 0xff, .flags = IORESOURCE_MEM | IORESOURCE_UNSET };
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(80),
				  .sin_addr.s_addr = htonl(0x7f000001) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(443),
				   .sin6_addr.s6_addr = { 0x20, 1, [15] = 1 } };

	ck_assert_str_eq(text_of("%pR", &mem), "[mem 0x00001000-0x000010ff]");
	ck_assert_str_eq(text_of("%pr.", &mem), "[mem 0x00001000-0x000010ff flags 0x200].");
	ck_assert_str_eq(text_of("%pR", &irq), "[irq 5]");
	ck_assert_str_eq(text_of("%pR", &unset), "[mem size 0x00000100]");
	ck_assert_str_eq(text_of("%pISpc", &v4), "127.0.0.1:80");
	ck_assert_str_eq(text_of("%pIS", &v4), "127.0.0.1");
	ck_assert_str_eq(text_of("%pISpc", &v6), "[2001::1]:443");
	ck_assert_str_eq(text_of("%3pE", "a\nb"), "a\\nb");
	ck_assert_str_eq(text_of("%2pEhp.", "a\n"), "a\\x0a.");
	ck_assert_str_eq(text_of("%s", (void *)16), "(efault)");
	ck_assert_str_eq(text_of("%pM", (void *)16), "(efault)");
}
END_TEST

START_TEST(written_not_wanted)
{
	ck_assert_int_eq(scnprintf(ours, 4, "%s", "abcdef"), 3);
	ck_assert_str_eq(ours, "abc");
	ck_assert_int_eq(scnprintf(ours, 0, "%s", "abcdef"), 0);
	ck_assert_int_eq(sprintf(ours, "%05.1f|%pI4", 2.25, "\1\2\3\4"), 13);
}
END_TEST

Suite *vsprintf_suite(void)
{
	Suite *s = suite_create("vsprintf");
	TCase *tc = plain_tcase(s, "formats");

	tcase_add_test(tc, ordinary_conversions);
	tcase_add_loop_test(tc, pointer_extensions, 0, ARRAY_SIZE(extensions));
	tcase_add_test(tc, allocation_flags);
	tcase_add_test(tc, objects);
	tcase_add_test(tc, larger_objects);
	tcase_add_test(tc, written_not_wanted);
	return s;
}
