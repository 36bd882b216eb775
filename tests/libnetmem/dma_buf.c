// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-bufs: export, handles, attachments, mappings, access by the CPU.
 */
#include <linux/dma-buf.h>
#include <linux/slab.h>
#include <udevmem/debugfs.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/warn.h>

#include <errno.h>
#include <setjmp.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dma_rig.h"
#include "fake_exporter.h"
#include "fixture.h"

#define SIZE (4 * PAGE_SIZE)

static struct fake_exporter fake;

static struct dma_buf *exported(void)
{
	struct dma_buf *dmabuf;

	fake_exporter_init(&fake, SIZE);
	dmabuf = fake_export(&fake, SIZE, O_RDWR, NULL);
	ck_assert(!IS_ERR(dmabuf));
	return dmabuf;
}

static struct dma_buf *exported_dynamic(void)
{
	struct dma_buf *dmabuf;

	fake_exporter_init(&fake, SIZE);
	fake.dynamic = true;
	dmabuf = fake_export(&fake, SIZE, O_RDWR, NULL);
	ck_assert(!IS_ERR(dmabuf));
	return dmabuf;
}

static void put_and_check(struct dma_buf *dmabuf)
{
	dma_buf_put(dmabuf);
	flush_delayed_fput();
	ck_assert_int_eq(fake.released, 1);
	ck_assert_int_eq(fake.mapped, fake.unmapped);
	ck_assert_int_eq(fake.pinned, fake.unpinned);
}

/* Export. */

