// SPDX-License-Identifier: GPL-2.0-only
/* The initcalls of the library, for static links; see libkern/initcalls.h. */
#include "libkern/initcalls.h"

UDM_INITCALLS_OF(kern);
UDM_INITCALL(error_injection_debugfs);
UDM_INITCALL(fail_function_debugfs);
UDM_INITCALL(fail_page_alloc_debugfs);
UDM_INITCALL(fail_usercopy_debugfs);
UDM_INITCALL(failslab_debugfs);
UDM_INITCALL(netlink_fd_init);
UDM_INITCALL(pagecache_init);
UDM_INITCALL(process_start);
