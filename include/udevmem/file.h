/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of the library as seen by an application: POSIX-shaped calls.
 *
 * A descriptor handed out by the library is a real descriptor of the process, so
 * the number is taken; what it does is only reachable through these calls.
 * Descriptors of the host may be passed too and go to the system call of that
 * name. Closing a library descriptor with close() leaves its file open until
 * the number is handed out again: use udm_close().
 *
 * Numbers made by the host, with dup() or by passing a descriptor over a UNIX socket
 * inside the process, work from their first use on, and keep the file open from then
 * on; until then another descriptor of the file has to stay open.
 *
 * Memory-backed files (dma-bufs of udmabuf and of the peer-memory exporter) carry
 * the backing memory in the real descriptor, so plain mmap(fd) works for those
 * whose buffer starts at offset 0 of one memory file; udm_mmap() works for all.
 *
 * All calls may block, return -1 and set errno on failure, and may be made from
 * any host thread (in simulation mode: only the booting one).
 */
#ifndef _UDEVMEM_FILE_H
#define _UDEVMEM_FILE_H

#include <poll.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct file;
struct vm_area_struct;

/* "/dev/NAME", or "/sys/kernel/debug/PATH". ENOENT, ENODEV, EMFILE, or what open() of it gives. */
int udm_open(const char *path, int flags);
int udm_close(int fd);
/* A further descriptor, the lowest free one, for the same file. */
int udm_dup(int fd);
int udm_ioctl(int fd, unsigned long cmd, ...);
ssize_t udm_read(int fd, void *buf, size_t len);
ssize_t udm_write(int fd, const void *buf, size_t len);
off_t udm_lseek(int fd, off_t offset, int whence);
int udm_fstat(int fd, struct stat *st);

/*
 * mmap(2) through the file's own mmap operation; MAP_FAILED on error. All pages
 * are present when it returns; a page the file refuses raises SIGBUS on access.
 * The mapping keeps the file open until udm_munmap() of all of it. Parts may be unmapped
 * before; their addresses are free for others when the last part is gone.
 */
void *udm_mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset);
int udm_munmap(void *addr, size_t len);

/* poll(2) over any mix of library and host descriptors. timeout in ms, negative = forever. */
int udm_poll(struct pollfd *fds, nfds_t nfds, int timeout);

/* The texts of /proc/self/fdinfo/FD and of the link /proc/self/fd/FD: length, or -1. */
ssize_t udm_fdinfo(int fd, char *buf, size_t size);
ssize_t udm_fdlink(int fd, char *buf, size_t size);

/*
 * For authors of further host API calls: brackets around the kernel side. Calls
 * nest; the end of the outermost one releases the files whose last reference
 * was dropped inside. Must not be made with locks held.
 */
void udm_call_begin(void);
void udm_call_end(void);

/*
 * For exporters: the host descriptor an application may mmap() in the place of
 * this file. Call before fd_install(). The file takes the descriptor over.
 */
void udm_file_set_backing(struct file *file, int host_fd);

/*
 * For mmap operations: shows bytes of a host file in a part of the mapping. 0,
 * -EINVAL (outside), -EACCES, -EPERM, -ENOMEM.
 */
int udm_vma_map_host(struct vm_area_struct *vma, unsigned long addr, size_t len, int fd,
		     off_t offset);

/*
 * A duplicate of a descriptor with a high number and close-on-exec, for internal
 * use: it leaves the low numbers to the application. -1 and errno.
 */
int udm_fd_park(int fd);

#ifdef __cplusplus
}
#endif

#endif
