/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters that tell a reader that a writer was there.
 *
 * Kernel path: linux/seqlock.h. A reader notes the counter, reads the data and
 * retries if the counter changed; it never blocks a writer. Writers of a
 * seqcount_t exclude each other by a lock of their own and are non-preemptible;
 * a seqlock_t brings its spinlock. Readers wait while the counter is odd.
 */
#ifndef _UDM_LINUX_SEQLOCK_H
#define _UDM_LINUX_SEQLOCK_H

#include <asm/barrier.h>
#include <asm/processor.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/seqlock_types.h>
#include <linux/spinlock.h>

#define SEQCNT_ZERO(name) { .sequence = 0, __DEP_MAP_INIT(name, LD_WAIT_INV) }
#define SEQCNT_RAW_SPINLOCK_ZERO(name, l) { .seqcount = SEQCNT_ZERO(name.seqcount), .lock = (l) }
#define SEQCNT_SPINLOCK_ZERO(name, l) { .seqcount = SEQCNT_ZERO(name.seqcount), .lock = (l) }
#define SEQCNT_RWLOCK_ZERO(name, l) { .seqcount = SEQCNT_ZERO(name.seqcount), .lock = (l) }
#define SEQCNT_MUTEX_ZERO(name, l) { .seqcount = SEQCNT_ZERO(name.seqcount), .lock = (l) }

static inline void seqcount_init(seqcount_t *s)
{
	s->sequence = 0;
}

#define seqcount_spinlock_init(s, l)                                                               \
	do { seqcount_init(&(s)->seqcount); (s)->lock = (l); } while (0)
#define seqcount_raw_spinlock_init(s, l) seqcount_spinlock_init(s, l)
#define seqcount_rwlock_init(s, l) seqcount_spinlock_init(s, l)
#define seqcount_mutex_init(s, l) seqcount_spinlock_init(s, l)

/* The plain counter inside any of the types. */
#define udm_seqcount(s)                                                                            \
	_Generic(*(s),                                                                             \
		 seqcount_t: (seqcount_t *)(s),                                                    \
		 seqcount_raw_spinlock_t: &((seqcount_raw_spinlock_t *)(s))->seqcount,             \
		 seqcount_spinlock_t: &((seqcount_spinlock_t *)(s))->seqcount,                     \
		 seqcount_rwlock_t: &((seqcount_rwlock_t *)(s))->seqcount,                         \
		 seqcount_mutex_t: &((seqcount_mutex_t *)(s))->seqcount)

/* Only a mutex lets its holder be preempted; then the writer section must not be. */
#define udm_seqcount_preemptible(s)                                                                \
	_Generic(*(s), seqcount_mutex_t: true, default: false)

static __always_inline unsigned int udm_seq_raw_begin(const seqcount_t *s)
{
	return __atomic_load_n(&s->sequence, __ATOMIC_ACQUIRE);
}

static __always_inline unsigned int udm_seq_begin(const seqcount_t *s)
{
	unsigned int seq;

	while (unlikely((seq = udm_seq_raw_begin(s)) & 1))
		cpu_relax();
	return seq;
}

/* The fence orders the data reads before the second read of the counter. */
static __always_inline int udm_seq_retry(const seqcount_t *s, unsigned int start)
{
	smp_rmb();
	return unlikely(__atomic_load_n(&s->sequence, __ATOMIC_RELAXED) != start);
}

/* The fence orders the odd counter before the data writes. */
static __always_inline void udm_seq_write_begin(seqcount_t *s)
{
	__atomic_store_n(&s->sequence, s->sequence + 1, __ATOMIC_RELAXED);
	smp_wmb();
}

static __always_inline void udm_seq_write_end(seqcount_t *s)
{
	smp_wmb();
	__atomic_store_n(&s->sequence, s->sequence + 1, __ATOMIC_RELEASE);
}

/* Readers after this see the counter changed twice: they retry, without waiting. */
static __always_inline void udm_seq_invalidate(seqcount_t *s)
{
	smp_wmb();
	__atomic_store_n(&s->sequence, s->sequence + 2, __ATOMIC_RELEASE);
}

