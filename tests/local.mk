# SPDX-License-Identifier: GPL-2.0-only
# One program per library; each .c file is one suite, listed in its main.c.
# A suite's owner adds the file here and its function there.
TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests $(CHECK_CFLAGS)
TEST_FIXTURE = tests/fixture.c tests/fixture.h
AM_TESTS_ENVIRONMENT = CK_DEFAULT_TIMEOUT=$${CK_DEFAULT_TIMEOUT:-180}; export CK_DEFAULT_TIMEOUT; \
	CC="$(CC)"; SAN_CFLAGS="$(SAN_CFLAGS)"; MAKE="$(MAKE)"; export CC SAN_CFLAGS MAKE;

# libkern
check_PROGRAMS += tests/libkern/check_libkern
tests_libkern_check_libkern_CPPFLAGS = $(TEST_CPPFLAGS) $(JANSSON_CFLAGS)
tests_libkern_check_libkern_LDADD = libkern.la $(CHECK_LIBS) $(JANSSON_LIBS) -lpthread
tests_libkern_check_libkern_SOURCES = $(TEST_FIXTURE) tests/libkern/main.c
tests_libkern_check_libkern_SOURCES += tests/libkern/hrtimer.c tests/libkern/irq.c \
	tests/libkern/jiffies.c tests/libkern/notifier.c tests/libkern/percpu_refcount.c \
	tests/libkern/softirq.c tests/libkern/timer.c tests/libkern/timer_wheel.c \
	tests/libkern/workqueue.c tests/libkern/workqueue_race.c tests/libkern/workqueue_sync.c \
	libkern/lib/timerqueue.c libkern/time/timer_wheel.c
tests_libkern_check_libkern_SOURCES += tests/libkern/debugfs.c tests/libkern/device.c \
	tests/sigbus.c tests/sigbus.h tests/libkern/file.c tests/libkern/idr.c tests/libkern/xarray.c \
	tests/libkern/xarray_cursor.c tests/libkern/xarray_model.c tests/libkern/xarray_order.c \
	tests/libkern/xarray_order_model.c tests/libkern/xarray_race.c tests/libkern/xarray_rig.c tests/libkern/xarray_rig.h
tests_libkern_check_libkern_SOURCES += tests/libkern/plain.h tests/libkern/arith.c \
	tests/libkern/atomic.c tests/libkern/bitmap.c tests/libkern/bitmap_model.c \
	tests/libkern/bitops.c tests/libkern/cleanup.c tests/libkern/cma.c tests/libkern/kconfig.c tests/libkern/rculist.c \
	tests/libkern/hash.c tests/libkern/initcall.c tests/libkern/list.c tests/libkern/ratelimit.c \
	tests/libkern/refcount.c tests/libkern/string.c tests/libkern/trace/lives.h tests/libkern/trace/sample.h \
	tests/libkern/trace_record.c tests/libkern/tracepoint.c tests/libkern/vsprintf.c tests/libkern/warn.c
tests_libkern_check_libkern_SOURCES += tests/libkern/exec_rig.c tests/libkern/exec_rig.h \
	tests/libkern/breakpoint.c tests/libkern/explore.c \
	tests/libkern/exec_boot.c tests/libkern/exec_kthread.c tests/libkern/exec_lockdep.c \
	tests/libkern/exec_mutex.c tests/libkern/exec_percpu.c tests/libkern/exec_rcu.c \
	tests/libkern/exec_sim.c tests/libkern/exec_spinlock.c tests/libkern/exec_vcpu.c \
	tests/libkern/exec_wait.c tests/libkern/exec_ww_mutex.c tests/libkern/cpus.c \
	tests/libkern/devres.c tests/libkern/exec_context.c tests/libkern/exec_seqcount.c \
	tests/libkern/exec_wait_forms.c tests/libkern/uaccess.c tests/libkern/explore_rig.c \
	tests/libkern/explore_rig.h tests/libkern/explore_sync.c tests/libkern/explore_work.c \
	tests/libkern/explore_xarray.c tests/libkern/scm.c tests/libkern/xarray_align.c
