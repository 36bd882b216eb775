// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames that show a page of a host file, and where frames are backed.
 *
 * An adopted frame is an ordinary page whose place in the direct map shows a
 * page of another memory file, so that kernel-side code, devices and an
 * application that maps the file see the same bytes. Adopting the same page of a
 * file again gives the same frame. The table of adopted frames holds no
 * reference; the last put_page() takes the frame out of it and shows the frame's
 * own memory again. A host file is kept open by one descriptor however many of
 * its pages are adopted. One lock covers table and files.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/minmax.h>
#include <udevmem/memory.h>

#include "internal.h"

#define ADOPT_BUCKETS 1024

struct adopted_file {
	struct adopted_file *next;
	dev_t dev;
	ino_t ino;
	int fd;
	unsigned long pages;
};

struct adopted_page {
	struct adopted_page *next;		/* by file and offset */
	struct adopted_page *next_frame;	/* by frame */
	struct adopted_file *file;
	off_t offset;
	struct page *page;
};

static struct adopted_file *files;
static struct adopted_page *by_offset[ADOPT_BUCKETS];
static struct adopted_page *by_frame[ADOPT_BUCKETS];
static pthread_mutex_t adopt_lock = PTHREAD_MUTEX_INITIALIZER;

static unsigned int offset_bucket(const struct adopted_file *file, off_t offset)
{
	return (file->ino * 31 + (offset >> PAGE_SHIFT)) % ADOPT_BUCKETS;
}

static unsigned int frame_bucket(const struct page *page)
{
	return page_to_pfn(page) % ADOPT_BUCKETS;
}

/* The record of @fd's file, created when it is new. */
static struct adopted_file *file_get(int fd)
{
	struct adopted_file *file;
	struct stat st;

	if (fstat(fd, &st))
		return NULL;
	for (file = files; file; file = file->next)
		if (file->dev == st.st_dev && file->ino == st.st_ino)
			return file;
	file = calloc(1, sizeof(*file));
	if (!file)
		return NULL;
	file->dev = st.st_dev;
	file->ino = st.st_ino;
	file->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (file->fd < 0) {
		free(file);
		return NULL;
	}
	file->next = files;
	files = file;
	return file;
}

static void file_release_unused(void)
{
	struct adopted_file **link = &files;

	while (*link) {
		struct adopted_file *file = *link;

		if (file->pages) {
			link = &file->next;
			continue;
		}
		*link = file->next;
		close(file->fd);
		free(file);
	}
}

static struct adopted_page *frame_lookup(const struct page *page)
{
	struct adopted_page *adopted = by_frame[frame_bucket(page)];

	while (adopted && adopted->page != page)
		adopted = adopted->next_frame;
	return adopted;
}

/* A frame whose last reference is just being dropped does not count. */
static struct page *offset_lookup_get(const struct adopted_file *file, off_t offset)
{
	struct adopted_page *adopted = by_offset[offset_bucket(file, offset)];

	for (; adopted; adopted = adopted->next)
		if (adopted->file == file && adopted->offset == offset &&
		    get_page_unless_zero(adopted->page))
			return adopted->page;
	return NULL;
}

static void table_insert(struct adopted_page *adopted)
{
	unsigned int offset = offset_bucket(adopted->file, adopted->offset);
	unsigned int frame = frame_bucket(adopted->page);

	adopted->next = by_offset[offset];
	by_offset[offset] = adopted;
	adopted->next_frame = by_frame[frame];
	by_frame[frame] = adopted;
	adopted->file->pages++;
	set_bit(PG_adopted, &adopted->page->flags.f);
}

static void table_remove(struct adopted_page *adopted)
{
	struct adopted_page **link = &by_offset[offset_bucket(adopted->file, adopted->offset)];

	while (*link != adopted)
		link = &(*link)->next;
	*link = adopted->next;
	link = &by_frame[frame_bucket(adopted->page)];
	while (*link != adopted)
		link = &(*link)->next_frame;
	*link = adopted->next_frame;
	adopted->file->pages--;
	clear_bit(PG_adopted, &adopted->page->flags.f);
}

static int show_file_page(struct page *page, int fd, off_t offset)
{
	void *addr = mmap(page_address(page), PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_FIXED, fd, offset);

	return addr == MAP_FAILED ? -ENOMEM : 0;
}

static struct page *adopt_new(struct adopted_file *file, off_t offset)
{
	struct adopted_page *adopted = malloc(sizeof(*adopted));
	struct page *page = adopted ? alloc_page(GFP_KERNEL) : NULL;

