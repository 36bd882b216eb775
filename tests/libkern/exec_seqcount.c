// SPDX-License-Identifier: GPL-2.0-only
/* Sequence counters, statistics with one writer, named per-CPU sections. */
#include "exec_rig.h"

#include <linux/interrupt.h>
#include <linux/local_lock.h>
#include <linux/mutex.h>
#include <linux/seqlock.h>
#include <linux/u64_stats_sync.h>

START_TEST(a_reader_retries_after_a_write)
{
	seqcount_t seq = SEQCNT_ZERO(seq);
	unsigned int start = read_seqcount_begin(&seq);

	ck_assert(!read_seqcount_retry(&seq, start));
	preempt_disable();
	write_seqcount_begin(&seq);
	ck_assert(raw_read_seqcount(&seq) & 1);
	/* Readers that do not wait see an even number that cannot match. */
	ck_assert(read_seqcount_retry(&seq, raw_seqcount_begin(&seq)));
	write_seqcount_end(&seq);
	preempt_enable();
	ck_assert(read_seqcount_retry(&seq, start));
	start = read_seqcount_begin(&seq);
	ck_assert(!read_seqcount_retry(&seq, start));
	write_seqcount_invalidate(&seq);
	ck_assert(read_seqcount_retry(&seq, start));
}
END_TEST

START_TEST(the_associated_lock_decides_about_preemption)
{
	static DEFINE_MUTEX(mutex);
	static DEFINE_SPINLOCK(lock);
	seqcount_mutex_t with_mutex = SEQCNT_MUTEX_ZERO(with_mutex, &mutex);
	seqcount_spinlock_t with_lock = SEQCNT_SPINLOCK_ZERO(with_lock, &lock);

	mutex_lock(&mutex);
	write_seqcount_begin(&with_mutex);
	ck_assert(!preemptible());
	write_seqcount_end(&with_mutex);
	ck_assert(preemptible());
	mutex_unlock(&mutex);
	spin_lock(&lock);
	write_seqcount_begin(&with_lock);
	ck_assert_int_eq(preempt_count(), PREEMPT_OFFSET);
	write_seqcount_end(&with_lock);
	spin_unlock(&lock);
	ck_assert_uint_eq(raw_read_seqcount(&with_lock), 2);
}
END_TEST

START_TEST(seqlock_flavours)
{
	seqlock_t sl;
	unsigned long flags;
	unsigned int start;
	int seq = 0;

	seqlock_init(&sl);
	start = read_seqbegin(&sl);
	write_seqlock_irqsave(&sl, flags);
	ck_assert(irqs_disabled());
	write_sequnlock_irqrestore(&sl, flags);
	ck_assert(!irqs_disabled() && read_seqretry(&sl, start));
	write_seqlock_bh(&sl);
	ck_assert(in_softirq());
	write_sequnlock_bh(&sl);
	ck_assert(!in_softirq());
	/* First without the lock, then with it. */
	read_seqbegin_or_lock(&sl, &seq);
	ck_assert(!spin_is_locked(&sl.lock));
	write_seqlock(&sl);
	write_sequnlock(&sl);
	ck_assert(need_seqretry(&sl, seq));
	seq = 1;
	read_seqbegin_or_lock(&sl, &seq);
	ck_assert(spin_is_locked(&sl.lock));
	ck_assert(!need_seqretry(&sl, seq));
	done_seqretry(&sl, seq);
	ck_assert(!spin_is_locked(&sl.lock));
}
END_TEST

static struct {
	struct u64_stats_sync sync;
	u64_stats_t bytes;
} stats;
static int stop;

static void *count_bytes(void *unused)
{
	for (unsigned int i = 0; i < rounds(20000); i++) {
		u64_stats_update_begin(&stats.sync);
		/* Both halves of the counter move at once. */
		u64_stats_add(&stats.bytes, 0x100000001UL);
		u64_stats_update_end(&stats.sync);
		if (i % 64 == 0)
			udm_yield();
	}
	set_flag(&stop);
	return NULL;
}

static void *read_bytes(void *unused)
{
	while (!read_flag(&stop)) {
		unsigned int start;
		u64 bytes;

		do {
			start = u64_stats_fetch_begin(&stats.sync);
			bytes = u64_stats_read(&stats.bytes);
		} while (u64_stats_fetch_retry(&stats.sync, start));
		ck_assert_uint_eq(bytes >> 32, bytes & U32_MAX);
		udm_yield();
	}
	return NULL;
}

static void stats_body(void)
{
	struct udm_thread *writer, *reader;

	stop = 0;
	u64_stats_init(&stats.sync);
	u64_stats_set(&stats.bytes, 0);
	writer = udm_thread_create("writer", count_bytes, NULL);
	reader = udm_thread_create("reader", read_bytes, NULL);
	udm_thread_join(writer);
	udm_thread_join(reader);
	ck_assert_uint_eq(u64_stats_read(&stats.bytes), rounds(20000) * 0x100000001UL);
	u64_stats_inc(&stats.bytes);
	u64_stats_sub(&stats.bytes, 2);
	ck_assert_uint_eq(u64_stats_read(&stats.bytes), rounds(20000) * 0x100000001UL - 1);
}

START_TEST(statistics_are_never_torn)
{
	in_every_mode(stats_body);
}
END_TEST

static DEFINE_PER_CPU(local_lock_t, section) = INIT_LOCAL_LOCK(section);
static DEFINE_PER_CPU(unsigned long, plain_counter);

static void *count_plainly(void *unused)
{
	ck_assert_int_eq(udm_task_set_cpu(2), 0);
	for (unsigned int i = 0; i < rounds(2000); i++) {
		unsigned long *counter;

		local_lock(&section);
		counter = this_cpu_ptr(&plain_counter);
		*counter += 1;
		local_unlock(&section);
	}
	return NULL;
}

static void local_body(void)
{
	unsigned long flags;

	run_team(4, count_plainly, NULL);
	ck_assert_uint_eq(per_cpu(plain_counter, 2), 4 * rounds(2000));
	local_lock_irqsave(&section, flags);
	ck_assert(irqs_disabled());
	local_unlock_irqrestore(&section, flags);
	ck_assert(preemptible());
	scoped_guard(local_lock, &section)
		ck_assert(!preemptible());
	local_bh_disable();
	local_lock_nested_bh(&section);
	ck_assert(in_softirq());
	local_unlock_nested_bh(&section);
	local_bh_enable();
}

START_TEST(a_local_lock_is_the_region)
{
	in_every_mode(local_body);
}
END_TEST

Suite *exec_seqcount_suite(void)
{
	Suite *s = suite_create("exec_seqcount");
	TCase *modes = tcase_create("modes"), *one = machine_tcase(s, "one task");

	suite_add_tcase(s, modes);
	tcase_add_test(modes, statistics_are_never_torn);
	tcase_add_test(modes, a_local_lock_is_the_region);
	tcase_add_test(one, a_reader_retries_after_a_write);
	tcase_add_test(one, the_associated_lock_decides_about_preemption);
	tcase_add_test(one, seqlock_flavours);
	return s;
}