START_TEST(export_wants_its_operations)
{
	struct dma_buf_ops ops[6];
	DEFINE_DMA_BUF_EXPORT_INFO(info);

	for (int i = 0; i < 6; i++)
		ops[i] = *fake_exporter_ops(true);
	ops[0].map_dma_buf = NULL;
	ops[1].unmap_dma_buf = NULL;
	ops[2].release = NULL;
	ops[3].unpin = NULL;
	ops[4].pin = NULL;
	udm_warn_expect("", 7);
	info.priv = &fake;
	for (int i = 0; i < 5; i++) {
		info.ops = &ops[i];
		ck_assert_int_eq(PTR_ERR(dma_buf_export(&info)), -EINVAL);
	}
	info.ops = NULL;
	ck_assert_int_eq(PTR_ERR(dma_buf_export(&info)), -EINVAL);
	info.ops = &ops[5];
	info.priv = NULL;
	ck_assert_int_eq(PTR_ERR(dma_buf_export(&info)), -EINVAL);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

START_TEST(sizes_and_flags_are_taken_as_they_are)
{
	struct dma_buf *dmabuf;

	fake_exporter_init(&fake, 0);
	dmabuf = fake_export(&fake, 0, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_APPEND, NULL);
	ck_assert_uint_eq(dmabuf->size, 0);
	ck_assert_uint_eq(dmabuf->file->f_flags, O_RDWR | O_NONBLOCK);
	put_and_check(dmabuf);
	fake_exporter_init(&fake, 5000);
	dmabuf = fake_export(&fake, 5000, O_RDONLY, NULL);
	ck_assert_int_eq(i_size_read(file_inode(dmabuf->file)), 5000);
	ck_assert_ptr_eq(dmabuf->resv, (void *)(dmabuf + 1));
	put_and_check(dmabuf);
}
END_TEST

START_TEST(two_buffers_may_share_a_reservation_object)
{
	struct fake_exporter other;
	struct dma_buf *a, *b;
	struct dma_resv resv;

	dma_resv_init(&resv);
	fake_exporter_init(&fake, SIZE);
	fake_exporter_init(&other, SIZE);
	a = fake_export(&fake, SIZE, O_RDWR, &resv);
	b = fake_export(&other, SIZE, O_RDWR, &resv);
	ck_assert(a->resv == &resv && b->resv == &resv);
	dma_buf_put(b);
	put_and_check(a);
	ck_assert_int_eq(other.released, 1);
	dma_resv_fini(&resv);
}
END_TEST

/* Handles. */

START_TEST(descriptors_and_references)
{
	struct dma_buf *dmabuf = exported();
	int fd = dma_buf_fd(dmabuf, O_CLOEXEC), twin;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_ptr_eq(dma_buf_get(fd), dmabuf);
	twin = udm_dup(fd);
	udm_close(fd);
	ck_assert_int_eq(PTR_ERR(dma_buf_get(fd)), -EBADF);
	ck_assert_ptr_eq(dma_buf_get(twin), dmabuf);
	udm_close(twin);
	dma_buf_put(dmabuf);
	flush_delayed_fput();
	ck_assert_int_eq(fake.released, 0);
	put_and_check(dmabuf);
	ck_assert_int_eq(dma_buf_fd(NULL, 0), -EINVAL);
}
END_TEST

START_TEST(without_a_number_the_reference_stays)
{
	struct dma_buf *dmabuf = exported();
	struct rlimit limit, none;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	ck_assert_int_eq(dma_buf_fd(dmabuf, 0), -EMFILE);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_int_eq(file_count(dmabuf->file), 1);
	put_and_check(dmabuf);
}
END_TEST

START_TEST(other_files_are_no_dma_bufs)
{
	int pipefd[2];

	ck_assert_int_eq(pipe(pipefd), 0);
	ck_assert_int_eq(PTR_ERR(dma_buf_get(pipefd[0])), -EINVAL);
	ck_assert_int_eq(PTR_ERR(dma_buf_get(-1)), -EBADF);
	close(pipefd[0]);
	close(pipefd[1]);
	ck_assert_int_eq(PTR_ERR(dma_buf_get(pipefd[0])), -EBADF);
	udm_warn_expect("", 1);
	dma_buf_put(NULL);
}
END_TEST

START_TEST(iteration_is_newest_first_and_skips_the_dying)
{
	struct fake_exporter second;
	struct dma_buf *a = exported(), *b, *it;

	fake_exporter_init(&second, SIZE);
	b = fake_export(&second, SIZE, O_RDWR, NULL);
	it = dma_buf_iter_begin();
	ck_assert_ptr_eq(it, b);
	it = dma_buf_iter_next(it);
	ck_assert_ptr_eq(it, a);
	ck_assert_ptr_null(dma_buf_iter_next(it));
	dma_buf_put(b);
	it = dma_buf_iter_begin();
	ck_assert_ptr_eq(it, a);
	dma_buf_put(it);
	put_and_check(a);
}
END_TEST

START_TEST(bufinfo_lists_buffers_and_devices)
{
	struct dma_buf *dmabuf = exported();
	struct device *dev = rig_device("importer");
	struct dma_buf_attachment *attach = dma_buf_attach(dmabuf, dev);
	struct dma_fence *fence = fake_fence(3, 4);
	char text[1024];

	fake_add_fence(dmabuf->resv, fence, DMA_RESV_USAGE_WRITE);
	ck_assert_int_gt(udm_debugfs_read("dma_buf/bufinfo", text, sizeof(text)), 0);
	ck_assert_ptr_nonnull(strstr(text, "00016384\t"));
	ck_assert_ptr_nonnull(strstr(text, "\tfake\t00000001\t<none>\n"));
	ck_assert_ptr_nonnull(strstr(text, "\twrite fence:3:4 fake fake unsignalled\n"));
	ck_assert_ptr_nonnull(strstr(text, "\tAttached Devices:\n\timporter\n"
				     "Total 1 devices attached\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nTotal 1 objects, 16384 bytes\n"));
	dma_fence_signal(fence);
	dma_fence_put(fence);
	dma_buf_detach(dmabuf, attach);
	put_and_check(dmabuf);
	put_device(dev);
}
END_TEST

/* Attachments. */

START_TEST(attach_links_after_the_exporter_agreed)
{
	struct dma_buf *dmabuf = exported();
	struct device *dev = rig_device("importer");
	struct dma_buf_attachment *attach;

	fake.attach_error = -EBUSY;
	ck_assert_int_eq(PTR_ERR(dma_buf_attach(dmabuf, dev)), -EBUSY);
	ck_assert(list_empty(&dmabuf->attachments));
	ck_assert_int_eq(fake.detached, 0);
	fake.attach_error = 0;
	attach = dma_buf_attach(dmabuf, dev);
	ck_assert(!fake.in_list_at_attach && !attach->peer2peer);
	ck_assert_int_eq(file_count(dmabuf->file), 1);
	ck_assert(list_is_singular(&dmabuf->attachments));
	udm_warn_expect("", 4);
	ck_assert_int_eq(PTR_ERR(dma_buf_attach(NULL, dev)), -EINVAL);
	ck_assert_int_eq(PTR_ERR(dma_buf_attach(dmabuf, NULL)), -EINVAL);
	dma_buf_detach(NULL, attach);
	dma_buf_detach((struct dma_buf *)attach, attach);
	ck_assert_int_eq(fake.detached, 0);
	dma_buf_detach(dmabuf, attach);
	ck_assert_int_eq(fake.detached, 1);
	put_and_check(dmabuf);
	put_device(dev);
}
END_TEST

static int notified;

static void note_move(struct dma_buf_attachment *attach)
{
	ck_assert(dma_resv_is_locked(attach->dmabuf->resv));
	notified++;
}

START_TEST(moves_reach_dynamic_importers_only)
{
	static const struct dma_buf_attach_ops ops = { .allow_peer2peer = true,
						       .move_notify = note_move };
	static const struct dma_buf_attach_ops deaf = { .allow_peer2peer = false };
	struct dma_buf *dmabuf = exported_dynamic();
	struct device *dev = rig_device("importer");
	struct dma_buf_attachment *a[3];

	notified = 0;
	a[0] = dma_buf_attach(dmabuf, dev);
	a[1] = dma_buf_dynamic_attach(dmabuf, dev, &ops, &notified);
	a[2] = dma_buf_dynamic_attach(dmabuf, dev, &deaf, NULL);
	ck_assert(a[1]->peer2peer && !a[2]->peer2peer);
	ck_assert_ptr_eq(a[1]->importer_priv, &notified);
	dma_resv_lock(dmabuf->resv, NULL);
	dma_buf_move_notify(dmabuf);
	ck_assert_int_eq(notified, 1);
	dma_buf_invalidate_mappings(dmabuf);
	ck_assert_int_eq(notified, 2);
	ck_assert_int_eq(dma_buf_pin(a[1]), 0);
	ck_assert_int_eq(dma_buf_pin(a[1]), 0);
	dma_buf_unpin(a[1]);
	dma_buf_unpin(a[1]);
	dma_resv_unlock(dmabuf->resv);
	ck_assert_int_eq(fake.pinned, 2);
	for (int i = 0; i < 3; i++)
		dma_buf_detach(dmabuf, a[i]);
	put_and_check(dmabuf);
	put_device(dev);
}
END_TEST

/* Mappings. */

struct importer {
	struct device *dev;
	struct dma_buf *dmabuf;
	struct dma_buf_attachment *attach;
};

static struct importer import(struct dma_buf *dmabuf)
{
	struct importer imp = { .dev = rig_device("importer"), .dmabuf = dmabuf };

	imp.attach = dma_buf_attach(dmabuf, imp.dev);
	ck_assert(!IS_ERR(imp.attach));
	return imp;
}

static void import_end(struct importer *imp)
{
	dma_buf_detach(imp->dmabuf, imp->attach);
	put_and_check(imp->dmabuf);
	put_device(imp->dev);
}

START_TEST(every_map_reaches_the_exporter)
{
	struct importer imp = import(exported());
	struct sg_table *a, *b;

	fake.nents = 2;
	fake.len[0] = PAGE_SIZE;
	fake.addr[1] = 0x80000;
	fake.len[1] = SIZE - PAGE_SIZE;
	a = dma_buf_map_attachment_unlocked(imp.attach, DMA_FROM_DEVICE);
	ck_assert_int_eq(fake.last_dir, DMA_FROM_DEVICE);
	dma_resv_lock(imp.dmabuf->resv, NULL);
	b = dma_buf_map_attachment(imp.attach, DMA_TO_DEVICE);
	dma_resv_unlock(imp.dmabuf->resv);
	ck_assert_ptr_ne(a, b);
	ck_assert_uint_eq(a->nents, 2);
	ck_assert_uint_eq(sg_dma_address(sg_next(a->sgl)), 0x80000);
	ck_assert_uint_eq(sg_dma_len(sg_next(a->sgl)), SIZE - PAGE_SIZE);
	dma_buf_unmap_attachment_unlocked(imp.attach, a, DMA_FROM_DEVICE);
	ck_assert_int_eq(fake.last_dir, DMA_FROM_DEVICE);
	dma_resv_lock(imp.dmabuf->resv, NULL);
	dma_buf_unmap_attachment(imp.attach, b, DMA_TO_DEVICE);
	dma_resv_unlock(imp.dmabuf->resv);
	ck_assert_int_eq(fake.pinned, 0);
	import_end(&imp);
}
END_TEST

#ifdef CONFIG_DMABUF_DEBUG
START_TEST(importers_cannot_reach_pages)
{
	struct importer imp = import(exported());
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(imp.attach, DMA_BIDIRECTIONAL);

	ck_assert_ptr_ne(sgt, fake.last_table);
	ck_assert_ptr_null(sg_page(sgt->sgl));
	ck_assert_uint_eq(sgt->sgl->length, 0);
	dma_buf_unmap_attachment_unlocked(imp.attach, sgt, DMA_BIDIRECTIONAL);
	import_end(&imp);
}
END_TEST
#endif

START_TEST(static_importers_pin_while_they_map)
{
	struct importer imp = import(exported_dynamic());
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(imp.attach, DMA_TO_DEVICE);

	ck_assert_int_eq(fake.pinned, 1);
	dma_buf_unmap_attachment_unlocked(imp.attach, sgt, DMA_TO_DEVICE);
	ck_assert_int_eq(fake.unpinned, 1);
	fake.pin_error = -EBUSY;
	udm_warn_expect("", 1);
	sgt = dma_buf_map_attachment_unlocked(imp.attach, DMA_TO_DEVICE);
	ck_assert_int_eq(PTR_ERR(sgt), -EBUSY);
	sgt = dma_buf_map_attachment_unlocked(imp.attach, DMA_TO_DEVICE);
	ck_assert_int_eq(PTR_ERR(sgt), -EBUSY);
	import_end(&imp);
}
END_TEST

START_TEST(dynamic_importers_are_not_pinned)
{
	static const struct dma_buf_attach_ops ops = { .move_notify = note_move };
	struct dma_buf *dmabuf = exported_dynamic();
	struct device *dev = rig_device("importer");
	struct dma_buf_attachment *attach = dma_buf_dynamic_attach(dmabuf, dev, &ops, NULL);
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(attach, DMA_TO_DEVICE);

	ck_assert_int_eq(fake.pinned, 0);
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_TO_DEVICE);
	dma_buf_detach(dmabuf, attach);
	put_and_check(dmabuf);
	put_device(dev);
}
END_TEST

