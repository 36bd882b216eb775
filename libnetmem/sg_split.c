// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cutting one list into several.
 *
 * The memory view and the bus view of a list are cut at the same byte positions, each by
 * its own cursor; both walks are the same code on different fields. The input is never
 * changed and the pages stay where they are.
 */
#include <linux/export.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

/* A position in one view of a list. */
struct split_cursor {
	struct scatterlist *sg;
	unsigned int left;		/* entries, sg included */
	size_t used;			/* bytes of sg already passed */
	bool bus_view;			/* false: the memory view */
};

static size_t cursor_room(const struct split_cursor *c)
{
	return (c->bus_view ? sg_dma_len(c->sg) : c->sg->length) - c->used;
}

/* Enter the piece at the cursor into out, whose other view stays as it is. */
static void cursor_emit(const struct split_cursor *c, struct scatterlist *out, size_t len)
{
	if (c->bus_view) {
		sg_dma_address(out) = sg_dma_address(c->sg) + c->used;
		sg_dma_len(out) = len;
	} else {
		sg_set_page(out, sg_page(c->sg), len, c->sg->offset + c->used);
	}
}

/*
 * Move the cursor over len bytes; with out, enter the pieces there. Returns the number of
 * pieces, -EINVAL if the list ends before.
 */
static int cursor_take(struct split_cursor *c, size_t len, struct scatterlist *out)
{
	int pieces = 0;

	while (len) {
		size_t step;

		if (!c->sg || !c->left)
			return -EINVAL;
		step = min(cursor_room(c), len);
		if (step && out)
			cursor_emit(c, out++, step);
		pieces += step > 0;
		len -= step;
		c->used += step;
		if (!cursor_room(c)) {
			c->sg = sg_next(c->sg);
			c->left--;
			c->used = 0;
		}
	}
	return pieces;
}

/* One output list: both cursors move past it. An unmapped input has no bus cursor to move. */
static int split_one(struct split_cursor *mem, struct split_cursor *bus, size_t size,
		     struct scatterlist **out, int *mapped, gfp_t gfp_mask)
{
	struct split_cursor mem_scout = *mem, bus_scout = *bus;
	int pieces = cursor_take(&mem_scout, size, NULL);
	int bus_pieces = bus->bus_view ? cursor_take(&bus_scout, size, NULL) : 0;
	struct scatterlist *list;

	if (!size || pieces < 0 || bus_pieces < 0)
		return -EINVAL;
	list = kmalloc_array(max(pieces, bus_pieces), sizeof(*list), gfp_mask);
	if (!list)
		return -ENOMEM;
	sg_init_table(list, max(pieces, bus_pieces));
	cursor_take(mem, size, list);
	sg_mark_end(list + pieces - 1);
	if (bus->bus_view)
		cursor_take(bus, size, list);
	*out = list;
	*mapped = bus_pieces ? bus_pieces : pieces;
	return 0;
}

static int split_all(struct split_cursor *mem, struct split_cursor *bus, int nb_splits,
		     const size_t *split_sizes, struct scatterlist **lists, int *mapped,
		     gfp_t gfp_mask)
{
	int k, err;

	for (k = 0; k < nb_splits; k++) {
		err = split_one(mem, bus, split_sizes[k], &lists[k], &mapped[k], gfp_mask);
		if (err) {
			while (k--)
				kfree(lists[k]);
			return err;
		}
	}
	return 0;
}

int sg_split(struct scatterlist *in, const int in_mapped_nents, const off_t skip,
	     const int nb_splits, const size_t *split_sizes, struct scatterlist **out,
	     int *out_mapped_nents, gfp_t gfp_mask)
{
	struct split_cursor mem = { .sg = in, .left = UINT_MAX };
	struct split_cursor bus = { .sg = in, .left = in_mapped_nents,
				    .bus_view = in_mapped_nents > 0 };
	struct scatterlist **lists = kcalloc(nb_splits, sizeof(*lists), gfp_mask);
	int *mapped = kcalloc(nb_splits, sizeof(*mapped), gfp_mask);
	int err = -ENOMEM;

	if (!lists || !mapped)
		goto out;
	err = -EINVAL;
	if (cursor_take(&mem, skip, NULL) < 0)
		goto out;
	if (bus.bus_view && cursor_take(&bus, skip, NULL) < 0)
		goto out;
	err = split_all(&mem, &bus, nb_splits, split_sizes, lists, mapped, gfp_mask);
	if (err)
		goto out;
	memcpy(out, lists, nb_splits * sizeof(*lists));
	if (out_mapped_nents)
		memcpy(out_mapped_nents, mapped, nb_splits * sizeof(*mapped));
out:
	kfree(mapped);
	kfree(lists);
	return err;
}
EXPORT_SYMBOL(sg_split);
