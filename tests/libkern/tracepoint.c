// SPDX-License-Identifier: GPL-2.0-only
/* linux/tracepoint.h, TRACE_EVENT, udevmem/trace.h. */
#include "plain.h"

#include <pthread.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <udevmem/trace.h>

#define CREATE_TRACE_POINTS
#include "trace/sample.h"

static int sum;

static void add_probe(void *data, const void *where, u8 step)
{
	sum += step * *(int *)data;
}

static void negate_probe(void *data, const void *where, u8 step)
{
	sum = -sum;
}

START_TEST(probes)
{
	int one = 1, ten = 10;

	sum = 0;
	trace_sample_begin(&sum, 3);
	ck_assert(!trace_sample_begin_enabled());
	ck_assert_int_eq(register_trace_sample_begin(add_probe, &one), 0);
	ck_assert_int_eq(register_trace_sample_begin(add_probe, &one), -EEXIST);
	ck_assert_int_eq(register_trace_sample_begin(add_probe, &ten), 0);
	ck_assert(trace_sample_begin_enabled() && !trace_sample_end_enabled());
	trace_sample_begin(&sum, 3);
	trace_sample_end(&sum, 3);
	ck_assert_int_eq(sum, 33);
	ck_assert_int_eq(unregister_trace_sample_begin(add_probe, &one), 0);
	ck_assert_int_eq(unregister_trace_sample_begin(add_probe, &one), -ENOENT);
	trace_sample_begin(&sum, 1);
	ck_assert_int_eq(sum, 43);
	ck_assert_int_eq(unregister_trace_sample_begin(add_probe, &ten), 0);
	ck_assert(!trace_sample_begin_enabled());
	tracepoint_synchronize_unregister();
}
END_TEST

/* Probes run by priority, the higher first, and in order of registration otherwise. */
START_TEST(priorities)
{
	int one = 1;

	ck_assert_int_eq(register_trace_prio_sample_end(negate_probe, NULL, 5), 0);
	ck_assert_int_eq(register_trace_sample_end(add_probe, &one), 0);
	sum = 0;
	trace_sample_end(NULL, 4);
	ck_assert_int_eq(sum, -4);
	unregister_trace_sample_end(negate_probe, NULL);
	unregister_trace_sample_end(add_probe, &one);
	tracepoint_synchronize_unregister();
}
END_TEST

static void add_number(void *data, int n)
{
	sum += n;
}

START_TEST(conditions_and_bare_tracepoints)
{
	sum = 0;
	register_trace_sample_odd(add_number, NULL);
	register_trace_sample_bare_tp(add_number, NULL);
	for (int i = 0; i < 6; i++)
		trace_sample_odd(i);
	ck_assert_int_eq(sum, 9);
	trace_sample_bare_tp(100);
	ck_assert_int_eq(sum, 109);
	unregister_trace_sample_odd(add_number, NULL);
	unregister_trace_sample_bare_tp(add_number, NULL);
	tracepoint_synchronize_unregister();
}
END_TEST

struct seen {
	char text[160];
	unsigned int count;
	unsigned long doubled;
	u16 last_value;
};

static const struct udm_trace_field *field(const struct udm_trace_event *event, const char *name)
{
	for (unsigned int i = 0; i < event->nr_fields; i++)
		if (!strcmp(event->fields[i].name, name))
			return &event->fields[i];
	ck_abort_msg("no field %s", name);
}

static void look(void *ctx, const struct udm_trace_event *event, const void *record, size_t size)
{
	struct seen *seen = ctx;
	const char *bytes = record;
	u32 loc;

	seen->count++;
	udm_trace_text(event, record, seen->text, sizeof(seen->text));
	memcpy(&seen->doubled, bytes + field(event, "doubled")->offset, sizeof(long));
	memcpy(&loc, bytes + field(event, "values")->offset, sizeof(loc));
	ck_assert_uint_le((loc >> 16) + (loc & 0xffff), size);
	if (loc >> 16)
		memcpy(&seen->last_value, bytes + (loc & 0xffff) + (loc >> 16) - 2, 2);
}

