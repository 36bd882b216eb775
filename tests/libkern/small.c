// SPDX-License-Identifier: GPL-2.0-only
/* Semaphores, bit spinlocks, checksums, rings and other small helpers. */
#include <linux/bit_spinlock.h>
#include <linux/bitrev.h>
#include <linux/circ_buf.h>
#include <linux/crc32.h>
#include <linux/err.h>
#include <linux/gcd.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/lcm.h>
#include <linux/range.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <linux/version.h>

#include "fixture.h"

struct party {
	struct semaphore sem;
	int order[4];
	int arrived;
};

struct guest {
	struct party *party;
	int number;
};

static int guest_thread(void *data)
{
	struct guest *g = data;

	down(&g->party->sem);
	g->party->order[g->party->arrived++] = g->number;
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* Units go to the waiters in the order in which they came, and no newcomer overtakes. */
START_TEST(semaphore_is_fair)
{
	struct party party = {};
	struct guest guests[4];
	struct task_struct *tasks[4];

	sema_init(&party.sem, 0);
	for (int i = 0; i < 4; i++) {
		guests[i] = (struct guest){ &party, i };
		tasks[i] = kthread_run(guest_thread, &guests[i], "guest%d", i);
		ck_assert(!IS_ERR(tasks[i]));
		schedule_timeout_uninterruptible(20);
	}
	ck_assert_int_eq(down_trylock(&party.sem), 1);
	for (int i = 0; i < 4; i++) {
		up(&party.sem);
		ck_assert_int_eq(down_trylock(&party.sem), 1);
		schedule_timeout_uninterruptible(20);
	}
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(kthread_stop(tasks[i]), 0);
		ck_assert_int_eq(party.order[i], i);
	}
}
END_TEST

static int interrupted_thread(void *data)
{
	return down_interruptible(data);
}

START_TEST(semaphore_waits_can_fail)
{
	DEFINE_SEMAPHORE(sem, 1);
	struct task_struct *t;
	unsigned long from;

	down(&sem);
	from = jiffies;
	ck_assert_int_eq(down_timeout(&sem, 30), -ETIME);
	ck_assert(time_after_eq(jiffies, from + 30));
	t = kthread_run(interrupted_thread, &sem, "interrupted");
	ck_assert(!IS_ERR(t));
	schedule_timeout_uninterruptible(5);
	ck_assert_int_eq(kthread_stop(t), -EINTR);
	/* Who gave up took nothing. */
	up(&sem);
	ck_assert_int_eq(down_trylock(&sem), 0);
	ck_assert_int_eq(down_trylock(&sem), 1);
	up(&sem);
	ck_assert_int_eq(down_killable(&sem), 0);
}
END_TEST

struct counted {
	unsigned long word;
	unsigned long sum;
};

