/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * UUIDs of RFC 9562: a uuid_t is the 16 bytes as they are written, a guid_t has its
 * first three fields in little-endian order, as firmware and PCs keep them. As text they
 * are the same. Kernel path: linux/uuid.h, lib/uuid.c.
 */
#ifndef _UDM_LINUX_UUID_H
#define _UDM_LINUX_UUID_H

#include <linux/string.h>
#include <linux/types.h>

#define UUID_SIZE 16
/* Without the byte that ends it. */
#define UUID_STRING_LEN 36

typedef struct {
	__u8 b[UUID_SIZE];
} guid_t;

typedef struct {
	__u8 b[UUID_SIZE];
} uuid_t;

typedef guid_t uuid_le;

#define __UUID_BYTE(x, n) ((__u8)((x) >> (8 * (n)) & 0xff))
#define GUID_INIT(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                         \
	((guid_t){ { __UUID_BYTE(a, 0), __UUID_BYTE(a, 1), __UUID_BYTE(a, 2), __UUID_BYTE(a, 3),   \
		     __UUID_BYTE(b, 0), __UUID_BYTE(b, 1), __UUID_BYTE(c, 0), __UUID_BYTE(c, 1),   \
		     (d0), (d1), (d2), (d3), (d4), (d5), (d6), (d7) } })
#define UUID_INIT(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                         \
	((uuid_t){ { __UUID_BYTE(a, 3), __UUID_BYTE(a, 2), __UUID_BYTE(a, 1), __UUID_BYTE(a, 0),   \
		     __UUID_BYTE(b, 1), __UUID_BYTE(b, 0), __UUID_BYTE(c, 1), __UUID_BYTE(c, 0),   \
		     (d0), (d1), (d2), (d3), (d4), (d5), (d6), (d7) } })
#define UUID_LE(...) GUID_INIT(__VA_ARGS__)
#define NULL_UUID_LE GUID_INIT(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

extern const guid_t guid_null;
extern const uuid_t uuid_null;
/* Which byte each pair of digits of the text is. */
extern const u8 guid_index[16];
extern const u8 uuid_index[16];

static inline bool guid_equal(const guid_t *u1, const guid_t *u2)
{
	return !memcmp(u1, u2, sizeof(*u1));
}

static inline bool uuid_equal(const uuid_t *u1, const uuid_t *u2)
{
	return !memcmp(u1, u2, sizeof(*u1));
}

static inline bool guid_is_null(const guid_t *guid)
{
	return guid_equal(guid, &guid_null);
}

static inline bool uuid_is_null(const uuid_t *uuid)
{
	return uuid_equal(uuid, &uuid_null);
}

static inline void guid_copy(guid_t *dst, const guid_t *src)
{
	*dst = *src;
}

static inline void uuid_copy(uuid_t *dst, const uuid_t *src)
{
	*dst = *src;
}

static inline void import_guid(guid_t *dst, const __u8 *src)
{
	memcpy(dst, src, sizeof(*dst));
}

static inline void export_guid(__u8 *dst, const guid_t *src)
{
	memcpy(dst, src, sizeof(*src));
}

static inline void import_uuid(uuid_t *dst, const __u8 *src)
{
	memcpy(dst, src, sizeof(*dst));
}

static inline void export_uuid(__u8 *dst, const uuid_t *src)
{
	memcpy(dst, src, sizeof(*src));
}

/* Version 4, variant 1. Any context. */
void generate_random_uuid(unsigned char uuid[UUID_SIZE]);
void generate_random_guid(unsigned char guid[UUID_SIZE]);
void guid_gen(guid_t *u);
void uuid_gen(uuid_t *u);

/* The first 36 characters are one; what follows them does not matter. */
bool __must_check uuid_is_valid(const char *uuid);
/* 0 or -EINVAL, then nothing is written. */
int guid_parse(const char *uuid, guid_t *u);
int uuid_parse(const char *uuid, uuid_t *u);

#endif
