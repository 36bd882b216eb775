/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sending what a descriptor gives, out of device memory or of host memory.
 *
 * Device memory is cut into slots. A slot is filled from the input, sent with
 * MSG_ZEROCOPY, perhaps in parts, and filled again when the completion of each part has
 * come. Host memory has one slot and is copied by sendmsg.
 */
#ifndef UDM_TOOLS_SENDER_H
#define UDM_TOOLS_SENDER_H

#include "buffer.h"
#include "stream_check.h"

enum {
	SENDER_SLOTS = 16,
	SENDER_CALLS = 4096,	/* calls of sendmsg whose completions may be missing */
};

struct sender {
	int fd, input;			/* input -1: nothing is sent */
	const struct buffer *buffer;	/* NULL: host memory */
	uint32_t binding;
	unsigned char *memory;
	size_t slot_size;
	unsigned int slots;
	unsigned int pending[SENDER_SLOTS];	/* parts whose completion is missing */
	uint8_t slot_of[SENDER_CALLS];		/* by id of the call */
	uint32_t next_id, completed;		/* ids from 0 on; how many have completed */
	unsigned int slot;			/* being sent or filled */
	size_t at, len;				/* what is left of it */
	uint64_t bytes, copied;
	bool eof;			/* of the input */
	bool wants_input, wants_room;	/* what the last call of sender_progress() missed */
	bool ended;			/* all sent, completed, and the peer told */
	struct stream_check *check;
};

/* buffer: device memory bound for sending as binding, or NULL. False without memory. */
bool sender_open(struct sender *s, int fd, int input, const struct buffer *buffer,
		 uint32_t binding, struct stream_check *check);
/* Do what can be done now. *progress: that was something. False with a line in err. */
bool sender_progress(struct sender *s, bool *progress, char *err, size_t size);
void sender_close(struct sender *s);

#endif