/* With moves configured off a dynamic importer is pinned like a static one. */
START_TEST(without_moves_everybody_is_pinned)
{
	static const struct dma_buf_attach_ops ops = { .move_notify = note_move };
	struct dma_buf *dmabuf = exported_dynamic();
	struct device *dev = rig_device("importer");
	struct dma_buf_attachment *attach = dma_buf_dynamic_attach(dmabuf, dev, &ops, NULL);
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(attach, DMA_TO_DEVICE);

	ck_assert_int_eq(fake.pinned, 1);
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_TO_DEVICE);
	ck_assert_int_eq(fake.unpinned, 1);
	dma_buf_detach(dmabuf, attach);
	put_and_check(dmabuf);
	put_device(dev);
}
END_TEST

START_TEST(pinning_is_for_dynamic_importers)
{
	struct importer imp = import(exported());

	dma_resv_lock(imp.dmabuf->resv, NULL);
	udm_warn_expect("", 2);
	/* An exporter that never moves has nothing to do. */
	ck_assert_int_eq(dma_buf_pin(imp.attach), 0);
	dma_buf_unpin(imp.attach);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	dma_resv_unlock(imp.dmabuf->resv);
	import_end(&imp);
}
END_TEST

START_TEST(failing_maps_leave_nothing_behind)
{
	struct importer imp = import(exported_dynamic());
	struct sg_table *first;

	fake.map_fail_at = 1;
	fake.map_error = 1;
	ck_assert_int_eq(PTR_ERR(dma_buf_map_attachment_unlocked(imp.attach, DMA_TO_DEVICE)),
			 -ENOMEM);
	fake.map_error = -ENODEV;
	ck_assert_int_eq(PTR_ERR(dma_buf_map_attachment_unlocked(imp.attach, DMA_TO_DEVICE)),
			 -ENODEV);
	ck_assert_int_eq(fake.pinned, fake.unpinned);
	fake.map_fail_at = 2;
	first = dma_buf_map_attachment_unlocked(imp.attach, DMA_TO_DEVICE);
	ck_assert(!IS_ERR(first));
	ck_assert_int_eq(PTR_ERR(dma_buf_map_attachment_unlocked(imp.attach, DMA_TO_DEVICE)),
			 -ENODEV);
	dma_buf_unmap_attachment_unlocked(imp.attach, first, DMA_TO_DEVICE);
	import_end(&imp);
}
END_TEST

