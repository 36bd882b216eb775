/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BPF programs, as far as network drivers hold them: a reference and what a program
 * says of itself. None can be loaded into this machine, so a driver never gets one from
 * the stack; a test may build one. Adds to the UAPI header. Kernel path: linux/bpf.h.
 */
#ifndef _KERN_LINUX_BPF_H
#define _KERN_LINUX_BPF_H

#include_next <linux/bpf.h>

#include <linux/atomic.h>
#include <linux/types.h>

struct bpf_prog_aux {
	atomic64_t refcnt;
	/* The program can work on buffers in several pieces. */
	bool xdp_has_frags;
	/* Drops what the aux area hangs from; called with the last reference, may be NULL. */
	void (*free)(struct bpf_prog_aux *aux);
};

struct bpf_prog {
	u32 len;
	enum bpf_prog_type type;
	struct bpf_prog_aux *aux;
	/* What the program is: an XDP_* verdict from the context. Must not sleep. */
	unsigned int (*bpf_func)(const void *ctx, const void *insn);
};

static inline void bpf_prog_inc(struct bpf_prog *prog)
{
	atomic64_inc(&prog->aux->refcnt);
}

static inline void bpf_prog_add(struct bpf_prog *prog, int i)
{
	atomic64_add(i, &prog->aux->refcnt);
}

/* Any context. The last reference hands the aux area to its free function. */
static inline void bpf_prog_put(struct bpf_prog *prog)
{
	if (atomic64_dec_and_test(&prog->aux->refcnt) && prog->aux->free)
		prog->aux->free(prog->aux);
}

#endif
