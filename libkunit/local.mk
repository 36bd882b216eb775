# SPDX-License-Identifier: GPL-2.0-only
# An archive in every build: its main() is for programs that have none.
lib_LIBRARIES += libkunit/libkunit.a
pkgconfig_DATA += libkunit/libkunit.pc
libkunit_libkunit_a_SOURCES = libkunit/main.c libkunit/options.c libkunit/runner.c libkunit/runner.h
libkunit_libkunit_a_CFLAGS = $(AM_CFLAGS) -fPIC
