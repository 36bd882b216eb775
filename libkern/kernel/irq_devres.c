// SPDX-License-Identifier: GPL-2.0-only
/* Interrupt handlers that are removed when their device's resources are released. */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/interrupt.h>

struct irq_devres {
	unsigned int irq;
	void *dev_id;
};

static void release_irq(struct device *dev, void *res)
{
	struct irq_devres *held = res;

	free_irq(held->irq, held->dev_id);
}

static int same_irq(struct device *dev, void *res, void *data)
{
	const struct irq_devres *held = res, *wanted = data;

	return held->irq == wanted->irq && held->dev_id == wanted->dev_id;
}

int devm_request_threaded_irq(struct device *dev, unsigned int irq, irq_handler_t handler,
			      irq_handler_t thread_fn, unsigned long irqflags,
			      const char *devname, void *dev_id)
{
	struct irq_devres *held = devres_alloc(release_irq, sizeof(*held), GFP_KERNEL);
	int err;

	if (!held)
		return -ENOMEM;
	err = request_threaded_irq(irq, handler, thread_fn, irqflags,
				   devname ? devname : dev_name(dev), dev_id);
	if (err) {
		devres_free(held);
		return err;
	}
	held->irq = irq;
	held->dev_id = dev_id;
	devres_add(dev, held);
	return 0;
}
EXPORT_SYMBOL(devm_request_threaded_irq);

void devm_free_irq(struct device *dev, unsigned int irq, void *dev_id)
{
	struct irq_devres wanted = { .irq = irq, .dev_id = dev_id };

	WARN_ON(devres_destroy(dev, release_irq, same_irq, &wanted));
	free_irq(irq, dev_id);
}
EXPORT_SYMBOL(devm_free_irq);
