// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to unmapped addresses (udevmem/trap.h; the messages are those of
 * arch/x86/mm/fault.c).
 *
 * The handler of SIGSEGV reports and then gives the signal to whoever had it
 * before boot. Where that is nobody it restores the default action and returns:
 * the instruction runs again and the process dies at the right place.
 */
#include <execinfo.h>
#include <signal.h>
#include <ucontext.h>

#include <asm/barrier.h>
#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <udevmem/trap.h>

#include "internal.h"

/* Up to here an address is NULL with an offset. */
#define NULL_AREA PAGE_SIZE
#define TEXT_MAX 4096

static struct udm_trap *traps;
static struct sigaction before;
static bool installed;
static __thread bool reporting;

static size_t explain_range(unsigned long addr, char *text, size_t size)
{
	if (addr - PAGE_OFFSET < udm_physmap.span)
		return scnprintf(text, size, "in the direct map: %sRAM at physical address %#llx\n",
				 pfn_valid(PHYS_PFN(__pa(addr))) ? "" : "no ", (u64)__pa(addr));
	if (is_vmalloc_addr((void *)addr))
		return scnprintf(text, size, "in the vmalloc range: behind an area, or of one that is gone\n");
	return 0;
}

static size_t explain(unsigned long addr, char *text, size_t size)
{
	size_t len = explain_range(addr, text, size);
	struct udm_trap *trap;

	for (trap = traps; trap && len < size; trap = trap->next)
		len += trap->explain(addr, text + len, size - len);
	return len;
}

/* The log takes a line at a time. */
static void print_lines(char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")) && text)
		pr_emerg("  %s\n", line);
}

/* What a thread did. An address that is not canonical is not told by the CPU. */
struct access {
	unsigned long addr;
	bool canonical;
};

#ifdef __x86_64__
/* It was in some register then, give or take an offset; 0 if in none. */
static unsigned long guess_address(const ucontext_t *context)
{
	unsigned int i;

	for (i = REG_R8; i <= REG_RCX; i++) {
		long value = context->uc_mcontext.gregs[i];

		if (value >> 47 && value >> 47 != -1)
			return value;
	}
	return 0;
}
#else
static unsigned long guess_address(const ucontext_t *context)
{
	return 0;
}
#endif

static struct access access_of(const siginfo_t *info, const ucontext_t *context)
{
	if (info->si_code == SI_KERNEL)
		return (struct access){ .addr = guess_address(context) };
	return (struct access){ .addr = (unsigned long)info->si_addr, .canonical = true };
}

static void report(const struct access *access, char *text)
{
	if (!access->canonical)
		pr_emerg("general protection fault, probably for non-canonical address %#lx\n",
			 access->addr);
	else if (access->addr < NULL_AREA)
		pr_emerg("BUG: kernel NULL pointer dereference, address: %016lx\n", access->addr);
	else
		pr_emerg("BUG: unable to handle page fault for address: %016lx\n", access->addr);
	print_lines(text);
	dump_stack_lvl(KERN_EMERG);
}

static bool had_handler(void)
{
	return (before.sa_flags & SA_SIGINFO) ||
	       (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN);
}

static void pass_on(int sig, siginfo_t *info, void *context)
{
	if (before.sa_flags & SA_SIGINFO) {
		before.sa_sigaction(sig, info, context);
	} else if (had_handler()) {
		before.sa_handler(sig);
	} else {
		signal(sig, SIG_DFL);
		/* Sent by somebody: no instruction will do it again. */
		if (info->si_code <= 0)
			raise(sig);
	}
}

static void on_segv(int sig, siginfo_t *info, void *context)
{
	char text[TEXT_MAX] = "";

	if (!reporting && info->si_code > 0) {
		struct access access = access_of(info, context);

		bool explained;

		reporting = true;
		explained = (access.canonical || access.addr) &&
			    explain(access.addr, text, sizeof(text));
		if (explained || !had_handler())
			report(&access, text);
		reporting = false;
	}
	pass_on(sig, info, context);
}

void udm_trap_add(struct udm_trap *trap)
{
	trap->next = traps;
	/* Release: a thread that traps meanwhile sees the whole list. */
	smp_store_release(&traps, trap);
}
EXPORT_SYMBOL(udm_trap_add);

void udm_trap_remove(struct udm_trap *trap)
{
	struct udm_trap **at = &traps;

	while (*at && *at != trap)
		at = &(*at)->next;
	if (*at)
		WRITE_ONCE(*at, trap->next);
}
EXPORT_SYMBOL(udm_trap_remove);

void trap_boot(void)
{
	struct sigaction action = { .sa_sigaction = on_segv,
				    .sa_flags = (int)(SA_SIGINFO | SA_NODEFER | SA_ONSTACK) };
	void *frame;

	/* The unwinder is loaded with its first use: not to be in the handler. */
	backtrace(&frame, 1);
	installed = !sigaction(SIGSEGV, &action, &before);
}

/* Somebody who took the signal since keeps it. */
void trap_shutdown(void)
{
	struct sigaction now;

	traps = NULL;
	if (installed && !sigaction(SIGSEGV, NULL, &now) && now.sa_sigaction == on_segv)
		sigaction(SIGSEGV, &before, NULL);
	installed = false;
}
