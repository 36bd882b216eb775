// SPDX-License-Identifier: GPL-2.0-only
/*
 * WARN, BUG and panic.
 *
 * A warning is counted and matched against what the program expects before it
 * is printed; all of that state is behind one host mutex, because warnings come
 * from every context, including threads that are no tasks. Hooks are called
 * without the mutex, so a bug hook may leave by longjmp().
 */
#include <pthread.h>
#include <stdlib.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <udevmem/boot.h>
#include <udevmem/warn.h>
#include "libkern/kunit/try-catch-impl.h"
#include "libkern/subsystem.h"

#define REPORT_MAX 1024

struct expectation {
	struct expectation *next;
	unsigned int left;
	char substring[];
};

static pthread_mutex_t warn_lock = PTHREAD_MUTEX_INITIALIZER;

/* All of this: under warn_lock. */
static struct {
	unsigned int count, unexpected;
	struct expectation *expected;
	void (*hook)(void *ctx, const char *text);
	void *hook_ctx;
	void (*bug_hook)(void *ctx, const char *text);
	void *bug_ctx;
} warn;
/* Of the latest unexpected report; handed out by udm_warn_last(). */
static char last_unexpected[REPORT_MAX];

static unsigned long tainted_mask;
int panic_on_warn;

unsigned int udm_warn_count(void)
{
	return READ_ONCE(warn.count);
}
EXPORT_SYMBOL(udm_warn_count);

unsigned int udm_warn_unexpected(void)
{
	return READ_ONCE(warn.unexpected);
}
EXPORT_SYMBOL(udm_warn_unexpected);

const char *udm_warn_last(void)
{
	return last_unexpected;
}
EXPORT_SYMBOL(udm_warn_last);

unsigned int udm_warn_missing(void)
{
	unsigned int missing = 0;

	pthread_mutex_lock(&warn_lock);
	for (struct expectation *e = warn.expected; e; e = e->next)
		missing += e->left;
	pthread_mutex_unlock(&warn_lock);
	return missing;
}
EXPORT_SYMBOL(udm_warn_missing);

void udm_warn_expect(const char *substring, unsigned int n)
{
	struct expectation *e = malloc(sizeof(*e) + strlen(substring) + 1), **link;

	if (!e)
		abort();
	e->next = NULL;
	e->left = n;
	strcpy(e->substring, substring);
	pthread_mutex_lock(&warn_lock);
	for (link = &warn.expected; *link; link = &(*link)->next)
		;
	*link = e;
	pthread_mutex_unlock(&warn_lock);
}
EXPORT_SYMBOL(udm_warn_expect);

void udm_warn_reset(void)
{
	struct expectation *e, *next;

	pthread_mutex_lock(&warn_lock);
	e = warn.expected;
	warn.expected = NULL;
	WRITE_ONCE(warn.count, 0);
	WRITE_ONCE(warn.unexpected, 0);
	last_unexpected[0] = '\0';
	pthread_mutex_unlock(&warn_lock);
	for (; e; e = next) {
		next = e->next;
		free(e);
	}
	udm_once_reset();
}
EXPORT_SYMBOL(udm_warn_reset);

void udm_warn_set_hook(void (*fn)(void *ctx, const char *text), void *ctx)
{
	pthread_mutex_lock(&warn_lock);
	warn.hook = fn;
	warn.hook_ctx = ctx;
	pthread_mutex_unlock(&warn_lock);
}
EXPORT_SYMBOL(udm_warn_set_hook);

void udm_bug_set_hook(void (*fn)(void *ctx, const char *text), void *ctx)
{
	pthread_mutex_lock(&warn_lock);
	warn.bug_hook = fn;
	warn.bug_ctx = ctx;
	pthread_mutex_unlock(&warn_lock);
}
EXPORT_SYMBOL(udm_bug_set_hook);

/* The first expectation that is in the text and not used up takes the report. */
static bool take_expectation(const char *text)
{
	for (struct expectation *e = warn.expected; e; e = e->next)
		if (e->left && strstr(text, e->substring)) {
			e->left--;
			return true;
		}
	return false;
}

