"""Chromium's connection to the sound server, and what is done when nothing is seen through it any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from kiosk.session.messages import Devices

log = logging.getLogger(__name__)

FIRST, LONGEST = 0.5, 30.0
"""Seconds until the first new connection, and between two in the end; each waits twice as long as the one before."""
AWAITED = 1.0
"""Seconds between two looks for a sound server that is not there."""


class SoundKeeper:
    """Has the connection made anew, again and again, while the page sees neither an input nor an output.

    So it looks when every device is unplugged, and after the sound server was started anew: Chromium 140 holds on to
    its dead connection, through which it would see nothing for ever. Where nothing can be heard anyway a new one
    disturbs nobody.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, renew: Callable[[], bool]) -> None:
        """`renew` says whether there was a sound server to connect to."""
        self._loop = loop
        self._renew = renew
        self._timer: asyncio.TimerHandle | None = None
        self._wait = FIRST

    def devices(self, message: Devices) -> None:
        """What the page sees now."""
        if message.inputs or message.outputs or message.unnamed:
            self.rest()
        elif self._timer is None:
            log.warning("no sound device is left: connecting to the sound server anew until there is one")
            self._timer = self._loop.call_later(self._wait, self._try)

    def rest(self) -> None:
        """There is sound, or nobody needs it any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._wait = FIRST

    def _try(self) -> None:
        if self._renew():
            self._wait = min(2 * self._wait, LONGEST)
            self._timer = self._loop.call_later(self._wait, self._try)
        else:
            self._timer = self._loop.call_later(AWAITED, self._try)
