// SPDX-License-Identifier: GPL-2.0-only
/* linux/list.h, linux/llist.h, linux/list_sort.h: order after every operation. */
#include "plain.h"

#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/list_sort.h>
#include <linux/llist.h>
#include <linux/string.h>

struct item {
	char name;
	int rank;
	struct list_head link;
	struct hlist_node hlink;
	struct llist_node llink;
};

static struct item items[8];
static struct list_head head;

/* The names of a list from front to back, after checking every back link. */
static const char *order(struct list_head *list)
{
	static char text[16];
	struct list_head *before = list;
	struct item *it;
	int n = 0;

	list_for_each_entry(it, list, link) {
		ck_assert_ptr_eq(it->link.prev, before);
		before = &it->link;
		text[n++] = it->name;
	}
	ck_assert_ptr_eq(list->prev, before);
	text[n] = '\0';
	return text;
}

static struct list_head *link_of(char name)
{
	return &items[name - 'a'].link;
}

/* A list of the first n items. */
static void fill(int n)
{
	INIT_LIST_HEAD(&head);
	for (int i = 0; i < 8; i++) {
		items[i].name = 'a' + i;
		if (i < n)
			list_add_tail(&items[i].link, &head);
	}
}

START_TEST(adding_and_deleting)
{
	fill(0);
	ck_assert(list_empty(&head) && list_empty_careful(&head));
	list_add(link_of('a'), &head);
	ck_assert(list_is_singular(&head));
	list_add(link_of('b'), &head);
	list_add_tail(link_of('c'), &head);
	ck_assert_str_eq(order(&head), "bac");
	list_del(link_of('a'));
	ck_assert_ptr_eq(link_of('a')->next, LIST_POISON1);
	ck_assert_ptr_eq(link_of('a')->prev, LIST_POISON2);
	list_del_init(link_of('b'));
	ck_assert(list_empty(link_of('b')));
	ck_assert_str_eq(order(&head), "c");
	list_del_init_careful(link_of('c'));
	ck_assert(list_empty_careful(&head) && list_empty_careful(link_of('c')));
}
END_TEST

START_TEST(positions)
{
	fill(3);
	ck_assert(list_is_first(link_of('a'), &head) && !list_is_first(link_of('b'), &head));
	ck_assert(list_is_last(link_of('c'), &head) && list_is_head(&head, &head));
	ck_assert_int_eq(list_first_entry(&head, struct item, link)->name, 'a');
	ck_assert_int_eq(list_last_entry(&head, struct item, link)->name, 'c');
	ck_assert_int_eq(list_next_entry(&items[0], link)->name, 'b');
	ck_assert_int_eq(list_prev_entry(&items[2], link)->name, 'b');
	ck_assert_int_eq(list_next_entry_circular(&items[2], &head, link)->name, 'a');
	ck_assert_int_eq(list_prev_entry_circular(&items[0], &head, link)->name, 'c');
	ck_assert_uint_eq(list_count_nodes(&head), 3);
	fill(0);
	ck_assert_ptr_null(list_first_entry_or_null(&head, struct item, link));
	ck_assert_ptr_null(list_last_entry_or_null(&head, struct item, link));
}
END_TEST

START_TEST(moving)
{
	fill(4);
	list_move(link_of('c'), &head);
	ck_assert_str_eq(order(&head), "cabd");
	list_move_tail(link_of('a'), &head);
	ck_assert_str_eq(order(&head), "cbda");
	list_rotate_left(&head);
	ck_assert_str_eq(order(&head), "bdac");
	list_rotate_to_front(link_of('a'), &head);
	ck_assert_str_eq(order(&head), "acbd");
	list_bulk_move_tail(&head, link_of('a'), link_of('c'));
	ck_assert_str_eq(order(&head), "bdac");
	list_replace(link_of('d'), link_of('e'));
	ck_assert_str_eq(order(&head), "beac");
	list_replace_init(link_of('e'), link_of('d'));
	ck_assert(list_empty(link_of('e')));
}
END_TEST

