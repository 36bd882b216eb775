// SPDX-License-Identifier: GPL-2.0-only
/*
 * Providers from shared objects: what is refused and why, counting, and what keeps one
 * loaded. The objects are built of loadable.c.
 */
#include "fixture.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <udevmem/fault.h>
#include <udevmem/pagepool.h>
#include <udevmem/provider.h>
#include <unistd.h>

#include "pools.h"
#include "provider_rig.h"

static char lines[512];
static unsigned int n_lines;

static void keep_line(void *ctx, int level, const char *text)
{
	n_lines++;
	snprintf(lines, sizeof(lines), "%s", text);
}

static const char *module_path(const char *name)
{
	static char path[1024];

	snprintf(path, sizeof(path), "%s/loadable_%s.so", LOADABLES, name);
	return path;
}

static bool is_loaded(const char *name)
{
	void *handle = dlopen(module_path(name), RTLD_NOW | RTLD_NOLOAD);

	if (handle)
		dlclose(handle);
	return handle;
}

static void load_fails(const char *path, int err, const char *why)
{
	n_lines = 0;
	errno = 0;
	udm_log_set_hook(keep_line, NULL);
	ck_assert_ptr_null(udm_provider_load(path));
	ck_assert_int_eq(errno, err);
	udm_log_set_hook(NULL, NULL);
	ck_assert_uint_eq(n_lines, 1);
	ck_assert_msg(strstr(lines, why), "\"%s\" is not in: %s", why, lines);
}

static const struct {
	const char *name;
	int err;
	const char *why;
} bad[] = {
	{ "nosuch", ENOENT, "No such file" },
	{ "s", ENOEXEC, "undefined symbol: memory_provider" },
	{ "u", ENOEXEC, "undefined symbol: udm_nobody_has_this" },
	{ "i", ENOEXEC, "is no struct memory_provider_ops" },
	{ "o", EINVAL, "add nl_fill" },
	{ "w", EFAULT, "declare it const" },
};

START_TEST(what_is_wrong_is_said)
{
	load_fails(module_path(bad[_i].name), bad[_i].err, bad[_i].why);
	ck_assert(!is_loaded(bad[_i].name));
}
END_TEST

START_TEST(what_is_no_shared_object)
{
	char text[] = "/tmp/no-provider.XXXXXX";
	int fd = mkstemp(text);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "text\n", 5), 5);
	close(fd);
	load_fails(text, ENOEXEC, "cannot be loaded");
	unlink(text);
	load_fails("/tmp", ENOEXEC, "cannot be loaded");
	load_fails("/dev/null/x", ENOTDIR, "Not a directory");
	load_fails("", ENOENT, "no such file");
	load_fails(NULL, EINVAL, "no path");
}
END_TEST

static int load_and_unload(void *unused)
{
	const struct memory_provider_ops *ops = udm_provider_load(module_path("good"));

	if (!ops) {
		ck_assert(!is_loaded("good"));
		return -errno;
	}
	return udm_provider_unload(ops);
}

START_TEST(lack_of_memory)
{
	int points = udm_fault_sweep(load_and_unload, NULL);

	ck_assert_msg(points >= 1, "%d: %s", points, udm_fault_sweep_message());
}
END_TEST

START_TEST(loading_is_counted)
{
	const struct memory_provider_ops *ops = udm_provider_load(module_path("good"));

	ck_assert_ptr_nonnull(ops);
	ck_assert_ptr_eq(udm_provider_load(module_path("good")), ops);
	ck_assert_int_eq(udm_provider_unload(ops), 0);
	ck_assert(is_loaded("good"));
	ck_assert_int_eq(udm_provider_unload(ops), 0);
	ck_assert(!is_loaded("good"));
	ck_assert_int_eq(udm_provider_unload(ops), -ENOENT);
	ck_assert_int_eq(udm_provider_unload(&fake_provider_ops), -ENOENT);
	ck_assert_int_eq(udm_provider_unload(NULL), -ENOENT);
}
END_TEST

