// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sequential files: a walk over records, printed and handed out in pieces.
 *
 * The buffer holds printed text not yet read: count bytes in all, the first from
 * of them already handed out. m->index is the record to continue with. A record
 * that overflows the buffer is dropped and printed again, alone, into one twice
 * as large. A read at another position than the last one starts from record 0
 * and skips.
 */
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/uaccess.h>

static int buffer_grow(struct seq_file *m)
{
	size_t size = m->size ? m->size * 2 : PAGE_SIZE;

	kvfree(m->buf);
	m->count = 0;
	m->from = 0;
	m->buf = size > INT_MAX ? NULL : kvmalloc(size, GFP_KERNEL_ACCOUNT);
	m->size = m->buf ? size : 0;
	return m->buf ? 0 : -ENOMEM;
}

int seq_open(struct file *file, const struct seq_operations *op)
{
	struct seq_file *m;

	WARN_ON(file->private_data);
	m = kzalloc(sizeof(*m), GFP_KERNEL_ACCOUNT);
	if (!m)
		return -ENOMEM;
	mutex_init(&m->lock);
	m->op = op;
	m->file = file;
	file->private_data = m;
	file->f_mode &= ~FMODE_PWRITE;
	return 0;
}
EXPORT_SYMBOL(seq_open);

/* Prints one record. > 0: nothing was printed (skipped), 0, or an error of the record. */
static int show_record(struct seq_file *m, void *record)
{
	size_t before = m->count;
	int res = m->op->show(m, record);

	if (res)
		m->count = before;
	return res;
}

/*
 * Prints records from m->index on until the buffer holds at least one whole
 * record, and then as many more as fit without growing it up to want bytes.
 * Returns 0 or a negative errno; an empty buffer means the end.
 */
static int fill_buffer(struct seq_file *m, size_t want)
{
	loff_t pos = m->index;
	void *record;
	int err = 0;

	if (!m->buf && buffer_grow(m))
		return -ENOMEM;
	record = m->op->start(m, &pos);
	while (!IS_ERR_OR_NULL(record)) {
		size_t before = m->count;

		err = show_record(m, record);
		if (err < 0)
			break;
		if (seq_has_overflowed(m)) {
			m->count = before;
			if (before)
				break;
			m->op->stop(m, record);
			if (buffer_grow(m))
				return -ENOMEM;
			pos = m->index;
			record = m->op->start(m, &pos);
			continue;
		}
		record = m->op->next(m, record, &pos);
		m->index = pos;
		if (m->count >= want)
			break;
	}
	m->op->stop(m, record);
	if (IS_ERR(record))
		err = PTR_ERR(record);
	return err < 0 && !m->count ? err : 0;
}

/* Hands out what the buffer holds; bytes or -EFAULT. */
static ssize_t drain_buffer(struct seq_file *m, char __user *buf, size_t size)
{
	size_t n = min(m->count - m->from, size);

	if (copy_to_user(buf, m->buf + m->from, n))
		return -EFAULT;
	m->from += n;
	if (m->from == m->count)
		m->from = m->count = 0;
	return n;
}

/* Brings the walk to text position offset. */
static int traverse(struct seq_file *m, loff_t offset)
{
	loff_t skipped = 0;
	int err;

	m->index = 0;
	m->from = m->count = 0;
	while (skipped < offset) {
		err = fill_buffer(m, 1);
		if (err)
			return err;
		if (!m->count)
			break;
		m->from = min_t(loff_t, m->count, offset - skipped);
		skipped += m->from;
		if (m->from == m->count)
			m->from = m->count = 0;
	}
	return 0;
}

ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *ppos)
{
	struct seq_file *m = file->private_data;
	ssize_t copied = 0, n;
	int err = 0;

	if (!size)
		return 0;
	mutex_lock(&m->lock);
	if (*ppos != m->read_pos || !*ppos) {
		err = traverse(m, *ppos);
		if (err) {
			m->read_pos = 0;
			goto out;
		}
		m->read_pos = *ppos;
	}
	while ((size_t)copied < size) {
		if (m->from == m->count)
			err = fill_buffer(m, size - copied);
		if (err || !m->count)
			break;
		n = drain_buffer(m, buf + copied, size - copied);
		if (n < 0) {
			err = n;
			break;
		}
		copied += n;
	}
out:
	if (copied)
		*ppos += copied;
	m->read_pos += copied;
	mutex_unlock(&m->lock);
	return copied ? copied : err;
}
EXPORT_SYMBOL(seq_read);

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	struct seq_file *m = file->private_data;
	loff_t target = -EINVAL;
	int err = 0;

	mutex_lock(&m->lock);
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence != SEEK_SET)
		offset = -1;
	if (offset < 0)
		goto out;
	target = offset;
	if (offset == m->read_pos) {
		file->f_pos = offset;
		goto out;
	}
	err = traverse(m, offset);
	m->read_pos = err ? 0 : offset;
	file->f_pos = m->read_pos;
	if (err)
		target = err;
out:
	mutex_unlock(&m->lock);
	return target;
}
EXPORT_SYMBOL(seq_lseek);

int seq_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kvfree(m->buf);
	kfree(m);
	return 0;
}
EXPORT_SYMBOL(seq_release);

/* Printing. */

static void mark_overflow(struct seq_file *m)
{
	m->count = m->size;
}

