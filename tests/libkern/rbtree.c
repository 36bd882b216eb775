// SPDX-License-Identifier: GPL-2.0-only
/* Red-black trees against a sorted array; interval trees against a plain list. */
#include <linux/interval_tree.h>
#include <linux/interval_tree_generic.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/prandom.h>
#include <linux/rbtree_augmented.h>

#include "fixture.h"

#define NODES 200

struct item {
	struct rb_node rb;
	unsigned int key, most;
	bool in;
};

static struct rnd_state dice;
static struct item items[NODES];
static unsigned int in_tree;

static unsigned int roll(unsigned int n)
{
	return prandom_u32_state(&dice) % n;
}

static struct item *item_of(const struct rb_node *rb)
{
	return rb_entry(rb, struct item, rb);
}

static bool item_less(struct rb_node *a, const struct rb_node *b)
{
	return item_of(a)->key < item_of(b)->key;
}

static int item_cmp(struct rb_node *a, const struct rb_node *b)
{
	return (int)item_of(a)->key - (int)item_of(b)->key;
}

static int key_cmp(const void *key, const struct rb_node *b)
{
	return (int)*(const unsigned int *)key - (int)item_of(b)->key;
}

#define item_key(item) ((item)->key)
RB_DECLARE_CALLBACKS_MAX(static, item_augment, struct item, rb, unsigned int, most, item_key)

/* The number of black nodes on every way down; fails if the rules of colour are broken. */
static unsigned int black_height(const struct rb_node *node, const struct rb_node *parent)
{
	unsigned int left, right;

	if (!node)
		return 1;
	ck_assert_ptr_eq(rb_parent(node), parent);
	ck_assert(!(rb_is_red(node) && (!parent || rb_is_red(parent))));
	left = black_height(node->rb_left, node);
	right = black_height(node->rb_right, node);
	ck_assert_uint_eq(left, right);
	return left + rb_is_black(node);
}

static void check_tree(struct rb_root *root)
{
	unsigned int n = 0, before = 0;
	struct rb_node *last = NULL;

	black_height(root->rb_node, NULL);
	for (struct rb_node *rb = rb_first(root); rb; rb = rb_next(rb), n++) {
		ck_assert(item_of(rb)->in);
		ck_assert_uint_ge(item_of(rb)->key, before);
		ck_assert_ptr_eq(rb_prev(rb), last);
		before = item_of(rb)->key;
		last = rb;
	}
	ck_assert_ptr_eq(rb_last(root), last);
	ck_assert_uint_eq(n, in_tree);
}

static void fresh_items(unsigned int keys)
{
	prandom_seed_state(&dice, 7);
	in_tree = 0;
	for (unsigned int i = 0; i < NODES; i++) {
		items[i] = (struct item){ .key = roll(keys) };
		RB_CLEAR_NODE(&items[i].rb);
	}
}

/* Any order of insertions and removals keeps order, links and colours. */
START_TEST(random_changes_keep_the_rules)
{
	struct rb_root root = RB_ROOT;

	fresh_items(50);
	for (int step = 0; step < 4000; step++) {
		struct item *it = &items[roll(NODES)];

		if (it->in)
			rb_erase(&it->rb, &root);
		else
			rb_add(&it->rb, &root, item_less);
		it->in = !it->in;
		in_tree += it->in ? 1 : -1;
		if (step % 16 == 0)
			check_tree(&root);
	}
	for (unsigned int i = 0; i < NODES; i++) {
		if (!items[i].in)
			continue;
		rb_erase(&items[i].rb, &root);
		items[i].in = false;
		in_tree--;
		check_tree(&root);
	}
	ck_assert(RB_EMPTY_ROOT(&root));
	ck_assert_ptr_null(rb_first(&root));
	ck_assert_ptr_null(rb_last(&root));
}
END_TEST

static unsigned int most_below(const struct rb_node *rb)
{
	unsigned int most;

	if (!rb)
		return 0;
	most = max3(item_of(rb)->key, most_below(rb->rb_left), most_below(rb->rb_right));
	ck_assert_uint_eq(item_of(rb)->most, most);
	return most;
}

