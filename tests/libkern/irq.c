// SPDX-License-Identifier: GPL-2.0-only
/* Interrupt lines: delivery, latching, disabling, sharing, threads, affinity. */
#include "fixture.h"

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/smp.h>
#include <pthread.h>
#include <string.h>
#include <udevmem/irq.h>
#include <udevmem/warn.h>

struct line {
	int irq;
	int runs;
	int threaded;
	unsigned int cpu;
	bool hardirq, irqs_off, in_task;
	int raise_again;
	irqreturn_t ret;
};

static irqreturn_t handler(int irq, void *dev_id)
{
	struct line *l = dev_id;

	__atomic_add_fetch(&l->runs, 1, __ATOMIC_SEQ_CST);
	l->cpu = smp_processor_id();
	l->hardirq = in_hardirq();
	l->irqs_off = irqs_disabled();
	if (l->raise_again-- > 0)
		udm_irq_raise(irq);
	return l->ret;
}

static irqreturn_t thread_fn(int irq, void *dev_id)
{
	struct line *l = dev_id;

	l->threaded++;
	l->in_task = in_task() && preemptible();
	msleep(5);
	return IRQ_HANDLED;
}

static void make_line(struct line *l, unsigned int vcpu)
{
	memset(l, 0, sizeof(*l));
	l->ret = IRQ_HANDLED;
	l->irq = udm_irq_alloc(vcpu);
	ck_assert_int_gt(l->irq, 0);
}

static void request_line(struct line *l, unsigned int vcpu, unsigned long flags)
{
	make_line(l, vcpu);
	ck_assert_int_eq(request_irq(l->irq, handler, flags, "line", l), 0);
}

static void drop_line(struct line *l)
{
	ck_assert_str_eq(free_irq(l->irq, l), "line");
	udm_irq_free(l->irq);
}

static void no_release(struct device *dev)
{
}

START_TEST(handler_runs_on_the_lines_vcpu_in_hardirq)
{
	struct line l;

	request_line(&l, 5, 0);
	udm_irq_raise(l.irq);
	ck_assert_int_eq(l.runs, 0);
	udm_run_until_idle();
	ck_assert(l.runs == 1 && l.cpu == 5 && l.hardirq && l.irqs_off);
	ck_assert_uint_eq(udm_irq_count(l.irq), 1);
	drop_line(&l);
}
END_TEST

START_TEST(own_vcpu_is_interrupted_where_its_region_ends)
{
	struct line l;

	request_line(&l, raw_smp_processor_id(), 0);
	local_irq_disable();
	udm_irq_raise(l.irq);
	ck_assert_int_eq(l.runs, 0);
	local_irq_enable();
	ck_assert_int_eq(l.runs, 1);
	drop_line(&l);
}
END_TEST

START_TEST(edges_merge_until_delivered)
{
	struct line l;

	request_line(&l, 1, 0);
	for (int i = 0; i < 10; i++)
		udm_irq_raise(l.irq);
	udm_run_until_idle();
	ck_assert_int_eq(l.runs, 1);
	l.raise_again = 3;
	udm_irq_raise(l.irq);
	udm_run_until_idle();
	ck_assert_int_eq(l.runs, 5);
	drop_line(&l);
}
END_TEST

START_TEST(edge_while_disabled_is_kept)
{
	struct line l;

	request_line(&l, 1, 0);
	disable_irq(l.irq);
	disable_irq_nosync(l.irq);
	udm_irq_raise(l.irq);
	enable_irq(l.irq);
	udm_run_until_idle();
	ck_assert_int_eq(l.runs, 0);
	enable_irq(l.irq);
	udm_run_until_idle();
	ck_assert_int_eq(l.runs, 1);
	udm_warn_expect("Unbalanced enable for IRQ", 1);
	enable_irq(l.irq);
	ck_assert_uint_eq(udm_warn_count(), 1);
	drop_line(&l);
}
END_TEST