void seq_vprintf(struct seq_file *m, const char *fmt, va_list args)
{
	size_t room = m->size - m->count;
	int len;

	if (!room)
		return;
	len = vsnprintf(m->buf + m->count, room, fmt, args);
	if ((size_t)len < room)
		m->count += len;
	else
		mark_overflow(m);
}
EXPORT_SYMBOL(seq_vprintf);

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	seq_vprintf(m, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL(seq_printf);

int seq_write(struct seq_file *m, const void *data, size_t len)
{
	if (len >= m->size - m->count) {
		mark_overflow(m);
		return -1;
	}
	memcpy(m->buf + m->count, data, len);
	m->count += len;
	return 0;
}
EXPORT_SYMBOL(seq_write);

void seq_putc(struct seq_file *m, char c)
{
	seq_write(m, &c, 1);
}
EXPORT_SYMBOL(seq_putc);

void seq_puts(struct seq_file *m, const char *s)
{
	seq_write(m, s, strlen(s));
}
EXPORT_SYMBOL(seq_puts);

void seq_put_decimal_ull(struct seq_file *m, const char *delimiter, unsigned long long num)
{
	seq_printf(m, "%s%llu", delimiter ? delimiter : "", num);
}
EXPORT_SYMBOL(seq_put_decimal_ull);

void seq_put_decimal_ll(struct seq_file *m, const char *delimiter, long long num)
{
	seq_printf(m, "%s%lld", delimiter ? delimiter : "", num);
}
EXPORT_SYMBOL(seq_put_decimal_ll);

void seq_put_hex_ll(struct seq_file *m, const char *delimiter, unsigned long long v,
		    unsigned int width)
{
	seq_printf(m, "%s%0*llx", delimiter ? delimiter : "", (int)width, v);
}

void seq_pad(struct seq_file *m, char c)
{
	while (m->count < m->pad_until && !seq_has_overflowed(m))
		seq_putc(m, ' ');
	if (c)
		seq_putc(m, c);
}
EXPORT_SYMBOL(seq_pad);

/* Files with a single record, whose data is in m->private. */

static void *single_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? NULL : SEQ_START_TOKEN;
}

static void *single_next(struct seq_file *m, void *record, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void single_stop(struct seq_file *m, void *record)
{
}

int single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data)
{
	struct seq_operations *op = kmalloc(sizeof(*op), GFP_KERNEL_ACCOUNT);
	int err;

	if (!op)
		return -ENOMEM;
	*op = (struct seq_operations){
		.start = single_start,
		.next = single_next,
		.stop = single_stop,
		.show = show,
	};
	err = seq_open(file, op);
	if (err)
		kfree(op);
	else
		((struct seq_file *)file->private_data)->private = data;
	return err;
}
EXPORT_SYMBOL(single_open);

int single_open_size(struct file *file, int (*show)(struct seq_file *m, void *v), void *data,
		     size_t size)
{
	char *buf = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	struct seq_file *m;
	int err;

	if (!buf)
		return -ENOMEM;
	err = single_open(file, show, data);
	if (err) {
		kvfree(buf);
		return err;
	}
	m = file->private_data;
	m->buf = buf;
	m->size = size;
	return 0;
}
EXPORT_SYMBOL(single_open_size);

int single_release(struct inode *inode, struct file *file)
{
	const struct seq_operations *op = ((struct seq_file *)file->private_data)->op;
	int err = seq_release(inode, file);

	kfree(op);
	return err;
}
EXPORT_SYMBOL(single_release);

void *__seq_open_private(struct file *file, const struct seq_operations *op, int psize)
{
	void *private = kzalloc(psize, GFP_KERNEL_ACCOUNT);

	if (!private)
		return NULL;
	if (seq_open(file, op)) {
		kfree(private);
		return NULL;
	}
	((struct seq_file *)file->private_data)->private = private;
	return private;
}
EXPORT_SYMBOL(__seq_open_private);

int seq_open_private(struct file *file, const struct seq_operations *op, int psize)
{
	return __seq_open_private(file, op, psize) ? 0 : -ENOMEM;
}
EXPORT_SYMBOL(seq_open_private);

int seq_release_private(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kfree(m->private);
	m->private = NULL;
	return seq_release(inode, file);
}
EXPORT_SYMBOL(seq_release_private);

/* Lists. */

struct list_head *seq_list_start(struct list_head *head, loff_t pos)
{
	struct list_head *entry;

	list_for_each(entry, head)
		if (!pos--)
			return entry;
	return NULL;
}
EXPORT_SYMBOL(seq_list_start);

struct list_head *seq_list_start_head(struct list_head *head, loff_t pos)
{
	return pos ? seq_list_start(head, pos - 1) : head;
}
EXPORT_SYMBOL(seq_list_start_head);

struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *ppos)
{
	struct list_head *entry = ((struct list_head *)v)->next;

	++*ppos;
	return entry == head ? NULL : entry;
}
EXPORT_SYMBOL(seq_list_next);

void seq_escape_mem(struct seq_file *m, const char *src, size_t len, unsigned int flags,
		    const char *esc)
{
	size_t room = m->size - m->count;
	int need = string_escape_mem(src, len, m->buf + m->count, room, flags, esc);

	if ((size_t)need < room)
		m->count += need;
	else
		m->count = m->size;
}
EXPORT_SYMBOL(seq_escape_mem);

void seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type, int rowsize,
		  int groupsize, const void *buf, size_t len, bool ascii)
{
	char text[32 * 3 + 2 + 32 + 1];

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	for (size_t at = 0; at < len && !seq_has_overflowed(m); at += rowsize) {
		const u8 *row = (const u8 *)buf + at;

		hex_dump_to_buffer(row, min_t(size_t, len - at, rowsize), rowsize, groupsize, text,
				   sizeof(text), ascii);
		if (prefix_type == DUMP_PREFIX_ADDRESS)
			seq_printf(m, "%s%p: ", prefix_str, row);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			seq_printf(m, "%s%.8zx: ", prefix_str, at);
		else
			seq_puts(m, prefix_str);
		seq_printf(m, "%s\n", text);
	}
}
EXPORT_SYMBOL(seq_hex_dump);
