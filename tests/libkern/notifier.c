// SPDX-License-Identifier: GPL-2.0-only
/* Notifier chains: order, results, registration errors, robust calls, races. */
#include "fixture.h"

#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <string.h>
#include <udevmem/warn.h>

static char trace[64];

struct listener {
	struct notifier_block nb;
	char name;
	int ret;
};

static int heed(struct notifier_block *nb, unsigned long action, void *data)
{
	struct listener *l = container_of(nb, struct listener, nb);
	char mark[3] = { action == 2 ? '-' : '+', l->name, 0 };

	strcat(trace, mark);
	return l->ret;
}

#define LISTENER(letter, prio, value)                                                              \
	{ .nb = { .notifier_call = heed, .priority = (prio) }, .name = (letter), .ret = (value) }

static const char *call_raw(struct raw_notifier_head *head, int *ret)
{
	trace[0] = 0;
	*ret = raw_notifier_call_chain(head, 1, NULL);
	return trace;
}

START_TEST(priority_then_registration_order)
{
	RAW_NOTIFIER_HEAD(head);
	struct listener a = LISTENER('a', 0, NOTIFY_OK), b = LISTENER('b', 5, NOTIFY_DONE),
			c = LISTENER('c', 0, NOTIFY_DONE), d = LISTENER('d', -1, NOTIFY_OK);
	int ret;

	ck_assert_str_eq(call_raw(&head, &ret), "");
	ck_assert_int_eq(ret, NOTIFY_DONE);
	ck_assert_int_eq(raw_notifier_chain_register(&head, &a.nb), 0);
	ck_assert_int_eq(raw_notifier_chain_register(&head, &d.nb), 0);
	ck_assert_int_eq(raw_notifier_chain_register(&head, &b.nb), 0);
	ck_assert_int_eq(raw_notifier_chain_register(&head, &c.nb), 0);
	ck_assert_str_eq(call_raw(&head, &ret), "+b+a+c+d");
	ck_assert_int_eq(ret, NOTIFY_OK);
	ck_assert_int_eq(raw_notifier_chain_unregister(&head, &a.nb), 0);
	ck_assert_int_eq(raw_notifier_chain_unregister(&head, &a.nb), -ENOENT);
	ck_assert_str_eq(call_raw(&head, &ret), "+b+c+d");
}
END_TEST

START_TEST(stop_ends_the_call)
{
	RAW_NOTIFIER_HEAD(head);
	struct listener a = LISTENER('a', 2, NOTIFY_OK), b = LISTENER('b', 1, NOTIFY_BAD),
			c = LISTENER('c', 0, NOTIFY_OK);
	int ret;

	raw_notifier_chain_register(&head, &a.nb);
	raw_notifier_chain_register(&head, &b.nb);
	raw_notifier_chain_register(&head, &c.nb);
	ck_assert_str_eq(call_raw(&head, &ret), "+a+b");
	ck_assert_int_eq(ret, NOTIFY_BAD);
	b.ret = notifier_from_errno(-EBUSY);
	call_raw(&head, &ret);
	ck_assert_int_eq(notifier_to_errno(ret), -EBUSY);
	b.ret = NOTIFY_STOP;
	ck_assert_str_eq(call_raw(&head, &ret), "+a+b");
}
END_TEST

START_TEST(robust_call_undoes_what_it_did)
{
	RAW_NOTIFIER_HEAD(head);
	struct listener a = LISTENER('a', 2, NOTIFY_OK), b = LISTENER('b', 1, NOTIFY_OK),
			c = LISTENER('c', 0, NOTIFY_BAD);

	raw_notifier_chain_register(&head, &a.nb);
	raw_notifier_chain_register(&head, &b.nb);
	raw_notifier_chain_register(&head, &c.nb);
	trace[0] = 0;
	ck_assert_int_eq(raw_notifier_call_chain_robust(&head, 1, 2, NULL), NOTIFY_BAD);
	ck_assert_str_eq(trace, "+a+b+c-a-b");
}
END_TEST

START_TEST(errno_encoding)
{
	ck_assert_int_eq(notifier_from_errno(0), NOTIFY_OK);
	ck_assert_int_eq(notifier_to_errno(NOTIFY_OK), 0);
	ck_assert_int_eq(notifier_to_errno(NOTIFY_DONE), 0);
	ck_assert_int_eq(NOTIFY_BAD, 0x8002);
	ck_assert_int_eq(NOTIFY_STOP, 0x8001);
	ck_assert_int_eq(notifier_to_errno(NOTIFY_BAD), -EPERM);
	ck_assert(notifier_from_errno(-EINVAL) & NOTIFY_STOP_MASK);
}
END_TEST

