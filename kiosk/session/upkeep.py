"""The page's upkeep: its first load, and another page for one that is worn, stale or out of date. Pure."""

from __future__ import annotations

from kiosk.session import ladder
from kiosk.session.events import RebuildPage
from kiosk.session.model import Phase, Reason, Timer
from kiosk.session.turn import Turn

RECYCLE_AGAIN = 600.0
"""Seconds a page is left alone although it is large: if a new one is as large, replacing it does not help."""


def weigh(turn: Turn, renderer: int) -> None:
    """Replace a page that has grown large, unless it is new."""
    since = turn.state.page.ready_since
    if renderer > turn.state.policy.page_memory and since is not None and turn.now - since >= RECYCLE_AGAIN:
        recycle(turn)


def recycle(turn: Turn) -> None:
    """Another page for the one that is worn, if nobody is there; a visitor's is replaced afterwards in any case."""
    if turn.state.phase in (Phase.IDLE, Phase.CLOSED):
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
