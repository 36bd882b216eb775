/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the kernel log goes.
 *
 * Every message of the libraries passes here; without a hook those of level
 * warning (4) and more urgent are written to stderr.
 */
#ifndef UDEVMEM_LOG_H
#define UDEVMEM_LOG_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * level is 0 (emergency) ... 7 (debug), or -1 for a continuation of the message
 * before. text ends in a newline unless the message is to be continued.
 */
typedef void (*udm_log_fn)(void *ctx, int level, const char *text);

/*
 * Sends all further messages to fn; NULL restores the default. The hook is
 * called from any thread, one call at a time, and must not block or print
 * through the log itself (such messages are dropped).
 */
void udm_log_set_hook(udm_log_fn fn, void *ctx);

/* The least urgent level the default writes to stderr; -1 for nothing. */
void udm_log_set_console(int level);

#ifdef __cplusplus
}
#endif

#endif
