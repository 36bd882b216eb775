// SPDX-License-Identifier: GPL-2.0-only
/*
 * The heap framework: registration, the devices, the allocation ioctl.
 *
 * Heaps are found by minor number. The ioctl takes argument structures of other
 * sizes than ours, so that both sides may be extended: what the caller leaves out
 * reads as zero, what it has too much is handed back as it came.
 */
#undef KBUILD_MODNAME
#define KBUILD_MODNAME "dma_heap"

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#define NUM_HEAP_MINORS 128
#define STACK_ARGUMENT 128

struct dma_heap {
	const char *name;
	const struct dma_heap_ops *ops;
	void *priv;
	dev_t devt;
	struct list_head list;
	struct cdev cdev;
};

static LIST_HEAD(heap_list);
/* Names are unique on the list. */
static DEFINE_MUTEX(heap_list_lock);
static DEFINE_XARRAY_ALLOC(heap_minors);
static dev_t first_devt;
/* NULL: the machine started without the framework. */
static struct class *heap_class;

void *dma_heap_get_drvdata(struct dma_heap *heap)
{
	return heap->priv;
}
EXPORT_SYMBOL_NS_GPL(dma_heap_get_drvdata, "DMA_BUF_HEAP");

const char *dma_heap_get_name(struct dma_heap *heap)
{
	return heap->name;
}
EXPORT_SYMBOL_NS_GPL(dma_heap_get_name, "DMA_BUF_HEAP");

static int heap_allocate_fd(struct dma_heap *heap, const struct dma_heap_allocation_data *data)
{
	unsigned long len = PAGE_ALIGN(data->len);
	struct dma_buf *dmabuf;
	int fd;

	/* Nothing asked for, or wrapped. */
	if (!len)
		return -EINVAL;
	dmabuf = heap->ops->allocate(heap, len, data->fd_flags, data->heap_flags);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	fd = dma_buf_fd(dmabuf, data->fd_flags);
	if (fd < 0)
		dma_buf_put(dmabuf);
	return fd;
}

static long heap_ioctl_alloc(struct file *file, struct dma_heap_allocation_data *data)
{
	int fd;

	if (data->fd || data->fd_flags & ~DMA_HEAP_VALID_FD_FLAGS ||
	    data->heap_flags & ~DMA_HEAP_VALID_HEAP_FLAGS)
		return -EINVAL;
	fd = heap_allocate_fd(file->private_data, data);
	if (fd < 0)
		return fd;
	data->fd = fd;
	return 0;
}

/* arg has room for both the caller's structure and ours. */
static long heap_ioctl_with(struct file *file, unsigned int cmd, void __user *user, void *arg)
{
	unsigned int size = _IOC_SIZE(cmd), dir = _IOC_DIR(cmd);
	long res;

	if (dir & _IOC_WRITE && copy_from_user(arg, user, size))
		return -EFAULT;
	res = heap_ioctl_alloc(file, arg);
	/* Also after an error. */
	if (dir & _IOC_READ && copy_to_user(user, arg, size))
		res = -EFAULT;
	return res;
}

static long dma_heap_ioctl(struct file *file, unsigned int cmd, unsigned long user)
{
	char on_stack[STACK_ARGUMENT] __aligned(8) = { };
	size_t size = max_t(size_t, _IOC_SIZE(cmd), sizeof(struct dma_heap_allocation_data));
	void *arg = on_stack;
	long res;

	if (_IOC_NR(cmd) != _IOC_NR(DMA_HEAP_IOCTL_ALLOC))
		return -EINVAL;
	if (size > sizeof(on_stack)) {
		arg = kzalloc(size, GFP_KERNEL);
		if (!arg)
			return -ENOMEM;
	}
	res = heap_ioctl_with(file, cmd, (void __user *)user, arg);
	if (arg != on_stack)
		kfree(arg);
	return res;
}

static int dma_heap_open(struct inode *inode, struct file *file)
{
	struct dma_heap *heap = xa_load(&heap_minors, iminor(inode));

	if (!heap)
		return -ENODEV;
	file->private_data = heap;
	return nonseekable_open(inode, file);
}

