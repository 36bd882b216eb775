// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory debugging: the words of UDM_DEBUG, and who allocated what.
 *
 * An origin names the task and the call chain of one allocation or free. Recording
 * uses the host's unwinder and libc's heap only, so it works for everybody who may
 * allocate: before the first task exists, in engines, under any lock.
 */
#include <stdlib.h>

#include <linux/array_size.h>
#include <linux/kernel.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <udevmem/boot.h>

#include "backend.h"
#include "mem_debug.h"
#include "thread_cache.h"
#include "valgrind.h"
#include "../lib/stackdepot.h"

/* Frames that are kept, and how many of libkern's own may lie in front of them. */
#define DEPTH 8
#define OWN_FRAMES 6

/* What memory itself does not look at. */
#define BEYOND_MEMORY (UDM_DEBUG_HISTORY | UDM_DEBUG_RETURNS)

#ifdef UDM_DEBUG
#define ALWAYS (UDM_DEBUG_STACKS | BEYOND_MEMORY)
#else
#define ALWAYS 0
#endif

#define ALL                                                                                        \
	(UDM_DEBUG_POISON | UDM_DEBUG_REDZONE | UDM_DEBUG_QUARANTINE | UDM_DEBUG_STACKS |          \
	 BEYOND_MEMORY)

unsigned int mem_debug __read_mostly;

static unsigned int beyond_memory;
static unsigned long last_seq;

static const struct {
	const char *word;
	unsigned int flags;
} words[] = {
	{ "poison", UDM_DEBUG_POISON },
	{ "redzone", UDM_DEBUG_REDZONE },
	{ "quarantine", UDM_DEBUG_QUARANTINE | UDM_DEBUG_POISON },
	{ "stacks", UDM_DEBUG_STACKS },
	{ "history", UDM_DEBUG_HISTORY },
	{ "returns", UDM_DEBUG_RETURNS },
	{ "all", ALL },
	{ "none", 0 },
};

/* 0 or -EINVAL. */
static int add_word(unsigned int *flags, const char *word, size_t len)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strlen(words[i].word) != len || memcmp(words[i].word, word, len))
			continue;
		*flags = words[i].flags ? *flags | words[i].flags : 0;
		return 0;
	}
	pr_err("UDM_DEBUG: unknown word '%.*s'\n", (int)len, word);
	return -EINVAL;
}

static int parse(unsigned int *flags, const char *text)
{
	int err = 0;

	while (!err && *text) {
		size_t len = strcspn(text, ",");

		if (len)
			err = add_word(flags, text, len);
		text += len + (text[len] == ',');
	}
	return err;
}

int mem_debug_boot(const struct udm_config *cfg)
{
	unsigned int flags = ALWAYS;
	int err = parse(&flags, cfg->debug ?: "");

	if (err)
		return err;
	if (!BACKEND_REUSE)
		flags &= UDM_DEBUG_STACKS | BEYOND_MEMORY;
	if (valgrind_watches())
		flags |= UDM_DEBUG_VALGRIND | UDM_DEBUG_QUARANTINE;
	mem_debug = flags & ~BEYOND_MEMORY;
	beyond_memory = flags & BEYOND_MEMORY;
	last_seq = 0;
	if (flags & UDM_DEBUG_STACKS)
		thread_caches_close(THREAD_CACHE_DEBUG);
	slab_debug_boot();
	return page_owner_boot();
}

void mem_debug_shutdown(void)
{
	page_owner_shutdown();
	stack_depot_shutdown();
	mem_debug = 0;
	beyond_memory = 0;
}

unsigned int udm_debug(void)
{
	return mem_debug | beyond_memory;
}

size_t udm_debug_check(void)
{
	return slab_debug_check();
}

unsigned int udm_debug_stack(unsigned int stack, const unsigned long **frames)
{
	return stack_depot_fetch(stack, (unsigned long **)frames);
}

/* The chain from the function on that was called from @ip, else without mm's innermost. */
static unsigned int first_frame(const unsigned long *frames, unsigned int nr, unsigned long ip)
{
	unsigned int first;

	for (first = 0; first < nr; first++)
		if (frames[first] == ip)
			return first;
	return min(nr, 1u);
}

noinline void mem_origin_record(struct mem_origin *origin, unsigned long ip)
{
	const struct task_struct *task = udm_current_or_null();
	unsigned long frames[DEPTH + OWN_FRAMES];
	unsigned int nr = stack_trace_save(frames, ARRAY_SIZE(frames), 1);
	unsigned int first = first_frame(frames, nr, ip);

	origin->pid = task ? task->pid : 0;
	strscpy(origin->comm, task ? task->comm : "(no task)");
	origin->stack = stack_depot_save(frames + first, min(nr - first, (unsigned int)DEPTH), 0);
	origin->seq = __atomic_add_fetch(&last_seq, 1, __ATOMIC_RELAXED);
}

void mem_origin_print(const char *what, const struct mem_origin *origin)
{
	if (!origin->seq)
		return;
	pr_warn("%s by %s/%d:\n", what, origin->comm, origin->pid);
	stack_depot_print(origin->stack);
}
