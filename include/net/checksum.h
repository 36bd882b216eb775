/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Internet checksum: a one's complement sum of 16-bit words.
 *
 * A __wsum is a partial sum, 32 bits wide, in the byte order of the data; a
 * __sum16 is the folded, inverted result as it stands in a header. Sums over
 * correct data that include the checksum field fold to 0.
 */
#ifndef _CHECKSUM_H
#define _CHECKSUM_H

#include <linux/types.h>
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* Any length, any alignment; an odd last byte counts as the first half of a word. */
static inline __wsum csum_partial(const void *buff, int len, __wsum wsum)
{
	const unsigned char *at = buff;
	u64 sum = (__force u32)wsum;
	u16 word = 0;

	for (; len >= 2; len -= 2, at += 2) {
		memcpy(&word, at, 2);
		sum += word;
	}
	if (len) {
		word = 0;
		memcpy(&word, at, 1);
		sum += word;
	}
	sum = (sum & 0xffffffff) + (sum >> 32);
	return (__force __wsum)(u32)((sum & 0xffffffff) + (sum >> 32));
}

static inline __wsum csum_add(__wsum csum, __wsum addend)
{
	u64 sum = (u64)(__force u32)csum + (__force u32)addend;

	return (__force __wsum)(u32)(sum + (sum >> 32));
}

static inline __wsum csum_sub(__wsum csum, __wsum addend)
{
	return csum_add(csum, (__force __wsum)~(__force u32)addend);
}

/* The sum of a block that starts @offset bytes into the data. */
static inline __wsum csum_block_add(__wsum csum, __wsum csum2, int offset)
{
	u32 block = (__force u32)csum2;

	if (offset & 1)
		block = block << 8 | block >> 24;
	return csum_add(csum, (__force __wsum)block);
}

static inline __sum16 csum_fold(__wsum csum)
{
	u32 sum = (__force u32)csum;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__force __sum16)(u16)~sum;
}

static inline __sum16 ip_compute_csum(const void *buff, int len)
{
	return csum_fold(csum_partial(buff, len, 0));
}

/* Over an IPv4 header of @ihl words. */
static inline __sum16 ip_fast_csum(const void *iph, unsigned int ihl)
{
	return ip_compute_csum(iph, ihl * 4);
}

/* With the pseudo header of IPv4. */
static inline __wsum csum_tcpudp_nofold(__be32 saddr, __be32 daddr, u32 len, u8 proto, __wsum sum)
{
	struct {
		__be32 saddr, daddr;
		u8 zero, proto;
		__be16 len;
	} pseudo = { saddr, daddr, 0, proto, htons(len) };

	return csum_partial(&pseudo, sizeof(pseudo), sum);
}

static inline __sum16 csum_tcpudp_magic(__be32 saddr, __be32 daddr, u32 len, u8 proto, __wsum sum)
{
	return csum_fold(csum_tcpudp_nofold(saddr, daddr, len, proto, sum));
}

/* With the pseudo header of IPv6. */
static inline __sum16 csum_ipv6_magic(const struct in6_addr *saddr, const struct in6_addr *daddr,
				      u32 len, u8 proto, __wsum sum)
{
	__be32 tail[2] = { htonl(len), htonl(proto) };

	sum = csum_partial(saddr, sizeof(*saddr), sum);
	sum = csum_partial(daddr, sizeof(*daddr), sum);
	return csum_fold(csum_partial(tail, sizeof(tail), sum));
}

#define CSUM_MANGLED_0 ((__force __sum16)0xffff)

struct sk_buff;

static inline __wsum csum_unfold(__sum16 n)
{
	return (__force __wsum)(u32)(__force u16)n;
}

static inline __wsum wsum_negate(__wsum val)
{
	return (__force __wsum)-((__force u32)val);
}

static inline u16 csum_from32to16(u32 sum)
{
	return ~(__force u16)csum_fold((__force __wsum)sum);
}

static inline __sum16 csum16_add(__sum16 csum, __be16 addend)
{
	u32 sum = (u32)(__force u16)csum + (__force u16)addend;

	return (__force __sum16)(u16)(sum + (sum >> 16));
}

