// SPDX-License-Identifier: GPL-2.0-only
/* percpu_ref: modes, kill, reinit, exit, failures, and races. */
#include "fixture.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <string.h>
#include <sys/wait.h>
#include <udevmem/fault.h>
#include <udevmem/warn.h>
#include <unistd.h>

static int released, confirmed;
static bool release_in_softirq, release_in_rcu;

static void release(struct percpu_ref *ref)
{
	released++;
	release_in_softirq = in_softirq();
	release_in_rcu = rcu_read_lock_held();
}

static void confirm(struct percpu_ref *ref)
{
	confirmed++;
	ck_assert(!percpu_ref_tryget_live(ref));
}

static void confirm_switch(struct percpu_ref *ref)
{
	confirmed++;
}

static void init_ref(struct percpu_ref *ref, unsigned int flags)
{
	released = confirmed = 0;
	ck_assert_int_eq(percpu_ref_init(ref, release, flags, GFP_KERNEL), 0);
}

static bool is_percpu(const struct percpu_ref *ref)
{
	return !(ref->percpu_count_ptr & __PERCPU_REF_ATOMIC_DEAD);
}

START_TEST(percpu_mode_never_releases)
{
	struct percpu_ref ref;

	init_ref(&ref, 0);
	ck_assert(is_percpu(&ref) && !percpu_ref_is_zero(&ref) && !percpu_ref_is_dying(&ref));
	percpu_ref_put(&ref);
	ck_assert_int_eq(released, 0);
	ck_assert(percpu_ref_tryget(&ref) && percpu_ref_tryget_live(&ref));
	percpu_ref_put(&ref);
	percpu_ref_get_many(&ref, 3);
	percpu_ref_put_many(&ref, 3);
	percpu_ref_kill(&ref);
	rcu_barrier();
	ck_assert_int_eq(released, 1);
	ck_assert(percpu_ref_is_zero(&ref));
	percpu_ref_exit(&ref);
}
END_TEST

START_TEST(kill_never_releases_from_percpu_mode_itself)
{
	struct percpu_ref ref;

	init_ref(&ref, 0);
	percpu_ref_kill(&ref);
	ck_assert_int_eq(released, 0);
	ck_assert(percpu_ref_is_dying(&ref));
	ck_assert(percpu_ref_tryget(&ref));
	ck_assert(!percpu_ref_tryget_live(&ref));
	rcu_barrier();
	ck_assert_int_eq(released, 0);
	percpu_ref_put(&ref);
	ck_assert_int_eq(released, 1);
	ck_assert(release_in_rcu && !release_in_softirq);
	ck_assert(!percpu_ref_tryget(&ref));
	percpu_ref_exit(&ref);
}
END_TEST

START_TEST(counts_of_all_vcpus_are_summed)
{
	struct percpu_ref ref;

	init_ref(&ref, 0);
	for (unsigned int cpu = 0; cpu < nr_cpu_ids; cpu++) {
		udm_task_set_cpu(cpu);
		percpu_ref_get_many(&ref, cpu + 1);
	}
	udm_task_set_cpu(0);
	/* Taken on many vCPUs, dropped on one. */
	percpu_ref_put_many(&ref, nr_cpu_ids * (nr_cpu_ids + 1) / 2 - 1);
	percpu_ref_kill(&ref);
	rcu_barrier();
	ck_assert_int_eq(released, 0);
	ck_assert_int_eq(atomic_long_read(&ref.data->count), 1);
	percpu_ref_put(&ref);
	ck_assert_int_eq(released, 1);
	percpu_ref_exit(&ref);
}
END_TEST

START_TEST(confirmation_comes_after_the_switch)
{
	struct percpu_ref ref;

	init_ref(&ref, 0);
	percpu_ref_kill_and_confirm(&ref, confirm);
	ck_assert_int_eq(confirmed, 0);
	rcu_barrier();
	ck_assert(confirmed == 1 && released == 1);
	percpu_ref_exit(&ref);
}
END_TEST

START_TEST(atomic_ref_confirms_and_releases_at_once)
{
	struct percpu_ref ref;

	init_ref(&ref, PERCPU_REF_INIT_ATOMIC);
	ck_assert(!is_percpu(&ref));
	percpu_ref_kill_and_confirm(&ref, confirm);
	ck_assert(confirmed == 1 && released == 1);
	percpu_ref_reinit(&ref);
	ck_assert(!is_percpu(&ref) && !percpu_ref_is_dying(&ref));
	percpu_ref_switch_to_percpu(&ref);
	ck_assert(is_percpu(&ref));
	percpu_ref_kill(&ref);
	rcu_barrier();
	ck_assert_int_eq(released, 2);
	percpu_ref_exit(&ref);
}
END_TEST

