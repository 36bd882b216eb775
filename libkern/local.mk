# SPDX-License-Identifier: GPL-2.0-only
lib_LTLIBRARIES += libkern.la
pkgconfig_DATA += libkern/libkern.pc
EXTRA_DIST += libkern/libkern.map
libkern_la_SOURCES = libkern/initcalls.c libkern/initcalls.h
libkern_la_CPPFLAGS = $(AM_CPPFLAGS) -DUDM_INIT_RANK=0 $(URCU_CFLAGS) $(JEMALLOC_CFLAGS)
libkern_la_LIBADD = $(URCU_LIBS) -lurcu-memb $(JEMALLOC_LIBS) -lpthread
libkern_la_LDFLAGS = $(AM_LDFLAGS) $(LIB_VERSION) -Wl,--version-script=$(srcdir)/libkern/libkern.map
libkern_la_DEPENDENCIES = $(srcdir)/libkern/libkern.map

# The network core
libkern_la_SOURCES += \
	libkern/net/af_netlink.c libkern/net/af_netlink.h libkern/net/boot.c libkern/net/dev.c \
	libkern/net/dev.h libkern/net/dev_lookup.c libkern/net/dev_queues.c libkern/net/genetlink.c \
	libkern/net/genetlink.h libkern/net/genl_ctrl.c libkern/net/genl_dispatch.c libkern/net/genl_policy.c \
	libkern/net/loopback.c libkern/net/net.h libkern/net/net_namespace.c \
	libkern/net/netlink_dump.c libkern/net/netlink_fd.c libkern/net/netlink_policy.c \
	libkern/net/netlink_policy.h \
	libkern/net/nlattr.c libkern/net/nlattr_policy.c libkern/net/rtnetlink.c libkern/net/scm.c \
	libkern/net/skbuff.c libkern/net/sock.c libkern/net/sock_send.c libkern/net/socket.c libkern/net/stream.c libkern/net/utils.c

# The base: log, warnings, initcalls, parameters, tracepoints, text, bit maps
libkern_la_SOURCES += \
	libkern/drivers/char/random.c libkern/kernel/barrier.c libkern/kernel/initcall.c \
	libkern/kernel/initcall.h libkern/kernel/jump_label.c libkern/kernel/panic.c \
	libkern/kernel/params.c libkern/kernel/printk.c libkern/kernel/static_call.c libkern/kernel/rodata.c \
	libkern/kernel/trace_events.c libkern/kernel/trace_output.c libkern/kernel/trace_record.c \
	libkern/kernel/tracepoint.c \
	libkern/lib/argv_split.c libkern/lib/bitmap-str.c libkern/lib/bitmap.c libkern/lib/cmdline.c libkern/lib/crc32.c \
	libkern/lib/dump_stack.c libkern/lib/find_bit.c libkern/lib/glob.c libkern/lib/hexdump.c \
	libkern/lib/kasprintf.c libkern/lib/kstrtox.c libkern/lib/list_sort.c \
	libkern/lib/math/gcd.c libkern/lib/math/int_pow.c libkern/lib/math/int_sqrt.c \
	libkern/lib/math/lcm.c libkern/lib/once.c libkern/lib/plist.c libkern/lib/random32.c \
	libkern/lib/ratelimit.c libkern/lib/refcount.c libkern/lib/sort.c libkern/lib/string.c \
	libkern/lib/string_helpers.c libkern/lib/vsprintf.c libkern/lib/vsprintf.h \
	libkern/lib/vsprintf_object.c libkern/lib/vsprintf_pointer.c libkern/mm/util.c

