/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A whole machine for end-to-end tests: a NIC, device memory bound to its queues, an
 * application with one TCP direction, and the test as the wire.
 */
#ifndef UDM_TESTS_E2E_DEVICE_MEMORY_H
#define UDM_TESTS_E2E_DEVICE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <udevmem/netdev.h>
#include <udevmem/pagepool.h>
#include <udevmem/socket.h>
#include <udevmem/udevmem.h>

#define RIG_PAGE 4096u
#define RIG_RING 32u
#define RIG_MAX_TOKENS 4096u

struct e2e_rig {
	struct udm_netdev *nic;
	int memfd, dmabuf, netlink, listener, sock;
	unsigned char *map;
	size_t pages;
	uint32_t binding;
	uint32_t next_seq;	/* of the next segment sent */
	uint32_t next_read;	/* of the next byte the application reads */
	struct dmabuf_token tokens[RIG_MAX_TOKENS];	/* held */
	struct {
		uint64_t offset;
		uint32_t len, seq;
	} pieces[RIG_MAX_TOKENS];	/* what each held token covers */
	unsigned int held;
};

/* Boot, bind a udmabuf of so many pages to queue 0, send a SYN. */
void rig_start(struct e2e_rig *r, enum udm_mode mode, size_t pages, bool pause);
/* Whatever is still there goes; then nothing may have leaked. */
void rig_stop(struct e2e_rig *r);

/* One segment of len bytes at seq; what the device said (0 or -EAGAIN). */
int rig_segment(struct e2e_rig *r, uint32_t seq, unsigned int len);
/* n segments of one page from next_seq on, settling after each. */
void rig_pages(struct e2e_rig *r, unsigned int n);
/* Until no frame is on its way any more. */
void rig_settle(struct e2e_rig *r);
/* Until all memory is with the device or the application: the driver looks every 2 ms. */
void rig_wait_posted(struct e2e_rig *r);
/* Payload buffers the device was ever given; and whether they become that many. */
uint64_t rig_posted(struct e2e_rig *r);
bool rig_has_posted(struct e2e_rig *r, uint64_t n);
/* For loops that poll: a while of virtual time, or real time for the others to run. */
void rig_let_run(void);
/* Receive all there is, check every byte, keep the tokens; bytes received. */
size_t rig_receive(struct e2e_rig *r);
/* Check again that what the held tokens cover still has its contents. */
void rig_check_held(struct e2e_rig *r);
/* Give the first n held tokens back; fails the test unless all were valid. */
void rig_return(struct e2e_rig *r, unsigned int n);
/* The count of one drop reason. */
uint64_t rig_drops(struct e2e_rig *r, const char *reason);
/* Whether the binding outlives a good while, and whether it goes in the end. */
bool rig_binding_stays(struct e2e_rig *r);
bool rig_binding_goes(struct e2e_rig *r);

#endif