static void release_and_exit(struct percpu_ref *ref)
{
	released++;
	ck_assert(irqs_disabled());
	percpu_ref_exit(ref);
}

START_TEST(release_may_take_the_ref_down)
{
	struct percpu_ref ref;

	released = 0;
	ck_assert_int_eq(percpu_ref_init(&ref, release_and_exit, PERCPU_REF_INIT_ATOMIC,
					 GFP_KERNEL), 0);
	percpu_ref_kill(&ref);
	ck_assert_int_eq(released, 1);
	ck_assert(!irqs_disabled() && percpu_ref_is_zero(&ref));
}
END_TEST

START_TEST(killing_twice_warns)
{
	struct percpu_ref ref;

	init_ref(&ref, PERCPU_REF_INIT_ATOMIC);
	percpu_ref_get(&ref);
	percpu_ref_kill(&ref);
	udm_warn_expect("percpu_ref_kill_and_confirm called more than once on", 1);
	percpu_ref_kill(&ref);
	ck_assert_uint_eq(udm_warn_count(), 1);
	ck_assert_int_eq(released, 1);
	percpu_ref_exit(&ref);
}
END_TEST

START_TEST(init_dead_comes_to_life_in_percpu_mode)
{
	struct percpu_ref ref;

	init_ref(&ref, PERCPU_REF_INIT_DEAD);
	ck_assert(percpu_ref_is_zero(&ref) && percpu_ref_is_dying(&ref));
	ck_assert(!percpu_ref_tryget(&ref) && !percpu_ref_tryget_live(&ref));
	percpu_ref_reinit(&ref);
	ck_assert(is_percpu(&ref) && !percpu_ref_is_zero(&ref));
	ck_assert(percpu_ref_tryget_live(&ref));
	percpu_ref_put(&ref);
	percpu_ref_kill(&ref);
	rcu_barrier();
	ck_assert_int_eq(released, 1);
	percpu_ref_exit(&ref);
}
END_TEST

START_TEST(kill_and_resurrect_in_a_loop)
{
	struct percpu_ref ref;

	init_ref(&ref, PERCPU_REF_ALLOW_REINIT);
	percpu_ref_get(&ref);
	for (int i = 0; i < 20; i++) {
		percpu_ref_kill(&ref);
		ck_assert(!percpu_ref_tryget_live(&ref));
		percpu_ref_resurrect(&ref);
		ck_assert(is_percpu(&ref) && percpu_ref_tryget_live(&ref));
		percpu_ref_put(&ref);
	}
	percpu_ref_put(&ref);
	ck_assert_int_eq(released, 0);
	percpu_ref_kill(&ref);
	rcu_barrier();
	ck_assert_int_eq(released, 1);
	percpu_ref_exit(&ref);
}
END_TEST

START_TEST(atomic_mode_is_sticky)
{
	struct percpu_ref ref;

	init_ref(&ref, PERCPU_REF_ALLOW_REINIT);
	percpu_ref_switch_to_atomic(&ref, confirm_switch);
	ck_assert_int_eq(confirmed, 0);
	rcu_barrier();
	ck_assert_int_eq(confirmed, 1);
	ck_assert(!is_percpu(&ref) && !percpu_ref_is_dying(&ref));
	percpu_ref_kill(&ref);
	ck_assert_int_eq(released, 1);
	percpu_ref_switch_to_percpu(&ref);
	ck_assert(!is_percpu(&ref));
	percpu_ref_reinit(&ref);
	ck_assert(is_percpu(&ref));
	percpu_ref_switch_to_atomic_sync(&ref);
	ck_assert(!is_percpu(&ref));
	percpu_ref_kill(&ref);
	percpu_ref_reinit(&ref);
	ck_assert(!is_percpu(&ref));
	percpu_ref_kill(&ref);
	ck_assert_int_eq(released, 3);
	percpu_ref_exit(&ref);
}
END_TEST

START_TEST(without_reinit_any_switch_is_final)
{
	struct percpu_ref ref;

	init_ref(&ref, 0);
	percpu_ref_switch_to_atomic_sync(&ref);
	ck_assert(percpu_ref_is_dying(&ref));
	percpu_ref_switch_to_percpu(&ref);
	ck_assert(!is_percpu(&ref));
	percpu_ref_put(&ref);
	ck_assert_int_eq(released, 1);
	percpu_ref_exit(&ref);
}
END_TEST