START_TEST(edge_without_handler_is_kept)
{
	struct line l;

	make_line(&l, 1);
	udm_irq_raise(l.irq);
	udm_run_until_idle();
	ck_assert_int_eq(request_irq(l.irq, handler, 0, "line", &l), 0);
	udm_run_until_idle();
	ck_assert_int_eq(l.runs, 1);
	drop_line(&l);
}
END_TEST

START_TEST(no_autoen_starts_disabled)
{
	struct line l;

	request_line(&l, 1, IRQF_NO_AUTOEN);
	udm_irq_raise(l.irq);
	udm_run_until_idle();
	ck_assert_int_eq(l.runs, 0);
	enable_irq(l.irq);
	udm_run_until_idle();
	ck_assert_int_eq(l.runs, 1);
	drop_line(&l);
}
END_TEST

START_TEST(shared_line_calls_every_handler)
{
	struct line a, b = { .ret = IRQ_NONE }, c = { .ret = IRQ_HANDLED };

	request_line(&a, 1, IRQF_SHARED);
	ck_assert_int_eq(request_irq(a.irq, handler, IRQF_SHARED, "b", &b), 0);
	ck_assert_int_eq(request_irq(a.irq, handler, 0, "c", &c), -EBUSY);
	udm_irq_raise(a.irq);
	udm_run_until_idle();
	ck_assert(a.runs == 1 && b.runs == 1);
	ck_assert_str_eq(free_irq(a.irq, &b), "b");
	udm_irq_raise(a.irq);
	udm_run_until_idle();
	ck_assert(a.runs == 2 && b.runs == 1);
	drop_line(&a);
}
END_TEST

START_TEST(request_errors)
{
	struct line l;

	make_line(&l, 0);
	ck_assert_int_eq(request_irq(0, handler, 0, "x", &l), -EINVAL);
	ck_assert_int_eq(request_irq(l.irq + 1, handler, 0, "x", &l), -EINVAL);
	ck_assert_int_eq(request_irq(IRQ_NOTCONNECTED, handler, 0, "x", &l), -ENOTCONN);
	ck_assert_int_eq(request_irq(l.irq, NULL, 0, "x", &l), -EINVAL);
	ck_assert_int_eq(request_irq(l.irq, handler, IRQF_SHARED, "x", NULL), -EINVAL);
	ck_assert_int_eq(request_irq(l.irq, handler, IRQF_SHARED | IRQF_NO_AUTOEN, "x", &l),
			 -EINVAL);
	ck_assert_int_eq(request_threaded_irq(l.irq, NULL, thread_fn, 0, "x", &l), -EINVAL);
	udm_warn_expect("Trying to free already-free IRQ", 1);
	ck_assert_ptr_null(free_irq(l.irq, &l));
	udm_irq_free(l.irq);
	ck_assert_int_eq(udm_irq_alloc(1000), -EINVAL);
}
END_TEST

START_TEST(lines_run_out)
{
	int irqs[UDM_NR_IRQS], n = 0;

	while ((irqs[n] = udm_irq_alloc(0)) > 0)
		n++;
	ck_assert_int_eq(n, UDM_NR_IRQS - 1);
	ck_assert_int_eq(irqs[n], -ENOSPC);
	while (n--)
		udm_irq_free(irqs[n]);
}
END_TEST

START_TEST(affinity_moves_a_line)
{
	struct line l;
	struct cpumask mask;

	request_line(&l, 1, 0);
	ck_assert_int_eq(irq_set_affinity(l.irq, cpumask_of(6)), 0);
	ck_assert(cpumask_equal(irq_get_effective_affinity_mask(l.irq), cpumask_of(6)));
	udm_irq_raise(l.irq);
	udm_run_until_idle();
	ck_assert(l.runs == 1 && l.cpu == 6);
	udm_irq_raise(l.irq);
	ck_assert_int_eq(irq_set_affinity_and_hint(l.irq, cpumask_of(2)), 0);
	udm_run_until_idle();
	ck_assert(l.runs == 2 && l.cpu == 2);
	cpumask_clear(&mask);
	ck_assert_int_eq(irq_set_affinity(l.irq, &mask), -EINVAL);
	ck_assert_int_eq(irq_set_affinity_hint(l.irq, NULL), 0);
	drop_line(&l);
}
END_TEST

