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

/* The number of queue pairs of a device. */
#define MAX_QUEUES 64
int parse_queues(const char *text, unsigned int *queues);

/* A dma-buf has whole pages. */
int check_dmabuf_size(size_t size);

/* What getopt_long() could not use, in our words. */
int refuse_option(const char *command, int c, char **argv);

extern const struct choice exporter_words[], iommu_words[], switch_words[], mode_words[];

#endif