/* Neighbours in either order, and entries apart. */
START_TEST(swapping)
{
	static const struct {
		char a, b;
		const char *want;
	} cases[] = { { 'a', 'b', "bacd" }, { 'b', 'a', "bacd" }, { 'a', 'd', "dbca" },
		      { 'd', 'a', "dbca" }, { 'b', 'd', "adcb" } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fill(4);
		list_swap(link_of(cases[i].a), link_of(cases[i].b));
		ck_assert_str_eq(order(&head), cases[i].want);
	}
}
END_TEST

START_TEST(splicing)
{
	LIST_HEAD(other);

	fill(2);
	list_add_tail(link_of('g'), &other);
	list_add_tail(link_of('h'), &other);
	list_splice_init(&other, &head);
	ck_assert(list_empty(&other));
	ck_assert_str_eq(order(&head), "ghab");
	list_splice_tail_init(&head, &other);
	ck_assert_str_eq(order(&other), "ghab");
	list_splice_tail_init(&head, &other);
	ck_assert_str_eq(order(&other), "ghab");
}
END_TEST

START_TEST(cutting)
{
	static const struct {
		char at;
		bool before;
		const char *taken, *left;
	} cases[] = { { 'b', false, "ab", "cd" }, { 'd', false, "abcd", "" },
		      { 'b', true, "a", "bcd" },  { 'a', true, "", "abcd" } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		LIST_HEAD(taken);

		fill(4);
		if (cases[i].before)
			list_cut_before(&taken, &head, link_of(cases[i].at));
		else
			list_cut_position(&taken, &head, link_of(cases[i].at));
		ck_assert_str_eq(order(&taken), cases[i].taken);
		ck_assert_str_eq(order(&head), cases[i].left);
	}
}
END_TEST

/*
 * The head as position: up to it there is nothing, before it everything. An empty or a
 * foreign list: nothing is touched.
 */
START_TEST(cutting_at_the_edges)
{
	struct list_head taken = { NULL, NULL };

	fill(2);
	list_cut_position(&taken, &head, &head);
	ck_assert(list_empty(&taken));
	ck_assert_str_eq(order(&head), "ab");
	list_cut_before(&taken, &head, &head);
	ck_assert(list_empty(&head));
	ck_assert_str_eq(order(&taken), "ab");
	list_cut_before(&taken, &head, &head);
	ck_assert(list_empty(&head) && list_empty(&taken));
	memset(&taken, 0, sizeof(taken));
	fill(0);
	list_cut_position(&taken, &head, link_of('a'));
	ck_assert_ptr_null(taken.next);
	fill(1);
	list_cut_position(&taken, &head, link_of('b'));
	ck_assert_ptr_null(taken.next);
	ck_assert_str_eq(order(&head), "a");
}
END_TEST

START_TEST(walking)
{
	struct item *it, *next;
	char text[9] = "";
	int n = 0;

	fill(4);
	list_for_each_entry_reverse(it, &head, link)
		text[n++] = it->name;
	it = &items[1];
	list_for_each_entry_continue(it, &head, link)
		text[n++] = it->name;
	it = &items[2];
	list_for_each_entry_from_reverse(it, &head, link)
		text[n++] = it->name - 'a' + 'A';
	ck_assert_mem_eq(text, "dcbacdCBA", 9);
	list_for_each_entry_safe(it, next, &head, link)
		list_del(&it->link);
	ck_assert(list_empty(&head));
	fill(3);
	list_for_each_entry_safe_reverse(it, next, &head, link)
		list_del(&it->link);
	ck_assert(list_empty(&head));
}
END_TEST

static const char *horder(struct hlist_head *list)
{
	static char text[16];
	struct hlist_node **link = &list->first;
	struct item *it;
	int n = 0;

	hlist_for_each_entry(it, list, hlink) {
		ck_assert_ptr_eq(it->hlink.pprev, link);
		link = &it->hlink.next;
		text[n++] = it->name;
	}
	text[n] = '\0';
	return text;
}

