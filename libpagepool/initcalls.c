// SPDX-License-Identifier: GPL-2.0-only
/* The initcalls of the library, for static links; see libkern/initcalls.h. */
#include "libkern/initcalls.h"

UDM_INITCALLS_OF(pagepool);
UDM_INITCALL(net_devmem_init);
UDM_INITCALL(niov_history_start);
UDM_INITCALL(niov_trap_start);
UDM_INITCALL(pagepool_report_start);
UDM_INITCALL(page_pool_user_init);
