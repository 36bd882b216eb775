// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has each net_iov: the answer follows a buffer from the binding into the device's
 * ring, a socket's queue, the application's hands and back, as API, as JSON and in the
 * log. Loop index 0 is sim, 1 is threads.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <udevmem/fault.h>
#include <udevmem/leak.h>
#include <udevmem/log.h>
#include <udevmem/sim.h>

#include "device_memory.h"
#include "fixture.h"

enum { PAGES = 16, STATES = UDM_NIOV_SENDING + 1 };

static struct e2e_rig rig;

struct seen {
	unsigned int states[STATES];
	uint64_t socket;
	uint32_t tokens[PAGES];
	unsigned int with_age;
};

static bool look(void *ctx, const struct udm_niov_info *info)
{
	struct seen *seen = ctx;

	ck_assert_int_lt(info->state, STATES);
	if (info->state == UDM_NIOV_HELD)
		seen->tokens[seen->states[UDM_NIOV_HELD]] = info->token;
	if (info->state == UDM_NIOV_HELD || info->state == UDM_NIOV_QUEUED)
		seen->socket = info->socket;
	if (info->state == UDM_NIOV_POSTED) {
		ck_assert_int_eq(info->ifindex, udm_netdev_ifindex(rig.nic));
		ck_assert_uint_eq(info->queue, 0);
	}
	seen->states[info->state]++;
	seen->with_age += info->has_age;
	return true;
}

static struct seen look_at_all(void)
{
	struct seen seen = { .socket = 0 };

	ck_assert_int_eq(udm_niovs_walk(rig.binding, look, &seen), 0);
	return seen;
}

static uint64_t cookie(int sock)
{
	uint64_t value;
	socklen_t len = sizeof(value);

	ck_assert_int_eq(udm_getsockopt(sock, SOL_SOCKET, SO_COOKIE, &value, &len), 0);
	ck_assert_uint_eq(len, sizeof(value));
	return value;
}

static bool has_token(const struct seen *seen, uint32_t token)
{
	for (unsigned int i = 0; i < seen->states[UDM_NIOV_HELD]; i++) {
		if (seen->tokens[i] == token)
			return true;
	}
	return false;
}

static enum udm_mode mode_of(int i)
{
	return i ? UDM_MODE_THREADS : UDM_MODE_SIM;
}

START_TEST(from_ring_to_hand_and_back)
{
	struct seen seen;

	rig_start(&rig, mode_of(_i), PAGES, false);
	rig_wait_posted(&rig);
	seen = look_at_all();
	ck_assert_uint_eq(seen.states[UDM_NIOV_POSTED], PAGES);

	rig_pages(&rig, 5);
	seen = look_at_all();
	ck_assert_uint_eq(seen.states[UDM_NIOV_POSTED], PAGES - 5);
	ck_assert_uint_eq(seen.states[UDM_NIOV_QUEUED], 5);
	ck_assert_uint_ne(seen.socket, 0);

	rig_receive(&rig);
	seen = look_at_all();
	ck_assert_uint_eq(seen.states[UDM_NIOV_POSTED], PAGES - 5);
	ck_assert_uint_eq(seen.states[UDM_NIOV_HELD], 5);
	ck_assert_uint_eq(seen.socket, cookie(rig.sock));
	for (unsigned int i = 0; i < rig.held; i++)
		ck_assert(has_token(&seen, rig.tokens[i].token_start));

	rig_return(&rig, 3);
	rig_wait_posted(&rig);
	seen = look_at_all();
	ck_assert_uint_eq(seen.states[UDM_NIOV_HELD], 2);
	ck_assert_uint_eq(seen.states[UDM_NIOV_POSTED], PAGES - 2);
	rig_stop(&rig);
}
END_TEST

