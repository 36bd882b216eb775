// SPDX-License-Identifier: GPL-2.0-only
/*
 * Heapsort: in place, O(n log n) for every input, and only what the caller's
 * functions do besides, so it works in any context.
 */
#include <linux/export.h>
#include <linux/sort.h>
#include <linux/string.h>

struct sorter {
	char *base;
	size_t size;
	cmp_r_func_t cmp;
	swap_r_func_t swap;
	const void *priv;
};

static bool comes_before(const struct sorter *s, size_t a, size_t b)
{
	return s->cmp(s->base + a * s->size, s->base + b * s->size, s->priv) < 0;
}

static void exchange(const struct sorter *s, size_t a, size_t b)
{
	char *x = s->base + a * s->size, *y = s->base + b * s->size;

	if (s->swap) {
		s->swap(x, y, s->size, s->priv);
		return;
	}
	for (size_t left = s->size; left; ) {
		char piece[64];
		size_t n = left < sizeof(piece) ? left : sizeof(piece);

		left -= n;
		memcpy(piece, x + left, n);
		memcpy(x + left, y + left, n);
		memcpy(y + left, piece, n);
	}
}

/* Lets the element at root fall to its place in the heap of the first `count`. */
static void sift_down(const struct sorter *s, size_t root, size_t count)
{
	for (size_t child; (child = 2 * root + 1) < count; root = child) {
		if (child + 1 < count && comes_before(s, child, child + 1))
			child++;
		if (!comes_before(s, root, child))
			return;
		exchange(s, root, child);
	}
}

void sort_r(void *base, size_t num, size_t size, cmp_r_func_t cmp_func, swap_r_func_t swap_func,
	    const void *priv)
{
	struct sorter s = { base, size, cmp_func, swap_func, priv };

	for (size_t root = num / 2; root--; )
		sift_down(&s, root, num);
	for (size_t end = num; end-- > 1; ) {
		exchange(&s, 0, end);
		sift_down(&s, 0, end);
	}
}
EXPORT_SYMBOL(sort_r);

/* The two-argument functions of sort(), carried through priv. */
struct plain_funcs {
	cmp_func_t cmp;
	swap_func_t swap;
};

static int plain_cmp(const void *a, const void *b, const void *priv)
{
	return ((const struct plain_funcs *)priv)->cmp(a, b);
}

static void plain_swap(void *a, void *b, int size, const void *priv)
{
	((const struct plain_funcs *)priv)->swap(a, b, size);
}

void sort(void *base, size_t num, size_t size, cmp_func_t cmp_func, swap_func_t swap_func)
{
	struct plain_funcs funcs = { cmp_func, swap_func };

	sort_r(base, num, size, plain_cmp, swap_func ? plain_swap : NULL, &funcs);
}
EXPORT_SYMBOL(sort);
