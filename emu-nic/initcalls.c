// SPDX-License-Identifier: GPL-2.0-only
/* The initcalls of the library, for static links; see libkern/initcalls.h. */
#include "libkern/initcalls.h"

UDM_INITCALLS_OF(emunic);
UDM_INITCALL(ethtool_nl_init);
UDM_INITCALL(inet_init);
UDM_INITCALL(napi_init);
UDM_INITCALL(net_dev_init);
UDM_INITCALL(netdev_genl_init);
UDM_INITCALL(skb_init);
UDM_INITCALL(sock_devmem_init);
