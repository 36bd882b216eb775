// SPDX-License-Identifier: GPL-2.0-only
/* WARN, BUG, the log, the once family: values, counting, expectations, texts. */
#include "plain.h"

#include <setjmp.h>
#include <pthread.h>
#include <udevmem/log.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/device.h>
#include <linux/mmdebug.h>
#include <linux/netdevice.h>
#include <linux/once.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <net/net_debug.h>

/* Everything that was logged, as "<level>text". */
static char logged[8192];
static size_t logged_len;

static void record_log(void *ctx, int level, const char *text)
{
	logged_len += scnprintf(logged + logged_len, sizeof(logged) - logged_len, "<%d>%s", level,
				text);
	pr_emerg("a hook that logs is ignored\n");
}

static void log_setup(void)
{
	plain_setup();
	logged_len = 0;
	logged[0] = '\0';
	udm_log_set_hook(record_log, NULL);
}

static void log_teardown(void)
{
	udm_log_set_hook(NULL, NULL);
	udm_warn_set_hook(NULL, NULL);
	udm_bug_set_hook(NULL, NULL);
	plain_teardown();
}

static int evaluations;

static int condition(int value)
{
	evaluations++;
	return value;
}

START_TEST(value_is_the_condition)
{
	udm_warn_expect("condition(4)", 1);
	evaluations = 0;
	ck_assert_int_eq(WARN_ON(condition(4)), 1);
	ck_assert_int_eq(WARN_ON(condition(0)), 0);
	ck_assert_int_eq(evaluations, 2);
	ck_assert_uint_eq(udm_warn_count(), 1);
	ck_assert_str_eq(logged, "");
}
END_TEST

/* The value stays true when the once-form has become silent; a reset arms it again. */
START_TEST(once_per_site)
{
	for (int round = 0; round < 2; round++) {
		udm_warn_expect("number 0", 1);
		for (int i = 0; i < 3; i++)
			ck_assert_int_eq(WARN_ONCE(condition(1), "number %d\n", i), 1);
		ck_assert_uint_eq(udm_warn_count(), 1);
		udm_warn_reset();
	}
	udm_warn_expect("first", 1);
	udm_warn_expect("second", 1);
	ck_assert_int_eq(WARN_ONCE(1, "first"), 1);
	ck_assert_int_eq(WARN_ONCE(1, "second"), 1);
	ck_assert_int_eq(WARN_ON_ONCE(0), 0);
}
END_TEST

START_TEST(report_text)
{
	WARN(1, "value %d", 5);
	ck_assert_uint_eq(udm_warn_unexpected(), 1);
	ck_assert_ptr_nonnull(strstr(udm_warn_last(), "warn.c"));
	ck_assert_ptr_nonnull(strstr(udm_warn_last(), "value 5"));
	ck_assert_ptr_nonnull(strstr(logged, "<4>------------[ cut here ]------------\n"));
	ck_assert_ptr_nonnull(strstr(logged, "<4>value 5\n"));
	ck_assert_ptr_nonnull(strstr(logged, "<4>WARNING: "));
	ck_assert_ptr_nonnull(strstr(logged, "report_text"));
	ck_assert(test_taint(TAINT_WARN));
	udm_warn_reset();
	ck_assert_str_eq(udm_warn_last(), "");
}
END_TEST

START_TEST(expectations)
{
	udm_warn_expect("apple", 2);
	udm_warn_expect("tree", 1);
	ck_assert_uint_eq(udm_warn_missing(), 3);
	WARN(1, "apple tree\n");
	WARN(1, "apple tree\n");
	WARN(1, "apple tree\n");
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_uint_eq(udm_warn_unexpected(), 0);
	WARN(1, "apple tree\n");
	ck_assert_uint_eq(udm_warn_unexpected(), 1);
	ck_assert_uint_eq(udm_warn_count(), 4);
	udm_warn_reset();
	ck_assert_uint_eq(udm_warn_count(), 0);
}
END_TEST

static void count_hook(void *ctx, const char *text)
{
	++*(int *)ctx;
	WARN_ONCE(1, "from the hook\n");
}

/* A hook sees expected reports too, and may itself warn. */
START_TEST(warning_hook)
{
	int seen = 0;

	udm_warn_expect("one", 1);
	udm_warn_expect("from the hook", 1);
	udm_warn_set_hook(count_hook, &seen);
	WARN(1, "one");
	ck_assert_int_eq(seen, 2);
}
END_TEST

static jmp_buf out;
static char bug_text[256];

static void leave(void *ctx, const char *text)
{
	strscpy(bug_text, text);
	longjmp(out, 1);
}

#define BUG_TEXT(statement)                                                                        \
	({                                                                                         \
		bug_text[0] = '\0';                                                                \
		udm_bug_set_hook(leave, NULL);                                                     \
		if (!setjmp(out)) {                                                                \
			statement;                                                                 \
		}                                                                                  \
		bug_text;                                                                          \
	})

