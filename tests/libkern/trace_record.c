// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings of trace events: what is kept, and the JSON that is made of it.
 */
#include "fixture.h"

#include <errno.h>
#include <jansson.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <stdlib.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>
#include <udevmem/trace.h>

#define CREATE_TRACE_POINTS
#include "trace/lives.h"

static struct udm_trace_recording *must_record(const char *systems, size_t bytes)
{
	struct udm_trace_recording *r = udm_trace_record(systems, bytes);

	ck_assert_msg(r, "udm_trace_record: %s", strerror(errno));
	return r;
}

/* The events of a recording, which ends with that. */
static json_t *events_of(struct udm_trace_recording *r)
{
	json_error_t error;
	json_t *root, *events;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	ck_assert_int_eq(udm_trace_recording_write(r, to), 0);
	fclose(to);
	root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	ck_assert_msg(root, "line %d: %s", error.line, error.text);
	free(text);
	events = json_incref(json_object_get(root, "traceEvents"));
	ck_assert(json_is_array(events));
	json_decref(root);
	return events;
}

static const char *word_of(json_t *event, const char *key)
{
	return json_string_value(json_object_get(event, key)) ?: "";
}

/* The n-th event of a kind, NULL if there are fewer. */
static json_t *nth(json_t *events, const char *ph, size_t n)
{
	json_t *event;
	size_t i;

	json_array_foreach(events, i, event) {
		if (!strcmp(word_of(event, "ph"), ph) && !n--)
			return event;
	}
	return NULL;
}

static void ck_phase(json_t *events, const char *ph, size_t n, const char *name, const char *id,
		     double ts)
{
	json_t *event = nth(events, ph, n);

	ck_assert_ptr_nonnull(event);
	ck_assert_str_eq(word_of(event, "name"), name);
	ck_assert_str_eq(word_of(event, "id"), id);
	ck_assert_double_eq_tol(json_number_value(json_object_get(event, "ts")), ts, 0.0001);
}

START_TEST(a_buffer_has_a_life)
{
	struct udm_trace_recording *r = must_record("lives", 0);
	const u64 start = udm_now();
	const double at = start / 1000.0;
	json_t *events;

	trace_lives_step_hold(0x1001, 1);
	trace_lives_step_hold(0x2001, 2);
	udm_advance(1500);
	trace_lives_fill(0x1001, 3);
	udm_advance(1);
	trace_lives_state_release(0x1001, -4);
	trace_lives_fill(0, 5);
	events = events_of(r);
	/* Each event is a microsecond behind the one before. */
	ck_phase(events, "b", 0, "hold", "0x1001", at);
	ck_phase(events, "b", 1, "hold", "0x2001", at + 1);
	ck_phase(events, "e", 0, "hold", "0x1001", at + 1.5 + 2);
	ck_phase(events, "b", 2, "fill", "0x1001", at + 1.5 + 2);
	ck_phase(events, "e", 1, "fill", "0x1001", at + 1.501 + 3);
	/* What is not over ends with the recording. */
	ck_phase(events, "e", 2, "hold", "0x2001", at + 1.501 + 4);
	ck_assert_ptr_null(nth(events, "b", 3));
	ck_assert_ptr_null(nth(events, "e", 3));
	ck_assert_int_eq(json_integer_value(json_object_get(
		json_object_get(nth(events, "i", 3), "args"), "step")), -4);
	ck_assert_int_eq(json_integer_value(json_object_get(
		json_object_get(nth(events, "i", 4), "args"), "now_ns")), start + 1501);
	json_decref(events);
	udm_trace_recording_free(r);
}
END_TEST

START_TEST(fields_of_every_kind)
{
	struct udm_trace_recording *r = must_record("lives", 0);
	json_t *events, *event, *args;

	trace_lives_words("say \"a\\b\"\n\x80", 0xffffffffffffULL, (void *)0xabcd);
	events = events_of(r);
	event = nth(events, "i", 0);
	ck_assert_str_eq(word_of(event, "name"), "lives_words");
	ck_assert_str_eq(word_of(event, "cat"), "lives");
	args = json_object_get(event, "args");
	ck_assert_str_eq(word_of(args, "text"), "say \"a\\b\"\n\xc2\x80");
	ck_assert_int_eq(json_integer_value(json_object_get(args, "large")), 0xffffffffffffLL);
	ck_assert_str_eq(word_of(args, "where"), "0xabcd");
	ck_assert_str_eq(word_of(args, "mark"), "0102ff");
	ck_assert_str_eq(word_of(args, "tail"), "1020");
	ck_assert_int_eq(json_integer_value(json_object_get(args, "cpu")), raw_smp_processor_id());
	json_decref(events);
	udm_trace_recording_free(r);
}
END_TEST

