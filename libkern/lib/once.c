// SPDX-License-Identifier: GPL-2.0-only
/*
 * Once per call site, until re-armed.
 *
 * A site that fires pushes itself on a list, so that the sites that have fired
 * can be found again without any cost for those that have not.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/once_lite.h>

static struct udm_once *fired;

bool udm_once_claim(struct udm_once *site)
{
	bool first = !xchg(&site->done, true);

	/* The claim makes this the only thread that touches site->next. */
	if (first) {
		site->next = READ_ONCE(fired);
		while (!try_cmpxchg(&fired, &site->next, site))
			;
	}
	return first;
}
EXPORT_SYMBOL(udm_once_claim);

void udm_once_reset(void)
{
	struct udm_once *site = xchg(&fired, NULL);

	while (site) {
		struct udm_once *next = site->next;

		/* Armed only when off the list: from here on it may be claimed again. */
		smp_store_release(&site->done, false);
		site = next;
	}
}
EXPORT_SYMBOL(udm_once_reset);
