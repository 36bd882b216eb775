// SPDX-License-Identifier: GPL-2.0-only
/*
 * A string as an array of its words.
 *
 * One allocation for the array and one for the text the words point into. The
 * text hangs on the slot in front of the array, so that argv_free() finds it
 * when the caller has moved its words about.
 */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Ends every word of @text; stores where they begin unless @words is NULL. How many there are. */
static int split_words(char *text, char **words)
{
	bool inside = false;
	int n = 0;

	for (; *text; text++) {
		bool blank = isspace(*text);

		if (!blank && !inside) {
			if (words)
				words[n] = text;
			n++;
		}
		if (blank && words)
			*text = '\0';
		inside = !blank;
	}
	return n;
}

char **argv_split(gfp_t gfp, const char *str, int *argcp)
{
	char *text = kstrndup(str, KMALLOC_MAX_SIZE - 1, gfp);
	char **slots;
	int n;

	if (!text)
		return NULL;
	n = split_words(text, NULL);
	slots = kcalloc(n + 2, sizeof(*slots), gfp);
	if (!slots) {
		kfree(text);
		return NULL;
	}
	slots[0] = text;
	split_words(text, slots + 1);
	if (argcp)
		*argcp = n;
	return slots + 1;
}
EXPORT_SYMBOL(argv_split);

void argv_free(char **argv)
{
	kfree(argv[-1]);
	kfree(argv - 1);
}
EXPORT_SYMBOL(argv_free);
