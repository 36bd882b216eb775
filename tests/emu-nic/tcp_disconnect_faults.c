// SPDX-License-Identifier: GPL-2.0-only
/* Disconnecting while allocations fail: it does not, and nothing is left behind. */
#include "fixture.h"

#include <errno.h>
#include <udevmem/fault.h>
#include <udevmem/sim.h>

#include "link_rig.h"

/* A connection to @listener, broken off; what went wrong before that. */
static int meet(int fd, int listener, bool v6)
{
	const struct timeval second = { .tv_sec = 1 };
	int err, server = -1;

	/* For the end of the handshake. */
	udm_setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	err = link_connect(fd, v6, 7);
	if (!err) {
		server = udm_accept(listener, NULL, NULL);
		err = server < 0 ? errno : send_stream(fd, 1, 0, 4000);
	}
	/* Reading the address is all that can fail. */
	if (link_disconnect(fd)) {
		ck_assert_int_eq(errno, EFAULT);
		ck_assert_int_eq(link_disconnect(fd), 0);
		err = EFAULT;
	}
	if (server >= 0)
		udm_close(server);
	return -err;
}

static int meet_twice(void *ctx)
{
	bool v6 = *(bool *)ctx;
	int fd = udm_socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	int listener = udm_socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0), err = -ENOMEM;

	if (fd >= 0 && listener >= 0 && !link_bind(listener, v6, 1, 7))
		err = 0;
	for (int i = 0; !err && i < 2; i++) {
		err = udm_listen(listener, 1) ? -errno : meet(fd, listener, v6);
		if (link_disconnect(listener))
			err = -EFAULT;
	}
	if (fd >= 0)
		udm_close(fd);
	if (listener >= 0)
		udm_close(listener);
	udm_advance(200000000000);
	return err;
}

START_TEST(no_allocation_is_vital)
{
	bool v6 = _i;
	int points;

	link_open(UDM_MODE_SIM, 1);
	link_grow_pools();
	points = udm_fault_sweep(meet_twice, &v6);
	ck_assert_msg(points > 10, "%d: %s", points, udm_fault_sweep_message());
	link_close();
}
END_TEST

Suite *tcp_disconnect_faults_suite(void)
{
	Suite *s = suite_create("tcp_disconnect_faults");
	TCase *tc = tcase_create("faults");

	tcase_add_loop_test(tc, no_allocation_is_vital, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}
