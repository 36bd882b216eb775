// SPDX-License-Identifier: GPL-2.0-only
/* Control messages: what an application's recvmsg() finds in its buffer. */
#include "fixture.h"

#include <errno.h>
#include <string.h>
#include <linux/socket.h>
#include <udevmem/fault.h>

enum { BUFFER = 512, MARK = 0xa5 };

static _Alignas(struct cmsghdr) unsigned char buffer[BUFFER];
static unsigned char data[200];

static struct msghdr message(size_t room)
{
	memset(buffer, MARK, sizeof(buffer));
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i + 1);
	return (struct msghdr){ .msg_control = buffer, .msg_controllen = room };
}

static void expect_header(const void *at, size_t len)
{
	const struct cmsghdr *head = at;

	ck_assert_uint_eq(head->cmsg_len, len);
	ck_assert_int_eq(head->cmsg_level, 7);
	ck_assert_int_eq(head->cmsg_type, 9);
}

/* Nothing is written from here on. */
static void expect_untouched(size_t from)
{
	for (size_t i = from; i < BUFFER; i++)
		ck_assert_uint_eq(buffer[i], MARK);
}

/* Of any length, one behind the other, where the next one may begin. */
START_TEST(messages_follow_each_other)
{
	struct msghdr msg = message(BUFFER);
	const int len = _i;

	ck_assert_int_eq(put_cmsg(&msg, 7, 9, len, data), 0);
	ck_assert_ptr_eq(msg.msg_control, buffer + CMSG_SPACE(len));
	ck_assert_uint_eq(msg.msg_controllen, BUFFER - CMSG_SPACE(len));
	expect_header(buffer, CMSG_LEN(len));
	ck_assert_mem_eq(buffer + CMSG_LEN(0), data, len);
	expect_untouched(CMSG_LEN(len));
	ck_assert_int_eq(put_cmsg_notrunc(&msg, 7, 9, len, data), 0);
	expect_header(buffer + CMSG_SPACE(len), CMSG_LEN(len));
	ck_assert_mem_eq(buffer + CMSG_SPACE(len) + CMSG_LEN(0), data, len);
	expect_untouched(CMSG_SPACE(len) + CMSG_LEN(len));
	ck_assert_int_eq(msg.msg_flags, 0);
}
END_TEST

START_TEST(what_does_not_fit_is_cut)
{
	const size_t room = CMSG_LEN(0) + _i;
	struct msghdr msg = message(room);

	ck_assert_int_eq(put_cmsg(&msg, 7, 9, 100, data), 0);
	ck_assert_int_eq(msg.msg_flags, MSG_CTRUNC);
	ck_assert_uint_eq(msg.msg_controllen, 0);
	expect_header(buffer, room);
	ck_assert_mem_eq(buffer + CMSG_LEN(0), data, _i);
	expect_untouched(room);
}
END_TEST

START_TEST(no_room_for_a_header)
{
	struct msghdr msg = message(sizeof(struct cmsghdr) - 1), none = { 0 };

	ck_assert_int_eq(put_cmsg(&msg, 7, 9, 4, data), 0);
	ck_assert_int_eq(msg.msg_flags, MSG_CTRUNC);
	ck_assert_int_eq(put_cmsg(&none, 7, 9, 4, data), 0);
	ck_assert_int_eq(none.msg_flags, MSG_CTRUNC);
	expect_untouched(0);
}
END_TEST

START_TEST(or_not_at_all)
{
	struct msghdr msg = message(CMSG_LEN(100) - 1), none = { 0 };

	ck_assert_int_eq(put_cmsg_notrunc(&msg, 7, 9, 100, data), -ETOOSMALL);
	ck_assert_int_eq(put_cmsg_notrunc(&none, 7, 9, 0, data), -ETOOSMALL);
	ck_assert_int_eq(msg.msg_flags | none.msg_flags, 0);
	ck_assert_uint_eq(msg.msg_controllen, CMSG_LEN(100) - 1);
	expect_untouched(0);
}
END_TEST

/* In the header, in the bytes that go with it, in those behind. */
START_TEST(a_buffer_that_faults)
{
	static const size_t bad[] = { 0, 20, CMSG_LEN(20), CMSG_LEN(90), CMSG_LEN(99) };
	struct msghdr msg = message(BUFFER);

	ck_assert_int_eq(udm_user_fault(buffer + bad[_i], 1), 0);
	ck_assert_int_eq(put_cmsg(&msg, 7, 9, 100, data), -EFAULT);
	ck_assert_ptr_eq(msg.msg_control, buffer);
	ck_assert_uint_eq(msg.msg_controllen, BUFFER);
	udm_user_ok(NULL);
	ck_assert_int_eq(put_cmsg(&msg, 7, 9, 100, data), 0);
}
END_TEST

Suite *scm_suite(void)
{
	Suite *s = suite_create("scm");
	TCase *tc = tcase_create("cmsg");

	tcase_add_checked_fixture(tc, machine_boot, machine_shutdown);
	tcase_add_loop_test(tc, messages_follow_each_other, 0, 130);
	tcase_add_loop_test(tc, what_does_not_fit_is_cut, 0, 100);
	tcase_add_test(tc, no_room_for_a_header);
	tcase_add_test(tc, or_not_at_all);
	tcase_add_loop_test(tc, a_buffer_that_faults, 0, 5);
	suite_add_tcase(s, tc);
	return s;
}
