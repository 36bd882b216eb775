// SPDX-License-Identifier: GPL-2.0-only
/*
 * The word that stands for all fences in programs built with ThreadSanitizer:
 * see asm/barrier.h.
 */
#include <asm/barrier.h>
#include <linux/export.h>

int udm_tsan_fence_word;
EXPORT_SYMBOL(udm_tsan_fence_word);