/* Counts a report; true if it was expected. */
static bool account_warning(const char *text)
{
	void (*hook)(void *ctx, const char *text);
	void *ctx;
	bool expected;

	pthread_mutex_lock(&warn_lock);
	WRITE_ONCE(warn.count, warn.count + 1);
	expected = take_expectation(text);
	if (!expected) {
		WRITE_ONCE(warn.unexpected, warn.unexpected + 1);
		strscpy(last_unexpected, text);
	}
	hook = warn.hook;
	ctx = warn.hook_ctx;
	pthread_mutex_unlock(&warn_lock);
	if (hook)
		hook(ctx, text);
	return expected;
}

/* CPU and task of the caller; engines and the like have neither. */
static void describe_caller(char *buf, size_t size)
{
	struct task_struct *task = udm_current_or_null();

	if (task)
		snprintf(buf, size, "CPU#%u: %s/%d", task_cpu(task), task->comm, task->pid);
	else
		snprintf(buf, size, "no task");
}

static void print_warning(const struct udm_site *site, const char *message)
{
	size_t len = strlen(message);
	char who[64];

	describe_caller(who, sizeof(who));
	pr_warn("------------[ cut here ]------------\n");
	if (len)
		pr_warn("%s%s", message, message[len - 1] == '\n' ? "" : "\n");
	pr_warn("WARNING: %s:%d at %s, %s\n", site->file, site->line, site->func, who);
	dump_stack_lvl(KERN_WARNING);
	pr_warn("---[ end trace ]---\n");
}

void udm_warn_report(const struct udm_site *site, unsigned int taint, const char *fmt, ...)
{
	char message[REPORT_MAX / 2] = "", text[REPORT_MAX];
	va_list args;

	if (fmt) {
		va_start(args, fmt);
		vsnprintf(message, sizeof(message), fmt, args);
		va_end(args);
	}
	snprintf(text, sizeof(text), "%s:%d %s: %s\n%s", site->file, site->line, site->func,
		 site->cond ?: "", message);
	if (!account_warning(text))
		print_warning(site, message);
	add_taint(taint, LOCKDEP_STILL_OK);
	if (panic_on_warn)
		panic("panic_on_warn set ...\n");
}
EXPORT_SYMBOL(udm_warn_report);

/* Offers the end to the bug hook, which may not return, and says what happened. */
static void announce_end(const char *text)
{
	void (*hook)(void *ctx, const char *text);
	void *ctx;

	pthread_mutex_lock(&warn_lock);
	hook = warn.bug_hook;
	ctx = warn.bug_ctx;
	pthread_mutex_unlock(&warn_lock);
	if (hook)
		hook(ctx, text);
	printk(KERN_EMERG "%s\n", text);
	dump_stack_lvl(KERN_EMERG);
}

void udm_bug_report(const struct udm_site *site)
{
	char text[REPORT_MAX];

	snprintf(text, sizeof(text), "kernel BUG at %s:%d! (%s%s%s)", site->file, site->line,
		 site->func, site->cond ? ": " : "", site->cond ?: "");
	add_taint(TAINT_DIE, LOCKDEP_NOW_UNRELIABLE);
	announce_end(text);
	/* The thread of a KUnit case goes alone, as in the kernel. */
	kunit_end_faulted_thread();
	abort();
}
EXPORT_SYMBOL(udm_bug_report);

void panic(const char *fmt, ...)
{
	char message[REPORT_MAX / 2], text[REPORT_MAX];
	va_list args;

	va_start(args, fmt);
	vscnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	snprintf(text, sizeof(text), "Kernel panic - not syncing: %s", message);
	announce_end(text);
	abort();
}
EXPORT_SYMBOL(panic);

void add_taint(unsigned int flag, enum lockdep_ok lockdep_ok)
{
	set_bit(flag, &tainted_mask);
}
EXPORT_SYMBOL(add_taint);

int test_taint(unsigned int flag)
{
	return test_bit(flag, &tainted_mask);
}
EXPORT_SYMBOL(test_taint);

unsigned long get_taint(void)
{
	return READ_ONCE(tainted_mask);
}

int panic_boot(const struct udm_config *cfg)
{
	tainted_mask = 0;
	panic_on_warn = 0;
	udm_once_reset();
	return 0;
}

void panic_shutdown(void)
{
}

static int __init setup_panic_on_warn(char *val)
{
	panic_on_warn = 1;
	return 0;
}
early_param("panic_on_warn", setup_panic_on_warn);
