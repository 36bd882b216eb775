// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of files as text: what /proc/<pid>/fd shows.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/path.h>
#include <linux/sprintf.h>
#include <linux/string.h>

/* Longest text of dynamic_dname. */
#define DNAME_MAX 64

char *dynamic_dname(char *buffer, int buflen, const char *fmt, ...)
{
	char text[DNAME_MAX];
	va_list args;
	int size;

	va_start(args, fmt);
	size = vsnprintf(text, sizeof(text), fmt, args) + 1;
	va_end(args);
	if (size > (int)sizeof(text) || size > buflen)
		return ERR_PTR(-ENAMETOOLONG);
	return memcpy(buffer + buflen - size, text, size);
}
EXPORT_SYMBOL(dynamic_dname);

/* Puts text in front of *end; false if it does not fit. */
static bool prepend(char *buffer, char **end, const char *text, size_t len)
{
	if ((size_t)(*end - buffer) < len)
		return false;
	*end -= len;
	memcpy(*end, text, len);
	return true;
}

char *simple_dname(struct dentry *dentry, char *buffer, int buflen)
{
	char *end = buffer + buflen;
	bool fits = prepend(buffer, &end, "", 1);

	for (; fits && dentry->d_parent != dentry; dentry = dentry->d_parent)
		fits = prepend(buffer, &end, (const char *)dentry->d_name.name,
			       dentry->d_name.len) &&
		       prepend(buffer, &end, "/", 1);
	return fits ? end : ERR_PTR(-ENAMETOOLONG);
}

char *d_path(const struct path *path, char *buf, int buflen)
{
	struct dentry *dentry = path->dentry;

	if (dentry->d_op && dentry->d_op->d_dname)
		return dentry->d_op->d_dname(dentry, buf, buflen);
	if (dentry->d_parent == dentry)
		return dynamic_dname(buf, buflen, "/%s", (const char *)dentry->d_name.name);
	return simple_dname(dentry, buf, buflen);
}
EXPORT_SYMBOL(d_path);
