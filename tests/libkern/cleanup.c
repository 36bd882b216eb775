// SPDX-License-Identifier: GPL-2.0-only
/* linux/cleanup.h: what is undone, in which order, and on which way out. */
#include "plain.h"

#include <linux/cleanup.h>
#include <linux/kernel.h>
#include <linux/string.h>

static char trail[32];

static void note(char c)
{
	size_t n = strlen(trail);

	trail[n] = c;
	trail[n + 1] = '\0';
}

static void forget(void)
{
	trail[0] = '\0';
}

DEFINE_FREE(note, char *, if (_T) note(*_T))

static char *kept(void)
{
	static char names[] = "xyz";
	char *a __free(note) = &names[0];
	char *b __free(note) = &names[1];
	char *none __free(note) = NULL;

	(void)a;
	(void)none;
	return no_free_ptr(b);
}

START_TEST(owned_pointers)
{
	forget();
	ck_assert_int_eq(*kept(), 'y');
	ck_assert_str_eq(trail, "x");
}
END_TEST

struct toy {
	char name;
	bool busy;
};

static void toy_lock(struct toy *t)
{
	note(t->name);
}

static void toy_unlock(struct toy *t)
{
	note(t->name - 'a' + 'A');
}

static bool toy_trylock(struct toy *t)
{
	if (!t->busy)
		toy_lock(t);
	return !t->busy;
}

static int toy_lock_interruptible(struct toy *t)
{
	return toy_trylock(t) ? 0 : -EINTR;
}

DEFINE_GUARD(toy, struct toy *, toy_lock(_T), toy_unlock(_T))
DEFINE_GUARD_COND(toy, _try, toy_trylock(_T))
DEFINE_GUARD_COND(toy, _intr, toy_lock_interruptible(_T), _RET == 0)

DEFINE_LOCK_GUARD_0(global, note('g'), note('G'))
DEFINE_LOCK_GUARD_1(saved, struct toy, _T->flags = (toy_lock(_T->lock), 7),
		    ({ ck_assert_int_eq(_T->flags, 7); toy_unlock(_T->lock); }), int flags)
DEFINE_LOCK_GUARD_1_COND(saved, _try, ({ _T->flags = 7; toy_trylock(_T->lock); }))

static struct toy a = { 'a' }, b = { 'b' }, busy = { 'c', true };

static int nested_return(void)
{
	guard(toy)(&a);
	guard(toy)(&b);
	guard(global)();
	return strlen(trail);
}

START_TEST(reverse_order)
{
	forget();
	ck_assert_int_eq(nested_return(), 3);
	ck_assert_str_eq(trail, "abgGBA");
}
END_TEST

START_TEST(ways_out_of_a_scope)
{
	int rounds = 0;

	forget();
	scoped_guard(toy, &a)
		rounds++;
	scoped_guard(toy, &b) {
		if (rounds)
			break;
		rounds++;
	}
	for (int i = 0; i < 2; i++) {
		scoped_guard(toy, &a)
			goto next;
next:
		note('-');
	}
	ck_assert_str_eq(trail, "aAbBaA-aA-");
	ck_assert_int_eq(rounds, 1);
}
END_TEST

static int try_both(struct toy *first, struct toy *second)
{
	scoped_cond_guard(toy_try, return -1, first)
		scoped_cond_guard(toy_intr, return -2, second)
			return 0;
	return 1;
}

START_TEST(conditional_guards)
{
	forget();
	ck_assert_int_eq(try_both(&a, &b), 0);
	ck_assert_int_eq(try_both(&busy, &b), -1);
	ck_assert_int_eq(try_both(&a, &busy), -2);
	scoped_guard(toy_try, &busy)
		note('!');
	scoped_guard(saved_try, &busy)
		note('!');
	scoped_guard(saved_try, &b)
		note('*');
	ck_assert_str_eq(trail, "abBAaAb*B");
}
END_TEST

START_TEST(acquire_with_error)
{
	forget();
	{
		ACQUIRE(toy_intr, got)(&a);
		ACQUIRE(toy_intr, missed)(&busy);
		ACQUIRE(toy_try, tried)(&busy);

		ck_assert_int_eq(ACQUIRE_ERR(toy_intr, &got), 0);
		ck_assert_int_eq(ACQUIRE_ERR(toy_intr, &missed), -EINTR);
		ck_assert_int_eq(ACQUIRE_ERR(toy_try, &tried), -EBUSY);
	}
	ck_assert_str_eq(trail, "aA");
}
END_TEST

DEFINE_CLASS(counter, int, note('0' + _T), start, int start)

START_TEST(classes)
{
	forget();
	{
		CLASS(counter, five)(5);
		CLASS(counter, six)(6);

		ck_assert_int_eq(five + six, 11);
		six++;
	}
	ck_assert_str_eq(trail, "75");
}
END_TEST

Suite *cleanup_suite(void)
{
	Suite *s = suite_create("cleanup");
	TCase *tc = plain_tcase(s, "scopes");

	tcase_add_test(tc, owned_pointers);
	tcase_add_test(tc, reverse_order);
	tcase_add_test(tc, ways_out_of_a_scope);
	tcase_add_test(tc, conditional_guards);
	tcase_add_test(tc, acquire_with_error);
	tcase_add_test(tc, classes);
	return s;
}
