// SPDX-License-Identifier: GPL-2.0-only
/*
 * Managed device resources.
 *
 * A resource is a header followed by the caller's data; callers only see the
 * data. Linked resources belong to the device and sit on its list in order of
 * addition, under devres_lock. Release functions run without the lock, after the
 * resource has left the list.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <asm/sections.h>

struct devres_header {
	struct list_head entry;
	dr_release_t release;
	const char *name;
	size_t size;
	u8 data[] __aligned(ARCH_DMA_MINALIGN);
};

static struct devres_header *to_header(const void *res)
{
	return container_of(res, struct devres_header, data);
}

static struct devres_header *header_alloc(dr_release_t release, size_t size, gfp_t gfp, int nid,
					  const char *name)
{
	struct devres_header *hdr;
	size_t bytes;

	if (check_add_overflow(sizeof(*hdr), size, &bytes))
		return NULL;
	hdr = kmalloc_node(bytes, gfp, nid);
	if (!hdr)
		return NULL;
	INIT_LIST_HEAD(&hdr->entry);
	hdr->release = release;
	hdr->name = name;
	hdr->size = size;
	return hdr;
}

void *__devres_alloc_node(dr_release_t release, size_t size, gfp_t gfp, int nid, const char *name)
{
	struct devres_header *hdr = header_alloc(release, size, gfp | __GFP_ZERO, nid, name);

	return hdr ? hdr->data : NULL;
}
EXPORT_SYMBOL_GPL(__devres_alloc_node);

void devres_free(void *res)
{
	struct devres_header *hdr;

	if (!res)
		return;
	hdr = to_header(res);
	BUG_ON(!list_empty(&hdr->entry));
	kfree(hdr);
}
EXPORT_SYMBOL_GPL(devres_free);

void devres_add(struct device *dev, void *res)
{
	struct devres_header *hdr = to_header(res);
	unsigned long flags;

	spin_lock_irqsave(&dev->devres_lock, flags);
	BUG_ON(!list_empty(&hdr->entry));
	list_add_tail(&hdr->entry, &dev->devres_head);
	spin_unlock_irqrestore(&dev->devres_lock, flags);
}
EXPORT_SYMBOL_GPL(devres_add);

/* devres_lock held; newest first. */
static struct devres_header *find_header(struct device *dev, dr_release_t release,
					 dr_match_t match, void *match_data)
{
	struct devres_header *hdr;

	list_for_each_entry_reverse(hdr, &dev->devres_head, entry)
		if (hdr->release == release && (!match || match(dev, hdr->data, match_data)))
			return hdr;
	return NULL;
}

void *devres_find(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	struct devres_header *hdr;
	unsigned long flags;

	spin_lock_irqsave(&dev->devres_lock, flags);
	hdr = find_header(dev, release, match, match_data);
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	return hdr ? hdr->data : NULL;
}
EXPORT_SYMBOL_GPL(devres_find);

void *devres_get(struct device *dev, void *new_res, dr_match_t match, void *match_data)
{
	struct devres_header *fresh = to_header(new_res);
	struct devres_header *hdr;
	unsigned long flags;

	spin_lock_irqsave(&dev->devres_lock, flags);
	hdr = find_header(dev, fresh->release, match, match_data);
	if (!hdr) {
		list_add_tail(&fresh->entry, &dev->devres_head);
		hdr = fresh;
		fresh = NULL;
	}
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	if (fresh)
		devres_free(new_res);
	return hdr->data;
}
EXPORT_SYMBOL_GPL(devres_get);

void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	struct devres_header *hdr;
	unsigned long flags;

	spin_lock_irqsave(&dev->devres_lock, flags);
	hdr = find_header(dev, release, match, match_data);
	if (hdr)
		list_del_init(&hdr->entry);
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	return hdr ? hdr->data : NULL;
}
EXPORT_SYMBOL_GPL(devres_remove);

int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	void *res = devres_remove(dev, release, match, match_data);

	if (!res)
		return -ENOENT;
	devres_free(res);
	return 0;
}
EXPORT_SYMBOL_GPL(devres_destroy);

int devres_release(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	void *res = devres_remove(dev, release, match, match_data);

	if (!res)
		return -ENOENT;
	release(dev, res);
	devres_free(res);
	return 0;
}
EXPORT_SYMBOL_GPL(devres_release);

void devres_for_each_res(struct device *dev, dr_release_t release, dr_match_t match,
			 void *match_data, void (*fn)(struct device *, void *, void *), void *data)
{
	struct devres_header *hdr, *prev;
	unsigned long flags;

	spin_lock_irqsave(&dev->devres_lock, flags);
	list_for_each_entry_safe_reverse(hdr, prev, &dev->devres_head, entry)
		if (hdr->release == release && (!match || match(dev, hdr->data, match_data)))
			fn(dev, hdr->data, data);
	spin_unlock_irqrestore(&dev->devres_lock, flags);
}
EXPORT_SYMBOL_GPL(devres_for_each_res);

/*
 * Groups: two marks on the list, made together, so that closing needs no memory. A
 * mark is a resource without anything to release; the data of the first is the group,
 * that of the second points to it.
 */
