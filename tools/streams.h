/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The application side of a replay: every TCP direction becomes a file.
 *
 * One passive listener per address family; each accepted socket is one direction
 * of one flow.
 */
#ifndef UDM_TOOLS_STREAMS_H
#define UDM_TOOLS_STREAMS_H

#include "replay.h"

struct streams;

struct streams_config {
	const char *out;	/* folder for the streams, or NULL */
	const struct buffer *buffer;	/* fd -1: none */
};

/* NULL with one line in err when a socket cannot be made. */
struct streams *streams_open(const struct streams_config *cfg, char *err, size_t size);
/* Take what is there; true if that was anything. *failed is set with a line in err on trouble. */
bool streams_progress(struct streams *s, bool *failed, char *err, size_t size);
/* Wait until something may be there, at most ms of machine time. */
void streams_wait(struct streams *s, int ms);
/* Fill in the stream list (malloc'ed) and the counters, sorted by name. */
void streams_result(struct streams *s, struct replay_result *r);
void streams_close(struct streams *s);

#endif
