// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as messages to the generic netlink families, on a machine with a NIC.
 *
 * The first byte picks the family of the first message, or leaves its header as it
 * is, and whether it goes by a netlink socket or by a descriptor of the host; the
 * rest is the message, where "DBUF" is a dma-buf's descriptor. Nothing may warn, and
 * once the socket is closed nothing of its doing may be left.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <udevmem/dmabuf.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/netlink.h>
#include <udevmem/pagepool.h>
#include <udevmem/socket.h>
#include <udevmem/udevmem.h>

enum { LONGEST = 4096, FAMILIES = 8 };

static int buffer;	/* a dma-buf */

static void must(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "netlink: %s\n", what);
		abort();
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const struct udm_netdev_config small = { .queues = 2, .ring_entries = 64 };
	struct udm_netdev *nic;
	char err[256];
	int nl;

	must(!udm_boot(NULL), "no boot");
	buffer = udm_gpu_create_dmabuf(1 << 20, NULL);
	must(buffer >= 0, "no dma-buf");
	nic = udm_netdev_create(&small);
	must(nic && !udm_netdev_up(nic), "no NIC");
	nl = udm_netlink_open();
	must(!udm_ethtool_set_data_split(nl, udm_netdev_ifindex(nic), true, 0, err, sizeof(err)),
	     err);
	udm_close(nl);
	return 0;
}

static void put_descriptor(char *at, size_t len)
{
	for (; len >= sizeof(buffer); at += sizeof(buffer), len -= sizeof(buffer))
		if (!memcmp(at, "DBUF", sizeof(buffer)))
			memcpy(at, &buffer, sizeof(buffer));
}

/* By a descriptor, whose other end has to be served. */
static void converse_outside(const void *msg, size_t len)
{
	static char answer[1 << 16];
	int fd = udm_netlink_socket();

	must(fd >= 0, "no descriptor");
	must(send(fd, msg, len, 0) == (ssize_t)len, "not sent");
	do {
		udm_netlink_serve();
	} while (recv(fd, answer, sizeof(answer), MSG_DONTWAIT) > 0);
	must(!udm_netlink_close(fd), "not closed");
}

static void drain(int nl)
{
	static char answer[1 << 16];
	while (udm_recv(nl, answer, sizeof(answer), MSG_DONTWAIT) > 0)
		udm_run_until_idle();
}

static bool any_binding(void *ctx, const struct udm_binding_info *info)
{
	++*(int *)ctx;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	union { struct nlmsghdr nlh; char bytes[LONGEST]; } msg = {};
	size_t len = size - 1;
	int nl, bindings = 0;

	if (size < 2 || len > LONGEST)
		return 0;
	memcpy(msg.bytes, data + 1, len);
	put_descriptor(msg.bytes, len);
	if (data[0] < 128 && len >= NLMSG_HDRLEN) {
		msg.nlh.nlmsg_len = (uint32_t)len;
		msg.nlh.nlmsg_type = GENL_ID_CTRL + data[0] % FAMILIES;
		msg.nlh.nlmsg_flags |= NLM_F_REQUEST;
	}
	if (data[0] & 64) {
		converse_outside(msg.bytes, len);
	} else {
		nl = udm_netlink_open();
		must(nl >= 0, "no socket");
		udm_send(nl, msg.bytes, len, 0);
		drain(nl);
		udm_close(nl);
	}
	udm_run_until_idle();
	udm_bindings_walk(any_binding, &bindings);
	must(!bindings, "a binding is left");
	must(!udm_warn_count(), udm_warn_last());
	return 0;
}
