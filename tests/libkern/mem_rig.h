/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the memory tests share: small machines, using memory up, and the log.
 */
#ifndef UDM_TESTS_LIBKERN_MEM_RIG_H
#define UDM_TESTS_LIBKERN_MEM_RIG_H

#include "fixture.h"

#include <linux/array_size.h>
#include <linux/mm.h>
#include <linux/string.h>

/* Machines for checked fixtures; all are stopped by machine_shutdown(). */
void boot_small(void);		/* 16 MiB, one node */
void boot_three_nodes(void);	/* 96 MiB, three nodes */

/* A chain of blocks, so that any number can be held. */
struct hoard {
	struct page *last;
	size_t blocks;
	unsigned int order;
};

/* Takes blocks until there are no more; returns how many. */
size_t hoard_all(struct hoard *hoard, gfp_t gfp, unsigned int order);
void hoard_free(struct hoard *hoard);

/* Collects what is logged from now on; log_text() ends that and returns it. */
void log_capture(void);
const char *log_text(void);

#endif
