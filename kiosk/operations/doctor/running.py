"""The running kiosk: what it says of itself, and in which surroundings it runs.

Whoever asks may have logged in over the network, without the kiosk's screen and sound server in the environment; the
running process has them.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.operations.control_client import ControlCommand, ControlError, NoKioskError, request, socket_path
from kiosk.operations.doctor.findings import Untold

SCREEN = ("DISPLAY", "QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "XAUTHORITY")
"""What says where the screen is. They belong together: half the kiosk's and half the caller's lead nowhere."""

SESSION = (
    "DBUS_SESSION_BUS_ADDRESS",
    "PULSE_RUNTIME_PATH",
    "PULSE_SERVER",
    "PULSE_SINK",
    "PULSE_SOURCE",
    "XDG_CURRENT_DESKTOP",
    "XDG_RUNTIME_DIR",
)
"""What says where sound and session are."""

SERVING = frozenset({"connecting", "live", "recovering", "ending"})
"""States in which a visitor is there, and the processor is theirs."""

_PEER = struct.Struct("iII")
"""`struct ucred` of unix(7): process, user, group."""


@dataclass(frozen=True, slots=True)
class Running:
    """The kiosk of this user.

    Attributes:
        socket: where it listens, or would.
        status: its own word, or why there is none.
        process: its id; None if nobody listens on its socket, or the system does not say who.
        environ: the variables it was started with; empty if they cannot be read.
    """

    socket: Path
    status: Mapping[str, Any] | Untold
    process: int | None = None
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def serving(self) -> bool:
        return not isinstance(self.status, Untold) and self.status["state"] in SERVING

    @property
    def config(self) -> Path | None:
        """The configuration file it goes by."""
        path = None if isinstance(self.status, Untold) else self.status["config"]["path"]
        return Path(path) if path else None


def running_kiosk(environ: Mapping[str, str]) -> Running:
    """Ask for it."""
    path = socket_path(environ)
    process = _listener(path)
    variables = {} if process is None else environment_of(process)
    try:
        answer = request(path, ControlCommand.STATUS)["status"]
    except NoKioskError:
        return Running(path, Untold("none is running here", advice="Start it with: avatar-kiosk"))
    except ControlError as error:
        advice = "End it by its process id, and see its log for why it hangs: avatar-kiosk report"
        return Running(path, Untold(str(error), fault=True, advice=advice), process, variables)
    if not isinstance(answer, dict):
        return Running(path, Untold("what listens on its socket is no kiosk", fault=True), process, variables)
    return Running(path, answer, process, variables)


def in_its_surroundings(environ: Mapping[str, str], running: Running) -> dict[str, str]:
    """`environ` with the running kiosk's screen and sound in the place of the caller's own."""
    if not running.environ:
        return dict(environ)
    own = {name: value for name, value in environ.items() if name not in SCREEN}
    return own | {name: running.environ[name] for name in (*SCREEN, *SESSION) if name in running.environ}


def environment_of(process: int, proc: Path = Path("/proc")) -> dict[str, str]:
    """The variables a process was started with; empty where that is not to be read."""
    try:
        entries = (proc / str(process) / "environ").read_bytes().split(b"\0")
    except OSError:
        return {}
    pairs = (entry.decode(errors="replace").partition("=") for entry in entries if b"=" in entry)
    return {name: value for name, _, value in pairs}


def _listener(path: Path) -> int | None:
    """The process that listens on a socket."""
    option: int | None = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return None
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(os.fspath(path))
            process, _, _ = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, option, _PEER.size))
        except OSError:
            return None
    return int(process) or None