struct group {
	void *id;
	struct devres_header *begin;
	struct devres_header *end;
	bool closed;	/* end is on the list */
	bool going;	/* it is being released with a group around it */
};

static void mark_begin(struct device *dev, void *res)
{
}

static void mark_end(struct device *dev, void *res)
{
}

static struct group *group_begun_by(struct devres_header *hdr)
{
	return hdr->release == mark_begin ? (struct group *)hdr->data : NULL;
}

static struct group *group_ended_by(struct devres_header *hdr)
{
	return hdr->release == mark_end ? *(struct group **)hdr->data : NULL;
}

/* Frees what has left the list of @dev, newest first; how many of it were resources. */
static int release_list(struct device *dev, struct list_head *doomed)
{
	struct devres_header *hdr, *prev;
	int count = 0;

	list_for_each_entry_safe_reverse(hdr, prev, doomed, entry) {
		struct group *group = group_begun_by(hdr);

		list_del(&hdr->entry);
		hdr->release(dev, hdr->data);
		count += hdr->release != mark_begin && hdr->release != mark_end;
		if (group && !group->closed)
			kfree(group->end);
		kfree(hdr);
	}
	return count;
}

int devres_release_all(struct device *dev)
{
	LIST_HEAD(doomed);
	unsigned long flags;

	/* A zeroed list head: the device was never initialised. */
	if (WARN_ON(!dev->devres_head.next))
		return -ENODEV;
	spin_lock_irqsave(&dev->devres_lock, flags);
	list_splice_init(&dev->devres_head, &doomed);
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	return release_list(dev, &doomed);
}

void *devres_open_group(struct device *dev, void *id, gfp_t gfp)
{
	struct devres_header *begin = header_alloc(mark_begin, sizeof(struct group), gfp,
						   NUMA_NO_NODE, "group begins");
	struct devres_header *end = header_alloc(mark_end, sizeof(struct group *), gfp,
						 NUMA_NO_NODE, "group ends");
	struct group *group;

	if (!begin || !end) {
		kfree(begin);
		kfree(end);
		return NULL;
	}
	group = (struct group *)begin->data;
	*group = (struct group){ .id = id ?: group, .begin = begin, .end = end };
	*(struct group **)end->data = group;
	devres_add(dev, begin->data);
	return group->id;
}
EXPORT_SYMBOL_GPL(devres_open_group);

/* devres_lock held. */
static struct group *find_group(struct device *dev, const void *id)
{
	struct devres_header *hdr;

	list_for_each_entry_reverse(hdr, &dev->devres_head, entry) {
		struct group *group = group_begun_by(hdr);

		if (group && (id ? group->id == id : !group->closed))
			return group;
	}
	return NULL;
}

void devres_close_group(struct device *dev, void *id)
{
	struct group *group;
	unsigned long flags;

	spin_lock_irqsave(&dev->devres_lock, flags);
	group = find_group(dev, id);
	if (group && !group->closed) {
		list_add_tail(&group->end->entry, &dev->devres_head);
		group->closed = true;
	}
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	WARN_ON(!group);
}
EXPORT_SYMBOL_GPL(devres_close_group);

void devres_remove_group(struct device *dev, void *id)
{
	struct group *group;
	unsigned long flags;

	spin_lock_irqsave(&dev->devres_lock, flags);
	group = find_group(dev, id);
	if (group) {
		list_del_init(&group->begin->entry);
		list_del_init(&group->end->entry);
	}
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	if (WARN_ON(!group))
		return;
	kfree(group->end);
	kfree(group->begin);
}
EXPORT_SYMBOL_GPL(devres_remove_group);

/* Does the list get from @hdr to @mark before it gets to @stop? */
static bool comes_before(const struct devres_header *hdr, const struct devres_header *mark,
			 const struct list_head *stop)
{
	const struct list_head *at = &hdr->entry;

	while (at != stop && at != &mark->entry)
		at = at->next;
	return at != stop;
}

/* Of another group than the one released: does it go as well? Open ones do if that is open. */
static bool goes_along(struct devres_header *hdr, bool open, const struct list_head *stop)
{
	struct group *ended = group_ended_by(hdr), *begun = group_begun_by(hdr);

	if (begun)
		begun->going = open || (begun->closed && comes_before(hdr, begun->end, stop));
	return begun ? begun->going : !ended || ended->going;
}

/*
 * devres_lock held. Takes the marks of @group off the list and what is between them,
 * but for the marks of groups of which only a part is there.
 */
static void take_group(struct device *dev, struct group *group, struct list_head *doomed)
{
	struct list_head *stop = group->closed ? group->end->entry.next : &dev->devres_head;
	struct devres_header *hdr = group->begin, *next;

	for (; &hdr->entry != stop; hdr = next) {
		next = list_next_entry(hdr, entry);
		if (goes_along(hdr, !group->closed, stop))
			list_move_tail(&hdr->entry, doomed);
	}
}

