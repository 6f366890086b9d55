"""Keeps the screen on while the kiosk runs: a visitor walks up to a screen that shows something.

On Linux two darken a screen that nobody touches. A desktop does, and is asked over the session bus to refrain. And an
X server does by itself; it is told with `xset`, on a desktop too, since not every one rules over it, and what it did
before is restored. Where there is neither, as on a bare compositor such as cage, nothing is to be done. macOS has a
program for it and Windows a function; neither was tried.

The screen stays on outside the opening hours too: what it shows then is dark, and says when to come back.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from kiosk.installation import system_environment
from kiosk.operations.doctor.programs import ask
from kiosk.operations.x_blanking import ASK, XBlanking, read_x_blanking

log = logging.getLogger(__name__)

AFTER_START = 2.0
"""Seconds: no screen goes dark within them, and the first picture needs the processor."""

ES_CONTINUOUS, ES_SYSTEM_REQUIRED, ES_DISPLAY_REQUIRED = 0x80000000, 0x1, 0x2
"""Of Windows' SetThreadExecutionState: from now on; the machine stays awake; and so does its screen."""


async def keep_lit(
    platform: str, environ: Mapping[str, str], *, after: float = AFTER_START, system: str = sys.platform
) -> None:
    """For ever, keep the screen on; when this is cancelled everything is as it was before.

    Args:
        platform: Qt's name for who shows the window: `xcb`, `wayland`, …
        environ: of the kiosk.
        after: seconds to wait before anything is done.
        system: Python's name for the operating system.
    """
    await asyncio.sleep(after)
    if system == "win32":
        await keep_windows_lit(_tell_windows)
    elif system == "darwin":
        await _keep_macos_lit(environ)
    else:
        await _keep_linux_lit(platform, environ)


async def keep_windows_lit(tell: Callable[[int], int]) -> None:
    """The same on Windows. `tell`: SetThreadExecutionState, which counts for the thread that calls it; 0: refused."""
    if tell(ES_CONTINUOUS | ES_SYSTEM_REQUIRED | ES_DISPLAY_REQUIRED):
        log.info("the screen is kept on by Windows")
    else:
        log.warning("the screen may go dark: Windows refuses to keep it on. See its power settings.")
    try:
        await asyncio.Event().wait()
    finally:
        tell(ES_CONTINUOUS)


def _tell_windows(state: int) -> int:
    if sys.platform != "win32":
        raise NotImplementedError
    import ctypes  # noqa: PLC0415 - its windll is Windows'

    return int(ctypes.windll.kernel32.SetThreadExecutionState(state))


async def _keep_macos_lit(environ: Mapping[str, str]) -> None:
    """`caffeinate` keeps screen (-d) and machine (-i) awake while it runs, which is as long as we do (-w)."""
    command = ("caffeinate", "-d", "-i", "-w", str(os.getpid()))
    try:
        keeper = subprocess.Popen(command, env=system_environment(environ), stdin=subprocess.DEVNULL)  # noqa: ASYNC220
    except OSError as error:
        log.warning("the screen may go dark: %s cannot be started: %s", command[0], error)
        return
    log.info("the screen is kept on by %s", command[0])
    try:
        await asyncio.Event().wait()
    finally:
        keeper.terminate()
        keeper.wait(1.0)


async def _keep_linux_lit(platform: str, environ: Mapping[str, str]) -> None:
    before = await asyncio.to_thread(_server, environ) if platform == "xcb" else None
    try:
        if before is not None and before.to_switch_off:
            await asyncio.to_thread(ask, before.to_switch_off, environ)
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
