// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which receive queue a connection's segments come to.
 */
#include "steering.h"

#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udevmem/file.h>

static int ethtool(int fd, const char *ifname, void *cmd)
{
	struct ifreq ifr = { .ifr_data = cmd };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	return udm_ioctl(fd, SIOCETHTOOL, &ifr);
}

int steering_spread(int fd, const char *ifname, unsigned int queues)
{
	struct ethtool_rxfh_indir ask = { .cmd = ETHTOOL_GRXFHINDIR }, *table;
	int ret;

	if (ethtool(fd, ifname, &ask))
		return -1;
	table = calloc(1, sizeof(*table) + ask.size * sizeof(table->ring_index[0]));
	if (!table)
		return -1;
	table->cmd = ETHTOOL_SRXFHINDIR;
	table->size = ask.size;
	for (unsigned int i = 0; i < ask.size; i++)
		table->ring_index[i] = i % queues;
	ret = ethtool(fd, ifname, table);
	free(table);
	return ret;
}

/* The port of one end; everything else may be anything. */
static void match_port(struct ethtool_rxnfc *rule, bool ipv6, unsigned int port, bool ours)
{
	union ethtool_flow_union *want = &rule->fs.h_u, *mask = &rule->fs.m_u;
	const __be16 value = htons((uint16_t)port), all = 0xffff;

	rule->fs.flow_type = ipv6 ? TCP_V6_FLOW : TCP_V4_FLOW;
	if (ipv6 && ours) {
		want->tcp_ip6_spec.pdst = value;
		mask->tcp_ip6_spec.pdst = all;
	} else if (ipv6) {
		want->tcp_ip6_spec.psrc = value;
		mask->tcp_ip6_spec.psrc = all;
	} else if (ours) {
		want->tcp_ip4_spec.pdst = value;
		mask->tcp_ip4_spec.pdst = all;
	} else {
		want->tcp_ip4_spec.psrc = value;
		mask->tcp_ip4_spec.psrc = all;
	}
}

int steering_port(int fd, const char *ifname, unsigned int port, bool ours, unsigned int queue)
{
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		struct ethtool_rxnfc rule = {
			.cmd = ETHTOOL_SRXCLSRLINS,
			.fs.ring_cookie = queue,
			.fs.location = RX_CLS_LOC_ANY,
		};

		match_port(&rule, ipv6, port, ours);
		if (ethtool(fd, ifname, &rule))
			return -1;
	}
	return 0;
}

bool steering_link(int fd, const char *ifname)
{
	struct ethtool_value link = { .cmd = ETHTOOL_GLINK };

	return !ethtool(fd, ifname, &link) && link.data;
}
