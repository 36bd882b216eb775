// SPDX-License-Identifier: GPL-2.0-only
/* Lock and sleep checking. Debug builds report; others only keep quiet. */
#include "exec_rig.h"

#include <string.h>
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

static DEFINE_MUTEX(outer);
static DEFINE_MUTEX(inner);
static DEFINE_SPINLOCK(lock);
static DECLARE_RWSEM(rwsem);

/* Non-zero where checks are built in. */
#ifdef CONFIG_PROVE_LOCKING
#define CHECKED 1
#else
#define CHECKED 0
#endif

START_TEST(assertions_follow_the_holder)
{
	mutex_lock(&outer);
	lockdep_assert_held(&outer);
	mutex_unlock(&outer);
	down_read(&rwsem);
	lockdep_assert_held_read(&rwsem);
	up_read(&rwsem);
	down_write(&rwsem);
	lockdep_assert_held_write(&rwsem);
	downgrade_write(&rwsem);
	lockdep_assert_held_read(&rwsem);
	up_read(&rwsem);
	lockdep_assert_not_held(&outer);
	udm_warn_expect("lock_is_held", CHECKED);
	lockdep_assert_held(&lock);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

static int evaluations;

static bool __maybe_unused count_evaluation(void)
{
	evaluations++;
	return true;
}

START_TEST(conditions_are_evaluated_only_when_checked)
{
	lockdep_assert(count_evaluation());
	lockdep_assert_once(count_evaluation());
	ck_assert_int_eq(evaluations, 2 * CHECKED);
}
END_TEST

START_TEST(inversion_is_reported)
{
	udm_warn_expect("possible circular locking dependency", CHECKED);
	mutex_lock(&outer);
	mutex_lock(&inner);
	mutex_unlock(&inner);
	mutex_unlock(&outer);
	mutex_lock(&inner);
	mutex_lock(&outer);
	mutex_unlock(&outer);
	mutex_unlock(&inner);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

static void take_pair(struct mutex *first, struct mutex *second)
{
	mutex_lock(first);
	mutex_lock_nested(second, SINGLE_DEPTH_NESTING);
	mutex_unlock(second);
	mutex_unlock(first);
}

START_TEST(same_class_needs_a_subclass)
{
	struct mutex pair[2];

	for (unsigned int i = 0; i < 2; i++)
		mutex_init(&pair[i]);
	take_pair(&pair[0], &pair[1]);
	ck_assert_uint_eq(udm_warn_unexpected(), 0);
	udm_warn_expect("possible recursive locking", CHECKED);
	mutex_lock(&pair[0]);
	mutex_lock(&pair[1]);
	mutex_unlock(&pair[1]);
	mutex_unlock(&pair[0]);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

/* A class inside itself is fine with a subclass or under a lock that orders them. */
START_TEST(nesting_forms_are_fine)
{
	struct rw_semaphore sems[2];
	rwlock_t locks[2];

	for (unsigned int i = 0; i < 2; i++) {
		init_rwsem(&sems[i]);
		rwlock_init(&locks[i]);
	}
	write_lock(&locks[0]);
	write_lock_nested(&locks[1], SINGLE_DEPTH_NESTING);
	write_unlock(&locks[1]);
	write_unlock(&locks[0]);
	down_write(&sems[0]);
	ck_assert_int_eq(down_write_killable_nested(&sems[1], SINGLE_DEPTH_NESTING), 0);
	up_write(&sems[1]);
	up_write(&sems[0]);
	mutex_lock(&outer);
	down_write_nest_lock(&sems[0], &outer);
	down_write_nest_lock(&sems[1], &outer);
	up_write(&sems[1]);
	up_write(&sems[0]);
	mutex_unlock(&outer);
	ck_assert_uint_eq(udm_warn_unexpected(), 0);
}
END_TEST

static void *give_back(void *unused)
{
	up_read_non_owner(&rwsem);
	return NULL;
}

/* One task takes it, another gives it back: no task holds it meanwhile. */
START_TEST(rwsem_without_owner)
{
	down_read_non_owner(&rwsem);
	ck_assert(rwsem_is_locked(&rwsem));
	ck_assert_int_eq(down_write_trylock(&rwsem), 0);
	lockdep_assert_none_held_once();
	run_team(1, give_back, NULL);
	ck_assert(!rwsem_is_locked(&rwsem));
	ck_assert_uint_eq(udm_warn_unexpected(), 0);
}
END_TEST

static void take_lock(struct tasklet_struct *unused)
{
	spin_lock(&lock);
	spin_unlock(&lock);
}

static DECLARE_TASKLET(tasklet, take_lock);

/* The lock is taken in a softirq, and elsewhere with softirqs enabled. */
START_TEST(forgotten_bh_is_reported)
{
	udm_warn_expect("inconsistent lock state", CHECKED);
	spin_lock(&lock);
	spin_unlock(&lock);
	tasklet_schedule(&tasklet);
	udm_run_until_idle();
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(bh_flavour_is_fine)
{
	spin_lock_bh(&lock);
	spin_unlock_bh(&lock);
	tasklet_schedule(&tasklet);
	udm_run_until_idle();
	tasklet_kill(&tasklet);
}
END_TEST

#if CHECKED
START_TEST(unlocking_what_is_not_held)
{
	udm_warn_expect("bad unlock balance", 1);
	udm_warn_expect("already unlocked", 1);
	preempt_disable();
	spin_unlock(&lock);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert(preemptible());
}
END_TEST

START_TEST(underflows_are_reported)
{
	udm_warn_expect("preempt count underflow", 1);
	preempt_enable();
	udm_warn_expect("rcu_read_unlock() without", 1);
	rcu_read_unlock();
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert(preemptible());
}
END_TEST

static char reported[4096];

static void collect(void *unused, int level, const char *text)
{
	strncat(reported, text, sizeof(reported) - 1 - strlen(reported));
}

#define ck_assert_reported(text) ck_assert_ptr_nonnull(strstr(reported, text))

static void collect_log(void)
{
	reported[0] = '\0';
	udm_log_set_hook(collect, NULL);
}

START_TEST(sleeping_in_a_region_is_reported)
{
	collect_log();
	preempt_disable();
	might_sleep();
	preempt_enable();
	udm_log_set_hook(NULL, NULL);
	ck_assert_reported("BUG: sleeping function called from invalid context at");
	ck_assert_reported("in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 1, name: main");
	ck_assert_reported("preempt_count: 1, expected: 0");
}
END_TEST

START_TEST(non_block_makes_sleeping_a_bug)
{
	collect_log();
	non_block_start();
	might_sleep();
	non_block_end();
	udm_log_set_hook(NULL, NULL);
	ck_assert_reported("non_block: 1");
}
END_TEST

START_TEST(scheduling_while_atomic_is_reported)
{
	collect_log();
	preempt_disable();
	schedule_timeout_uninterruptible(1);
	preempt_enable();
	udm_log_set_hook(NULL, NULL);
	ck_assert_reported("BUG: scheduling while atomic: main/1/0x00000001");
}
END_TEST

START_TEST(state_left_over_is_reported)
{
	udm_warn_expect("do not call blocking ops when !TASK_RUNNING; state=1", 1);
	set_current_state(TASK_INTERRUPTIBLE);
	might_sleep();
	__set_current_state(TASK_RUNNING);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST
#endif

Suite *exec_lockdep_suite(void)
{
	Suite *s = suite_create("exec_lockdep");
	TCase *one = machine_tcase(s, "one task");

	tcase_add_test(one, assertions_follow_the_holder);
	tcase_add_test(one, conditions_are_evaluated_only_when_checked);
	tcase_add_test(one, inversion_is_reported);
	tcase_add_test(one, same_class_needs_a_subclass);
	tcase_add_test(one, nesting_forms_are_fine);
	tcase_add_test(one, rwsem_without_owner);
	tcase_add_test(one, forgotten_bh_is_reported);
	tcase_add_test(one, bh_flavour_is_fine);
#if CHECKED
	tcase_add_test(one, unlocking_what_is_not_held);
	tcase_add_test(one, underflows_are_reported);
	tcase_add_test(one, sleeping_in_a_region_is_reported);
	tcase_add_test(one, non_block_makes_sleeping_a_bug);
	tcase_add_test(one, scheduling_while_atomic_is_reported);
	tcase_add_test(one, state_left_over_is_reported);
#endif
	return s;
}
