/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A libmnl client of the machine: libmnl's sockets are descriptors of
 * udm_netlink_socket(), and its functions build and read every message.
 */
#ifndef TESTS_MNL_RIG_H
#define TESTS_MNL_RIG_H

#include <check.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <stdint.h>

#define MNL_QUEUES	4

struct client {
	struct mnl_socket *sock;
	int fd;
	uint32_t portid;
	uint16_t netdev, ethtool;	/* numbers of the families */
};

/* What a request was answered. */
struct said {
	int err;			/* 0 or negative */
	char text[128];
	uint32_t offs, miss_type, miss_nest;
	unsigned int messages;		/* before the end of the answer */
	unsigned int datagrams;		/* with it */
	uint8_t cmd;			/* of the last message, */
	char last[16384] __attribute__((aligned(8)));	/* and all of it */
};

/* Checked fixtures: a NIC that is up with header split on, a dma-buf, a client. */
void mnl_open_sim(void);
void mnl_open_threads(void);
void mnl_close(void);

/* A suite of these tests in sim mode and in threads mode. */
Suite *mnl_suite(const char *name, void (*add_tests)(TCase *tc));

extern struct udm_netdev *nic;
extern int nic_ifindex, dmabuf;
extern struct client nl;

struct client client_open(void);
/* Without waiting for the machine to notice; and with. */
void client_drop(struct client *c);
void client_close(struct client *c);

/* Let the machine answer, if it does not by itself. */
void let_answer(void);

/* A request with REQUEST and ACK, in a buffer that lasts until the next but three. */
struct nlmsghdr *ask_begin(uint16_t family, uint8_t cmd, uint16_t more_flags);
/* Sends it, and reads to the end of the answer. */
struct said ask(struct client *c, struct nlmsghdr *nlh);
/* Attribute of the last message, which must be there; or NULL. */
const struct nlattr *said_attr(const struct said *s, uint16_t type);
bool said_has(const struct said *s, uint16_t type);
uint32_t said_u32(const struct said *s, uint16_t type);

/* The number of a family, and of one of its groups. */
uint16_t resolve_family(struct client *c, const char *name);
uint32_t resolve_group(struct client *c, const char *family, const char *group);
void join(struct client *c, const char *family, const char *group);
/* The next notification; it must come. Its command. */
uint8_t notified(struct client *c, struct said *s);
bool nothing_waits(struct client *c);

#endif