#define read_seqcount_begin(s) udm_seq_begin(udm_seqcount(s))
#define __read_seqcount_begin(s) udm_seq_begin(udm_seqcount(s))
#define raw_read_seqcount_begin(s) udm_seq_begin(udm_seqcount(s))
#define raw_read_seqcount(s) udm_seq_raw_begin(udm_seqcount(s))
#define raw_seqcount_begin(s) (udm_seq_raw_begin(udm_seqcount(s)) & ~1u)
#define read_seqcount_retry(s, start) udm_seq_retry(udm_seqcount(s), start)
#define __read_seqcount_retry(s, start) udm_seq_retry(udm_seqcount(s), start)
#define raw_write_seqcount_begin(s) udm_seq_write_begin(udm_seqcount(s))
#define raw_write_seqcount_end(s) udm_seq_write_end(udm_seqcount(s))
#define write_seqcount_begin(s)                                                                    \
	do {                                                                                       \
		if (udm_seqcount_preemptible(s))                                                   \
			preempt_disable();                                                         \
		udm_seq_write_begin(udm_seqcount(s));                                              \
	} while (0)
#define write_seqcount_begin_nested(s, subclass) write_seqcount_begin(s)
#define write_seqcount_end(s)                                                                      \
	do {                                                                                       \
		udm_seq_write_end(udm_seqcount(s));                                                \
		if (udm_seqcount_preemptible(s))                                                   \
			preempt_enable();                                                          \
	} while (0)
#define write_seqcount_invalidate(s) udm_seq_invalidate(udm_seqcount(s))

#define __SEQLOCK_UNLOCKED(lockname)                                                               \
	{                                                                                          \
		.seqcount = SEQCNT_SPINLOCK_ZERO(lockname, &(lockname).lock),                      \
		.lock = __SPIN_LOCK_INITIALIZER(lockname),                                         \
	}
#define DEFINE_SEQLOCK(sl) seqlock_t sl = __SEQLOCK_UNLOCKED(sl)
#define seqlock_init(sl)                                                                           \
	do {                                                                                       \
		spin_lock_init(&(sl)->lock);                                                       \
		seqcount_spinlock_init(&(sl)->seqcount, &(sl)->lock);                              \
	} while (0)

static inline unsigned int read_seqbegin(const seqlock_t *sl)
{
	return read_seqcount_begin(&sl->seqcount);
}

static inline unsigned int read_seqretry(const seqlock_t *sl, unsigned int start)
{
	return read_seqcount_retry(&sl->seqcount, start);
}

/* Writers: the spinlock in the flavour of the name, around a write section. */
#define UDM_SEQLOCK_WRITER(suffix)                                                                 \
static inline void write_seqlock##suffix(seqlock_t *sl)                                            \
{                                                                                                  \
	spin_lock##suffix(&sl->lock);                                                              \
	udm_seq_write_begin(&sl->seqcount.seqcount);                                               \
}                                                                                                  \
static inline void write_sequnlock##suffix(seqlock_t *sl)                                          \
{                                                                                                  \
	udm_seq_write_end(&sl->seqcount.seqcount);                                                 \
	spin_unlock##suffix(&sl->lock);                                                            \
}                                                                                                  \
static inline void read_seqlock_excl##suffix(seqlock_t *sl)                                        \
{                                                                                                  \
	spin_lock##suffix(&sl->lock);                                                              \
}                                                                                                  \
static inline void read_sequnlock_excl##suffix(seqlock_t *sl)                                      \
{                                                                                                  \
	spin_unlock##suffix(&sl->lock);                                                            \
}

UDM_SEQLOCK_WRITER()
UDM_SEQLOCK_WRITER(_bh)
UDM_SEQLOCK_WRITER(_irq)
#undef UDM_SEQLOCK_WRITER

static inline unsigned long __write_seqlock_irqsave(seqlock_t *sl)
{
	unsigned long flags;

	spin_lock_irqsave(&sl->lock, flags);
	udm_seq_write_begin(&sl->seqcount.seqcount);
	return flags;
}

#define write_seqlock_irqsave(lock, flags)                                                         \
	do { typecheck(unsigned long, flags); (flags) = __write_seqlock_irqsave(lock); } while (0)

static inline void write_sequnlock_irqrestore(seqlock_t *sl, unsigned long flags)
{
	udm_seq_write_end(&sl->seqcount.seqcount);
	spin_unlock_irqrestore(&sl->lock, flags);
}

/* Lockless first (*seq even), with the lock on the second round (*seq odd). */
static inline void read_seqbegin_or_lock(seqlock_t *lock, int *seq)
{
	if (*seq & 1)
		read_seqlock_excl(lock);
	else
		*seq = read_seqbegin(lock);
}

static inline int need_seqretry(seqlock_t *lock, int seq)
{
	return !(seq & 1) && read_seqretry(lock, seq);
}

static inline void done_seqretry(seqlock_t *lock, int seq)
{
	if (seq & 1)
		read_sequnlock_excl(lock);
}

