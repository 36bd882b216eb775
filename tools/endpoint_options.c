// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line of udevmem listen and udevmem connect.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "endpoint.h"

enum { MIN_DMABUF = 1 << 20, MAX_TIMEOUT = 86400, MILLION = 1000000 };

static const char help[] =
	"usage: udevmem listen [ADDRESS] PORT [options]\n"
	"       udevmem connect [ADDRESS] PORT [options]\n"
	"\n"
	"One end of TCP connections, as netcat: an emulated NIC with the addresses " OUR_IPV4 "\n"
	"and " OUR_IPV6 ", whose payload is received into device memory and sent out of it. Its\n"
	"peer is " PEER_IPV4 " and " PEER_IPV6 ". listen takes one connection after the other,\n"
	"by IPv4 and IPv6 unless there is an ADDRESS; connect makes one, to the peer unless\n"
	"there is.\n"
	"\n"
	"  --tap                the peer is Linux, in a network namespace of its own, reached\n"
	"                       through a TAP interface (this is the default)\n"
	"  --loop               the peer is a second emulated NIC in this process, where an\n"
	"                       echo service runs: what it sends back has to be the same\n"
	"  --peer COMMAND       run a shell command where the peer is, such as\n"
	"                       'nc -N " OUR_IPV4 " 5000 <file'; it has to end with status 0,\n"
	"                       and listen ends with it\n"
	"  --tap-offload on|off the peer's segments come as packets of up to 64 KiB (on)\n"
	"  --gro-hw on|off      the NIC makes large packets of TCP segments that follow each\n"
	"                       other (off)\n"
	"  --rx devmem|host     where payload arrives (devmem)\n"
	"  --tx devmem|host     where payload is sent from (devmem)\n"
	"  --input FILE         send this, then close that direction; - is stdin (nothing)\n"
	"  --output FILE        write what arrives; - is stdout (nowhere)\n"
	"  --sha256             print the digests of what was received and sent\n"
	"  --verify N           what arrives has to be 1, 2, ... N-1, newline, over and over\n"
	"  --once               end after one connection\n"
	"  --timeout SECONDS    give up when nothing happens for so long (for ever)\n"
	"  --dmabuf SIZE        of each buffer, in bytes, with K, M or G (64M)\n"
	"  --exporter NAME      udmabuf: host pages; gpu: peer memory the kernel side cannot\n"
	"                       read (udmabuf)\n"
	"  --queues N           queues, 1 to 64 (4); the last has the device memory\n"
	"  --iommu MODE         strict, lazy or off (strict)\n"
	"  --loss PERCENT       frames lost on the wire, in each direction (0)\n"
	"  --mode sim|threads   one thread and virtual time, or real threads; a TAP interface\n"
	"                       needs threads (threads)\n"
	"  --seed N             of the loss, and of the sim schedule (1)\n"
	"  --json               report as one JSON object\n"
	"  --help               this text\n"
	"\n"
	"Exit status: 0 everything came back and nothing warned; 1 not so; 2 bad input or usage.\n";

enum option_id {
	OPT_TAP = OPT_OWN, OPT_LOOP, OPT_PEER, OPT_OFFLOAD, OPT_RX, OPT_TX, OPT_INPUT, OPT_OUTPUT,
	OPT_SHA256, OPT_VERIFY, OPT_ONCE, OPT_TIMEOUT, OPT_LOSS, OPT_JSON, OPT_HELP,
};

