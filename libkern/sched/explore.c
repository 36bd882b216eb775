// SPDX-License-Identifier: GPL-2.0-only
/*
 * The schedule explorer. See udevmem/explore.h.
 *
 * A schedule is a plan (schedule.h). Each is tried in a forked child, which sends
 * its verdict and the record of its decisions through a pipe. A failing run is
 * first repeated from its record, with every preemption listed; from then on
 * the plan is all there is to it, and it is made smaller: fewer random choices by
 * bisection, then fewer preemptions by leaving out ever smaller parts of the list.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <udevmem/explore.h>
#include <udevmem/warn.h>

#include "clock.h"
#include "schedule.h"

#define DEFAULT_SCHEDULES 200
#define DEFAULT_PREEMPTIONS 2
#define DEFAULT_PERMILLE 200
#define CHILD_SECONDS 120
#define SHRINK_TRIES 300
/* What fits a line of struct udm_explore_result. */
#define MAX_LISTED 40
/* Where the positions of a bounded schedule come from. */
#define POSITION_STREAM 0xbb67ae8584caa73bULL

/* What a child sends; the list of preempted points follows it. */
struct verdict {
	bool fails;
	bool died;			/* before it could send anything */
	u32 choices;
	u32 points;
	u32 nr_preempted;
	char why[sizeof(((struct udm_explore_result *)NULL)->why)];
};

struct explorer {
	const struct udm_explore *what;
	struct udm_config config;
	struct verdict verdict;		/* of the latest run */
	u32 *preempted;			/* its list */
	unsigned int tries;		/* left for making a plan smaller, */
	const char *why;		/* which is to fail in this way */
};

/* One run. */

static struct {
	int pipe;
	struct verdict verdict;
	struct schedule_record record;
} child;

static void fail_with(const char *format, ...) __printf(1, 2);

static void fail_with(const char *format, ...)
{
	va_list args;

	if (child.verdict.fails)
		return;
	child.verdict.fails = true;
	va_start(args, format);
	vsnprintf(child.verdict.why, sizeof(child.verdict.why), format, args);
	va_end(args);
	strreplace(child.verdict.why, '\n', ' ');
	strim(child.verdict.why);
}

static bool write_all(int fd, const void *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data = (const char *)data + n;
		len -= n;
	}
	return true;
}

static void send_verdict(void)
{
	const struct schedule_record *record = &child.record;

	child.verdict.choices = record->choices;
	child.verdict.points = record->points;
	child.verdict.nr_preempted = record->nr_preempted;
	if (write_all(child.pipe, &child.verdict, sizeof(child.verdict)))
		write_all(child.pipe, record->preempted,
			  record->nr_preempted * sizeof(*record->preempted));
}

static void bug_in_child(void *unused, const char *text)
{
	fail_with("%s", text);
	send_verdict();
	_exit(1);
}

/* Boots, runs, shuts down; fail_with() takes the first thing that is wrong. */
static void run_scenario(const struct explorer *e)
{
	int err = udm_boot(&e->config);

	if (err) {
		fail_with("the machine does not boot: %d", err);
		return;
	}
	udm_warn_reset();
	schedule_begin(&child.record);
	err = e->what->scenario(e->what->ctx);
	schedule_end();
	if (err)
		fail_with("it returned %d", err);
	if (udm_warn_unexpected())
		fail_with("%s", udm_warn_last());
	err = udm_shutdown();
	if (udm_warn_unexpected())
		fail_with("%s", udm_warn_last());
	if (err)
		fail_with("%d objects leaked", err);
}

static void __noreturn be_child(struct explorer *e, const struct schedule_plan *plan, int fd)
{
	child.pipe = fd;
	child.verdict = (struct verdict){ .fails = false };
	child.record = (struct schedule_record){ .preempted = NULL };
	alarm(CHILD_SECONDS);
	udm_bug_set_hook(bug_in_child, NULL);
	schedule_prepare(plan);
	e->config.quiet = true;
	run_scenario(e);
	send_verdict();
	_exit(0);
}

