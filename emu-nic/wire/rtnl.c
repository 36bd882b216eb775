// SPDX-License-Identifier: GPL-2.0-only
/*
 * Setting up a network interface of the host by rtnetlink.
 */
#include "rtnl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* One request with its answer in the same place. */
struct request {
	struct nlmsghdr nlh;
	char room[1024];
};

static struct request begin(uint16_t type, uint16_t flags, const void *header, size_t len)
{
	struct request rq = {
		.nlh = {
			.nlmsg_len = (uint32_t)NLMSG_SPACE(len),
			.nlmsg_type = type,
			.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags),
		},
	};

	memcpy(NLMSG_DATA(&rq.nlh), header, len);
	return rq;
}

static void put(struct request *rq, uint16_t type, const void *data, size_t len)
{
	struct rtattr *at = (struct rtattr *)((char *)rq + NLMSG_ALIGN(rq->nlh.nlmsg_len));

	at->rta_type = type;
	at->rta_len = (uint16_t)RTA_LENGTH(len);
	memcpy(RTA_DATA(at), data, len);
	rq->nlh.nlmsg_len = NLMSG_ALIGN(rq->nlh.nlmsg_len) + (uint32_t)RTA_SPACE(len);
}

static int ask(int nl, struct request *rq)
{
	struct nlmsgerr *answer = NLMSG_DATA(&rq->nlh);
	ssize_t n;

	if (send(nl, rq, rq->nlh.nlmsg_len, 0) < 0)
		return -errno;
	n = recv(nl, rq, sizeof(*rq), 0);
	if (n < 0)
		return -errno;
	if ((size_t)n < NLMSG_LENGTH(sizeof(*answer)) || rq->nlh.nlmsg_type != NLMSG_ERROR)
		return -EPROTO;
	return answer->error;
}

int rtnl_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	return fd < 0 ? -errno : fd;
}

int rtnl_link_up(int nl, unsigned int ifindex, unsigned int mtu)
{
	const struct ifinfomsg link = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = (int)ifindex,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	struct request rq = begin(RTM_NEWLINK, 0, &link, sizeof(link));

	if (mtu)
		put(&rq, IFLA_MTU, &mtu, sizeof(mtu));
	return ask(nl, &rq);
}

/* The address in network order and how many bytes it has; 0 for other text. */
static size_t parse(const char *text, struct ifaddrmsg *msg, uint8_t address[16])
{
	const char *slash = strchr(text, '/');
	char host[INET6_ADDRSTRLEN] = "", *end;
	size_t len = slash ? (size_t)(slash - text) : sizeof(host);
	unsigned long bits;

	if (len >= sizeof(host))
		return 0;
	memcpy(host, text, len);
	bits = strtoul(slash + 1, &end, 10);
	msg->ifa_family = strchr(host, ':') ? AF_INET6 : AF_INET;
	len = msg->ifa_family == AF_INET6 ? 16 : 4;
	if (end == slash + 1 || *end || bits > len * 8 ||
	    inet_pton(msg->ifa_family, host, address) != 1)
		return 0;
	msg->ifa_prefixlen = (uint8_t)bits;
	return len;
}

int rtnl_add_address(int nl, unsigned int ifindex, const char *text)
{
	struct ifaddrmsg msg = { .ifa_index = ifindex };
	const uint32_t flags = IFA_F_NODAD | IFA_F_PERMANENT;
	uint8_t address[16];
	size_t len = parse(text, &msg, address);
	struct request rq;

	if (!len)
		return -EINVAL;
	rq = begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &msg, sizeof(msg));
	put(&rq, IFA_LOCAL, address, len);
	put(&rq, IFA_ADDRESS, address, len);
	put(&rq, IFA_FLAGS, &flags, sizeof(flags));
	return ask(nl, &rq);
}
