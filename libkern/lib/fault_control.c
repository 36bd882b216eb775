// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault injection for programs: attributes by name, their settings as calls and as
 * the text of UDM_FAULT, and the per-task counter. See udevmem/fault.h.
 *
 * Attributes register from constructors with their initial values, so the list
 * exists before the first boot; it changes when objects are loaded and unloaded.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <linux/array_size.h>
#include <linux/kstrtox.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <udevmem/fault.h>

#include "../mm/fault.h"

static struct udm_fault_source *sources;
static pthread_mutex_t sources_lock = PTHREAD_MUTEX_INITIALIZER;

static unsigned int nr_knobs(const struct udm_fault_source *source)
{
	unsigned int nr = 0;

	while (source->knobs && source->knobs[nr].name)
		nr++;
	return min(nr, (unsigned int)ARRAY_SIZE(source->initial_knobs));
}

void udm_fault_source_add(struct udm_fault_source *source)
{
	unsigned int i;

	source->attr->udm_name = source->name;
	source->initial = *source->attr;
	for (i = 0; i < nr_knobs(source); i++)
		source->initial_knobs[i] = source->knobs[i].flag ? *source->knobs[i].flag :
								   *source->knobs[i].number;
	pthread_mutex_lock(&sources_lock);
	source->next = sources;
	sources = source;
	pthread_mutex_unlock(&sources_lock);
}

void udm_fault_source_remove(struct udm_fault_source *source)
{
	struct udm_fault_source **link;

	pthread_mutex_lock(&sources_lock);
	for (link = &sources; *link && *link != source; link = &(*link)->next)
		;
	if (*link)
		*link = source->next;
	pthread_mutex_unlock(&sources_lock);
}

struct udm_fault_source *fault_source_by_name(const char *name)
{
	struct udm_fault_source *source;

	pthread_mutex_lock(&sources_lock);
	for (source = sources; source && strcmp(source->name, name); source = source->next)
		;
	pthread_mutex_unlock(&sources_lock);
	return source;
}

static void set_knob(const struct udm_fault_knob *knob, long long value)
{
	if (knob->flag)
		WRITE_ONCE(*knob->flag, value);
	else
		WRITE_ONCE(*knob->number, value);
}

/* Field by field: tasks may be reading. The debugfs name belongs to the machine. */
static void attr_reset(struct fault_attr *attr, const struct fault_attr *to)
{
	WRITE_ONCE(attr->probability, to->probability);
	WRITE_ONCE(attr->interval, to->interval);
	atomic_set(&attr->times, atomic_read(&to->times));
	atomic_set(&attr->space, atomic_read(&to->space));
	WRITE_ONCE(attr->verbose, to->verbose);
	WRITE_ONCE(attr->task_filter, to->task_filter);
	WRITE_ONCE(attr->stacktrace_depth, to->stacktrace_depth);
	WRITE_ONCE(attr->require_start, to->require_start);
	WRITE_ONCE(attr->require_end, to->require_end);
	WRITE_ONCE(attr->reject_start, to->reject_start);
	WRITE_ONCE(attr->reject_end, to->reject_end);
	WRITE_ONCE(attr->count, to->count);
	WRITE_ONCE(attr->ratelimit_state.interval, to->ratelimit_state.interval);
	WRITE_ONCE(attr->ratelimit_state.burst, to->ratelimit_state.burst);
}

static void source_reset(struct udm_fault_source *source)
{
	unsigned int i;

	attr_reset(source->attr, &source->initial);
	for (i = 0; i < nr_knobs(source); i++)
		set_knob(&source->knobs[i], source->initial_knobs[i]);
}

/* No machine is running, or not yet: there are no debugfs names. */
void fault_sources_reset(void)
{
	struct udm_fault_source *source;

	pthread_mutex_lock(&sources_lock);
	for (source = sources; source; source = source->next) {
		source_reset(source);
		source->attr->dname = NULL;
	}
	pthread_mutex_unlock(&sources_lock);
}

/* --- Settings ---------------------------------------------------------------------- */

