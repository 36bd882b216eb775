/* SPDX-License-Identifier: GPL-2.0-only */
/* The engine as the sim scheduler sees it. */
#ifndef _UDM_LIBKERN_SCHED_ENGINE_H
#define _UDM_LIBKERN_SCHED_ENGINE_H

#include "exec.h"

/* Runs one step; true if the engine has more to do. */
__internal bool engine_run_step(struct sim_entity *entity);

/* Every engine has done what it was kicked for. */
__internal bool engines_idle(void);

#endif
