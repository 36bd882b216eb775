// SPDX-License-Identifier: GPL-2.0-only
/* Wound/wait mutexes: who waits, who backs off, and that transactions make progress. */
#include "exec_rig.h"

#include <errno.h>
#include <linux/sched.h>
#include <linux/ww_mutex.h>

static DEFINE_WD_CLASS(wait_die);
static DEFINE_WW_CLASS(wound_wait);

static struct ww_mutex locks[3];

static void init_locks(struct ww_class *class)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(locks); i++)
		ww_mutex_init(&locks[i], class);
}

START_TEST(without_context_it_is_a_mutex)
{
	init_locks(&wait_die);
	ck_assert_int_eq(ww_mutex_lock(&locks[0], NULL), 0);
	ck_assert(ww_mutex_is_locked(&locks[0]));
	ck_assert_int_eq(ww_mutex_trylock(&locks[0], NULL), 0);
	ww_mutex_unlock(&locks[0]);
	ck_assert_int_eq(ww_mutex_trylock(&locks[0], NULL), 1);
	ww_mutex_unlock(&locks[0]);
	ww_mutex_destroy(&locks[0]);
}
END_TEST

START_TEST(own_lock_again_is_ealready)
{
	struct ww_acquire_ctx ctx;

	init_locks(&wait_die);
	ww_acquire_init(&ctx, &wait_die);
	ck_assert_int_eq(ww_mutex_lock(&locks[0], &ctx), 0);
	ck_assert_int_eq(ww_mutex_lock(&locks[0], &ctx), -EALREADY);
	ck_assert_int_eq(ww_mutex_lock_interruptible(&locks[0], &ctx), -EALREADY);
	ck_assert_int_eq(ww_mutex_trylock(&locks[1], &ctx), 1);
	ww_acquire_done(&ctx);
	ww_mutex_unlock(&locks[1]);
	ww_mutex_unlock(&locks[0]);
	ww_acquire_fini(&ctx);
}
END_TEST

/* The other transaction: locks[1] first, then locks[0]; what it got for that. */
static struct ww_acquire_ctx other;
static int other_holds, other_result;

static void *take_second_then_first(void *unused)
{
	ck_assert_int_eq(ww_mutex_lock(&locks[1], &other), 0);
	set_flag(&other_holds);
	other_result = ww_mutex_lock(&locks[0], &other);
	if (!other_result)
		ww_mutex_unlock(&locks[0]);
	ww_mutex_unlock(&locks[1]);
	ww_acquire_fini(&other);
	return NULL;
}

static void *start_and_take(void *class)
{
	ww_acquire_init(&other, class);
	return take_second_then_first(NULL);
}

/* Ours is older and holds locks[0]; the younger one runs into it. */
static int meet_younger(struct ww_class *class, struct ww_acquire_ctx *ours)
{
	struct udm_thread *thread;
	int result;

	init_locks(class);
	other_holds = 0;
	ww_acquire_init(ours, class);
	ck_assert_int_eq(ww_mutex_lock(&locks[0], ours), 0);
	thread = udm_thread_create("younger", start_and_take, class);
	await_flag(&other_holds);
	result = ww_mutex_lock(&locks[1], ours);
	if (!result)
		ww_mutex_unlock(&locks[1]);
	ww_mutex_unlock(&locks[0]);
	ww_acquire_fini(ours);
	udm_thread_join(thread);
	return result;
}

static void wait_die_body(void)
{
	struct ww_acquire_ctx ours;

	ck_assert_int_eq(meet_younger(&wait_die, &ours), 0);
	ck_assert_int_eq(other_result, -EDEADLK);
}

START_TEST(wait_die_younger_dies)
{
	in_every_mode(wait_die_body);
}
END_TEST

static void wound_wait_body(void)
{
	struct ww_acquire_ctx ours;

	ck_assert_int_eq(meet_younger(&wound_wait, &ours), 0);
	ck_assert_int_eq(other_result, -EDEADLK);
}

START_TEST(wound_wait_younger_is_wounded)
{
	in_every_mode(wound_wait_body);
}
END_TEST

/* Wounded while it is about to sleep, the younger one does not. */
static void wounds_body(void)
{
	for (unsigned int i = test_rounds(2000); i; i--)
		wound_wait_body();
}

START_TEST(no_wound_is_missed)
{
	in_threads(wounds_body);
}
END_TEST

/* A context without locks waits, whoever holds the lock. */
static void *wait_with_nothing(void *class)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, class);
	set_flag(&other_holds);
	other_result = ww_mutex_lock(&locks[0], &ctx);
	ww_mutex_unlock(&locks[0]);
	ww_acquire_fini(&ctx);
	return NULL;
}

