#!/usr/bin/env python3
"""Writes a picture of the screen for every state the running kiosk reaches: `01-starting.png`, `02-idle.png`, …

Usage: photograph_states.py FOLDER

Started beside the kiosk on a virtual screen, where nobody looks; `packaging/run` ends it with SIGTERM. A picture is
taken when the state is reached and again, over the first, once the state has lasted long enough to be painted:
a state that comes and goes within a moment has its picture, one that stays has its finished one.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from kiosk.operations.control_client import ControlCommand, ControlError, request, socket_path

LOOK_EVERY = 0.05
"""Seconds between two questions; an answer costs the kiosk well under a millisecond."""
SETTLED_AFTER = 1.5
"""Seconds; longer than any of the page's transitions."""


def current_state(socket: Path) -> str | None:
    """The kiosk's state, or None while it does not answer."""
    try:
        status = request(socket, ControlCommand.STATUS, timeout=2.0)["status"]
    except (ControlError, KeyError):
        return None
    return str(status["state"]) if isinstance(status, dict) and "state" in status else None


def photograph(picture: Path) -> None:
    """The whole screen as a PNG file."""
    if not QGuiApplication.primaryScreen().grabWindow(0).save(str(picture)):
        sys.exit(f"cannot write {picture}")


def follow(folder: Path, socket: Path) -> None:
    """Look at the kiosk until somebody ends this process."""
    seen: str | None = None
    number = 0
    finish_at: float | None = None
    while True:
        state = current_state(socket)
        if state is not None and state != seen:
            seen, number = state, number + 1
            photograph(folder / f"{number:02d}-{state}.png")
            finish_at = time.monotonic() + SETTLED_AFTER
        elif finish_at is not None and time.monotonic() >= finish_at:
            photograph(folder / f"{number:02d}-{seen}.png")
            finish_at = None
        time.sleep(LOOK_EVERY)


if __name__ == "__main__":
    application = QGuiApplication(sys.argv[:1])
    follow(Path(sys.argv[1]), socket_path(os.environ))
