// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that uses the kernel's common objects the way kernel code does: tables
 * and trees, references, deferred work, waiting, notifiers, debugfs. It includes what
 * such a module includes and nothing of udevmem's.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/hashtable.h>
#include <linux/hrtimer.h>
#include <linux/idr.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/percpu-refcount.h>
#include <linux/percpu.h>
#include <linux/ratelimit.h>
#include <linux/rculist.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

static unsigned int nr_objects = 16;
module_param(nr_objects, uint, 0444);
MODULE_PARM_DESC(nr_objects, "objects per table");
static char *label = "none";
module_param(label, charp, 0644);
static int sizes[4] = { 1, 2, 3, 4 };
static unsigned int nr_sizes;
module_param_array(sizes, int, &nr_sizes, 0444);
static bool noisy;
module_param_named(loud, noisy, bool, 0644);

struct object {
	struct kref ref;
	u32 id;
	struct list_head node;
	struct hlist_node hnode;
	struct rcu_head rcu;
	char name[16];
};

int objects_result = -EAGAIN;
EXPORT_SYMBOL_GPL(objects_result);

static LIST_HEAD(objects);
static DEFINE_SPINLOCK(objects_lock);
static DEFINE_HASHTABLE(by_id, 4);
static DEFINE_IDA(ida);
static DEFINE_IDR(names);
static DEFINE_XARRAY_ALLOC(array);
static struct kmem_cache *cache;
static mempool_t *reserve;
static struct dentry *dir;
static DEFINE_PER_CPU(u64, hits);
static DEFINE_STATIC_KEY_FALSE(slow_path);
static BLOCKING_NOTIFIER_HEAD(chain);
static DEFINE_RATELIMIT_STATE(limit, HZ, 2);
static DECLARE_RWSEM(tree_sem);
static DEFINE_SEQLOCK(stamp_lock);
static DECLARE_WAIT_QUEUE_HEAD(wq_head);
static DECLARE_COMPLETION(all_done);
static LLIST_HEAD(lockless);

static void object_release(struct kref *kref)
{
	struct object *obj = container_of(kref, struct object, ref);

	kfree_rcu(obj, rcu);
}

static struct object *object_create(gfp_t gfp)
{
	struct object *obj __free(kfree) = kzalloc(sizeof(*obj), gfp);
	int ret;

	if (!obj)
		return ERR_PTR(-ENOMEM);
	ret = ida_alloc_range(&ida, 1, nr_objects, gfp);
	if (ret < 0)
		return ERR_PTR(ret);
	obj->id = ret;
	kref_init(&obj->ref);
	scnprintf(obj->name, sizeof(obj->name), "obj%02u", obj->id);
	scoped_guard(spinlock_bh, &objects_lock) {
		list_add_tail_rcu(&obj->node, &objects);
		hash_add_rcu(by_id, &obj->hnode, obj->id);
	}
	return_ptr(obj);
}

static struct object *object_find(u32 id)
{
	struct object *obj;

	guard(rcu)();
	hash_for_each_possible_rcu(by_id, obj, hnode, id)
		if (obj->id == id && kref_get_unless_zero(&obj->ref))
			return obj;
	return NULL;
}

static void object_destroy(struct object *obj)
{
	spin_lock_bh(&objects_lock);
	list_del_rcu(&obj->node);
	hash_del_rcu(&obj->hnode);
	spin_unlock_bh(&objects_lock);
	ida_free(&ida, obj->id);
	kref_put(&obj->ref, object_release);
}

static int objects_show(struct seq_file *m, void *v)
{
	struct object *obj;

	rcu_read_lock();
	list_for_each_entry_rcu(obj, &objects, node)
		seq_printf(m, "%u %s\n", obj->id, obj->name);
	rcu_read_unlock();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(objects);

static void *walk_start(struct seq_file *m, loff_t *pos)
{
	rcu_read_lock();
	return seq_list_start(&objects, *pos);
}

static void *walk_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &objects, pos);
}

static void walk_stop(struct seq_file *m, void *v)
{
	rcu_read_unlock();
}

static int walk_show(struct seq_file *m, void *v)
{
	struct object *obj = list_entry(v, struct object, node);

	seq_puts(m, obj->name);
	seq_putc(m, '\n');
	return 0;
}