START_TEST(threaded_handler_runs_in_task_context)
{
	struct line l;

	make_line(&l, 1);
	l.ret = IRQ_WAKE_THREAD;
	ck_assert_int_eq(request_threaded_irq(l.irq, handler, thread_fn, 0, "line", &l), 0);
	udm_irq_raise(l.irq);
	udm_run_until_idle();
	ck_assert(l.runs == 1 && l.threaded == 1 && l.in_task);
	synchronize_irq(l.irq);
	ck_assert_uint_eq(udm_now(), 5 * NSEC_PER_MSEC);
	drop_line(&l);
}
END_TEST

START_TEST(oneshot_line_is_masked_until_its_thread_is_done)
{
	struct line l;

	make_line(&l, 1);
	ck_assert_int_eq(request_threaded_irq(l.irq, NULL, thread_fn, IRQF_ONESHOT, "line", &l),
			 0);
	udm_irq_raise(l.irq);
	udm_run_until_idle();
	udm_irq_raise(l.irq);
	udm_run_until_idle();
	ck_assert_int_eq(l.threaded, 1);
	ck_assert_uint_eq(udm_irq_count(l.irq), 1);
	udm_advance(5 * NSEC_PER_MSEC);
	ck_assert_int_eq(l.threaded, 2);
	ck_assert_uint_eq(udm_irq_count(l.irq), 2);
	drop_line(&l);
}
END_TEST

START_TEST(managed_handlers_go_with_their_device)
{
	struct device dev = { };
	struct line a, b;

	device_initialize(&dev);
	dev.release = no_release;
	make_line(&a, 1);
	make_line(&b, 1);
	ck_assert_int_eq(devm_request_irq(&dev, a.irq, handler, 0, "a", &a), 0);
	ck_assert_int_eq(devm_request_irq(&dev, b.irq, handler, 0, "b", &b), 0);
	ck_assert_int_eq(devm_request_irq(&dev, b.irq, handler, 0, "b", &a), -EBUSY);
	devm_free_irq(&dev, a.irq, &a);
	udm_irq_raise(b.irq);
	udm_run_until_idle();
	ck_assert(a.runs == 0 && b.runs == 1);
	put_device(&dev);
	ck_assert_int_eq(request_irq(b.irq, handler, 0, "line", &b), 0);
	drop_line(&b);
	udm_irq_free(a.irq);
}
END_TEST

static int softirq_runs;

static void softirq_action(void)
{
	softirq_runs++;
}

static irqreturn_t raising_handler(int irq, void *dev_id)
{
	raise_softirq_irqoff(NET_RX_SOFTIRQ);
	ck_assert_int_eq(softirq_runs, 0);
	return IRQ_HANDLED;
}

START_TEST(softirq_raised_in_a_handler_runs_at_its_exit)
{
	struct line l;

	open_softirq(NET_RX_SOFTIRQ, softirq_action);
	softirq_runs = 0;
	make_line(&l, raw_smp_processor_id());
	ck_assert_int_eq(request_irq(l.irq, raising_handler, 0, "line", &l), 0);
	preempt_disable();
	udm_irq_raise(l.irq);
	preempt_enable();
	ck_assert_int_eq(softirq_runs, 1);
	drop_line(&l);
}
END_TEST

START_TEST(forgotten_lines_are_reported_at_shutdown)
{
	static struct line l;

	machine_boot();
	request_line(&l, 0, 0);
	ck_assert_int_eq(udm_shutdown(), 2);
	ck_assert_int_eq(udm_irq_alloc(0), -EINVAL);
}
END_TEST