static const struct option long_options[] = {
	{ "tap", no_argument, NULL, OPT_TAP },
	{ "loop", no_argument, NULL, OPT_LOOP },
	{ "peer", required_argument, NULL, OPT_PEER },
	{ "tap-offload", required_argument, NULL, OPT_OFFLOAD },
	{ "rx", required_argument, NULL, OPT_RX },
	{ "tx", required_argument, NULL, OPT_TX },
	{ "input", required_argument, NULL, OPT_INPUT },
	{ "output", required_argument, NULL, OPT_OUTPUT },
	{ "sha256", no_argument, NULL, OPT_SHA256 },
	{ "verify", required_argument, NULL, OPT_VERIFY },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	MACHINE_OPTIONS,
	{ "loss", required_argument, NULL, OPT_LOSS },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static const struct choice memories[] = { { "devmem", 1 }, { "host", 0 }, { NULL, 0 } };

static int parse_loss(const char *text, struct endpoint_options *opt)
{
	char *end;
	double percent = *text >= '0' && *text <= '9' ? strtod(text, &end) : -1;

	if (percent < 0 || *end || percent > 100)
		return refuse("--loss %s: not a percentage", text);
	opt->loss = (unsigned int)(percent / 100 * MILLION + 0.5);
	return 0;
}

static int parse_within(const char *option, const char *text, uint64_t min, uint64_t max,
			unsigned int *value)
{
	uint64_t n;

	if (!parse_number(text, max, &n) || n < min)
		return refuse("--%s %s: give a number from %llu to %llu", option, text,
			      (unsigned long long)min, (unsigned long long)max);
	*value = (unsigned int)n;
	return 0;
}

static int parse_value(int id, const char *arg, struct endpoint_options *opt)
{
	switch (id) {
	case OPT_PEER:
		opt->peer = arg;
		return 0;
	case OPT_INPUT:
		opt->input = arg;
		return 0;
	case OPT_OUTPUT:
		opt->output = arg;
		return 0;
	case OPT_VERIFY:
		return parse_within("verify", arg, 2, 256, &opt->verify);
	case OPT_TIMEOUT:
		return parse_within("timeout", arg, 1, MAX_TIMEOUT, &opt->timeout);
	case OPT_OFFLOAD:
		return parse_switch("tap-offload", arg, switch_words, &opt->offload);
	case OPT_RX:
		return parse_switch("rx", arg, memories, &opt->rx_devmem);
	case OPT_TX:
		return parse_switch("tx", arg, memories, &opt->tx_devmem);
	default:
		return parse_loss(arg, opt);
	}
}

static int parse_option(int id, const char *arg, struct endpoint_options *opt)
{
	if (id < OPT_OWN)
		return parse_machine_option(id, arg, &opt->machine);
	switch (id) {
	case OPT_TAP:
		opt->loop = false;
		return 0;
	case OPT_LOOP:
		opt->loop = true;
		opt->once = true;
		return 0;
	case OPT_SHA256:
		opt->sha256 = true;
		return 0;
	case OPT_ONCE:
		opt->once = true;
		return 0;
	case OPT_JSON:
		opt->json = true;
		return 0;
	case OPT_HELP:
		fputs(help, stdout);
		return -1;
	default:
		return parse_value(id, arg, opt);
	}
}

static int parse_address(const char *text, struct endpoint_options *opt)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&opt->address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&opt->address;

	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)opt->port);
	} else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)opt->port);
	} else {
		return refuse("%s: not an IPv4 or IPv6 address", text);
	}
	return 0;
}

static int parse_ends(int argc, char **argv, struct endpoint_options *opt)
{
	const char *address = opt->listens ? NULL : PEER_IPV4;
	uint64_t port;

	if (optind == argc)
		return refuse("name a port; see udevmem %s --help", opt->command);
	if (argc - optind > 2)
		return refuse("give an address and a port, not %d words", argc - optind);
	if (!parse_number(argv[argc - 1], 65535, &port) || !port)
		return refuse("%s: a port is a number from 1 to 65535", argv[argc - 1]);
	opt->port = (unsigned int)port;
	if (argc - optind == 2)
		address = argv[optind];
	return address ? parse_address(address, opt) : 0;
}

static int check_options(const struct endpoint_options *opt)
{
	if (opt->loop && opt->peer)
		return refuse("--peer: with --loop the peer is in this process");
	if (opt->loop && !opt->input)
		return refuse("--loop: the peer sends back what it gets: give --input");
	if (!opt->loop && opt->machine.mode == UDM_MODE_SIM)
		return refuse("--mode sim: Linux has a real clock; give --loop");
	if (opt->machine.dmabuf < MIN_DMABUF)
		return refuse("--dmabuf: less than %d KiB, what a ring needs", MIN_DMABUF >> 10);
	return check_dmabuf_size(opt->machine.dmabuf);
}

int endpoint_parse(int argc, char **argv, struct endpoint_options *opt)
{
	int c, ret;

	*opt = (struct endpoint_options){
		.command = argv[0],
		.listens = !strcmp(argv[0], "listen"),
		.offload = true,
		.machine = MACHINE_DEFAULTS,
		.rx_devmem = true,
		.tx_devmem = true,
	};
	opt->machine.mode = UDM_MODE_THREADS;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (c == '?' || c == ':')
			return refuse_option(opt->command, c, argv);
		ret = parse_option(c, optarg, opt);
		if (ret)
			return ret;
	}
	ret = parse_ends(argc, argv, opt);
	return ret ? ret : check_options(opt);
}
