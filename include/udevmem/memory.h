/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical memory as the host side sees it: for buses, mappings and tools.
 *
 * RAM is a memory file whose offsets are physical addresses. Single frames may
 * instead show a page of another file (adopted pages: pinned host memory files).
 * The functions may be called from any thread between boot and shutdown.
 */
#ifndef _UDEVMEM_MEMORY_H
#define _UDEVMEM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct page;

/* A run of RAM of one zone of one node. Runs are in ascending order. */
struct udm_ram_run {
	uint64_t start;
	uint64_t end;		/* first byte behind */
	int node;
	const char *zone;	/* "DMA", "DMA32", "Normal" */
};

/* Fills @run with the @index-th run; false behind the last one. */
bool udm_ram_run(unsigned int index, struct udm_ram_run *run);

/* Address of [phys, phys + len) in the process, NULL unless all of it is RAM. */
void *udm_phys_ptr(uint64_t phys, size_t len);

/*
 * The file that holds the memory at @phys, for mapping it a second time. Returns
 * how many bytes from @phys on are contiguous in that file, at most @len, or 0
 * if @phys is not RAM. The descriptor stays the library's.
 */
size_t udm_phys_backing(uint64_t phys, size_t len, int *fd, off_t *offset);

/*
 * A page whose contents are the page of @fd at @offset (page aligned, inside the
 * file, opened for writing). One reference, for the caller; the last put_page()
 * ends the sharing. @fd may be closed afterwards. NULL with errno. May sleep.
 */
struct page *udm_page_adopt(int fd, off_t offset);

/*
 * Maps [phys, phys + len) at @addr, replacing what is there (page aligned, RAM).
 * @prot is PROT_READ and so on. 0, or -1 with errno.
 */
int udm_phys_mmap(void *addr, uint64_t phys, size_t len, int prot);

#ifdef __cplusplus
}
#endif

#endif
