// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trace events of this library are defined here, once.
 */
#define CREATE_TRACE_POINTS
#include <trace/events/page_pool.h>
#include <trace/events/devmem.h>
