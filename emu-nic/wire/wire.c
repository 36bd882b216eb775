// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls that every wire answers.
 */
#include "wire.h"

#include <string.h>

void udm_wire_start(struct udm_wire *w)
{
	if (w->ops->start)
		w->ops->start(w);
}

bool udm_wire_done(const struct udm_wire *w)
{
	return w->ops->done(w);
}

void udm_wire_stats(const struct udm_wire *w, struct udm_wire_stats *s)
{
	memset(s, 0, sizeof(*s));
	w->ops->stats(w, s);
}

void udm_wire_destroy(struct udm_wire *w)
{
	if (w)
		w->ops->destroy(w);
}
