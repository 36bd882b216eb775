// SPDX-License-Identifier: GPL-2.0-only
/*
 * Peer memory: page-less tables, both ways to the memory, revocation.
 */
#include <linux/dma-buf-mapping.h>
#include <linux/dma-buf.h>
#include <udevmem/dmabuf.h>
#include <udevmem/fault.h>
#include <udevmem/file.h>
#include <udevmem/warn.h>

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dma_rig.h"
#include "fixture.h"

#define SIZE (16 * PAGE_SIZE)

struct peer_rig {
	int fd;
	struct device *dev;
	struct dma_buf *dmabuf;
	struct dma_buf_attachment *attach;
	struct sg_table *sgt;
};

static struct peer_rig peer_mapped(const struct udm_gpu_config *config)
{
	struct peer_rig r = { .fd = udm_gpu_create_dmabuf(SIZE, config), .dev = rig_device("nic") };

	ck_assert_int_ge(r.fd, 0);
	r.dmabuf = dma_buf_get(r.fd);
	r.attach = dma_buf_attach(r.dmabuf, r.dev);
	ck_assert(!IS_ERR(r.attach));
	r.sgt = dma_buf_map_attachment_unlocked(r.attach, DMA_BIDIRECTIONAL);
	ck_assert(!IS_ERR(r.sgt));
	return r;
}

static void peer_end(struct peer_rig *r)
{
	if (r->sgt)
		dma_buf_unmap_attachment_unlocked(r->attach, r->sgt, DMA_BIDIRECTIONAL);
	dma_buf_detach(r->dmabuf, r->attach);
	dma_buf_put(r->dmabuf);
	udm_close(r->fd);
	flush_delayed_fput();
	put_device(r->dev);
}

static size_t table_bytes(const struct sg_table *sgt)
{
	struct scatterlist *sg;
	size_t bytes = 0;
	unsigned int i;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		ck_assert_ptr_null(sg_page(sg));
		ck_assert_uint_eq(sg->length, 0);
		ck_assert(PAGE_ALIGNED(sg_dma_address(sg)) && PAGE_ALIGNED(sg_dma_len(sg)));
		bytes += sg_dma_len(sg);
	}
	return bytes;
}

static const struct udm_gpu_config paths[] = {
	{ .path = UDM_GPU_PATH_BUS },
	{ .path = UDM_GPU_PATH_BRIDGE },
	{ .path = UDM_GPU_PATH_BUS, .range_size = 3 * PAGE_SIZE },
	{ .path = UDM_GPU_PATH_BRIDGE, .range_size = PAGE_SIZE },
};

START_TEST(device_and_application_share_the_memory)
{
	struct peer_rig r = peer_mapped(&paths[_i]);
	char *plain = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, 0);
	char *map = udm_mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, 0);
	struct scatterlist *sg;
	char word[8];
	size_t pos = 0;
	unsigned int i;

	ck_assert(plain != MAP_FAILED && map != MAP_FAILED);
	ck_assert_uint_eq(table_bytes(r.sgt), SIZE);
	for_each_sgtable_dma_sg(r.sgt, sg, i) {
		ck_assert(all_bytes(map + pos, 0, sg_dma_len(sg)));
		ck_assert_int_eq(udm_bus_write(r.dev, sg_dma_address(sg) + 8, "device", 7), 0);
		ck_assert_str_eq(map + pos + 8, "device");
		ck_assert_str_eq(plain + pos + 8, "device");
		strcpy(plain + pos + 8, "user");
		ck_assert_int_eq(udm_bus_read(r.dev, sg_dma_address(sg) + 8, word, 5), 0);
		ck_assert_str_eq(word, "user");
		pos += sg_dma_len(sg);
	}
	udm_munmap(map, SIZE);
	munmap(plain, SIZE);
	peer_end(&r);
}
END_TEST

/* The IOMMU shows the ranges as one; without it each is an entry. */
static void expect_entries(const struct udm_gpu_config *config, unsigned int entries)
{
	struct peer_rig r = peer_mapped(config);

	ck_assert_uint_eq(r.sgt->nents, entries);
	ck_assert_uint_eq(table_bytes(r.sgt), SIZE);
	peer_end(&r);
}

START_TEST(an_iommu_joins_the_ranges)
{
	expect_entries(&paths[2], 6);
	expect_entries(&paths[3], 1);
}
END_TEST

START_TEST(without_iommu_ranges_stay_apart)
{
	expect_entries(&paths[3], 16);
}
END_TEST

START_TEST(the_kernel_side_has_no_mapping)
{
	struct peer_rig r = peer_mapped(NULL);
	struct iosys_map map;

	ck_assert_int_eq(dma_buf_vmap_unlocked(r.dmabuf, &map), -EINVAL);
	ck_assert(!pfn_valid(PHYS_PFN(sg_dma_address(r.sgt->sgl))));
	peer_end(&r);
}
END_TEST

