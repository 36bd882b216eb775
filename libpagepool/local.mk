# SPDX-License-Identifier: GPL-2.0-only
lib_LTLIBRARIES += libpagepool.la
pkgconfig_DATA += libpagepool/libpagepool.pc
EXTRA_DIST += libpagepool/libpagepool.map
libpagepool_la_SOURCES = libpagepool/initcalls.c
libpagepool_la_CPPFLAGS = $(AM_CPPFLAGS) -DUDM_INIT_RANK=30 $(JANSSON_CFLAGS)
libpagepool_la_LIBADD = libnetmem.la libgenpool.la libkern.la $(JANSSON_LIBS)
libpagepool_la_LDFLAGS = $(AM_LDFLAGS) $(LIB_VERSION) -Wl,--version-script=$(srcdir)/libpagepool/libpagepool.map
libpagepool_la_DEPENDENCIES = libnetmem.la libgenpool.la libkern.la $(srcdir)/libpagepool/libpagepool.map

# POOL
libpagepool_la_SOURCES += \
	libpagepool/binding_walk.h \
	libpagepool/consistency.c \
	libpagepool/devmem.c \
	libpagepool/devmem.h \
	libpagepool/idle_mark.h \
	libpagepool/holders.c \
	libpagepool/holders.h \
	libpagepool/introspect.c \
	libpagepool/report.c \
	libpagepool/mp_dmabuf_devmem.h \
	libpagepool/mp_hugepage.c \
	libpagepool/mp_locality.c \
	libpagepool/mp_partition.c \
	libpagepool/net-traces.c \
	libpagepool/netdev_config.c \
	libpagepool/netdev_queues.c \
	libpagepool/netdev_rx_queue.c \
	libpagepool/netmem_priv.h \
	libpagepool/niov_history.c \
	libpagepool/niov_history.h \
	libpagepool/niov_trap.c \
	libpagepool/page_pool.c \
	libpagepool/page_pool_buffer.h \
	libpagepool/page_pool_dma.c \
	libpagepool/page_pool_dma.h \
	libpagepool/page_pool_life.c \
	libpagepool/page_pool_priv.h \
	libpagepool/pool_contents.c \
	libpagepool/pool_contents.h \
	libpagepool/page_pool_provider.c \
	libpagepool/page_pool_provider.h \
	libpagepool/page_pool_stats.c \
	libpagepool/page_pool_stats.h \
	libpagepool/page_pool_user.c \
	libpagepool/pool_walk.h \
	libpagepool/provider_load.c
