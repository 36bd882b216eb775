/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * poll over descriptors, for the host API.
 */
#ifndef LIBKERN_FS_SELECT_H
#define LIBKERN_FS_SELECT_H

#include <linux/poll.h>

#include "libkern/fs/internal.h"

/* How many are ready, 0 after the time, or a negative errno. May sleep. */
__internal int files_poll(struct pollfd *fds, unsigned int nfds, int timeout_ms);

#endif