START_TEST(requests_are_checked)
{
	struct udm_gpu_config odd = { .range_size = 100 };

	ck_assert_int_eq(udm_gpu_create_dmabuf(0, NULL), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(udm_gpu_create_dmabuf(100, NULL), -1);
	ck_assert_int_eq(udm_gpu_create_dmabuf(SIZE, &odd), -1);
	ck_assert_int_eq(udm_gpu_revoke(-1), -1);
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

START_TEST(importers_may_be_turned_away)
{
	static const struct dma_buf_attach_ops p2p = { .allow_peer2peer = true };
	struct udm_gpu_config strict = { .need_peer2peer = 1 }, far = { .path = UDM_GPU_PATH_NONE };
	int fd = udm_gpu_create_dmabuf(SIZE, &strict), away = udm_gpu_create_dmabuf(SIZE, &far);
	struct dma_buf *dmabuf = dma_buf_get(fd), *unreachable = dma_buf_get(away);
	struct device *dev = rig_device("nic");
	struct dma_buf_attachment *attach;

	ck_assert_int_eq(PTR_ERR(dma_buf_attach(dmabuf, dev)), -EOPNOTSUPP);
	ck_assert_int_eq(PTR_ERR(dma_buf_attach(unreachable, dev)), -EOPNOTSUPP);
	attach = dma_buf_dynamic_attach(dmabuf, dev, &p2p, NULL);
	ck_assert(!IS_ERR(attach));
	dma_buf_detach(dmabuf, attach);
	dma_buf_put(dmabuf);
	dma_buf_put(unreachable);
	udm_close(fd);
	udm_close(away);
	flush_delayed_fput();
	put_device(dev);
}
END_TEST

START_TEST(revoked_memory_is_out_of_reach)
{
	struct peer_rig r = peer_mapped(&paths[_i]);
	char *map = udm_mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, r.fd, 0);

	strcpy(map, "before");
	ck_assert_int_eq(udm_gpu_revoke(r.fd), 0);
	ck_assert_int_eq(udm_bus_write(r.dev, sg_dma_address(r.sgt->sgl), "after", 6), -EFAULT);
	ck_assert_str_eq(map, "before");
	dma_buf_unmap_attachment_unlocked(r.attach, r.sgt, DMA_BIDIRECTIONAL);
	r.sgt = dma_buf_map_attachment_unlocked(r.attach, DMA_BIDIRECTIONAL);
	ck_assert_int_eq(PTR_ERR(r.sgt), -ENODEV);
	r.sgt = NULL;
	ck_assert_int_eq(udm_gpu_revoke(r.fd), 0);
	udm_munmap(map, SIZE);
	peer_end(&r);
}
END_TEST

static int told;

static void note_revocation(struct dma_buf_attachment *attach)
{
	told++;
}

START_TEST(revocation_is_told_and_final)
{
	static const struct dma_buf_attach_ops ops = { .allow_peer2peer = true,
						       .invalidate_mappings = note_revocation };
	struct peer_rig r = peer_mapped(&paths[_i]);
	struct dma_buf_attachment *attach = dma_buf_dynamic_attach(r.dmabuf, r.dev, &ops, NULL);

	told = 0;
	ck_assert_int_eq(udm_gpu_revoke(r.fd), 0);
	ck_assert_int_eq(told, 1);
	dma_buf_detach(r.dmabuf, attach);
	ck_assert_int_eq(PTR_ERR(dma_buf_attach(r.dmabuf, r.dev)), -ENODEV);
	peer_end(&r);
}
END_TEST

/* What the helper refuses by itself. */
static enum pci_p2pdma_map_type no_way(struct p2pdma_provider *provider, struct device *dev)
{
	return PCI_P2PDMA_MAP_NOT_SUPPORTED;
}

START_TEST(tables_need_a_provider_and_a_way)
{
	struct p2pdma_provider provider = { .map_type = no_way };
	struct phys_vec vec = { .paddr = 1ULL << 40, .len = SIZE };
	struct peer_rig r = peer_mapped(NULL);

	dma_resv_lock(r.dmabuf->resv, NULL);
	udm_warn_expect("", 1);
	ck_assert_int_eq(PTR_ERR(dma_buf_phys_vec_to_sgt(r.attach, NULL, &vec, 1, SIZE,
							 DMA_TO_DEVICE)), -EINVAL);
	ck_assert_uint_eq(udm_warn_missing(), 0);
	ck_assert_int_eq(PTR_ERR(dma_buf_phys_vec_to_sgt(r.attach, &provider, &vec, 1, SIZE,
							 DMA_TO_DEVICE)), -EINVAL);
	dma_resv_unlock(r.dmabuf->resv);
	peer_end(&r);
}
END_TEST

START_TEST(long_ranges_are_split)
{
	const struct udm_gpu_config config = paths[_i];
	int fd = udm_gpu_create_dmabuf(5UL << 30, &config);
	struct dma_buf *dmabuf = dma_buf_get(fd);
	struct device *dev = rig_device("nic");
	struct dma_buf_attachment *attach = dma_buf_attach(dmabuf, dev);
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(attach, DMA_FROM_DEVICE);

	ck_assert(!IS_ERR(sgt));
	ck_assert_uint_eq(sgt->nents, 2);
	ck_assert_uint_eq(table_bytes(sgt), 5UL << 30);
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_FROM_DEVICE);
	dma_buf_detach(dmabuf, attach);
	dma_buf_put(dmabuf);
	udm_close(fd);
	flush_delayed_fput();
	put_device(dev);
}
END_TEST

