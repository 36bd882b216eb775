// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink: the registry of families, sending, and the private areas
 * families keep per socket. Dispatch of requests is in genl_dispatch.c.
 *
 * Families get their number at registration, counting up, and numbers for their
 * multicast groups from one bitmap. The list is changed under genl_family_lock
 * (a mutex) with genl_lock() held too, so that families without parallel_ops see
 * it stand still.
 */
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include "af_netlink.h"
#include "genetlink.h"
#include "net.h"

LIST_HEAD(genl_families);
static DEFINE_MUTEX(genl_mutex);
static DEFINE_MUTEX(genl_priv_lock);
static unsigned long group_map[NLGRPLONGS(NETLINK_MAX_GROUPS)];
static unsigned int next_id;

void genl_lock(void)
{
	mutex_lock(&genl_mutex);
}
EXPORT_SYMBOL(genl_lock);

void genl_unlock(void)
{
	mutex_unlock(&genl_mutex);
}
EXPORT_SYMBOL(genl_unlock);

/* --- Families ------------------------------------------------------------ */

struct genl_family *genl_family_by_id(unsigned int id)
{
	struct genl_family *family;

	list_for_each_entry(family, &genl_families, family_list)
		if (family->id == id)
			return family;
	return NULL;
}

struct genl_family *genl_family_by_name(const char *name)
{
	struct genl_family *family;

	list_for_each_entry(family, &genl_families, family_list)
		if (!strcmp(family->name, name))
			return family;
	return NULL;
}

const struct genl_split_ops *genl_find_op(const struct genl_family *family, u8 cmd, u8 cap)
{
	int i;

	for (i = 0; i < family->n_split_ops; i++)
		if (family->split_ops[i].cmd == cmd && (family->split_ops[i].flags & cap))
			return &family->split_ops[i];
	return NULL;
}

/* Ascending by command, a do before a dump, each entry exactly one of the two with its callback. */
static int genl_validate_ops(const struct genl_family *family)
{
	const u8 kinds = GENL_CMD_CAP_DO | GENL_CMD_CAP_DUMP;
	int i;

	if (WARN_ON(family->n_split_ops && !family->split_ops))
		return -EINVAL;
	for (i = 0; i < family->n_split_ops; i++) {
		const struct genl_split_ops *op = &family->split_ops[i];
		u8 kind = op->flags & kinds;

		if (kind != GENL_CMD_CAP_DO && kind != GENL_CMD_CAP_DUMP)
			return -EINVAL;
		if (kind == GENL_CMD_CAP_DO ? !op->doit : !op->dumpit)
			return -EINVAL;
		if (i && (op->cmd < op[-1].cmd ||
			  (op->cmd == op[-1].cmd && kind <= (op[-1].flags & kinds))))
			return -EINVAL;
	}
	return 0;
}

/* Consecutive group numbers; the controller's is its own number. */
static int genl_reserve_groups(struct genl_family *family)
{
	unsigned long first;

	if (!family->n_mcgrps)
		return 0;
	first = family->id == GENL_ID_CTRL ? GENL_ID_CTRL :
		bitmap_find_next_zero_area(group_map, NETLINK_MAX_GROUPS, 1, family->n_mcgrps, 0);
	if (first + family->n_mcgrps > NETLINK_MAX_GROUPS)
		return -ENOMEM;
	bitmap_set(group_map, first, family->n_mcgrps);
	family->mcgrp_offset = first;
	return 0;
}

static int genl_register_locked(struct genl_family *family)
{
	int err;

	if (genl_family_by_name(family->name))
		return -EEXIST;
	if (next_id > U16_MAX)
		return -ENOMEM;
	family->id = strcmp(family->name, "nlctrl") ? next_id++ : GENL_ID_CTRL;
	err = genl_reserve_groups(family);
	if (err) {
		family->id = 0;
		return err;
	}
	INIT_LIST_HEAD(&family->sock_privs);
	list_add_tail(&family->family_list, &genl_families);
	return 0;
}

int genl_register_family(struct genl_family *family)
{
	int err = genl_validate_ops(family);

	if (err)
		return err;
	if (!family->name[0] || strnlen(family->name, GENL_NAMSIZ) == GENL_NAMSIZ)
		return -EINVAL;
	genl_lock();
	err = genl_register_locked(family);
	genl_unlock();
	if (!err)
		genl_ctrl_event(CTRL_CMD_NEWFAMILY, family);
	return err;
}
EXPORT_SYMBOL(genl_register_family);

/* --- Private areas ------------------------------------------------------- */

struct genl_sk_priv {
	struct list_head node;		/* genl_family.sock_privs; under genl_priv_lock */
	struct sock *sk;
	u8 area[] __aligned(8);
};

static void genl_sk_priv_free(const struct genl_family *family, struct genl_sk_priv *priv)
{
	if (family->sock_priv_destroy)
		family->sock_priv_destroy(priv->area);
	kfree(priv);
}

