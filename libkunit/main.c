// SPDX-License-Identifier: GPL-2.0-only
/* The main() of a program that consists of KUnit suites: linked where there is no other. */
#include <udevmem/kunit.h>

int main(int argc, char **argv)
{
	return udm_kunit_main(argc, argv);
}
