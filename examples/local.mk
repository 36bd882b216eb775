# SPDX-License-Identifier: GPL-2.0-only
# Programs to learn from: built by `make`, run and compared by tests/examples/run.sh.
EXAMPLES = examples/sram
noinst_PROGRAMS += $(EXAMPLES)
examples_sram_SOURCES = examples/sram.c
examples_sram_LDADD = libgenpool.la libkern.la
