/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints and the declaring half of trace events.
 *
 * Kernel path: linux/tracepoint.h. TRACE_EVENT(name, ...) declares
 *   trace_name(args)            the call in the traced code, one load when off;
 *   trace_name_enabled()        for work done only to be traced;
 *   register_trace_name(probe, data), unregister_trace_name(probe, data)
 *                               with void probe(void *data, args).
 * Exactly one file defines CREATE_TRACE_POINTS before including the event
 * header: trace/define_trace.h then defines what is declared here. Probes run
 * inside an RCU read section.
 */
#ifndef _UDM_LINUX_TRACEPOINT_H
#define _UDM_LINUX_TRACEPOINT_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/rcupdate.h>
#include <linux/tracepoint-defs.h>
#include <linux/types.h>

#define TRACEPOINT_DEFAULT_PRIO 10

/* kernel: kernel/tracepoint.c. May sleep. 0, -EEXIST, -ENOENT, -ENOMEM. */
int tracepoint_probe_register(struct tracepoint *tp, void *probe, void *data);
int tracepoint_probe_register_prio(struct tracepoint *tp, void *probe, void *data, int prio);
int tracepoint_probe_unregister(struct tracepoint *tp, void *probe, void *data);
/* Afterwards no probe that was unregistered before is running. */
void tracepoint_synchronize_unregister(void);

#define PARAMS(args...) args
#define TP_PROTO(args...) args
#define TP_ARGS(args...) args
#define TP_CONDITION(args...) args
#define TRACE_DEFINE_ENUM(e)
#define TRACE_DEFINE_SIZEOF(e)

/*
 * A probe "udevmem:event" with the event's arguments at each place that traces, for
 * perf, bpftrace and gdb: an instruction that does nothing. Where sys/sdt.h was there
 * when the libraries were built, and in them only.
 */
#ifdef UDM_USDT
#define SDT_USE_VARIADIC 1
#include <sys/sdt.h>
#define __udm_usdt(tpname, args...) STAP_PROBEV(udevmem, tpname, ##args)
#else
#define __udm_usdt(tpname, args...) do { } while (0)
#endif

#define DEFINE_TRACE(tpname, proto, args)                                                          \
	struct tracepoint __tracepoint_##tpname = { .name = #tpname }
#define EXPORT_TRACEPOINT_SYMBOL(name) extern struct tracepoint __tracepoint_##name
#define EXPORT_TRACEPOINT_SYMBOL_GPL(name) extern struct tracepoint __tracepoint_##name

#define __DECLARE_TRACE(tpname, proto, args, cond)                                                 \
	extern struct tracepoint __tracepoint_##tpname;                                            \
	static inline __maybe_unused bool trace_##tpname##_enabled(void)                           \
	{                                                                                          \
		return tracepoint_enabled(tpname);                                                 \
	}                                                                                          \
	static noinline __maybe_unused void __trace_call_##tpname(proto)                           \
	{                                                                                          \
		const struct tracepoint_func *__fn;                                                \
		if (!(cond))                                                                       \
			return;                                                                    \
		rcu_read_lock();                                                                   \
		__fn = smp_load_acquire(&__tracepoint_##tpname.funcs);                             \
		for (; __fn && __fn->func; __fn++)                                                 \
			((void (*)(void *, proto))__fn->func)(__fn->data, args);                   \
		rcu_read_unlock();                                                                 \
	}                                                                                          \
	static inline __maybe_unused void trace_##tpname(proto)                                    \
	{                                                                                          \
		if (cond)                                                                          \
			__udm_usdt(tpname, args);                                                  \
		if (tracepoint_enabled(tpname))                                                    \
			__trace_call_##tpname(args);                                               \
	}                                                                                          \
	static inline __maybe_unused void trace_call__##tpname(proto)                              \
	{                                                                                          \
		__trace_call_##tpname(args);                                                       \
	}                                                                                          \
	static inline __maybe_unused int register_trace_##tpname(                                  \
		void (*probe)(void *, proto), void *data)                                          \
	{                                                                                          \
		return tracepoint_probe_register(&__tracepoint_##tpname, (void *)probe, data);     \
	}                                                                                          \
	static inline __maybe_unused int register_trace_prio_##tpname(                             \
		void (*probe)(void *, proto), void *data, int prio)                                \
	{                                                                                          \
		return tracepoint_probe_register_prio(&__tracepoint_##tpname, (void *)probe, data, \
						      prio);                                       \
	}                                                                                          \
	static inline __maybe_unused int unregister_trace_##tpname(                                \
		void (*probe)(void *, proto), void *data)                                          \
	{                                                                                          \
		return tracepoint_probe_unregister(&__tracepoint_##tpname, (void *)probe, data);   \
	}                                                                                          \
	static inline __maybe_unused void check_trace_callback_type_##tpname(                      \
		void (*cb)(void *, proto) __always_unused)                                         \
	{                                                                                          \
	}

#endif

/* What an event header declares; trace/define_trace.h drops this and reads it again. */
#ifndef TRACE_EVENT
/* A tracepoint without a record: its functions end in _tp. */
#define DECLARE_TRACE(name, proto, args)                                                           \
	__DECLARE_TRACE(name##_tp, PARAMS(proto), PARAMS(args), true)
#define DECLARE_TRACE_CONDITION(name, proto, args, cond)                                           \
	__DECLARE_TRACE(name##_tp, PARAMS(proto), PARAMS(args), PARAMS(cond))
#define DECLARE_TRACE_EVENT(name, proto, args)                                                     \
	__DECLARE_TRACE(name, PARAMS(proto), PARAMS(args), true)
#define DECLARE_TRACE_EVENT_CONDITION(name, proto, args, cond)                                     \
	__DECLARE_TRACE(name, PARAMS(proto), PARAMS(args), PARAMS(cond))
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)
#define DEFINE_EVENT(template, name, proto, args)                                                  \
	DECLARE_TRACE_EVENT(name, PARAMS(proto), PARAMS(args))
#define DEFINE_EVENT_FN(template, name, proto, args, reg, unreg)                                   \
	DECLARE_TRACE_EVENT(name, PARAMS(proto), PARAMS(args))
#define DEFINE_EVENT_PRINT(template, name, proto, args, print)                                     \
	DECLARE_TRACE_EVENT(name, PARAMS(proto), PARAMS(args))
#define DEFINE_EVENT_CONDITION(template, name, proto, args, cond)                                  \
	DECLARE_TRACE_EVENT_CONDITION(name, PARAMS(proto), PARAMS(args), PARAMS(cond))
#define TRACE_EVENT(name, proto, args, struct, assign, print)                                      \
	DECLARE_TRACE_EVENT(name, PARAMS(proto), PARAMS(args))
#define TRACE_EVENT_FN(name, proto, args, struct, assign, print, reg, unreg)                       \
	DECLARE_TRACE_EVENT(name, PARAMS(proto), PARAMS(args))
#define TRACE_EVENT_CONDITION(name, proto, args, cond, struct, assign, print)                      \
	DECLARE_TRACE_EVENT_CONDITION(name, PARAMS(proto), PARAMS(args), PARAMS(cond))
#define TRACE_EVENT_FLAGS(event, flag)
#define TRACE_EVENT_PERF_PERM(event, expr...)
#endif
