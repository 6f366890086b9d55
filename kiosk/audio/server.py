"""Whether the sound server is there: PulseAudio, or PipeWire in its place, at the address libpulse would take."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

PATIENCE = 0.2
"""Seconds; a server that lives takes a connection at once, before it looks at it."""


def sound_server_answers(environ: Mapping[str, str]) -> bool | None:
    """Whether somebody takes a connection there; None: the address is none that can be tried here."""
    path = _socket_path(environ)
    if path is None or not hasattr(socket, "AF_UNIX"):
        return None
    with socket.socket(socket.AF_UNIX) as knock:
        knock.settimeout(PATIENCE)
        try:
            knock.connect(str(path))
        except TimeoutError:
            return None  # it is there, and busy
        except OSError:
            return False
    return True


def _socket_path(environ: Mapping[str, str]) -> Path | None:
    """libpulse's own order. What else an address can be (a host, several in a row) is left alone."""
    address = environ.get("PULSE_SERVER", "").removeprefix("unix:")
    if address:
        return Path(address) if address.startswith("/") and " " not in address else None
    runtime = environ.get("PULSE_RUNTIME_PATH")
    if runtime:
        return Path(runtime) / "native"
    session = environ.get("XDG_RUNTIME_DIR")
    return Path(session) / "pulse" / "native" if session else None
