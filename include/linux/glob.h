/* SPDX-License-Identifier: GPL-2.0-only */
/* Matching text with shell patterns. Kernel path: linux/glob.h, lib/glob.c. */
#ifndef _LINUX_GLOB_H
#define _LINUX_GLOB_H

#include <linux/types.h>

/*
 * Does @pat match all of @str? * stands for any characters, ? for one, [a-z] for
 * one of a class, [!a-z] for one outside of it, and a backslash takes the
 * meaning from what follows. A class that is not closed is a plain [. Any context.
 */
bool glob_match(char const *pat, char const *str);

#endif