/* The values of augmented nodes are right after every change; the first node is known. */
START_TEST(augmented_values_and_leftmost)
{
	struct rb_root_cached root = RB_ROOT_CACHED;

	fresh_items(10000);
	for (int step = 0; step < 3000; step++) {
		struct item *it = &items[roll(NODES)];

		if (it->in) {
			rb_erase_augmented_cached(&it->rb, &root, &item_augment);
		} else {
			it->most = it->key;
			rb_add_augmented_cached(&it->rb, &root, item_less, &item_augment);
		}
		it->in = !it->in;
		in_tree += it->in ? 1 : -1;
		ck_assert_ptr_eq(rb_first_cached(&root), rb_first(&root.rb_root));
		most_below(root.rb_root.rb_node);
	}
	check_tree(&root.rb_root);
}
END_TEST

START_TEST(searches)
{
	struct rb_root root = RB_ROOT;
	struct rb_node *rb;
	unsigned int key = 3, seen = 0;

	fresh_items(1);
	for (unsigned int i = 0; i < 40; i++) {
		items[i].key = i / 4;
		items[i].in = true;
		rb_add(&items[i].rb, &root, item_less);
	}
	rb_for_each(rb, &key, &root, key_cmp)
		ck_assert_ptr_eq(item_of(rb), &items[12 + seen++]);
	ck_assert_uint_eq(seen, 4);
	ck_assert_uint_eq(item_of(rb_find(&key, &root, key_cmp))->key, 3);
	ck_assert_uint_eq(item_of(rb_find_rcu(&key, &root, key_cmp))->key, 3);
	items[50].key = 3;
	ck_assert_uint_eq(item_of(rb_find_add(&items[50].rb, &root, item_cmp))->key, 3);
	ck_assert(RB_EMPTY_NODE(&items[50].rb));
	items[50].key = 99;
	ck_assert_ptr_null(rb_find_add_rcu(&items[50].rb, &root, item_cmp));
	ck_assert_ptr_eq(rb_last(&root), &items[50].rb);
	key = 77;
	ck_assert_ptr_null(rb_find(&key, &root, key_cmp));
	ck_assert_ptr_null(rb_find_first(&key, &root, key_cmp));
	ck_assert_ptr_null(rb_next(&items[60].rb));
}
END_TEST

START_TEST(cached_forms_say_who_is_first)
{
	struct rb_root_cached root = RB_ROOT_CACHED;

	fresh_items(1);
	for (unsigned int i = 0; i < 4; i++)
		items[i].key = 10 - i % 2 * 5 + i / 2;
	ck_assert_ptr_eq(rb_add_cached(&items[0].rb, &root, item_less), &items[0].rb);
	ck_assert_ptr_eq(rb_add_cached(&items[1].rb, &root, item_less), &items[1].rb);
	ck_assert_ptr_null(rb_add_cached(&items[2].rb, &root, item_less));
	ck_assert_ptr_null(rb_find_add_cached(&items[3].rb, &root, item_cmp));
	ck_assert_ptr_null(rb_erase_cached(&items[0].rb, &root));
	ck_assert_ptr_eq(rb_erase_cached(&items[1].rb, &root), &items[3].rb);
	items[4].key = items[3].key;
	rb_replace_node_cached(&items[3].rb, &items[4].rb, &root);
	ck_assert_ptr_eq(rb_first_cached(&root), &items[4].rb);
	ck_assert_ptr_eq(rb_next(&items[4].rb), &items[2].rb);
}
END_TEST

/* Children come before their parents, so each node may be freed on the way. */
START_TEST(postorder_frees_a_tree)
{
	struct rb_root root = RB_ROOT;
	struct item *it, *next;
	unsigned int n = 0;

	fresh_items(1000);
	ck_assert_ptr_null(rb_first_postorder(&root));
	for (unsigned int i = 0; i < NODES; i++)
		rb_add(&items[i].rb, &root, item_less);
	rbtree_postorder_for_each_entry_safe(it, next, &root, rb) {
		for (int side = 0; side < 2; side++) {
			struct rb_node *below = side ? it->rb.rb_right : it->rb.rb_left;

			ck_assert(!below || item_of(below)->in);
		}
		it->in = true;
		n++;
	}
	ck_assert_uint_eq(n, NODES);
}
END_TEST

