/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory files of the host process. memfd_fcntl: F_GET_SEALS gives the seals,
 * F_ADD_SEALS adds some; -EINVAL for a file that has none. Contract: mm/memfd.c.
 */
#ifndef _KERN_LINUX_MEMFD_H
#define _KERN_LINUX_MEMFD_H

#include <sys/mman.h>
#include_next <linux/memfd.h>
#include <linux/fcntl.h>
#include <linux/types.h>

struct file;
struct folio;

long memfd_fcntl(struct file *file, unsigned int cmd, unsigned int arg);

/*
 * Pins the pages of bytes [start, end] (end inclusive) of a memory file and
 * gives them page structures, in folios[0 .. max); *offset is where start lies
 * in the first. Holes are filled with zero pages. Returns the number of folios;
 * -EINVAL for a bad range or another kind of file, -ENOMEM, or what mapping the
 * file gave. unpin_folio() takes each one back. May sleep.
 */
long memfd_pin_folios(struct file *memfd, loff_t start, loff_t end, struct folio **folios,
		      unsigned int max_folios, pgoff_t *offset);

#endif