static const struct file_operations dma_heap_fops = {
	.owner = THIS_MODULE,
	.open = dma_heap_open,
	.unlocked_ioctl = dma_heap_ioctl,
	.compat_ioctl = dma_heap_ioctl,
};

static int heap_make_device(struct dma_heap *heap)
{
	struct device *dev;
	u32 minor;
	int err = xa_alloc(&heap_minors, &minor, heap, XA_LIMIT(0, NUM_HEAP_MINORS - 1),
			   GFP_KERNEL);

	if (err) {
		pr_err("dma_heap: Unable to get minor number for heap\n");
		return err;
	}
	heap->devt = MKDEV(MAJOR(first_devt), minor);
	cdev_init(&heap->cdev, &dma_heap_fops);
	/* A line in a list, which takes no memory. */
	WARN_ON(cdev_add(&heap->cdev, heap->devt, 1));
	dev = device_create(heap_class, NULL, heap->devt, NULL, "%s", heap->name);
	if (!IS_ERR(dev))
		return 0;
	pr_err("dma_heap: Unable to create device\n");
	cdev_del(&heap->cdev);
	xa_erase(&heap_minors, minor);
	return PTR_ERR(dev);
}

static void heap_free(struct dma_heap *heap)
{
	device_destroy(heap_class, heap->devt);
	cdev_del(&heap->cdev);
	xa_erase(&heap_minors, MINOR(heap->devt));
	kfree(heap);
}

static bool name_taken(const char *name)
{
	struct dma_heap *heap;

	list_for_each_entry(heap, &heap_list, list)
		if (!strcmp(heap->name, name))
			return true;
	return false;
}

static int heap_register(struct dma_heap *heap)
{
	int err;

	if (!heap_class)
		return -ENODEV;
	guard(mutex)(&heap_list_lock);
	if (name_taken(heap->name)) {
		pr_err("dma_heap: Already registered heap named %s\n", heap->name);
		return -EINVAL;
	}
	err = heap_make_device(heap);
	if (!err)
		list_add(&heap->list, &heap_list);
	return err;
}

/* What is wrong with a heap that wants to be added; NULL: nothing. */
static const char *complaint_about(const struct dma_heap_export_info *info)
{
	if (!info->name || !*info->name)
		return "dma_heap: Cannot add heap without a name";
	if (!info->ops || !info->ops->allocate)
		return "dma_heap: Cannot add heap with invalid ops struct";
	return NULL;
}

struct dma_heap *dma_heap_add(const struct dma_heap_export_info *exp_info)
{
	const char *complaint = complaint_about(exp_info);
	struct dma_heap *added;
	int err = -ENOMEM;

	if (complaint) {
		pr_err("%s\n", complaint);
		return ERR_PTR(-EINVAL);
	}
	added = kmalloc(sizeof(*added), GFP_KERNEL);
	if (added) {
		*added = (struct dma_heap){
			.name = exp_info->name, .ops = exp_info->ops, .priv = exp_info->priv,
		};
		err = heap_register(added);
	}
	if (!err)
		return added;
	kfree(added);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_NS_GPL(dma_heap_add, "DMA_BUF_HEAP");

static char *dma_heap_devnode(const struct device *dev, umode_t *mode)
{
	return kasprintf(GFP_KERNEL, "dma_heap/%s", dev_name(dev));
}

static int __init dma_heap_init(void)
{
	int err = alloc_chrdev_region(&first_devt, 0, NUM_HEAP_MINORS, "dma_heap");
	struct class *cls;

	if (err)
		return err;
	cls = class_create("dma_heap");
	if (IS_ERR(cls)) {
		unregister_chrdev_region(first_devt, NUM_HEAP_MINORS);
		return PTR_ERR(cls);
	}
	cls->devnode = dma_heap_devnode;
	heap_class = cls;
	return 0;
}
subsys_initcall(dma_heap_init);

static void __exit dma_heap_exit(void)
{
	struct dma_heap *heap, *next;

	list_for_each_entry_safe(heap, next, &heap_list, list)
		heap_free(heap);
	INIT_LIST_HEAD(&heap_list);
	xa_destroy(&heap_minors);
	class_destroy(heap_class);
	heap_class = NULL;
	unregister_chrdev_region(first_devt, NUM_HEAP_MINORS);
}
__exitcall(dma_heap_exit);
