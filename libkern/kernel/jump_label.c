// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changing static keys.
 *
 * The count is the key: no code is patched, so a change is one atomic update
 * that refuses what the kernel refuses. A full barrier follows, so that the
 * change is visible everywhere before anything the caller does next.
 */
#include <linux/export.h>
#include <linux/jump_label_ratelimit.h>

void static_key_slow_inc(struct static_key *key)
{
	atomic_inc_return(&key->enabled);
}
EXPORT_SYMBOL_GPL(static_key_slow_inc);

bool static_key_fast_inc_not_disabled(struct static_key *key)
{
	return atomic_inc_not_zero(&key->enabled);
}
EXPORT_SYMBOL_GPL(static_key_fast_inc_not_disabled);

void static_key_slow_dec(struct static_key *key)
{
	WARN_ON_ONCE(!atomic_add_unless(&key->enabled, -1, 0));
}
EXPORT_SYMBOL_GPL(static_key_slow_dec);

/* Only a key that is plainly on or off can be switched. */
static void switch_key(struct static_key *key, int from, int to)
{
	int seen = atomic_cmpxchg(&key->enabled, from, to);

	WARN_ON_ONCE(seen != from && seen != to);
}

void static_key_enable(struct static_key *key)
{
	switch_key(key, 0, 1);
}
EXPORT_SYMBOL_GPL(static_key_enable);

void static_key_disable(struct static_key *key)
{
	switch_key(key, 1, 0);
}
EXPORT_SYMBOL_GPL(static_key_disable);

void jump_label_update_timeout(struct work_struct *work)
{
	struct static_key_deferred *late =
		container_of(work, struct static_key_deferred, work.work);

	static_key_slow_dec(&late->key);
}
EXPORT_SYMBOL_GPL(jump_label_update_timeout);

void __static_key_slow_dec_deferred(struct static_key *key, struct delayed_work *work,
				    unsigned long timeout)
{
	if (WARN_ON_ONCE(!static_key_count(key)))
		return;
	if (!atomic_add_unless(&key->enabled, -1, 1))
		schedule_delayed_work(work, timeout);
}
EXPORT_SYMBOL_GPL(__static_key_slow_dec_deferred);

void __static_key_deferred_flush(void *key __always_unused, struct delayed_work *work)
{
	flush_delayed_work(work);
}
EXPORT_SYMBOL_GPL(__static_key_deferred_flush);

void jump_label_rate_limit(struct static_key_deferred *key, unsigned long rl)
{
	key->timeout = rl;
	INIT_DELAYED_WORK(&key->work, jump_label_update_timeout);
}
EXPORT_SYMBOL_GPL(jump_label_rate_limit);