/* 0, or -ENOENT if it is none of the settings that every attribute has. */
static int set_common(struct fault_attr *attr, const char *setting, long long value)
{
	const struct {
		const char *name;
		unsigned long *field;
	} fields[] = {
		{ "probability", &attr->probability },
		{ "interval", &attr->interval },
		{ "verbose", &attr->verbose },
		{ "stacktrace-depth", &attr->stacktrace_depth },
		{ "require-start", &attr->require_start },
		{ "require-end", &attr->require_end },
		{ "reject-start", &attr->reject_start },
		{ "reject-end", &attr->reject_end },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (!strcmp(setting, fields[i].name)) {
			WRITE_ONCE(*fields[i].field, value);
			return 0;
		}
	if (!strcmp(setting, "times"))
		atomic_set(&attr->times, value);
	else if (!strcmp(setting, "space"))
		atomic_set(&attr->space, value);
	else if (!strcmp(setting, "task-filter"))
		WRITE_ONCE(attr->task_filter, value);
	else
		return -ENOENT;
	return 0;
}

static const struct udm_fault_knob *find_knob(const struct udm_fault_source *source,
					      const char *setting)
{
	unsigned int i;

	for (i = 0; i < nr_knobs(source); i++)
		if (!strcmp(source->knobs[i].name, setting))
			return &source->knobs[i];
	return NULL;
}

static int set_number(struct udm_fault_source *source, const char *setting, long long value,
		      bool apply)
{
	const struct udm_fault_knob *knob = find_knob(source, setting);
	struct fault_attr scratch;

	if (value < 0 && strcmp(setting, "times"))
		return -EINVAL;
	if (!knob)
		return set_common(apply ? source->attr : &scratch, setting, value);
	if (apply)
		set_knob(knob, value);
	return 0;
}

static int host_result(int err)
{
	if (!err)
		return 0;
	errno = -err;
	return -1;
}

int udm_fault_set(const char *attr, const char *setting, long long value)
{
	struct udm_fault_source *source = fault_source_by_name(attr);
	int err = source ? set_number(source, setting, value, true) : -ENOENT;

	fault_settings_changed();
	return host_result(err);
}

void udm_fault_reset(void)
{
	struct udm_fault_source *source;

	pthread_mutex_lock(&sources_lock);
	for (source = sources; source; source = source->next)
		source_reset(source);
	pthread_mutex_unlock(&sources_lock);
	/* May sleep, and needs no protection: sources stay while a machine runs. */
	for (source = sources; source; source = source->next)
		if (source->reset)
			source->reset();
	current->make_it_fail = 0;
	fault_set_nth(0);
	fault_settings_changed();
}

/* --- UDM_FAULT ------------------------------------------------------------------------ */

/* A number in any base, or Y or N. */
static int parse_value(const char *text, long long *value)
{
	if (!kstrtoll(text, 0, value))
		return 0;
	*value = !strcmp(text, "Y");
	return *value || !strcmp(text, "N") ? 0 : -EINVAL;
}

/* "setting=value" */
static int apply_setting(struct udm_fault_source *source, char *setting, bool apply)
{
	char *value = strchr(setting, '=');
	long long number;
	int err = -ENOENT;

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	if (source->text)
		err = source->text(setting, value, apply);
	if (err == -ENOENT)
		err = parse_value(value, &number) ?: set_number(source, setting, number, apply);
	return err;
}

/* "fail-nth=N", of the booting task */
static int apply_nth(const char *text, bool apply)
{
	long long n;

	if (parse_value(text, &n) || n < 0 || n > UINT_MAX)
		return -EINVAL;
	if (apply)
		fault_set_nth(n);
	return 0;
}

/* "source:setting=value,setting=value" */
static int apply_item(char *item, bool apply)
{
	struct udm_fault_source *source;
	char *settings, *one;
	int err = 0;

	if (strstarts(item, "fail-nth="))
		return apply_nth(strchr(item, '=') + 1, apply);
	settings = strchr(item, ':');
	if (!settings)
		return -EINVAL;
	*settings++ = '\0';
	source = fault_source_by_name(item);
	if (!source)
		return -ENOENT;
	while (!err && (one = strsep(&settings, ",")))
		err = apply_setting(source, one, apply);
	return err;
}

int fault_apply_text(const char *text, bool apply)
{
	char *copy = strdup(text), *rest = copy, *item, *shown;
	int err = copy ? 0 : -ENOMEM;

	while (!err && (item = strsep(&rest, ";"))) {
		if (!*item)
			continue;
		shown = strdup(item);
		err = apply_item(item, apply);
		if (err)
			pr_err("UDM_FAULT: cannot be done: '%s'\n", shown ?: "?");
		free(shown);
	}
	free(copy);
	if (apply)
		fault_settings_changed();
	return err == -ENOMEM || !err ? err : -EINVAL;
}

/* --- The task ---------------------------------------------------------------------------- */

void udm_fault_nth(unsigned int n)
{
	fault_set_nth(n);
}

unsigned int udm_fault_nth_left(void)
{
	return current->fail_nth;
}

void udm_fault_task(bool make_it_fail)
{
	current->make_it_fail = make_it_fail;
}
