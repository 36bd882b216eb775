// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dma-buf and the application's mapping of it.
 */
#include "buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/udmabuf.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <udevmem/dmabuf.h>
#include <udevmem/file.h>
#include <unistd.h>

void buffer_cmdline(size_t size, char *out, size_t out_size)
{
	/* The exporter's own limit is for shared machines; this one is the user's. */
	snprintf(out, out_size, "udmabuf.size_limit_mb=%zu", (size >> 20) + 1);
}

static bool fail(const char *what, size_t size, char *err, size_t err_size)
{
	snprintf(err, err_size, "cannot make a %s of %zu bytes: %s", what, size, strerror(errno));
	return false;
}

static bool make_udmabuf(struct buffer *b, char *err, size_t size)
{
	struct udmabuf_create create = { .flags = UDMABUF_FLAGS_CLOEXEC, .size = b->size };
	int dev, error;

	b->memfd = memfd_create("udevmem", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (b->memfd < 0 || ftruncate(b->memfd, (off_t)b->size) ||
	    fcntl(b->memfd, F_ADD_SEALS, F_SEAL_SHRINK))
		return fail("memory file", b->size, err, size);
	create.memfd = (unsigned int)b->memfd;
	dev = udm_open("/dev/udmabuf", O_RDWR);
	if (dev < 0)
		return fail("udmabuf", b->size, err, size);
	b->fd = udm_ioctl(dev, UDMABUF_CREATE, &create);
	error = errno;
	udm_close(dev);
	errno = error;
	return b->fd >= 0 || fail("udmabuf", b->size, err, size);
}

bool buffer_make(struct buffer *b, enum exporter exporter, size_t size, int prot, char *err,
		 size_t err_size)
{
	*b = NO_BUFFER;
	b->size = size;
	if (exporter == EXPORTER_UDMABUF) {
		if (!make_udmabuf(b, err, err_size))
			return false;
	} else {
		b->fd = udm_gpu_create_dmabuf(size, NULL);
		if (b->fd < 0)
			return fail("GPU buffer", size, err, err_size);
	}
	b->map = udm_mmap(NULL, size, prot, MAP_SHARED, b->fd, 0);
	if (b->map != MAP_FAILED)
		return true;
	b->map = NULL;
	snprintf(err, err_size, "cannot map the dma-buf: %s", strerror(errno));
	return false;
}

void buffer_free(struct buffer *b)
{
	if (b->map)
		udm_munmap(b->map, b->size);
	if (b->fd >= 0)
		udm_close(b->fd);
	if (b->memfd >= 0)
		close(b->memfd);
	*b = NO_BUFFER;
}

void buffer_sync(const struct buffer *b, uint64_t flags)
{
	struct dma_buf_sync sync = { .flags = flags };

	udm_ioctl(b->fd, DMA_BUF_IOCTL_SYNC, &sync);
}