tests_libkern_check_libkern_SOURCES += tests/libkern/mem_rig.c tests/libkern/mem_rig.h \
	tests/libkern/fault.c tests/libkern/fault_text.c tests/libkern/mem_vmalloc.c \
	tests/libkern/trap.c tests/trapped.c tests/trapped.h \
	tests/libkern/mempool.c tests/libkern/mmap.c \
	tests/libkern/mem_cache.c tests/libkern/mem_debug.c tests/libkern/mem_layout.c \
	tests/libkern/mem_leak.c tests/libkern/mem_oom.c tests/libkern/mem_pages.c tests/libkern/mem_slab.c tests/libkern/small.c \
	tests/libkern/kthread_worker.c
tests_libkern_check_libkern_SOURCES += tests/libkern/kunit_rig.c tests/libkern/kunit_rig.h \
	tests/libkern/kunit.c tests/libkern/kunit_assert.c tests/libkern/kunit_boot.c \
	tests/libkern/kunit_device.c tests/libkern/kunit_filter.c tests/libkern/kunit_log.c \
	tests/libkern/kunit_param.c tests/libkern/kunit_resource.c tests/libkern/kunit_try.c
tests_libkern_check_libkern_SOURCES += tests/libkern/containers.c tests/libkern/limits.c \
	tests/libkern/maps.c tests/libkern/rbtree.c \
	tests/libkern/kernel_lists.c tests/libkern/platform.c tests/libkern/rhashtable.c tests/libkern/srcu.c tests/libkern/text.c

# For check-valgrind
EXTRA_PROGRAMS += tests/libkern/misuse
CLEANFILES += tests/libkern/misuse
EXTRA_DIST += tests/libkern/memcheck.sh
tests_libkern_misuse_SOURCES = tests/libkern/misuse.c
tests_libkern_misuse_LDADD = libkern.la

# libgenpool
check_PROGRAMS += tests/libgenpool/check_libgenpool
tests_libgenpool_check_libgenpool_CPPFLAGS = $(TEST_CPPFLAGS)
tests_libgenpool_check_libgenpool_LDADD = libgenpool.la libkern.la $(CHECK_LIBS) -lpthread
tests_libgenpool_check_libgenpool_SOURCES = $(TEST_FIXTURE) tests/libgenpool/main.c
tests_libgenpool_check_libgenpool_SOURCES += tests/libgenpool/algo.c tests/libgenpool/alloc.c \
	tests/libgenpool/free.c tests/libgenpool/full_map.c tests/libgenpool/managed.c \
	tests/libgenpool/model.c libgenpool/full_map.c \
	tests/libgenpool/model.h tests/libgenpool/pool_rig.c tests/libgenpool/pool_rig.h \
	tests/libgenpool/race.c tests/libgenpool/random.c tests/libgenpool/step.c \
	tests/libgenpool/adders.c tests/libgenpool/metadata.c tests/libgenpool/explore.c \
	tests/libkern/exec_rig.c tests/libkern/exec_rig.h tests/libkern/explore_rig.c \
	tests/libkern/explore_rig.h

# libnetmem
check_PROGRAMS += tests/libnetmem/check_libnetmem
tests_libnetmem_check_libnetmem_CPPFLAGS = $(TEST_CPPFLAGS)
tests_libnetmem_check_libnetmem_LDADD = libnetmem.la libgenpool.la libkern.la $(CHECK_LIBS) -lpthread
tests_libnetmem_check_libnetmem_SOURCES = $(TEST_FIXTURE) tests/libnetmem/main.c
tests_libnetmem_check_libnetmem_SOURCES += \
	tests/libnetmem/dmapool.c tests/libnetmem/dma_alloc.c tests/libnetmem/dma_backend.c \
	tests/libnetmem/dma_iotlb.c tests/libnetmem/dma_iova.c tests/libnetmem/dma_unmap_state.c \
	tests/libnetmem/dma_bounce.c tests/libnetmem/dma_bus.c tests/libnetmem/dma_check.c \
	tests/libnetmem/dma_fault.c tests/libnetmem/dma_granule.c \
	tests/libnetmem/dma_cpu_trap.c tests/libnetmem/dma_noncoherent.c \
	tests/libnetmem/dma_iommu.c tests/libnetmem/dma_lazy.c tests/libnetmem/dma_lists.c \
	tests/libnetmem/dma_map.c \
	tests/libnetmem/dma_pool.c tests/libnetmem/dma_rig.c tests/libnetmem/dma_rig.h \
	tests/libnetmem/dma_threads.c tests/libnetmem/sg_failures.c tests/libnetmem/sg_extract.c tests/libnetmem/sg_iter.c \
	tests/libnetmem/sg_pages.c \
	tests/libnetmem/sg_table.c

