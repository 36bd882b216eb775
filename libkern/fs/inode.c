// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inodes. All of them live in memory and go with their last reference.
 */
#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include "libkern/fs/internal.h"

static struct kmem_cache *inode_cache;
static atomic_t last_ino = ATOMIC_INIT(0);

int inode_init(void)
{
	atomic_set(&last_ino, 0);
	inode_cache = kmem_cache_create("inode_cache", sizeof(struct inode), 0,
					SLAB_RECLAIM_ACCOUNT, NULL);
	return inode_cache ? 0 : -ENOMEM;
}

void inode_exit(void)
{
	kmem_cache_destroy(inode_cache);
	inode_cache = NULL;
}

/* 0 means "no inode" to some programs. */
unsigned int get_next_ino(void)
{
	unsigned int ino = atomic_inc_return(&last_ino);

	return ino ? ino : (unsigned int)atomic_inc_return(&last_ino);
}
EXPORT_SYMBOL(get_next_ino);

struct inode *new_inode(struct super_block *sb)
{
	struct inode *inode = kmem_cache_zalloc(inode_cache, GFP_KERNEL);

	if (!inode)
		return NULL;
	inode->i_sb = sb;
	inode->i_mapping = &inode->i_data;
	inode->i_data.host = inode;
	atomic_set(&inode->i_count, 1);
	spin_lock_init(&inode->i_lock);
	init_rwsem(&inode->i_rwsem);
	return inode;
}
EXPORT_SYMBOL(new_inode);

struct inode *alloc_anon_inode(struct super_block *sb)
{
	struct inode *inode = new_inode(sb);

	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->i_ino = get_next_ino();
	inode->i_mode = S_IRUSR | S_IWUSR;
	inode->i_uid = current_fsuid();
	inode->i_gid = current_fsgid();
	return inode;
}
EXPORT_SYMBOL(alloc_anon_inode);

void ihold(struct inode *inode)
{
	WARN_ON(atomic_inc_return(&inode->i_count) < 2);
}
EXPORT_SYMBOL(ihold);

void iput(struct inode *inode)
{
	if (!inode || !atomic_dec_and_test(&inode->i_count))
		return;
	if (inode->i_sb->s_op && inode->i_sb->s_op->evict_inode)
		inode->i_sb->s_op->evict_inode(inode);
	kmem_cache_free(inode_cache, inode);
}
EXPORT_SYMBOL(iput);

void inode_set_bytes(struct inode *inode, loff_t bytes)
{
	inode->i_blocks = bytes >> 9;
	inode->i_bytes = bytes & 511;
}
EXPORT_SYMBOL(inode_set_bytes);
