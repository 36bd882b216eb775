// SPDX-License-Identifier: GPL-2.0-only
/* Mutexes, rwsems and seqlocks. */
#include "exec_rig.h"

#include <errno.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/seqlock.h>

static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(rwsem);
static DEFINE_SEQLOCK(seqlock);
static unsigned long counter;

static void *count_under_mutex(void *unused)
{
	for (unsigned int i = 0; i < rounds(1000); i++) {
		unsigned long seen;

		mutex_lock(&mutex);
		seen = counter;
		if (i % 16 == 0)
			udm_yield();
		counter = seen + 1;
		mutex_unlock(&mutex);
	}
	return NULL;
}

static void mutex_body(void)
{
	counter = 0;
	run_team(5, count_under_mutex, NULL);
	ck_assert_uint_eq(counter, 5 * rounds(1000));
	ck_assert(!mutex_is_locked(&mutex));
}

START_TEST(mutex_excludes)
{
	in_every_mode(mutex_body);
}
END_TEST

START_TEST(mutex_trylock_and_guard)
{
	ck_assert_int_eq(mutex_trylock(&mutex), 1);
	ck_assert(mutex_is_locked(&mutex));
	mutex_unlock(&mutex);
	ck_assert_int_eq(mutex_lock_interruptible(&mutex), 0);
	mutex_unlock(&mutex);
	scoped_guard(mutex, &mutex)
		ck_assert(mutex_is_locked(&mutex));
	scoped_cond_guard(mutex_try, ck_abort_msg("mutex is free"), &mutex)
		ck_assert(mutex_is_locked(&mutex));
	ck_assert(!mutex_is_locked(&mutex));
}
END_TEST

static int waiter_result;

static void *wait_interruptibly(void *unused)
{
	waiter_result = mutex_lock_interruptible(&mutex);
	return NULL;
}

static void *wait_killably(void *unused)
{
	waiter_result = mutex_lock_killable(&mutex);
	return NULL;
}

static void interrupt_waiter(void *(*wait)(void *), bool fatal)
{
	struct udm_thread *thread;

	mutex_lock(&mutex);
	thread = udm_thread_create("waiter", wait, NULL);
	await_sleep(thread);
	udm_task_signal(udm_thread_task(thread), fatal);
	udm_thread_join(thread);
	ck_assert_int_eq(waiter_result, -EINTR);
	mutex_unlock(&mutex);
	/* The queue is in order after somebody left it. */
	ck_assert_int_eq(mutex_trylock(&mutex), 1);
	mutex_unlock(&mutex);
}

static void signal_body(void)
{
	interrupt_waiter(wait_interruptibly, false);
	interrupt_waiter(wait_killably, true);
}

START_TEST(signal_ends_the_wait)
{
	in_every_mode(signal_body);
}
END_TEST

static void *ignore_signal(void *unused)
{
	mutex_lock(&mutex);
	waiter_result = 1;
	mutex_unlock(&mutex);
	return NULL;
}

static void uninterruptible_body(void)
{
	struct udm_thread *thread;

	waiter_result = 0;
	mutex_lock(&mutex);
	thread = udm_thread_create("waiter", ignore_signal, NULL);
	await_sleep(thread);
	udm_task_signal(udm_thread_task(thread), true);
	udm_advance(1000000);
	ck_assert_int_eq(waiter_result, 0);
	mutex_unlock(&mutex);
	udm_thread_join(thread);
	ck_assert_int_eq(waiter_result, 1);
}

START_TEST(plain_lock_ignores_signals)
{
	in_sim(uninterruptible_body);
	in_threads(uninterruptible_body);
}
END_TEST

/* A waiter gets the mutex although the holder takes it again and again. */
static void *hog(void *got_it)
{
	while (!read_flag(got_it)) {
		mutex_lock(&mutex);
		sched_point();
		mutex_unlock(&mutex);
		cond_resched();
	}
	return NULL;
}

static void fairness_body(void)
{
	int got_it = 0;
	struct udm_thread *thread = udm_thread_create("hog", hog, &got_it);

	for (unsigned int i = 0; i < 20; i++) {
		udm_yield();
		mutex_lock(&mutex);
		mutex_unlock(&mutex);
	}
	set_flag(&got_it);
	udm_thread_join(thread);
}

START_TEST(hog_does_not_starve_waiters)
{
	in_every_mode(fairness_body);
}
END_TEST

static unsigned int readers_inside;
static int writer_inside;