static const struct seq_operations walk_sops = {
	.start = walk_start,
	.next = walk_next,
	.stop = walk_stop,
	.show = walk_show,
};
DEFINE_SEQ_ATTRIBUTE(walk);

static int cap_get(void *data, u64 *val)
{
	*val = *(unsigned int *)data;
	return 0;
}

static int cap_set(void *data, u64 val)
{
	if (val > 100)
		return -ERANGE;
	*(unsigned int *)data = val;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(cap_fops, cap_get, cap_set, "%llu\n");

static ssize_t raw_write(struct file *file, const char __user *ubuf, size_t len, loff_t *ppos)
{
	char *buf __free(kfree) = memdup_user_nul(ubuf, len);
	unsigned long v;
	int ret;

	if (IS_ERR(buf))
		return PTR_ERR(no_free_ptr(buf));
	ret = kstrtoul(strim(buf), 0, &v);
	if (ret)
		return ret;
	WRITE_ONCE(*(unsigned int *)file->private_data, v);
	return len;
}

static ssize_t raw_read(struct file *file, char __user *ubuf, size_t len, loff_t *ppos)
{
	char buf[32];
	int n = scnprintf(buf, sizeof(buf), "%u\n", *(unsigned int *)file->private_data);

	return simple_read_from_buffer(ubuf, len, ppos, buf, n);
}

static const struct file_operations raw_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = raw_read,
	.write = raw_write,
	.llseek = default_llseek,
};

struct ref_user {
	struct percpu_ref ref;
	struct completion dead;
	struct completion confirmed;
};

static void ref_release(struct percpu_ref *ref)
{
	complete(&container_of(ref, struct ref_user, ref)->dead);
}

static void ref_confirm(struct percpu_ref *ref)
{
	complete(&container_of(ref, struct ref_user, ref)->confirmed);
}

static int use_percpu_ref(void)
{
	struct ref_user *u __free(kfree) = kzalloc_obj(*u);
	int ret;

	if (!u)
		return -ENOMEM;
	init_completion(&u->dead);
	init_completion(&u->confirmed);
	ret = percpu_ref_init(&u->ref, ref_release, PERCPU_REF_ALLOW_REINIT, GFP_KERNEL);
	if (ret)
		return ret;
	percpu_ref_get_many(&u->ref, 3);
	percpu_ref_kill_and_confirm(&u->ref, ref_confirm);
	wait_for_completion(&u->confirmed);
	if (percpu_ref_tryget_live(&u->ref))
		return -EBUSY;
	percpu_ref_put_many(&u->ref, 3);
	if (!wait_for_completion_timeout(&u->dead, HZ))
		return -ETIMEDOUT;
	percpu_ref_exit(&u->ref);
	return 0;
}

struct job {
	struct work_struct work;
	struct delayed_work later;
	struct timer_list timer;
	struct hrtimer hr;
	struct tasklet_struct tasklet;
	struct llist_node ll;
	atomic_t runs;
	int ticks;
	wait_queue_head_t wait;
};

static void job_work(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	might_sleep();
	atomic_inc(&job->runs);
	wake_up(&job->wait);
}

static void job_later(struct work_struct *work)
{
	struct job *job = container_of(to_delayed_work(work), struct job, later);

	atomic_inc(&job->runs);
	wake_up_all(&job->wait);
}

static void job_timer(struct timer_list *t)
{
	struct job *job = timer_container_of(job, t, timer);

	WARN_ON(!in_softirq());
	WRITE_ONCE(job->ticks, job->ticks + 1);
	if (job->ticks < 3)
		mod_timer(&job->timer, jiffies + msecs_to_jiffies(5));
	wake_up(&job->wait);
}

static enum hrtimer_restart job_hr(struct hrtimer *hr)
{
	struct job *job = container_of(hr, struct job, hr);

	if (atomic_inc_return(&job->runs) >= 10)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(hr, us_to_ktime(100));
	return HRTIMER_RESTART;
}

static void job_tasklet(struct tasklet_struct *t)
{
	struct job *job = from_tasklet(job, t, tasklet);

	WARN_ON_ONCE(!in_serving_softirq());
	this_cpu_inc(hits);
	llist_add(&job->ll, &lockless);
	wake_up(&job->wait);
}

