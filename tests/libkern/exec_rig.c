// SPDX-License-Identifier: GPL-2.0-only
/* Bodies on every kind of machine. */
#include "exec_rig.h"

#include <linux/kernel.h>
#include <linux/sched.h>

static void run_on(const struct udm_config *cfg, void (*body)(void))
{
	machine_boot_with(cfg);
	body();
	machine_shutdown();
}

void in_sim(void (*body)(void))
{
	run_on(&(struct udm_config){ .mode = UDM_MODE_SIM }, body);
}

void in_threads(void (*body)(void))
{
	run_on(&(struct udm_config){ .mode = UDM_MODE_THREADS }, body);
}

void in_preempted_sim(void (*body)(void))
{
	for (unsigned int seed = 1; seed <= test_seeds(8); seed++) {
		const struct udm_config cfg = { .seed = seed, .preempt_permille = 300 };

		run_on(&cfg, body);
	}
}

void in_every_mode(void (*body)(void))
{
	in_sim(body);
	in_preempted_sim(body);
	in_threads(body);
}

void run_team(unsigned int n, void *(*fn)(void *ctx), void *ctx)
{
	struct udm_thread *team[64];

	ck_assert_uint_le(n, ARRAY_SIZE(team));
	for (unsigned int i = 0; i < n; i++) {
		team[i] = udm_thread_create("team", fn, ctx);
		ck_assert_ptr_nonnull(team[i]);
	}
	for (unsigned int i = 0; i < n; i++)
		udm_thread_join(team[i]);
}

void dawdle(void)
{
	for (unsigned int i = 0; i < 20; i++)
		barrier();
	sched_point();
}

unsigned int rounds(unsigned int n)
{
#if defined(__UDM_TSAN__) || defined(__UDM_ASAN__)
	return n / 10 + 1;
#else
	return n;
#endif
}

int read_flag(const int *flag)
{
	return __atomic_load_n(flag, __ATOMIC_ACQUIRE);
}

void set_flag(int *flag)
{
	__atomic_store_n(flag, 1, __ATOMIC_RELEASE);
}

void await_flag(const int *flag)
{
	while (!read_flag(flag))
		udm_yield();
}

void await_sleep(struct udm_thread *thread)
{
	while (task_is_running(udm_thread_task(thread)))
		udm_yield();
}
