/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the sender's NIC would have done to a frame captured above it.
 */
#ifndef EMUNIC_WIRE_OFFLOAD_H
#define EMUNIC_WIRE_OFFLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A frame captured on the sending host carries, with checksum offload, only the sum
 * of the pseudo header in its TCP checksum. Complete it in place; true when the
 * frame was of that kind.
 */
bool offload_complete_checksum(uint8_t *frame, size_t len);

#endif
