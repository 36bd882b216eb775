/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Indices of a ring whose size is a power of two, with one slot always empty.
 * The counts to the end are those that can be copied in one piece. Plain arithmetic: a
 * reader and a writer order their accesses to the indices themselves.
 * Kernel path: linux/circ_buf.h.
 */
#ifndef _LINUX_CIRC_BUF_H
#define _LINUX_CIRC_BUF_H

struct circ_buf {
	char *buf;
	int head;		/* where the writer puts the next */
	int tail;		/* where the reader takes the next */
};

#define CIRC_CNT(head, tail, size) (((head) - (tail)) & ((size) - 1))
#define CIRC_SPACE(head, tail, size) CIRC_CNT((tail), (head) + 1, (size))
#define CIRC_CNT_TO_END(head, tail, size)					\
	({									\
		int __filled = CIRC_CNT((head), (tail), (size));		\
		int __run = (size) - (tail);					\
		__filled < __run ? __filled : __run;				\
	})
#define CIRC_SPACE_TO_END(head, tail, size)					\
	({									\
		int __at = (head);						\
		int __room = CIRC_SPACE(__at, (tail), (size));			\
		int __run = (size) - __at;					\
		__room < __run ? __room : __run;				\
	})

#endif
