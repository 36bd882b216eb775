/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Managed device resources: released when the driver is unbound, or at the last
 * put of the device, in the reverse order of addition.
 *
 * A resource is a zeroed block with a release function, made by devres_alloc and
 * linked by devres_add; the device then owns it. The list has its own spinlock;
 * release functions run outside of it and may sleep. Finding looks at the newest
 * first; match NULL takes the first with that release function.
 * Contract: drivers/base/devres.c.
 */
#ifndef _DEVICE_DEVRES_H_
#define _DEVICE_DEVRES_H_

#include <linux/err.h>
#include <linux/gfp_types.h>
#include <linux/numa.h>
#include <linux/overflow.h>
#include <linux/stdarg.h>
#include <linux/types.h>

struct device;

typedef void (*dr_release_t)(struct device *dev, void *res);
typedef int (*dr_match_t)(struct device *dev, void *res, void *match_data);

void *__devres_alloc_node(dr_release_t release, size_t size, gfp_t gfp, int nid, const char *name)
	__malloc;
#define devres_alloc(release, size, gfp) \
	__devres_alloc_node(release, size, gfp, NUMA_NO_NODE, #release)
#define devres_alloc_node(release, size, gfp, nid) \
	__devres_alloc_node(release, size, gfp, nid, #release)

/* NULL is fine. A resource that is still linked is a bug (BUG). */
void devres_free(void *res);
void devres_add(struct device *dev, void *res);
void *devres_find(struct device *dev, dr_release_t release, dr_match_t match, void *match_data);
/* An existing match (new_res is then freed), else new_res after adding it. */
void *devres_get(struct device *dev, void *new_res, dr_match_t match, void *match_data);
/* Unlinks and returns it, or NULL; the caller frees it. */
void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match, void *match_data);
/* 0 or -ENOENT. destroy frees without calling release, release calls it first. */
int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match, void *match_data);
int devres_release(struct device *dev, dr_release_t release, dr_match_t match, void *match_data);
/* How many were released, or -ENODEV for a device that was never initialised. */
int devres_release_all(struct device *dev);
/* Calls fn for each match, newest first, with the list locked: fn must not sleep. */
void devres_for_each_res(struct device *dev, dr_release_t release, dr_match_t match,
			 void *match_data, void (*fn)(struct device *, void *, void *), void *data);

/*
 * Groups: what is added between opening and closing one can be released alone. @id
 * names a group, NULL the newest that is open; opened with NULL it is its own id.
 * open gives the id, or NULL without memory. remove forgets the group, not what is
 * in it. release releases what is in it, newest first, with the groups nested in
 * it, and gives the number of resources. No such group: WARN.
 */
void *__must_check devres_open_group(struct device *dev, void *id, gfp_t gfp);
void devres_close_group(struct device *dev, void *id);
void devres_remove_group(struct device *dev, void *id);
int devres_release_group(struct device *dev, void *id);

/* Memory that goes with the device. NULL without memory. devm_kfree of a stranger warns. */
void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp) __malloc;
void *devm_krealloc(struct device *dev, void *ptr, size_t size, gfp_t gfp) __must_check;
void devm_kfree(struct device *dev, const void *p);
char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp) __malloc;
const char *devm_kstrdup_const(struct device *dev, const char *s, gfp_t gfp);
char *devm_kvasprintf(struct device *dev, gfp_t gfp, const char *fmt, va_list ap) __printf(3, 0);
char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...) __printf(3, 4);
void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp) __malloc;

static inline void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp)
{
	return devm_kmalloc(dev, size, gfp | __GFP_ZERO);
}

static inline void *devm_kmalloc_array(struct device *dev, size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	return check_mul_overflow(n, size, &bytes) ? NULL : devm_kmalloc(dev, bytes, flags);
}

static inline void *devm_kcalloc(struct device *dev, size_t n, size_t size, gfp_t flags)
{
	return devm_kmalloc_array(dev, n, size, flags | __GFP_ZERO);
}

/*
 * A function to call at release. 0 or -ENOMEM; the _or_reset form calls it at
 * once when it cannot be added. remove drops it uncalled (warns if unknown),
 * release calls it now.
 */
int __devm_add_action(struct device *dev, void (*action)(void *data), void *data,
		      const char *name);
int __devm_add_action_or_reset(struct device *dev, void (*action)(void *data), void *data,
			       const char *name);
#define devm_add_action(dev, action, data) __devm_add_action(dev, action, data, #action)
#define devm_add_action_or_reset(dev, action, data) \
	__devm_add_action_or_reset(dev, action, data, #action)
int devm_remove_action_nowarn(struct device *dev, void (*action)(void *data), void *data);
void devm_remove_action(struct device *dev, void (*action)(void *data), void *data);
void devm_release_action(struct device *dev, void (*action)(void *data), void *data);

#endif
