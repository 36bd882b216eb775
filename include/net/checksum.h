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

#endif