START_TEST(records)
{
	const struct udm_trace_event *event = udm_trace_find("sample", "sample_pack");
	const u16 values[] = { 1, 0x22, 0x333 };
	struct seen seen = { .count = 0 };

	ck_assert_ptr_nonnull(event);
	ck_assert_int_eq(udm_trace_attach(event, look, &seen), 0);
	ck_assert_int_eq(udm_trace_attach(event, look, &seen), -EEXIST);
	trace_sample_pack(5, "somebody", values, 3);
	ck_assert_str_eq(seen.text, "id=5 doubled=10 who=somebody mark=abc state=0x5 flags=A|C "
				    "values={0x1,0x22,0x333}");
	ck_assert_uint_eq(seen.doubled, 10);
	ck_assert_uint_eq(seen.last_value, 0x333);
	trace_sample_pack(2, NULL, NULL, 0);
	ck_assert_str_eq(seen.text, "id=2 doubled=4 who=(null) mark=abc state=TWO flags=0x2 "
				    "values={}");
	ck_assert_int_eq(udm_trace_detach(event, look, &seen), 0);
	ck_assert_int_eq(udm_trace_detach(event, look, &seen), -ENOENT);
	trace_sample_pack(1, "nobody", NULL, 0);
	ck_assert_uint_eq(seen.count, 2);
}
END_TEST

START_TEST(descriptions)
{
	const struct udm_trace_event *event = udm_trace_find("sample", "sample_pack");
	static const struct {
		const char *name, *type;
		enum udm_trace_kind kind;
		bool is_signed;
		unsigned int size;
	} want[] = {
		{ "id", "int", UDM_TRACE_VALUE, true, 4 },
		{ "doubled", "unsigned long", UDM_TRACE_VALUE, false, 8 },
		{ "who", "char[]", UDM_TRACE_STRING, false, 4 },
		{ "mark", "char[]", UDM_TRACE_ARRAY, false, 4 },
		{ "values", "u16[]", UDM_TRACE_DYNAMIC, false, 4 },
	};

	ck_assert_uint_eq(event->nr_fields, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		ck_assert_str_eq(event->fields[i].name, want[i].name);
		ck_assert_str_eq(event->fields[i].type, want[i].type);
		ck_assert_int_eq(event->fields[i].kind, want[i].kind);
		ck_assert_int_eq(event->fields[i].is_signed, want[i].is_signed);
		ck_assert_uint_eq(event->fields[i].size, want[i].size);
	}
}
END_TEST

/* Every event of the program is listed once, sorted by system and name. */
START_TEST(list_of_events)
{
	const struct udm_trace_event *event = NULL, *before = NULL;
	unsigned int ours = 0;

	while ((event = udm_trace_next(event))) {
		ours += !strcmp(event->system, "sample");
		if (before && !strcmp(before->system, event->system))
			ck_assert_int_lt(strcmp(before->name, event->name), 0);
		else if (before)
			ck_assert_int_lt(strcmp(before->system, event->system), 0);
		before = event;
	}
	ck_assert_uint_eq(ours, 4);
	ck_assert_ptr_null(udm_trace_find("sample", "sample_step"));
}
END_TEST

/* Switching on and off while another thread runs through the tracepoint. */
static int stop;

static void *run_through(void *unused)
{
	u16 value = 7;

	while (!READ_ONCE(stop))
		trace_sample_pack(3, "thread", &value, 1);
	return NULL;
}

static void count_record(void *ctx, const struct udm_trace_event *event, const void *record,
			 size_t size)
{
	__atomic_fetch_add((int *)ctx, 1, __ATOMIC_RELAXED);
}

START_TEST(switching_under_load)
{
	const struct udm_trace_event *event = udm_trace_find("sample", "sample_pack");
	pthread_t thread;

	WRITE_ONCE(stop, 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, run_through, NULL), 0);
	for (int i = 0; i < 50; i++) {
		int *count = calloc(1, sizeof(*count));

		ck_assert_int_eq(udm_trace_attach(event, count_record, count), 0);
		while (!__atomic_load_n(count, __ATOMIC_RELAXED))
			sched_yield();
		ck_assert_int_eq(udm_trace_detach(event, count_record, count), 0);
		/* Nobody is inside the function any more. */
		free(count);
	}
	WRITE_ONCE(stop, 1);
	pthread_join(thread, NULL);
}
END_TEST

Suite *tracepoint_suite(void)
{
	Suite *s = suite_create("tracepoint");
	TCase *tc = machine_tcase(s, "sim");
	TCase *threads = machine_tcase_threads(s, "threads");

	tcase_add_test(tc, probes);
	tcase_add_test(tc, priorities);
	tcase_add_test(tc, conditions_and_bare_tracepoints);
	tcase_add_test(tc, records);
	tcase_add_test(tc, descriptions);
	tcase_add_test(tc, list_of_events);
	tcase_add_test(threads, switching_under_load);
	return s;
}