static struct genl_sk_priv *genl_sk_priv_find(const struct genl_family *family,
					      const struct sock *sk)
{
	struct genl_sk_priv *priv;

	list_for_each_entry(priv, &family->sock_privs, node)
		if (priv->sk == sk || !sk)
			return priv;
	return NULL;
}

void *genl_sk_priv_get(struct genl_family *family, struct sock *sk)
{
	struct genl_sk_priv *priv;

	if (WARN_ON_ONCE(!family->sock_priv_size))
		return ERR_PTR(-EINVAL);
	guard(mutex)(&genl_priv_lock);
	priv = genl_sk_priv_find(family, sk);
	if (priv)
		return priv->area;
	priv = kzalloc(sizeof(*priv) + family->sock_priv_size, GFP_KERNEL);
	if (!priv)
		return ERR_PTR(-ENOMEM);
	priv->sk = sk;
	if (family->sock_priv_init)
		family->sock_priv_init(priv->area);
	list_add(&priv->node, &family->sock_privs);
	return priv->area;
}
EXPORT_SYMBOL(genl_sk_priv_get);

/* Takes one area off its family's list; of any socket if @sk is NULL. */
static struct genl_sk_priv *genl_sk_priv_take(struct genl_family *family, const struct sock *sk)
{
	struct genl_sk_priv *priv;

	guard(mutex)(&genl_priv_lock);
	priv = genl_sk_priv_find(family, sk);
	if (priv)
		list_del(&priv->node);
	return priv;
}

/* The socket is closing: no request of it runs any more. */
void genl_sock_release(struct sock *sk)
{
	struct genl_family *family;
	struct genl_sk_priv *priv;

	genl_lock();
	list_for_each_entry(family, &genl_families, family_list) {
		priv = genl_sk_priv_take(family, sk);
		if (priv)
			genl_sk_priv_free(family, priv);
	}
	genl_unlock();
}

int genl_unregister_family(const struct genl_family *const_family)
{
	struct genl_family *family;
	struct genl_sk_priv *priv;

	genl_lock();
	family = genl_family_by_id(const_family->id);
	if (family != const_family || !family) {
		genl_unlock();
		return -ENOENT;
	}
	list_del(&family->family_list);
	bitmap_clear(group_map, family->mcgrp_offset, family->n_mcgrps);
	genl_unlock();
	while ((priv = genl_sk_priv_take(family, NULL)))
		genl_sk_priv_free(family, priv);
	genl_ctrl_event(CTRL_CMD_DELFAMILY, family);
	family->id = 0;
	return 0;
}
EXPORT_SYMBOL(genl_unregister_family);

/* --- Sending ------------------------------------------------------------- */

void *genlmsg_put(struct sk_buff *skb, u32 portid, u32 seq, const struct genl_family *family,
		  int flags, u8 cmd)
{
	int head = GENL_HDRLEN + family->hdrsize;
	struct nlmsghdr *nlh = nlmsg_put(skb, portid, seq, family->id, head, flags);
	struct genlmsghdr *generic;

	if (!nlh)
		return NULL;
	generic = nlmsg_data(nlh);
	*generic = (struct genlmsghdr){ .cmd = cmd, .version = family->version };
	return (char *)generic + GENL_HDRLEN;
}
EXPORT_SYMBOL(genlmsg_put);

int genlmsg_unicast(struct net *net, struct sk_buff *skb, u32 portid)
{
	return nlmsg_unicast(net->genl_sock, skb, portid);
}
EXPORT_SYMBOL(genlmsg_unicast);

int genlmsg_multicast_netns(const struct genl_family *family, struct net *net,
			    struct sk_buff *skb, u32 portid, unsigned int group, gfp_t flags)
{
	if (WARN_ON_ONCE(group >= family->n_mcgrps))
		return -EINVAL;
	return netlink_broadcast(net->genl_sock, skb, portid, family->mcgrp_offset + group + 1,
				 flags);
}
EXPORT_SYMBOL(genlmsg_multicast_netns);

int genl_has_listeners(const struct genl_family *family, struct net *net, unsigned int group)
{
	if (WARN_ON_ONCE(group >= family->n_mcgrps))
		return 0;
	/* Not registered, or a namespace being taken down: nobody can listen. */
	if (!family->id || !net->genl_sock)
		return 0;
	return netlink_has_listeners(net->genl_sock, family->mcgrp_offset + group + 1);
}
EXPORT_SYMBOL(genl_has_listeners);

void genl_info_init_ntf(struct genl_info *info, const struct genl_family *family, u8 cmd)
{
	struct genlmsghdr *head = (void *)info->user_ptr;

	*info = (struct genl_info){ .family = family };
	head->cmd = cmd;
	info->genlhdr = head;
}
EXPORT_SYMBOL(genl_info_init_ntf);

/* --- Boot ---------------------------------------------------------------- */

int genl_core_init(void)
{
	next_id = GENL_START_ALLOC;
	bitmap_zero(group_map, NETLINK_MAX_GROUPS);
	return genl_ctrl_init();
}

void genl_core_exit(void)
{
	genl_ctrl_exit();
	WARN_ON(!list_empty(&genl_families));
	INIT_LIST_HEAD(&genl_families);
}