/* A name without a slash is a file here, not a library that is looked for. */
START_TEST(the_path_is_a_path)
{
	char here[1024];
	const struct memory_provider_ops *ops;

	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	load_fails("libc.so.6", ENOENT, "No such file");
	ck_assert_int_eq(chdir(LOADABLES), 0);
	ops = udm_provider_load("loadable_good.so");
	ck_assert_ptr_nonnull(ops);
	ck_assert_int_eq(udm_provider_unload(ops), 0);
	ck_assert_int_eq(chdir(here), 0);
}
END_TEST

static struct provider_kind good(void)
{
	return (struct provider_kind){ .ops = udm_provider_load(module_path("good")) };
}

START_TEST(busy_while_a_queue_is_bound)
{
	struct provider_kind kind = good();
	int dummy;

	provider_rig_open();
	ck_assert_int_eq(rig_open_queue(&kind, &dummy, 3), 0);
	ck_assert_int_eq(udm_provider_unload(kind.ops), -EBUSY);
	/* Down it has no pool, but will have one again. */
	fake_nic_down(rig_nic);
	ck_assert_int_eq(udm_provider_unload(kind.ops), -EBUSY);
	fake_nic_up(rig_nic);
	rig_close_queue(&kind, &dummy, 3);
	ck_assert_int_eq(udm_provider_unload(kind.ops), 0);
	ck_assert(!is_loaded("good"));
	provider_rig_close();
}
END_TEST

START_TEST(busy_while_a_pool_has_it)
{
	struct provider_kind kind = good();
	struct page_pool_params params;
	struct page_pool *pool;

	provider_rig_open();
	params = rig_pool_params(0, 16);
	pool = rig_pool(&kind, NULL, &params);
	ck_assert(!IS_ERR(pool));
	ck_assert_int_eq(udm_provider_unload(kind.ops), -EBUSY);
	page_pool_destroy(pool);
	/* One that comes or goes, of any provider, could be inside of it. */
	static_branch_inc(&page_pool_mem_providers);
	ck_assert_int_eq(udm_provider_unload(kind.ops), -EBUSY);
	static_branch_dec(&page_pool_mem_providers);
	ck_assert_int_eq(udm_provider_unload(kind.ops), 0);
	provider_rig_close();
}
END_TEST

/* Pools with another provider are nobody's business. */
START_TEST(others_keep_nothing_loaded)
{
	struct provider_kind kind = good();
	void *mp;

	provider_rig_open();
	mp = provider_kinds[2].create();
	ck_assert_int_eq(rig_open_queue(&provider_kinds[2], mp, 0), 0);
	ck_assert_int_eq(udm_provider_unload(kind.ops), 0);
	rig_close_queue(&provider_kinds[2], mp, 0);
	provider_kinds[2].put(mp);
	provider_rig_close();
}
END_TEST

START_TEST(shutdown_unloads)
{
	ck_assert_ptr_nonnull(good().ops);
	ck_assert_ptr_nonnull(good().ops);
	machine_shutdown();
	ck_assert(!is_loaded("good"));
	machine_boot();
}
END_TEST

Suite *provider_load_suite(void)
{
	Suite *s = suite_create("provider_load");
	TCase *tc = machine_tcase(s, "provider_load");

	tcase_add_loop_test(tc, what_is_wrong_is_said, 0, ARRAY_SIZE(bad));
	tcase_add_test(tc, what_is_no_shared_object);
	tcase_add_test(tc, lack_of_memory);
	tcase_add_test(tc, loading_is_counted);
	tcase_add_test(tc, the_path_is_a_path);
	tcase_add_test(tc, busy_while_a_queue_is_bound);
	tcase_add_test(tc, busy_while_a_pool_has_it);
	tcase_add_test(tc, others_keep_nothing_loaded);
	tcase_add_test(tc, shutdown_unloads);
	return s;
}