tests_libnetmem_check_libnetmem_SOURCES += \
	tests/libnetmem/boot_fails.c tests/libnetmem/dma_refusals.c tests/libnetmem/contiguous.c tests/libnetmem/dma_pool_boot.c tests/libnetmem/dma_pool_race.c \
	tests/libnetmem/dma_window_race.c \
	tests/libnetmem/dma_pool_rig.c tests/libnetmem/dma_pool_rig.h tests/libnetmem/ops_helpers.c \
	tests/libkern/exec_rig.c tests/libkern/exec_rig.h tests/libkern/mem_rig.c tests/libkern/mem_rig.h

tests_libnetmem_check_libnetmem_SOURCES += \
	tests/libnetmem/dma_buf.c tests/libnetmem/dma_buf_file.c tests/libnetmem/dma_fence.c \
	tests/libnetmem/exporter_failures.c tests/libnetmem/fence_containers.c \
	tests/libnetmem/dma_heap.c tests/libnetmem/fake_exporter.c tests/libnetmem/fake_exporter.h \
	tests/libnetmem/system_heap.c \
	tests/libnetmem/peer_memory.c tests/libnetmem/udmabuf.c tests/sigbus.c tests/sigbus.h \
	tests/trapped.c tests/trapped.h

# libpagepool
check_PROGRAMS += tests/libpagepool/check_libpagepool
tests_libpagepool_check_libpagepool_CPPFLAGS = $(TEST_CPPFLAGS) \
	-DLOADABLES='"$(abs_top_builddir)/tests/libpagepool/.libs"'
tests_libpagepool_check_libpagepool_LDADD = libpagepool.la libnetmem.la libgenpool.la libkern.la $(CHECK_LIBS) -lpthread
tests_libpagepool_check_libpagepool_SOURCES = $(TEST_FIXTURE) tests/libpagepool/main.c
tests_libpagepool_check_libpagepool_SOURCES += \
	tests/libpagepool/consistency.c \
	tests/libpagepool/devmem.c \
	tests/libpagepool/devmem_limits.c \
	tests/libpagepool/fake_dma.c \
	tests/libpagepool/fake_dma.h \
	tests/libpagepool/fake_dmabuf.c \
	tests/libpagepool/fake_dmabuf.h \
	tests/libpagepool/fake_nic.c \
	tests/libpagepool/fake_provider.c \
	tests/libpagepool/fake_provider.h \
	tests/libpagepool/fault_sweeps.c \
	tests/libpagepool/introspect.c \
	tests/libpagepool/niov_trap.c \
	tests/trapped.c \
	tests/trapped.h \
	tests/libpagepool/netmem.c \
	tests/libpagepool/page_pool_alloc.c \
	tests/libpagepool/page_pool_create.c \
	tests/libpagepool/page_pool_dma.c \
	tests/libpagepool/page_pool_events.c \
	tests/libpagepool/page_pool_frag.c \
	tests/libpagepool/page_pool_life.c \
	tests/libpagepool/page_pool_netlink.c \
	tests/libpagepool/page_pool_return.c \
	tests/libpagepool/page_pool_stress.c \
	tests/libpagepool/pools.c \
	tests/libpagepool/pools.h \
	tests/libpagepool/provider_load.c \
	tests/libpagepool/provider_rig.c \
	tests/libpagepool/provider_rig.h \
	tests/libpagepool/providers.c \
	tests/libpagepool/providers_stress.c \
	tests/libpagepool/ptr_ring.c \
	tests/libpagepool/races.c \
	tests/libpagepool/rx_queue.c

