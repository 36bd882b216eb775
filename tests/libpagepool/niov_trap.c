// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device memory taken for ordinary memory, and the events that each net_iov remembers.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <trace/events/devmem.h>
#include <udevmem/file.h>
#include <udevmem/pagepool.h>

#include "fake_dmabuf.h"
#include "fake_provider.h"
#include "libpagepool/devmem.h"
#include "pools.h"
#include "trapped.h"

Suite *niov_trap_suite(void);

static struct netdev_nl_sock owner;
static struct fake_nic *nic;
static struct fake_dmabuf *buf;
static struct net_devmem_dmabuf_binding *binding;

static void boot_with(const char *debug)
{
	const struct udm_config cfg = { .debug = debug };
	const size_t len[] = { 3 * PAGE_SIZE, 5 * PAGE_SIZE };

	unsetenv("UDM_DEBUG");
	trapped_prepare();
	machine_boot_with(&cfg);
	INIT_LIST_HEAD(&owner.bindings);
	nic = fake_nic_get(1);
	buf = fake_dmabuf_get(len, 2);
	netdev_lock(nic->netdev);
	binding = net_devmem_bind_dmabuf(nic->netdev, NULL, fake_nic_dma(nic), DMA_FROM_DEVICE,
					 buf->fd, &owner, NULL);
	ck_assert(!IS_ERR(binding));
	ck_assert_int_eq(net_devmem_bind_dmabuf_to_queue(nic->netdev, 0, binding, NULL), 0);
	netdev_unlock(nic->netdev);
}

static void setup(void)
{
	boot_with("none,history");
}

static void unbind(void)
{
	netdev_lock(nic->netdev);
	net_devmem_unbind_dmabuf(binding);
	netdev_unlock(nic->netdev);
	pass_ms(1000);
}

static void teardown(void)
{
	unbind();
	fake_dmabuf_put(buf);
	fake_nic_put(nic);
	machine_shutdown();
}

/* All eight, by offset. */
static void take_all(netmem_ref *out)
{
	for (unsigned int i = 0; i < 8; i++) {
		netmem_ref netmem = must_alloc(nic->live[0].pool);

		out[net_iov_virtual_addr(netmem_to_net_iov(netmem)) / PAGE_SIZE] = netmem;
	}
}

static void put_all(netmem_ref *out)
{
	for (unsigned int i = 0; i < 8; i++)
		put_ring(nic->live[0].pool, out[i]);
}

/* The report names this one of the eight, what is known of it, and how it was misused. */
static void names(const volatile void *addr, netmem_ref netmem, const char *how)
{
	const struct net_iov *niov = netmem_to_net_iov(netmem);
	const char *log = trapped_read(addr);
	char want[4][120];

	ck_assert_ptr_nonnull(log);
	snprintf(want[0], sizeof(want[0]), "net_iov %016lx has no address: %s\n",
		 (unsigned long)niov, how);
	snprintf(want[1], sizeof(want[1]), "bytes %#lx to %#lx of the dma-buf",
		 net_iov_virtual_addr(niov), net_iov_virtual_addr(niov) + PAGE_SIZE - 1);
	snprintf(want[2], sizeof(want[2]), "in RX binding %u, DMA address %#lx\n", binding->id,
		 (unsigned long)page_pool_get_dma_addr_netmem(netmem));
	snprintf(want[3], sizeof(want[3]), "out of pool %u, 1 references\n",
		 nic->live[0].pool->user.id);
	for (unsigned int i = 0; i < ARRAY_SIZE(want); i++)
		ck_assert_msg(strstr(log, want[i]), "no \"%s\" in: %s", want[i], log);
	ck_assert_ptr_nonnull(strstr(log, " page_pool_state_hold page_pool="));
}

START_TEST(a_handle_taken_for_a_page)
{
	netmem_ref out[8];

	take_all(out);
	for (unsigned int i = 0; i < 8; i++) {
		/* What __netmem_to_page() says of the wrong kind. */
		struct page *page = (__force struct page *)out[i];
		unsigned long wrong = (unsigned long)mem_map +
				      round_down((unsigned long)page - (unsigned long)mem_map,
						 sizeof(*page));
		char *address = page_address((struct page *)wrong);

		names(address, out[i], "its handle was taken for a struct page");
		names(address + PAGE_SIZE - 1, out[i], "its handle was taken for a struct page");
	}
	put_all(out);
}
END_TEST

START_TEST(a_dma_address_taken_for_a_pointer)
{
	netmem_ref out[8];

	take_all(out);
	for (unsigned int i = 0; i < 8; i++)
		names((char *)page_pool_get_dma_addr_netmem(out[i]) + 17, out[i],
		      "its DMA address was taken for a pointer");
	put_all(out);
}
END_TEST

