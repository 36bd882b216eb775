/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text that grows at its end.
 *
 * A stream is a list of fragments, one per addition, under a lock. Allocations
 * take the gfp flags of the stream; with those for atomic context everything but
 * kunit_*() works in any context.
 */
#ifndef _KUNIT_STRING_STREAM_H
#define _KUNIT_STRING_STREAM_H

#include <linux/gfp_types.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/stdarg.h>
#include <linux/types.h>

struct kunit;

struct string_stream {
	size_t length;
	struct list_head fragments;
	spinlock_t lock;	/* length, fragments */
	gfp_t gfp;
	bool append_newlines;	/* every addition ends its line */
};

struct string_stream_fragment {
	struct list_head node;
	size_t length;
	char text[];
};

/* ERR_PTR(-ENOMEM) on failure. The kunit form is freed with the test, or before. */
struct string_stream *alloc_string_stream(gfp_t gfp);
struct string_stream *kunit_alloc_string_stream(struct kunit *test, gfp_t gfp);
void kunit_free_string_stream(struct kunit *test, struct string_stream *stream);
/* NULL and error pointers are ignored. */
void string_stream_destroy(struct string_stream *stream);

/* 0 or -ENOMEM. Empty text adds nothing. */
__printf(2, 3) int string_stream_add(struct string_stream *stream, const char *fmt, ...);
__printf(2, 0) int string_stream_vadd(struct string_stream *stream, const char *fmt,
				      va_list args);
/* All of @other, as one addition. */
int string_stream_append(struct string_stream *stream, struct string_stream *other);

/* The text for kfree(), or NULL. */
char *string_stream_get_string(struct string_stream *stream);
void string_stream_clear(struct string_stream *stream);
bool string_stream_is_empty(struct string_stream *stream);

static inline void string_stream_set_append_newlines(struct string_stream *stream, bool append)
{
	stream->append_newlines = append;
}

#endif