/* What a device that is down was given is with nobody who could tell. */
START_TEST(down_takes_it_from_the_ring)
{
	struct seen seen;

	rig_start(&rig, mode_of(_i), PAGES, false);
	rig_wait_posted(&rig);
	rig_pages(&rig, 2);
	rig_receive(&rig);
	ck_assert_int_eq(udm_netdev_down(rig.nic), 0);
	seen = look_at_all();
	ck_assert_uint_eq(seen.states[UDM_NIOV_POSTED], 0);
	ck_assert_uint_eq(seen.states[UDM_NIOV_HELD], 2);
	ck_assert_uint_eq(seen.states[UDM_NIOV_FREE], PAGES - 2);
	rig_stop(&rig);
}
END_TEST

START_TEST(cookies_differ_and_stay)
{
	uint64_t value, short_value = 0;
	socklen_t len = 4;

	rig_start(&rig, mode_of(_i), PAGES, false);
	rig_pages(&rig, 1);
	rig_receive(&rig);
	value = cookie(rig.sock);
	ck_assert_uint_ne(value, 0);
	ck_assert_uint_ne(value, cookie(rig.listener));
	ck_assert_uint_eq(value, cookie(rig.sock));
	ck_assert_int_eq(udm_getsockopt(rig.sock, SOL_SOCKET, SO_COOKIE, &short_value, &len), -1);
	rig_stop(&rig);
}
END_TEST

static json_t *parsed(void)
{
	char *text = udm_pagepool_json();
	json_error_t err;
	json_t *all;

	ck_assert_ptr_nonnull(text);
	all = json_loads(text, 0, &err);
	ck_assert_msg(all, "%d:%d: %s", err.line, err.column, err.text);
	free(text);
	return all;
}

static unsigned int in_state(const json_t *binding, const char *state)
{
	const json_t *niov, *list = json_object_get(binding, "in_use");
	unsigned int n = 0;
	size_t i;

	json_array_foreach(list, i, niov)
		n += !strcmp(json_string_value(json_object_get(niov, "state")), state);
	return n;
}

static json_int_t number(const json_t *object, const char *key)
{
	ck_assert_msg(json_is_integer(json_object_get(object, key)), "%s", key);
	return json_integer_value(json_object_get(object, key));
}

/* The first of a binding's net_iovs that the application holds. */
static const json_t *first_held(const json_t *binding)
{
	const json_t *niov, *list = json_object_get(binding, "in_use");
	size_t i;

	json_array_foreach(list, i, niov)
		if (!strcmp(json_string_value(json_object_get(niov, "state")), "held"))
			return niov;
	return NULL;
}

START_TEST(json_says_the_same)
{
	const json_t *binding, *held, *history;
	json_t *all;

	setenv("UDM_DEBUG", "none,history", 1);
	rig_start(&rig, mode_of(_i), PAGES, false);
	rig_wait_posted(&rig);
	rig_pages(&rig, 4);
	rig_receive(&rig);
	all = parsed();
	ck_assert_uint_ge(json_array_size(json_object_get(all, "pools")), 2);
	ck_assert_uint_eq(json_array_size(json_object_get(all, "bindings")), 1);
	binding = json_array_get(json_object_get(all, "bindings"), 0);
	ck_assert_int_eq(number(binding, "id"), rig.binding);
	ck_assert_int_eq(number(json_object_get(binding, "niovs"), "total"), PAGES);
	ck_assert_uint_eq(in_state(binding, "held"), 4);
	ck_assert_uint_eq(in_state(binding, "posted"), PAGES - 4);
	held = first_held(binding);
	ck_assert_int_eq(number(held, "socket"), cookie(rig.sock));
	ck_assert_int_eq(number(held, "refs"), 1);
	ck_assert_int_ge(number(held, "age_ns"), 0);
	number(held, "token");
	history = json_object_get(held, "history");
	ck_assert_str_eq(json_string_value(json_object_get(
				 json_array_get(history, json_array_size(history) - 1), "event")),
			 "devmem_deliver");
	json_decref(all);
	rig_return(&rig, rig.held);
	rig_stop(&rig);
	unsetenv("UDM_DEBUG");
}
END_TEST