START_TEST(the_address_it_has_not)
{
	netmem_ref out[8];
	char *address;

	take_all(out);
	ck_assert_str_eq(trapped_read((char *)8), "");
	address = netmem_address(out[3]);
	names(address + 8, out[3], "netmem_address() or netmem_to_page() gave NULL for it last");
	udm_warn_expect("netmem_is_net_iov", 1);
	names((void *)netmem_to_page(out[5]), out[5],
	      "netmem_address() or netmem_to_page() gave NULL for it last");
	put_all(out);
	unbind();
	/* Gone, and nobody is misled. */
	ck_assert_str_eq(trapped_read(address + 8), "");
	netdev_lock(nic->netdev);
	binding = net_devmem_bind_dmabuf(nic->netdev, NULL, fake_nic_dma(nic), DMA_FROM_DEVICE,
					 buf->fd, &owner, NULL);
	ck_assert(!IS_ERR(binding));
	netdev_unlock(nic->netdev);
}
END_TEST

START_TEST(free_and_idle_ones_are_told_apart)
{
	netmem_ref out = must_alloc(nic->live[0].pool);
	char *address = (char *)page_pool_get_dma_addr_netmem(out);

	put_ring(nic->live[0].pool, out);
	ck_assert_ptr_nonnull(strstr(trapped_read(address), "idle in pool"));
	/* Handed out from below, so the one above it is free. */
	ck_assert_ptr_nonnull(strstr(trapped_read(address + PAGE_SIZE), "\n  free\n"));
}
END_TEST

struct seen {
	unsigned int n;
	u64 last;
	char names[UDM_NIOV_HISTORY][40];
};

static bool see(void *ctx, const struct udm_niov_event *event)
{
	struct seen *seen = ctx;

	ck_assert_uint_ge(event->when_ns, seen->last);
	seen->last = event->when_ns;
	ck_assert_uint_lt(seen->n, UDM_NIOV_HISTORY);
	ck_assert_ptr_nonnull(strstr(event->text, "netmem="));
	snprintf(seen->names[seen->n++], sizeof(seen->names[0]), "%s.%s", event->system,
		 event->name);
	return true;
}

static bool see_one(void *ctx, const struct udm_niov_event *event)
{
	see(ctx, event);
	return false;
}

START_TEST(the_last_events_are_kept)
{
	struct page_pool *pool = nic->live[0].pool;
	struct seen seen = { .n = 0 };
	netmem_ref out = must_alloc(pool);
	u64 offset = net_iov_virtual_addr(netmem_to_net_iov(out));

	ck_assert_int_eq(udm_niov_history(binding->id, offset, see, &seen), 0);
	ck_assert_uint_eq(seen.n, 1);
	ck_assert_str_eq(seen.names[0], "page_pool.page_pool_state_hold");
	for (unsigned int i = 0; i < 12; i++) {
		udm_advance(1000);
		trace_devmem_deliver(out, i);
		trace_devmem_return(out, i);
	}
	seen = (struct seen){ .n = 0 };
	ck_assert_int_eq(udm_niov_history(binding->id, offset, see, &seen), 0);
	ck_assert_uint_eq(seen.n, UDM_NIOV_HISTORY);
	for (unsigned int i = 0; i < seen.n; i++)
		ck_assert_str_eq(seen.names[i], i % 2 ? "devmem.devmem_return"
						      : "devmem.devmem_deliver");
	seen = (struct seen){ .n = 0 };
	ck_assert_int_eq(udm_niov_history(binding->id, offset, see_one, &seen), 0);
	ck_assert_uint_eq(seen.n, 1);
	seen = (struct seen){ .n = 0 };
	ck_assert_int_eq(udm_niov_history(binding->id, offset ^ PAGE_SIZE, see, &seen), 0);
	ck_assert_uint_eq(seen.n, 0);
	ck_assert_int_eq(udm_niov_history(binding->id, 8 * PAGE_SIZE, see, &seen), -ENOENT);
	ck_assert_int_eq(udm_niov_history(binding->id + 1, 0, see, &seen), -ENOENT);
	put_ring(pool, out);
}
END_TEST

static void setup_off(void)
{
	boot_with("none");
}

START_TEST(without_a_history)
{
	netmem_ref out = must_alloc(nic->live[0].pool);
	struct seen seen = { .n = 0 };
	const char *log = trapped_read((char *)page_pool_get_dma_addr_netmem(out));

	ck_assert_int_eq(udm_niov_history(binding->id, 0, see, &seen), -EOPNOTSUPP);
	ck_assert_ptr_nonnull(strstr(log, "has no address"));
	ck_assert_ptr_null(strstr(log, "page_pool_state_hold"));
	put_ring(nic->live[0].pool, out);
}
END_TEST

Suite *niov_trap_suite(void)
{
	Suite *s = suite_create("niov_trap");
	TCase *tc = tcase_create("with history"), *off = tcase_create("without");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_handle_taken_for_a_page);
	tcase_add_test(tc, a_dma_address_taken_for_a_pointer);
	tcase_add_test(tc, the_address_it_has_not);
	tcase_add_test(tc, free_and_idle_ones_are_told_apart);
	tcase_add_test(tc, the_last_events_are_kept);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(off, setup_off, teardown);
	tcase_add_test(off, without_a_history);
	suite_add_tcase(s, off);
	return s;
}