/* Right or wrong is for the importer to find out. */
START_TEST(odd_tables_are_passed_on)
{
	static const struct {
		u64 addr[2];
		unsigned int len[2];
	} odd[] = {
		{ { 0x10007, 0x20000 }, { PAGE_SIZE, PAGE_SIZE } },
		{ { 0x10000, 0x20000 }, { PAGE_SIZE - 1, 3 } },
		{ { 0x10000, 0x20000 }, { 0, SIZE } },
		{ { 0x10000, 0x10000 }, { SIZE, SIZE } },
		{ { 0x10000, 0x10000 + PAGE_SIZE }, { SIZE, SIZE } },
	};
	struct importer imp = import(exported());

	fake.nents = 2;
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		struct scatterlist *sg;
		struct sg_table *sgt;
		unsigned int k;

		memcpy(fake.addr, odd[i].addr, sizeof(odd[i].addr));
		memcpy(fake.len, odd[i].len, sizeof(odd[i].len));
		sgt = dma_buf_map_attachment_unlocked(imp.attach, DMA_TO_DEVICE);
		ck_assert(!IS_ERR(sgt));
		for_each_sgtable_dma_sg(sgt, sg, k) {
			ck_assert_uint_eq(sg_dma_address(sg), odd[i].addr[k]);
			ck_assert_uint_eq(sg_dma_len(sg), odd[i].len[k]);
		}
		dma_buf_unmap_attachment_unlocked(imp.attach, sgt, DMA_TO_DEVICE);
	}
	import_end(&imp);
}
END_TEST

