// SPDX-License-Identifier: GPL-2.0-only
/* Spinlocks and rwlocks: exclusion, regions, trylocks, guards. */
#include "exec_rig.h"

#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_RWLOCK(rwlock);
static unsigned long counter;

static void *count_under_lock(void *unused)
{
	for (unsigned int i = 0; i < rounds(3000); i++) {
		unsigned long seen;

		spin_lock(&lock);
		seen = counter;
		dawdle();
		counter = seen + 1;
		spin_unlock(&lock);
	}
	return NULL;
}

static void spinlock_body(void)
{
	counter = 0;
	run_team(4, count_under_lock, NULL);
	ck_assert_uint_eq(counter, 4 * rounds(3000));
}

START_TEST(spinlock_excludes)
{
	in_every_mode(spinlock_body);
}
END_TEST

/* Each flavour against the others. */
static void *count_in_flavours(void *unused)
{
	unsigned long flags;

	for (unsigned int i = 0; i < rounds(1000); i++) {
		spin_lock_irqsave(&lock, flags);
		counter++;
		spin_unlock_irqrestore(&lock, flags);
		spin_lock_irq(&lock);
		counter++;
		spin_unlock_irq(&lock);
		while (!spin_trylock(&lock))
			cpu_relax();
		counter++;
		spin_unlock(&lock);
	}
	return NULL;
}

static void flavours_body(void)
{
	counter = 0;
	run_team(3, count_in_flavours, NULL);
	ck_assert_uint_eq(counter, 9 * rounds(1000));
}

START_TEST(flavours_exclude_each_other)
{
	in_every_mode(flavours_body);
}
END_TEST

START_TEST(lock_is_a_region)
{
	unsigned long flags;

	spin_lock(&lock);
	ck_assert_uint_eq(preempt_count(), PREEMPT_OFFSET);
	ck_assert_int_ne(spin_is_locked(&lock), 0);
	spin_unlock(&lock);
	spin_lock_bh(&lock);
	ck_assert_uint_eq(preempt_count(), SOFTIRQ_DISABLE_OFFSET + PREEMPT_OFFSET);
	ck_assert_int_ne(in_softirq(), 0);
	ck_assert_int_eq(in_serving_softirq(), 0);
	ck_assert(in_task());
	spin_unlock_bh(&lock);
	local_irq_disable();
	spin_lock_irqsave(&lock, flags);
	spin_unlock_irqrestore(&lock, flags);
	ck_assert(irqs_disabled());
	local_irq_enable();
	spin_lock_irq(&lock);
	ck_assert(irqs_disabled());
	spin_unlock_irq(&lock);
	ck_assert(!irqs_disabled());
	ck_assert_int_eq(spin_is_locked(&lock), 0);
	ck_assert_uint_eq(preempt_count(), 0);
}
END_TEST

static int held;

static void *try_and_fail(void *tried)
{
	await_flag(&held);
	ck_assert_int_eq(spin_trylock(&lock), 0);
	ck_assert(preemptible());
	ck_assert_int_eq(spin_trylock_bh(&lock), 0);
	ck_assert(preemptible());
	ck_assert_int_eq(spin_trylock_irq(&lock), 0);
	ck_assert(preemptible());
	set_flag(tried);
	return NULL;
}

/* The holder is polled for, so that it is on another vCPU while the trylocks fail. */
static void trylock_body(void)
{
	struct udm_thread *thread;
	int tried = 0;

	held = 0;
	thread = udm_thread_create("try", try_and_fail, &tried);
	spin_lock(&lock);
	set_flag(&held);
	while (!read_flag(&tried))
		cpu_relax();
	spin_unlock(&lock);
	udm_thread_join(thread);
}

START_TEST(failed_trylock_leaves_the_region)
{
	in_sim(trylock_body);
	in_threads(trylock_body);
}
END_TEST

static unsigned int readers_inside, most_readers;
static int writer_inside;

