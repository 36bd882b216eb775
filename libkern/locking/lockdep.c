// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lock checking of debug builds.
 *
 * Every task has the list of locks it holds; only the task itself touches it. A
 * class is all locks initialised at one place (a key) with one subclass. For
 * each class the checker knows the set of classes that were taken while one of
 * it was held, and in which contexts its locks were taken. New facts are
 * entered under a host lock, and checked then: a cycle in the order, or a lock
 * taken both in an interrupt context and with that context enabled, is reported
 * once, and all checking ends until the next boot.
 *
 * Locks initialised statically that are not in a static object (on a stack, in
 * allocated memory) have no class: only holding them is tracked.
 */
#include <link.h>
#include <pthread.h>
#include <string.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/find.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <udevmem/boot.h>

#include "../subsystem.h"

#ifdef CONFIG_LOCKDEP

#define MAX_CLASSES 2048
#define HASH_SIZE (4 * MAX_CLASSES)
#define NO_CLASS 0

/* In which contexts the locks of a class were taken: exclusive, and shift 4 for shared. */
#define USED_IN_HARDIRQ 0x1
#define USED_IN_SOFTIRQ 0x2
#define USED_HARDIRQ_ON 0x4
#define USED_SOFTIRQ_ON 0x8
#define READ_SHIFT 4

struct lock_class {
	const void *key;
	unsigned int subclass;
	const char *name;
	u32 usage;
	unsigned long taken_after[BITS_TO_LONGS(MAX_CLASSES)];
};

static struct {
	pthread_mutex_t lock;
	struct lock_class classes[MAX_CLASSES];	/* 0 is not used */
	u16 hash[HASH_SIZE];
	unsigned int nr_classes;
	u32 generation;
	unsigned long visited[BITS_TO_LONGS(MAX_CLASSES)];
} dep = { .lock = PTHREAD_MUTEX_INITIALIZER, .nr_classes = 1, .generation = 1 };

int debug_locks = 1;
EXPORT_SYMBOL(debug_locks);
struct lock_class_key __lockdep_no_validate__;
EXPORT_SYMBOL(__lockdep_no_validate__);

/* Classes. */

static int in_segment_of(struct dl_phdr_info *info, size_t size, void *addr)
{
	for (unsigned int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type == PT_LOAD &&
		    (uintptr_t)addr - (info->dlpi_addr + segment->p_vaddr) < segment->p_memsz)
			return 1;
	}
	(void)size;
	return 0;
}

static bool is_static_object(const void *addr)
{
	return dl_iterate_phdr(in_segment_of, (void *)addr);
}

static unsigned int hash_of(const void *key, unsigned int subclass)
{
	u64 mixed = ((u64)(uintptr_t)key + subclass) * 0x9e3779b97f4a7c15ULL;

	return mixed >> 40;
}

/* dep.lock held. */
static unsigned int find_or_make_class(const void *key, unsigned int subclass, const char *name)
{
	unsigned int probe = hash_of(key, subclass);

	for (;; probe++) {
		u16 nr = dep.hash[probe % HASH_SIZE];
		struct lock_class *class = &dep.classes[nr];

		if (nr && class->key == key && class->subclass == subclass)
			return nr;
		if (nr)
			continue;
		if (dep.nr_classes == MAX_CLASSES)
			return NO_CLASS;
		nr = dep.nr_classes++;
		class = &dep.classes[nr];
		class->key = key;
		class->subclass = subclass;
		class->name = name;
		dep.hash[probe % HASH_SIZE] = nr;
		return nr;
	}
}

static const void *key_of(struct lockdep_map *map)
{
	if (map->key == &__lockdep_no_validate__)
		return NULL;
	if (map->key)
		return map->key;
	return is_static_object(map) ? map : NULL;
}