static inline __sum16 csum16_sub(__sum16 csum, __be16 addend)
{
	return csum16_add(csum, (__force __be16)(u16)~(__force u16)addend);
}

/* A sum as it counts @offset bytes on. */
static inline __wsum csum_shift(__wsum sum, int offset)
{
	return csum_block_add(0, sum, offset);
}

static inline __wsum csum_block_sub(__wsum csum, __wsum csum2, int offset)
{
	return csum_sub(csum, csum_shift(csum2, offset));
}

static inline __wsum csum_block_add_ext(__wsum csum, __wsum csum2, int offset,
					int len __always_unused)
{
	return csum_block_add(csum, csum2, offset);
}

static inline __wsum csum_partial_ext(const void *buff, int len, __wsum sum)
{
	return csum_partial(buff, len, sum);
}

static inline __wsum csum_partial_copy_nocheck(const void *src, void *dst, int len)
{
	memcpy(dst, src, len);
	return csum_partial(dst, len, 0);
}

/* Copy and sum: 0 stands for a fault, so the sum of a good copy begins with all ones. */
static inline __wsum csum_and_copy_from_user(const void __user *src, void *dst, int len)
{
	return copy_from_user(dst, src, len) ? 0 : csum_partial(dst, len, (__force __wsum)~0U);
}

static inline __wsum csum_and_copy_to_user(const void *src, void __user *dst, int len)
{
	return copy_to_user(dst, src, len) ? 0 : csum_partial(src, len, (__force __wsum)~0U);
}

/* What a checksum becomes when a part of what it covers changes. */
static inline void csum_replace_by_diff(__sum16 *sum, __wsum diff)
{
	*sum = csum_fold(csum_add(diff, (__force __wsum)~(__force u32)csum_unfold(*sum)));
}

static inline void csum_replace4(__sum16 *sum, __be32 from, __be32 to)
{
	csum_replace_by_diff(sum, csum_sub((__force __wsum)to, (__force __wsum)from));
}

static inline void csum_replace2(__sum16 *sum, __be16 from, __be16 to)
{
	*sum = (__force __sum16)(u16)~(__force u16)csum16_add(
		csum16_sub((__force __sum16)(u16)~(__force u16)*sum, from), to);
}

static inline void csum_replace(__wsum *csum, __wsum from, __wsum to)
{
	*csum = csum_add(csum_sub(*csum, from), to);
}

/*
 * The same for a field of a packet: the sum in the header, which a packet whose checksum
 * is left to the device has of the pseudo header only, and skb->csum where the device
 * gave it. @pseudohdr: the field is part of the pseudo header. Kernel: net/core/utils.c.
 */
void inet_proto_csum_replace4(__sum16 *sum, struct sk_buff *skb, __be32 from, __be32 to,
			      bool pseudohdr);
void inet_proto_csum_replace16(__sum16 *sum, struct sk_buff *skb, const __be32 *from,
			       const __be32 *to, bool pseudohdr);
void inet_proto_csum_replace_by_diff(__sum16 *sum, struct sk_buff *skb, __wsum diff,
				     bool pseudohdr, bool ipv6);

static inline void inet_proto_csum_replace2(__sum16 *sum, struct sk_buff *skb, __be16 from,
					    __be16 to, bool pseudohdr)
{
	inet_proto_csum_replace4(sum, skb, (__force __be32)from, (__force __be32)to, pseudohdr);
}

/* Writes the checksum of a part of a packet that an offload describes; what it changed. */
static inline __wsum remcsum_adjust(void *ptr, __wsum csum, int start, int offset)
{
	__sum16 *field = (__sum16 *)((char *)ptr + offset);
	__wsum sum = csum_sub(csum, csum_partial(ptr, start, 0)), before = csum_unfold(*field);

	*field = csum_fold(sum);
	return csum_sub(csum_unfold(*field), before);
}

static inline void remcsum_unadjust(__sum16 *psum, __wsum delta)
{
	*psum = csum_fold(csum_sub(delta, (__force __wsum)(u32)(__force u16)*psum));
}

#endif
