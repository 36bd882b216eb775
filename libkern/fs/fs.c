// SPDX-License-Identifier: GPL-2.0-only
/*
 * Start and stop of the file layer.
 *
 * At shutdown mappings and descriptors that the program left open are closed, as
 * at the end of a process: before any library is stopped, so that releasing what
 * they hold finds everything in place.
 */
/* Behind all libraries: the first exitcall of all. */
#undef UDM_INIT_RANK
#define UDM_INIT_RANK 1000

#include <linux/array_size.h>
#include <linux/file.h>
#include <linux/init.h>
#include <linux/rcupdate.h>

#include "libkern/fs/internal.h"
#include "libkern/fs/mmap.h"
#include "libkern/kernel/cred.h"
#include "libkern/subsystem.h"

struct fs_part {
	int (*init)(void);
	void (*exit)(void);
};

static int chrdev_start(void)
{
	chrdev_init();
	return 0;
}

static void chrdev_stop(void)
{
}

/* In order of start. */
static const struct fs_part parts[] = {
	{ inode_init, inode_exit },
	{ file_table_init, file_table_exit },
	{ files_init, files_exit },
	{ anon_inode_init, anon_inode_exit },
	{ host_file_init, host_file_exit },
	{ host_calls_init, host_calls_exit },
	{ chrdev_start, chrdev_stop },
	{ misc_init, misc_exit },
	{ vma_init_host, vma_exit_host },
};

static void stop_parts(unsigned int nr)
{
	while (nr--) {
		parts[nr].exit();
		flush_delayed_fput();
	}
}

int fs_boot(const struct udm_config *cfg)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		int err = parts[i].init();

		if (err) {
			stop_parts(i);
			return err;
		}
	}
	return 0;
}

void fs_shutdown(void)
{
	stop_parts(ARRAY_SIZE(parts));
}

static int __init process_start(void)
{
	return 0;
}
late_initcall_sync(process_start);

static void __exit process_end(void)
{
	vma_close_all();
	files_close_all();
	exit_creds(current);
	flush_delayed_fput();
	rcu_barrier();
}
__exitcall(process_end);
