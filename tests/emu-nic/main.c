// SPDX-License-Identifier: GPL-2.0-only
/* All suites of emu-nic. */
#include "fixture.h"

#define SUITES(X) \
	X(hw_checksum) \
	X(hw_parser) \
	X(hw_steering) \
	X(hw_delivery) \
	X(hw_coalesce) \
	X(hw_coalesce_ends) \
	X(hw_lent) \
	X(hw_moderation) \
	X(hw_tx) \
	X(hw_tso) \
	X(nic_tx) \
	X(gso) \
	X(gso_link) \
	X(nic_faults) \
	X(nic_coalesce) \
	X(nic_rxcsum) \
	X(nic_coalesce_seen) \
	X(nic_coalesce_faults) \
	X(packet_socket) \
	X(nic_steering) \
	X(nic_page_size) \
	X(nic_contexts) \
	X(wire_capture) \
	X(wire_loopback) \
	X(wire_tap) \
	X(nla) \
	X(genl) \
	X(genl_policy) \
	X(skb_rules) \
	X(skb_moves) \
	X(napi) \
	X(tcp_stream) \
	X(tcp_devmem) \
	X(tcp_recvmsg) \
	X(tcp_send) \
	X(inet_if) \
	X(tcp_active) \
	X(zerocopy) \
	X(zerocopy_done) \
	X(errqueue) \
	X(tcp_connect) \
	X(tcp_disconnect) \
	X(tcp_disconnect_threads) \
	X(tcp_disconnect_flows) \
	X(tcp_disconnect_devmem) \
	X(tcp_disconnect_faults) \
	X(tcp_shutdown) \
	X(tcp_recovery) \
	X(tcp_active_devmem) \
	X(netdev_genl) \
	X(netdev_rows) \
	X(netlink_fd) \
	X(ethtool_rows) \
	X(rss_rows) \
	X(features_rows) \
	X(nl_dumps) \
	X(ethtool_nl) \
	/* end */

#define DECLARE(name) Suite *name##_suite(void);
SUITES(DECLARE)
#define ENTRY(name) name##_suite,

int main(void)
{
	static const suite_fn suites[] = { SUITES(ENTRY) };

	return run_suites("emu-nic", suites, sizeof(suites) / sizeof(suites[0]));
}
