"""The page's upkeep: its first load, and another page for one that is worn, stale or out of date. Pure."""

from __future__ import annotations

from kiosk.session import ladder
from kiosk.session.events import MemoryMeasured, RebuildPage, Restart
from kiosk.session.model import Phase, Reason, Timer
from kiosk.session.turn import Turn

NOBODY_THERE = frozenset({Phase.IDLE, Phase.CLOSED})
RECYCLE_AGAIN = 600.0
"""Seconds a page is left alone although it is large: if a new one is as large, replacing it does not help."""


def weigh(turn: Turn, memory: MemoryMeasured) -> None:
    """Replace a page that has grown large, or a whole process, unless it is new. Nobody may be there."""
    state = turn.state
    since = state.page.ready_since
    if since is None or turn.now - since < RECYCLE_AGAIN:
        return
    if memory.process is not None and memory.process > state.policy.process_memory and state.phase in NOBODY_THERE:
        turn.do(Restart())
    elif memory.renderer > state.policy.page_memory:
        recycle(turn)


def recycle(turn: Turn) -> None:
    """Another page for the one that is worn, if nobody is there; a visitor's is replaced afterwards in any case."""
    if turn.state.phase in NOBODY_THERE:
        renew(turn, Reason.RECYCLED)
    else:
        turn.arm(Timer.RECYCLE, turn.state.policy.probe_interval)


def renew(turn: Turn, reason: Reason | None = None) -> None:
    """A new page while nobody is there."""
    turn.clear(*ladder.SESSION_TIMERS, Timer.PROBE, Timer.AUTO_START)
    turn.enter(Phase.STARTING, reason)
    ladder.replace_page(turn, RebuildPage(), turn.state.policy.rebuild_timeout)


def began(turn: Turn) -> None:
    """Load the first page; or wait first, if the process has died again and again: it may well be the page's fault."""
    state = turn.state
    if state.failed_starts >= state.policy.restart_budget:
        turn.set(exhausted=state.failed_starts - state.policy.restart_budget)
        ladder.give_up(turn)
        return
    ladder.replace_page(turn, RebuildPage(), state.policy.rebuild_timeout)
