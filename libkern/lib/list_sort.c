// SPDX-License-Identifier: GPL-2.0-only
/*
 * Merge sort of a list: stable, O(n log n), no memory.
 *
 * The entries become a chain by next only. Runs of doubling length are merged
 * until one run is the whole chain; then prev is restored.
 */
#include <linux/export.h>
#include <linux/list.h>
#include <linux/list_sort.h>

struct chain {
	struct list_head **end;
};

static void chain_push(struct chain *out, struct list_head **from)
{
	*out->end = *from;
	out->end = &(*from)->next;
	*from = (*from)->next;
}

/* Merges up to n entries of *a with up to n of what follows them; *a moves behind both. */
static void merge_runs(struct chain *out, struct list_head **a, size_t n, void *priv,
		       list_cmp_func_t cmp)
{
	struct list_head *b = *a;
	size_t left_a, left_b = n;

	for (left_a = 0; left_a < n && b; left_a++)
		b = b->next;
	while (left_a || (left_b && b)) {
		bool take_b = left_b && b && (!left_a || cmp(priv, *a, b) > 0);

		if (take_b)
			left_b--;
		else
			left_a--;
		chain_push(out, take_b ? &b : a);
	}
	*a = b;
}

void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp)
{
	size_t count = list_count_nodes(head);
	struct list_head *last = head;

	if (count < 2)
		return;
	head->prev->next = NULL;
	for (size_t n = 1; n < count; n *= 2) {
		struct list_head *rest = head->next;
		struct chain out = { .end = &head->next };

		while (rest)
			merge_runs(&out, &rest, n, priv, cmp);
		*out.end = NULL;
	}
	for (struct list_head *pos = head->next; pos; last = pos, pos = pos->next)
		pos->prev = last;
	last->next = head;
	head->prev = last;
}
EXPORT_SYMBOL(list_sort);