# Time, interrupts and deferred work
libkern_la_SOURCES += \
	libkern/kernel/irq.c libkern/kernel/irq_devres.c libkern/kernel/leftover.c \
	libkern/kernel/leftover.h libkern/kernel/notifier.c libkern/kernel/softirq.c \
	libkern/kernel/softirq.h libkern/kernel/worker_pool.c libkern/kernel/workqueue.c \
	libkern/kernel/workqueue_create.c libkern/kernel/workqueue_internal.h libkern/lib/delay.c \
	libkern/lib/percpu-refcount.c libkern/lib/timerqueue.c libkern/time/hrtimer.c \
	libkern/time/jiffies.c libkern/time/sleep_timeout.c libkern/time/time.c \
	libkern/time/timekeeping.c libkern/time/timer.c libkern/time/timer_internal.h \
	libkern/time/timer_wheel.c libkern/time/timer_wheel.h


# The execution core: boot, tasks, vCPUs, the sim scheduler, locks, RCU, per-CPU data
libkern_la_SOURCES += \
	libkern/boot.c libkern/kernel/fork.c libkern/kernel/kthread.c libkern/kernel/kthread_worker.c \
	libkern/kernel/percpu.c \
	libkern/kernel/percpu.h libkern/kernel/percpu_buddy.c libkern/kernel/smp.c \
	libkern/kernel/user.c libkern/lib/dec_and_lock.c libkern/lib/percpu_counter.c \
	libkern/locking/lockdep.c libkern/locking/mutex.c libkern/locking/rwlock.c \
	libkern/locking/mutex_devres.c libkern/locking/rwsem.c libkern/locking/semaphore.c libkern/locking/spin.h \
	libkern/locking/spinlock.c \
	libkern/locking/ww_mutex.c libkern/rcu/pending.c libkern/rcu/pending.h libkern/rcu/rcu.h libkern/rcu/sim.c libkern/rcu/tree.c \
	libkern/rcu/urcu.c libkern/sched/breakpoint.c libkern/sched/clock.c libkern/sched/clock.h \
	libkern/sched/completion.c libkern/sched/core.c libkern/sched/engine.c \
	libkern/sched/engine.h libkern/sched/event.c libkern/sched/event.h \
	libkern/sched/exec.h libkern/sched/explore.c libkern/sched/fiber.c libkern/sched/fiber.h \
	libkern/sched/host.c \
	libkern/sched/host.h libkern/sched/idle.c libkern/sched/schedule.c libkern/sched/schedule.h \
	libkern/sched/sim.c libkern/sched/softirqd.c \
	libkern/sched/swait.c libkern/sched/task.c libkern/sched/thread.c \
	libkern/sched/topology.c libkern/sched/vcpu.c libkern/sched/vcpu.h libkern/sched/wait.c \
	libkern/sched/wait_bit.c \
	libkern/subsystem.h

# KUnit
libkern_la_SOURCES += \
	libkern/kunit/assert.c libkern/kunit/attributes.c libkern/kunit/attributes.h \
	libkern/kunit/debugfs.c libkern/kunit/debugfs.h libkern/kunit/device-impl.h \
	libkern/kunit/device.c libkern/kunit/executor.c libkern/kunit/hooks.c \
	libkern/kunit/irq_context.c libkern/kunit/platform.c libkern/kunit/resource.c libkern/kunit/run.h libkern/kunit/static_stub.c \
	libkern/kunit/string-stream.c libkern/kunit/string-stream.h libkern/kunit/test.c \
	libkern/kunit/try-catch-impl.h libkern/kunit/try-catch.c libkern/kunit/user_alloc.c