static bool read_all(int fd, void *data, size_t len)
{
	while (len) {
		ssize_t n = read(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data = (char *)data + n;
		len -= n;
	}
	return true;
}

static int read_list(struct explorer *e, int fd)
{
	size_t bytes = e->verdict.nr_preempted * sizeof(*e->preempted);

	free(e->preempted);
	e->preempted = malloc(bytes ?: 1);
	if (!e->preempted)
		return -ENOMEM;
	if (!read_all(fd, e->preempted, bytes))
		e->verdict.nr_preempted = 0;
	return 0;
}

/* A child that died before it could say anything. */
static void describe_death(struct verdict *verdict, int status)
{
	*verdict = (struct verdict){ .fails = true, .died = true };
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		snprintf(verdict->why, sizeof(verdict->why), "no end within %d s", CHILD_SECONDS);
	else if (WIFSIGNALED(status))
		snprintf(verdict->why, sizeof(verdict->why), "killed by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(verdict->why, sizeof(verdict->why), "the process ended with status %d",
			 WEXITSTATUS(status));
}

static int collect(struct explorer *e, int fd, pid_t pid)
{
	bool told = read_all(fd, &e->verdict, sizeof(e->verdict));
	int err = told ? read_list(e, fd) : 0;
	int status;

	close(fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!told)
		describe_death(&e->verdict, status);
	return err;
}

/* 0, or -errno when the run could not be made; the verdict goes to @e. */
static int try_plan(struct explorer *e, const struct schedule_plan *plan)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends))
		return -errno;
	fflush(NULL);
	pid = fork();
	if (!pid) {
		close(ends[0]);
		be_child(e, plan, ends[1]);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -EAGAIN;
	}
	return collect(e, ends[0], pid);
}

/* Making a failing plan smaller. */

/* True if the plan fails in the same way; an unmade run counts as a good one. */
static bool still_fails(struct explorer *e, const struct schedule_plan *plan)
{
	if (!e->tries)
		return false;
	e->tries--;
	return !try_plan(e, plan) && e->verdict.fails && !strcmp(e->verdict.why, e->why);
}

static void fewer_choices(struct explorer *e, struct schedule_plan *plan)
{
	u32 good = 0, bad = plan->choices;

	plan->choices = 0;
	if (still_fails(e, plan))
		return;
	while (bad - good > 1) {
		plan->choices = good + (bad - good) / 2;
		if (still_fails(e, plan))
			bad = plan->choices;
		else
			good = plan->choices;
	}
	plan->choices = bad;
}

static void leave_out(struct schedule_plan *plan, u32 at, u32 n)
{
	memmove(plan->preempt + at, plan->preempt + at + n,
		(plan->nr_preempt - at - n) * sizeof(*plan->preempt));
	plan->nr_preempt -= n;
}

static void put_back(struct schedule_plan *plan, u32 at, u32 n, const u32 *part)
{
	memmove(plan->preempt + at + n, plan->preempt + at,
		(plan->nr_preempt - at) * sizeof(*plan->preempt));
	memcpy(plan->preempt + at, part, n * sizeof(*part));
	plan->nr_preempt += n;
}

/* True when the plan became smaller. @part has room for @size entries. */
static bool leave_out_parts(struct explorer *e, struct schedule_plan *plan, u32 size, u32 *part)
{
	bool smaller = false;
	u32 at = 0;

	while (at < plan->nr_preempt) {
		u32 n = min(size, plan->nr_preempt - at);

		memcpy(part, plan->preempt + at, n * sizeof(*part));
		leave_out(plan, at, n);
		if (still_fails(e, plan)) {
			smaller = true;
		} else {
			put_back(plan, at, n, part);
			at += n;
		}
	}
	return smaller;
}

/* False without memory. */
static bool fewer_preemptions(struct explorer *e, struct schedule_plan *plan)
{
	u32 *part = malloc((plan->nr_preempt ?: 1) * sizeof(*part));
	u32 size = plan->nr_preempt;

	if (!part)
		return false;
	while (size) {
		bool smaller = leave_out_parts(e, plan, size, part);

		if (size > 1)
			size = (size + 1) / 2;
		else if (!smaller)
			break;
	}
	free(part);
	return true;
}