START_TEST(registering_twice_warns)
{
	static ATOMIC_NOTIFIER_HEAD(head);
	struct listener a = LISTENER('a', 0, NOTIFY_OK), b = LISTENER('b', 0, NOTIFY_OK);

	ck_assert(atomic_notifier_call_chain_is_empty(&head));
	ck_assert_int_eq(atomic_notifier_chain_register(&head, &a.nb), 0);
	ck_assert(!atomic_notifier_call_chain_is_empty(&head));
	udm_warn_expect("already registered", 1);
	ck_assert_int_eq(atomic_notifier_chain_register(&head, &a.nb), -EEXIST);
	ck_assert_int_eq(atomic_notifier_chain_register_unique_prio(&head, &b.nb), -EBUSY);
	b.nb.priority = 1;
	ck_assert_int_eq(atomic_notifier_chain_register_unique_prio(&head, &b.nb), 0);
	trace[0] = 0;
	ck_assert_int_eq(atomic_notifier_call_chain(&head, 1, NULL), NOTIFY_OK);
	ck_assert_str_eq(trace, "+b+a");
	atomic_notifier_chain_unregister(&head, &a.nb);
	atomic_notifier_chain_unregister(&head, &b.nb);
}
END_TEST

START_TEST(blocking_chain)
{
	static BLOCKING_NOTIFIER_HEAD(head);
	struct listener a = LISTENER('a', 0, NOTIFY_OK), b = LISTENER('b', 0, NOTIFY_BAD);

	ck_assert_int_eq(blocking_notifier_chain_register(&head, &a.nb), 0);
	ck_assert_int_eq(blocking_notifier_chain_register_unique_prio(&head, &b.nb), -EBUSY);
	ck_assert_int_eq(blocking_notifier_chain_register(&head, &b.nb), 0);
	trace[0] = 0;
	ck_assert_int_eq(blocking_notifier_call_chain(&head, 1, NULL), NOTIFY_BAD);
	ck_assert_int_eq(blocking_notifier_call_chain_robust(&head, 1, 2, NULL), NOTIFY_BAD);
	ck_assert_str_eq(trace, "+a+b+a+b-a");
	ck_assert_int_eq(blocking_notifier_chain_unregister(&head, &a.nb), 0);
	ck_assert_int_eq(blocking_notifier_chain_unregister(&head, &b.nb), 0);
	ck_assert_int_eq(blocking_notifier_chain_unregister(&head, &b.nb), -ENOENT);
}
END_TEST

static struct raw_notifier_head self_head;

static int remove_self(struct notifier_block *nb, unsigned long action, void *data)
{
	raw_notifier_chain_unregister(&self_head, nb);
	memset(nb, 0x5a, sizeof(*nb));
	return NOTIFY_OK;
}

START_TEST(callback_may_remove_itself)
{
	struct notifier_block nb = { .notifier_call = remove_self, .priority = 1 };
	struct listener a = LISTENER('a', 0, NOTIFY_OK);
	int ret;

	RAW_INIT_NOTIFIER_HEAD(&self_head);
	raw_notifier_chain_register(&self_head, &nb);
	raw_notifier_chain_register(&self_head, &a.nb);
	ck_assert_str_eq(call_raw(&self_head, &ret), "+a");
	ck_assert_str_eq(call_raw(&self_head, &ret), "+a");
}
END_TEST

static ATOMIC_NOTIFIER_HEAD(shared);
static bool stop;

static int nothing(struct notifier_block *nb, unsigned long action, void *data)
{
	return nb->priority >= 0 ? NOTIFY_OK : NOTIFY_BAD;
}

static void *call_often(void *ctx)
{
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE))
		ck_assert_int_ne(atomic_notifier_call_chain(&shared, 1, NULL), NOTIFY_BAD);
	return NULL;
}

START_TEST(threads_free_after_unregister)
{
	struct udm_thread *callers[2];

	stop = false;
	for (int i = 0; i < 2; i++)
		callers[i] = udm_thread_create("caller", call_often, NULL);
	for (int i = 0; i < 100; i++) {
		struct notifier_block *nb = kzalloc(sizeof(*nb), GFP_KERNEL);

		nb->notifier_call = nothing;
		nb->priority = i;
		ck_assert_int_eq(atomic_notifier_chain_register(&shared, nb), 0);
		ck_assert_int_eq(atomic_notifier_chain_unregister(&shared, nb), 0);
		nb->priority = -1;
		kfree(nb);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	for (int i = 0; i < 2; i++)
		udm_thread_join(callers[i]);
}
END_TEST

Suite *notifier_suite(void)
{
	Suite *s = suite_create("notifier");
	TCase *tc = machine_tcase(s, "sim");
	TCase *threads = machine_tcase_threads(s, "threads");

	tcase_add_test(tc, priority_then_registration_order);
	tcase_add_test(tc, stop_ends_the_call);
	tcase_add_test(tc, robust_call_undoes_what_it_did);
	tcase_add_test(tc, errno_encoding);
	tcase_add_test(tc, registering_twice_warns);
	tcase_add_test(tc, blocking_chain);
	tcase_add_test(tc, callback_may_remove_itself);
	tcase_add_test(threads, threads_free_after_unregister);
	return s;
}