static int use_deferred(void)
{
	struct workqueue_struct *wq;
	struct job *job, *pos, *tmp;
	int ret = -EIO;
	long left;

	job = kzalloc(sizeof(*job), GFP_KERNEL);
	wq = alloc_ordered_workqueue("objects-%s", WQ_MEM_RECLAIM, label);
	if (!job || !wq)
		goto out;
	init_waitqueue_head(&job->wait);
	INIT_WORK(&job->work, job_work);
	INIT_DELAYED_WORK(&job->later, job_later);
	timer_setup(&job->timer, job_timer, 0);
	hrtimer_setup(&job->hr, job_hr, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	tasklet_setup(&job->tasklet, job_tasklet);

	queue_work(wq, &job->work);
	queue_delayed_work(wq, &job->later, msecs_to_jiffies(20));
	left = wait_event_timeout(job->wait, atomic_read(&job->runs) == 2, HZ);
	if (!left)
		goto cancel;
	mod_timer(&job->timer, jiffies + 1);
	if (wait_event_interruptible_timeout(job->wait, READ_ONCE(job->ticks) == 3, HZ) <= 0)
		goto cancel;
	hrtimer_start(&job->hr, ms_to_ktime(1), HRTIMER_MODE_REL);
	while (hrtimer_active(&job->hr))
		usleep_range(200, 400);
	if (atomic_read(&job->runs) != 10)
		goto cancel;
	tasklet_schedule(&job->tasklet);
	wait_event(job->wait, !llist_empty(&lockless));
	llist_for_each_entry_safe(pos, tmp, llist_del_all(&lockless), ll)
		ret = pos == job ? 0 : -EIO;
cancel:
	tasklet_kill(&job->tasklet);
	timer_shutdown_sync(&job->timer);
	hrtimer_cancel(&job->hr);
	cancel_delayed_work_sync(&job->later);
	cancel_work_sync(&job->work);
out:
	if (wq)
		destroy_workqueue(wq);
	kfree(job);
	return ret;
}

static int sum_thread(void *data)
{
	unsigned long *sum = data;
	DEFINE_WAIT(wait);

	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop()) {
			__set_current_state(TASK_RUNNING);
			break;
		}
		prepare_to_wait(&wq_head, &wait, TASK_INTERRUPTIBLE);
		schedule_timeout(msecs_to_jiffies(1));
		finish_wait(&wq_head, &wait);
		(*sum)++;
		if (*sum == 3)
			complete_all(&all_done);
	}
	return 42;
}

static int use_kthread(void)
{
	unsigned long sum = 0;
	struct task_struct *t;

	reinit_completion(&all_done);
	t = kthread_run(sum_thread, &sum, "objects/%d", 7);
	if (IS_ERR(t))
		return PTR_ERR(t);
	wait_for_completion(&all_done);
	return kthread_stop(t) == 42 && sum >= 3 ? 0 : -EIO;
}

static int on_event(struct notifier_block *nb, unsigned long action, void *data)
{
	(*(int *)data)++;
	return action == 2 ? notifier_from_errno(-EPERM) : NOTIFY_OK;
}

static struct notifier_block nb = { .notifier_call = on_event, .priority = 1 };

static int cmp_u32(const void *a, const void *b)
{
	return *(const u32 *)a < *(const u32 *)b ? -1 : *(const u32 *)a > *(const u32 *)b;
}

static int use_notifier(void)
{
	int calls = 0, ret;

	blocking_notifier_chain_register(&chain, &nb);
	blocking_notifier_call_chain(&chain, 1, &calls);
	ret = blocking_notifier_call_chain(&chain, 2, &calls);
	blocking_notifier_chain_unregister(&chain, &nb);
	return notifier_to_errno(ret) == -EPERM && calls == 2 ? 0 : -EIO;
}

static int use_bits(void)
{
	DECLARE_BITMAP(map, 130);
	u32 v[] = { 5, 1, 4 };
	cpumask_var_t mask;
	unsigned long bit;
	unsigned int cpu, n = 0;
	u64 total = 0;

	bitmap_zero(map, 130);
	bitmap_set(map, 60, 10);
	for_each_set_bit(bit, map, 130)
		n += bit >= 60 && bit < 70;
	if (n != 10 || bitmap_weight(map, 130) != 10 || find_first_zero_bit(map, 130))
		return -EIO;
	if (!zalloc_cpumask_var(&mask, GFP_KERNEL))
		return -ENOMEM;
	cpumask_copy(mask, cpu_online_mask);
	for_each_cpu(cpu, mask)
		total += per_cpu(hits, cpu);
	free_cpumask_var(mask);
	sort(v, ARRAY_SIZE(v), sizeof(v[0]), cmp_u32, NULL);
	return total && v[0] == 1 && v[2] == 5 ? 0 : -EIO;
}

