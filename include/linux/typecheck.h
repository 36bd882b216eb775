/* SPDX-License-Identifier: GPL-2.0-only */
/* Type checks that generate nothing. Kernel path: linux/typecheck.h. */
#ifndef _UDM_LINUX_TYPECHECK_H
#define _UDM_LINUX_TYPECHECK_H

#define typecheck(type, x)                                                                         \
	({                                                                                         \
		_Static_assert(__builtin_types_compatible_p(type, typeof(x)), "wrong type");       \
		1;                                                                                 \
	})
#define typecheck_fn(type, function)                                                               \
	({                                                                                         \
		typeof(type) *__checked = function;                                                \
		(void)__checked;                                                                   \
	})
#define typecheck_pointer(x)                                                                       \
	({                                                                                         \
		(void)sizeof(*(x));                                                                \
		1;                                                                                 \
	})

#endif
