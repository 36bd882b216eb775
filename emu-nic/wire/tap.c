// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TAP wire: the host's network stack at the other end.
 *
 * Way 0 goes from the device to the interface, in the device's own engines: one write
 * per frame. Way 1 comes back in a thread of the wire, which reads a frame, keeps it
 * while the device refuses it, and otherwise sleeps in poll(). The link is the state
 * of the interface. poll() reports the interface as writable exactly while it is up and
 * wakes up when it comes up, but not when it goes down: that the thread sees when it
 * looks again, now and then, and at once after a write has failed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <udevmem/boot.h>
#include <unistd.h>

#include "../hw/checksum.h"
#include "../hw/emunic_hw.h"
#include "loss.h"
#include "wire.h"

enum {
	LOOK_MS = 100,			/* how old the state of a silent interface may be */
	FRAME_ROOM = 65536 + 64,	/* 64 KiB super-frames with their Ethernet header */
};

struct tap_way {
	pthread_mutex_t lock;
	struct wire_loss loss;		/* lock */
	_Atomic uint64_t frames, bytes, lost;
};

struct tap {
	struct udm_wire wire;
	int fd, wake;
	size_t header;			/* bytes of virtio-net header before each frame; may be 0 */
	pthread_t thread;
	_Atomic bool stopping;
	pthread_mutex_t hw_lock;	/* held while a frame is offered */
	struct emunic_hw *hw;		/* hw_lock; NULL: destroyed before the wire */
	bool up;			/* of the thread: the link */
	_Atomic uint64_t held, completed;
	struct tap_way ways[2];
	struct virtio_net_hdr_v1 info;	/* of the frame at hand */
	size_t len;			/* of the frame at hand, 0: none */
	uint8_t frame[FRAME_ROOM];
};

static struct tap *tap_of(const struct udm_wire *w)
{
	return (struct tap *)w;
}

static bool way_loses(struct tap_way *way)
{
	bool lost;

	pthread_mutex_lock(&way->lock);
	lost = wire_loss_takes(&way->loss);
	pthread_mutex_unlock(&way->lock);
	return lost;
}

static void way_count(struct tap_way *way, size_t len)
{
	atomic_fetch_add(&way->frames, 1);
	atomic_fetch_add(&way->bytes, len);
}

static void tap_wake(struct tap *t)
{
	const uint64_t one = 1;

	/* It fails only when the counter is full: then the thread wakes up anyway. */
	if (write(t->wake, &one, sizeof(one)) < 0)
		return;
}

/* --- From the device to the interface ------------------------------------ */

static bool tap_write(struct tap *t, const void *frame, size_t len)
{
	struct virtio_net_hdr_v1 none = { 0 };
	const struct iovec iov[2] = {
		{ .iov_base = &none, .iov_len = t->header },
		{ .iov_base = (void *)frame, .iov_len = len },
	};
	ssize_t n;

	do
		n = writev(t->fd, iov, 2);
	while (n < 0 && errno == EINTR);
	return n >= 0;
}

/* An interface that does not take a frame has lost it, like any receiver. */
static int tap_take(void *ctx, const void *frame, size_t len)
{
	struct tap *t = ctx;
	struct tap_way *way = &t->ways[0];

	if (way_loses(way)) {
		atomic_fetch_add(&way->lost, 1);
	} else if (tap_write(t, frame, len)) {
		way_count(way, len);
	} else {
		atomic_fetch_add(&way->lost, 1);
		tap_wake(t);
	}
	return 0;
}

/* --- From the interface to the device ------------------------------------ */

/*
 * The field holds the sum of the pseudo header: summing from there completes it. All
 * ones is the same sum as 0, which UDP takes for none.
 */
static void complete_checksum(struct tap *t)
{
	size_t start = t->info.csum_start, at = start + t->info.csum_offset;
	uint16_t sum;

	if (start >= t->len || at + 2 > t->len)
		return;
	sum = (uint16_t)~checksum_fold(checksum_add(0, t->frame + start, t->len - start));
	if (!sum)
		sum = 0xffff;
	t->frame[at] = (uint8_t)(sum >> 8);
	t->frame[at + 1] = (uint8_t)sum;
	atomic_fetch_add(&t->completed, 1);
}

