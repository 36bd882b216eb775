// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fibers on ucontext.
 *
 * A stack is a mapping with an inaccessible page at its low end. Stacks of
 * finished fibers are kept for reuse, since tests make and end many tasks. The
 * switch is the one place where control passes from one fiber to another.
 *
 * A fiber is begun with setcontext(). Later switches are jumps, which do not ask the host
 * for the signal mask: it is the host thread's, the same for all fibers. The sanitizers
 * look into jumps, and take one to another stack for a mistake; there all are swapcontext().
 */
/* A fortified longjmp() takes a stack below the current one for a mistake. */
#undef _FORTIFY_SOURCE

#include <errno.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/bug.h>
#include <linux/compiler.h>

#include "fiber.h"

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(start, end) 0
#define VALGRIND_STACK_DEREGISTER(id) do { (void)(id); } while (0)
#endif

#ifdef __UDM_ASAN__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef __UDM_TSAN__
#include <sanitizer/tsan_interface.h>
#endif

#if defined(__UDM_ASAN__) || defined(__UDM_TSAN__)
#define STACK_SIZE (1UL << 20)
#else
#define STACK_SIZE (256UL << 10)
#endif
#if defined(__UDM_ASAN__) || defined(__UDM_TSAN__)
#define SWITCH_BY_JUMPS 0
#else
#define SWITCH_BY_JUMPS 1
#endif
#define GUARD_SIZE 4096UL
#define MAP_SIZE (STACK_SIZE + GUARD_SIZE)
#define MAX_SPARE 64

static void *spare_maps[MAX_SPARE];
static unsigned int nr_spare;

/* The fiber that is being left, for whoever continues after the switch. */
static struct fiber *leaving;
static struct fiber *entering;

static void *stack_of(const struct fiber *fiber)
{
	return (char *)fiber->map + GUARD_SIZE;
}

static void *map_stack(void)
{
	void *map;

	if (nr_spare)
		return spare_maps[--nr_spare];
	map = mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (map == MAP_FAILED)
		return NULL;
	mprotect(map, GUARD_SIZE, PROT_NONE);
	return map;
}

static void unmap_stack(void *map)
{
#ifdef __UDM_ASAN__
	/* A fiber that never finished leaves its frames poisoned. */
	__asan_unpoison_memory_region((char *)map + GUARD_SIZE, STACK_SIZE);
#endif
	if (nr_spare < MAX_SPARE)
		spare_maps[nr_spare++] = map;
	else
		munmap(map, MAP_SIZE);
}

void fiber_trim(void)
{
	while (nr_spare)
		munmap(spare_maps[--nr_spare], MAP_SIZE);
}

/* Tell the tools that the host thread is about to run on another stack. */
static void announce_switch(struct fiber *from, struct fiber *to, bool last)
{
	leaving = from;
	entering = to;
#ifdef __UDM_ASAN__
	__sanitizer_start_switch_fiber(last ? NULL : &from->asan_fake, to->asan_bottom,
				       to->asan_size);
#endif
#ifdef __UDM_TSAN__
	__tsan_switch_to_fiber(to->tsan, 0);
#endif
	(void)last;
}

static void confirm_switch(void)
{
#ifdef __UDM_ASAN__
	__sanitizer_finish_switch_fiber(entering->asan_fake, &leaving->asan_bottom,
					&leaving->asan_size);
#endif
}

static void run_entry(void)
{
	struct fiber *self = entering;

	confirm_switch();
	self->entry(self->arg);
	BUG();
}

void fiber_adopt(struct fiber *fiber)
{
	*fiber = (struct fiber){ .map = NULL };
#ifdef __UDM_TSAN__
	fiber->tsan = __tsan_get_current_fiber();
#endif
}

int fiber_create(struct fiber *fiber, void (*entry)(void *arg), void *arg)
{
	void *map = map_stack();

	if (!map)
		return -ENOMEM;
	*fiber = (struct fiber){ .entry = entry, .arg = arg, .map = map };
	getcontext(&fiber->context);
	fiber->context.uc_stack.ss_sp = stack_of(fiber);
	fiber->context.uc_stack.ss_size = STACK_SIZE;
	fiber->context.uc_link = NULL;
	makecontext(&fiber->context, run_entry, 0);
	fiber->asan_bottom = stack_of(fiber);
	fiber->asan_size = STACK_SIZE;
	fiber->valgrind_id = VALGRIND_STACK_REGISTER(stack_of(fiber),
						     (char *)stack_of(fiber) + STACK_SIZE);
#ifdef __UDM_TSAN__
	fiber->tsan = __tsan_create_fiber(0);
#endif
	return 0;
}

static void switch_stacks(struct fiber *from, struct fiber *to)
{
	if (!SWITCH_BY_JUMPS) {
		swapcontext(&from->context, &to->context);
		return;
	}
	/* Comes back with 1 when somebody jumps here. */
	if (_setjmp(from->left))
		return;
	from->has_left = true;
	if (to->has_left)
		_longjmp(to->left, 1);
	setcontext(&to->context);
}

void fiber_switch(struct fiber *from, struct fiber *to, bool last)
{
	announce_switch(from, to, last);
	switch_stacks(from, to);
	confirm_switch();
}

void fiber_destroy(struct fiber *fiber)
{
	if (!fiber->map)
		return;
#ifdef __UDM_TSAN__
	__tsan_destroy_fiber(fiber->tsan);
#endif
	VALGRIND_STACK_DEREGISTER(fiber->valgrind_id);
	unmap_stack(fiber->map);
	fiber->map = NULL;
}
