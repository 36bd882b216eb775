// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time-ordered queue: a pairing heap.
 *
 * Every node is not later than its children. A node's children form a list; a
 * node remembers the pointer that points to it (its parent's child, its elder
 * sibling's next, or the head's root), so that any node can be cut out. Equal
 * times are ordered by insertion number, which makes the order total and the
 * outcome independent of addresses.
 */
#include <linux/timerqueue.h>

static bool earlier(const struct timerqueue_node *a, const struct timerqueue_node *b)
{
	if (a->expires != b->expires)
		return a->expires < b->expires;
	/* 64-bit insertion numbers do not wrap. */
	return a->seq < b->seq;
}

static void hang(struct timerqueue_node **slot, struct timerqueue_node *node)
{
	*slot = node;
	if (node)
		node->link = slot;
}

/* Joins two heaps; the later root becomes the first child of the other. */
static struct timerqueue_node *meld(struct timerqueue_node *a, struct timerqueue_node *b)
{
	struct timerqueue_node *top = earlier(a, b) ? a : b;
	struct timerqueue_node *below = top == a ? b : a;

	hang(&below->next, top->child);
	hang(&top->child, below);
	return top;
}

/*
 * Joins a list of siblings into one heap, in pairs from the left, then the
 * pairs into one: the two passes that give a deletion its O(log n).
 */
static struct timerqueue_node *meld_siblings(struct timerqueue_node *first)
{
	struct timerqueue_node *pairs = NULL, *top = NULL;

	while (first) {
		struct timerqueue_node *a = first, *b = a->next;

		first = b ? b->next : NULL;
		a->next = NULL;
		if (b) {
			b->next = NULL;
			a = meld(a, b);
		}
		a->next = pairs;
		pairs = a;
	}
	while (pairs) {
		struct timerqueue_node *heap = pairs;

		pairs = heap->next;
		heap->next = NULL;
		top = top ? meld(top, heap) : heap;
	}
	return top;
}

bool timerqueue_add(struct timerqueue_head *head, struct timerqueue_node *node)
{
	struct timerqueue_node *root = head->root;

	node->child = NULL;
	node->next = NULL;
	node->seq = head->seq++;
	hang(&head->root, root ? meld(root, node) : node);
	return head->root == node;
}

bool timerqueue_del(struct timerqueue_head *head, struct timerqueue_node *node)
{
	struct timerqueue_node *orphans = meld_siblings(node->child);

	hang(node->link, node->next);
	node->link = NULL;
	node->child = NULL;
	node->next = NULL;
	if (orphans)
		hang(&head->root, head->root ? meld(head->root, orphans) : orphans);
	return head->root != NULL;
}