static void *use_rwsem(void *unused)
{
	for (unsigned int i = 0; i < rounds(600); i++) {
		if (i % 4) {
			down_read(&rwsem);
			__atomic_add_fetch(&readers_inside, 1, __ATOMIC_RELAXED);
			ck_assert_int_eq(writer_inside, 0);
			udm_yield();
			__atomic_sub_fetch(&readers_inside, 1, __ATOMIC_RELAXED);
			up_read(&rwsem);
		} else {
			down_write(&rwsem);
			ck_assert_uint_eq(__atomic_load_n(&readers_inside, __ATOMIC_RELAXED), 0);
			ck_assert_int_eq(writer_inside++, 0);
			udm_yield();
			writer_inside--;
			if (i % 8) {
				downgrade_write(&rwsem);
				ck_assert_int_eq(writer_inside, 0);
				up_read(&rwsem);
			} else {
				up_write(&rwsem);
			}
		}
	}
	return NULL;
}

static void rwsem_body(void)
{
	run_team(4, use_rwsem, NULL);
	ck_assert(!rwsem_is_locked(&rwsem));
}

START_TEST(rwsem_excludes_writers)
{
	in_every_mode(rwsem_body);
}
END_TEST

START_TEST(rwsem_trylocks)
{
	ck_assert_int_eq(down_read_trylock(&rwsem), 1);
	ck_assert_int_eq(down_read_trylock(&rwsem), 1);
	ck_assert_int_eq(down_write_trylock(&rwsem), 0);
	up_read(&rwsem);
	up_read(&rwsem);
	ck_assert_int_eq(down_write_trylock(&rwsem), 1);
	ck_assert_int_eq(down_read_trylock(&rwsem), 0);
	downgrade_write(&rwsem);
	ck_assert_int_eq(down_read_trylock(&rwsem), 1);
	up_read(&rwsem);
	up_read(&rwsem);
	scoped_guard(rwsem_write, &rwsem)
		ck_assert(rwsem_is_locked(&rwsem));
	scoped_guard(rwsem_read, &rwsem)
		ck_assert(rwsem_is_locked(&rwsem));
	ck_assert(!rwsem_is_locked(&rwsem));
}
END_TEST

static void *write_killably(void *unused)
{
	waiter_result = down_write_killable(&rwsem);
	return NULL;
}

static void *read_once(void *done)
{
	down_read(&rwsem);
	set_flag(done);
	up_read(&rwsem);
	return NULL;
}

/* Readers queued behind a writer that gives up go on. */
static void killed_writer_body(void)
{
	struct udm_thread *writer, *reader;
	int read_done = 0;

	down_read(&rwsem);
	writer = udm_thread_create("writer", write_killably, NULL);
	await_sleep(writer);
	reader = udm_thread_create("reader", read_once, &read_done);
	await_sleep(reader);
	ck_assert_int_eq(read_flag(&read_done), 0);
	udm_task_signal(udm_thread_task(writer), true);
	udm_thread_join(writer);
	ck_assert_int_eq(waiter_result, -EINTR);
	udm_thread_join(reader);
	ck_assert_int_eq(read_flag(&read_done), 1);
	up_read(&rwsem);
}

START_TEST(killed_writer_lets_readers_pass)
{
	in_every_mode(killed_writer_body);
}
END_TEST

static unsigned long pair[2];

static void *write_pair(void *unused)
{
	for (unsigned int i = 0; i < rounds(2000); i++) {
		write_seqlock(&seqlock);
		WRITE_ONCE(pair[0], pair[0] + 1);
		dawdle();
		WRITE_ONCE(pair[1], pair[1] + 1);
		write_sequnlock(&seqlock);
	}
	return NULL;
}

static void *read_pair(void *unused)
{
	for (unsigned int i = 0; i < rounds(2000); i++) {
		unsigned long first, second;
		unsigned int seq;

		do {
			seq = read_seqbegin(&seqlock);
			first = READ_ONCE(pair[0]);
			dawdle();
			second = READ_ONCE(pair[1]);
		} while (read_seqretry(&seqlock, seq));
		ck_assert_uint_eq(first, second);
	}
	return NULL;
}

static void seqlock_body(void)
{
	struct udm_thread *reader;

	pair[0] = pair[1] = 0;
	reader = udm_thread_create("reader", read_pair, NULL);
	run_team(2, write_pair, NULL);
	udm_thread_join(reader);
	ck_assert_uint_eq(pair[1], 2 * rounds(2000));
}

START_TEST(seqlock_reader_sees_whole_updates)
{
	in_every_mode(seqlock_body);
}
END_TEST

Suite *exec_mutex_suite(void)
{
	Suite *s = suite_create("exec_mutex");
	TCase *modes = tcase_create("modes");
	TCase *one = machine_tcase(s, "one task");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, mutex_excludes);
	tcase_add_test(modes, signal_ends_the_wait);
	tcase_add_test(modes, plain_lock_ignores_signals);
	tcase_add_test(modes, hog_does_not_starve_waiters);
	tcase_add_test(modes, rwsem_excludes_writers);
	tcase_add_test(modes, killed_writer_lets_readers_pass);
	tcase_add_test(modes, seqlock_reader_sees_whole_updates);
	tcase_add_test(one, mutex_trylock_and_guard);
	tcase_add_test(one, rwsem_trylocks);
	return s;
}