/* The cache says 1 + class, so that 0 means "not looked up". */
static unsigned int class_of(struct lockdep_map *map, unsigned int subclass)
{
	u32 cached = READ_ONCE(map->class_cache);
	unsigned int nr = NO_CLASS;
	const void *key;

	if (!subclass && cached && READ_ONCE(map->generation) == dep.generation)
		return cached - 1;
	key = key_of(map);
	pthread_mutex_lock(&dep.lock);
	if (key)
		nr = find_or_make_class(key, subclass, map->name);
	if (!subclass) {
		WRITE_ONCE(map->class_cache, nr + 1);
		WRITE_ONCE(map->generation, dep.generation);
	}
	pthread_mutex_unlock(&dep.lock);
	return nr;
}

static const char *name_of(unsigned int nr)
{
	const char *name = dep.classes[nr].name;

	return name ? name : "?";
}

/* Reports. */

static bool checks_off(void)
{
	return __atomic_exchange_n(&debug_locks, 0, __ATOMIC_SEQ_CST);
}

static __cold void report_order(unsigned int held, unsigned int wanted)
{
	if (!checks_off())
		return;
	WARN(1, "possible circular locking dependency detected: %s/%d takes %s (%u) "
		"while holding %s (%u), which is taken after it elsewhere\n",
	     current->comm, current->pid, name_of(wanted), dep.classes[wanted].subclass,
	     name_of(held), dep.classes[held].subclass);
}

static __cold void report_recursion(unsigned int wanted)
{
	if (!checks_off())
		return;
	WARN(1, "possible recursive locking detected: %s/%d takes %s (%u) "
		"while holding one of the same class\n",
	     current->comm, current->pid, name_of(wanted), dep.classes[wanted].subclass);
}

static __cold void report_usage(unsigned int nr, u32 before, u32 now)
{
	if (!checks_off())
		return;
	WARN(1, "inconsistent lock state: %s/%d takes %s %s, it was taken %s before\n",
	     current->comm, current->pid, name_of(nr),
	     now & 0x33 ? "in interrupt context" : "with interrupts or softirqs enabled",
	     before & 0x33 ? "in interrupt context" : "with them enabled");
}

static __cold void report_unbalanced(struct lockdep_map *map)
{
	if (!checks_off())
		return;
	WARN(1, "bad unlock balance detected: %s/%d releases %s, which it does not hold\n",
	     current->comm, current->pid, map->name ? map->name : "?");
}

/* Order. */

/* dep.lock held: can @to be reached from @from? */
static bool reaches(unsigned int from, unsigned int to)
{
	static u16 stack[MAX_CLASSES];
	unsigned int depth = 0, next;

	memset(dep.visited, 0, sizeof(dep.visited));
	stack[depth++] = from;
	while (depth) {
		from = stack[--depth];
		if (test_bit(to, dep.classes[from].taken_after))
			return true;
		for_each_set_bit(next, dep.classes[from].taken_after, dep.nr_classes) {
			if (!__test_and_set_bit(next, dep.visited))
				stack[depth++] = next;
		}
	}
	return false;
}

/* @wanted is taken while @held is held. False after a report. */
static bool note_order(unsigned int held, unsigned int wanted)
{
	bool cycle;

	if (test_bit(wanted, dep.classes[held].taken_after))
		return true;
	pthread_mutex_lock(&dep.lock);
	cycle = reaches(wanted, held);
	if (!cycle)
		set_bit(wanted, dep.classes[held].taken_after);
	pthread_mutex_unlock(&dep.lock);
	if (cycle)
		report_order(held, wanted);
	return !cycle;
}

static bool order_matters(const struct held_lock *held, unsigned int wanted, int read,
			  struct lockdep_map *nest_lock, const struct task_struct *self)
{
	if (held->class_nr != wanted)
		return true;
	if (read == 2 && held->read)
		return false;
	for (unsigned int i = 0; nest_lock && i < self->lockdep_depth; i++) {
		if (self->held_locks[i].map == nest_lock)
			return false;
	}
	report_recursion(wanted);
	return false;
}

