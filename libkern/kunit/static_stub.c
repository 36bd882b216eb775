// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stubs of functions: see kunit/static_stub.h.
 *
 * A stub is a resource whose data says which function it is for; whether a
 * resource is one tells its free function.
 */
#include <kunit/resource.h>
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/export.h>
#include <linux/slab.h>

struct stub {
	void *real;
	void *replacement;
};

static void free_stub(struct kunit_resource *res)
{
	kfree(res->data);
}

static bool is_stub_of(struct kunit *test, struct kunit_resource *res, void *real)
{
	return res->free == free_stub && ((struct stub *)res->data)->real == real;
}

void *__kunit_static_stub_of(struct kunit *test, void *real_fn)
{
	struct kunit_resource *res = kunit_find_resource(test, is_stub_of, real_fn);
	void *replacement;

	if (!res)
		return NULL;
	replacement = ((struct stub *)res->data)->replacement;
	kunit_put_resource(res);
	return replacement;
}
EXPORT_SYMBOL_GPL(__kunit_static_stub_of);

void kunit_deactivate_static_stub(struct kunit *test, void *real_fn_addr)
{
	int err;

	KUNIT_ASSERT_NOT_NULL_MSG(test, real_fn_addr, "Tried to deactivate a NULL stub.");
	err = kunit_destroy_resource(test, is_stub_of, real_fn_addr);
	KUNIT_ASSERT_EQ_MSG(test, err, 0, "The function has no stub.");
}
EXPORT_SYMBOL_GPL(kunit_deactivate_static_stub);

static struct stub *make_stub(void *real, void *replacement)
{
	struct stub *stub = kmalloc(sizeof(*stub), GFP_KERNEL);

	if (stub)
		*stub = (struct stub){ .real = real, .replacement = replacement };
	return stub;
}

/* The one that is there goes first, so there is one at most. */
void __kunit_activate_static_stub(struct kunit *test, void *real_fn_addr, void *replacement_addr)
{
	struct stub *stub;

	KUNIT_ASSERT_NOT_NULL_MSG(test, real_fn_addr, "Tried to activate a stub for NULL.");
	kunit_destroy_resource(test, is_stub_of, real_fn_addr);
	if (!replacement_addr)
		return;
	stub = make_stub(real_fn_addr, replacement_addr);
	KUNIT_ASSERT_NOT_NULL(test, stub);
	if (kunit_alloc_resource(test, NULL, free_stub, GFP_KERNEL, stub))
		return;
	kfree(stub);
	KUNIT_FAIL_AND_ABORT(test, "No memory for a stub.");
}
EXPORT_SYMBOL_GPL(__kunit_activate_static_stub);
