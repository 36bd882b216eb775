// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets that take part in connections: bytes from end to end, however the wire loses
 * frames; how connections begin, fail and end. Cases with "ways" run in sim and threads
 * mode, over IPv4 and IPv6.
 */
#include "fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>

#include "link_rig.h"

static void close_pair(const struct link_pair *p)
{
	ck_assert_int_eq(udm_close(p->client), 0);
	ck_assert_int_eq(udm_close(p->server), 0);
}

/* --- Bytes --------------------------------------------------------------- */

START_TEST(bytes_arrive_in_both_directions)
{
	struct link_pair p;

	link_open_way(_i);
	p = link_pair(way_is_v6(_i));
	link_transfer(p.client, p.server, 1, 2000000);
	link_transfer(p.server, p.client, 2, 1000000);
	close_pair(&p);
	link_close();
}
END_TEST

Suite *tcp_active_suite(void)
{
	Suite *s = suite_create("tcp_active");
	TCase *tc = tcase_create("bytes");

	tcase_add_loop_test(tc, bytes_arrive_in_both_directions, 0, LINK_WAYS);
	suite_add_tcase(s, tc);
	return s;
}
