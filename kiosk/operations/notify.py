"""Tells the service manager how the kiosk fares: systemd's notification protocol, without systemd's library.

One datagram of `KEY=value` lines to the socket that `$NOTIFY_SOCKET` names: a path, or `@name` in Linux' abstract
namespace. Without that variable nothing is sent. See sd_notify(3).

`$WATCHDOG_PID` is not compared with our own process id: under cage or a start script the unit's main process is
another one, and `NotifyAccess=all` lets us speak for it.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Mapping, MutableMapping

logger = logging.getLogger(__name__)

FOR_THIS_PROCESS = frozenset({"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
"""What a service manager gives to the process that it starts, and to none that this one starts."""


def withhold_from_children(environ: MutableMapping[str, str]) -> dict[str, str]:
    """Take it out of `environ`, which children inherit, and return all that was in there.

    A session bus, which X programs start where there is none, would say READY=1 in the kiosk's name.
    """
    own = dict(environ)
    for name in FOR_THIS_PROCESS:
        environ.pop(name, None)
    return own


class ServiceNotifier:
    """Sends to the socket that `environ` names. Never blocks and never raises: the kiosk runs on unwatched."""

    def __init__(self, environ: Mapping[str, str], told: Callable[[str], None] | None = None) -> None:
        """`told` gets every message that is sent, or would be if there were a service manager."""
        self._told = told
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self._watchdog_microseconds = environ.get("WATCHDOG_USEC", "")
        self._failed = False

    @property
    def watchdog_interval(self) -> float | None:
        """Seconds between two signs of life: half the limit the service manager has set, or None without one."""
        if self._address is None or not self._watchdog_microseconds.isdecimal():
            return None
        limit = int(self._watchdog_microseconds) / 1_000_000
        return limit / 2 if limit > 0 else None

    def ready(self, status: str) -> None:
        """Start-up is over."""
        self._send("READY=1", f"STATUS={_one_line(status)}")

    def watchdog(self) -> None:
        """A sign of life; see `kiosk.wiring.service` for when."""
        self._send("WATCHDOG=1")

    def more_time(self, seconds: float) -> None:
        """Start-up takes longer than the service manager would wait: it waits for so long from now on."""
        self._send(f"EXTEND_TIMEOUT_USEC={round(seconds * 1_000_000)}")

    def status(self, sentence: str) -> None:
        """What `systemctl status` shows."""
        self._send(f"STATUS={_one_line(sentence)}")

    def stopping(self) -> None:
        """Shutdown has begun."""
        self._send("STOPPING=1")

    def _send(self, *lines: str) -> None:
        if self._told is not None:
            self._told(" ".join(lines))
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as connection:
                connection.settimeout(0)
                connection.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            if not self._failed:  # once: the watchdog would fill the log
                logger.warning("cannot notify the service manager: %s", error)
            self._failed = True
        else:
            self._failed = False


def _address(name: str) -> str | None:
    if name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