/* Every allocation fails once: the whole answer or none, never a part of one. */
START_TEST(no_memory_is_no_answer)
{
	unsigned int failures = 0, left = 0;
	char *text;

	rig_start(&rig, mode_of(_i), PAGES, false);
	rig_wait_posted(&rig);
	rig_pages(&rig, 4);
	rig_receive(&rig);
	ck_assert_int_eq(udm_fault_set("failslab", "ignore-gfp-wait", 0), 0);
	ck_assert_int_eq(udm_fault_set("fail_page_alloc", "ignore-gfp-wait", 0), 0);
	for (unsigned int n = 1; !left; n++) {
		udm_fault_nth(n);
		text = udm_pagepool_json();
		left = udm_fault_nth_left();
		udm_fault_nth(0);
		ck_assert_msg(left ? text != NULL : text == NULL, "allocation %u", n);
		failures += !text;
		free(text);
	}
	ck_assert_uint_ge(failures, 3);
	rig_return(&rig, rig.held);
	rig_stop(&rig);
}
END_TEST

START_TEST(nothing_is_json_too)
{
	json_t *all;

	ck_assert_int_eq(udm_boot(NULL), 0);
	all = parsed();
	ck_assert_uint_eq(json_array_size(json_object_get(all, "pools")), 0);
	ck_assert_uint_eq(json_array_size(json_object_get(all, "bindings")), 0);
	ck_assert_uint_eq(udm_pagepool_report(), 0);
	json_decref(all);
	ck_assert_int_eq(udm_shutdown(), 0);
}
END_TEST

static unsigned int lines_held, lines_posted;

static void count_lines(void *ctx, int level, const char *text)
{
	lines_held += strstr(text, " is held with socket ") && strstr(text, " as token ");
	lines_posted += strstr(text, " is posted on queue 0 of device ") != NULL;
}

/* The leak report names who has what. */
START_TEST(leak_report_names_holders)
{
	rig_start(&rig, mode_of(_i), PAGES, false);
	rig_wait_posted(&rig);
	rig_pages(&rig, 3);
	rig_receive(&rig);
	lines_held = lines_posted = 0;
	udm_log_set_hook(count_lines, NULL);
	udm_leak_report();
	udm_log_set_hook(NULL, NULL);
	ck_assert_uint_eq(lines_held, 3);
	ck_assert_uint_eq(lines_posted, PAGES - 3);
	rig_return(&rig, rig.held);
	rig_stop(&rig);
}
END_TEST

/* Of a large binding the first sixteen are named, and the line count says so. */
START_TEST(report_of_many_is_short)
{
	rig_start(&rig, mode_of(_i), RIG_RING, false);
	rig_wait_posted(&rig);
	rig_pages(&rig, 10);
	rig_receive(&rig);
	lines_held = lines_posted = 0;
	udm_log_set_hook(count_lines, NULL);
	ck_assert_uint_ge(udm_pagepool_report(), 17);
	udm_log_set_hook(NULL, NULL);
	ck_assert_uint_eq(lines_held + lines_posted, 16);
	rig_return(&rig, rig.held);
	rig_stop(&rig);
}
END_TEST

Suite *holders_suite(void)
{
	Suite *s = suite_create("holders");
	TCase *tc = tcase_create("holders");

	tcase_add_loop_test(tc, from_ring_to_hand_and_back, 0, 2);
	tcase_add_loop_test(tc, down_takes_it_from_the_ring, 0, 2);
	tcase_add_loop_test(tc, cookies_differ_and_stay, 0, 2);
	tcase_add_loop_test(tc, json_says_the_same, 0, 2);
	tcase_add_loop_test(tc, no_memory_is_no_answer, 0, 2);
	tcase_add_test(tc, nothing_is_json_too);
	tcase_add_loop_test(tc, leak_report_names_holders, 0, 2);
	tcase_add_loop_test(tc, report_of_many_is_short, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}
