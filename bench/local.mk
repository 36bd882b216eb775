# SPDX-License-Identifier: GPL-2.0-only
# Speed. `make bench` builds and runs every program here, one after the other, and leaves
# what they measured in bench-results/ for bench/compare; the numbers mean something in a
# build without --enable-debug and without sanitizers.
BENCH_LIBS = libpagepool.la libnetmem.la libgenpool.la libkern.la -lpthread $(JANSSON_LIBS)
BENCH_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
BENCH_REPORT = bench/report.c bench/report.h
BENCHES = bench/devmem bench/dma bench/genpool bench/libkern bench/page_pool
bench_devmem_SOURCES = bench/devmem.c tests/emu-nic/frames.c tests/emu-nic/frames.h $(BENCH_REPORT)
bench_devmem_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_devmem_LDADD = libemunic.la $(BENCH_LIBS)
bench_dma_SOURCES = bench/dma.c $(BENCH_REPORT)
bench_dma_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_dma_LDADD = $(BENCH_LIBS)
bench_genpool_SOURCES = bench/genpool.c $(BENCH_REPORT)
bench_genpool_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_genpool_LDADD = $(BENCH_LIBS)
bench_libkern_SOURCES = bench/libkern.c $(BENCH_REPORT)
bench_libkern_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_libkern_LDADD = $(BENCH_LIBS)
bench_page_pool_SOURCES = bench/page_pool.c bench/dpdk.h $(BENCH_REPORT)
bench_page_pool_CPPFLAGS = $(BENCH_CPPFLAGS)
bench_page_pool_LDADD = libemunic.la $(BENCH_LIBS)
# A library of its own: it is compiled without our headers.
if HAVE_DPDK
EXTRA_LIBRARIES = bench/libpeer.a
CLEANFILES += bench/libpeer.a
bench_libpeer_a_SOURCES = bench/dpdk.c bench/dpdk.h
bench_libpeer_a_CPPFLAGS = -DHAVE_DPDK $(DPDK_CFLAGS)
bench_libpeer_a_CFLAGS = -std=gnu11 $(SAN_CFLAGS)
bench_page_pool_CPPFLAGS += -DHAVE_DPDK
bench_page_pool_LDADD += bench/libpeer.a $(DPDK_LIBS)
else
EXTRA_DIST += bench/dpdk.c
endif
if !PLAIN_ALLOC
BENCHES += bench/libkern_memory
bench_libkern_memory_SOURCES = bench/libkern_memory.c $(BENCH_REPORT)
bench_libkern_memory_CPPFLAGS = $(BENCH_CPPFLAGS) $(JEMALLOC_CFLAGS)
bench_libkern_memory_LDADD = libkern.la $(JEMALLOC_LIBS) $(JANSSON_LIBS)
endif
EXTRA_PROGRAMS += $(BENCHES) bench/compare
CLEANFILES += $(BENCHES) bench/compare
bench_compare_SOURCES = bench/compare.c
bench_compare_CPPFLAGS = $(JANSSON_CFLAGS)
bench_compare_LDADD = $(JANSSON_LIBS)

bench: $(BENCHES) bench/compare
	$(AM_V_at)$(MKDIR_P) bench-results
	$(AM_V_at)for program in $(BENCHES); do \
		echo "== $$program"; \
		$$program --json bench-results/$${program#bench/}.json || exit 1; \
	done
clean-local: clean-bench
clean-bench:
	rm -rf bench-results
.PHONY: bench clean-bench
