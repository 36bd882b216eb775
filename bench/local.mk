# SPDX-License-Identifier: GPL-2.0-only
# Speed. `make bench` builds and runs every program here, one after the other; the
# numbers mean something in a build without --enable-debug and without sanitizers.
BENCH_LIBS = libpagepool.la libnetmem.la libgenpool.la libkern.la -lpthread
BENCHES = bench/dma bench/genpool bench/libkern bench/page_pool
bench_dma_SOURCES = bench/dma.c
bench_dma_LDADD = $(BENCH_LIBS)
bench_genpool_SOURCES = bench/genpool.c
bench_genpool_LDADD = $(BENCH_LIBS)
bench_libkern_SOURCES = bench/libkern.c
bench_libkern_LDADD = $(BENCH_LIBS)
bench_page_pool_SOURCES = bench/page_pool.c bench/report.c bench/report.h
bench_page_pool_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
bench_page_pool_LDADD = libemunic.la $(BENCH_LIBS) $(JANSSON_LIBS)
EXTRA_PROGRAMS += bench/compare
bench_compare_SOURCES = bench/compare.c
bench_compare_CPPFLAGS = $(JANSSON_CFLAGS)
bench_compare_LDADD = $(JANSSON_LIBS)
if !PLAIN_ALLOC
BENCHES += bench/libkern_memory
bench_libkern_memory_SOURCES = bench/libkern_memory.c
bench_libkern_memory_CPPFLAGS = $(AM_CPPFLAGS) $(JEMALLOC_CFLAGS)
bench_libkern_memory_LDADD = libkern.la $(JEMALLOC_LIBS)
endif
EXTRA_PROGRAMS += $(BENCHES)
CLEANFILES += $(BENCHES)

bench: $(BENCHES)
	$(AM_V_at)for program in $(BENCHES); do \
		echo "== $$program"; $$program || exit 1; \
	done
.PHONY: bench
