// SPDX-License-Identifier: GPL-2.0-only
/* Looking an address up in /proc/self/maps. Any thread; uses libc's heap. */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>

#include "host_maps.h"

static bool parse_line(const char *line, struct host_map *map)
{
	unsigned int major_nr, minor_nr;
	unsigned long ino, offset;
	char perms[5];

	if (sscanf(line, "%lx-%lx %4s %lx %x:%x %lu", &map->start, &map->end, perms, &offset,
		   &major_nr, &minor_nr, &ino) != 7)
		return false;
	map->prot = (perms[0] == 'r' ? PROT_READ : 0) | (perms[1] == 'w' ? PROT_WRITE : 0) |
		    (perms[2] == 'x' ? PROT_EXEC : 0);
	map->shared = perms[3] == 's';
	map->offset = offset;
	map->dev = makedev(major_nr, minor_nr);
	map->ino = ino;
	return true;
}

bool host_map_find(unsigned long addr, struct host_map *map)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	bool found = false;
	char line[512];

	if (!maps)
		return false;
	while (!found && fgets(line, sizeof(line), maps))
		found = parse_line(line, map) && addr >= map->start && addr < map->end;
	fclose(maps);
	return found;
}
