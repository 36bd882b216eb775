/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What genetlink.c and genl_ctrl.c share. The family list is protected by
 * genl_lock() and genl_family_lock together for writing, either for reading.
 */
#ifndef _UDM_GENETLINK_H
#define _UDM_GENETLINK_H

#include <net/genetlink.h>

#define GENL_START_ALLOC	(NLMSG_MIN_TYPE + 3)

__internal extern struct list_head genl_families;
__internal struct genl_family *genl_family_by_id(unsigned int id);
__internal struct genl_family *genl_family_by_name(const char *name);
/* The entry for @cmd of kind @cap (GENL_CMD_CAP_DO or _DUMP), or NULL. */
__internal const struct genl_split_ops *genl_find_op(const struct genl_family *family, u8 cmd,
						     u8 cap);
/* Tells listeners of the controller that a family came or went. */
__internal void genl_ctrl_event(int event, const struct genl_family *family);
/* genl_ctrl.c: the family a request names. -EINVAL: none, -ENOENT: there is no such. genl_lock(). */
__internal struct genl_family *ctrl_wanted(const struct genl_info *info);

/* genl_policy.c: CTRL_CMD_GETPOLICY */
__internal int ctrl_dumppolicy_start(struct netlink_callback *cb);
__internal int ctrl_dumppolicy(struct sk_buff *skb, struct netlink_callback *cb);
__internal int ctrl_dumppolicy_done(struct netlink_callback *cb);

#endif