# Shared objects for provider_load.c: one that can be loaded, others by what is wrong. (With
# -rpath they are shared, although nobody installs them.)
LOADABLE_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath $(abs_top_builddir)
LOADABLES = tests/libpagepool/loadable_good.la tests/libpagepool/loadable_i.la \
	tests/libpagepool/loadable_o.la tests/libpagepool/loadable_s.la \
	tests/libpagepool/loadable_u.la tests/libpagepool/loadable_w.la
check_LTLIBRARIES = $(LOADABLES)
EXTRA_tests_libpagepool_check_libpagepool_DEPENDENCIES = $(LOADABLES)
tests_libpagepool_loadable_good_la_SOURCES = tests/libpagepool/loadable.c
tests_libpagepool_loadable_good_la_CPPFLAGS = $(AM_CPPFLAGS) -DLOADABLE="'g'"
tests_libpagepool_loadable_good_la_LDFLAGS = $(LOADABLE_LDFLAGS)
tests_libpagepool_loadable_i_la_SOURCES = tests/libpagepool/loadable.c
tests_libpagepool_loadable_i_la_CPPFLAGS = $(AM_CPPFLAGS) -DLOADABLE="'i'"
tests_libpagepool_loadable_i_la_LDFLAGS = $(LOADABLE_LDFLAGS)
tests_libpagepool_loadable_o_la_SOURCES = tests/libpagepool/loadable.c
tests_libpagepool_loadable_o_la_CPPFLAGS = $(AM_CPPFLAGS) -DLOADABLE="'o'"
tests_libpagepool_loadable_o_la_LDFLAGS = $(LOADABLE_LDFLAGS)
tests_libpagepool_loadable_s_la_SOURCES = tests/libpagepool/loadable.c
tests_libpagepool_loadable_s_la_CPPFLAGS = $(AM_CPPFLAGS) -DLOADABLE="'s'"
tests_libpagepool_loadable_s_la_LDFLAGS = $(LOADABLE_LDFLAGS)
tests_libpagepool_loadable_u_la_SOURCES = tests/libpagepool/loadable.c
tests_libpagepool_loadable_u_la_CPPFLAGS = $(AM_CPPFLAGS) -DLOADABLE="'u'"
tests_libpagepool_loadable_u_la_LDFLAGS = $(LOADABLE_LDFLAGS)
tests_libpagepool_loadable_w_la_SOURCES = tests/libpagepool/loadable.c
tests_libpagepool_loadable_w_la_CPPFLAGS = $(AM_CPPFLAGS) -DLOADABLE="'w'"
tests_libpagepool_loadable_w_la_LDFLAGS = $(LOADABLE_LDFLAGS)

