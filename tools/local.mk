# SPDX-License-Identifier: GPL-2.0-only
bin_PROGRAMS += tools/udevmem
tools_udevmem_SOURCES = tools/udevmem.c tools/arguments.c tools/arguments.h tools/buffer.c \
	tools/buffer.h tools/options.c tools/receiver.c tools/receiver.h tools/replay.c \
	tools/replay.h tools/report.c tools/streams.c tools/streams.h
tools_udevmem_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) -DUDEVMEM_VERSION='"$(PACKAGE_VERSION)"'
tools_udevmem_LDADD = libemunic.la libpagepool.la libnetmem.la libgenpool.la libkern.la $(JANSSON_LIBS)
