// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cable between two devices.
 *
 * Each direction is a bounded queue of copied frames with an engine that lends
 * them to the device at its end, one per step, in order. Devices put frames in
 * from their own engines, several at a time; a full queue refuses, and tells the
 * sender when there is room. Lock order: ends_lock before a direction's lock;
 * the sending device calls in with locks of its own, so nothing is called back
 * from there.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/engine.h>

#include "../hw/emunic_hw.h"
#include "loss.h"
#include "wire.h"

enum { CABLE_BYTES = 64 << 10 };

struct cable_frame {
	struct emunic_frame lent;		/* first */
	struct cable_frame *next;
	_Atomic unsigned int users;		/* the cable, and the device at the end */
	uint8_t data[];
};

struct direction {
	struct loopback *cable;
	unsigned int from, to;
	struct udm_engine *engine;
	pthread_mutex_t lock;
	struct cable_frame *first, **last;	/* lock; only the engine takes frames off */
	size_t bytes;				/* lock */
	bool refused;				/* lock: the sender waits for room */
	bool dead;				/* lock: nobody at the end */
	struct wire_loss loss;			/* lock */
	struct cable_frame *late;		/* lock: goes behind the next one */
	_Atomic uint64_t taken, taken_bytes, held, lost, pushed_back;
};

static void frame_put(struct cable_frame *f)
{
	/* Whoever is last sees all that the other did with it. */
	if (atomic_fetch_sub(&f->users, 1) == 1)
		free(f);
}

static void frame_done(struct emunic_frame *lent)
{
	frame_put((struct cable_frame *)lent);
}

static struct cable_frame *frame_copy(const void *data, size_t len)
{
	struct cable_frame *f = malloc(sizeof(*f) + len);

	if (!f)
		return NULL;
	f->lent = (struct emunic_frame){ .data = f->data, .len = len, .done = frame_done };
	f->users = 1;
	memcpy(f->data, data, len);
	return f;
}

struct loopback {
	struct udm_wire wire;
	pthread_rwlock_t ends_lock;		/* read: an end is used */
	struct emunic_hw *ends[2];		/* ends_lock; NULL: destroyed before the wire */
	bool plugged;				/* ends_lock */
	struct direction directions[2];
};

/* --- The sender's side --------------------------------------------------- */

static void append(struct direction *d, struct cable_frame *f)
{
	f->next = NULL;
	*d->last = f;
	d->last = &f->next;
	d->bytes += f->lent.len;
}

static int enter(struct direction *d, const void *frame, size_t len)
{
	struct cable_frame *f;
	bool late;

	if (d->first && d->bytes + len > CABLE_BYTES) {
		d->refused = true;
		d->pushed_back++;
		return -EAGAIN;
	}
	/* Chance decides once per frame, when it enters. */
	late = wire_loss_delays(&d->loss);
	f = wire_loss_takes(&d->loss) || d->dead ? NULL : frame_copy(frame, len);
	if (!f) {
		d->lost++;
		return 0;
	}
	if (late && !d->late) {
		d->late = f;
		return 0;
	}
	append(d, f);
	if (d->late)
		append(d, d->late);
	d->late = NULL;
	return 0;
}

static int direction_take(void *ctx, const void *frame, size_t len)
{
	struct direction *d = ctx;
	int ret;

	pthread_mutex_lock(&d->lock);
	ret = enter(d, frame, len);
	pthread_mutex_unlock(&d->lock);
	if (!ret)
		udm_engine_kick(d->engine);
	return ret;
}

/* --- The receiver's side ------------------------------------------------- */

/* The first frame, which stays; NULL if there is none. */
static struct cable_frame *head(struct direction *d)
{
	struct cable_frame *f;

	pthread_mutex_lock(&d->lock);
	f = d->first;
	pthread_mutex_unlock(&d->lock);
	return f;
}

/* Take the first frame off; true when a sender waited for that. */
static bool advance(struct direction *d, struct cable_frame *f)
{
	bool refused;

	pthread_mutex_lock(&d->lock);
	d->first = f->next;
	if (!d->first)
		d->last = &d->first;
	d->bytes -= f->lent.len;
	refused = d->refused;
	d->refused = false;
	pthread_mutex_unlock(&d->lock);
	frame_put(f);
	return refused;
}

static bool arrive(struct direction *d, struct emunic_hw *to, struct cable_frame *f)
{
	if (!to) {
		d->lost++;
		return true;
	}
	f->users++;
	if (emunic_hw_rx_lent(to, &f->lent)) {
		f->users--;
		d->held++;
		return false;
	}
	d->taken++;
	d->taken_bytes += f->lent.len;
	return true;
}

/* Move one frame; false when there is none or the device does not take it. */
static bool move(struct direction *d)
{
	struct emunic_hw **ends = d->cable->ends;
	struct cable_frame *f = head(d);

	if (!f || !arrive(d, ends[d->to], f))
		return false;
	if (advance(d, f) && ends[d->from])
		emunic_hw_tx_room(ends[d->from]);
	return true;
}

static bool direction_step(void *ctx)
{
	struct direction *d = ctx;
	bool moved;

	pthread_rwlock_rdlock(&d->cable->ends_lock);
	moved = move(d);
	pthread_rwlock_unlock(&d->cable->ends_lock);
	return moved;
}

/* --- The devices' sockets ------------------------------------------------ */

/*
 * The context of a device's callbacks is the direction it sends into. Its room
 * concerns the other one.
 */
static void direction_room(void *ctx)
{
	struct direction *d = ctx;

	udm_engine_kick(d->cable->directions[d->to].engine);
}