	if (!page || show_file_page(page, file->fd, offset)) {
		if (page)
			put_page(page);
		free(adopted);
		errno = ENOMEM;
		return NULL;
	}
	adopted->file = file;
	adopted->offset = offset;
	adopted->page = page;
	table_insert(adopted);
	return page;
}

struct page *udm_page_adopt(int fd, off_t offset)
{
	struct adopted_file *file;
	struct page *page = NULL;

	if (offset < 0 || !PAGE_ALIGNED(offset)) {
		errno = EINVAL;
		return NULL;
	}
	pthread_mutex_lock(&adopt_lock);
	file = file_get(fd);
	if (file) {
		page = offset_lookup_get(file, offset);
		if (!page)
			page = adopt_new(file, offset);
		if (!page)
			file_release_unused();
	}
	pthread_mutex_unlock(&adopt_lock);
	return page;
}

struct page *adopted_page_get(unsigned long ino, off_t offset)
{
	struct adopted_file *file;
	struct page *page = NULL;

	pthread_mutex_lock(&adopt_lock);
	for (file = files; file && !page; file = file->next)
		if (file->ino == ino)
			page = offset_lookup_get(file, offset);
	pthread_mutex_unlock(&adopt_lock);
	return page;
}

void page_unadopt(struct page *page)
{
	struct adopted_page *adopted;

	pthread_mutex_lock(&adopt_lock);
	adopted = frame_lookup(page);
	BUG_ON(!adopted || show_file_page(page, udm_ram_fd, page_to_phys(page)));
	table_remove(adopted);
	file_release_unused();
	pthread_mutex_unlock(&adopt_lock);
	free(adopted);
}

void adopt_shutdown(void)
{
	unsigned int i;

	for (i = 0; i < ADOPT_BUCKETS; i++)
		while (by_frame[i]) {
			struct adopted_page *adopted = by_frame[i];

			table_remove(adopted);
			free(adopted);
		}
	file_release_unused();
}

/* --- Where frames are backed --------------------------------------------------------- */

static bool frame_is_adopted(unsigned long pfn)
{
	return test_bit(PG_adopted, &pfn_to_page(pfn)->flags.f);
}

static size_t adopted_backing(unsigned long pfn, size_t len, int *fd, off_t *offset)
{
	struct adopted_page *adopted;
	size_t run = 0;

	pthread_mutex_lock(&adopt_lock);
	adopted = frame_lookup(pfn_to_page(pfn));
	if (adopted) {
		*fd = adopted->file->fd;
		*offset = adopted->offset;
	}
	for (; adopted && run < len; run += PAGE_SIZE) {
		const struct adopted_page *next = frame_lookup(pfn_to_page(pfn + PFN_DOWN(run)));

		if (!next || next->file != adopted->file ||
		    next->offset != adopted->offset + (off_t)run)
			break;
	}
	pthread_mutex_unlock(&adopt_lock);
	return run;
}

size_t udm_phys_backing(uint64_t phys, size_t len, int *fd, off_t *offset)
{
	unsigned long in_page = phys & ~PAGE_MASK;
	unsigned long pfn = PHYS_PFN(phys);
	const struct zone *zone;
	size_t run = 0;

	if (!len || !pfn_valid(pfn))
		return 0;
	zone = &udm_zones[pfn_zone_index(pfn)];
	len = min_t(size_t, len, PFN_PHYS(zone->end_pfn) - phys) + in_page;
	if (frame_is_adopted(pfn)) {
		run = adopted_backing(pfn, len, fd, offset);
	} else {
		*fd = udm_ram_fd;
		*offset = PFN_PHYS(pfn);
		while (run < len && !frame_is_adopted(pfn + PFN_DOWN(run)))
			run += PAGE_SIZE;
	}
	*offset += in_page;
	return run ? min(run, len) - in_page : 0;
}

int udm_phys_mmap(void *addr, uint64_t phys, size_t len, int prot)
{
	while (len) {
		off_t offset;
		int fd;
		size_t run = udm_phys_backing(phys, len, &fd, &offset);

		if (!run) {
			errno = EFAULT;
			return -1;
		}
		if (mmap(addr, run, prot, MAP_SHARED | MAP_FIXED, fd, offset) == MAP_FAILED)
			return -1;
		addr = (char *)addr + run;
		phys += run;
		len -= run;
	}
	return 0;
}
