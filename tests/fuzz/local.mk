# SPDX-License-Identifier: GPL-2.0-only
# Fuzz targets for libFuzzer; built by --enable-fuzz only, run by tests/fuzz/run.sh.
EXTRA_DIST += tests/fuzz/run.sh tests/fuzz/netlink.dict
FUZZ_LIBS = libemunic.la libpagepool.la libnetmem.la libgenpool.la libkern.la -lpthread
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
FUZZ_TARGETS = tests/fuzz/parser tests/fuzz/replay tests/fuzz/netlink tests/fuzz/cmsg \
	tests/fuzz/descriptors
EXTRA_PROGRAMS += $(FUZZ_TARGETS)
tests_fuzz_parser_SOURCES = tests/fuzz/parser.c emu-nic/hw/checksum.c emu-nic/hw/parser.c \
	emu-nic/wire/offload.c
tests_fuzz_parser_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_replay_SOURCES = tests/fuzz/replay.c tools/arguments.c tools/buffer.c tools/options.c \
	tools/receiver.c tools/replay.c tools/report.c tools/streams.c
tests_fuzz_replay_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_fuzz_replay_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_replay_LDADD = $(FUZZ_LIBS) $(JANSSON_LIBS)
tests_fuzz_netlink_SOURCES = tests/fuzz/netlink.c
tests_fuzz_netlink_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_netlink_LDADD = $(FUZZ_LIBS)
tests_fuzz_cmsg_SOURCES = tests/fuzz/cmsg.c
tests_fuzz_cmsg_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_cmsg_LDADD = $(FUZZ_LIBS)
tests_fuzz_descriptors_SOURCES = tests/fuzz/descriptors.c
tests_fuzz_descriptors_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_descriptors_LDADD = $(FUZZ_LIBS)

# FUZZ_SECONDS for each target.
fuzz:
if FUZZ
	$(MAKE) $(AM_MAKEFLAGS) all
	$(MAKE) $(AM_MAKEFLAGS) $(FUZZ_TARGETS)
	srcdir=$(top_srcdir) bash $(top_srcdir)/tests/fuzz/run.sh
else
	@echo "fuzz: skipped: configure with CC=clang --enable-fuzz, and libFuzzer (libclang-rt-14-dev)"
endif
.PHONY: fuzz
