/* SPDX-License-Identifier: GPL-2.0-only */
/* Reference trackers take no room: leaks are reported by the allocator's call sites. */
#ifndef __NET_NET_TRACKERS_H
#define __NET_NET_TRACKERS_H

typedef struct {} netdevice_tracker;
typedef struct {} netns_tracker;

#endif
