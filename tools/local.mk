# SPDX-License-Identifier: GPL-2.0-only
bin_PROGRAMS += tools/udevmem
# Shared by the commands
tools_udevmem_SOURCES = tools/udevmem.c tools/arguments.c tools/arguments.h tools/buffer.c \
	tools/buffer.h tools/receiver.c tools/receiver.h
# replay
tools_udevmem_SOURCES += tools/options.c tools/replay.c tools/replay.h tools/report.c \
	tools/streams.c tools/streams.h
# listen and connect
tools_udevmem_SOURCES += tools/conversation.c tools/conversation.h tools/echo.c tools/echo.h \
	tools/endpoint.c tools/endpoint.h tools/endpoint_options.c tools/endpoint_report.c \
	tools/sender.c tools/sender.h tools/station.c tools/station.h tools/steering.c \
	tools/steering.h tools/stream_check.c tools/stream_check.h
tools_udevmem_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(GCRYPT_CFLAGS) \
	-DUDEVMEM_VERSION='"$(PACKAGE_VERSION)"'
tools_udevmem_LDADD = libemunic.la libpagepool.la libnetmem.la libgenpool.la libkern.la \
	$(JANSSON_LIBS) $(GCRYPT_LIBS)