static int map_once(int fd, struct device *dev)
{
	struct dma_buf *dmabuf = dma_buf_get(fd);
	struct dma_buf_attachment *attach = dma_buf_attach(dmabuf, dev);
	int err = PTR_ERR_OR_ZERO(attach);
	struct sg_table *sgt;

	if (!err) {
		sgt = dma_buf_map_attachment_unlocked(attach, DMA_FROM_DEVICE);
		err = PTR_ERR_OR_ZERO(sgt);
		if (!err)
			dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_FROM_DEVICE);
		dma_buf_detach(dmabuf, attach);
	}
	dma_buf_put(dmabuf);
	return err;
}

struct use {
	struct device *dev;
	const struct udm_gpu_config *path;
};

/* Inside a call, so that files are released when it ends and not by a worker. */
static int scenario(void *ctx)
{
	const struct use *use = ctx;
	int fd, err;

	udm_call_begin();
	fd = udm_gpu_create_dmabuf(SIZE, use->path);
	err = fd < 0 ? -errno : map_once(fd, use->dev);
	if (fd >= 0)
		udm_close(fd);
	udm_call_end();
	return err;
}

/* Bus addresses are used as they are, and an IOMMU takes all ranges into one it reserved. */
static int single_mappings(const struct udm_gpu_config *path)
{
	size_t step = path->range_size ? path->range_size : SIZE;

	if (path->path != UDM_GPU_PATH_BRIDGE || udm_config()->iommu != UDM_IOMMU_OFF)
		return 0;
	return DIV_ROUND_UP(SIZE, step);
}

START_TEST(every_allocation_and_mapping_may_fail)
{
	struct use use = { .dev = rig_device("nic"), .path = &paths[_i] };
	int plain = udm_fault_sweep(scenario, &use);
	int with_maps = udm_fault_sweep_with(UDM_SWEEP_DMA_MAP, scenario, &use);

	ck_assert_msg(plain > 6, "%s", udm_fault_sweep_message());
	ck_assert_msg(with_maps == plain + single_mappings(use.path), "%d %d %s", plain, with_maps,
		      udm_fault_sweep_message());
	put_device(use.dev);
}
END_TEST

Suite *peer_memory_suite(void)
{
	Suite *s = suite_create("peer_memory");
	TCase *tc = tcase_create("peer_memory");

	tcase_add_checked_fixture(tc, boot_strict, machine_shutdown);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, device_and_application_share_the_memory, 0, ARRAY_SIZE(paths));
	tcase_add_test(tc, the_kernel_side_has_no_mapping);
	tcase_add_test(tc, requests_are_checked);
	tcase_add_test(tc, importers_may_be_turned_away);
	tcase_add_loop_test(tc, revoked_memory_is_out_of_reach, 0, ARRAY_SIZE(paths));
	tcase_add_loop_test(tc, revocation_is_told_and_final, 0, ARRAY_SIZE(paths));
	tcase_add_test(tc, tables_need_a_provider_and_a_way);
	tcase_add_loop_test(tc, long_ranges_are_split, 0, 2);
	tcase_add_test(tc, an_iommu_joins_the_ranges);
	tcase_add_loop_test(tc, every_allocation_and_mapping_may_fail, 0, ARRAY_SIZE(paths));
	tc = tcase_create("no IOMMU");
	tcase_add_checked_fixture(tc, boot_off, machine_shutdown);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, device_and_application_share_the_memory, 0, ARRAY_SIZE(paths));
	tcase_add_test(tc, without_iommu_ranges_stay_apart);
	tcase_add_loop_test(tc, every_allocation_and_mapping_may_fail, 0, ARRAY_SIZE(paths));
	return s;
}