START_TEST(an_interrupted_wait_undoes_the_map)
{
	struct importer imp = import(exported_dynamic());
	struct dma_fence *fence = fake_fence(1, 1);

	fake_add_fence(imp.dmabuf->resv, fence, DMA_RESV_USAGE_KERNEL);
	udm_task_signal(current, false);
	ck_assert_int_eq(PTR_ERR(dma_buf_map_attachment_unlocked(imp.attach, DMA_TO_DEVICE)),
			 -ERESTARTSYS);
	udm_task_clear_signal(current);
	ck_assert_int_eq(fake.mapped, 1);
	ck_assert_int_eq(fake.unmapped, 1);
	dma_fence_signal(fence);
	dma_fence_put(fence);
	import_end(&imp);
}
END_TEST

START_TEST(null_arguments_warn)
{
	udm_warn_expect("", 5);
	ck_assert_int_eq(PTR_ERR(dma_buf_map_attachment(NULL, DMA_TO_DEVICE)), -EINVAL);
	ck_assert_int_eq(PTR_ERR(dma_buf_map_attachment_unlocked(NULL, DMA_TO_DEVICE)), -EINVAL);
	dma_buf_unmap_attachment(NULL, NULL, DMA_TO_DEVICE);
	dma_buf_unmap_attachment_unlocked(NULL, NULL, DMA_TO_DEVICE);
	ck_assert_int_eq(dma_buf_begin_cpu_access(NULL, DMA_TO_DEVICE), -EINVAL);
	ck_assert_uint_eq(udm_warn_missing(), 0);
}
END_TEST