#define SPANS 60
static struct interval_tree_node spans[SPANS];
static bool used[SPANS];

static unsigned int overlapping(unsigned long start, unsigned long last)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < SPANS; i++)
		n += used[i] && spans[i].start <= last && spans[i].last >= start;
	return n;
}

static void check_query(struct rb_root_cached *root, unsigned long start, unsigned long last)
{
	unsigned long before = 0;
	unsigned int n = 0;

	for (struct interval_tree_node *it = interval_tree_iter_first(root, start, last); it;
	     it = interval_tree_iter_next(it, start, last), n++) {
		ck_assert(it->start <= last && it->last >= start);
		ck_assert_uint_ge(it->start, before);
		before = it->start;
	}
	ck_assert_uint_eq(n, overlapping(start, last));
}

static void check_spans(struct rb_root_cached *root, unsigned long first, unsigned long last)
{
	struct interval_tree_span_iter span;
	unsigned long at = first;
	int kind = -1;

	interval_tree_for_each_span(&span, root, first, last) {
		ck_assert_int_ne(span.is_hole, kind);
		ck_assert_uint_eq(span.start_hole, at);
		for (; at <= span.last_hole; at++)
			ck_assert_int_eq(!overlapping(at, at), span.is_hole);
		kind = span.is_hole;
	}
	ck_assert_uint_eq(at, last + 1);
}

START_TEST(intervals_match_a_list)
{
	struct rb_root_cached root = RB_ROOT_CACHED;

	prandom_seed_state(&dice, 11);
	memset(used, 0, sizeof(used));
	for (int step = 0; step < 1500; step++) {
		unsigned int i = roll(SPANS), start = roll(300);

		if (used[i]) {
			interval_tree_remove(&spans[i], &root);
		} else {
			spans[i].start = start;
			spans[i].last = start + roll(12);
			interval_tree_insert(&spans[i], &root);
		}
		used[i] = !used[i];
		check_query(&root, start, start + roll(40));
		if (step % 50 == 0)
			check_spans(&root, start, start + roll(200));
	}
}
END_TEST

START_TEST(spans_at_the_ends)
{
	struct rb_root_cached root = RB_ROOT_CACHED;
	struct interval_tree_node high = { .start = ULONG_MAX - 3, .last = ULONG_MAX };
	struct interval_tree_span_iter span;

	interval_tree_span_iter_first(&span, &root, 0, ULONG_MAX);
	ck_assert(span.is_hole == 1 && span.last_hole == ULONG_MAX);
	interval_tree_insert(&high, &root);
	interval_tree_span_iter_first(&span, &root, 0, ULONG_MAX);
	ck_assert(span.is_hole == 1 && span.last_hole == ULONG_MAX - 4);
	interval_tree_span_iter_advance(&span, &root, 100);
	ck_assert(span.is_hole == 1 && span.start_hole == 100);
	interval_tree_span_iter_next(&span);
	ck_assert(span.is_hole == 0 && span.last_used == ULONG_MAX);
	interval_tree_span_iter_next(&span);
	ck_assert(interval_tree_span_iter_done(&span));
	ck_assert_ptr_null(interval_tree_subtree_search(&high, 0, 5));
	ck_assert_ptr_eq(interval_tree_subtree_search(&high, 0, ULONG_MAX - 3), &high);
}
END_TEST

Suite *rbtree_suite(void)
{
	Suite *s = suite_create("rbtree");
	TCase *tc = tcase_create("trees");

	tcase_add_test(tc, random_changes_keep_the_rules);
	tcase_add_test(tc, augmented_values_and_leftmost);
	tcase_add_test(tc, searches);
	tcase_add_test(tc, cached_forms_say_who_is_first);
	tcase_add_test(tc, postorder_frees_a_tree);
	suite_add_tcase(s, tc);
	tc = tcase_create("intervals");
	tcase_add_test(tc, intervals_match_a_list);
	tcase_add_test(tc, spans_at_the_ends);
	suite_add_tcase(s, tc);
	return s;
}
