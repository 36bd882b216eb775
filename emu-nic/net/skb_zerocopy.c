// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket buffers: completion of MSG_ZEROCOPY calls.
 *
 * A completion object lives in the control block of the skb that will be its
 * notification. While somebody holds a reference it collects: the sender adds calls
 * to it under the socket lock, and who had to copy says so. Each of them has a
 * reference, so dropping the last one orders all that before the notification is
 * written, in any context, over the object. Contract: net/core/skbuff.c.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/errqueue.h>
#include <linux/export.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>
#include <linux/skbuff.h>
#include <linux/skbuff_ref.h>
#include <net/sock.h>

/* One object stands for so many bytes at most, so that memory comes back in time. */
#define ZEROCOPY_BYTES_MAX	(1u << 19)

static_assert(sizeof(struct ubuf_info_msgzc) <= sizeof_field(struct sk_buff, cb));
static_assert(sizeof(struct sock_exterr_skb) <= sizeof_field(struct sk_buff, cb));

/* --- Locked memory ------------------------------------------------------- */

int mm_account_pinned_pages(struct mmpin *mmp, size_t size)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK), pages = (size >> PAGE_SHIFT) + 2;
	struct user_struct *user = mmp->user ?: current_user();

	if (capable(CAP_IPC_LOCK) || !size || limit == RLIM_INFINITY)
		return 0;
	if ((unsigned long)atomic_long_add_return(pages, &user->locked_vm) > limit >> PAGE_SHIFT) {
		atomic_long_sub(pages, &user->locked_vm);
		return -ENOBUFS;
	}
	if (!mmp->user)
		mmp->user = get_uid(user);
	mmp->num_pg += pages;
	return 0;
}
EXPORT_SYMBOL(mm_account_pinned_pages);

void mm_unaccount_pinned_pages(struct mmpin *mmp)
{
	if (!mmp->user)
		return;
	atomic_long_sub(mmp->num_pg, &mmp->user->locked_vm);
	free_uid(mmp->user);
}
EXPORT_SYMBOL(mm_unaccount_pinned_pages);

/* --- Objects ------------------------------------------------------------- */

static struct sk_buff *skb_of_uarg(struct ubuf_info_msgzc *zc)
{
	return container_of((void *)zc, struct sk_buff, cb);
}

static u32 zerocopy_next_id(const struct ubuf_info_msgzc *zc)
{
	return zc->id + zc->len;
}

static struct ubuf_info *msg_zerocopy_alloc(struct sock *sk, size_t size, bool devmem)
{
	struct sk_buff *skb = sock_omalloc(sk, 0, GFP_KERNEL | __GFP_NOWARN);
	struct ubuf_info_msgzc *zc;

	if (!skb)
		return NULL;
	zc = (struct ubuf_info_msgzc *)skb->cb;
	memset(zc, 0, sizeof(*zc));
	if (!devmem && mm_account_pinned_pages(&zc->mmp, size)) {
		consume_skb(skb);
		return NULL;
	}
	zc->ubuf.ops = &msg_zerocopy_ubuf_ops;
	zc->ubuf.flags = SKBFL_ZEROCOPY_FRAG | SKBFL_DONT_ORPHAN;
	refcount_set(&zc->ubuf.refcnt, 1);
	zc->id = atomic_inc_return(&sk->sk_zckey) - 1;
	zc->len = 1;
	zc->bytelen = size;
	zc->zerocopy = 1;
	sock_hold(sk);
	return &zc->ubuf;
}

/* Can @zc stand for one more call, the next one of its socket? */
static bool zerocopy_may_grow(const struct sock *sk, const struct ubuf_info_msgzc *zc, size_t size)
{
	return zc->len < USHRT_MAX - 1 && zc->bytelen + size <= ZEROCOPY_BYTES_MAX &&
	       zerocopy_next_id(zc) == (u32)atomic_read(&sk->sk_zckey);
}

struct ubuf_info *msg_zerocopy_realloc(struct sock *sk, size_t size, struct ubuf_info *uarg,
				       bool devmem)
{
	struct ubuf_info_msgzc *zc;

	if (uarg && uarg->ops != &msg_zerocopy_ubuf_ops)
		return NULL;
	if (!uarg || !zerocopy_may_grow(sk, uarg_to_msgzc(uarg), size))
		return msg_zerocopy_alloc(sk, size, devmem);
	zc = uarg_to_msgzc(uarg);
	if (!devmem && mm_account_pinned_pages(&zc->mmp, size))
		return NULL;
	zc->len++;
	zc->bytelen += size;
	atomic_inc(&sk->sk_zckey);
	net_zcopy_get(uarg);
	return uarg;
}
EXPORT_SYMBOL(msg_zerocopy_realloc);

/* An id that another call has followed meanwhile cannot be had again: it is reported. */
void msg_zerocopy_put_abort(struct ubuf_info *uarg, bool have_uref)
{
	struct ubuf_info_msgzc *zc = uarg_to_msgzc(uarg);
	struct sock *sk = skb_of_uarg(zc)->sk;

	if (zerocopy_next_id(zc) == (u32)atomic_read(&sk->sk_zckey)) {
		atomic_dec(&sk->sk_zckey);
		zc->len--;
	}
	if (have_uref)
		net_zcopy_put(uarg);
}
EXPORT_SYMBOL(msg_zerocopy_put_abort);