START_TEST(hash_lists)
{
	HLIST_HEAD(list);
	HLIST_HEAD(other);
	struct item *it;
	struct hlist_node *next;

	fill(0);
	hlist_add_head(&items[0].hlink, &list);
	ck_assert(hlist_is_singular_node(&items[0].hlink, &list));
	hlist_add_before(&items[1].hlink, &items[0].hlink);
	hlist_add_behind(&items[2].hlink, &items[0].hlink);
	hlist_add_behind(&items[3].hlink, &items[1].hlink);
	ck_assert_str_eq(horder(&list), "bdac");
	hlist_del(&items[3].hlink);
	ck_assert_ptr_eq(items[3].hlink.pprev, LIST_POISON2);
	hlist_del_init(&items[0].hlink);
	ck_assert(hlist_unhashed(&items[0].hlink));
	hlist_del_init(&items[0].hlink);
	ck_assert_str_eq(horder(&list), "bc");
	hlist_add_head(&items[4].hlink, &other);
	hlist_splice_init(&list, &items[2].hlink, &other);
	ck_assert_str_eq(horder(&other), "bce");
	ck_assert(hlist_empty(&list));
	hlist_move_list(&other, &list);
	ck_assert_uint_eq(hlist_count_nodes(&list), 3);
	hlist_for_each_entry_safe(it, next, &list, hlink)
		hlist_del(&it->hlink);
	ck_assert(hlist_empty(&list));
	hlist_add_fake(&items[5].hlink);
	ck_assert(hlist_fake(&items[5].hlink) && !hlist_unhashed(&items[5].hlink));
}
END_TEST

START_TEST(lockless_lists)
{
	LLIST_HEAD(list);
	struct llist_node *all;
	struct item *it, *next;
	char text[4] = "";
	int n = 0;

	fill(0);
	ck_assert(llist_empty(&list) && !llist_del_first(&list) && !llist_del_all(&list));
	ck_assert(llist_add(&items[0].llink, &list));
	ck_assert(!llist_add(&items[1].llink, &list));
	items[2].llink.next = &items[3].llink;
	ck_assert(!llist_add_batch(&items[2].llink, &items[3].llink, &list));
	ck_assert_ptr_eq(llist_del_first(&list), &items[2].llink);
	all = llist_reverse_order(llist_del_all(&list));
	ck_assert(llist_empty(&list));
	llist_for_each_entry_safe(it, next, all, llink)
		text[n++] = it->name;
	ck_assert_mem_eq(text, "abd", 4);
}
END_TEST

static int by_rank(void *priv, const struct list_head *a, const struct list_head *b)
{
	++*(int *)priv;
	return list_entry(a, struct item, link)->rank - list_entry(b, struct item, link)->rank;
}

/* Stable: equal ranks keep their order. */
START_TEST(sorting)
{
	static const struct {
		int n;
		int ranks[8];
		const char *want;
	} cases[] = {
		{ 0, { 0 }, "" },
		{ 1, { 5 }, "a" },
		{ 2, { 2, 1 }, "ba" },
		{ 5, { 3, 1, 3, 1, 2 }, "bdeac" },
		{ 7, { 7, 6, 5, 4, 3, 2, 1 }, "gfedcba" },
		{ 8, { 1, 1, 1, 1, 1, 1, 1, 1 }, "abcdefgh" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int compared = 0;

		fill(cases[i].n);
		for (int k = 0; k < cases[i].n; k++)
			items[k].rank = cases[i].ranks[k];
		list_sort(&compared, &head, by_rank);
		ck_assert_str_eq(order(&head), cases[i].want);
		ck_assert_int_le(compared, 8 * 3);
	}
}
END_TEST

Suite *list_suite(void)
{
	Suite *s = suite_create("list");
	TCase *tc = plain_tcase(s, "lists");

	tcase_add_test(tc, adding_and_deleting);
	tcase_add_test(tc, positions);
	tcase_add_test(tc, moving);
	tcase_add_test(tc, swapping);
	tcase_add_test(tc, splicing);
	tcase_add_test(tc, cutting);
	tcase_add_test(tc, cutting_at_the_edges);
	tcase_add_test(tc, walking);
	tcase_add_test(tc, hash_lists);
	tcase_add_test(tc, lockless_lists);
	tcase_add_test(tc, sorting);
	return s;
}
