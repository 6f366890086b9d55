"""Leaving in order: stages one after the other, each with a deadline, and a last resort behind them all.

A stage that fails or overruns is logged and left behind, so that a server that does not answer can keep neither
the window on the screen nor the service manager waiting.
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

TOTAL_LIMIT = 3.0
"""Seconds from SIGTERM to the end of the process; all stages together must stay below."""

logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    DONE = "done"
    FAILED = "failed"
    OVERRAN = "overran"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: what it does, and the seconds it may take."""

    name: str
    action: Callable[[], Awaitable[None]]
    deadline: float


@dataclass(frozen=True, slots=True)
class StageResult:
    name: str
    outcome: Outcome
    seconds: float


async def shut_down(stages: Sequence[Stage], limit: float = TOTAL_LIMIT) -> tuple[StageResult, ...]:
    """Run the stages in their order, all of them, whatever becomes of each.

    A deadline bounds waiting, not blocking: an action that blocks the loop is the business of `last_resort`.

    Raises:
        ValueError: the deadlines together reach `limit`; a later stage would have to pay for an earlier one.
    """
    if sum(stage.deadline for stage in stages) >= limit:
        raise ValueError(f"the stages' deadlines together reach the limit of {limit:g} s")
    return tuple([await _run(stage) for stage in stages])


def last_resort(limit: float = TOTAL_LIMIT) -> Callable[[], None]:
    """End the process with code 1 and every thread's stack on stderr, unless the returned function is called first.

    The timer is faulthandler's: a C thread that fires also while a Qt call holds the interpreter.
    """
    faulthandler.dump_traceback_later(limit, exit=True)
    return faulthandler.cancel_dump_traceback_later


async def _run(stage: Stage) -> StageResult:
    started = time.monotonic()
    task = asyncio.ensure_future(stage.action())
    # `wait`, not `wait_for`: that one would wait on for a task which does not heed its cancellation.
    await asyncio.wait({task}, timeout=stage.deadline)
    seconds = time.monotonic() - started
    if not task.done():
        task.cancel()
        task.add_done_callback(_retrieve)
        logger.warning("shutdown: %s not done within %g s, left behind", stage.name, stage.deadline)
        return StageResult(stage.name, Outcome.OVERRAN, seconds)
    if task.cancelled() or task.exception() is not None:
        logger.error("shutdown: %s failed", stage.name, exc_info=None if task.cancelled() else task.exception())
        return StageResult(stage.name, Outcome.FAILED, seconds)
    logger.debug("shutdown: %s done in %.3f s", stage.name, seconds)
    return StageResult(stage.name, Outcome.DONE, seconds)


def _retrieve(task: asyncio.Future[None]) -> None:
    """Take note of a late exception, so that asyncio does not report it as forgotten."""
    if not task.cancelled():
        task.exception()
