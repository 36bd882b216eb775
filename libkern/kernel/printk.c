// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log.
 *
 * A message is formatted on the caller's stack and handed, whole and in one
 * call, to the hook or to stderr. One mutex keeps messages of different threads
 * apart; a message printed from inside the hook would deadlock on it and is
 * dropped. Nothing else is kept.
 */
#include <pthread.h>
#include <unistd.h>
#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sprintf.h>
#include <udevmem/boot.h>
#include <udevmem/log.h>
#include "libkern/subsystem.h"

#define MESSAGE_MAX 2048
#define LEVEL_CONT -1

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static __thread bool in_log;

/* All below: under log_lock. */
static udm_log_fn log_hook;
static void *log_ctx;
static int console_level = LOGLEVEL_WARNING;
static int last_level = LOGLEVEL_WARNING;
static bool line_open;

void udm_log_set_hook(udm_log_fn fn, void *ctx)
{
	pthread_mutex_lock(&log_lock);
	log_hook = fn;
	log_ctx = ctx;
	pthread_mutex_unlock(&log_lock);
}
EXPORT_SYMBOL(udm_log_set_hook);

void udm_log_set_console(int level)
{
	pthread_mutex_lock(&log_lock);
	console_level = level;
	pthread_mutex_unlock(&log_lock);
}
EXPORT_SYMBOL(udm_log_set_console);

/* A message that starts while a line is open ends that line first. */
static void console_write(int level, const char *text, size_t len)
{
	if ((level == LEVEL_CONT ? last_level : level) > console_level)
		return;
	if (line_open && level != LEVEL_CONT)
		fputc('\n', stderr);
	fwrite(text, 1, len, stderr);
	fflush(stderr);
	line_open = len && text[len - 1] != '\n';
}

static void log_emit(int level, const char *text, size_t len)
{
	if (in_log)
		return;
	in_log = true;
	pthread_mutex_lock(&log_lock);
	if (log_hook)
		log_hook(log_ctx, level, text);
	else
		console_write(level, text, len);
	if (level != LEVEL_CONT)
		last_level = level;
	pthread_mutex_unlock(&log_lock);
	in_log = false;
}

/* The level of a formatted message; *text moves behind its markers. */
static int take_level(const char **text)
{
	int level = LOGLEVEL_WARNING, mark;

	while ((mark = printk_get_level(*text))) {
		level = mark == 'c' ? LEVEL_CONT : mark - '0';
		*text += 2;
	}
	return level;
}

int vprintk(const char *fmt, va_list args)
{
	char buf[MESSAGE_MAX];
	const char *text = buf;
	int level, len;

	len = vscnprintf(buf, sizeof(buf), fmt, args);
	level = take_level(&text);
	log_emit(level, text, len - (text - buf));
	return len - (text - buf);
}
EXPORT_SYMBOL(vprintk);

int _printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vprintk(fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(_printk);

static DEFINE_RATELIMIT_STATE(printk_ratelimit_state, DEFAULT_RATELIMIT_INTERVAL,
			      DEFAULT_RATELIMIT_BURST);

int __printk_ratelimit(const char *func)
{
	return ___ratelimit(&printk_ratelimit_state, func);
}
EXPORT_SYMBOL(__printk_ratelimit);

/* What was in force before the machine was booted with settings of its own. */
static struct {
	udm_log_fn hook, booted_hook;
	void *ctx;
	int console;
} before_boot;

int printk_boot(const struct udm_config *cfg)
{
	before_boot.hook = log_hook;
	before_boot.ctx = log_ctx;
	before_boot.console = console_level;
	before_boot.booted_hook = cfg->log.fn;
	if (cfg->log.fn)
		udm_log_set_hook(cfg->log.fn, cfg->log.ctx);
	if (cfg->quiet)
		udm_log_set_console(-1);
	return 0;
}

void printk_shutdown(void)
{
	/* A hook that was set while the machine ran stays. */
	if (before_boot.booted_hook && log_hook == before_boot.booted_hook)
		udm_log_set_hook(before_boot.hook, before_boot.ctx);
	udm_log_set_console(before_boot.console);
}
