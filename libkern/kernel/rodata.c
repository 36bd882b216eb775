// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which addresses are read-only program data.
 *
 * The loader knows: an object's read-only segments, and the part of its
 * writable ones that is made read-only after relocation (PT_GNU_RELRO), which
 * is where const objects with pointers in them are. dl_iterate_phdr() covers
 * the program and every shared object, also ones loaded later.
 */
#include <link.h>
#include <asm/sections.h>
#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/types.h>

static bool is_readonly(const ElfW(Phdr) *ph)
{
	if (ph->p_type == PT_LOAD)
		return !(ph->p_flags & PF_W);
	return ph->p_type == PT_GNU_RELRO;
}

static int covers(struct dl_phdr_info *info, size_t size, void *data)
{
	unsigned long addr = *(unsigned long *)data - info->dlpi_addr;

	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (is_readonly(ph) && addr - ph->p_vaddr < ph->p_memsz)
			return 1;
	}
	return 0;
}

bool is_kernel_rodata(unsigned long addr)
{
	return dl_iterate_phdr(covers, &addr);
}
EXPORT_SYMBOL(is_kernel_rodata);