# emu-nic
check_PROGRAMS += tests/emu-nic/check_emunic
tests_emu_nic_check_emunic_CPPFLAGS = $(TEST_CPPFLAGS)
tests_emu_nic_check_emunic_LDADD = libemunic.la libpagepool.la libnetmem.la libgenpool.la libkern.la $(CHECK_LIBS) -lpthread
tests_emu_nic_check_emunic_SOURCES = $(TEST_FIXTURE) tests/emu-nic/main.c
tests_emu_nic_check_emunic_SOURCES += tests/emu-nic/frames.c tests/emu-nic/frames.h \
	tests/emu-nic/hw_rig.c tests/emu-nic/hw_rig.h tests/emu-nic/hw_checksum.c tests/emu-nic/hw_parser.c \
	tests/emu-nic/hw_steering.c tests/emu-nic/hw_delivery.c tests/emu-nic/hw_tso.c \
	tests/emu-nic/coalesce_rig.c tests/emu-nic/coalesce_rig.h tests/emu-nic/hw_coalesce.c \
	tests/emu-nic/hw_coalesce_ends.c tests/emu-nic/hw_lent.c tests/emu-nic/hw_moderation.c tests/emu-nic/hw_tx.c \
	tests/emu-nic/nic_rig.c tests/emu-nic/nic_rig.h tests/emu-nic/nic_tx.c \
	tests/emu-nic/nic_coalesce_faults.c tests/emu-nic/nic_coalesce_seen.c \
	tests/emu-nic/nic_coalesce.c tests/emu-nic/nic_contexts.c tests/emu-nic/nic_faults.c \
	tests/emu-nic/nic_page_size.c tests/emu-nic/nic_rxcsum.c tests/emu-nic/nic_steering.c tests/emu-nic/packet_socket.c tests/emu-nic/rx_rig.c tests/emu-nic/rx_rig.h \
	tests/emu-nic/tx_rig.c tests/emu-nic/tx_rig.h tests/emu-nic/wire_capture.c tests/emu-nic/wire_loopback.c \
	tests/emu-nic/wire_tap.c \
	tests/emu-nic/inet_if.c tests/emu-nic/link_rig.c tests/emu-nic/link_rig.h \
	tests/emu-nic/link_waiter.c tests/emu-nic/link_waiter.h tests/emu-nic/tcp_active.c tests/emu-nic/tcp_active_devmem.c tests/emu-nic/tcp_connect.c tests/emu-nic/tcp_recovery.c \
	tests/emu-nic/tcp_disconnect.c tests/emu-nic/tcp_disconnect_flows.c tests/emu-nic/tcp_disconnect_threads.c \
	tests/emu-nic/devmem_link.c tests/emu-nic/devmem_link.h tests/emu-nic/tcp_disconnect_devmem.c tests/emu-nic/tcp_disconnect_faults.c tests/emu-nic/tcp_shutdown.c \
	emu-nic/hw/parser.c emu-nic/hw/steering.c emu-nic/wire/offload.c

# The whole
check_PROGRAMS += tests/e2e/check_e2e
tests_e2e_check_e2e_CPPFLAGS = $(TEST_CPPFLAGS) $(JANSSON_CFLAGS)
tests_e2e_check_e2e_LDADD = libemunic.la libpagepool.la libnetmem.la libgenpool.la libkern.la $(CHECK_LIBS) -lpthread $(JANSSON_LIBS)
tests_e2e_check_e2e_SOURCES = $(TEST_FIXTURE) tests/e2e/main.c tests/emu-nic/frames.c tests/emu-nic/frames.h \
	tests/e2e/device_memory.c tests/e2e/device_memory.h tests/e2e/holders.c tests/e2e/lent_memory.c tests/e2e/merged_runs.c \
	tests/e2e/refusals.c tests/e2e/starvation.c tests/emu-nic/nl_rig.c tests/emu-nic/nl_rig.h

# A client of its own: libmnl
check_PROGRAMS += tests/mnl/check_mnl
EXTRA_DIST += tests/mnl/absent.c tests/mnl/main.c tests/mnl/mnl_rig.c tests/mnl/mnl_rig.h tests/mnl/ethtool.c tests/mnl/features.c \
	tests/mnl/netdev.c
if HAVE_MNL
tests_mnl_check_mnl_CPPFLAGS = $(TEST_CPPFLAGS) $(MNL_CFLAGS)
tests_mnl_check_mnl_LDADD = libemunic.la libpagepool.la libnetmem.la libgenpool.la libkern.la $(CHECK_LIBS) -lpthread $(MNL_LIBS)
tests_mnl_check_mnl_SOURCES = $(TEST_FIXTURE) tests/mnl/main.c tests/mnl/mnl_rig.c tests/mnl/mnl_rig.h \
	tests/mnl/ethtool.c tests/mnl/features.c tests/mnl/netdev.c
VALGRIND_MNL_SUITES = mnl/check_mnl:mnl_netdev mnl/check_mnl:mnl_ethtool mnl/check_mnl:mnl_features
else
tests_mnl_check_mnl_SOURCES = tests/mnl/absent.c
endif

# Kernel-style modules
check_PROGRAMS += tests/source/check_source
tests_source_check_source_CPPFLAGS = $(TEST_CPPFLAGS)
tests_source_check_source_LDADD = libemunic.la libpagepool.la libnetmem.la libgenpool.la libkern.la $(CHECK_LIBS) -lpthread
tests_source_check_source_SOURCES = $(TEST_FIXTURE) tests/source/main.c tests/source/bench.c \
	tests/source/objects.c tests/source/provider.c