# Memory: pages, objects, mappings, faults
libkern_la_SOURCES += \
	libkern/kernel/fail_function.c libkern/lib/error-inject.c libkern/lib/error-inject.h \
	libkern/lib/fault-inject-usercopy.c libkern/lib/fault-inject.c \
	libkern/lib/fault_control.c libkern/lib/fault_sweep.c libkern/lib/iov_iter.c \
	libkern/lib/usercopy.c libkern/mm/adopt.c libkern/mm/backend.h libkern/mm/cma.c libkern/mm/debug.c \
	libkern/mm/fail_page_alloc.c libkern/mm/failslab.c libkern/mm/fault.h \
	libkern/kernel/stacktrace.c libkern/lib/stackdepot.c libkern/lib/stackdepot.h \
	libkern/mm/filemap.c libkern/mm/gup.c libkern/mm/highmem.c libkern/mm/host_maps.c libkern/mm/host_maps.h \
	libkern/mm/internal.h libkern/mm/kmalloc.h libkern/mm/leak.c libkern/mm/memory.c \
	libkern/mm/mem_debug.c libkern/mm/mem_debug.h \
	libkern/mm/mempool.c libkern/mm/mm_init.c libkern/mm/mmio.c libkern/mm/page_alloc.c \
	libkern/mm/page_alloc.h libkern/mm/page_owner.c libkern/mm/page_poison.c \
	libkern/mm/physmap.c libkern/mm/set_memory.c libkern/mm/slab.h libkern/mm/slab_common.c \
	libkern/mm/slab_debug.c libkern/mm/slab_track.c libkern/mm/slub.c libkern/mm/swap.c \
	libkern/mm/thread_cache.c libkern/mm/thread_cache.h libkern/mm/trap.c libkern/mm/valgrind.h \
	libkern/mm/vmalloc.c libkern/mm/vmalloc.h \
	libkern/mm/zone_pages.c libkern/mm/zone_range.c
if PLAIN_ALLOC
libkern_la_SOURCES += libkern/mm/plain.c
else
libkern_la_SOURCES += libkern/mm/jemalloc.c
endif

# Objects: xarray, idr, devices, files, debugfs
libkern_la_SOURCES += \
	libkern/drivers/base/attribute.c libkern/drivers/base/base.h libkern/drivers/base/bus.c libkern/drivers/base/class.c \
	libkern/drivers/base/core.c libkern/drivers/base/dd.c libkern/drivers/base/devres.c \
	libkern/drivers/base/devtmpfs.c libkern/drivers/base/driver.c \
	libkern/drivers/base/platform.c libkern/drivers/base/platform_resource.c libkern/drivers/char/misc.c libkern/fs/anon_inodes.c \
	libkern/fs/char_dev.c libkern/fs/d_path.c libkern/fs/dcache.c \
	libkern/fs/debugfs/export.c libkern/fs/debugfs/file.c libkern/fs/debugfs/inode.c \
	libkern/fs/debugfs/internal.h libkern/fs/file.c \
	libkern/fs/file_table.c libkern/fs/fs.c libkern/fs/host_calls.c libkern/fs/host_file.c \
	libkern/fs/inode.c libkern/fs/internal.h libkern/fs/ioctl.c libkern/fs/libfs.c \
	libkern/fs/mmap.c libkern/fs/mmap.h libkern/fs/namei.c libkern/fs/namespace.c \
	libkern/fs/open.c libkern/fs/read_write.c libkern/fs/select.c libkern/fs/select.h \
	libkern/fs/seq_file.c libkern/fs/super.c libkern/fs/sysfs.c libkern/kernel/capability.c libkern/kernel/cred.c \
	libkern/kernel/cred.h libkern/kernel/task_work.c libkern/lib/idr.c libkern/lib/kobject.c \
	libkern/lib/xa_grow.c libkern/lib/xa_store.c libkern/lib/xa_tree.c libkern/lib/xa_tree.h \
	libkern/lib/xarray.c libkern/lib/xarray_range.c

# Data structures
libkern_la_SOURCES += \
	libkern/kernel/irq_work.c libkern/kernel/irq_work.h libkern/kernel/resource.c libkern/kernel/resource_space.c libkern/rcu/srcu.c \
	libkern/lib/dynamic_queue_limits.c \
	libkern/lib/rhashtable.c libkern/lib/ctype.c libkern/lib/interval_tree.c libkern/lib/kfifo.c libkern/lib/klist.c \
	libkern/lib/memcat_p.c libkern/lib/min_heap.c libkern/lib/rbtree.c libkern/lib/seq_buf.c \
	libkern/lib/siphash.c libkern/lib/uuid.c