/* Access by the CPU. */

START_TEST(vmap_is_shared_and_counted)
{
	struct dma_buf *dmabuf = exported();
	struct iosys_map map[3];

	fake.vmap_error = -ENOMEM;
	udm_warn_expect("", 1);
	ck_assert_int_eq(dma_buf_vmap_unlocked(dmabuf, &map[0]), -ENOMEM);
	ck_assert(iosys_map_is_null(&map[0]));
	fake.vmap_error = 0;
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(dma_buf_vmap_unlocked(dmabuf, &map[i]), 0);
		ck_assert_ptr_eq(map[i].vaddr, &fake);
	}
	ck_assert_int_eq(fake.vmapped, 2);
	ck_assert_uint_eq(dmabuf->vmapping_counter, 3);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(fake.vunmapped, 0);
		dma_buf_vunmap_unlocked(dmabuf, &map[i]);
	}
	ck_assert_int_eq(fake.vunmapped, 1);
	put_and_check(dmabuf);
}
END_TEST

static jmp_buf bug_exit;

static void bug_leaves(void *ctx, const char *text)
{
	longjmp(bug_exit, 1);
}

static bool vunmap_is_fatal(struct dma_buf *dmabuf, struct iosys_map *map)
{
	volatile bool fatal = true;

	udm_bug_set_hook(bug_leaves, NULL);
	if (!setjmp(bug_exit)) {
		dma_buf_vunmap(dmabuf, map);
		fatal = false;
	}
	udm_bug_set_hook(NULL, NULL);
	return fatal;
}

START_TEST(undoing_what_was_not_mapped_is_fatal)
{
	struct dma_buf *dmabuf = exported();
	struct iosys_map map, wrong = IOSYS_MAP_INIT_VADDR(&map);

	dma_resv_lock(dmabuf->resv, NULL);
	ck_assert(vunmap_is_fatal(dmabuf, &wrong));
	ck_assert_int_eq(dma_buf_vmap(dmabuf, &map), 0);
	ck_assert(vunmap_is_fatal(dmabuf, &wrong));
	ck_assert(!vunmap_is_fatal(dmabuf, &map));
	ck_assert(vunmap_is_fatal(dmabuf, &map));
	dma_resv_unlock(dmabuf->resv);
	ck_assert_int_eq(fake.vunmapped, 1);
	put_and_check(dmabuf);
}
END_TEST

/* The importer that went without detaching. */
START_TEST(attachments_at_release_are_reported)
{
	struct dma_buf *dmabuf = exported();
	struct device *dev = rig_device("importer");
	struct dma_buf_attachment *attach = dma_buf_attach(dmabuf, dev);

	udm_warn_expect("", 1);
	put_and_check(dmabuf);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	kfree(attach);
	put_device(dev);
	put_device(dev);
}
END_TEST

START_TEST(forwarded_mmap_is_checked)
{
	struct dma_buf *dmabuf = exported();
	struct vm_area_struct vma = { .vm_start = 0x100000, .vm_end = 0x100000 + SIZE,
				      .vm_file = get_file(dmabuf->file) };

	ck_assert_int_eq(dma_buf_mmap(dmabuf, &vma, ULONG_MAX), -EOVERFLOW);
	ck_assert_int_eq(dma_buf_mmap(dmabuf, &vma, 1), -EINVAL);
	ck_assert_int_eq(dma_buf_mmap(dmabuf, &vma, 0), 0);
	ck_assert_int_eq(fake.mmapped, 1);
	ck_assert_ptr_eq(vma.vm_file, dmabuf->file);
	fput(vma.vm_file);
	udm_warn_expect("", 1);
	ck_assert_int_eq(dma_buf_mmap(dmabuf, NULL, 0), -EINVAL);
	put_and_check(dmabuf);
}
END_TEST