/* ends_lock. */
static void show_link(struct loopback *c)
{
	bool up = c->plugged && c->ends[0] && c->ends[1];

	for (unsigned int i = 0; i < 2; i++)
		if (c->ends[i])
			emunic_hw_set_link(c->ends[i], up);
}

static void direction_gone(void *ctx)
{
	struct direction *d = ctx, *back = &d->cable->directions[d->to];

	pthread_rwlock_wrlock(&d->cable->ends_lock);
	d->cable->ends[d->from] = NULL;
	show_link(d->cable);
	pthread_rwlock_unlock(&d->cable->ends_lock);
	pthread_mutex_lock(&back->lock);
	back->dead = true;
	pthread_mutex_unlock(&back->lock);
	udm_engine_kick(back->engine);
}

static const struct emunic_peer direction_peer = {
	.take = direction_take,
	.room = direction_room,
	.gone = direction_gone,
};

/* --- Life ---------------------------------------------------------------- */

static struct loopback *cable_of(const struct udm_wire *w)
{
	return (struct loopback *)w;
}

static int direction_init(struct loopback *c, unsigned int i)
{
	struct direction *d = &c->directions[i];

	d->cable = c;
	d->from = i;
	d->to = !i;
	d->last = &d->first;
	pthread_mutex_init(&d->lock, NULL);
	d->engine = udm_engine_create(i ? "cable-ba" : "cable-ab", direction_step, d);
	return d->engine ? 0 : -ENOMEM;
}

static void direction_destroy(struct direction *d)
{
	struct cable_frame *f;

	if (!d->cable)
		return;
	udm_engine_destroy(d->engine);
	while ((f = d->first)) {
		d->first = f->next;
		frame_put(f);
	}
	if (d->late)
		frame_put(d->late);
	pthread_mutex_destroy(&d->lock);
}

/* Senders first: then nothing enters, and the engines can go. */
static void loopback_destroy(struct udm_wire *wire)
{
	struct loopback *c = cable_of(wire);

	for (unsigned int i = 0; i < 2; i++)
		if (c->ends[i])
			emunic_hw_detach(c->ends[i]);
	for (unsigned int i = 0; i < 2; i++)
		direction_destroy(&c->directions[i]);
	pthread_rwlock_destroy(&c->ends_lock);
	free(c);
}

static bool loopback_done(const struct udm_wire *wire)
{
	struct loopback *c = cable_of(wire);

	return !head(&c->directions[0]) && !head(&c->directions[1]);
}

static void direction_stats(const struct direction *d, struct udm_wire_stats *s)
{
	s->frames += d->taken;
	s->bytes += d->taken_bytes;
	s->held += d->held;
	s->lost += d->lost;
	s->pushed_back += d->pushed_back;
}

static void loopback_stats(const struct udm_wire *wire, struct udm_wire_stats *s)
{
	direction_stats(&cable_of(wire)->directions[0], s);
	direction_stats(&cable_of(wire)->directions[1], s);
}

static void loopback_direction_stats(const struct udm_wire *wire, unsigned int direction,
				     struct udm_wire_stats *s)
{
	direction_stats(&cable_of(wire)->directions[direction], s);
}

static void loopback_set_link(struct udm_wire *wire, bool up)
{
	struct loopback *c = cable_of(wire);

	pthread_rwlock_wrlock(&c->ends_lock);
	c->plugged = up;
	show_link(c);
	pthread_rwlock_unlock(&c->ends_lock);
}

static void loopback_set_loss(struct udm_wire *wire, unsigned int per_million, uint64_t seed)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct direction *d = &cable_of(wire)->directions[i];

		pthread_mutex_lock(&d->lock);
		wire_loss_set(&d->loss, per_million, seed, i);
		pthread_mutex_unlock(&d->lock);
	}
}

static void loopback_disturb(struct udm_wire *wire, unsigned int direction, uint64_t lose,
			     uint64_t late)
{
	struct direction *d = &cable_of(wire)->directions[direction];

	pthread_mutex_lock(&d->lock);
	wire_loss_choose(&d->loss, lose, late);
	pthread_mutex_unlock(&d->lock);
}

static const struct wire_ops loopback_ops = {
	.done = loopback_done,
	.stats = loopback_stats,
	.destroy = loopback_destroy,
	.direction_stats = loopback_direction_stats,
	.set_link = loopback_set_link,
	.set_loss = loopback_set_loss,
	.disturb = loopback_disturb,
};

static int loopback_connect(struct loopback *c, struct emunic_hw *a, struct emunic_hw *b)
{
	struct emunic_hw *ends[2] = { a, b };
	int err = 0;

	for (unsigned int i = 0; i < 2 && !err; i++)
		err = direction_init(c, i);
	for (unsigned int i = 0; i < 2 && !err; i++) {
		err = emunic_hw_attach(ends[i], &direction_peer, &c->directions[i]);
		if (!err)
			c->ends[i] = ends[i];
	}
	return err;
}

/* Whoever changes the ends does not wait for the traffic to end. */
static struct loopback *loopback_alloc(void)
{
	struct loopback *c = calloc(1, sizeof(*c));
	pthread_rwlockattr_t attr;

	if (!c)
		return NULL;
	c->wire.ops = &loopback_ops;
	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&c->ends_lock, &attr);
	pthread_rwlockattr_destroy(&attr);
	return c;
}

struct udm_wire *udm_wire_loopback(struct emunic_hw *a, struct emunic_hw *b)
{
	struct loopback *c;
	int err;

	if (a == b) {
		errno = EINVAL;
		return NULL;
	}
	c = loopback_alloc();
	if (!c)
		return NULL;
	err = loopback_connect(c, a, b);
	if (err) {
		loopback_destroy(&c->wire);
		errno = -err;
		return NULL;
	}
	loopback_set_link(&c->wire, true);
	return &c->wire;
}