int devres_release_group(struct device *dev, void *id)
{
	struct group *group;
	LIST_HEAD(doomed);
	unsigned long flags;
	bool missing;

	spin_lock_irqsave(&dev->devres_lock, flags);
	group = find_group(dev, id);
	/* With nothing left the device is on its way out, and the group was released with it. */
	missing = !group && !list_empty(&dev->devres_head);
	if (group)
		take_group(dev, group, &doomed);
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	WARN_ON(missing);
	return release_list(dev, &doomed);
}
EXPORT_SYMBOL_GPL(devres_release_group);

/* Memory: the data of a resource whose release has nothing to do. */

static void memory_release(struct device *dev, void *res)
{
}

static int is_this_memory(struct device *dev, void *res, void *p)
{
	return res == p;
}

static bool is_rodata(const void *p)
{
	return p && is_kernel_rodata((unsigned long)p);
}

void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
{
	struct devres_header *hdr;

	if (!size)
		return ZERO_SIZE_PTR;
	hdr = header_alloc(memory_release, size, gfp, dev_to_node(dev), "devm_kzalloc_release");
	if (!hdr)
		return NULL;
	devres_add(dev, hdr->data);
	return hdr->data;
}
EXPORT_SYMBOL_GPL(devm_kmalloc);

void *devm_krealloc(struct device *dev, void *ptr, size_t size, gfp_t gfp)
{
	size_t old = ZERO_OR_NULL_PTR(ptr) ? 0 : to_header(ptr)->size;
	void *p;

	if (!size) {
		devm_kfree(dev, ptr);
		return ZERO_SIZE_PTR;
	}
	if (size <= old)
		return ptr;
	p = devm_kmalloc(dev, size, gfp);
	if (!p)
		return NULL;
	if (old)
		memcpy(p, ptr, old);
	devm_kfree(dev, ptr);
	return p;
}
EXPORT_SYMBOL_GPL(devm_krealloc);

void devm_kfree(struct device *dev, const void *p)
{
	if (ZERO_OR_NULL_PTR(p) || is_rodata(p))
		return;
	WARN_ON(devres_destroy(dev, memory_release, is_this_memory, (void *)p));
}
EXPORT_SYMBOL_GPL(devm_kfree);

void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp)
{
	void *p = devm_kmalloc(dev, len, gfp);

	if (!ZERO_OR_NULL_PTR(p))
		memcpy(p, src, len);
	return p;
}
EXPORT_SYMBOL_GPL(devm_kmemdup);

char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)
{
	return s ? devm_kmemdup(dev, s, strlen(s) + 1, gfp) : NULL;
}
EXPORT_SYMBOL_GPL(devm_kstrdup);

const char *devm_kstrdup_const(struct device *dev, const char *s, gfp_t gfp)
{
	return is_rodata(s) ? s : devm_kstrdup(dev, s, gfp);
}
EXPORT_SYMBOL_GPL(devm_kstrdup_const);

char *devm_kvasprintf(struct device *dev, gfp_t gfp, const char *fmt, va_list ap)
{
	va_list again;
	size_t len;
	char *p;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	p = devm_kmalloc(dev, len + 1, gfp);
	if (p)
		vsnprintf(p, len + 1, fmt, ap);
	return p;
}
EXPORT_SYMBOL(devm_kvasprintf);

char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = devm_kvasprintf(dev, gfp, fmt, ap);
	va_end(ap);
	return p;
}
EXPORT_SYMBOL_GPL(devm_kasprintf);

/* Actions: a function and its argument. */

struct devm_action {
	void (*func)(void *data);
	void *data;
};

static void action_release(struct device *dev, void *res)
{
	struct devm_action *action = res;

	action->func(action->data);
}

static int is_this_action(struct device *dev, void *res, void *want)
{
	return !memcmp(res, want, sizeof(struct devm_action));
}

int __devm_add_action(struct device *dev, void (*action)(void *data), void *data, const char *name)
{
	struct devm_action *res = __devres_alloc_node(action_release, sizeof(*res), GFP_KERNEL,
						      NUMA_NO_NODE, name);

	if (!res)
		return -ENOMEM;
	res->func = action;
	res->data = data;
	devres_add(dev, res);
	return 0;
}
EXPORT_SYMBOL_GPL(__devm_add_action);

int __devm_add_action_or_reset(struct device *dev, void (*action)(void *data), void *data,
			       const char *name)
{
	int err = __devm_add_action(dev, action, data, name);

	if (err)
		action(data);
	return err;
}
EXPORT_SYMBOL_GPL(__devm_add_action_or_reset);

int devm_remove_action_nowarn(struct device *dev, void (*action)(void *data), void *data)
{
	struct devm_action want = { action, data };

	return devres_destroy(dev, action_release, is_this_action, &want);
}
EXPORT_SYMBOL_GPL(devm_remove_action_nowarn);

void devm_remove_action(struct device *dev, void (*action)(void *data), void *data)
{
	WARN_ON(devm_remove_action_nowarn(dev, action, data));
}
EXPORT_SYMBOL_GPL(devm_remove_action);

void devm_release_action(struct device *dev, void (*action)(void *data), void *data)
{
	struct devm_action want = { action, data };

	WARN_ON(devres_release(dev, action_release, is_this_action, &want));
}
EXPORT_SYMBOL_GPL(devm_release_action);
