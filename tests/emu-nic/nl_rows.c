// SPDX-License-Identifier: GPL-2.0-only
/* Rows of tables as netlink requests (nl_rows.h). */
#include "fixture.h"

#include <linux/netdevice.h>
#include <net/netdev_rx_queue.h>
#include <net/netlink.h>
#include <string.h>
#include <udevmem/dmabuf.h>
#include <udevmem/file.h>
#include <udevmem/netdev.h>
#include <udevmem/netlink.h>
#include <udevmem/pagepool.h>
#include <udevmem/sim.h>

#include "nl_rig.h"
#include "nl_rows.h"

struct udm_netdev *row_nic;
struct net_device *row_dev;
int row_dmabuf;

static int nl;
static uint16_t families[3];

void rows_open(void)
{
	static const struct udm_netdev_config cfg = { .queues = ROW_QUEUES, .ring_entries = 32 };

	machine_boot();
	row_nic = udm_netdev_create(&cfg);
	ck_assert_ptr_nonnull(row_nic);
	row_dev = dev_get_by_index(&init_net, udm_netdev_ifindex(row_nic));
	dev_put(row_dev);
	nl = nl_open(true, true);
	families[NETDEV] = nl_family(nl, "netdev");
	families[ETHTOOL] = nl_family(nl, "ethtool");
	families[CTRL] = GENL_ID_CTRL;
	ck_assert_int_eq(udm_ethtool_set_data_split(nl, row_dev->ifindex, true, 0, NULL, 0), 0);
	ck_assert_int_eq(udm_netdev_up(row_nic), 0);
	row_dmabuf = udm_gpu_create_dmabuf(1 << 20, NULL);
	ck_assert_int_ge(row_dmabuf, 0);
}

void rows_close(void)
{
	udm_close(nl);
	udm_advance(2100 * 1000000ull);
	udm_close(row_dmabuf);
	udm_netdev_destroy(row_nic);
	udm_run_until_idle();
	machine_shutdown();
}

static bool first_pool(void *ctx, const struct udm_pool_info *info)
{
	*(uint64_t *)ctx = info->id;
	return !info->ifindex;
}

static uint64_t resolve(uint64_t value)
{
	uint64_t pool = 0;

	switch (value) {
	case THE_NIC:
		return row_dev->ifindex;
	case THE_NAPI:
		return row_dev->_rx[0].napi->napi_id;
	case THE_POOL:
		udm_pools_walk(first_pool, &pool);
		return pool;
	case THE_DMABUF:
		return row_dmabuf;
	case THE_PLAIN_FILE:
		return 1;
	case THE_NETDEV_FAMILY:
		return families[NETDEV];
	default:
		return value;
	}
}

static void put_part(struct nl_request *r, const struct nl_part *p, struct nlattr **nest,
		     unsigned int *depth)
{
	char bytes[256] = {};
	uint64_t value = resolve(p->value);

	switch (p->kind) {
	case P_BYTES:
		memcpy(bytes, &value, sizeof(value));
		nl_put(r, p->type, bytes, p->len);
		break;
	case P_TEXT:
		nl_put(r, p->type, p->text, strlen(p->text) + 1);
		break;
	case P_NEST:
		nest[*depth] = (struct nlattr *)(r->buf->bytes + r->nlh->nlmsg_len);
		nl_put(r, p->type | NLA_F_NESTED, NULL, 0);
		++*depth;
		break;
	case P_CLOSE:
		nl_nest_end(r, nest[--*depth]);
		break;
	case P_RAW:
		r->nlh->nlmsg_len += p->len;
		break;
	case P_NONE:
		break;
	}
}

static struct nl_answer row_ask(const struct nl_row *row)
{
	struct nl_request r = nl_request(families[row->who], row->cmd);
	struct nlattr *nest[4];
	unsigned int i, depth = 0;

	r.nlh->nlmsg_flags |= row->flags;
	for (i = 0; i < ROW_PARTS; i++)
		put_part(&r, &row->part[i], nest, &depth);
	ck_assert_uint_eq(depth, 0);
	return nl_ask(nl, &r);
}

void row_check(const struct nl_row *row)
{
	const char *text = row->text ?: "";
	struct nl_answer a;
	unsigned int i;

	if (row->before)
		row->before();
	a = row_ask(row);
	if (row->after)
		row->after();
	ck_assert_msg(a.err == row->err, "%s: error %d", row->name, a.err);
	ck_assert_msg(!strcmp(a.text, text), "%s: \"%s\"", row->name, a.text);
	ck_assert_msg(a.offs == row->offs, "%s: offset %u", row->name, a.offs);
	ck_assert_msg(a.miss_type == row->miss_type && a.miss_nest == row->miss_nest,
		      "%s: missing %u in %u", row->name, a.miss_type, a.miss_nest);
	if (row->reply)
		ck_assert_msg(a.messages && a.cmd == row->reply, "%s: %u messages, the last %u",
			      row->name, a.messages, a.cmd);
	for (i = 0; i < ARRAY_SIZE(row->has) && row->has[i]; i++)
		ck_assert_msg(nl_answer_has(&a, row->has[i]), "%s: no attribute %u", row->name,
			      row->has[i]);
}
