/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Byte order. Kernel path: asm/byteorder.h (linux/byteorder/generic.h); adds the
 * kernel's names to the UAPI header's __ forms.
 */
#ifndef _UDM_ASM_BYTEORDER_H
#define _UDM_ASM_BYTEORDER_H

#include <endian.h>
#include <arpa/inet.h>
#include <linux/types.h>
#include_next <asm/byteorder.h>
#include <linux/swab.h>

#define cpu_to_le64 __cpu_to_le64
#define le64_to_cpu __le64_to_cpu
#define cpu_to_le32 __cpu_to_le32
#define le32_to_cpu __le32_to_cpu
#define cpu_to_le16 __cpu_to_le16
#define le16_to_cpu __le16_to_cpu
#define cpu_to_be64 __cpu_to_be64
#define be64_to_cpu __be64_to_cpu
#define cpu_to_be32 __cpu_to_be32
#define be32_to_cpu __be32_to_cpu
#define cpu_to_be16 __cpu_to_be16
#define be16_to_cpu __be16_to_cpu

#define cpu_to_le64p __cpu_to_le64p
#define le64_to_cpup __le64_to_cpup
#define cpu_to_le32p __cpu_to_le32p
#define le32_to_cpup __le32_to_cpup
#define cpu_to_le16p __cpu_to_le16p
#define le16_to_cpup __le16_to_cpup
#define cpu_to_be64p __cpu_to_be64p
#define be64_to_cpup __be64_to_cpup
#define cpu_to_be32p __cpu_to_be32p
#define be32_to_cpup __be32_to_cpup
#define cpu_to_be16p __cpu_to_be16p
#define be16_to_cpup __be16_to_cpup

#define cpu_to_le64s __cpu_to_le64s
#define le64_to_cpus __le64_to_cpus
#define cpu_to_le32s __cpu_to_le32s
#define le32_to_cpus __le32_to_cpus
#define cpu_to_le16s __cpu_to_le16s
#define le16_to_cpus __le16_to_cpus
#define cpu_to_be64s __cpu_to_be64s
#define be64_to_cpus __be64_to_cpus
#define cpu_to_be32s __cpu_to_be32s
#define be32_to_cpus __be32_to_cpus
#define cpu_to_be16s __cpu_to_be16s
#define be16_to_cpus __be16_to_cpus

#define __BYTEORDER_ADD(bits)                                                                      \
	static inline void le##bits##_add_cpu(__le##bits *var, __u##bits val)                      \
	{                                                                                          \
		*var = cpu_to_le##bits(le##bits##_to_cpu(*var) + val);                             \
	}                                                                                          \
	static inline void be##bits##_add_cpu(__be##bits *var, __u##bits val)                      \
	{                                                                                          \
		*var = cpu_to_be##bits(be##bits##_to_cpu(*var) + val);                             \
	}
__BYTEORDER_ADD(16)
__BYTEORDER_ADD(32)
__BYTEORDER_ADD(64)
#undef __BYTEORDER_ADD

static inline void le32_to_cpu_array(u32 *buf, unsigned int words)
{
	while (words--)
		__le32_to_cpus(&buf[words]);
}

static inline void cpu_to_le32_array(u32 *buf, unsigned int words)
{
	while (words--)
		__cpu_to_le32s(&buf[words]);
}

/* @dst and @src are the same array, or do not overlap. */
static inline void cpu_to_be32_array(__be32 *dst, const u32 *src, size_t words)
{
	while (words--)
		*dst++ = cpu_to_be32(*src++);
}

static inline void be32_to_cpu_array(u32 *dst, const __be32 *src, size_t words)
{
	while (words--)
		*dst++ = be32_to_cpu(*src++);
}

#endif
