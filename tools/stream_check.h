/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of a stream that went by: its SHA-256, and whether it was the pattern
 * 1, 2, ... N-1, newline, again and again.
 */
#ifndef UDM_TOOLS_STREAM_CHECK_H
#define UDM_TOOLS_STREAM_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_SHA256_TEXT 65	/* hexadecimal digits and the end of the string */

struct stream_check {
	struct gcry_md_handle *md;	/* NULL: no digest */
	unsigned int period;		/* 0: any bytes */
	uint64_t bytes, mismatches, first_mismatch;
};

/* False without memory. stream_check_close() in any case. */
bool stream_check_open(struct stream_check *c, bool digest, unsigned int period);
void stream_check_add(struct stream_check *c, const void *data, size_t len);
/* The digest so far; an empty string if there is none. */
void stream_check_text(struct stream_check *c, char text[STREAM_SHA256_TEXT]);
void stream_check_close(struct stream_check *c);

#endif
