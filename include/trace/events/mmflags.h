/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of memory flags for TP_printk: show_gfp_flags(). Single bits only, in ascending
 * order; %pGg prints the composite names as well. Kernel path: trace/events/mmflags.h.
 */
#ifndef _UDM_TRACE_EVENTS_MMFLAGS_H
#define _UDM_TRACE_EVENTS_MMFLAGS_H

#include <linux/gfp_types.h>

#define __udm_gfp_name(flag) { (__force unsigned long)flag, #flag }

#define __def_gfpflag_names							\
	__udm_gfp_name(__GFP_DMA), __udm_gfp_name(__GFP_HIGHMEM),		\
	__udm_gfp_name(__GFP_DMA32), __udm_gfp_name(__GFP_MOVABLE),		\
	__udm_gfp_name(__GFP_RECLAIMABLE), __udm_gfp_name(__GFP_HIGH),		\
	__udm_gfp_name(__GFP_IO), __udm_gfp_name(__GFP_FS),			\
	__udm_gfp_name(__GFP_ZERO), __udm_gfp_name(__GFP_DIRECT_RECLAIM),	\
	__udm_gfp_name(__GFP_KSWAPD_RECLAIM), __udm_gfp_name(__GFP_WRITE),	\
	__udm_gfp_name(__GFP_NOWARN), __udm_gfp_name(__GFP_RETRY_MAYFAIL),	\
	__udm_gfp_name(__GFP_NOFAIL), __udm_gfp_name(__GFP_NORETRY),		\
	__udm_gfp_name(__GFP_MEMALLOC), __udm_gfp_name(__GFP_COMP),		\
	__udm_gfp_name(__GFP_NOMEMALLOC), __udm_gfp_name(__GFP_HARDWALL),	\
	__udm_gfp_name(__GFP_THISNODE), __udm_gfp_name(__GFP_ACCOUNT),		\
	__udm_gfp_name(__GFP_ZEROTAGS)

#define show_gfp_flags(flags)							\
	((flags) ? __print_flags((__force unsigned long)(flags), "|", __def_gfpflag_names) : "none")

#endif
