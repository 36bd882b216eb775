// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-debug: what kind of memory a pointer that is no buffer points to.
 *
 * The kernel sees this from its address layout; a process asks its host. It is only asked about
 * pointers that are wrong already, so that it may be slow. Without /proc nothing is known.
 */
#include <linux/types.h>
#include <stdio.h>
#include <string.h>

#include "debug_memory.h"

/* One line of the process's map; text: "r-xp offset device inode path" from the flags on. */
struct host_range {
	unsigned long first, end;
	char text[256];
};

static bool holds(const struct host_range *range, const void *addr)
{
	return (unsigned long)addr >= range->first && (unsigned long)addr < range->end;
}

/* Read-only memory of a program or library: its path is shown. */
static bool is_program(const struct host_range *range)
{
	return range->text[1] == '-' && strchr(range->text, '/');
}

enum dma_debug_memory dma_debug_memory_of(const void *addr)
{
	enum dma_debug_memory found = DMA_DEBUG_MEMORY_UNKNOWN;
	FILE *maps = fopen("/proc/self/maps", "re");
	struct host_range range;
	char line[sizeof(range.text)];

	if (!maps)
		return found;
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %255[^\n]", &range.first, &range.end, range.text) != 3 ||
		    !holds(&range, addr))
			continue;
		if (holds(&range, __builtin_frame_address(0)))
			found = DMA_DEBUG_MEMORY_STACK;
		else if (is_program(&range))
			found = DMA_DEBUG_MEMORY_PROGRAM;
		break;
	}
	fclose(maps);
	return found;
}
