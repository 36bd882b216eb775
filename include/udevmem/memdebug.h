/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looking for misuse of kernel memory: UDM_DEBUG.
 *
 * The environment variable UDM_DEBUG, or udm_config.debug where it is not set,
 * lists in any order, separated by commas, what udm_boot() switches on:
 *
 *	poison		fresh objects and pages are filled with POISON_INUSE, freed
 *			ones with POISON_FREE and PAGE_POISON; what was written after
 *			the free is reported when the memory is about to be used again
 *	redzone		16 bytes or more around each object, and what is between the
 *			size asked for and the bucket's, checked at kfree(); the same
 *			behind large kmalloc() and vmalloc() memory
 *	quarantine	freed objects are held back until 4 MiB (a 64th of small RAM) of
 *			others were freed after them; implies poison
 *	stacks		each object, page block and area knows the call chains and
 *			tasks that allocated and freed it; reports show them
 *	history		each net_iov of device memory keeps its last trace events
 *			(udm_niov_history()); reports of a wrong access show them
 *	returns		a buffer that is returned to its page pool while it is idle
 *			there is reported and left alone
 *	all		all of these
 *	none		forgets the words before it
 *
 * A build with --enable-debug has the last three on unless "none" is said. In builds
 * with sanitizers the first three are off: the sanitizer finds the same. Under
 * valgrind's memcheck each object is a block of valgrind's, with red zones and quarantine.
 * What is off costs nothing in kmalloc() and kfree(), and a predicted branch per
 * page block. A cache with SLAB_POISON, SLAB_RED_ZONE or SLAB_STORE_USER has the
 * first, second and fourth for itself. Damage is reported by WARN(), so tests can
 * expect it, followed in the log by what is known of the object.
 */
#ifndef _UDEVMEM_MEMDEBUG_H
#define _UDEVMEM_MEMDEBUG_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum udm_debug_flags {
	UDM_DEBUG_POISON = 1 << 0,
	UDM_DEBUG_REDZONE = 1 << 1,
	UDM_DEBUG_QUARANTINE = 1 << 2,
	UDM_DEBUG_STACKS = 1 << 3,
	UDM_DEBUG_VALGRIND = 1 << 4,	/* memcheck is watching */
	UDM_DEBUG_HISTORY = 1 << 5,
	UDM_DEBUG_RETURNS = 1 << 6,
};

/* What is on, between boot and shutdown. Any thread. */
unsigned int udm_debug(void);

/*
 * Looks at every live object's red zones and every freed one's poison now, as
 * udm_shutdown() does too. Returns how many were damaged; each is reported and
 * repaired. Other threads must not allocate or free meanwhile. Task context.
 */
size_t udm_debug_check(void);

/*
 * Points *@frames at the addresses of a recorded call chain, innermost first, and
 * returns how many there are: 0 for stack 0. Valid until udm_shutdown().
 */
unsigned int udm_debug_stack(unsigned int stack, const unsigned long **frames);

#ifdef __cplusplus
}
#endif

#endif
