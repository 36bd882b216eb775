/* SPDX-License-Identifier: GPL-2.0-only */
/* Words for truth values. Kernel path: linux/string_choices.h. */
#ifndef _UDM_LINUX_STRING_CHOICES_H
#define _UDM_LINUX_STRING_CHOICES_H

#include <linux/types.h>

#define __STR_CHOICE(name, yes, no)                                                                \
	static inline const char *name(bool v)                                                     \
	{                                                                                          \
		return v ? yes : no;                                                               \
	}
__STR_CHOICE(str_yes_no, "yes", "no")
__STR_CHOICE(str_no_yes, "no", "yes")
__STR_CHOICE(str_on_off, "on", "off")
__STR_CHOICE(str_off_on, "off", "on")
__STR_CHOICE(str_enable_disable, "enable", "disable")
__STR_CHOICE(str_enabled_disabled, "enabled", "disabled")
__STR_CHOICE(str_disabled_enabled, "disabled", "enabled")
__STR_CHOICE(str_true_false, "true", "false")
__STR_CHOICE(str_false_true, "false", "true")
__STR_CHOICE(str_up_down, "up", "down")
__STR_CHOICE(str_down_up, "down", "up")
__STR_CHOICE(str_read_write, "read", "write")
__STR_CHOICE(str_write_read, "write", "read")
__STR_CHOICE(str_high_low, "high", "low")
__STR_CHOICE(str_low_high, "low", "high")
__STR_CHOICE(str_hi_lo, "hi", "lo")
__STR_CHOICE(str_lo_hi, "lo", "hi")
__STR_CHOICE(str_assert_deassert, "assert", "deassert")
__STR_CHOICE(str_deassert_assert, "deassert", "assert")
__STR_CHOICE(str_input_output, "input", "output")
__STR_CHOICE(str_output_input, "output", "input")
#undef __STR_CHOICE

static inline const char *str_plural(size_t num)
{
	return num == 1 ? "" : "s";
}

#endif