static void nothing_to_lose_body(void)
{
	struct ww_acquire_ctx ours;
	struct udm_thread *thread;

	init_locks(&wait_die);
	other_holds = 0;
	other_result = 1;
	ww_acquire_init(&ours, &wait_die);
	ck_assert_int_eq(ww_mutex_lock(&locks[0], &ours), 0);
	thread = udm_thread_create("younger", wait_with_nothing, &wait_die);
	await_flag(&other_holds);
	await_sleep(thread);
	ww_mutex_unlock(&locks[0]);
	ww_acquire_fini(&ours);
	udm_thread_join(thread);
	ck_assert_int_eq(other_result, 0);
}

START_TEST(context_without_locks_waits)
{
	in_every_mode(nothing_to_lose_body);
}
END_TEST

static unsigned long balance[ARRAY_SIZE(locks)];

/* The loop every user of these locks has: on -EDEADLK drop all, take the contended one first. */
static void lock_all(struct ww_acquire_ctx *ctx, const unsigned int *order)
{
	int contended = -1;

retry:
	if (contended >= 0)
		ww_mutex_lock_slow(&locks[contended], ctx);
	for (unsigned int i = 0; i < ARRAY_SIZE(locks); i++) {
		int err;

		if ((int)order[i] == contended)
			continue;
		err = ww_mutex_lock(&locks[order[i]], ctx);
		if (!err)
			continue;
		ck_assert_int_eq(err, -EDEADLK);
		for (unsigned int j = 0; j < i; j++)
			if ((int)order[j] != contended)
				ww_mutex_unlock(&locks[order[j]]);
		/* The contended one of this round may come later in the order. */
		if (contended >= 0)
			ww_mutex_unlock(&locks[contended]);
		contended = order[i];
		goto retry;
	}
	ww_acquire_done(ctx);
}

static void *transact(void *class)
{
	static const unsigned int orders[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};

	for (unsigned int i = 0; i < rounds(300); i++) {
		struct ww_acquire_ctx ctx;

		ww_acquire_init(&ctx, class);
		lock_all(&ctx, orders[udm_random() % ARRAY_SIZE(orders)]);
		for (unsigned int j = 0; j < ARRAY_SIZE(locks); j++) {
			balance[j]++;
			udm_yield();
		}
		for (unsigned int j = 0; j < ARRAY_SIZE(locks); j++)
			ww_mutex_unlock(&locks[j]);
		ww_acquire_fini(&ctx);
	}
	return NULL;
}

static void transactions(struct ww_class *class)
{
	init_locks(class);
	memset(balance, 0, sizeof(balance));
	run_team(4, transact, class);
	for (unsigned int j = 0; j < ARRAY_SIZE(locks); j++) {
		ck_assert_uint_eq(balance[j], 4 * rounds(300));
		ck_assert(!ww_mutex_is_locked(&locks[j]));
	}
}

static void wait_die_transactions(void)
{
	transactions(&wait_die);
}

static void wound_wait_transactions(void)
{
	transactions(&wound_wait);
}

START_TEST(transactions_in_any_order_make_progress)
{
	in_every_mode(wait_die_transactions);
	in_every_mode(wound_wait_transactions);
}
END_TEST

static int interrupted;

static void *lock_interruptibly(void *unused)
{
	interrupted = ww_mutex_lock_interruptible(&locks[0], NULL);
	return NULL;
}

static void interrupted_body(void)
{
	struct udm_thread *thread;

	init_locks(&wait_die);
	ck_assert_int_eq(ww_mutex_lock(&locks[0], NULL), 0);
	thread = udm_thread_create("waiter", lock_interruptibly, NULL);
	await_sleep(thread);
	udm_task_signal(udm_thread_task(thread), false);
	udm_thread_join(thread);
	ck_assert_int_eq(interrupted, -EINTR);
	ww_mutex_unlock(&locks[0]);
	ck_assert(!ww_mutex_is_locked(&locks[0]));
}

START_TEST(signal_ends_the_wait)
{
	in_every_mode(interrupted_body);
}
END_TEST

Suite *exec_ww_mutex_suite(void)
{
	Suite *s = suite_create("exec_ww_mutex");
	TCase *modes = tcase_create("modes");
	TCase *one = machine_tcase(s, "one task");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, wait_die_younger_dies);
	tcase_add_test(modes, wound_wait_younger_is_wounded);
	tcase_add_test(modes, no_wound_is_missed);
	tcase_add_test(modes, context_without_locks_waits);
	tcase_add_test(modes, transactions_in_any_order_make_progress);
	tcase_add_test(modes, signal_ends_the_wait);
	tcase_add_test(one, without_context_it_is_a_mutex);
	tcase_add_test(one, own_lock_again_is_ealready);
	return s;
}
