/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User-space numbers of family "netdev", under the name programs use. The
 * system's own header may be missing or older, so ours always answers.
 */
#include <uapi/linux/netdev.h>
