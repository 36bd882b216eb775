/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fragments that are still the sender's: part of linux/skbuff.h, include that.
 *
 * A completion object (struct ubuf_info) stands for the memory of one or several
 * calls. Each skb tied to it holds one reference, shared by the clones of the skb;
 * with the last reference the owner is told that the memory is its own again. An
 * skb is tied to one object at most. Contract: include/linux/skbuff.h.
 */
#ifndef _LINUX_SKBUFF_ZCOPY_H
#define _LINUX_SKBUFF_ZCOPY_H

#include <linux/container_of.h>
#include <linux/skbuff.h>

struct ubuf_info;
struct user_struct;

/**
 * struct ubuf_info_ops - what becomes of a completion object
 * @complete: drops one reference; @zerocopy_success is false if the data of @skb (or
 *	NULL) was copied after all. Any context but hard interrupts.
 * @link_skb: ties an skb to the object in the owner's way, or NULL.
 */
struct ubuf_info_ops {
	void (*complete)(struct sk_buff *skb, struct ubuf_info *uarg, bool zerocopy_success);
	int (*link_skb)(struct sk_buff *skb, struct ubuf_info *uarg);
};

struct ubuf_info {
	const struct ubuf_info_ops *ops;
	refcount_t refcnt;
	u8 flags;		/* SKBFL_* of skbs tied to it */
};

/* Pages of a user that are accounted as locked. */
struct mmpin {
	struct user_struct *user;
	unsigned int num_pg;
};

/* One or several MSG_ZEROCOPY calls; in skb->cb of the notification to come. */
struct ubuf_info_msgzc {
	struct ubuf_info ubuf;
	union {
		struct {
			unsigned long desc;
			void *ctx;
		};
		struct {
			u32 id;		/* of the first call */
			u16 len;	/* calls */
			u16 zerocopy;	/* nothing was copied so far */
			u32 bytelen;	/* what the calls wanted to send */
		};
	};
	struct mmpin mmp;
};

#define skb_uarg(SKB)	((struct ubuf_info *)(skb_shinfo(SKB)->destructor_arg))
#define uarg_to_msgzc(ubuf_ptr)	container_of((ubuf_ptr), struct ubuf_info_msgzc, ubuf)

extern const struct ubuf_info_ops msg_zerocopy_ubuf_ops;

/*
 * The object for a MSG_ZEROCOPY call of @size bytes on @sk, with a reference: @uarg, the
 * one of the last skb queued, if it can stand for one more call, else a new one. Takes
 * the socket's next id. @devmem: the bytes are device memory, no pages get locked. NULL:
 * no memory, too much of it, or @uarg is of another kind. Socket lock held, may sleep.
 * net/core/skbuff.c.
 */
struct ubuf_info *msg_zerocopy_realloc(struct sock *sk, size_t size, struct ubuf_info *uarg,
				       bool devmem);
/* The call came to nothing: gives its id back, and its reference if @have_uref. */
void msg_zerocopy_put_abort(struct ubuf_info *uarg, bool have_uref);

/*
 * Account @size bytes as locked by the current user, on top of what @mmp has: -ENOBUFS
 * beyond RLIMIT_MEMLOCK, which CAP_IPC_LOCK lifts. And all of @mmp back. Process context;
 * giving back in any.
 */
int mm_account_pinned_pages(struct mmpin *mmp, size_t size);
void mm_unaccount_pinned_pages(struct mmpin *mmp);

/*
 * Gives @skb, which must not be shared, private copies of its fragments; its object is
 * told that they were copied. 0; -EINVAL no private head; -ENOMEM; -EFAULT unreadable.
 */
int skb_copy_ubufs(struct sk_buff *skb, gfp_t gfp_mask);

/* The object @skb is tied to, or NULL. */
static inline struct ubuf_info *skb_zcopy(struct sk_buff *skb)
{
	return skb && skb_has_zcopy(skb) ? skb_uarg(skb) : NULL;
}

/* All its data is the sender's and none of it is charged as kernel memory. */
static inline bool skb_zcopy_pure(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->flags & SKBFL_PURE_ZEROCOPY;
}

static inline void net_zcopy_get(struct ubuf_info *uarg)
{
	refcount_inc(&uarg->refcnt);
}

/* NULL is fine in both. */
static inline void net_zcopy_put(struct ubuf_info *uarg)
{
	if (uarg)
		uarg->ops->complete(NULL, uarg, true);
}

static inline void net_zcopy_put_abort(struct ubuf_info *uarg, bool have_uref)
{
	if (!uarg)
		return;
	if (uarg->ops == &msg_zerocopy_ubuf_ops)
		msg_zerocopy_put_abort(uarg, have_uref);
	else if (have_uref)
		net_zcopy_put(uarg);
}

static inline void skb_zcopy_init(struct sk_buff *skb, struct ubuf_info *uarg)
{
	skb_shinfo(skb)->destructor_arg = uarg;
	skb_shinfo(skb)->flags |= uarg->flags;
}

/* Ties @skb to @uarg unless it is tied already; *@have_ref: a reference it may take over. */
static inline void skb_zcopy_set(struct sk_buff *skb, struct ubuf_info *uarg, bool *have_ref)
{
	if (!skb || !uarg || skb_zcopy(skb))
		return;
	if (have_ref && *have_ref)
		*have_ref = false;
	else
		net_zcopy_get(uarg);
	skb_zcopy_init(skb, uarg);
}

/* Unties @skb. */
static inline void skb_zcopy_clear(struct sk_buff *skb, bool zerocopy_success)
{
	struct ubuf_info *uarg = skb_zcopy(skb);

	if (!uarg)
		return;
	skb_shinfo(skb)->flags &= ~SKBFL_ALL_ZEROCOPY;
	uarg->ops->complete(skb, uarg, zerocopy_success);
}

/* Before a clone is kept for long: copies unless the owner can wait. 0 or a negative errno. */
static inline int skb_orphan_frags(struct sk_buff *skb, gfp_t gfp_mask)
{
	if (!skb_has_zcopy(skb) || (skb_shinfo(skb)->flags & SKBFL_DONT_ORPHAN))
		return 0;
	return skb_copy_ubufs(skb, gfp_mask);
}

/* Before a receiver has it, who may keep it for ever. */
static inline int skb_orphan_frags_rx(struct sk_buff *skb, gfp_t gfp_mask)
{
	return skb_has_zcopy(skb) ? skb_copy_ubufs(skb, gfp_mask) : 0;
}

#endif
