// SPDX-License-Identifier: GPL-2.0-only
/*
 * What platform devices are made of: ranges of memory and ports, interrupts.
 *
 * Ranges are claimed in the trees of linux/ioport.h while the device is there,
 * each in its own parent, or in the whole of its type if it names none.
 */
#include <linux/export.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "libkern/drivers/base/base.h"

int platform_device_add_resources(struct platform_device *pdev, const struct resource *res,
				  unsigned int num)
{
	struct resource *copy = NULL;

	if (res) {
		copy = kmemdup_array(res, num, sizeof(*res), GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
	}
	kfree(pdev->resource);
	pdev->resource = copy;
	pdev->num_resources = num;
	return 0;
}
EXPORT_SYMBOL_GPL(platform_device_add_resources);

void platform_drop_resources(struct platform_device *pdev, unsigned int num)
{
	while (num--)
		if (pdev->resource[num].parent)
			release_resource(&pdev->resource[num]);
}

int platform_claim_resources(struct platform_device *pdev)
{
	for (unsigned int i = 0; i < pdev->num_resources; i++) {
		struct resource *r = &pdev->resource[i], *tree = r->parent;

		if (!r->name)
			r->name = dev_name(&pdev->dev);
		if (!tree && resource_type(r) == IORESOURCE_MEM)
			tree = &iomem_resource;
		else if (!tree && resource_type(r) == IORESOURCE_IO)
			tree = &ioport_resource;
		if (!tree || !insert_resource(tree, r))
			continue;
		dev_err(&pdev->dev, "failed to claim resource %u: %pR\n", i, r);
		platform_drop_resources(pdev, i);
		return -EBUSY;
	}
	return 0;
}

struct resource *platform_get_resource(struct platform_device *pdev, unsigned int type,
				       unsigned int num)
{
	for (unsigned int i = 0; i < pdev->num_resources; i++)
		if (resource_type(&pdev->resource[i]) == type && !num--)
			return &pdev->resource[i];
	return NULL;
}
EXPORT_SYMBOL_GPL(platform_get_resource);

struct resource *platform_get_resource_byname(struct platform_device *pdev, unsigned int type,
					      const char *name)
{
	for (unsigned int i = 0; i < pdev->num_resources; i++) {
		struct resource *r = &pdev->resource[i];

		if (r->name && resource_type(r) == type && !strcmp(r->name, name))
			return r;
	}
	return NULL;
}
EXPORT_SYMBOL_GPL(platform_get_resource_byname);

static int irq_of(const struct resource *r)
{
	if (!r)
		return -ENXIO;
	return WARN(!r->start, "0 is an invalid IRQ number\n") ? -EINVAL : (int)r->start;
}

int platform_get_irq_optional(struct platform_device *pdev, unsigned int num)
{
	return irq_of(platform_get_resource(pdev, IORESOURCE_IRQ, num));
}
EXPORT_SYMBOL_GPL(platform_get_irq_optional);

int platform_get_irq(struct platform_device *pdev, unsigned int num)
{
	int irq = platform_get_irq_optional(pdev, num);

	if (irq < 0)
		dev_err(&pdev->dev, "error %pe: IRQ index %u not found\n", ERR_PTR(irq), num);
	return irq;
}
EXPORT_SYMBOL_GPL(platform_get_irq);

int platform_get_irq_byname_optional(struct platform_device *pdev, const char *name)
{
	return irq_of(platform_get_resource_byname(pdev, IORESOURCE_IRQ, name));
}
EXPORT_SYMBOL_GPL(platform_get_irq_byname_optional);

int platform_get_irq_byname(struct platform_device *pdev, const char *name)
{
	int irq = platform_get_irq_byname_optional(pdev, name);

	if (irq < 0)
		dev_err(&pdev->dev, "error %pe: IRQ %s not found\n", ERR_PTR(irq), name);
	return irq;
}
EXPORT_SYMBOL_GPL(platform_get_irq_byname);

int platform_irq_count(struct platform_device *pdev)
{
	int found = 0;

	while (platform_get_irq_optional(pdev, found) >= 0)
		found++;
	return found;
}
EXPORT_SYMBOL_GPL(platform_irq_count);
