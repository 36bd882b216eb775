/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * File modes: libc's numbers and the kernel's combinations of them.
 */
#ifndef _UDM_LINUX_STAT_H
#define _UDM_LINUX_STAT_H

#include <sys/stat.h>
#include <linux/time.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#define S_IRWXUGO (S_IRWXU | S_IRWXG | S_IRWXO)
#define S_IALLUGO (S_ISUID | S_ISGID | S_ISVTX | S_IRWXUGO)
#define S_IRUGO (S_IRUSR | S_IRGRP | S_IROTH)
#define S_IWUGO (S_IWUSR | S_IWGRP | S_IWOTH)
#define S_IXUGO (S_IXUSR | S_IXGRP | S_IXOTH)

#endif
