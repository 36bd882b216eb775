// SPDX-License-Identifier: GPL-2.0-only
/*
 * compare OLD NEW: the figures of two runs of the benchmarks, and their ratios.
 *
 * OLD and NEW are files of --json, or folders of them as `make bench` leaves them.
 * Ratios above 1 are slower than before. One run on a machine that others share says
 * little: compare several.
 */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static json_t *load(const char *path)
{
	json_error_t error;
	json_t *root = json_load_file(path, 0, &error);

	if (root && json_is_string(json_object_get(root, "bench")) &&
	    json_is_object(json_object_get(root, "rows")))
		return root;
	fprintf(stderr, "compare: %s: %s\n", path,
		root ? "not a result of a benchmark" : error.text);
	exit(2);
}

/* benches: bench name -> result */
static void add(json_t *benches, const char *path)
{
	json_t *root = load(path);

	json_object_set_new(benches, json_string_value(json_object_get(root, "bench")), root);
}

static int is_json(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".json");
}

static json_t *load_all(const char *path)
{
	json_t *benches = json_object();
	struct dirent **names;
	struct stat st;
	int n = 0;

	if (stat(path, &st)) {
		fprintf(stderr, "compare: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	if (!S_ISDIR(st.st_mode)) {
		add(benches, path);
		return benches;
	}
	n = scandir(path, &names, is_json, alphasort);
	for (int i = 0; i < n; i++) {
		char file[4096];

		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		add(benches, file);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	if (n <= 0) {
		fprintf(stderr, "compare: %s: no results of benchmarks there\n", path);
		exit(2);
	}
	return benches;
}

static void compare_row(const char *bench, const char *row, json_t *was, json_t *is)
{
	const char *column;
	json_t *value;

	json_object_foreach(is, column, value) {
		const double now = json_number_value(value);
		const double then = json_number_value(json_object_get(was, column));

		if (then > 0)
			printf("%-16s %-28s %-12s %12.2f %12.2f %8.2f\n", bench, row, column, then,
			       now, now / then);
		else
			printf("%-16s %-28s %-12s %12s %12.2f %8s\n", bench, row, column, "-",
			       now, "-");
	}
}

int main(int argc, char **argv)
{
	const char *bench, *row;
	json_t *was, *is, *result, *values;

	if (argc != 3) {
		fprintf(argc == 2 && !strcmp(argv[1], "--help") ? stdout : stderr,
			"usage: compare OLD NEW   (files of --json, or folders of them)\n");
		return argc == 2 && !strcmp(argv[1], "--help") ? EXIT_SUCCESS : 2;
	}
	was = load_all(argv[1]);
	is = load_all(argv[2]);
	printf("%-16s %-28s %-12s %12s %12s %8s\n", "bench", "row", "column", "old", "new",
	       "new/old");
	json_object_foreach(is, bench, result) {
		json_t *before = json_object_get(json_object_get(was, bench), "rows");

		json_object_foreach(json_object_get(result, "rows"), row, values)
			compare_row(bench, row, json_object_get(before, row), values);
	}
	json_decref(was);
	json_decref(is);
	return EXIT_SUCCESS;
}
