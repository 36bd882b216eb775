// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to unmapped addresses: what is reported, to whom the signal goes.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <udevmem/log.h>
#include <udevmem/trap.h>

#include "trapped.h"

Suite *trap_suite(void);

static void setup(void)
{
	trapped_prepare();
	machine_boot();
}

static void expect(const volatile void *addr, const char *headline, const char *what)
{
	const char *log = trapped_read(addr);

	ck_assert_ptr_nonnull(log);
	ck_assert_msg(strstr(log, headline), "no \"%s\" in: %s", headline, log);
	ck_assert_msg(strstr(log, what), "no \"%s\" in: %s", what, log);
	ck_assert_ptr_nonnull(strstr(log, "Call Trace:"));
}

/* The first hole of the direct map; there is one below 4 GiB, whatever the RAM. */
static phys_addr_t hole(void)
{
	struct udm_ram_run run, next;
	unsigned int i;

	for (i = 0; udm_ram_run(i, &run) && udm_ram_run(i + 1, &next); i++)
		if (run.end != next.start)
			break;
	ck_assert_uint_lt(run.end, udm_physmap.span);
	return run.end;
}

START_TEST(a_hole_of_the_direct_map)
{
	char headline[80], what[80];
	phys_addr_t phys = hole();

	snprintf(headline, sizeof(headline), "BUG: unable to handle page fault for address: %016lx",
		 (unsigned long)phys_to_virt(phys + 5));
	snprintf(what, sizeof(what), "no RAM at physical address %#llx\n", (u64)phys + 5);
	expect((char *)phys_to_virt(phys) + 5, headline, what);
}
END_TEST

START_TEST(an_area_that_is_gone)
{
	char *area = vmalloc(3 * PAGE_SIZE);

	ck_assert_ptr_null(trapped_read(area + 3 * PAGE_SIZE - 1));
	expect(area + 3 * PAGE_SIZE, "unable to handle page fault", "in the vmalloc range");
	vfree(area);
	expect(area, "unable to handle page fault", "in the vmalloc range");
}
END_TEST

/* What nobody can explain is between the program and its own handler. */
START_TEST(foreign_addresses_are_not_reported)
{
	char *page = mmap(NULL, PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert_str_eq(trapped_read(page), "");
	ck_assert_str_eq(trapped_read((char *)16), "");
	munmap(page, PAGE_SIZE);
}
END_TEST

#define NOT_CANONICAL 0x123456789abcdef0

static size_t explain_known(uintptr_t addr, char *text, size_t size)
{
	if (addr != 24 && addr != NOT_CANONICAL)
		return 0;
	return scnprintf(text, size, "known to be bad\nindeed\n");
}

START_TEST(others_explain_too)
{
	struct udm_trap trap = { .explain = explain_known }, other = { .explain = explain_known };

	udm_trap_add(&trap);
	expect((char *)24, "BUG: kernel NULL pointer dereference, address: 0000000000000018",
	       "  known to be bad\n  indeed\nCall Trace:");
	udm_trap_add(&other);
	expect((char *)24, "NULL pointer", "  indeed\n  known to be bad\n  indeed\nCall");
	udm_trap_remove(&trap);
	udm_trap_remove(&trap);
	expect((char *)24, "NULL pointer", "0018\n  known to be bad\n  indeed\nCall");
	udm_trap_remove(&other);
	ck_assert_str_eq(trapped_read((char *)24), "");
}
END_TEST

#ifdef __x86_64__
START_TEST(an_address_that_is_not_canonical)
{
	struct udm_trap trap = { .explain = explain_known };

	ck_assert_str_eq(trapped_read((char *)NOT_CANONICAL), "");
	udm_trap_add(&trap);
	expect((char *)NOT_CANONICAL,
	       "general protection fault, probably for non-canonical address 0x123456789abcdef0\n",
	       "  known to be bad\n");
	udm_trap_remove(&trap);
}
END_TEST
#endif

START_TEST(the_handler_before_boot_is_back_after_shutdown)
{
	struct sigaction booted, after;

	sigaction(SIGSEGV, NULL, &booted);
	machine_shutdown();
	sigaction(SIGSEGV, NULL, &after);
	ck_assert(booted.sa_sigaction != after.sa_sigaction);
	ck_assert_str_eq(trapped_read((char *)16), "");
	machine_boot();
}
END_TEST

START_TEST(who_takes_the_signal_later_keeps_it)
{
	struct sigaction own, after;

	trapped_prepare();
	sigaction(SIGSEGV, NULL, &own);
	machine_shutdown();
	sigaction(SIGSEGV, NULL, &after);
	ck_assert(own.sa_sigaction == after.sa_sigaction);
	machine_boot();
}
END_TEST

static void to_pipe(void *ctx, int level, const char *line)
{
	(void)level;
	(void)!write(*(int *)ctx, line, strlen(line));
}

/* Runs in a child of its own, without any handler. */
static void die(int fd, bool sent)
{
	volatile char *nothing = NULL;

	signal(SIGSEGV, SIG_DFL);
	if (udm_boot(NULL))
		_exit(0);
	udm_log_set_hook(to_pipe, &fd);
	if (sent)
		raise(SIGSEGV);
	else
		nothing[8] = 1;
	_exit(0);
}

/* sent: by raise(), no access was wrong. */
START_TEST(without_a_handler_the_program_dies)
{
	bool sent = _i;
	char log[4096];
	int pipes[2], status;
	size_t len = 0;
	ssize_t got;
	pid_t child;

	ck_assert_int_eq(pipe(pipes), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (!child)
		die(pipes[1], sent);
	close(pipes[1]);
	do {
		got = read(pipes[0], log + len, sizeof(log) - 1 - len);
		len += max(got, 0L);
	} while (got > 0);
	log[len] = '\0';
	close(pipes[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGSEGV);
	ck_assert(!strstr(log, "NULL pointer dereference, address: 0000000000000008") == sent);
}
END_TEST

Suite *trap_suite(void)
{
	Suite *s = suite_create("trap");
	TCase *tc = tcase_create("caught"), *dies = tcase_create("dies");

	tcase_add_checked_fixture(tc, setup, machine_shutdown);
	tcase_add_test(tc, a_hole_of_the_direct_map);
	tcase_add_test(tc, an_area_that_is_gone);
	tcase_add_test(tc, foreign_addresses_are_not_reported);
	tcase_add_test(tc, others_explain_too);
#ifdef __x86_64__
	tcase_add_test(tc, an_address_that_is_not_canonical);
#endif
	tcase_add_test(tc, the_handler_before_boot_is_back_after_shutdown);
	tcase_add_test(tc, who_takes_the_signal_later_keeps_it);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(dies, without_a_handler_the_program_dies, 0, 2);
	suite_add_tcase(s, dies);
	return s;
}
