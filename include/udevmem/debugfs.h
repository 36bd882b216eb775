/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * debugfs by path: the way for tests and tools to read and write its files.
 *
 * Paths are relative to the root of debugfs ("dma_buf/bufinfo"). Calls go through
 * the file's own operations and may block.
 */
#ifndef _UDEVMEM_DEBUGFS_H
#define _UDEVMEM_DEBUGFS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Reads the whole file into buf and ends it with NUL; returns the length, or -1
 * with errno: ENOENT, EISDIR, EACCES (mode has no read bit), ENOBUFS (the file
 * does not fit in size - 1 bytes), or the error of the file.
 */
ssize_t udm_debugfs_read(const char *path, char *buf, size_t size);
/* Writes len bytes in one call: bytes taken, or -1. */
ssize_t udm_debugfs_write(const char *path, const void *buf, size_t len);
bool udm_debugfs_exists(const char *path);
/*
 * Calls fn with the name of each entry of a directory in order of creation; a
 * non-zero result ends the walk. Returns that result, 0, or -1 with errno. fn may use
 * debugfs itself; entries that are removed meanwhile may still be named.
 */
int udm_debugfs_list(const char *path, int (*fn)(void *ctx, const char *name, bool is_dir),
		     void *ctx);

/*
 * udm_debugfs_export - copy the whole tree into a directory of the host
 * @dir: made if it is not there; its parent must be
 *
 * Directories, the text each file reads as now, symbolic links. Files that exist in
 * @dir are replaced, others stay. Left out are files without a read bit and files
 * whose read fails. Returns how many files were written, or -1 with errno: what the
 * host's calls gave, or ENOMEM. What was copied by then stays.
 */
int udm_debugfs_export(const char *dir);

#ifdef __cplusplus
}
#endif

#endif