/* Have a frame to offer; false when there is none now. */
static bool tap_read(struct tap *t)
{
	const struct iovec iov[2] = {
		{ .iov_base = &t->info, .iov_len = t->header },
		{ .iov_base = t->frame, .iov_len = sizeof(t->frame) },
	};
	ssize_t n;

	if (t->len)
		return true;
	n = readv(t->fd, iov, 2);
	if (n <= (ssize_t)t->header)
		return false;
	t->len = (size_t)n - t->header;
	if (t->header && (t->info.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		complete_checksum(t);
	if (way_loses(&t->ways[1])) {
		atomic_fetch_add(&t->ways[1].lost, 1);
		t->len = 0;
	}
	return true;
}

/* Hand in what is at hand; false when the device asks to wait. */
static bool tap_offer(struct tap *t)
{
	struct tap_way *way = &t->ways[1];
	int ret = 0;

	if (!t->len)
		return true;
	pthread_mutex_lock(&t->hw_lock);
	if (!t->hw)
		atomic_fetch_add(&way->lost, 1);
	else
		ret = emunic_hw_rx(t->hw, t->frame, t->len);
	if (t->hw && !ret)
		way_count(way, t->len);
	pthread_mutex_unlock(&t->hw_lock);
	if (ret) {
		atomic_fetch_add(&t->held, 1);
		return false;
	}
	t->len = 0;
	return true;
}

static void tap_look(struct tap *t)
{
	struct pollfd p = { .fd = t->fd, .events = POLLOUT };
	bool up = poll(&p, 1, 0) > 0 && (p.revents & (POLLOUT | POLLERR)) == POLLOUT;

	if (up == t->up)
		return;
	t->up = up;
	pthread_mutex_lock(&t->hw_lock);
	if (t->hw)
		emunic_hw_set_link(t->hw, up);
	pthread_mutex_unlock(&t->hw_lock);
}

/*
 * Until there is a frame (unless the device has to make room first), somebody calls,
 * or it is time to look. An interface that is gone reports an error without end.
 */
static void tap_sleep(struct tap *t)
{
	struct pollfd fds[2] = {
		{ .fd = t->wake, .events = POLLIN },
		{ .fd = t->len ? -1 : t->fd, .events = (short)(t->up ? POLLIN : POLLIN | POLLOUT) },
	};
	uint64_t calls;

	poll(fds, 2, LOOK_MS);
	if (fds[1].revents & POLLERR)
		poll(fds, 1, LOOK_MS);
	if ((fds[0].revents & POLLIN) && read(t->wake, &calls, sizeof(calls)) < 0)
		return;
	tap_look(t);
}

static void *tap_run(void *ctx)
{
	struct tap *t = ctx;

	while (!atomic_load(&t->stopping))
		if (!tap_read(t) || !tap_offer(t))
			tap_sleep(t);
	return NULL;
}

static void tap_room(void *ctx)
{
	tap_wake(ctx);
}

static void tap_gone(void *ctx)
{
	struct tap *t = ctx;

	pthread_mutex_lock(&t->hw_lock);
	t->hw = NULL;
	pthread_mutex_unlock(&t->hw_lock);
	tap_wake(t);
}

static const struct emunic_peer tap_peer = {
	.take = tap_take,
	.room = tap_room,
	.gone = tap_gone,
};

/* --- Life ---------------------------------------------------------------- */

static bool tap_done(const struct udm_wire *wire)
{
	struct pollfd p = { .fd = tap_of(wire)->fd, .events = POLLIN };

	return poll(&p, 1, 0) <= 0 || !(p.revents & POLLIN);
}

static void tap_way_stats(const struct udm_wire *wire, unsigned int direction,
			  struct udm_wire_stats *s)
{
	struct tap *t = tap_of(wire);
	struct tap_way *way = &t->ways[direction];

	s->frames += atomic_load(&way->frames);
	s->bytes += atomic_load(&way->bytes);
	s->lost += atomic_load(&way->lost);
	if (!direction)
		return;
	s->held = atomic_load(&t->held);
	s->checksums_completed = atomic_load(&t->completed);
}

static void tap_stats(const struct udm_wire *wire, struct udm_wire_stats *s)
{
	tap_way_stats(wire, 0, s);
	tap_way_stats(wire, 1, s);
}

static void tap_set_loss(struct udm_wire *wire, unsigned int per_million, uint64_t seed)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct tap_way *way = &tap_of(wire)->ways[i];

		pthread_mutex_lock(&way->lock);
		wire_loss_set(&way->loss, per_million, seed, i);
		pthread_mutex_unlock(&way->lock);
	}
}

