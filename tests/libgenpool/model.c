// SPDX-License-Identifier: GPL-2.0-only
/* The reference pool: see model.h. */
#include "model.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

void model_init(struct model *m, int order)
{
	memset(m, 0, sizeof(*m));
	m->order = order;
}

void model_add(struct model *m, unsigned long start, size_t size)
{
	struct model_chunk *c = &m->chunks[m->nr_chunks++];

	ck_assert_uint_le(m->nr_chunks, MODEL_MAX_CHUNKS);
	c->start = start;
	c->size = size;
	c->granules = size >> m->order;
	c->used = calloc(c->granules + 1, 1);
	c->avail = size;
}

void model_destroy(struct model *m)
{
	while (m->nr_chunks)
		free(m->chunks[--m->nr_chunks].used);
}

/*
 * A model belongs to one thread. Its searches are slow by design; ThreadSanitizer's
 * records of every byte they look at would make them ten times as slow.
 */
#define OF_ONE_THREAD __attribute__((no_sanitize_thread))

OF_ONE_THREAD
static bool run_is_free(const unsigned char *used, unsigned long size, unsigned long at,
			unsigned long nr)
{
	if (at > size || nr > size - at)
		return false;
	for (unsigned long i = at; i < at + nr; i++)
		if (used[i])
			return false;
	return true;
}

OF_ONE_THREAD
static unsigned long hole_length(const unsigned char *used, unsigned long size, unsigned long at)
{
	unsigned long n = 0;

	while (at + n < size && !used[at + n])
		n++;
	return n;
}

OF_ONE_THREAD
static unsigned long search_best(const unsigned char *used, unsigned long size,
				 unsigned long start, unsigned long nr)
{
	unsigned long best = size, best_len = ~0UL;

	for (unsigned long i = start; i < size;) {
		unsigned long len = hole_length(used, size, i);

		if (len >= nr && len < best_len) {
			best = i;
			best_len = len;
		}
		i += len ? len : 1;
	}
	return best;
}

/* Candidates as the arithmetic of the alignment produces them, power of two or not. */
OF_ONE_THREAD
static unsigned long search_aligned(const unsigned char *used, unsigned long size,
				    unsigned long start, unsigned long nr, unsigned long mask,
				    unsigned long off)
{
	unsigned long x = start;

	for (;;) {
		unsigned long at, i;

		while (x < size && used[x])
			x++;
		at = ((x + off + mask) & ~mask) - off;
		if (at >= size || nr > size - at)
			return size;
		for (i = at; i < at + nr && !used[i]; i++)
			;
		if (i == at + nr)
			return at;
		x = i + 1;
	}
}

OF_ONE_THREAD
unsigned long model_search(const unsigned char *used, unsigned long size, unsigned long start,
			   unsigned long nr, enum model_algo algo, unsigned long param, int order,
			   unsigned long start_addr)
{
	unsigned long granule = 1UL << order, pow2 = 1;

	switch (algo) {
	case FIRST_FIT:
		for (unsigned long i = start; i < size; i++)
			if (run_is_free(used, size, i, nr))
				return i;
		return size;
	case FIRST_FIT_ALIGN:
		return search_aligned(used, size, start, nr, ((param + granule - 1) >> order) - 1,
				      (start_addr & (param - 1)) >> order);
	case FIXED:
		if (start || param % granule)
			return size;
		return run_is_free(used, size, param >> order, nr) ? param >> order : size;
	case ORDER_ALIGN:
		while (pow2 < nr)
			pow2 *= 2;
		return search_aligned(used, size, start, nr, pow2 - 1, 0);
	default:
		return search_best(used, size, start, nr);
	}
}

unsigned long model_alloc(struct model *m, size_t size, enum model_algo algo, unsigned long param)
{
	unsigned long granule = 1UL << m->order;
	unsigned long nr = (size >> m->order) + !!(size & (granule - 1));

	for (unsigned int i = m->nr_chunks; size && i--;) {
		struct model_chunk *c = &m->chunks[i];
		unsigned long at;

		if (size > (unsigned long)c->avail)
			continue;
		at = model_search(c->used, c->granules, 0, nr, algo, param, m->order, c->start);
		if (at >= c->granules)
			continue;
		memset(c->used + at, 1, nr);
		c->avail -= nr * granule;
		return c->start + at * granule;
	}
	return 0;
}

void model_free(struct model *m, unsigned long addr, size_t size)
{
	unsigned long granule = 1UL << m->order, nr = (size + granule - 1) >> m->order;

	for (unsigned int i = 0; i < m->nr_chunks; i++) {
		struct model_chunk *c = &m->chunks[i];

		if (addr - c->start >= c->size)
			continue;
		memset(c->used + ((addr - c->start) >> m->order), 0, nr);
		c->avail += nr * granule;
		return;
	}
	ck_abort_msg("the model has no %#lx", addr);
}

size_t model_avail(const struct model *m)
{
	size_t sum = 0;

	for (unsigned int i = 0; i < m->nr_chunks; i++)
		sum += m->chunks[i].avail;
	return sum;
}
