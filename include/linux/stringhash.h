/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hashes of names, such as directories use; salted with a pointer, so they mean nothing
 * in another place. A hash_len holds the hash in its low half, the length above.
 * Kernel path: linux/stringhash.h; full_name_hash(): fs/namei.c.
 */
#ifndef _UDM_LINUX_STRINGHASH_H
#define _UDM_LINUX_STRINGHASH_H

#include <linux/compiler.h>
#include <linux/hash.h>
#include <linux/types.h>

#define init_name_hash(salt) (unsigned long)(salt)

/* Takes one character into a hash that is being made. */
static inline unsigned long partial_name_hash(unsigned long c, unsigned long prevhash)
{
	return (prevhash + (c << 4) + (c >> 4)) * 11;
}

static inline unsigned int end_name_hash(unsigned long hash)
{
	return hash_long(hash, 32);
}

/* The same for the same salt and characters; the second takes a string. */
unsigned int __pure full_name_hash(const void *salt, const char *name, unsigned int len);
u64 __pure hashlen_string(const void *salt, const char *name);

#define hashlen_hash(hashlen) ((u32)(hashlen))
#define hashlen_len(hashlen) ((u32)((hashlen) >> 32))
#define hashlen_create(hash, len) (((u64)(len) << 32) | (u32)(hash))

#endif