static void *read_and_look(void *unused)
{
	for (unsigned int i = 0; i < rounds(500); i++) {
		unsigned int inside, most;

		read_lock(&rwlock);
		inside = __atomic_add_fetch(&readers_inside, 1, __ATOMIC_RELAXED);
		most = __atomic_load_n(&most_readers, __ATOMIC_RELAXED);
		if (inside > most)
			__atomic_store_n(&most_readers, inside, __ATOMIC_RELAXED);
		ck_assert_int_eq(writer_inside, 0);
		dawdle();
		__atomic_sub_fetch(&readers_inside, 1, __ATOMIC_RELAXED);
		read_unlock(&rwlock);
	}
	return NULL;
}

static void *write_and_look(void *unused)
{
	for (unsigned int i = 0; i < rounds(500); i++) {
		write_lock(&rwlock);
		ck_assert_uint_eq(__atomic_load_n(&readers_inside, __ATOMIC_RELAXED), 0);
		ck_assert_int_eq(writer_inside++, 0);
		dawdle();
		writer_inside--;
		write_unlock(&rwlock);
	}
	return NULL;
}

static void rwlock_body(void)
{
	struct udm_thread *writers[2];

	readers_inside = most_readers = 0;
	for (unsigned int i = 0; i < 2; i++)
		writers[i] = udm_thread_create("writer", write_and_look, NULL);
	run_team(3, read_and_look, NULL);
	for (unsigned int i = 0; i < 2; i++)
		udm_thread_join(writers[i]);
}

START_TEST(rwlock_excludes_writers)
{
	in_every_mode(rwlock_body);
}
END_TEST

START_TEST(rwlock_lets_readers_share)
{
	read_lock(&rwlock);
	ck_assert_int_eq(read_trylock(&rwlock), 1);
	ck_assert_int_eq(write_trylock(&rwlock), 0);
	read_unlock(&rwlock);
	read_unlock(&rwlock);
	ck_assert_int_eq(write_trylock(&rwlock), 1);
	ck_assert_int_eq(read_trylock(&rwlock), 0);
	write_unlock(&rwlock);
	ck_assert(preemptible());
}
END_TEST

START_TEST(dec_and_lock_takes_the_lock_at_zero_only)
{
	atomic_t count = ATOMIC_INIT(2);
	unsigned long flags;

	ck_assert_int_eq(atomic_dec_and_lock(&count, &lock), 0);
	ck_assert_int_eq(spin_is_locked(&lock), 0);
	ck_assert_int_eq(atomic_dec_and_lock(&count, &lock), 1);
	ck_assert_int_ne(spin_is_locked(&lock), 0);
	spin_unlock(&lock);
	atomic_set(&count, 1);
	ck_assert_int_eq(atomic_dec_and_lock_irqsave(&count, &lock, flags), 1);
	ck_assert(irqs_disabled());
	spin_unlock_irqrestore(&lock, flags);
}
END_TEST

static unsigned int leave_guard_by_return(void)
{
	guard(spinlock)(&lock);
	return preempt_count();
}

START_TEST(guards_leave_on_every_path)
{
	ck_assert_uint_eq(leave_guard_by_return(), PREEMPT_OFFSET);
	ck_assert(preemptible());
	scoped_guard(spinlock_bh, &lock) {
		ck_assert_int_ne(in_softirq(), 0);
		break;
	}
	ck_assert(preemptible());
	scoped_guard(spinlock_irqsave, &lock)
		ck_assert(irqs_disabled());
	ck_assert(!irqs_disabled());
	scoped_guard(preempt)
		ck_assert(!preemptible());
	scoped_guard(read_lock, &rwlock)
		scoped_guard(irq)
			ck_assert(irqs_disabled());
	ck_assert(preemptible());
	ck_assert_int_eq(spin_is_locked(&lock), 0);
}
END_TEST

Suite *exec_spinlock_suite(void)
{
	Suite *s = suite_create("exec_spinlock");
	TCase *modes = tcase_create("modes");
	TCase *one = machine_tcase(s, "one task");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, spinlock_excludes);
	tcase_add_test(modes, flavours_exclude_each_other);
	tcase_add_test(modes, failed_trylock_leaves_the_region);
	tcase_add_test(modes, rwlock_excludes_writers);
	tcase_add_test(one, lock_is_a_region);
	tcase_add_test(one, rwlock_lets_readers_share);
	tcase_add_test(one, dec_and_lock_takes_the_lock_at_zero_only);
	tcase_add_test(one, guards_leave_on_every_path);
	return s;
}
