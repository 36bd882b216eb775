# SPDX-License-Identifier: GPL-2.0-only
lib_LTLIBRARIES += libgenpool.la
pkgconfig_DATA += libgenpool/libgenpool.pc
EXTRA_DIST += libgenpool/libgenpool.map
libgenpool_la_SOURCES = \
	libgenpool/chunk_index.c libgenpool/chunk_index.h libgenpool/full_map.c \
	libgenpool/full_map.h libgenpool/genalloc.c
libgenpool_la_CPPFLAGS = $(AM_CPPFLAGS) -DUDM_INIT_RANK=10
libgenpool_la_LIBADD = libkern.la
libgenpool_la_LDFLAGS = $(AM_LDFLAGS) $(LIB_VERSION) -Wl,--version-script=$(srcdir)/libgenpool/libgenpool.map
libgenpool_la_DEPENDENCIES = $(libgenpool_la_LIBADD) $(srcdir)/libgenpool/libgenpool.map