/* The plan with everything the latest run decided written out. */
static int write_out(struct explorer *e, struct schedule_plan *plan)
{
	u32 *list = realloc(plan->preempt, (e->verdict.nr_preempted ?: 1) * sizeof(*list));

	if (!list)
		return -ENOMEM;
	memcpy(list, e->preempted, e->verdict.nr_preempted * sizeof(*list));
	plan->preempt = list;
	plan->nr_preempt = e->verdict.nr_preempted;
	plan->listed = true;
	return 0;
}

static void make_smaller(struct explorer *e, struct schedule_plan *plan)
{
	fewer_choices(e, plan);
	if (fewer_preemptions(e, plan))
		fewer_choices(e, plan);
}

/*
 * A run that died without a record, does not repeat from it or stays too long for a line is
 * kept as it is. The verdict stays that of the failing run.
 */
static int shrink(struct explorer *e, struct schedule_plan *plan)
{
	struct verdict first = e->verdict;
	struct schedule_plan whole = *plan;
	int err;

	if (first.died)
		return 0;
	err = plan->listed ? 0 : write_out(e, plan);
	if (err)
		return err;
	plan->choices = first.choices;
	e->tries = SHRINK_TRIES;
	e->why = first.why;
	if (still_fails(e, plan))
		make_smaller(e, plan);
	else
		plan->nr_preempt = U32_MAX;
	if (plan->nr_preempt > MAX_LISTED) {
		whole.preempt = plan->preempt;
		*plan = whole;
	}
	e->verdict = first;
	return 0;
}

/* Plans as text. */

static void print_plan(char *text, size_t size, const struct schedule_plan *plan)
{
	size_t len = scnprintf(text, size, "seed=%" PRIu64, (uint64_t)plan->seed);

	if (plan->choices != ALL_CHOICES)
		len += scnprintf(text + len, size - len, " choices=%u", plan->choices);
	if (!plan->listed)
		len += scnprintf(text + len, size - len, " permille=%u", plan->permille);
	for (u32 i = 0; plan->listed && i < plan->nr_preempt; i++)
		len += scnprintf(text + len, size - len, "%s%u", i ? "," : " preempt=",
				 plan->preempt[i]);
}

static int parse_list(struct schedule_plan *plan, char *text)
{
	char *word;

	plan->preempt = malloc((strlen(text) + 1) * sizeof(*plan->preempt));
	if (!plan->preempt)
		return -ENOMEM;
	while ((word = strsep(&text, ","))) {
		if (kstrtouint(word, 10, &plan->preempt[plan->nr_preempt]))
			return -EINVAL;
		if (plan->nr_preempt &&
		    plan->preempt[plan->nr_preempt] <= plan->preempt[plan->nr_preempt - 1])
			return -EINVAL;
		plan->nr_preempt++;
	}
	return 0;
}

static int parse_word(struct schedule_plan *plan, char *word)
{
	char *value = strchr(word, '=');

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	if (!strcmp(word, "seed"))
		return kstrtou64(value, 10, &plan->seed);
	if (!strcmp(word, "choices"))
		return kstrtouint(value, 10, &plan->choices);
	if (!strcmp(word, "permille")) {
		plan->listed = false;
		return kstrtouint(value, 10, &plan->permille) ?: plan->permille ? 0 : -EINVAL;
	}
	if (!strcmp(word, "preempt") && !plan->preempt)
		return parse_list(plan, value);
	return -EINVAL;
}

static int parse_plan(struct schedule_plan *plan, const char *text)
{
	char *copy = strdup(text), *rest = copy, *word;
	int err = copy ? 0 : -ENOMEM;

	*plan = (struct schedule_plan){ .seed = 1, .permille = 1, .choices = ALL_CHOICES,
					.listed = true };
	while (!err && (word = strsep(&rest, " ")))
		err = *word ? parse_word(plan, word) : 0;
	free(copy);
	return err;
}

/* The search. */

static int compare_points(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return (x > y) - (x < y);
}

/* At most nr positions below the number of points that runs have had. */
static void choose_positions(struct schedule_plan *plan, unsigned int nr, u32 points)
{
	u32 kept = 0;

	for (u32 i = 0; i < nr && points; i++)
		plan->preempt[i] = clock_hash_below(plan->seed ^ POSITION_STREAM, i, points);
	plan->nr_preempt = points ? nr : 0;
	qsort(plan->preempt, plan->nr_preempt, sizeof(*plan->preempt), compare_points);
	for (u32 i = 0; i < plan->nr_preempt; i++) {
		if (!kept || plan->preempt[i] != plan->preempt[kept - 1])
			plan->preempt[kept++] = plan->preempt[i];
	}
	plan->nr_preempt = kept;
}