static void check_order(struct task_struct *self, unsigned int wanted, int read,
			struct lockdep_map *nest_lock)
{
	for (unsigned int i = 0; i < self->lockdep_depth; i++) {
		struct held_lock *held = &self->held_locks[i];

		if (held->class_nr == NO_CLASS)
			continue;
		if (order_matters(held, wanted, read, nest_lock, self) && read != 2 &&
		    !note_order(held->class_nr, wanted))
			return;
	}
}

/* Contexts. */

static u32 usage_now(int trylock)
{
	u32 usage = 0;

	if (in_hardirq())
		usage = trylock ? 0 : USED_IN_HARDIRQ;
	else if (in_serving_softirq())
		usage = trylock ? 0 : USED_IN_SOFTIRQ;
	if (!irqs_disabled() && !in_hardirq())
		usage |= in_softirq() ? USED_HARDIRQ_ON : USED_HARDIRQ_ON | USED_SOFTIRQ_ON;
	return usage;
}

/* What a use excludes: in context against context enabled, unless both only read. */
static u32 conflicts_of(u32 usage)
{
	u32 both = (usage | usage >> READ_SHIFT) & 0xf;
	u32 exclusive = usage & 0xf;
	u32 opposite_all = (both & 0x3) << 2 | (both & 0xc) >> 2;
	u32 opposite_ex = (exclusive & 0x3) << 2 | (exclusive & 0xc) >> 2;

	return opposite_all | opposite_ex << READ_SHIFT;
}

static void check_usage(unsigned int nr, int read, int trylock)
{
	u32 usage = usage_now(trylock) << (read ? READ_SHIFT : 0);
	u32 *known = &dep.classes[nr].usage;
	u32 before = __atomic_load_n(known, __ATOMIC_RELAXED);

	if ((before & usage) == usage)
		return;
	before = __atomic_fetch_or(known, usage, __ATOMIC_RELAXED);
	if (before & conflicts_of(usage & ~before))
		report_usage(nr, before & conflicts_of(usage & ~before), usage);
}

/* The kernel's entry points. */

void lockdep_init_map_type(struct lockdep_map *map, const char *name, struct lock_class_key *key,
			   int subclass, u8 inner, u8 outer, u8 lock_type)
{
	(void)outer, (void)lock_type;
	*map = (struct lockdep_map){
		.key = key && subclass ? (void *)&key->subkeys[subclass] : key,
		.name = name,
		.wait_type = inner,
	};
}
EXPORT_SYMBOL(lockdep_init_map_type);

static void push(struct task_struct *self, struct lockdep_map *map, unsigned int nr, int read,
		 unsigned long ip)
{
	if (self->lockdep_depth == MAX_LOCK_DEPTH) {
		if (checks_off())
			WARN(1, "BUG: MAX_LOCK_DEPTH too low!\n");
		return;
	}
	self->held_locks[self->lockdep_depth++] =
		(struct held_lock){ .map = map, .ip = ip, .class_nr = nr, .read = read };
}

void lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock, int read, int check,
		  struct lockdep_map *nest_lock, unsigned long ip)
{
	struct task_struct *self = current;
	unsigned int nr;

	if (unlikely(!READ_ONCE(debug_locks) || self->lockdep_recursion))
		return;
	self->lockdep_recursion++;
	nr = check ? class_of(map, subclass) : NO_CLASS;
	if (nr != NO_CLASS) {
		check_usage(nr, read, trylock);
		if (!trylock)
			check_order(self, nr, read, nest_lock);
	}
	push(self, map, nr, read, ip);
	self->lockdep_recursion--;
}
EXPORT_SYMBOL_GPL(lock_acquire);

static struct held_lock *find_held(struct task_struct *self, const struct lockdep_map *map)
{
	for (unsigned int i = self->lockdep_depth; i-- > 0;) {
		if (self->held_locks[i].map == map)
			return &self->held_locks[i];
	}
	return NULL;
}

