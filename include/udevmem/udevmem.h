/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host API that every program needs: boot, time, threads, warnings, log.
 * Headers for devices, files, memory and faults are included by their users.
 */
#ifndef _UDEVMEM_UDEVMEM_H
#define _UDEVMEM_UDEVMEM_H

#include <udevmem/boot.h>
#include <udevmem/engine.h>
#include <udevmem/log.h>
#include <udevmem/sim.h>
#include <udevmem/task.h>
#include <udevmem/warn.h>

#endif
