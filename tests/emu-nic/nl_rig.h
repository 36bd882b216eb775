/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Talking generic netlink in tests: requests byte by byte, answers taken apart.
 */
#ifndef TESTS_NL_RIG_H
#define TESTS_NL_RIG_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

/* @nlh and @genl point into @bytes through nl_request(): copy with care. */
struct nl_request {
	struct nlmsghdr *nlh;
	struct genlmsghdr *genl;
	union {
		char bytes[1024];
		struct nlmsghdr align;
	} *buf;
};

struct nl_answer {
	int err;		/* of the acknowledgement or of NLMSG_DONE */
	bool done;		/* it was a dump's end */
	bool capped;
	unsigned int echoed;	/* bytes of the request in the error */
	char text[128];
	uint32_t offs, miss_type, miss_nest;
	unsigned int messages, datagrams;	/* other than errors and done */
	uint16_t family_id;	/* CTRL_ATTR_FAMILY_ID, if any */
	uint8_t cmd;		/* of the last message, */
	char attrs[8192] __attribute__((aligned(8)));	/* and its attributes */
	unsigned int attrs_len;
};

int nl_open(bool cap_ack, bool ext_ack);
/* REQUEST and ACK set; valid until the fourth further call. */
struct nl_request nl_request(uint16_t family, uint8_t cmd);
void nl_put(struct nl_request *r, uint16_t type, const void *data, unsigned int len);
void nl_put_u32(struct nl_request *r, uint16_t type, uint32_t value);
/* Everything put until nl_nest_end() is inside. */
struct nlattr *nl_nest(struct nl_request *r, uint16_t type);
void nl_nest_end(struct nl_request *r, struct nlattr *nest);
void nl_send(int fd, struct nl_request *r);
/* One datagram; it must be there. */
struct nl_answer nl_receive(int fd);
/* Send, then read until the acknowledgement or the end of the dump. */
struct nl_answer nl_ask(int fd, struct nl_request *r);
uint32_t nl_answer_u32(const struct nl_answer *a, uint16_t type);
bool nl_answer_has(const struct nl_answer *a, uint16_t type);
/* The number of a family by name, and joining one of its groups. */
uint16_t nl_family(int fd, const char *name);
void nl_join(int fd, const char *family, const char *group);

#endif
