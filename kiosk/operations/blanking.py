"""Keeps the screen on while the kiosk runs: a visitor walks up to a screen that shows something.

Two darken a screen that nobody touches. A desktop does, and is asked over the session bus to refrain. And an X server
does by itself; it is told with `xset`, on a desktop too, since not every one rules over it, and what it did before is
restored. Where there is neither, as on a bare compositor such as cage, nothing is to be done.

The screen stays on outside the opening hours too: what it shows then is dark, and says when to come back.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Mapping, Sequence

from kiosk.operations.doctor.programs import ask
from kiosk.operations.x_blanking import ASK, XBlanking, read_x_blanking

log = logging.getLogger(__name__)

AFTER_START = 2.0
"""Seconds: no screen goes dark within them, and the first picture needs the processor."""


async def keep_lit(platform: str, environ: Mapping[str, str], *, after: float = AFTER_START) -> None:
    """For ever, keep the screen on; when this is cancelled everything is as it was before.

    Args:
        platform: Qt's name for who shows the window: `xcb`, `wayland`, …
        environ: of the kiosk.
        after: seconds to wait before anything is done.
    """
    await asyncio.sleep(after)
    before = await asyncio.to_thread(_server, environ) if platform == "xcb" else None
    try:
        if before is not None and before.to_switch_off:
            await asyncio.to_thread(ask, before.to_switch_off, environ)
        if sys.platform.startswith("linux"):
            await _ask_desktop(platform, before, environ)
        await asyncio.Event().wait()
    finally:
        if before is not None and before.to_restore:
            ask(before.to_restore, environ)


async def _ask_desktop(platform: str, before: XBlanking | None, environ: Mapping[str, str]) -> None:
    from kiosk.operations.inhibition import bus_address, inhibit  # noqa: PLC0415 - only Linux has what it imports

    address = bus_address(environ)
    try:
        if address is None:
            _tell(platform, before, ())
        else:
            await inhibit(address, lambda held: _tell(platform, before, held))
    except (OSError, TimeoutError) as error:
        log.info("no session bus: %s", error)
        _tell(platform, before, ())


def _server(environ: Mapping[str, str]) -> XBlanking | None:
    """What the X server does; None: it cannot be told."""
    answer = ask(ASK, environ)
    return None if answer is None else read_x_blanking(answer)


def _tell(platform: str, before: XBlanking | None, held: Sequence[str]) -> None:
    """One line on who keeps the screen on."""
    by = [*(("the X server",) if before else ()), *held]
    if by:
        log.info("the screen is kept on by %s", " and ".join(by))
    elif platform == "xcb":
        log.warning("the screen may go dark: xset does not answer. sudo apt-get install x11-xserver-utils")
    else:
        log.info("nobody is here to be asked to keep the screen on; a bare compositor does not switch it off")
