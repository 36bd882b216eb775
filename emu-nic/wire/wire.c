// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls that every wire answers.
 */
#include "wire.h"

#include <errno.h>
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

static int cannot(void)
{
	errno = EINVAL;
	return -1;
}

int udm_wire_direction_stats(const struct udm_wire *w, unsigned int direction,
			     struct udm_wire_stats *s)
{
	if (!w->ops->direction_stats || direction > 1)
		return cannot();
	memset(s, 0, sizeof(*s));
	w->ops->direction_stats(w, direction, s);
	return 0;
}

int udm_wire_set_link(struct udm_wire *w, bool up)
{
	if (!w->ops->set_link)
		return cannot();
	w->ops->set_link(w, up);
	return 0;
}

int udm_wire_disturb(struct udm_wire *w, unsigned int direction, uint64_t lose, uint64_t late)
{
	if (!w->ops->disturb || direction > 1)
		return cannot();
	w->ops->disturb(w, direction, lose, late);
	return 0;
}

int udm_wire_set_loss(struct udm_wire *w, unsigned int per_million, uint64_t seed)
{
	if (!w->ops->set_loss)
		return cannot();
	w->ops->set_loss(w, per_million, seed);
	return 0;
}
