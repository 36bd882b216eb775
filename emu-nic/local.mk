# SPDX-License-Identifier: GPL-2.0-only
lib_LTLIBRARIES += libemunic.la
pkgconfig_DATA += emu-nic/libemunic.pc
EXTRA_DIST += emu-nic/libemunic.map
libemunic_la_SOURCES = emu-nic/initcalls.c
libemunic_la_CPPFLAGS = $(AM_CPPFLAGS) -DUDM_INIT_RANK=40 $(PCAP_CFLAGS)
libemunic_la_LIBADD = libstack.la libpagepool.la libnetmem.la libgenpool.la libkern.la $(PCAP_LIBS) $(LWIP_LIBS)
libemunic_la_LDFLAGS = $(AM_LDFLAGS) $(LIB_VERSION) -Wl,--version-script=$(srcdir)/emu-nic/libemunic.map
libemunic_la_DEPENDENCIES = libstack.la libpagepool.la libnetmem.la libgenpool.la libkern.la $(srcdir)/emu-nic/libemunic.map
# Somebody else's TCP, which knows nothing of the kernel side
noinst_LTLIBRARIES += libstack.la
libstack_la_CPPFLAGS = -I$(top_srcdir) $(LWIP_CFLAGS)
libstack_la_SOURCES = emu-nic/lwip/connection.c emu-nic/lwip/interface.c emu-nic/lwip/output.c \
	emu-nic/lwip/recovery.c emu-nic/lwip/stack.c emu-nic/lwip/stack.h emu-nic/lwip/stack_if.h
# The silicon and the wires
libemunic_la_SOURCES += emu-nic/emunic_regs.h \
	emu-nic/hw/bytes.h emu-nic/hw/cable.c emu-nic/hw/checksum.c emu-nic/hw/checksum.h \
	emu-nic/hw/coalesce.c emu-nic/hw/coalesce.h emu-nic/hw/delivery.c \
	emu-nic/hw/delivery.h emu-nic/hw/emunic_hw.h emu-nic/hw/fault.c emu-nic/hw/fault.h \
	emu-nic/hw/frame.c emu-nic/hw/hw.c emu-nic/hw/hw.h emu-nic/hw/inspect.c \
	emu-nic/hw/parser.c emu-nic/hw/parser.h \
	emu-nic/hw/port_regs.c emu-nic/hw/queue.c emu-nic/hw/queue.h emu-nic/hw/ring.c emu-nic/hw/ring.h \
	emu-nic/hw/segment.c emu-nic/hw/segment.h emu-nic/hw/steering.c emu-nic/hw/steering.h \
	emu-nic/hw/transmit.c emu-nic/hw/tx_queue.c emu-nic/hw/tx_queue.h \
	emu-nic/wire/capture.c emu-nic/wire/capture_out.c emu-nic/wire/loopback.c \
	emu-nic/wire/loss.c emu-nic/wire/loss.h emu-nic/wire/netns.c emu-nic/wire/offload.c \
	emu-nic/wire/offload.h emu-nic/wire/rtnl.c emu-nic/wire/rtnl.h emu-nic/wire/tap.c \
	emu-nic/wire/wire.c emu-nic/wire/wire.h
# The driver, and the host's handle on device and driver
libemunic_la_SOURCES += emu-nic/netdev_address.c emu-nic/netdev_create.c emu-nic/netdev_features.c \
	emu-nic/netdev_host.h emu-nic/driver/emunic.h \
	emu-nic/driver/emunic_ethtool.c emu-nic/driver/emunic_flow.c emu-nic/driver/emunic_gro.c \
	emu-nic/driver/emunic_health.c \
	emu-nic/driver/emunic_main.c emu-nic/driver/emunic_queue.c emu-nic/driver/emunic_rss.c emu-nic/driver/emunic_rx.c \
	emu-nic/driver/emunic_trace.h emu-nic/driver/emunic_tx.c
# Netlink: the families, and the application's half
libemunic_la_SOURCES += emu-nic/netlink/client.c emu-nic/netlink/ethtool.c emu-nic/netlink/netdev.c \
	emu-nic/netlink/netdev-genl-gen.c emu-nic/netlink/netdev-genl-gen.h \
	emu-nic/netlink/netdev_bind.c emu-nic/netlink/netdev_napi.c emu-nic/netlink/netdev_stats.c emu-nic/netlink/ethtool.h \
	emu-nic/netlink/ethtool_channels.c emu-nic/netlink/ethtool_coalesce.c emu-nic/netlink/ethtool_ioctl.c \
	emu-nic/netlink/ethtool_ioctl.h emu-nic/netlink/ethtool_ioctl_rx.c emu-nic/netlink/ethtool_ioctl_rxfh.c emu-nic/netlink/ethtool_rings.c \
	emu-nic/netlink/ethtool_contexts.c emu-nic/netlink/ethtool_rss.c emu-nic/netlink/ethtool_rss_act.c \
	emu-nic/netlink/ethtool_rules.c emu-nic/netlink/ethtool_bitset.c emu-nic/netlink/ethtool_bitset.h \
	emu-nic/netlink/ethtool_features.c emu-nic/netlink/ethtool_strset.c
# The network stack
libemunic_la_SOURCES += emu-nic/net/af_inet.c emu-nic/net/af_packet.c emu-nic/net/datagram.c \
	emu-nic/net/datagram_queue.c emu-nic/net/ptype.c emu-nic/net/ptype.h emu-nic/net/dev.c emu-nic/net/devmem_token.h emu-nic/net/dev_ioctl.c \
	emu-nic/net/errqueue.c emu-nic/net/features.c emu-nic/net/skb_zerocopy.c emu-nic/net/zerocopy.c emu-nic/net/zerocopy.h \
	emu-nic/net/eth.c emu-nic/net/inet_frames.c emu-nic/net/inet_if.c emu-nic/net/inet_if.h emu-nic/net/ip6_input.c emu-nic/net/ip_input.c emu-nic/net/napi.c \
	emu-nic/net/napi.h emu-nic/net/napi_life.c emu-nic/net/sch_generic.c emu-nic/net/sch_generic.h emu-nic/net/skb_move.c \
	emu-nic/net/gso.c emu-nic/net/skb_segment.c emu-nic/net/tcp_offload.c \
	emu-nic/net/skb_shape.c emu-nic/net/skbuff.c \
	emu-nic/net/skbuff.h emu-nic/net/sock.c emu-nic/net/tcp.c emu-nic/net/tcp_active.c emu-nic/net/tcp_active.h emu-nic/net/tcp_devmem.c \
	emu-nic/net/tcp_disconnect.c \
	emu-nic/net/tcp_flow.c emu-nic/net/tcp_flow.h emu-nic/net/tcp_holder.c emu-nic/net/tcp_info.c \
	emu-nic/net/tcp_input.c \
	emu-nic/net/tcp_ipv4.c emu-nic/net/tcp_send.c emu-nic/net/tcp_send.h \
	emu-nic/net/tcp_sendmsg.c emu-nic/net/udp.c emu-nic/net/udp.h
