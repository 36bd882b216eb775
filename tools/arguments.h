/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What command lines are made of.
 *
 * Every refusal is one line on stderr: what was given, and what would do. The calls
 * that refuse return EXIT_BAD_INPUT after it, and 0 otherwise.
 */
#ifndef UDM_TOOLS_ARGUMENTS_H
#define UDM_TOOLS_ARGUMENTS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <udevmem/boot.h>

#include "buffer.h"

/* Exit statuses. */
enum { EXIT_CLEAN = 0, EXIT_UNCLEAN = 1, EXIT_BAD_INPUT = 2 };

__attribute__((format(printf, 1, 2)))
int refuse(const char *fmt, ...);

/* A whole number from 0 to max; false for anything else, signs and blanks included. */
bool parse_number(const char *text, uint64_t max, uint64_t *val);

/* Bytes, more than none, with K, M or G. */
int parse_size(const char *option, const char *text, size_t *size);

struct choice {
	const char *word;
	int value;
};

/* One of a few words, listed in the message when it is none of them. */
int parse_choice(const char *option, const char *text, const struct choice *c, int *value);

/* The same, where there are two words: their values are 0 and 1. */
int parse_switch(const char *option, const char *text, const struct choice *c, bool *value);

#define MAX_QUEUES 64	/* queue pairs of a device */

/* A dma-buf has whole pages. */
int check_dmabuf_size(size_t size);

/* The machine and its NIC: options that every command has. */
struct machine_options {
	unsigned int queues;
	size_t dmabuf;
	enum exporter exporter;
	enum udm_iommu iommu;
	enum udm_mode mode;
	uint64_t seed;
	bool gro_hw;
};

#define MACHINE_DEFAULTS { .queues = 4, .dmabuf = 64 << 20, .mode = UDM_MODE_SIM, .seed = 1 }

/* Numbers of options; a command's own begin at OPT_OWN. */
enum {
	OPT_QUEUES = 1000, OPT_DMABUF, OPT_EXPORTER, OPT_IOMMU, OPT_MODE, OPT_SEED,
	OPT_GRO_HW,
	OPT_OWN = 2000,
};

#define MACHINE_OPTIONS								\
	{ "queues", required_argument, NULL, OPT_QUEUES },			\
	{ "dmabuf", required_argument, NULL, OPT_DMABUF },			\
	{ "exporter", required_argument, NULL, OPT_EXPORTER },			\
	{ "iommu", required_argument, NULL, OPT_IOMMU },			\
	{ "mode", required_argument, NULL, OPT_MODE },				\
	{ "gro-hw", required_argument, NULL, OPT_GRO_HW },			\
	{ "seed", required_argument, NULL, OPT_SEED }

/* One of them: a number below OPT_OWN. */
int parse_machine_option(int id, const char *arg, struct machine_options *machine);

/* What getopt_long() could not use, in our words. */
int refuse_option(const char *command, int c, char **argv);

extern const struct choice switch_words[];

#endif