static void tap_free(struct tap *t)
{
	for (unsigned int i = 0; i < 2; i++)
		pthread_mutex_destroy(&t->ways[i].lock);
	pthread_mutex_destroy(&t->hw_lock);
	if (t->fd >= 0)
		close(t->fd);
	if (t->wake >= 0)
		close(t->wake);
	free(t);
}

/* The device first: then nothing but the thread is left. */
static void tap_destroy(struct udm_wire *wire)
{
	struct tap *t = tap_of(wire);

	if (t->hw)
		emunic_hw_detach(t->hw);
	atomic_store(&t->stopping, true);
	tap_wake(t);
	pthread_join(t->thread, NULL);
	tap_free(t);
}

static const struct wire_ops tap_ops = {
	.done = tap_done,
	.stats = tap_stats,
	.destroy = tap_destroy,
	.direction_stats = tap_way_stats,
	.set_loss = tap_set_loss,
};

static struct tap *tap_alloc(int fd)
{
	struct tap *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->wire.ops = &tap_ops;
	pthread_mutex_init(&t->hw_lock, NULL);
	for (unsigned int i = 0; i < 2; i++)
		pthread_mutex_init(&t->ways[i].lock, NULL);
	t->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	t->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (t->fd >= 0 && t->wake >= 0)
		return t;
	tap_free(t);
	return NULL;
}

/* 0 or a negative errno. */
static int tap_connect(struct tap *t, struct emunic_hw *hw)
{
	int err = emunic_hw_attach(hw, &tap_peer, t);

	if (err)
		return err;
	t->hw = hw;
	err = pthread_create(&t->thread, NULL, tap_run, t);
	if (err)
		emunic_hw_detach(hw);
	return -err;
}

/* What it says of itself; false unless it is an interface for frames. */
static bool tap_check(int fd, size_t *header)
{
	struct ifreq ifr = { 0 };
	int size = 0;

	if (ioctl(fd, TUNGETIFF, &ifr) ||
	    (ifr.ifr_flags & (IFF_TAP | IFF_NO_PI)) != (IFF_TAP | IFF_NO_PI))
		return false;
	if ((ifr.ifr_flags & IFF_VNET_HDR) && ioctl(fd, TUNGETVNETHDRSZ, &size))
		return false;
	*header = (size_t)size;
	return *header <= sizeof(struct virtio_net_hdr_v1) &&
	       !fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static struct udm_wire *refuse(int error, const char *why, char *err, size_t size)
{
	snprintf(err, size, "tap: %s", why);
	errno = error;
	return NULL;
}

struct udm_wire *udm_wire_tap(int fd, struct emunic_hw *hw, char *err, size_t size)
{
	size_t header = 0;
	struct tap *t;
	int error;

	if (udm_sim())
		return refuse(EINVAL, "a real peer has a real clock: boot in threads mode", err,
			      size);
	if (!tap_check(fd, &header))
		return refuse(EINVAL, "not a TAP device without packet information", err, size);
	t = tap_alloc(fd);
	if (!t)
		return refuse(errno, strerror(errno), err, size);
	t->header = header;
	error = -tap_connect(t, hw);
	if (!error)
		return &t->wire;
	tap_free(t);
	return refuse(error, error == EBUSY ? "the device has a wire" : strerror(error), err, size);
}
