/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of red-black trees that structures hold. Kernel path: linux/rbtree_types.h. */
#ifndef _UDM_LINUX_RBTREE_TYPES_H
#define _UDM_LINUX_RBTREE_TYPES_H

#include <linux/stddef.h>

/* The parent's address with the colour in bit 0: 0 red, 1 black. */
struct rb_node {
	unsigned long __rb_parent_color;
	struct rb_node *rb_right;
	struct rb_node *rb_left;
} __attribute__((aligned(sizeof(long))));

struct rb_root {
	struct rb_node *rb_node;
};

/* A root that knows its first node. */
struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

#define RB_ROOT ((struct rb_root){ NULL })
#define RB_ROOT_CACHED ((struct rb_root_cached){ { NULL }, NULL })

#endif
