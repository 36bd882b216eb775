/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reports of accesses to memory that is not there.
 *
 * While a machine is booted, an access to an unmapped address is reported to the
 * log before the program dies of it: the address, what the parts of the machine
 * know of it (a hole of the direct map, a net_iov without a CPU address, the
 * memory of a peer device, ...) and the call chain. A handler of SIGSEGV that was
 * in force at boot is called as if there were no report, and hears no report of
 * addresses that nobody can explain: those are its own affair.
 */
#ifndef _UDEVMEM_TRAP_H
#define _UDEVMEM_TRAP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One who can explain addresses: writes what it knows of @addr to @text, as lines that
 * end in '\n', and returns their length as snprintf() does, 0 if it knows nothing. It
 * runs in the signal handler of the thread that did it, in any context and under any
 * lock: it takes locks only by trying.
 */
struct udm_trap {
	struct udm_trap *next;
	size_t (*explain)(uintptr_t addr, char *text, size_t size);
};

/* Initcalls and exitcalls only. The caller's memory, in use until it is removed. */
void udm_trap_add(struct udm_trap *trap);
void udm_trap_remove(struct udm_trap *trap);

#ifdef __cplusplus
}
#endif

#endif
