// SPDX-License-Identifier: GPL-2.0-only
/* In place of the test program, where libmnl was not found. */
#include <stdio.h>

enum { SKIPPED = 77 };

int main(void)
{
	puts("mnl: skipped: libmnl (libmnl-dev) was not there when this was configured");
	return SKIPPED;
}
