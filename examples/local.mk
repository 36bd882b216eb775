# SPDX-License-Identifier: GPL-2.0-only
# Programs to learn from: built by `make`, run and compared by tests/examples/run.sh.
EXAMPLES = examples/sram examples/peer examples/coherent
noinst_PROGRAMS += $(EXAMPLES)
examples_sram_SOURCES = examples/sram.c
examples_sram_LDADD = libgenpool.la libkern.la
examples_peer_SOURCES = examples/peer.c
examples_peer_LDADD = libnetmem.la libgenpool.la libkern.la
examples_coherent_SOURCES = examples/coherent.c
examples_coherent_LDADD = libnetmem.la libgenpool.la libkern.la
