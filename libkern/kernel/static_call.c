// SPDX-License-Identifier: GPL-2.0-only
/* Where static calls go that have no target. */
#include <linux/export.h>
#include <linux/static_call.h>

long __static_call_return0(void)
{
	return 0;
}
EXPORT_SYMBOL_GPL(__static_call_return0);

void __static_call_nop(void)
{
}
EXPORT_SYMBOL_GPL(__static_call_nop);