/* --- Notifications ------------------------------------------------------- */

/* Does the entry go on where the last one of the queue ends? Then that one grows. */
static bool zerocopy_extend(struct sk_buff *last, const struct sock_extended_err *ee)
{
	struct sock_extended_err *tail = last ? &SKB_EXT_ERR(last)->ee : NULL;
	u64 calls;

	if (!tail || tail->ee_origin != SO_EE_ORIGIN_ZEROCOPY || ee->ee_info != tail->ee_data + 1)
		return false;
	calls = (u64)(u32)(ee->ee_data - ee->ee_info) + (u32)(tail->ee_data - tail->ee_info) + 2;
	if (calls > U32_MAX)
		return false;
	tail->ee_data = ee->ee_data;
	return true;
}

/* What the application will be told of the object whose place the entry takes. */
static void zerocopy_entry(struct ubuf_info_msgzc *zc, struct sock_exterr_skb *serr)
{
	const struct sock_extended_err ee = {
		.ee_origin = SO_EE_ORIGIN_ZEROCOPY,
		.ee_code = zc->zerocopy ? 0 : SO_EE_CODE_ZEROCOPY_COPIED,
		.ee_info = zc->id,
		.ee_data = zerocopy_next_id(zc) - 1,
	};

	memset(serr, 0, sizeof(*serr));
	serr->ee = ee;
}

/* Nobody has the object any more. */
static void zerocopy_notify(struct ubuf_info_msgzc *zc)
{
	struct sk_buff *skb = skb_of_uarg(zc);
	struct sock *sk = skb->sk;
	struct sk_buff_head *q = &sk->sk_error_queue;

	mm_unaccount_pinned_pages(&zc->mmp);
	if (zc->len && !sock_flag(sk, SOCK_DEAD)) {
		zerocopy_entry(zc, SKB_EXT_ERR(skb));
		scoped_guard(spinlock_irqsave, &q->lock) {
			if (!zerocopy_extend(skb_peek_tail(q), &SKB_EXT_ERR(skb)->ee)) {
				__skb_queue_tail(q, skb);
				skb = NULL;
			}
		}
		sk_error_report(sk);
	}
	consume_skb(skb);
	sock_put(sk);
}

static void msg_zerocopy_complete(struct sk_buff *skb, struct ubuf_info *uarg, bool success)
{
	struct ubuf_info_msgzc *zc = uarg_to_msgzc(uarg);

	if (!success)
		WRITE_ONCE(zc->zerocopy, 0);
	if (refcount_dec_and_test(&uarg->refcnt))
		zerocopy_notify(zc);
}

const struct ubuf_info_ops msg_zerocopy_ubuf_ops = {
	.complete = msg_zerocopy_complete,
};
EXPORT_SYMBOL(msg_zerocopy_ubuf_ops);

/* --- Copying after all --------------------------------------------------- */

static void frags_put(skb_frag_t *frags, int n)
{
	while (n--)
		put_netmem(skb_frag_netmem(&frags[n]));
}

/* Fills @fresh with pages holding the @left bytes behind the linear part; how many, -ENOMEM. */
static int frags_copy(const struct sk_buff *skb, skb_frag_t *fresh, unsigned int left, gfp_t gfp)
{
	unsigned int at = skb_headlen(skb), n, order = 0;
	struct page *page;
	int nr;

	while (left > MAX_SKB_FRAGS * PAGE_SIZE << order)
		order++;
	for (nr = 0; left; nr++, at += n, left -= n) {
		page = alloc_pages(gfp | __GFP_NOWARN | (order ? __GFP_COMP : 0), order);
		if (!page) {
			frags_put(fresh, nr);
			return -ENOMEM;
		}
		n = min_t(unsigned int, left, PAGE_SIZE << order);
		WARN_ON_ONCE(skb_copy_bits(skb, at, page_address(page), n));
		skb_frag_fill_page_desc(&fresh[nr], page, 0, n);
	}
	return nr;
}

static int skb_own_frags(struct sk_buff *skb, gfp_t gfp)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	skb_frag_t fresh[MAX_SKB_FRAGS];
	unsigned int bytes = 0;
	int i, nr;

	for (i = 0; i < shinfo->nr_frags; i++)
		bytes += skb_frag_size(&shinfo->frags[i]);
	nr = frags_copy(skb, fresh, bytes, gfp);
	if (nr < 0)
		return nr;
	for (i = 0; i < shinfo->nr_frags; i++)
		skb_frag_unref(skb, i);
	memcpy(shinfo->frags, fresh, nr * sizeof(fresh[0]));
	shinfo->nr_frags = nr;
	return 0;
}

int skb_copy_ubufs(struct sk_buff *skb, gfp_t gfp_mask)
{
	int err;

	if (skb_shared(skb) || (skb_cloned(skb) && pskb_expand_head(skb, 0, 0, gfp_mask)))
		return -EINVAL;
	if (!skb_frags_readable(skb))
		return -EFAULT;
	err = skb_own_frags(skb, gfp_mask);
	if (!err)
		skb_zcopy_clear(skb, false);
	return err;
}
EXPORT_SYMBOL(skb_copy_ubufs);