void lock_release(struct lockdep_map *map, unsigned long ip)
{
	struct task_struct *self = current;
	struct held_lock *held, *end;

	(void)ip;
	if (unlikely(!READ_ONCE(debug_locks) || self->lockdep_recursion))
		return;
	held = find_held(self, map);
	if (unlikely(!held)) {
		report_unbalanced(map);
		return;
	}
	end = &self->held_locks[self->lockdep_depth--];
	memmove(held, held + 1, (char *)end - (char *)(held + 1));
}
EXPORT_SYMBOL_GPL(lock_release);

int lock_is_held_type(const struct lockdep_map *map, int read)
{
	struct task_struct *self = current;
	struct held_lock *held;

	if (unlikely(!READ_ONCE(debug_locks) || self->lockdep_recursion))
		return LOCK_STATE_UNKNOWN;
	held = find_held(self, map);
	if (!held)
		return LOCK_STATE_NOT_HELD;
	return read == -1 || read == !!held->read ? LOCK_STATE_HELD : LOCK_STATE_NOT_HELD;
}
EXPORT_SYMBOL_GPL(lock_is_held_type);

void lock_downgrade(struct lockdep_map *map, unsigned long ip)
{
	struct held_lock *held;

	(void)ip;
	if (!READ_ONCE(debug_locks))
		return;
	held = find_held(current, map);
	if (held)
		held->read = 1;
	else
		report_unbalanced(map);
}
EXPORT_SYMBOL_GPL(lock_downgrade);

void debug_check_no_locks_held(void)
{
	WARN(READ_ONCE(debug_locks) && current->lockdep_depth, "BUG: %s/%d still has locks held!\n",
	     current->comm, current->pid);
}
EXPORT_SYMBOL_GPL(debug_check_no_locks_held);

void lockdep_off(void)
{
	current->lockdep_recursion++;
}
EXPORT_SYMBOL(lockdep_off);

void lockdep_on(void)
{
	current->lockdep_recursion--;
}
EXPORT_SYMBOL(lockdep_on);

void lockdep_register_key(struct lock_class_key *key)
{
	(void)key;
}
EXPORT_SYMBOL_GPL(lockdep_register_key);

/* Another object may get this address: nothing of the old class may remain. */
void lockdep_unregister_key(struct lock_class_key *key)
{
	pthread_mutex_lock(&dep.lock);
	for (unsigned int nr = 1; nr < dep.nr_classes; nr++) {
		struct lock_class *class = &dep.classes[nr];

		if (class->key != key)
			continue;
		class->key = class;
		class->usage = 0;
		memset(class->taken_after, 0, sizeof(class->taken_after));
		for (unsigned int other = 1; other < dep.nr_classes; other++)
			clear_bit(nr, dep.classes[other].taken_after);
	}
	pthread_mutex_unlock(&dep.lock);
}
EXPORT_SYMBOL_GPL(lockdep_unregister_key);

void lockdep_rcu_suspicious(const char *file, int line, const char *text)
{
	WARN(1, "WARNING: suspicious RCU usage\n%s:%d %s!\n", file, line, text);
}
EXPORT_SYMBOL_GPL(lockdep_rcu_suspicious);

/* The keys of one boot mean nothing to the next: everything is forgotten. */
int lockdep_boot(const struct udm_config *cfg)
{
	(void)cfg;
	pthread_mutex_lock(&dep.lock);
	memset(dep.classes, 0, dep.nr_classes * sizeof(dep.classes[0]));
	memset(dep.hash, 0, sizeof(dep.hash));
	dep.nr_classes = 1;
	dep.generation++;
	pthread_mutex_unlock(&dep.lock);
	debug_locks = 1;
	return 0;
}

#else

int lockdep_boot(const struct udm_config *cfg)
{
	(void)cfg;
	return 0;
}

#endif

void lockdep_shutdown(void)
{
}
