/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who moves the data: TO_DEVICE means that the device reads memory, FROM_DEVICE that
 * it writes memory. Contract: include/linux/dma-direction.h.
 */
#ifndef _LINUX_DMA_DIRECTION_H
#define _LINUX_DMA_DIRECTION_H

enum dma_data_direction {
	DMA_BIDIRECTIONAL = 0,
	DMA_TO_DEVICE = 1,
	DMA_FROM_DEVICE = 2,
	DMA_NONE = 3,
};

static inline int valid_dma_direction(enum dma_data_direction dir)
{
	return (unsigned int)dir < DMA_NONE;
}

#endif
