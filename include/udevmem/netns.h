/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A peer on the host: a network namespace of our own with a TAP interface in it.
 *
 * The namespace is the host kernel's, and nobody else's traffic is in it. The other
 * end of the interface becomes a wire with udm_wire_tap(); programs started in the
 * namespace reach the emulated NIC through it. Needs no booted machine. With the
 * rights for it (CAP_SYS_ADMIN) the namespace belongs to the caller's user namespace,
 * otherwise to a user namespace made for it, where that is allowed; programs in it
 * then see themselves as root.
 */
#ifndef UDEVMEM_NETNS_H
#define UDEVMEM_NETNS_H

#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct udm_netns;

/* Zero is the default for each member. */
struct udm_netns_config {
	const char *ifname;		/* default "tap0" */
	/* "192.0.2.1/24", "2001:db8::1/64": up to a NULL; the pointer may be NULL */
	const char *const *addresses;
	unsigned int mtu;		/* default 1500 */
	/*
	 * The peer sends what it has for one connection in frames of up to 64 KiB, as a NIC
	 * with receive offload hands them on, and leaves their checksums to the wire.
	 */
	int offload;
};

/*
 * Make the namespace, its interface with these addresses, which can be used at once,
 * and bring it up. cfg may be NULL. NULL with errno and one line without newline in
 * err that says what was refused: ENOENT or EACCES for /dev/net/tun, EPERM or ENOSPC
 * for the namespace, EINVAL for an address, name or MTU.
 */
struct udm_netns *udm_netns_create(const struct udm_netns_config *cfg, char *err, size_t size);

/* The interface's descriptor, for udm_wire_tap(); the namespace keeps it. */
int udm_netns_tap(const struct udm_netns *ns);

/* A descriptor of the namespace, for setns() or nsenter(1); the namespace keeps it. */
int udm_netns_fd(const struct udm_netns *ns);

/*
 * Start a program in the namespace, found in PATH, argv up to a NULL. Its process, for
 * waitpid(); -1 with errno of fork(). It leads a process group of its own, so that what it
 * starts can be ended with it, and has to be given a terminal it shall read from. A program that cannot be started ends with
 * status 127 and a line on stderr.
 */
pid_t udm_netns_spawn(const struct udm_netns *ns, char *const argv[]);

/*
 * The namespace goes with the last of this, the wire and the programs in it. NULL is
 * ignored.
 */
void udm_netns_destroy(struct udm_netns *ns);

#ifdef __cplusplus
}
#endif

#endif
