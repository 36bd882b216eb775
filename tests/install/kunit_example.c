// SPDX-License-Identifier: GPL-2.0-only
/* A KUnit file as it would stand in a kernel tree: no header of the host, no main(). */
#include <kunit/test.h>
#include <kunit/static_stub.h>
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

struct fixture {
	struct xarray numbers;
};

static int example_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	xa_init(&f->numbers);
	test->priv = f;
	return 0;
}

static void example_exit(struct kunit *test)
{
	struct fixture *f = test->priv;

	xa_destroy(&f->numbers);
}

static void stores_test(struct kunit *test)
{
	struct fixture *f = test->priv;
	size_t count = 0;
	unsigned long index;
	void *entry;

	for (index = 0; index < 1000; index += 7) {
		entry = xa_store(&f->numbers, index, xa_mk_value(index), GFP_KERNEL);
		KUNIT_ASSERT_EQ(test, xa_err(entry), 0);
	}
	xa_for_each(&f->numbers, index, entry) {
		KUNIT_EXPECT_EQ(test, xa_to_value(entry), index);
		count++;
	}
	KUNIT_EXPECT_EQ(test, count, 143);
	KUNIT_EXPECT_NULL(test, xa_load(&f->numbers, 1));
}

struct late {
	struct delayed_work work;
	struct completion done;
};

static void late_fn(struct work_struct *work)
{
	complete(&container_of(to_delayed_work(work), struct late, work)->done);
}

static void waits_test(struct kunit *test)
{
	struct late *late = kunit_kzalloc(test, sizeof(*late), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, late);
	INIT_DELAYED_WORK(&late->work, late_fn);
	init_completion(&late->done);
	schedule_delayed_work(&late->work, msecs_to_jiffies(50));
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&late->done, 1), 0);
	KUNIT_EXPECT_GT(test, wait_for_completion_timeout(&late->done, 10 * HZ), 0);
	kunit_info(test, "worked");
}

static int real_sum(int a, int b)
{
	KUNIT_STATIC_STUB_REDIRECT(real_sum, a, b);
	return a + b;
}

static int fake_sum(int a, int b)
{
	return 42;
}

static void stub_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, real_sum(1, 2), 3);
	kunit_activate_static_stub(test, real_sum, fake_sum);
	KUNIT_EXPECT_EQ(test, real_sum(1, 2), 42);
}

static void skip_test(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_NO_SUCH_THING))
		kunit_skip(test, "not here");
	KUNIT_FAIL(test, "not reached");
}

static const struct square {
	const char *name;
	int root, square;
} squares[] = {
	{ .name = "small", .root = 3, .square = 9 },
	{ .name = "negative", .root = -4, .square = 16 },
};

KUNIT_ARRAY_PARAM_DESC(square, squares, name);

static void square_test(struct kunit *test)
{
	const struct square *s = test->param_value;

	KUNIT_EXPECT_EQ_MSG(test, s->root * s->root, s->square, "for %s", s->name);
}

static struct kunit_case example_cases[] = {
	KUNIT_CASE(stores_test),
	KUNIT_CASE_SLOW(waits_test),
	KUNIT_CASE(stub_test),
	KUNIT_CASE(skip_test),
	KUNIT_CASE_PARAM(square_test, square_gen_params),
	{}
};

static struct kunit_suite example_suite = {
	.name = "example",
	.init = example_init,
	.exit = example_exit,
	.test_cases = example_cases,
};

kunit_test_suites(&example_suite);

MODULE_DESCRIPTION("An example of a KUnit file");
MODULE_LICENSE("GPL");