static inline unsigned long __read_seqlock_excl_irqsave(seqlock_t *sl)
{
	unsigned long flags;

	spin_lock_irqsave(&sl->lock, flags);
	return flags;
}

#define read_seqlock_excl_irqsave(lock, flags)                                                     \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		(flags) = __read_seqlock_excl_irqsave(lock);                                       \
	} while (0)

static inline void read_sequnlock_excl_irqrestore(seqlock_t *sl, unsigned long flags)
{
	spin_unlock_irqrestore(&sl->lock, flags);
}

static inline unsigned long read_seqbegin_or_lock_irqsave(seqlock_t *lock, int *seq)
{
	unsigned long flags = 0;

	if (*seq & 1)
		read_seqlock_excl_irqsave(lock, flags);
	else
		*seq = read_seqbegin(lock);
	return flags;
}

static inline void done_seqretry_irqrestore(seqlock_t *lock, int seq, unsigned long flags)
{
	if (seq & 1)
		read_sequnlock_excl_irqrestore(lock, flags);
}

/*
 * Reads of a block: without the lock, and once more with it if that was in
 * vain: scoped_seqlock_read (lock, ss_lock) { ... }. ss_lockless repeats for as
 * long as it takes. The block is left by its end, break, return or goto alike.
 */
enum ss_state { ss_done = 0, ss_lock, ss_lock_irqsave, ss_lockless };

struct ss_tmp {
	enum ss_state state;
	unsigned int seq;
	seqlock_t *held;
	bool irqs;
	unsigned long flags;
};

static inline void __scoped_seqlock_cleanup(struct ss_tmp *sst)
{
	if (!sst->held)
		return;
	if (sst->irqs)
		spin_unlock_irqrestore(&sst->held->lock, sst->flags);
	else
		spin_unlock(&sst->held->lock);
}

/* After a round: done, or ready for the next one. */
static inline void __scoped_seqlock_next(struct ss_tmp *sst, seqlock_t *lock, enum ss_state target)
{
	if (sst->held || !read_seqretry(lock, sst->seq)) {
		sst->state = ss_done;
		return;
	}
	if (target == ss_lockless) {
		sst->seq = read_seqbegin(lock);
		return;
	}
	sst->irqs = target == ss_lock_irqsave;
	if (sst->irqs)
		spin_lock_irqsave(&lock->lock, sst->flags);
	else
		spin_lock(&lock->lock);
	sst->held = lock;
}

#define scoped_seqlock_read(_seqlock, _target)                                                     \
	for (struct ss_tmp __sst __cleanup(__scoped_seqlock_cleanup) =                             \
		     { .state = ss_lockless, .seq = read_seqbegin(_seqlock) };                     \
	     __sst.state != ss_done; __scoped_seqlock_next(&__sst, _seqlock, _target))

/*
 * Latches: two copies of the data, one of which can always be read, also by
 * whoever interrupts the writer. An odd sequence says that copy 1 is the one.
 *
 *	write_seqcount_latch_begin(&latch); change(data[0]);
 *	write_seqcount_latch(&latch); change(data[1]);
 *	write_seqcount_latch_end(&latch);
 */
typedef struct {
	seqcount_t seqcount;
} seqcount_latch_t;

#define SEQCNT_LATCH_ZERO(seq_name) { .seqcount = SEQCNT_ZERO((seq_name).seqcount) }
#define seqcount_latch_init(s) seqcount_init(&(s)->seqcount)

static __always_inline unsigned int raw_read_seqcount_latch(const seqcount_latch_t *s)
{
	return udm_seq_raw_begin(&s->seqcount);
}
#define read_seqcount_latch(s) raw_read_seqcount_latch(s)

static __always_inline int raw_read_seqcount_latch_retry(const seqcount_latch_t *s,
							 unsigned int start)
{
	smp_rmb();
	return unlikely(READ_ONCE(s->seqcount.sequence) != start);
}
#define read_seqcount_latch_retry(s, start) raw_read_seqcount_latch_retry(s, start)

/* The other copy is the one to read; barriers on both sides keep it away from the changes. */
static __always_inline void raw_write_seqcount_latch(seqcount_latch_t *s)
{
	smp_wmb();
	WRITE_ONCE(s->seqcount.sequence, s->seqcount.sequence + 1);
	smp_wmb();
}
#define write_seqcount_latch_begin(s) raw_write_seqcount_latch(s)
#define write_seqcount_latch(s) raw_write_seqcount_latch(s)
#define write_seqcount_latch_end(s) ((void)(s))

#endif
