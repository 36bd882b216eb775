// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes of pages in the direct map. Nothing is encrypted here, so there is nothing to
 * change; the calls exist to be counted and made to fail by those who test error paths.
 */
#include <asm/set_memory.h>
#include <linux/error-injection.h>
#include <linux/kernel.h>

int set_memory_encrypted(unsigned long address, int numpages)
{
	might_sleep();
	udm_inject_return(set_memory_encrypted);
	return 0;
}
ALLOW_ERROR_INJECTION(set_memory_encrypted, ERRNO);

int set_memory_decrypted(unsigned long address, int numpages)
{
	might_sleep();
	udm_inject_return(set_memory_decrypted);
	return 0;
}
ALLOW_ERROR_INJECTION(set_memory_decrypted, ERRNO);
