/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Policies written into messages (netlink_policy.c). Contract: net/netlink/policy.c.
 */
#ifndef _UDM_NETLINK_POLICY_H
#define _UDM_NETLINK_POLICY_H

#include <linux/netlink.h>

/* Newer than some system headers. */
#define UDM_NL_ATTR_TYPE_SINT	16
#define UDM_NL_ATTR_TYPE_UINT	17
#ifndef NLMSGERR_ATTR_POLICY
#define NLMSGERR_ATTR_POLICY	4
#endif

struct netlink_policy_dump_state;

/* Lists a policy and all nested in it; makes the list at the first call. 0 or -ENOMEM. */
__internal int netlink_policy_dump_add_policy(struct netlink_policy_dump_state **pstate,
					      const struct nla_policy *policy,
					      unsigned int maxtype);
/* The number of a listed policy. */
__internal int netlink_policy_dump_get_policy_idx(struct netlink_policy_dump_state *state,
						  const struct nla_policy *policy,
						  unsigned int maxtype);
/* True while something is left to be written. */
__internal bool netlink_policy_dump_loop(struct netlink_policy_dump_state *state);
/*
 * The next attribute, in nests named by policy and attribute. -ENODATA: it takes none, and is
 * passed over; -EMSGSIZE: it does not fit, and is still the next.
 */
__internal int netlink_policy_dump_write(struct sk_buff *skb,
					 struct netlink_policy_dump_state *state);
/* NULL is ignored. */
__internal void netlink_policy_dump_free(struct netlink_policy_dump_state *state);

/* One attribute by itself; without @state nothing is said of what it nests. */
__internal int netlink_policy_write_attr(struct sk_buff *skb,
					 const struct netlink_policy_dump_state *state,
					 const struct nla_policy *pt, int nestattr);
/* Bytes that takes at most. */
__internal size_t netlink_policy_attr_size(void);

#endif