static int use_locks(void)
{
	unsigned int seq, n = 0;

	static_branch_enable(&slow_path);
	if (static_branch_unlikely(&slow_path))
		n++;
	static_branch_disable(&slow_path);
	write_seqlock(&stamp_lock);
	write_sequnlock(&stamp_lock);
	do {
		seq = read_seqbegin(&stamp_lock);
		n++;
	} while (read_seqretry(&stamp_lock, seq));
	scoped_guard(rwsem_read, &tree_sem)
		n++;
	while (__ratelimit(&limit))
		pr_info_ratelimited("%u\n", n);
	return n == 3 ? 0 : -EIO;
}

static int use_trees(void)
{
	unsigned long idx;
	void *entry;
	int id, n = 0;
	u32 slot;

	id = idr_alloc(&names, "x", 3, 10, GFP_KERNEL);
	if (id != 3 || strcmp(idr_find(&names, 3), "x"))
		return -EIO;
	idr_for_each_entry(&names, entry, id)
		n += id;
	idr_remove(&names, 3);
	idr_destroy(&names);
	if (xa_alloc(&array, &slot, xa_mk_value(9), xa_limit_16b, GFP_KERNEL) || slot)
		return -EIO;
	xa_for_each(&array, idx, entry)
		n += xa_to_value(entry);
	xa_erase(&array, 0);
	return n == 12 ? 0 : -EIO;
}

static int use_pools(void)
{
	void *e[6];
	int i;

	cache = KMEM_CACHE(object, SLAB_HWCACHE_ALIGN);
	if (!cache)
		return -ENOMEM;
	reserve = mempool_create_slab_pool(4, cache);
	if (!reserve)
		return -ENOMEM;
	for (i = 0; i < 6; i++)
		e[i] = mempool_alloc(reserve, GFP_KERNEL);
	for (i = 0; i < 6; i++)
		mempool_free(e[i], reserve);
	if (kmem_cache_alloc_bulk(cache, GFP_KERNEL, 4, e) != 4)
		return -EIO;
	kmem_cache_free_bulk(cache, 4, e);
	mempool_destroy(reserve);
	kmem_cache_destroy(cache);
	return 0;
}

static int __init objects_init(void)
{
	struct object *obj, *tmp;
	unsigned int i;
	int ret;

	dir = debugfs_create_dir("objects", NULL);
	debugfs_create_file("list", 0444, dir, NULL, &objects_fops);
	debugfs_create_file("walk", 0444, dir, NULL, &walk_fops);
	debugfs_create_file_unsafe("cap", 0644, dir, &nr_objects, &cap_fops);
	debugfs_create_file("raw", 0644, dir, &nr_objects, &raw_fops);
	debugfs_create_u32("count", 0644, dir, &nr_objects);
	for (i = 0; i < nr_objects; i++) {
		obj = object_create(GFP_KERNEL);
		if (IS_ERR(obj))
			return PTR_ERR(obj);
	}
	obj = object_create(GFP_KERNEL);
	if (PTR_ERR_OR_ZERO(obj) != -ENOSPC)
		return -EINVAL;
	obj = object_find(2);
	if (!obj || strcmp(obj->name, "obj02"))
		return -ENOENT;
	kref_put(&obj->ref, object_release);
	ret = use_percpu_ref() ?: use_deferred() ?: use_kthread() ?: use_notifier() ?: use_bits() ?:
	      use_locks() ?: use_trees() ?: use_pools();
	list_for_each_entry_safe(obj, tmp, &objects, node)
		if (obj->id > 2)
			object_destroy(obj);
	pr_info("init %d\n", ret);
	objects_result = ret;
	return ret;
}
module_init(objects_init);

static void __exit objects_exit(void)
{
	struct object *obj, *tmp;

	list_for_each_entry_safe(obj, tmp, &objects, node)
		object_destroy(obj);
	debugfs_remove(dir);
	rcu_barrier();
	ida_destroy(&ida);
	xa_destroy(&array);
}
module_exit(objects_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("users of the common objects");
