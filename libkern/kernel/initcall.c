// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registry of initcalls and exitcalls.
 *
 * Constructors add entries as the loader runs them: in link order within an
 * object, but the compiler may emit the constructors of one file in any order.
 * So entries are sorted by level, library rank, arrival of their file's first
 * entry, and line. Exitcalls have no level of their own; they take the highest
 * one of the initcalls of their file when they run. Constructors run before
 * main() or inside dlopen(), one at a time, so the lists have no lock; they must
 * not change while boot or shutdown walks them.
 */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>
#include "libkern/kernel/initcall.h"

enum system_states system_state = SYSTEM_BOOTING;
EXPORT_SYMBOL(system_state);

static struct udm_initcall *inits, *exits;

static bool same_file(const struct udm_initcall *a, const struct udm_initcall *b)
{
	return !strcmp(a->file, b->file);
}

static bool runs_before(const struct udm_initcall *a, const struct udm_initcall *b)
{
	if (a->level != b->level)
		return a->level < b->level;
	if (a->rank != b->rank)
		return a->rank < b->rank;
	if (a->order != b->order)
		return a->order < b->order;
	return a->line < b->line;
}

static void insert_sorted(struct udm_initcall **list, struct udm_initcall *call)
{
	while (*list && !runs_before(call, *list))
		list = &(*list)->next;
	call->next = *list;
	*list = call;
}

/* The order of call's file, if an entry of it is on the list; else 0. */
static int known_order(const struct udm_initcall *list, const struct udm_initcall *call)
{
	while (list && !same_file(list, call))
		list = list->next;
	return list ? list->order : 0;
}

void udm_initcall_add(struct udm_initcall *call)
{
	static int arrivals;

	call->order = known_order(inits, call) ?: known_order(exits, call) ?: ++arrivals;
	insert_sorted(call->init ? &inits : &exits, call);
}
EXPORT_SYMBOL(udm_initcall_add);

void udm_initcall_remove(struct udm_initcall *call)
{
	struct udm_initcall **link = call->init ? &inits : &exits;

	while (*link && *link != call)
		link = &(*link)->next;
	if (*link)
		*link = call->next;
}
EXPORT_SYMBOL(udm_initcall_remove);

void initcalls_run(void)
{
	system_state = SYSTEM_SCHEDULING;
	for (struct udm_initcall *call = inits; call; call = call->next) {
		call->result = call->init();
		if (call->result)
			pr_warn("initcall %s returned %d\n", call->name, call->result);
	}
	system_state = SYSTEM_RUNNING;
}

/* Takes over level and failure from the initcalls of the same file. */
static void match_exit(struct udm_initcall *exit)
{
	exit->level = UDM_INIT_DEVICE;
	exit->result = 0;
	for (const struct udm_initcall *call = inits; call; call = call->next) {
		if (!same_file(call, exit))
			continue;
		exit->level = call->level;
		exit->result = exit->result ?: call->result;
	}
}

static void run_backwards(struct udm_initcall *call)
{
	if (!call)
		return;
	run_backwards(call->next);
	if (!call->result)
		call->exit();
}

void exitcalls_run(void)
{
	struct udm_initcall *call = exits, *next;

	system_state = SYSTEM_HALT;
	for (exits = NULL; call; call = next) {
		next = call->next;
		match_exit(call);
		insert_sorted(&exits, call);
	}
	run_backwards(exits);
}
