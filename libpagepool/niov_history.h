/* SPDX-License-Identifier: GPL-2.0-only */
/* What happened to each net_iov lately (udm_niov_history()). */
#ifndef LIBPAGEPOOL_NIOV_HISTORY_H
#define LIBPAGEPOOL_NIOV_HISTORY_H

#include <linux/compiler.h>
#include <linux/types.h>

struct net_iov;
struct net_iov_area;

/* The niovs of @area are about to be freed. */
__internal void niov_history_forget(const struct net_iov_area *area);

/*
 * Writes a line per event, oldest first, and returns their length. Any context; nothing
 * if there is no history or somebody is writing it.
 */
__internal size_t niov_history_text(const struct net_iov *niov, char *text, size_t size);

/* How long ago its last event was, as udm_now() tells it; false if no history tells. */
__internal bool niov_history_age(const struct net_iov *niov, u64 *age_ns);

#endif
