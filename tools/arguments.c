// SPDX-License-Identifier: GPL-2.0-only
/*
 * What command lines are made of.
 */
#include "arguments.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct choice exporter_words[] = {
	{ "udmabuf", EXPORTER_UDMABUF }, { "gpu", EXPORTER_GPU }, { NULL, 0 },
};
static const struct choice iommu_words[] = {
	{ "strict", UDM_IOMMU_STRICT }, { "lazy", UDM_IOMMU_LAZY }, { "off", UDM_IOMMU_OFF },
	{ NULL, 0 },
};
const struct choice switch_words[] = { { "on", 1 }, { "off", 0 }, { NULL, 0 } };
static const struct choice mode_words[] = {
	{ "sim", UDM_MODE_SIM }, { "threads", UDM_MODE_THREADS }, { NULL, 0 },
};

int refuse(const char *fmt, ...)
{
	va_list ap;

	fputs("udevmem: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EXIT_BAD_INPUT;
}

bool parse_number(const char *text, uint64_t max, uint64_t *val)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*val = strtoull(text, &end, 0);
	return !errno && !*end && *val <= max;
}

/* The power of two a unit stands for; -1 for what is none. */
static int unit_shift(const char *unit)
{
	static const char units[] = "kmg";
	const char *at;

	if (!*unit)
		return 0;
	at = strchr(units, *unit | 0x20);
	return at && !unit[1] ? 10 * (int)(at - units + 1) : -1;
}

int parse_size(const char *option, const char *text, size_t *size)
{
	unsigned long long n = 0;
	int shift = -1;
	char *end;

	errno = 0;
	if (*text >= '0' && *text <= '9') {
		n = strtoull(text, &end, 10);
		shift = unit_shift(end);
	}
	if (shift < 0)
		return refuse("--%s %s: not a size; give bytes, or a number with K, M or G", option,
			      text);
	if (errno || !n || n > (SIZE_MAX >> 1) >> shift)
		return refuse("--%s %s: the size is out of range", option, text);
	*size = (size_t)(n << shift);
	return 0;
}

int parse_choice(const char *option, const char *text, const struct choice *c, int *value)
{
	char words[64] = "";

	for (; c->word; c++) {
		if (!strcmp(text, c->word)) {
			*value = c->value;
			return 0;
		}
		snprintf(words + strlen(words), sizeof(words) - strlen(words), "%s%s",
			 *words ? ", " : "", c->word);
	}
	return refuse("--%s %s: give one of %s", option, text, words);
}

int parse_switch(const char *option, const char *text, const struct choice *c, bool *value)
{
	int word = *value, ret = parse_choice(option, text, c, &word);

	*value = word;
	return ret;
}

static int parse_queues(const char *text, unsigned int *queues)
{
	uint64_t n;

	if (!parse_number(text, MAX_QUEUES, &n) || !n)
		return refuse("--queues %s: the number of queues is 1 to %d", text, MAX_QUEUES);
	*queues = (unsigned int)n;
	return 0;
}

int parse_machine_option(int id, const char *arg, struct machine_options *machine)
{
	int value = 0, ret;

	switch (id) {
	case OPT_QUEUES:
		return parse_queues(arg, &machine->queues);
	case OPT_DMABUF:
		return parse_size("dmabuf", arg, &machine->dmabuf);
	case OPT_EXPORTER:
		ret = parse_choice("exporter", arg, exporter_words, &value);
		machine->exporter = (enum exporter)value;
		return ret;
	case OPT_GRO_HW:
		return parse_switch("gro-hw", arg, switch_words, &machine->gro_hw);
	case OPT_IOMMU:
		ret = parse_choice("iommu", arg, iommu_words, &value);
		machine->iommu = (enum udm_iommu)value;
		return ret;
	case OPT_MODE:
		ret = parse_choice("mode", arg, mode_words, &value);
		machine->mode = (enum udm_mode)value;
		return ret;
	default:
		return parse_number(arg, UINT64_MAX, &machine->seed) ? 0 :
		       refuse("--seed %s: not a number", arg);
	}
}

int check_dmabuf_size(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return size % page ?
	       refuse("--dmabuf %zu: not a multiple of the page size %zu", size, page) : 0;
}

int refuse_option(const char *command, int c, char **argv)
{
	const char *word = argv[optind - 1];

	if (c == ':')
		return refuse("%s needs a value; see udevmem %s --help", word, command);
	return refuse("unknown option %s; see udevmem %s --help", word, command);
}