static void expect_bug(void *ctx, const char *text)
{
	_exit(strstr(text, "percpu-refcount.c") ? 0 : 2);
}

/* In a process of its own: a machine is not fit for use after a BUG. */
START_TEST(reinit_without_leave_is_a_bug)
{
	struct percpu_ref ref;
	pid_t child = fork();
	int status;

	if (child == 0) {
		udm_boot(NULL);
		udm_bug_set_hook(expect_bug, NULL);
		init_ref(&ref, 0);
		percpu_ref_kill(&ref);
		rcu_barrier();
		percpu_ref_reinit(&ref);
		_exit(1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

START_TEST(exit_keeps_the_count)
{
	struct percpu_ref ref;

	init_ref(&ref, PERCPU_REF_INIT_ATOMIC);
	percpu_ref_exit(&ref);
	ck_assert_ptr_null(ref.data);
	ck_assert(!percpu_ref_is_zero(&ref));
	ck_assert_uint_eq(ref.percpu_count_ptr & 3, __PERCPU_REF_ATOMIC_DEAD);
	percpu_ref_exit(&ref);

	init_ref(&ref, 0);
	percpu_ref_kill(&ref);
	rcu_barrier();
	percpu_ref_exit(&ref);
	ck_assert(percpu_ref_is_zero(&ref));
	percpu_ref_exit(&ref);

	init_ref(&ref, 0);
	percpu_ref_exit(&ref);
	ck_assert(!percpu_ref_is_zero(&ref));
}
END_TEST

static int init_scenario(void *ctx)
{
	struct percpu_ref ref = { .percpu_count_ptr = 77 };
	int err = percpu_ref_init(&ref, release, 0, GFP_KERNEL);

	if (err) {
		ck_assert_int_eq(err, -ENOMEM);
		ck_assert_uint_eq(ref.percpu_count_ptr, 0);
		ck_assert_ptr_null(ref.data);
	}
	percpu_ref_exit(&ref);
	return err;
}

START_TEST(init_failure_leaves_nothing)
{
	int points = udm_fault_sweep(init_scenario, NULL);

	ck_assert_msg(points >= 2, "%d: %s", points, udm_fault_sweep_message());
}
END_TEST

START_TEST(live_rcu_form_requires_the_read_lock)
{
	struct percpu_ref ref;

	init_ref(&ref, PERCPU_REF_INIT_ATOMIC);
	rcu_read_lock();
	ck_assert(percpu_ref_tryget_live_rcu(&ref));
	rcu_read_unlock();
#ifdef CONFIG_LOCKDEP
	udm_warn_expect("percpu_ref_tryget_live_rcu", 1);
	ck_assert(percpu_ref_tryget_live_rcu(&ref));
	percpu_ref_put(&ref);
#endif
	percpu_ref_put(&ref);
	percpu_ref_kill(&ref);
	ck_assert_int_eq(released, 1);
	percpu_ref_exit(&ref);
}
END_TEST

struct object {
	struct percpu_ref ref;
	char payload[64];
};

static struct completion gone;

static void free_object(struct percpu_ref *ref)
{
	struct object *o = container_of(ref, struct object, ref);

	released++;
	percpu_ref_exit(ref);
	memset(o, 0x5a, sizeof(*o));
	kfree(o);
	complete(&gone);
}

static void *take_and_drop(void *ctx)
{
	struct object *o = ctx;
	long balance = 0;

	while (percpu_ref_tryget_live(&o->ref)) {
		balance++;
		if (balance % 3 == 0) {
			percpu_ref_get(&o->ref);
			percpu_ref_put(&o->ref);
		}
		ck_assert_int_eq(o->payload[0], 1);
		percpu_ref_put(&o->ref);
	}
	/* The reference the thread was started with. */
	percpu_ref_put(&o->ref);
	return (void *)balance;
}

static void kill_under_load(int threads_nr)
{
	struct udm_thread *threads[4];
	struct object *o = kzalloc(sizeof(*o), GFP_KERNEL);

	released = 0;
	init_completion(&gone);
	ck_assert_int_eq(percpu_ref_init(&o->ref, free_object, 0, GFP_KERNEL), 0);
	o->payload[0] = 1;
	for (int i = 0; i < threads_nr; i++) {
		percpu_ref_get(&o->ref);
		threads[i] = udm_thread_create("user", take_and_drop, o);
	}
	usleep_range(100, 500);
	percpu_ref_kill(&o->ref);
	for (int i = 0; i < threads_nr; i++)
		udm_thread_join(threads[i]);
	wait_for_completion(&gone);
	ck_assert_int_eq(released, 1);
}

START_TEST(threads_kill_under_load)
{
	for (int i = 0; i < 30; i++)
		kill_under_load(4);
}
END_TEST

static void *resurrect_often(void *ctx)
{
	struct percpu_ref *ref = ctx;

	for (int i = 0; i < 50; i++) {
		percpu_ref_kill(ref);
		percpu_ref_resurrect(ref);
		percpu_ref_switch_to_atomic(ref, NULL);
		percpu_ref_switch_to_percpu(ref);
	}
	return NULL;
}

static void *use_always(void *ctx)
{
	struct percpu_ref *ref = ctx;

	for (int i = 0; i < 20000; i++) {
		if (percpu_ref_tryget(ref))
			percpu_ref_put(ref);
		percpu_ref_get_many(ref, 2);
		percpu_ref_put_many(ref, 2);
	}
	return NULL;
}

START_TEST(threads_switch_modes_under_load)
{
	struct udm_thread *threads[4];
	struct percpu_ref ref;

	init_ref(&ref, PERCPU_REF_ALLOW_REINIT);
	percpu_ref_get(&ref);
	threads[0] = udm_thread_create("mode", resurrect_often, &ref);
	for (int i = 1; i < 4; i++)
		threads[i] = udm_thread_create("user", use_always, &ref);
	for (int i = 0; i < 4; i++)
		udm_thread_join(threads[i]);
	ck_assert_int_eq(released, 0);
	percpu_ref_switch_to_atomic_sync(&ref);
	ck_assert_int_eq(atomic_long_read(&ref.data->count), 2);
	percpu_ref_put(&ref);
	percpu_ref_kill(&ref);
	ck_assert_int_eq(released, 1);
	percpu_ref_exit(&ref);
}
END_TEST

static void *sim_user(void *ctx)
{
	struct object *o = ctx;

	for (int i = 0; i < 20; i++) {
		if (percpu_ref_tryget_live(&o->ref)) {
			udm_yield();
			percpu_ref_put(&o->ref);
		}
		udm_yield();
	}
	percpu_ref_put(&o->ref);
	return NULL;
}

START_TEST(every_schedule_releases_once)
{
	for (unsigned int seed = 1; seed <= test_seeds(50); seed++) {
		const struct udm_config cfg = { .seed = seed, .preempt_permille = 50 };
		struct udm_thread *threads[3];
		struct object *o;

		machine_boot_with(&cfg);
		released = 0;
		init_completion(&gone);
		o = kzalloc(sizeof(*o), GFP_KERNEL);
		ck_assert_int_eq(percpu_ref_init(&o->ref, free_object, 0, GFP_KERNEL), 0);
		for (int i = 0; i < 3; i++) {
			percpu_ref_get(&o->ref);
			threads[i] = udm_thread_create("user", sim_user, o);
		}
		udm_yield();
		percpu_ref_kill(&o->ref);
		for (int i = 0; i < 3; i++)
			udm_thread_join(threads[i]);
		wait_for_completion(&gone);
		ck_assert_int_eq(released, 1);
		machine_shutdown();
	}
}
END_TEST

Suite *percpu_refcount_suite(void)
{
	Suite *s = suite_create("percpu_refcount");
	TCase *tc = machine_tcase(s, "sim");
	TCase *threads = machine_tcase_threads(s, "threads");
	TCase *own = tcase_create("own machine");

	suite_add_tcase(s, own);
	tcase_add_test(tc, percpu_mode_never_releases);
	tcase_add_test(tc, kill_never_releases_from_percpu_mode_itself);
	tcase_add_test(tc, counts_of_all_vcpus_are_summed);
	tcase_add_test(tc, confirmation_comes_after_the_switch);
	tcase_add_test(tc, atomic_ref_confirms_and_releases_at_once);
	tcase_add_test(tc, release_may_take_the_ref_down);
	tcase_add_test(tc, killing_twice_warns);
	tcase_add_test(tc, init_dead_comes_to_life_in_percpu_mode);
	tcase_add_test(tc, kill_and_resurrect_in_a_loop);
	tcase_add_test(tc, atomic_mode_is_sticky);
	tcase_add_test(tc, without_reinit_any_switch_is_final);
	tcase_add_test(tc, exit_keeps_the_count);
	tcase_add_test(tc, init_failure_leaves_nothing);
	tcase_add_test(tc, live_rcu_form_requires_the_read_lock);
	tcase_add_test(threads, threads_kill_under_load);
	tcase_add_test(threads, threads_switch_modes_under_load);
	tcase_add_test(own, every_schedule_releases_once);
	tcase_add_test(own, reinit_without_leave_is_a_bug);
	return s;
}
