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

int devres_release_all(struct device *dev)
{
	struct devres_header *hdr, *prev;
	LIST_HEAD(doomed);
	unsigned long flags;
	int count = 0;

	/* A zeroed list head: the device was never initialised. */
	if (WARN_ON(!dev->devres_head.next))
		return -ENODEV;
	spin_lock_irqsave(&dev->devres_lock, flags);
	list_splice_init(&dev->devres_head, &doomed);
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	list_for_each_entry_safe_reverse(hdr, prev, &doomed, entry) {
		list_del(&hdr->entry);
		hdr->release(dev, hdr->data);
		kfree(hdr);
		count++;
	}
	return count;
}

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