static int add_thread(void *data)
{
	struct counted *c = data;

	for (unsigned int i = 0; i < test_rounds(2000); i++) {
		bit_spin_lock(3, &c->word);
		WRITE_ONCE(c->sum, c->sum + 1);
		bit_spin_unlock(3, &c->word);
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

START_TEST(bit_spinlock_excludes)
{
	struct counted c = { .word = 1UL << 60 };
	struct task_struct *tasks[3];

	for (int i = 0; i < 3; i++)
		tasks[i] = kthread_run(add_thread, &c, "add%d", i);
	while (READ_ONCE(c.sum) < 3UL * test_rounds(2000))
		schedule_timeout_uninterruptible(1);
	for (int i = 0; i < 3; i++)
		kthread_stop(tasks[i]);
	ck_assert_uint_eq(c.sum, 3UL * test_rounds(2000));
	ck_assert_uint_eq(c.word, 1UL << 60);
	ck_assert(bit_spin_trylock(0, &c.word));
	ck_assert(!bit_spin_trylock(0, &c.word));
	ck_assert(bit_spin_is_locked(0, &c.word));
	__bit_spin_unlock(0, &c.word);
	ck_assert(!bit_spin_is_locked(0, &c.word));
}
END_TEST

/* The check values of the published catalogue of CRCs, over "123456789". */
START_TEST(checksums_match_the_catalogue)
{
	static const char text[] = "123456789";

	ck_assert_uint_eq(crc32_le(~0, text, 9) ^ ~0U, 0xcbf43926);
	ck_assert_uint_eq(crc32c(~0, text, 9) ^ ~0U, 0xe3069283);
	ck_assert_uint_eq(crc32_be(~0, text, 9) ^ ~0U, 0xfc891918);
	ck_assert_uint_eq(crc32_le(crc32_le(~0, text, 4), text + 4, 5) ^ ~0U, 0xcbf43926);
	ck_assert_uint_eq(crc32_le(7, text, 0), 7);
	ck_assert_uint_eq(ether_crc(9, text), bitrev32(ether_crc_le(9, text)));
}
END_TEST

START_TEST(bits_are_reversed)
{
	ck_assert_uint_eq(bitrev8(0x13), 0xc8);
	ck_assert_uint_eq(bitrev16(0x0013), 0xc800);
	ck_assert_uint_eq(bitrev32(0x00000001), 0x80000000);
	ck_assert_uint_eq(bitrev8x4(0x01020408), 0x80402010);
	for (u32 x = 1; x; x <<= 1)
		ck_assert_uint_eq(bitrev32(bitrev32(x | 5)), x | 5);
}
END_TEST

START_TEST(rings_are_counted)
{
	for (int head = 0; head < 8; head++) {
		for (int tail = 0; tail < 8; tail++) {
			int count = (head - tail + 8) % 8;
			int run = 8 - tail < count ? 8 - tail : count;

			ck_assert_int_eq(CIRC_CNT(head, tail, 8), count);
			ck_assert_int_eq(CIRC_SPACE(head, tail, 8), 7 - count);
			ck_assert_int_eq(CIRC_CNT_TO_END(head, tail, 8), run);
			run = 8 - head < 7 - count ? 8 - head : 7 - count;
			ck_assert_int_eq(CIRC_SPACE_TO_END(head, tail, 8), run);
		}
	}
}
END_TEST

START_TEST(numbers_and_names)
{
	struct range outer = { 10, 19 }, inner = { 12, 19 }, beside = { 20, 20 };

	ck_assert_uint_eq(gcd(12, 18), 6);
	ck_assert_uint_eq(lcm(4, 6), 12);
	ck_assert_uint_eq(lcm_not_zero(0, 6), 6);
	ck_assert_uint_eq(range_len(&outer), 10);
	ck_assert(range_contains(&outer, &inner) && !range_contains(&inner, &outer));
	ck_assert(range_overlaps(&inner, &outer) && !range_overlaps(&outer, &beside));
	ck_assert_int_eq(LINUX_VERSION_CODE, KERNEL_VERSION(7, 1, 0));
	ck_assert_str_eq(utsname()->sysname, "Linux");
}
END_TEST

/* A literal is its own copy and is never freed; anything else is copied and freed. */
START_TEST(constant_strings)
{
	static const char *const table[] = { "first", "second" };
	char text[] = "third";
	const char *copy;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		ck_assert_ptr_eq(kstrdup_const(table[i], GFP_KERNEL), table[i]);
		kfree_const(table[i]);
		ck_assert(strlen(table[i]) > 4);
	}
	ck_assert_ptr_eq(kstrdup_const((const char *)table, GFP_KERNEL), (const char *)table);
	copy = kstrdup_const(text, GFP_KERNEL);
	ck_assert_ptr_ne(copy, text);
	text[0] = 'x';
	ck_assert_str_eq(copy, "third");
	kfree_const(copy);
	ck_assert_ptr_null(kstrdup_const(NULL, GFP_KERNEL));
	kfree_const(NULL);
}
END_TEST

Suite *small_suite(void)
{
	Suite *s = suite_create("small");
	TCase *sim = machine_tcase(s, "sim"), *threads = machine_tcase_threads(s, "threads");

	tcase_add_test(sim, semaphore_is_fair);
	tcase_add_test(sim, semaphore_waits_can_fail);
	tcase_add_test(sim, bit_spinlock_excludes);
	tcase_add_test(sim, checksums_match_the_catalogue);
	tcase_add_test(sim, bits_are_reversed);
	tcase_add_test(sim, rings_are_counted);
	tcase_add_test(sim, numbers_and_names);
	tcase_add_test(sim, constant_strings);
	tcase_add_test(threads, semaphore_waits_can_fail);
	tcase_add_test(threads, bit_spinlock_excludes);
	return s;
}
