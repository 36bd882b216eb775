/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The last include of every event header.
 *
 * Kernel path: trace/define_trace.h. In the one file that defines
 * CREATE_TRACE_POINTS it reads the event header again, once per pass of
 * trace/trace_events.h, to define the tracepoints, records, printers and
 * probes. Everywhere else it does nothing. TRACE_SYSTEM names the header, unless
 * TRACE_INCLUDE_FILE does; TRACE_INCLUDE_PATH is its folder as seen from this
 * one, unless it is trace/events.
 */
#ifdef CREATE_TRACE_POINTS
#undef CREATE_TRACE_POINTS

#include <linux/stringify.h>

#ifndef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE TRACE_SYSTEM
#define UNDEF_TRACE_INCLUDE_FILE
#endif
#ifndef TRACE_INCLUDE_PATH
#define __TRACE_INCLUDE(system) <trace/events/system.h>
#define UNDEF_TRACE_INCLUDE_PATH
#else
#define __TRACE_INCLUDE(system) __stringify(TRACE_INCLUDE_PATH/system.h)
#endif
#define TRACE_INCLUDE(system) __TRACE_INCLUDE(system)

#define TRACE_HEADER_MULTI_READ
#include <trace/trace_events.h>
#undef TRACE_HEADER_MULTI_READ

#undef TRACE_INCLUDE
#undef __TRACE_INCLUDE
#ifdef UNDEF_TRACE_INCLUDE_FILE
#undef TRACE_INCLUDE_FILE
#undef UNDEF_TRACE_INCLUDE_FILE
#endif
#ifdef UNDEF_TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_PATH
#undef UNDEF_TRACE_INCLUDE_PATH
#endif

/* Back to the declaring definitions, for headers still to come. */
#include <trace/trace_undef.h>
#include <linux/tracepoint.h>
#define CREATE_TRACE_POINTS

#endif
