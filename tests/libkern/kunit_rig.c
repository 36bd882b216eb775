// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suites inside of a test, and a parser for what they print. */
#include "kunit_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <udevmem/log.h>

#define LEVELS 4

static char text[65536];
static size_t length;
static int last_level;
static char trail[1024];

/* A message that does not end its line is ended by the next. */
static void keep(void *unused, int level, const char *message)
{
	size_t size = strlen(message);

	last_level = level < 0 ? last_level : level;
	if (last_level > 6)
		return;
	if (level >= 0 && length && text[length - 1] != '\n')
		text[length++] = '\n';
	ck_assert_uint_lt(length + size + 2, sizeof(text));
	memcpy(text + length, message, size + 1);
	length += size;
}

void listen_to_log(void)
{
	length = 0;
	text[0] = '\0';
	udm_log_set_hook(keep, NULL);
}

const char *heard(void)
{
	udm_log_set_hook(NULL, NULL);
	return text;
}

const char *run_suite(struct kunit_suite *suite)
{
	struct kunit_case *test_case;

	kunit_suite_for_each_test_case(suite, test_case)
		test_case->status = KUNIT_SUCCESS;
	listen_to_log();
	ck_assert_int_eq(kunit_run_tests(suite), 0);
	heard();
	assert_ktap(text);
	return text;
}

const char *run_cases(struct kunit_case *cases)
{
	struct kunit_suite suite = { .name = "suite", .test_cases = cases };

	return run_suite(&suite);
}

struct level {
	bool open;
	long plan;	/* -1: none */
	long seen;
};

static void close_level(struct level *level)
{
	if (level->open && level->plan >= 0)
		ck_assert_int_eq(level->seen, level->plan);
	level->open = false;
}

static void take_result(struct level *levels, unsigned int depth, const char *number)
{
	if (levels[depth].open)
		ck_assert_int_eq(strtol(number, NULL, 10), ++levels[depth].seen);
	for (unsigned int deeper = depth + 1; deeper < LEVELS; deeper++)
		close_level(&levels[deeper]);
}

static void take_line(struct level *levels, const char *line)
{
	unsigned int blanks = strspn(line, " "), depth = blanks / 4;
	const char *body = line + blanks;

	if (blanks % 4 || depth >= LEVELS)
		return;
	if (!strcmp(body, "KTAP version 1"))
		levels[depth] = (struct level){ .open = true, .plan = -1 };
	else if (!strncmp(body, "1..", 3))
		levels[depth].plan = strtol(body + 3, NULL, 10);
	else if (!strncmp(body, "ok ", 3))
		take_result(levels, depth, body + 3);
	else if (!strncmp(body, "not ok ", 7))
		take_result(levels, depth, body + 7);
}

/* Of a suite by itself the outermost level is not there: its number goes on from others. */
void assert_ktap(const char *document)
{
	char *copy = strdup(document), *rest = copy, *line;
	struct level levels[LEVELS] = { };

	while ((line = strsep(&rest, "\n")))
		take_line(levels, line);
	for (unsigned int depth = 0; depth < LEVELS; depth++)
		close_level(&levels[depth]);
	free(copy);
}

bool has_line(const char *document, const char *line)
{
	size_t size = strlen(line);

	for (const char *at = document; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, line, size) && (at[size] == '\n' || !at[size]))
			return true;
		if (!*at)
			break;
	}
	return false;
}

void assert_line(const char *document, const char *line)
{
	ck_assert_msg(has_line(document, line), "no line \"%s\" in:\n%s", line, document);
}

void assert_no_line(const char *document, const char *line)
{
	ck_assert_msg(!has_line(document, line), "a line \"%s\" in:\n%s", line, document);
}

void leave_trail(const char *step)
{
	if (trail[0])
		strcat(trail, " ");
	ck_assert_uint_lt(strlen(trail) + strlen(step) + 2, sizeof(trail));
	strcat(trail, step);
}

const char *take_trail(void)
{
	static char taken[sizeof(trail)];

	strcpy(taken, trail);
	trail[0] = '\0';
	return taken;
}