static void *step_often(void *ctx)
{
	for (int i = 0; i < 2000; i++)
		trace_lives_fill((unsigned long)ctx, i);
	return NULL;
}

/* Each task has one name, and its events come in their order. */
static void several_tasks(void)
{
	struct udm_trace_recording *r = must_record("lives", 0);
	struct udm_thread *threads[3];
	json_t *events, *event;
	int next[4] = { 0 };
	size_t i, names = 0;

	for (unsigned long t = 1; t <= 3; t++)
		threads[t - 1] = udm_thread_create("walker", step_often, (void *)t);
	for (int t = 0; t < 3; t++)
		udm_thread_join(threads[t]);
	ck_assert_uint_eq(udm_trace_recording_lost(r), 0);
	events = events_of(r);
	json_array_foreach(events, i, event) {
		json_t *args = json_object_get(event, "args");

		names += !strcmp(word_of(event, "name"), "thread_name") &&
			 !strcmp(word_of(args, "name"), "walker");
		if (strcmp(word_of(event, "ph"), "i"))
			continue;
		ck_assert_int_eq(json_integer_value(json_object_get(args, "step")),
				 next[strtoul(word_of(args, "netmem"), NULL, 16)]++);
	}
	ck_assert_uint_eq(names, 3);
	for (int t = 1; t <= 3; t++)
		ck_assert_int_eq(next[t], 2000);
	json_decref(events);
	udm_trace_recording_free(r);
}

START_TEST(tasks_in_sim_mode)
{
	several_tasks();
}
END_TEST

START_TEST(tasks_in_threads_mode)
{
	several_tasks();
}
END_TEST

START_TEST(what_has_no_room_is_counted)
{
	struct udm_trace_recording *r = must_record("lives", 1 << 20);
	json_t *events;
	uint64_t kept;

	for (int i = 0; i < 30000; i++)
		trace_lives_fill(0x1000 + i, i);
	kept = 30000 - udm_trace_recording_lost(r);
	ck_assert_uint_gt(kept, 5000);
	ck_assert_uint_lt(kept, 30000);
	events = events_of(r);
	ck_assert_ptr_nonnull(nth(events, "i", kept - 1));
	ck_assert_ptr_null(nth(events, "i", kept));
	json_decref(events);
	udm_trace_recording_free(r);

	r = must_record("lives", 1);
	trace_lives_fill(1, 1);
	ck_assert_uint_eq(udm_trace_recording_lost(r), 1);
	udm_trace_recording_free(r);
}
END_TEST

START_TEST(systems_are_chosen)
{
	static const char *const unknown[] = { "live", "livess", "lives,nothing", "nothing,lives" };
	struct udm_trace_recording *one, *all;
	json_t *events;

	for (size_t i = 0; i < 4; i++) {
		errno = 0;
		ck_assert_ptr_null(udm_trace_record(unknown[i], 0));
		ck_assert_int_eq(errno, ENOENT);
	}
	ck_assert(!trace_lives_fill_enabled());
	one = must_record("lives,", 0);
	ck_assert(trace_lives_fill_enabled());
	all = must_record(NULL, 0);
	trace_lives_fill(1, 1);
	udm_trace_recording_stop(one);
	trace_lives_fill(1, 2);
	events = events_of(one);
	ck_assert_ptr_null(nth(events, "i", 1));
	json_decref(events);
	ck_assert(trace_lives_fill_enabled());
	udm_trace_recording_free(one);
	udm_trace_recording_free(all);
	ck_assert(!trace_lives_fill_enabled());
	udm_trace_recording_free(NULL);
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
	struct udm_trace_recording *r = must_record("lives", 0);
	FILE *to = fopen("/dev/full", "w");

	ck_assert_ptr_nonnull(to);
	setvbuf(to, NULL, _IONBF, 0);
	trace_lives_fill(1, 1);
	ck_assert_int_eq(udm_trace_recording_write(r, to), -EIO);
	fclose(to);
	udm_trace_recording_free(r);
}
END_TEST

Suite *trace_record_suite(void)
{
	Suite *s = suite_create("trace_record");
	TCase *tc = machine_tcase(s, "record");

	tcase_add_test(tc, a_buffer_has_a_life);
	tcase_add_test(tc, fields_of_every_kind);
	tcase_add_test(tc, tasks_in_sim_mode);
	tcase_add_test(tc, what_has_no_room_is_counted);
	tcase_add_test(tc, systems_are_chosen);
	tcase_add_test(tc, a_full_disk_is_an_error);
	tc = machine_tcase_threads(s, "threads");
	tcase_add_test(tc, tasks_in_threads_mode);
	return s;
}
