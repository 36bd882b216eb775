/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The reference count of struct file.
 *
 * file_ref_get() may be tried on a file that is being closed: once the count has
 * reached zero it stays dead and the get fails. A struct file is freed after an
 * RCU grace period, so a lookup under RCU may try. Contract: fs/file.c.
 */
#ifndef _LINUX_FILE_REF_H
#define _LINUX_FILE_REF_H

#include <linux/atomic.h>
#include <linux/types.h>

typedef struct {
	atomic64_t refcnt;
} file_ref_t;

#define FILE_REF_INIT(cnt) { .refcnt = ATOMIC64_INIT(cnt) }

static inline void file_ref_init(file_ref_t *ref, unsigned long cnt)
{
	atomic64_set(&ref->refcnt, cnt);
}

/* False if the file is already dead. Any context. */
static inline __must_check bool file_ref_get(file_ref_t *ref)
{
	return atomic64_inc_not_zero(&ref->refcnt);
}

/* For a caller that holds a reference already. */
static inline void file_ref_inc(file_ref_t *ref)
{
	atomic64_inc(&ref->refcnt);
}

/* True for the put that killed the file; that caller has to release it. */
static inline __must_check bool file_ref_put(file_ref_t *ref)
{
	return atomic64_dec_and_test(&ref->refcnt);
}

static inline unsigned long file_ref_read(file_ref_t *ref)
{
	return atomic64_read(&ref->refcnt);
}

#endif
