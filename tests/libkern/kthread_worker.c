// SPDX-License-Identifier: GPL-2.0-only
/* Works of a kthread, and waiting for bits and variables. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>

#include "fixture.h"

static struct kthread_worker *worker;

static void worker_setup(void)
{
	worker = kthread_run_worker(0, "worker/%d", 3);
	ck_assert(!IS_ERR(worker));
}

static void worker_teardown(void)
{
	kthread_destroy_worker(worker);
}

struct job {
	struct kthread_work work;
	struct kthread_delayed_work later;
	int runs;
	int again;
	unsigned long at;
};

static void job_run(struct kthread_work *work)
{
	struct job *job = container_of(work, struct job, work);

	WRITE_ONCE(job->runs, job->runs + 1);
	msleep(5);
	WRITE_ONCE(job->again, job->again - 1);
	if (job->again >= 0)
		ck_assert(kthread_queue_work(worker, work));
}

static void job_later(struct kthread_work *work)
{
	struct job *job = container_of(work, struct job, later.work);

	job->at = jiffies;
	smp_store_release(&job->runs, job->runs + 1);
}

static void free_self(struct kthread_work *work)
{
	kfree(container_of(work, struct job, work));
}

/* A work that keeps the worker from the others until it is opened. */
static struct {
	struct kthread_work work;
	struct completion open;
} gate;

static void gate_wait(struct kthread_work *work)
{
	wait_for_completion(&gate.open);
}

static void gate_close(void)
{
	init_completion(&gate.open);
	kthread_init_work(&gate.work, gate_wait);
	ck_assert(kthread_queue_work(worker, &gate.work));
}

static void job_init(struct job *job)
{
	*job = (struct job){};
	kthread_init_work(&job->work, job_run);
	kthread_init_delayed_work(&job->later, job_later);
}

START_TEST(works_run_once_per_queueing)
{
	struct job job, *freed = kzalloc(sizeof(*freed), GFP_KERNEL);

	job_init(&job);
	kthread_flush_work(&job.work);
	gate_close();
	ck_assert(kthread_queue_work(worker, &job.work));
	ck_assert(!kthread_queue_work(worker, &job.work));
	complete(&gate.open);
	kthread_flush_work(&job.work);
	ck_assert_int_eq(job.runs, 1);
	job.again = 3;
	ck_assert(kthread_queue_work(worker, &job.work));
	while (READ_ONCE(job.again) >= 0)
		msleep(1);
	kthread_flush_worker(worker);
	ck_assert_int_eq(job.runs, 5);
	kthread_init_work(&freed->work, free_self);
	ck_assert(kthread_queue_work(worker, &freed->work));
	kthread_flush_worker(worker);
}
END_TEST

START_TEST(delayed_works_wait)
{
	unsigned long from = jiffies;
	struct job job;

	job_init(&job);
	ck_assert(kthread_queue_delayed_work(worker, &job.later, 100));
	ck_assert(!kthread_queue_delayed_work(worker, &job.later, 1));
	/* Flushing does not wait for a timer. */
	kthread_flush_work(&job.later.work);
	ck_assert_int_eq(READ_ONCE(job.runs), 0);
	while (!smp_load_acquire(&job.runs))
		msleep(1);
	ck_assert(time_after_eq(job.at, from + 100));
	kthread_flush_worker(worker);
	ck_assert(!kthread_mod_delayed_work(worker, &job.later, 10000));
	ck_assert(kthread_mod_delayed_work(worker, &job.later, 0));
	kthread_flush_worker(worker);
	ck_assert_int_eq(job.runs, 2);
}
END_TEST

START_TEST(cancelled_works_do_not_run)
{
	struct job job, busy;

	job_init(&job);
	job_init(&busy);
	ck_assert(!kthread_cancel_work_sync(&job.work));
	gate_close();
	ck_assert(kthread_queue_work(worker, &job.work));
	ck_assert(kthread_cancel_work_sync(&job.work));
	complete(&gate.open);
	ck_assert_int_eq(job.runs, 0);
	ck_assert(kthread_queue_delayed_work(worker, &job.later, 10000));
	ck_assert(kthread_cancel_delayed_work_sync(&job.later));
	ck_assert(!kthread_cancel_delayed_work_sync(&job.later));
	/* A running one is waited for, and cannot queue itself meanwhile. */
	kthread_flush_worker(worker);
	ck_assert(kthread_queue_work(worker, &busy.work));
	while (!READ_ONCE(busy.runs))
		msleep(1);
	ck_assert(!kthread_cancel_work_sync(&busy.work));
	ck_assert_ptr_ne(worker->current_work, &busy.work);
	msleep(10);
	ck_assert_int_eq(job.runs, 0);
}
END_TEST

struct shared {
	unsigned long word;
	atomic_t count;
};

static int finish_later(void *data)
{
	struct shared *s = data;

	msleep(10);
	clear_and_wake_up_bit(5, &s->word);
	atomic_dec_and_wake_up(&s->count);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return wait_on_bit(&s->word, 9, TASK_INTERRUPTIBLE);
}

START_TEST(bits_and_variables_are_waited_for)
{
	struct shared s = { .word = BIT(5) | BIT(9), .count = ATOMIC_INIT(1) };
	struct task_struct *t = kthread_run(finish_later, &s, "finish");

	ck_assert(!IS_ERR(t));
	ck_assert_int_eq(wait_on_bit(&s.word, 0, TASK_UNINTERRUPTIBLE), 0);
	ck_assert_int_eq(wait_on_bit_timeout(&s.word, 9, TASK_UNINTERRUPTIBLE, 3), -EAGAIN);
	ck_assert_int_eq(wait_on_bit(&s.word, 5, TASK_UNINTERRUPTIBLE), 0);
	wait_var_event(&s.count, !atomic_read(&s.count));
	ck_assert_int_gt(wait_var_event_timeout(&s.count, !atomic_read(&s.count), 5), 0);
	ck_assert_int_eq(wait_var_event_timeout(&s.count, atomic_read(&s.count), 5), 0);
	ck_assert_int_eq(kthread_stop(t), -EINTR);
	ck_assert_int_eq(wait_on_bit_lock(&s.word, 5, TASK_UNINTERRUPTIBLE), 0);
	ck_assert(test_and_clear_wake_up_bit(5, &s.word));
	ck_assert(!test_and_clear_wake_up_bit(5, &s.word));
	ck_assert_uint_eq(s.word, BIT(9));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, worker_setup, worker_teardown);
	tcase_add_test(tc, works_run_once_per_queueing);
	tcase_add_test(tc, delayed_works_wait);
	tcase_add_test(tc, cancelled_works_do_not_run);
	tcase_add_test(tc, bits_and_variables_are_waited_for);
}

Suite *kthread_worker_suite(void)
{
	Suite *s = suite_create("kthread_worker");

	add_tests(machine_tcase(s, "sim"));
	add_tests(machine_tcase_threads(s, "threads"));
	return s;
}
