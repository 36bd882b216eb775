/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formatted text.
 *
 * Kernel path: linux/sprintf.h, lib/vsprintf.c. The formats of libc, and the
 * kernel's pointer extensions: %pS %ps %pe %pV %pa[dp] %pGg %pGp %pI4 %pI6c
 * %pM %ph[CDN] %pU[bBlL] %pd %pb[l] %pK %px. The names of libc are redefined to
 * functions that know both, after <stdio.h>.
 */
#ifndef _UDM_LINUX_SPRINTF_H
#define _UDM_LINUX_SPRINTF_H

#include <stdarg.h>
#include <stdio.h>
#include <linux/compiler.h>
#include <linux/types.h>

__printf(3, 0) int udm_vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
__printf(3, 4) int udm_snprintf(char *buf, size_t size, const char *fmt, ...);
__printf(2, 3) int udm_sprintf(char *buf, const char *fmt, ...);
__printf(2, 0) int udm_vsprintf(char *buf, const char *fmt, va_list args);
#undef snprintf
#undef vsnprintf
#undef sprintf
#undef vsprintf
#define snprintf(...) udm_snprintf(__VA_ARGS__)
#define vsnprintf(...) udm_vsnprintf(__VA_ARGS__)
#define sprintf(...) udm_sprintf(__VA_ARGS__)
#define vsprintf(...) udm_vsprintf(__VA_ARGS__)

/* Return what was written, not what would have been. */
__printf(3, 4) int scnprintf(char *buf, size_t size, const char *fmt, ...);
__printf(3, 0) int vscnprintf(char *buf, size_t size, const char *fmt, va_list args);
/* Decimal, right-aligned in at least @width, no NUL: its length, or 0 if it does not fit. */
int num_to_str(char *buf, int size, unsigned long long num, unsigned int width);
__printf(2, 3) __malloc char *kasprintf(gfp_t gfp, const char *fmt, ...);
__printf(2, 0) __malloc char *kvasprintf(gfp_t gfp, const char *fmt, va_list args);
__printf(2, 0) const char *kvasprintf_const(gfp_t gfp, const char *fmt, va_list args);

#endif