static bool raise_step(void *ctx)
{
	struct line *l = ctx;

	udm_irq_raise(l->irq);
	return l->raise_again-- > 0;
}

START_TEST(engine_raises_a_line)
{
	struct line l;
	struct udm_engine *engine;

	request_line(&l, 2, 0);
	engine = udm_engine_create("raiser", raise_step, &l);
	udm_engine_kick(engine);
	udm_run_until_idle();
	ck_assert_int_eq(l.runs, 1);
	udm_engine_destroy(engine);
	drop_line(&l);
}
END_TEST

static struct line shared;
static int produced, consumed, inside;

static irqreturn_t consume(int irq, void *dev_id)
{
	ck_assert_int_eq(__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST), 1);
	__atomic_store_n(&consumed, __atomic_load_n(&produced, __ATOMIC_ACQUIRE),
			 __ATOMIC_RELEASE);
	__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
	return IRQ_HANDLED;
}

static void *produce(void *ctx)
{
	for (int i = 0; i < 20000; i++) {
		__atomic_add_fetch(&produced, 1, __ATOMIC_ACQ_REL);
		udm_irq_raise(shared.irq);
	}
	return NULL;
}

static void *move_line(void *ctx)
{
	for (int i = 0; i < 500; i++) {
		irq_set_affinity(shared.irq, cpumask_of(i % 4));
		disable_irq(shared.irq);
		ck_assert_int_eq(__atomic_load_n(&inside, __ATOMIC_SEQ_CST), 0);
		enable_irq(shared.irq);
	}
	return NULL;
}

/* Whatever happens to the line meanwhile, the last edge is delivered, never two at a time. */
START_TEST(threads_lose_no_edge)
{
	pthread_t host[2];
	struct udm_thread *mover;

	produced = consumed = 0;
	make_line(&shared, 1);
	ck_assert_int_eq(request_irq(shared.irq, consume, 0, "line", &shared), 0);
	mover = udm_thread_create("mover", move_line, NULL);
	for (int i = 0; i < 2; i++)
		pthread_create(&host[i], NULL, produce, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(host[i], NULL);
	udm_thread_join(mover);
	for (int i = 0; i < 2000 && __atomic_load_n(&consumed, __ATOMIC_ACQUIRE) != 40000; i++)
		msleep(1);
	ck_assert_int_eq(__atomic_load_n(&consumed, __ATOMIC_ACQUIRE), 40000);
	drop_line(&shared);
}
END_TEST

Suite *irq_suite(void)
{
	Suite *s = suite_create("irq");
	TCase *tc = machine_tcase(s, "sim");
	TCase *threads = machine_tcase_threads(s, "threads");
	TCase *reboot = tcase_create("shutdown");

	suite_add_tcase(s, reboot);
	tcase_add_test(tc, handler_runs_on_the_lines_vcpu_in_hardirq);
	tcase_add_test(tc, own_vcpu_is_interrupted_where_its_region_ends);
	tcase_add_test(tc, edges_merge_until_delivered);
	tcase_add_test(tc, edge_while_disabled_is_kept);
	tcase_add_test(tc, edge_without_handler_is_kept);
	tcase_add_test(tc, no_autoen_starts_disabled);
	tcase_add_test(tc, shared_line_calls_every_handler);
	tcase_add_test(tc, request_errors);
	tcase_add_test(tc, lines_run_out);
	tcase_add_test(tc, affinity_moves_a_line);
	tcase_add_test(tc, threaded_handler_runs_in_task_context);
	tcase_add_test(tc, oneshot_line_is_masked_until_its_thread_is_done);
	tcase_add_test(tc, managed_handlers_go_with_their_device);
	tcase_add_test(tc, softirq_raised_in_a_handler_runs_at_its_exit);
	tcase_add_test(tc, engine_raises_a_line);
	tcase_add_test(threads, threads_lose_no_edge);
	tcase_add_test(reboot, forgotten_lines_are_reported_at_shutdown);
	return s;
}
