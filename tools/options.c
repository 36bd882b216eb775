// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line of udevmem replay.
 */
#include <limits.h>
#include <string.h>

#include "replay.h"

static const char help[] =
	"usage: udevmem replay FILE [options]\n"
	"\n"
	"Play a capture file into the emulated NIC, receive every TCP direction in it as an\n"
	"application of device-memory TCP, return every buffer, and report.\n"
	"\n"
	"  --queues N           receive queues, 1 to 64 (4)\n"
	"  --bind all|none|LIST queues the dma-buf is bound to, such as 0,2,3 (all)\n"
	"  --dmabuf SIZE        its size in bytes, with K, M or G (64M)\n"
	"  --exporter NAME      udmabuf: host pages; gpu: peer memory the kernel side cannot\n"
	"                       read (udmabuf)\n"
	"  --iommu MODE         strict, lazy or off (strict)\n"
	"  --hds on|off         header-data split; device memory needs it on (on)\n"
	"  --gro-hw on|off      the NIC makes large packets of TCP segments that follow each\n"
	"                       other (off)\n"
	"  --mode sim|threads   one thread and virtual time, or real threads (sim)\n"
	"  --seed N             seed of the sim schedule; same seed, same run (1)\n"
	"  --cmdline TEXT       kernel command line: module parameters, as in\n"
	"                       udmabuf.list_limit=64; may be repeated\n"
	"  --overrun pause|drop when a queue has no buffer: hold the wire, or drop (pause)\n"
	"  --out DIR            write each stream to DIR/SRC.PORT-DST.PORT\n"
	"  --trace FILE         record every trace event; open FILE in https://ui.perfetto.dev\n"
	"  --state FILE         at the end, before anything is closed, write all pools, bindings\n"
	"                       and who has which of their buffers as JSON\n"
	"  --json               report as one JSON object\n"
	"  --help               this text\n"
	"\n"
	"Exit status: 0 everything came back and nothing warned; 1 not so; 2 bad input or usage.\n";

static int bind_one(const char *word, struct replay_options *opt)
{
	uint64_t q;

	if (!parse_number(word, UINT_MAX, &q))
		return refuse("--bind: '%s' is no queue number", word);
	if (q >= opt->machine.queues)
		return refuse("--bind: queue %llu is out of range, there are queues 0 to %u",
			      (unsigned long long)q, opt->machine.queues - 1);
	if (opt->bind[q])
		return refuse("--bind: queue %llu is listed twice", (unsigned long long)q);
	opt->bind[q] = true;
	opt->bound++;
	return 0;
}

/* Read after all options, because it depends on --queues. */
static int parse_bind(const char *text, struct replay_options *opt)
{
	char list[512], *save = NULL, *word;
	int ret = 0;

	if (!strcmp(text, "none"))
		return 0;
	if (!strcmp(text, "all")) {
		for (unsigned int q = 0; q < opt->machine.queues; q++)
			opt->bind[q] = true;
		opt->bound = opt->machine.queues;
		return 0;
	}
	if (!*text || strlen(text) >= sizeof(list))
		return refuse("--bind: give all, none or a list of queue numbers");
	strcpy(list, text);
	for (word = strtok_r(list, ",", &save); word && !ret; word = strtok_r(NULL, ",", &save))
		ret = bind_one(word, opt);
	if (!ret && !opt->bound)
		return refuse("--bind: '%s' lists no queue", text);
	return ret;
}

static int add_cmdline(const char *text, struct replay_options *opt)
{
	size_t used = strlen(opt->cmdline);

	if (used + strlen(text) + 2 > sizeof(opt->cmdline))
		return refuse("--cmdline: more than %zu characters", sizeof(opt->cmdline) - 2);
	snprintf(opt->cmdline + used, sizeof(opt->cmdline) - used, " %s", text);
	return 0;
}

enum option_id {
	OPT_BIND = OPT_OWN, OPT_HDS, OPT_CMDLINE, OPT_OVERRUN, OPT_OUT, OPT_TRACE, OPT_STATE,
	OPT_JSON, OPT_HELP,
};

static const struct option long_options[] = {
	MACHINE_OPTIONS,
	{ "bind", required_argument, NULL, OPT_BIND },
	{ "hds", required_argument, NULL, OPT_HDS },
	{ "cmdline", required_argument, NULL, OPT_CMDLINE },
	{ "overrun", required_argument, NULL, OPT_OVERRUN },
	{ "out", required_argument, NULL, OPT_OUT },
	{ "trace", required_argument, NULL, OPT_TRACE },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const struct choice overruns[] = { { "pause", 0 }, { "drop", 1 }, { NULL, 0 } };

static int parse_option(int id, const char *arg, struct replay_options *opt, const char **bind)
{
	if (id < OPT_OWN)
		return parse_machine_option(id, arg, &opt->machine);
	switch (id) {
	case OPT_BIND:
		*bind = arg;
		return 0;
	case OPT_HDS:
		return parse_switch("hds", arg, switch_words, &opt->hds);
	case OPT_OVERRUN:
		return parse_switch("overrun", arg, overruns, &opt->drop);
	case OPT_CMDLINE:
		return add_cmdline(arg, opt);
	case OPT_OUT:
		opt->out = arg;
		return 0;
	case OPT_TRACE:
		opt->trace = arg;
		return 0;
	case OPT_STATE:
		opt->state = arg;
		return 0;
	case OPT_JSON:
		opt->json = true;
		return 0;
	default:
		fputs(help, stdout);
		return -1;
	}
}

static int check_options(int argc, char **argv, struct replay_options *opt, const char *bind)
{
	int ret;

	if (optind == argc)
		return refuse("name a capture file; see udevmem replay --help");
	if (optind + 1 < argc)
		return refuse("give one capture file, not %d", argc - optind);
	opt->file = argv[optind];
	ret = parse_bind(bind, opt);
	return ret ? ret : check_dmabuf_size(opt->machine.dmabuf);
}

int replay_parse(int argc, char **argv, struct replay_options *opt)
{
	const char *bind = "all";
	int c, ret;

	*opt = (struct replay_options){ .machine = MACHINE_DEFAULTS, .hds = true };
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (c == '?' || c == ':')
			return refuse_option("replay", c, argv);
		ret = parse_option(c, optarg, opt, &bind);
		if (ret)
			return ret;
	}
	return check_options(argc, argv, opt, bind);
}