# Installing, and building outside the tree
# Takes minutes, and brings its compilers: ./bootstrap check runs it in the first build only.
MIX_TEST = tests/headers/mix.sh
TESTS += tests/headers/names.sh tests/headers/config.sh $(MIX_TEST)
EXTRA_DIST += tests/headers/names.sh tests/headers/names.awk tests/headers/names tests/headers/mix.sh \
	tests/headers/mix.awk tests/headers/host tests/headers/config.sh
TESTS += tests/examples/run.sh
EXTRA_DIST += tests/examples/run.sh tests/examples/sram.out tests/examples/peer.out tests/examples/coherent.out \
	tests/examples/provider.out
TESTS += tests/install/outside.sh tests/e2e/replay.sh tests/e2e/bad_input.sh tests/e2e/usdt.sh \
	tests/e2e/loop.sh tests/e2e/tap.sh
EXTRA_DIST += tests/e2e/replay.sh tests/e2e/bad_input.sh tests/e2e/usdt.sh tests/e2e/loop.sh tests/e2e/tap.sh
EXTRA_DIST += tests/install/outside.sh tests/install/outside.c tests/install/module.c tests/install/host.cc \
	tests/install/kunit.sh tests/install/kunit_broken.c tests/install/kunit_example.c \
	tests/install/kunit_example.ktap tests/install/kunit_init.c \
	tests/style/check m4/list-headers .clang-format .ci/run \
	tests/data/http-v4.pcap tests/data/http-v4.streams.tsv \
	tests/data/multi-loss.pcap tests/data/multi-loss.streams.tsv \
	tests/data/tso.pcap tests/data/tso.streams.tsv

# emu-nic: netlink and the network stack
tests_emu_nic_check_emunic_SOURCES += tests/emu-nic/nl_rig.c tests/emu-nic/nl_rig.h \
	tests/emu-nic/nla.c tests/emu-nic/genl.c tests/emu-nic/genl_policy.c tests/emu-nic/stack_rig.c \
	tests/emu-nic/skb_rig.c tests/emu-nic/skb_rig.h tests/emu-nic/skb_rules.c \
	tests/emu-nic/skb_moves.c tests/emu-nic/gso.c tests/emu-nic/gso_link.c tests/emu-nic/napi.c tests/emu-nic/netdev_genl.c \
	tests/emu-nic/netdev_rows.c tests/emu-nic/netlink_fd.c tests/emu-nic/nl_dumps.c tests/emu-nic/ethtool_rows.c tests/emu-nic/ethtool_rows.h tests/emu-nic/rss_rows.c tests/emu-nic/features_rows.c tests/emu-nic/nl_rows.c tests/emu-nic/nl_rows.h \
	tests/emu-nic/ethtool_nl.c \
	tests/emu-nic/stack_rig.h tests/emu-nic/tcp_stream.c tests/emu-nic/tcp_devmem.c \
	tests/emu-nic/tcp_recvmsg.c tests/emu-nic/send_rig.c tests/emu-nic/send_rig.h \
	tests/emu-nic/tcp_send.c tests/emu-nic/zerocopy.c \
	tests/emu-nic/zerocopy_done.c tests/emu-nic/errqueue.c \
	tests/libpagepool/fake_dma.c tests/libpagepool/fake_dma.h \
	tests/libpagepool/fake_dmabuf.c tests/libpagepool/fake_dmabuf.h \
	tests/libpagepool/fake_nic.c tests/libpagepool/fake_provider.c \
	tests/libpagepool/fake_provider.h tests/libpagepool/pools.c tests/libpagepool/pools.h

# Installing links the libraries anew, in place: nothing may run from the build tree meanwhile.
# (By a variable, or automake takes it for a rule in place of its own.)
install_log = tests/install/outside.sh.log
$(install_log): $(filter-out $(install_log),$(TEST_LOGS))
