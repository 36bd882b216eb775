/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sequential files: text made by printing, read in pieces of any size.
 *
 * The text of one record is printed into a page-wise growing buffer; when it
 * does not fit, the record is printed again into a bigger one, so show functions
 * may run more than once. start/next/stop walk the records and may hold locks
 * between start and stop. Contract: fs/seq_file.c.
 */
#ifndef _LINUX_SEQ_FILE_H
#define _LINUX_SEQ_FILE_H

#include <stdarg.h>
#include <linux/bug.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <linux/types.h>

struct seq_operations;

struct seq_file {
	char *buf;
	size_t size;
	size_t from;
	size_t count;
	size_t pad_until;
	loff_t index;
	loff_t read_pos;
	struct mutex lock;
	const struct seq_operations *op;
	int poll_event;
	const struct file *file;
	void *private;
};

struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);
};

#define SEQ_SKIP 1
#define SEQ_START_TOKEN ((void *)1)

static inline bool seq_has_overflowed(struct seq_file *m)
{
	return m->count == m->size;
}

/* For f_op: open, read, llseek, release. 0 or -ENOMEM. */
int seq_open(struct file *file, const struct seq_operations *op);
ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *ppos);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);
int seq_release(struct inode *inode, struct file *file);
int single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data);
int single_open_size(struct file *file, int (*show)(struct seq_file *m, void *v), void *data,
		     size_t size);
int single_release(struct inode *inode, struct file *file);
/* seq_open plus a zeroed block in ->private, freed by seq_release_private. */
void *__seq_open_private(struct file *file, const struct seq_operations *op, int psize);
int seq_open_private(struct file *file, const struct seq_operations *op, int psize);
int seq_release_private(struct inode *inode, struct file *file);

/* Printing. What does not fit marks the buffer as overflowed. */
void seq_vprintf(struct seq_file *m, const char *fmt, va_list args) __printf(2, 0);
void seq_printf(struct seq_file *m, const char *fmt, ...) __printf(2, 3);
void seq_putc(struct seq_file *m, char c);
void seq_puts(struct seq_file *m, const char *s);
/* @src with the characters of @esc in octal. */
void seq_escape_mem(struct seq_file *m, const char *src, size_t len, unsigned int flags,
		    const char *esc);
#define seq_escape_str(m, src, flags, esc) seq_escape_mem(m, src, strlen(src), flags, esc)
#define seq_escape(m, s, esc) seq_escape_str(m, s, ESCAPE_OCTAL, esc)
/* print_hex_dump() into the file. */
void seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type, int rowsize,
		  int groupsize, const void *buf, size_t len, bool ascii);
int seq_write(struct seq_file *m, const void *data, size_t len);
void seq_put_decimal_ull(struct seq_file *m, const char *delimiter, unsigned long long num);
void seq_put_decimal_ll(struct seq_file *m, const char *delimiter, long long num);
void seq_put_hex_ll(struct seq_file *m, const char *delimiter, unsigned long long v,
		    unsigned int width);
/* Spaces up to the width asked for by seq_setwidth, then c (if not NUL). */
void seq_pad(struct seq_file *m, char c);

static inline void seq_setwidth(struct seq_file *m, size_t size)
{
	m->pad_until = m->count + size;
}

/* start and next for a list whose lock the caller holds. */
struct list_head *seq_list_start(struct list_head *head, loff_t pos);
struct list_head *seq_list_start_head(struct list_head *head, loff_t pos);
struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *ppos);

/* name_fops from int name_show(struct seq_file *, void *); data is i_private of the file. */
#define DEFINE_SHOW_ATTRIBUTE(__name)						\
static int __name##_open(struct inode *inode, struct file *file)		\
{										\
	return single_open(file, __name##_show, inode->i_private);		\
}										\
										\
static const struct file_operations __name##_fops = {				\
	.owner = THIS_MODULE,							\
	.open = __name##_open,							\
	.read = seq_read,							\
	.llseek = seq_lseek,							\
	.release = single_release,						\
}

#define DEFINE_SHOW_STORE_ATTRIBUTE(__name)					\
static int __name##_open(struct inode *inode, struct file *file)		\
{										\
	return single_open(file, __name##_show, inode->i_private);		\
}										\
										\
static const struct file_operations __name##_fops = {				\
	.owner = THIS_MODULE,							\
	.open = __name##_open,							\
	.read = seq_read,							\
	.write = __name##_write,						\
	.llseek = seq_lseek,							\
	.release = single_release,						\
}

#define DEFINE_SEQ_ATTRIBUTE(__name)						\
static int __name##_open(struct inode *inode, struct file *file)		\
{										\
	int ret = seq_open(file, &__name##_sops);				\
										\
	if (!ret && inode->i_private)						\
		((struct seq_file *)file->private_data)->private = inode->i_private; \
	return ret;								\
}										\
										\
static const struct file_operations __name##_fops = {				\
	.owner = THIS_MODULE,							\
	.open = __name##_open,							\
	.read = seq_read,							\
	.llseek = seq_lseek,							\
	.release = seq_release,							\
}

#endif