/* The i-th schedule. Bounded: 0, 1, 2 … preemptions in turn, the first run learns the points. */
static void make_plan(const struct udm_explore *what, struct schedule_plan *plan, unsigned int i,
		      u32 points)
{
	unsigned int bound = what->preemptions ?: DEFAULT_PREEMPTIONS;

	plan->seed = (what->seed ?: 1) + i;
	plan->choices = ALL_CHOICES;
	plan->listed = what->mode == UDM_EXPLORE_BOUNDED;
	plan->permille = plan->listed ? 1 : what->permille ?: DEFAULT_PERMILLE;
	if (plan->listed)
		choose_positions(plan, i % (bound + 1), points);
}

static void fill_result(struct udm_explore_result *result, const struct schedule_plan *plan,
			const struct verdict *verdict)
{
	print_plan(result->schedule, sizeof(result->schedule), plan);
	memcpy(result->why, verdict->why, sizeof(result->why));
}

static void report(const struct udm_explore_result *result)
{
	pr_err("explore: fails after %u good schedules: %s\n", result->schedules, result->why);
	pr_err("explore: to repeat it: UDM_SCHEDULE=\"%s\"\n", result->schedule);
}

static int search(struct explorer *e, struct schedule_plan *plan,
		  struct udm_explore_result *result)
{
	unsigned int schedules = e->what->schedules ?: DEFAULT_SCHEDULES;
	u32 points = 0;

	while (result->schedules < schedules) {
		int err;

		make_plan(e->what, plan, result->schedules, points);
		err = try_plan(e, plan);
		if (!err && e->verdict.fails)
			err = shrink(e, plan) ?: 1;
		if (err > 0) {
			fill_result(result, plan, &e->verdict);
			report(result);
		}
		if (err)
			return err;
		points = max(points, e->verdict.points);
		result->schedules++;
	}
	return 0;
}

static int explore(struct explorer *e, struct udm_explore_result *result)
{
	unsigned int bound = e->what->preemptions ?: DEFAULT_PREEMPTIONS;
	struct schedule_plan plan = { .preempt = malloc(bound * sizeof(*plan.preempt)) };
	int ret;

	if (!plan.preempt)
		return -ENOMEM;
	ret = search(e, &plan, result);
	free(plan.preempt);
	free(e->preempted);
	return ret;
}

/* In this process, aloud, for a debugger. */
static int repeat(struct explorer *e, const char *text, struct udm_explore_result *result)
{
	struct schedule_plan plan;
	int ret = parse_plan(&plan, text);

	if (ret) {
		pr_err("explore: UDM_SCHEDULE=\"%s\" is no schedule\n", text);
	} else {
		child.verdict = (struct verdict){ .fails = false };
		schedule_prepare(&plan);
		run_scenario(e);
		schedule_prepare(NULL);
		free(child.record.preempted);
		child.record = (struct schedule_record){ .preempted = NULL };
		ret = child.verdict.fails;
		result->schedules = !ret;
		if (ret)
			fill_result(result, &plan, &child.verdict);
	}
	free(plan.preempt);
	return ret;
}

int udm_explore(const struct udm_explore *what, struct udm_explore_result *result)
{
	const char *schedule = getenv("UDM_SCHEDULE");
	struct explorer e = { .what = what };
	struct udm_explore_result own;

	if (udm_booted())
		return -EBUSY;
	if (!what->scenario || what->mode > UDM_EXPLORE_BOUNDED || what->permille > 1000 ||
	    what->preemptions > MAX_LISTED)
		return -EINVAL;
	if (what->config)
		e.config = *what->config;
	if (e.config.mode != UDM_MODE_SIM)
		return -EINVAL;
	if (!result)
		result = &own;
	*result = (struct udm_explore_result){ .schedules = 0 };
	return schedule && *schedule ? repeat(&e, schedule, result) : explore(&e, result);
}
