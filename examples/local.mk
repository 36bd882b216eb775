# SPDX-License-Identifier: GPL-2.0-only
# Programs to learn from: built by `make`, run and compared by tests/examples/run.sh.
EXAMPLES = examples/sram examples/peer examples/coherent examples/provider/use examples/http
noinst_PROGRAMS += $(EXAMPLES)
examples_sram_SOURCES = examples/sram.c
examples_sram_LDADD = libgenpool.la libkern.la
examples_peer_SOURCES = examples/peer.c
examples_peer_LDADD = libnetmem.la libgenpool.la libkern.la
examples_coherent_SOURCES = examples/coherent.c
examples_coherent_LDADD = libnetmem.la libgenpool.la libkern.la
# A shared object to be loaded, which finds the libraries in the program. -rpath makes it shared
# although it is not installed.
noinst_LTLIBRARIES += examples/provider/provider.la
examples_provider_provider_la_SOURCES = examples/provider/provider.c
examples_provider_provider_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath $(abs_top_builddir)
examples_provider_use_SOURCES = examples/provider/use.c
examples_provider_use_LDADD = libemunic.la libpagepool.la libnetmem.la libgenpool.la libkern.la
# Its client is a program of the host: tests/e2e/tap.sh runs it.
examples_http_SOURCES = examples/http.c
examples_http_LDADD = libemunic.la libpagepool.la libnetmem.la libgenpool.la libkern.la
