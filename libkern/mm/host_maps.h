/* SPDX-License-Identifier: GPL-2.0-only */
/* Mappings of the process, read from the host. */
#ifndef _UDM_LIBKERN_MM_HOST_MAPS_H
#define _UDM_LIBKERN_MM_HOST_MAPS_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/compiler.h>

struct host_map {
	unsigned long start;
	unsigned long end;
	int prot;
	bool shared;
	off_t offset;
	dev_t dev;
	ino_t ino;		/* 0: anonymous */
};

/* The mapping that contains @addr; false if nothing is mapped there. Reads a file of the host. */
__internal bool host_map_find(unsigned long addr, struct host_map *map);

#endif
