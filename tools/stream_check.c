// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of a stream that went by.
 */
#include "stream_check.h"

#include <gcrypt.h>
#include <stdio.h>

enum { DIGEST_BYTES = 32 };

bool stream_check_open(struct stream_check *c, bool digest, unsigned int period)
{
	*c = (struct stream_check){ .period = period };
	if (!digest)
		return true;
	gcry_check_version(NULL);
	return !gcry_md_open(&c->md, GCRY_MD_SHA256, 0);
}

static void compare(struct stream_check *c, const unsigned char *data, size_t len)
{
	unsigned int at = (unsigned int)(c->bytes % c->period);

	for (size_t i = 0; i < len; i++) {
		unsigned char want = at + 1 == c->period ? '\n' : (unsigned char)(at + 1);

		if (data[i] != want && !c->mismatches++)
			c->first_mismatch = c->bytes + i;
		at = at + 1 == c->period ? 0 : at + 1;
	}
}

void stream_check_add(struct stream_check *c, const void *data, size_t len)
{
	if (c->period)
		compare(c, data, len);
	if (c->md)
		gcry_md_write(c->md, data, len);
	c->bytes += len;
}

void stream_check_text(struct stream_check *c, char text[STREAM_SHA256_TEXT])
{
	const unsigned char *digest = c->md ? gcry_md_read(c->md, GCRY_MD_SHA256) : NULL;

	text[0] = 0;
	for (unsigned int i = 0; digest && i < DIGEST_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

void stream_check_close(struct stream_check *c)
{
	gcry_md_close(c->md);
	c->md = NULL;
}
