// SPDX-License-Identifier: GPL-2.0-only
/* A client that knows nothing of this machine: libmnl, over udm_netlink_socket(). */
#include "fixture.h"

Suite *mnl_netdev_suite(void);
Suite *mnl_ethtool_suite(void);
Suite *mnl_features_suite(void);

int main(void)
{
	static const suite_fn suites[] = { mnl_netdev_suite, mnl_ethtool_suite,
					   mnl_features_suite };

	return run_suites("mnl", suites, sizeof(suites) / sizeof(suites[0]));
}
