// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text that grows at its end: see string-stream.h.
 *
 * A fragment is filled before it is linked, so the lock is held for moments
 * only, and a reader finds additions whole.
 */
#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "string-stream.h"

/* With room for the newline that may have to be added. NULL without memory. */
static struct string_stream_fragment *format_fragment(gfp_t gfp, const char *fmt, va_list args)
{
	struct string_stream_fragment *frag;
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	frag = kmalloc(struct_size(frag, text, len + 2), gfp);
	if (frag)
		frag->length = vscnprintf(frag->text, len + 1, fmt, args);
	return frag;
}

int string_stream_vadd(struct string_stream *stream, const char *fmt, va_list args)
{
	struct string_stream_fragment *frag = format_fragment(stream->gfp, fmt, args);
	unsigned long flags;

	if (!frag)
		return -ENOMEM;
	if (!frag->length) {
		kfree(frag);
		return 0;
	}
	if (stream->append_newlines && frag->text[frag->length - 1] != '\n') {
		frag->text[frag->length++] = '\n';
		frag->text[frag->length] = '\0';
	}
	spin_lock_irqsave(&stream->lock, flags);
	list_add_tail(&frag->node, &stream->fragments);
	stream->length += frag->length;
	spin_unlock_irqrestore(&stream->lock, flags);
	return 0;
}
EXPORT_SYMBOL_GPL(string_stream_vadd);

int string_stream_add(struct string_stream *stream, const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = string_stream_vadd(stream, fmt, args);
	va_end(args);
	return err;
}
EXPORT_SYMBOL_GPL(string_stream_add);

void string_stream_clear(struct string_stream *stream)
{
	struct string_stream_fragment *frag, *next;
	unsigned long flags;
	LIST_HEAD(gone);

	spin_lock_irqsave(&stream->lock, flags);
	list_splice_init(&stream->fragments, &gone);
	stream->length = 0;
	spin_unlock_irqrestore(&stream->lock, flags);
	list_for_each_entry_safe(frag, next, &gone, node)
		kfree(frag);
}
EXPORT_SYMBOL_GPL(string_stream_clear);

/* As many whole fragments as fit. */
static void join_fragments(struct string_stream *stream, char *text, size_t room)
{
	struct string_stream_fragment *frag;
	unsigned long flags;

	spin_lock_irqsave(&stream->lock, flags);
	list_for_each_entry(frag, &stream->fragments, node) {
		if (frag->length > room)
			break;
		memcpy(text, frag->text, frag->length);
		text += frag->length;
		room -= frag->length;
	}
	spin_unlock_irqrestore(&stream->lock, flags);
}

char *string_stream_get_string(struct string_stream *stream)
{
	size_t length = READ_ONCE(stream->length);
	char *text = kzalloc(length + 1, stream->gfp);

	if (text)
		join_fragments(stream, text, length);
	return text;
}
EXPORT_SYMBOL_GPL(string_stream_get_string);

int string_stream_append(struct string_stream *stream, struct string_stream *other)
{
	char *text = string_stream_get_string(other);
	int err = -ENOMEM;

	if (text)
		err = string_stream_add(stream, "%s", text);
	kfree(text);
	return err;
}
EXPORT_SYMBOL_GPL(string_stream_append);

bool string_stream_is_empty(struct string_stream *stream)
{
	return list_empty(&stream->fragments);
}
EXPORT_SYMBOL_GPL(string_stream_is_empty);

struct string_stream *alloc_string_stream(gfp_t gfp)
{
	struct string_stream *stream = kmalloc(sizeof(*stream), gfp);

	if (!stream)
		return ERR_PTR(-ENOMEM);
	*stream = (struct string_stream){
		.gfp = gfp,
		.fragments = LIST_HEAD_INIT(stream->fragments),
	};
	spin_lock_init(&stream->lock);
	return stream;
}
EXPORT_SYMBOL_GPL(alloc_string_stream);

void string_stream_destroy(struct string_stream *stream)
{
	if (IS_ERR_OR_NULL(stream))
		return;
	string_stream_clear(stream);
	kfree(stream);
}
EXPORT_SYMBOL_GPL(string_stream_destroy);

KUNIT_DEFINE_ACTION_WRAPPER(destroy_stream, string_stream_destroy, struct string_stream *);

struct string_stream *kunit_alloc_string_stream(struct kunit *test, gfp_t gfp)
{
	struct string_stream *stream = alloc_string_stream(gfp);

	if (!IS_ERR(stream) && kunit_add_action_or_reset(test, destroy_stream, stream))
		stream = ERR_PTR(-ENOMEM);
	return stream;
}
EXPORT_SYMBOL_GPL(kunit_alloc_string_stream);

void kunit_free_string_stream(struct kunit *test, struct string_stream *stream)
{
	kunit_release_action(test, destroy_stream, stream);
}
EXPORT_SYMBOL_GPL(kunit_free_string_stream);
