"""What is looked at again and again for as long as the kiosk runs, and told to the session."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping

from kiosk.config.schedule import is_open
from kiosk.config.schema import Schedule
from kiosk.operations.memory import give_back, process_memory
from kiosk.session import events
from kiosk.session.events import Event
from kiosk.wiring.report import utc_now

HOURS_CHECK = 5.0
"""Seconds between two looks at the opening hours; a changed schedule counts as soon."""

MEMORY_CHECK = 60.0
"""Seconds between two looks at the page's memory: one costs a few milliseconds."""

RESTARTED = ("NOTIFY_SOCKET", "INVOCATION_ID", "AVATAR_KIOSK_RESTARTED")
"""Variables of those who start the kiosk again after it has left with 75: systemd's, and that of `packaging/run`."""

Feed = Callable[[Event], None]


async def keep_hours(schedule: Callable[[], Schedule], feed: Feed) -> None:
    """Open and close with the schedule. The wall clock is asked each time: it may jump."""
    open_now = True
    while True:
        should_be = is_open(schedule(), utc_now())
        if should_be is not open_now:
            open_now = should_be
            feed(events.HoursChanged(open_now))
        await asyncio.sleep(HOURS_CHECK)


async def weigh(
    renderer_pid: Callable[[], int], environ: Mapping[str, str], feed: Feed, resting: Callable[[], bool]
) -> None:
    """Tell how large the page has become, and the process itself where somebody would start it again.

    `resting`: nobody is there to notice a moment in which nothing moves; then freed memory goes back to the system.
    """
    restarted = any(name in environ for name in RESTARTED)
    while True:
        await asyncio.sleep(MEMORY_CHECK)
        if resting():
            give_back()
        renderer = process_memory(renderer_pid())
        if renderer is not None:
            feed(events.MemoryMeasured(renderer, process_memory(os.getpid()) if restarted else None))