static int map_once(struct dma_buf *dmabuf, struct device *dev)
{
	struct dma_buf_attachment *attach = dma_buf_attach(dmabuf, dev);
	struct sg_table *sgt;

	if (IS_ERR(attach))
		return PTR_ERR(attach);
	sgt = dma_buf_map_attachment_unlocked(attach, DMA_TO_DEVICE);
	if (!IS_ERR(sgt))
		dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_TO_DEVICE);
	dma_buf_detach(dmabuf, attach);
	return PTR_ERR_OR_ZERO(sgt);
}

static int use_once(struct device *dev)
{
	struct dma_buf *dmabuf;
	int fd, err;

	fake_exporter_init(&fake, SIZE);
	dmabuf = fake_export(&fake, SIZE, O_RDWR, NULL);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	err = map_once(dmabuf, dev);
	fd = err ? err : dma_buf_fd(dmabuf, 0);
	if (fd < 0)
		dma_buf_put(dmabuf);
	else
		udm_close(fd);
	return min(fd, 0);
}

/* Inside a call, so that files are released when it ends and not by a worker. */
static int scenario(void *dev)
{
	int err;

	udm_call_begin();
	err = use_once(dev);
	udm_call_end();
	return err;
}

START_TEST(every_allocation_may_fail)
{
	struct device *dev = rig_device("importer");

	ck_assert_msg(udm_fault_sweep(scenario, dev) > 6, "%s", udm_fault_sweep_message());
	put_device(dev);
}
END_TEST

static void boot_without_moves(void)
{
	boot_cmdline("dma_buf.move_notify=0", UDM_IOMMU_STRICT);
}

static void add_mapping_tests(TCase *tc)
{
	tcase_add_test(tc, attach_links_after_the_exporter_agreed);
	tcase_add_test(tc, moves_reach_dynamic_importers_only);
	tcase_add_test(tc, every_map_reaches_the_exporter);
#ifdef CONFIG_DMABUF_DEBUG
	tcase_add_test(tc, importers_cannot_reach_pages);
#endif
	tcase_add_test(tc, static_importers_pin_while_they_map);
	tcase_add_test(tc, dynamic_importers_are_not_pinned);
	tcase_add_test(tc, pinning_is_for_dynamic_importers);
	tcase_add_test(tc, failing_maps_leave_nothing_behind);
	tcase_add_test(tc, odd_tables_are_passed_on);
	tcase_add_test(tc, an_interrupted_wait_undoes_the_map);
	tcase_add_test(tc, null_arguments_warn);
	tcase_add_test(tc, every_allocation_may_fail);
}

Suite *dma_buf_suite(void)
{
	Suite *s = suite_create("dma_buf");
	TCase *tc = machine_tcase(s, "object");

	tcase_add_test(tc, export_wants_its_operations);
	tcase_add_test(tc, sizes_and_flags_are_taken_as_they_are);
	tcase_add_test(tc, two_buffers_may_share_a_reservation_object);
	tcase_add_test(tc, descriptors_and_references);
	tcase_add_test(tc, without_a_number_the_reference_stays);
	tcase_add_test(tc, other_files_are_no_dma_bufs);
	tcase_add_test(tc, iteration_is_newest_first_and_skips_the_dying);
	tcase_add_test(tc, bufinfo_lists_buffers_and_devices);
	tcase_add_test(tc, vmap_is_shared_and_counted);
	tcase_add_test(tc, undoing_what_was_not_mapped_is_fatal);
	tcase_add_test(tc, attachments_at_release_are_reported);
	tcase_add_test(tc, forwarded_mmap_is_checked);
	add_mapping_tests(machine_tcase(s, "mapping"));
	tc = tcase_create("no moves");
	tcase_add_checked_fixture(tc, boot_without_moves, machine_shutdown);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, without_moves_everybody_is_pinned);
	return s;
}
