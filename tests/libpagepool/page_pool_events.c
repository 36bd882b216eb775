// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the trace events of page pools say, in the kernel's words.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <udevmem/trace.h>

#include "fake_provider.h"
#include "pools.h"

/* The text of the latest event, and how many there were. */
static char said[256];
static unsigned int times;

static void note(void *ctx, const struct udm_trace_event *event, const void *record, size_t size)
{
	ck_assert_uint_lt(udm_trace_text(event, record, said, sizeof(said)), sizeof(said));
	times++;
}

static void event_on(const char *event)
{
	times = 0;
	said[0] = 0;
	ck_assert_int_eq(udm_trace_attach(udm_trace_find("page_pool", event), note, NULL), 0);
}

static void event_off(const char *event)
{
	ck_assert_int_eq(udm_trace_detach(udm_trace_find("page_pool", event), note, NULL), 0);
}

/* After the addresses of pool and buffer, which begin the text, comes this. */
static void ck_said(const char *first, const char *format, ...)
{
	char want[128];
	va_list args;

	va_start(args, format);
	vsnprintf(want, sizeof(want), format, args);
	va_end(args);
	ck_assert_msg(!strncmp(said, first, strlen(first)) && strstr(said, want) &&
		      !strcmp(strstr(said, want), want), "'%s', not '%s'", said, want);
}

START_TEST(a_page_enters_and_leaves)
{
	struct page_pool *pool = plain_pool();
	struct page *page;

	event_on("page_pool_state_hold");
	page = must_alloc_page(pool);
	event_off("page_pool_state_hold");
	ck_assert_uint_eq(times, 64);
	/* The last one that entered is the first one out. */
	ck_said("page_pool=", " is_net_iov=0, pfn=0x%lx hold=64", page_to_pfn(page));
	event_on("page_pool_state_release");
	get_page(page);
	page_pool_put_full_page(pool, page, false);
	event_off("page_pool_state_release");
	put_page(page);
	ck_assert_uint_eq(times, 1);
	ck_said("page_pool=", " is_net_iov=0 pfn=0x%lx release=1", page_to_pfn(page));
	page_pool_destroy(pool);
}
END_TEST

START_TEST(a_net_iov_has_no_page_number)
{
	struct fake_nic *nic = fake_nic_get(1);
	struct fake_provider *mp = fake_provider_get(4);
	struct page_pool *pool;

	ck_assert_int_eq(fake_nic_open_mp(nic, 0, mp, NULL), 0);
	pool = nic->live[0].pool;
	event_on("page_pool_state_hold");
	put_direct(pool, must_alloc(pool));
	event_off("page_pool_state_hold");
	ck_said("page_pool=", " is_net_iov=1, pfn=0x0 hold=1");
	event_on("page_pool_state_release");
	page_pool_update_nid(pool, 0);
	event_off("page_pool_state_release");
	ck_said("page_pool=", " is_net_iov=1 pfn=0x0 release=1");
	fake_nic_close_mp(nic, 0, mp);
	fake_provider_put(mp);
	fake_nic_put(nic);
}
END_TEST

START_TEST(another_node_and_the_end)
{
	struct page_pool_params params = { .nid = 0 };
	struct page_pool *pool = pool_new(&params);
	netmem_ref netmem = must_alloc(pool);

	event_on("page_pool_update_nid");
	page_pool_nid_changed(pool, 0);
	ck_assert_uint_eq(times, 0);
	page_pool_nid_changed(pool, NUMA_NO_NODE);
	event_off("page_pool_update_nid");
	ck_said("page_pool=", " pool_nid=0 new_nid=-1");
	event_on("page_pool_release");
	page_pool_destroy(pool);
	ck_said("page_pool=", " inflight=1 hold=64 release=63 cnt=1");
	pass_ms(1100);
	ck_said("page_pool=", " inflight=1 hold=64 release=63 cnt=2");
	put_ring(pool, netmem);
	pass_ms(1100);
	event_off("page_pool_release");
	ck_said("page_pool=", " inflight=0 hold=64 release=64 cnt=3");
	ck_assert_uint_eq(times, 3);
}
END_TEST

Suite *page_pool_events_suite(void)
{
	Suite *s = suite_create("page_pool_events");
	TCase *tc = machine_tcase(s, "events");

	tcase_add_test(tc, a_page_enters_and_leaves);
	tcase_add_test(tc, a_net_iov_has_no_page_number);
	tcase_add_test(tc, another_node_and_the_end);
	return s;
}
