// SPDX-License-Identifier: GPL-2.0-only
/*
 * linux/init.h, linux/moduleparam.h: what runs at boot and shutdown, in which
 * order, and what the command line sets. The functions below are registered for
 * every machine this program boots; they do nothing but write a trail.
 */
#include "plain.h"

#include <stdlib.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

static char trail[128];

static int note(const char *step)
{
	if (strlen(trail) + strlen(step) + 2 < sizeof(trail))
		strcat(strcat(trail, step), " ");
	return 0;
}

#define STEP(name)                                                                                 \
	static int __init name##_step(void)                                                        \
	{                                                                                          \
		return note(#name);                                                                \
	}

/* Registered in an order that is not the one they have to run in. */
STEP(late)
late_initcall(late_step);
STEP(second)
module_init(second_step);
STEP(third)
device_initcall(third_step);
STEP(early)
early_initcall(early_step);
STEP(core)
core_initcall(core_step);
STEP(core_sync)
core_initcall_sync(core_sync_step);
STEP(subsys)
subsys_initcall(subsys_step);

static void first_exit(void)
{
	note("exit1");
}
module_exit(first_exit);

static void second_exit(void)
{
	note("exit2");
}
__exitcall(second_exit);

static int number = 3;
module_param(number, int, 0644);
static unsigned long renamed_value = 10;
module_param_named(renamed, renamed_value, ulong, 0);
static char *name = "built in";
module_param(name, charp, 0);
static bool flag;
module_param(flag, bool, 0);
static bool negated = true;
module_param(negated, invbool, 0);
static unsigned char tiny;
module_param(tiny, byte, 0);
static short list[3] = { 7, 7, 7 };
static unsigned int list_len;
module_param_array(list, short, &list_len, 0);
static char fixed[6] = "abc";
module_param_string(fixed, fixed, sizeof(fixed), 0);
static char *words[2] = { "one" };
module_param_array(words, charp, NULL, 0);
static unsigned int even;

static int set_even(const char *val, const struct kernel_param *kp)
{
	unsigned int value;
	int err = kstrtouint(val, 0, &value);

	if (!err && value % 2)
		err = -EINVAL;
	if (!err)
		even = value;
	return err;
}

static const struct kernel_param_ops even_ops = { .set = set_even };
module_param_cb(even, &even_ops, &even, 0);

static char early_value[16], setup_value[16];

static int __init take_early(char *val)
{
	note("early_param");
	strscpy(early_value, val ?: "(none)");
	return 0;
}
early_param("trail_early", take_early);

static int __init take_setup(char *val)
{
	note("__setup");
	strscpy(setup_value, val);
	return 1;
}
__setup("trail_setup=", take_setup);

static void boot_quietly(const char *cmdline)
{
	const struct udm_config cfg = { .cmdline = cmdline, .quiet = true };

	trail[0] = '\0';
	/* What a callback sets is its own to put back. */
	even = 0;
	machine_boot_with(&cfg);
}

/* Twice, because a second boot must find everything as the first did. */
START_TEST(levels_run_in_order)
{
	for (int round = 0; round < 2; round++) {
		boot_quietly("trail_setup=1 trail_early");
		ck_assert_str_eq(trail, "early_param __setup early core core_sync subsys second "
					"third late ");
		trail[0] = '\0';
		machine_shutdown();
		ck_assert_str_eq(trail, "exit2 exit1 ");
	}
}
END_TEST

START_TEST(boot_parameters)
{
	boot_quietly("x trail-early=\"a b\" trail_setup=c=d -- trail_setup=z");
	ck_assert_str_eq(early_value, "a b");
	ck_assert_str_eq(setup_value, "c=d");
	machine_shutdown();
	boot_quietly("trail_early");
	ck_assert_str_eq(early_value, "(none)");
	machine_shutdown();
}
END_TEST

START_TEST(module_parameters)
{
	boot_quietly("udevmem.number=-0x10 udevmem.renamed=99 udevmem.name=given udevmem.flag "
		     "udevmem.negated=y udevmem.tiny=255 udevmem.list=1,-2 udevmem.fixed=vwxyz "
		     "udevmem.words=x,y udevmem.words=first,second udevmem.even=8");
	ck_assert_int_eq(number, -16);
	ck_assert_uint_eq(renamed_value, 99);
	ck_assert_str_eq(name, "given");
	ck_assert(flag && !negated);
	ck_assert_uint_eq(tiny, 255);
	ck_assert_uint_eq(list_len, 2);
	ck_assert_int_eq(list[0] * 1000 + list[1] * 10 + list[2], 987);
	ck_assert_str_eq(fixed, "vwxyz");
	ck_assert_str_eq(words[0], "first");
	ck_assert_str_eq(words[1], "second");
	ck_assert_uint_eq(even, 8);
	even = 0;
	machine_shutdown();
	ck_assert_int_eq(number, 3);
	ck_assert_uint_eq(renamed_value, 10);
	ck_assert_str_eq(name, "built in");
	ck_assert(!flag && negated);
	ck_assert_uint_eq(list_len, 0);
	ck_assert_int_eq(list[0] * 1000 + list[1] * 10 + list[2], 7077);
	ck_assert_str_eq(fixed, "abc");
	ck_assert_str_eq(words[0], "one");
	ck_assert_ptr_null(words[1]);
}
END_TEST

/* The environment comes in the place of what the program says. */
START_TEST(environment_sets_parameters)
{
	ck_assert_int_eq(setenv("UDM_CMDLINE", "trail_early=env udevmem.number=42", 1), 0);
	boot_quietly("udevmem.number=41 udevmem.flag");
	unsetenv("UDM_CMDLINE");
	ck_assert_int_eq(number, 42);
	ck_assert(!flag);
	ck_assert_str_eq(early_value, "env");
	machine_shutdown();
	ck_assert_int_eq(number, 3);
}
END_TEST

/* A value that does not parse leaves the variable alone; the last of several counts. */
START_TEST(bad_parameters)
{
	boot_quietly("udevmem.number=5x udevmem.tiny=256 udevmem.name=a udevmem.name=b "
		     "udevmem.fixed=123456 udevmem.even=7 udevmem.renamed other.number=9");
	ck_assert_int_eq(number, 3);
	ck_assert_uint_eq(tiny, 0);
	ck_assert_str_eq(name, "b");
	ck_assert_uint_eq(even, 0);
	ck_assert_uint_eq(renamed_value, 10);
	machine_shutdown();
}
END_TEST

START_TEST(parameters_as_text)
{
	char buf[4096];
	struct kernel_param kp = { .name = "x", .arg = &number };

	ck_assert_int_eq(param_get_int(buf, &kp), 2);
	ck_assert_str_eq(buf, "3\n");
	kp.arg = &negated;
	param_get_bool(buf, &kp);
	ck_assert_str_eq(buf, "Y\n");
	param_get_invbool(buf, &kp);
	ck_assert_str_eq(buf, "N\n");
	kp.arg = &name;
	param_get_charp(buf, &kp);
	ck_assert_str_eq(buf, "built in\n");
}
END_TEST

Suite *initcall_suite(void)
{
	Suite *s = suite_create("initcall");
	TCase *tc = plain_tcase(s, "boot");

	tcase_add_test(tc, levels_run_in_order);
	tcase_add_test(tc, boot_parameters);
	tcase_add_test(tc, module_parameters);
	tcase_add_test(tc, environment_sets_parameters);
	tcase_add_test(tc, bad_parameters);
	tcase_add_test(tc, parameters_as_text);
	return s;
}
