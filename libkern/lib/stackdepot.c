// SPDX-License-Identifier: GPL-2.0-only
/*
 * Call chains kept once each (lib/stackdepot.c).
 *
 * A handle is an index, plus 1, into a table of records in two levels; chains that
 * hash alike are linked. Records are complete before they are linked and never
 * change, so looking one up takes no lock; storing a new one does. All of it is
 * libc's memory: the depot records allocations and must not make any.
 */
#include <stdlib.h>

#include <linux/export.h>
#include <linux/jhash.h>
#include <linux/stackdepot.h>
#include <linux/stacktrace.h>
#include <linux/string.h>

#include "../mm/internal.h"
#include "stackdepot.h"

#define BUCKETS 4096
#define CHUNK 1024
#define CHUNKS 1024

struct depot_record {
	struct depot_record *next;
	depot_stack_handle_t handle;
	unsigned int nr;
	unsigned long entries[];
};

static struct depot_record *buckets[BUCKETS];
static struct mem_lock depot_lock;

/* Under the lock, but for look-ups by handles, which were given out before. */
static struct depot_record **chunks[CHUNKS];
static unsigned int nr_records;

static struct depot_record *find(struct depot_record *record, const unsigned long *entries,
				 unsigned int nr)
{
	for (; record; record = record->next)
		if (record->nr == nr && !memcmp(record->entries, entries, nr * sizeof(*entries)))
			break;
	return record;
}

/* Under the lock. A place for one more handle; NULL when there is none. */
static struct depot_record **new_place(void)
{
	struct depot_record ***chunk = &chunks[nr_records / CHUNK];

	if (nr_records == CHUNK * CHUNKS)
		return NULL;
	if (!*chunk)
		*chunk = calloc(CHUNK, sizeof(**chunk));
	return *chunk ? &(*chunk)[nr_records % CHUNK] : NULL;
}

/* Under the lock. */
static struct depot_record *add(struct depot_record **bucket, const unsigned long *entries,
				unsigned int nr)
{
	struct depot_record *record = malloc(sizeof(*record) + nr * sizeof(*entries));
	struct depot_record **place = record ? new_place() : NULL;

	if (!place) {
		free(record);
		return NULL;
	}
	record->next = *bucket;
	record->handle = ++nr_records;
	record->nr = nr;
	memcpy(record->entries, entries, nr * sizeof(*entries));
	*place = record;
	/* Pairs with the load in stack_depot_save(): the record is complete. */
	smp_store_release(bucket, record);
	return record;
}

depot_stack_handle_t stack_depot_save(unsigned long *entries, unsigned int nr_entries,
				      gfp_t alloc_flags)
{
	struct depot_record **bucket, *record;

	if (!nr_entries)
		return 0;
	bucket = &buckets[jhash2((const u32 *)entries, nr_entries * 2, nr_entries) % BUCKETS];
	record = find(smp_load_acquire(bucket), entries, nr_entries);
	if (record)
		return record->handle;
	mem_lock(&depot_lock);
	record = find(*bucket, entries, nr_entries);
	if (!record)
		record = add(bucket, entries, nr_entries);
	mem_unlock(&depot_lock);
	return record ? record->handle : 0;
}
EXPORT_SYMBOL_GPL(stack_depot_save);

unsigned int stack_depot_fetch(depot_stack_handle_t handle, unsigned long **entries)
{
	struct depot_record *record;

	*entries = NULL;
	if (!handle || handle > CHUNK * CHUNKS || !chunks[(handle - 1) / CHUNK])
		return 0;
	record = chunks[(handle - 1) / CHUNK][(handle - 1) % CHUNK];
	if (!record)
		return 0;
	*entries = record->entries;
	return record->nr;
}
EXPORT_SYMBOL_GPL(stack_depot_fetch);

void stack_depot_print(depot_stack_handle_t stack)
{
	unsigned long *entries;
	unsigned int nr = stack_depot_fetch(stack, &entries);

	stack_trace_print(entries, nr, 0);
}
EXPORT_SYMBOL_GPL(stack_depot_print);

int stack_depot_snprint(depot_stack_handle_t handle, char *buf, size_t size, int spaces)
{
	unsigned long *entries;
	unsigned int nr = stack_depot_fetch(handle, &entries);

	return stack_trace_snprint(buf, size, entries, nr, spaces);
}
EXPORT_SYMBOL_GPL(stack_depot_snprint);

/* No handle is in use any more. */
void stack_depot_shutdown(void)
{
	unsigned int i;

	for (i = 0; i < nr_records; i++)
		free(chunks[i / CHUNK][i % CHUNK]);
	for (i = 0; i < CHUNKS; i++) {
		free(chunks[i]);
		chunks[i] = NULL;
	}
	memset(buckets, 0, sizeof(buckets));
	nr_records = 0;
}