START_TEST(bug_hook_may_leave)
{
	ck_assert_str_eq(BUG_TEXT(BUG_ON(condition(0))), "");
	ck_assert_ptr_nonnull(strstr(BUG_TEXT(BUG()), "kernel BUG at "));
	ck_assert_ptr_nonnull(strstr(BUG_TEXT(BUG_ON(condition(3))), "condition(3)"));
	ck_assert_ptr_nonnull(strstr(BUG_TEXT(panic("no %s", "root")),
				     "Kernel panic - not syncing: no root"));
}
END_TEST


START_TEST(levels)
{
	pr_emerg("0\n");
	pr_alert("1\n");
	pr_crit("2\n");
	pr_err("3\n");
	pr_warn("4\n");
	pr_notice("5\n");
	pr_info("6\n");
	printk(KERN_DEBUG "7\n");
	printk("default\n");
	pr_info("part");
	pr_cont("inued %d\n", 1);
	printk("%s%s\n", KERN_ERR, "level by argument");
	pr_debug("not compiled in %d\n", condition(1));
	ck_assert_str_eq(logged, "<0>0\n<1>1\n<2>2\n<3>3\n<4>4\n<5>5\n<6>6\n<7>7\n<4>default\n"
				 "<6>part<-1>inued 1\n<3>level by argument\n");
}
END_TEST

START_TEST(printed_once)
{
	for (int i = 0; i < 3; i++)
		pr_warn_once("seen %d\n", i);
	ck_assert_str_eq(logged, "<4>seen 0\n");
}
END_TEST

static void count_call(int by)
{
	evaluations += by;
}

START_TEST(done_once)
{
	evaluations = 0;
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(DO_ONCE(count_call, 2), i == 0);
	ck_assert_int_eq(evaluations, 2);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(DO_ONCE_LITE_IF(i > 0, count_call, 5), i > 0);
	ck_assert_int_eq(evaluations, 7);
}
END_TEST

/* Of many threads at one site exactly one reports. */
static int claimed;

static void *claim(void *unused)
{
	if (DO_ONCE_LITE_IF(true, count_call, 0) && __ONCE_LITE_IF(true))
		__atomic_fetch_add(&claimed, 1, __ATOMIC_RELAXED);
	return NULL;
}

START_TEST(once_among_threads)
{
	pthread_t threads[8];

	claimed = 0;
	for (int i = 0; i < 8; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, claim, NULL), 0);
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(claimed, 1);
}
END_TEST

/* Driver and name of the device below, name and state of the network device. */
START_TEST(messages_of_network_devices)
{
	static struct device_driver driver = { .name = "drv" };
	static struct device parent = { .driver = &driver };
	static struct net_device dev = { .name = "eth0", .reg_state = NETREG_REGISTERED };

	parent.init_name = "dev1";
	netdev_err(&dev, "a %d\n", 1);
	dev.reg_state = NETREG_UNREGISTERED;
	netdev_crit(&dev, "b\n");
	dev.dev.parent = &parent;
	netdev_alert(&dev, "c\n");
	strscpy(dev.name, "eth%d");
	netdev_info((struct net_device *)NULL, "d\n");
	dev.dev.parent = NULL;
	netdev_dbg(&dev, "not printed\n");
	for (int i = 0; i < 2; i++)
		netdev_warn_once(&dev, "e\n");
	ck_assert_str_eq(logged, "<3>eth0: a 1\n<2>eth0 (unregistered): b\n"
				 "<1>drv dev1 eth0 (unregistered): c\n<6>(NULL net_device): d\n"
				 "<4>(unnamed net_device) (unregistered): e\n");
}
END_TEST

/* Debug assertions evaluate their condition only where the option is on. */
START_TEST(debug_assertions)
{
	evaluations = 0;
	DEBUG_NET_WARN_ON_ONCE(condition(0));
	ck_assert_int_eq(evaluations, IS_ENABLED(CONFIG_DEBUG_NET));
	evaluations = 0;
	VM_WARN_ON_ONCE(condition(0));
	ck_assert_int_eq(evaluations, IS_ENABLED(CONFIG_DEBUG_VM));
}
END_TEST

Suite *warn_suite(void)
{
	Suite *s = suite_create("warn");
	TCase *tc = tcase_create("reports");

	tcase_add_checked_fixture(tc, log_setup, log_teardown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, value_is_the_condition);
	tcase_add_test(tc, once_per_site);
	tcase_add_test(tc, report_text);
	tcase_add_test(tc, expectations);
	tcase_add_test(tc, warning_hook);
	tcase_add_test(tc, bug_hook_may_leave);
	tcase_add_test(tc, levels);
	tcase_add_test(tc, printed_once);
	tcase_add_test(tc, done_once);
	tcase_add_test(tc, once_among_threads);
	tcase_add_test(tc, messages_of_network_devices);
	tcase_add_test(tc, debug_assertions);
	return s;
}
